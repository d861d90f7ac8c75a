/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch_x86_64.S: the context switch for x86-64 (System V ABI).
 *
 * A saved context is a stack pointer; on the stack, from there upwards, lie
 * r15 r14 r13 r12 rbx rbp and the address to go on at.  The floating-point
 * control words belong to the thread and are not saved.
 *
 * The way out is a pop and an indirect jump: the processor's return stack
 * predicts the stack that is being left, so a ret would always miss.
 */
        .text

/* void goc__switch(void **save, void *to): saves the caller's context in
 * *save and goes on with the context `to`.  Returns when somebody switches to
 * what was saved. */
        .globl  goc__switch
        .hidden goc__switch
        .type   goc__switch, @function
        .p2align 5
goc__switch:
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r15, 0
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        .cfi_remember_state
.Lrestore:
        popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore rbp
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        .cfi_register rip, rcx
        jmp     *%rcx
        .cfi_endproc
        .size   goc__switch, . - goc__switch

/* void goc__switch_start(void **save, void *top): as goc__switch, to a fresh
 * scheduler loop on the stack that ends at top (16-byte aligned). */
        .globl  goc__switch_start
        .hidden goc__switch_start
        .type   goc__switch_start, @function
        .p2align 4
goc__switch_start:
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r15, 0
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        jmp     goc__bottom
        .cfi_endproc
        .size   goc__switch_start, . - goc__switch_start

/* void goc__start(void *top): abandons the current stack for a fresh loop. */
        .globl  goc__start
        .hidden goc__start
        .type   goc__start, @function
        .p2align 4
goc__start:
        .cfi_startproc
        movq    %rdi, %rsp
        jmp     goc__bottom
        .cfi_endproc
        .size   goc__start, . - goc__start

/* void goc__jump(void *to): abandons the current stack for the context `to`. */
        .globl  goc__jump
        .hidden goc__jump
        .type   goc__jump, @function
        .p2align 4
goc__jump:
        .cfi_startproc
        movq    %rdi, %rsp
        .cfi_def_cfa rsp, 56
        jmp     .Lrestore
        .cfi_endproc
        .size   goc__jump, . - goc__jump

/* The lowest frame of every stack: unwinding ends here. */
        .globl  goc__bottom
        .hidden goc__bottom
        .type   goc__bottom, @function
        .p2align 4
goc__bottom:
        .cfi_startproc
        .cfi_undefined rip
        .cfi_undefined rbp
        xorl    %ebp, %ebp
        call    goc__loop
        ud2
        .cfi_endproc
        .size   goc__bottom, . - goc__bottom

        .section .note.GNU-stack, "", @progbits
