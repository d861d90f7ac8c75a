/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch_x86_64.S: the bottom of every stack, for x86-64 (System V ABI).
 *
 * The switch itself is in switch.h.
 */
        .text

/* void goc__start(void *top): abandons the current stack for a fresh loop on
 * that which ends at top (16-byte aligned). */
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

/* The waits of chan.c and select.c, entered by a jump in place of a call.
 *
 * When such a wait is over, the processor's return stack holds what the
 * goroutine that ran before has called: a ret would go, on a guess, to that
 * one's code, and cost 8 ns to put right.  So all waits are called from one
 * place, to which the ret of each leads whoever ran before; what comes behind
 * it is an indirect jump, predicted from what happened at the last turns. */
        .type   wait, @function
        .p2align 4
wait:
        .cfi_startproc
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    *%rax
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        .cfi_register rip, rcx
        jmp     *%rcx
        .cfi_endproc
        .size   wait, . - wait

        .macro  WAIT name
        .globl  goc__\name
        .hidden goc__\name
        .type   goc__\name, @function
        .p2align 4
goc__\name:
        .cfi_startproc
        leaq    goc__\name\()_body(%rip), %rax
        jmp     wait
        .cfi_endproc
        .size   goc__\name, . - goc__\name
        .endm

        WAIT    send_wait
        WAIT    recv_wait
        WAIT    recv_ok_wait
        WAIT    select_park

        .section .note.GNU-stack, "", @progbits
