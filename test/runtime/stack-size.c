// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_stack_size and GOC_STACK: goroutines of several sizes live together.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *c;

static __attribute__((noinline)) void use(size_t bytes)
{
    volatile char *p = __builtin_alloca(bytes);
    for (size_t i = 0; i < bytes; i += 512)
        p[i] = 1;
    goc_yield();
    for (size_t i = 0; i < bytes; i += 512)
        CHECK_EQ(p[i], 1);
}

static void body(void *arg)
{
    use(*(size_t *)arg / 4 * 3 - 4096);
    goc_chan_send(c, NULL);
}

int main(void)
{
    static const size_t sizes[] = { 32 << 10, 1 << 20, 128 << 10, 3 << 20,
                                    16 << 10, 5 << 20, 64 << 10, 500 << 10,
                                    600 << 10, 100 << 10 };
    enum { SIZES = sizeof sizes / sizeof sizes[0], TURNS = 4 };
    c = goc_chan_new(0, 0);
    for (int k = 0; k < TURNS; k++)
        for (int i = 0; i < SIZES; i++) {
            goc_stack_size(sizes[i]);
            goc__go(body, &sizes[i], sizeof sizes[i], "x");
        }
    for (int i = 0; i < TURNS * SIZES; i++)
        goc_chan_recv(c, NULL);
    return 0;
}
