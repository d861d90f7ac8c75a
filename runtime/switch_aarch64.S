/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch_aarch64.S: the bottom of every stack, for aarch64 (AAPCS64).
 *
 * The switch itself is in switch.h.
 */
        .text

/* void goc__start(void *top): abandons the current stack for a fresh loop on
 * that which ends at top (16-byte aligned). */
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

/* The lowest frame of every stack: unwinding ends here. */
        .globl  goc__bottom
        .hidden goc__bottom
        .type   goc__bottom, %function
        .p2align 4
goc__bottom:
        .cfi_startproc
        .cfi_undefined x30
        .cfi_undefined x29
        hint    #38             /* bti jc: a target of br, and of b */
        mov     x29, #0
        mov     x30, #0
        bl      goc__loop
        brk     #1
        .cfi_endproc
        .size   goc__bottom, . - goc__bottom

        .section .note.GNU-stack, "", %progbits
