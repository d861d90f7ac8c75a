/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch.h: the context switch.
 *
 * A goroutine that does not run is three words in its record: where to go on
 * (pc), the stack pointer and the frame pointer.  The compiler is told that
 * every other register is lost, so it keeps across a switch only what lives,
 * in its own frame, where unwind information describes it: a debugger that
 * starts from the three words walks the goroutine's frames as if it had been
 * stopped there.  The floating-point control words belong to the thread.
 *
 * Inline, for the processor's sake as well: a jump to one of few places is
 * predicted, and calls and returns stay paired.  switch_*.S holds what cannot
 * be inlined: the bottom of every stack.
 */
#ifndef GOC_SWITCH_H
#define GOC_SWITCH_H

#include "internal.h"

/* switch_*.S.  goc__bottom is where a stack without a context begins;
 * goc__start abandons the current stack for that which ends at top. */
void goc__bottom(void);
_Noreturn void goc__start(void *top);

#define GOC__SP 0
#define GOC__PC 8
#define GOC__FP 16
_Static_assert(offsetof(struct goc__g, sp) == GOC__SP, "asm");
_Static_assert(offsetof(struct goc__g, pc) == GOC__PC, "asm");
_Static_assert(offsetof(struct goc__g, fp) == GOC__FP, "asm");

/* Makes s, a free stack's record, a context that begins at the bottom. */
static inline void goc__context_fresh(struct goc__g *s)
{
    s->sp = s; /* the stack ends where its record begins */
    s->pc = (void *)goc__bottom;
    s->fp = NULL;
}

/* Notes where the calling function stands as g's context, for reports: its
 * frames can be walked until it returns. */
static inline __attribute__((always_inline)) void goc__context_here(
    struct goc__g *g)
{
#if defined(__x86_64__)
    __asm__ volatile("leaq 1f(%%rip), %%rax\n1:\n\t"
                     "movq %%rsp, 0(%0)\n\t"
                     "movq %%rax, 8(%0)\n\t"
                     "movq %%rbp, 16(%0)"
                     :
                     : "r"(g)
                     : "rax", "memory");
#elif defined(__aarch64__)
    __asm__ volatile("adr x9, 1f\n1:\n\t"
                     "mov x10, sp\n\t"
                     "stp x10, x9, [%0, #0]\n\t"
                     "str x29, [%0, #16]"
                     :
                     : "r"(g)
                     : "x9", "x10", "memory");
#endif
}

#if defined(__x86_64__)

#ifdef __AVX512F__
#define GOC__CLOBBER_AVX512                                              \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22",     \
        "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29",   \
        "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#else
#define GOC__CLOBBER_AVX512
#endif

/* Saves the context in `from` and goes on with that of `to`.  Returns when
 * somebody switches to `from`. */
static inline __attribute__((always_inline)) void goc__switch(
    struct goc__g *from, struct goc__g *to)
{
    __asm__ volatile(
        "leaq 1f(%%rip), %%rax\n\t"
        "movq %%rsp, 0(%0)\n\t"
        "movq %%rax, 8(%0)\n\t"
        "movq %%rbp, 16(%0)\n\t"
        "movq 0(%1), %%rsp\n\t"
        "movq 16(%1), %%rbp\n\t"
        "jmpq *8(%1)\n"
        "1:"
        : "+D"(from), "+S"(to)
        :
        : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13",
          "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
          "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
          "xmm14", "xmm15" GOC__CLOBBER_AVX512, "cc", "memory");
}

/* Abandons the current stack for the context of `to`. */
static inline __attribute__((always_inline)) _Noreturn void goc__jump(
    struct goc__g *to)
{
    __asm__ volatile("movq 0(%0), %%rsp\n\t"
                     "movq 16(%0), %%rbp\n\t"
                     "jmpq *8(%0)"
                     :
                     : "S"(to)
                     : "memory");
    __builtin_unreachable();
}

#elif defined(__aarch64__)

static inline __attribute__((always_inline)) void goc__switch(
    struct goc__g *from, struct goc__g *to)
{
    register struct goc__g *x0 __asm__("x0") = from;
    register struct goc__g *x1 __asm__("x1") = to;
    __asm__ volatile(
        "adr x9, 1f\n\t"
        "mov x10, sp\n\t"
        "stp x10, x9, [%0, #0]\n\t"
        "str x29, [%0, #16]\n\t"
        "ldp x10, x9, [%1, #0]\n\t"
        "ldr x29, [%1, #16]\n\t"
        "mov sp, x10\n\t"
        "br x9\n"
        "1:\thint #36" /* bti j: a target of br */
        : "+r"(x0), "+r"(x1)
        :
        : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
          "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22",
          "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0", "v1", "v2",
          "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12",
          "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21",
          "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30",
          "v31", "cc", "memory");
}

static inline __attribute__((always_inline)) _Noreturn void goc__jump(
    struct goc__g *to)
{
    __asm__ volatile("ldp x10, x9, [%0, #0]\n\t"
                     "ldr x29, [%0, #16]\n\t"
                     "mov sp, x10\n\t"
                     "br x9"
                     :
                     : "r"(to)
                     : "x9", "x10", "memory");
    __builtin_unreachable();
}

#endif
#endif
