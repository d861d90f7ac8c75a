/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch_aarch64.S: the context switch for aarch64 (AAPCS64).
 *
 * A saved context is a stack pointer; from there upwards lie x19 to x28, x29,
 * x30 (the address to go on at) and d8 to d15, 160 bytes.  The floating-point
 * control register belongs to the thread and is not saved.
 */
        .text

        .macro  SAVE
        sub     sp, sp, #160
        .cfi_adjust_cfa_offset 160
        stp     x19, x20, [sp, #0]
        stp     x21, x22, [sp, #16]
        stp     x23, x24, [sp, #32]
        stp     x25, x26, [sp, #48]
        stp     x27, x28, [sp, #64]
        stp     x29, x30, [sp, #80]
        stp     d8, d9, [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        .cfi_rel_offset x19, 0
        .cfi_rel_offset x20, 8
        .cfi_rel_offset x21, 16
        .cfi_rel_offset x22, 24
        .cfi_rel_offset x23, 32
        .cfi_rel_offset x24, 40
        .cfi_rel_offset x25, 48
        .cfi_rel_offset x26, 56
        .cfi_rel_offset x27, 64
        .cfi_rel_offset x28, 72
        .cfi_rel_offset x29, 80
        .cfi_rel_offset x30, 88
        mov     x9, sp
        str     x9, [x0]
        .endm

        .macro  RESTORE
        ldp     x19, x20, [sp, #0]
        ldp     x21, x22, [sp, #16]
        ldp     x23, x24, [sp, #32]
        ldp     x25, x26, [sp, #48]
        ldp     x27, x28, [sp, #64]
        ldp     x29, x30, [sp, #80]
        ldp     d8, d9, [sp, #96]
        ldp     d10, d11, [sp, #112]
        ldp     d12, d13, [sp, #128]
        ldp     d14, d15, [sp, #144]
        add     sp, sp, #160
        .cfi_adjust_cfa_offset -160
        .cfi_restore x19
        .cfi_restore x20
        .cfi_restore x21
        .cfi_restore x22
        .cfi_restore x23
        .cfi_restore x24
        .cfi_restore x25
        .cfi_restore x26
        .cfi_restore x27
        .cfi_restore x28
        .cfi_restore x29
        .cfi_restore x30
        br      x30
        .endm

/* void goc__switch(void **save, void *to): saves the caller's context in
 * *save and goes on with the context `to`.  Returns when somebody switches to
 * what was saved. */
        .globl  goc__switch
        .hidden goc__switch
        .type   goc__switch, %function
        .p2align 5
goc__switch:
        .cfi_startproc
        SAVE
        mov     sp, x1
        RESTORE
        .cfi_endproc
        .size   goc__switch, . - goc__switch

/* void goc__switch_start(void **save, void *top): as goc__switch, to a fresh
 * scheduler loop on the stack that ends at top (16-byte aligned). */
        .globl  goc__switch_start
        .hidden goc__switch_start
        .type   goc__switch_start, %function
        .p2align 4
goc__switch_start:
        .cfi_startproc
        SAVE
        mov     sp, x1
        b       goc__bottom
        .cfi_endproc
        .size   goc__switch_start, . - goc__switch_start

/* void goc__start(void *top): abandons the current stack for a fresh loop. */
        .globl  goc__start
        .hidden goc__start
        .type   goc__start, %function
        .p2align 4
goc__start:
        .cfi_startproc
        mov     sp, x0
        b       goc__bottom
        .cfi_endproc
        .size   goc__start, . - goc__start

/* void goc__jump(void *to): abandons the current stack for the context `to`. */
        .globl  goc__jump
        .hidden goc__jump
        .type   goc__jump, %function
        .p2align 4
goc__jump:
        .cfi_startproc
        mov     sp, x0
        .cfi_def_cfa_offset 160
        RESTORE
        .cfi_endproc
        .size   goc__jump, . - goc__jump

/* The lowest frame of every stack: unwinding ends here. */
        .globl  goc__bottom
        .hidden goc__bottom
        .type   goc__bottom, %function
        .p2align 4
goc__bottom:
        .cfi_startproc
        .cfi_undefined x30
        mov     x29, #0
        mov     x30, #0
        bl      goc__loop
        brk     #1
        .cfi_endproc
        .size   goc__bottom, . - goc__bottom

        .section .note.GNU-stack, "", %progbits
