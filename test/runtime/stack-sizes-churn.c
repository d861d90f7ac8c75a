// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Goroutines come and go with stacks of many sizes, deep and flat, while others wait on theirs.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { ROUNDS = 60, EACH = 40, PARKED = 50 };

static goc_waitgroup wg;
static goc_chan *gate;
static _Atomic long sum;

static __attribute__((noinline)) long dig(long depth)
{
    volatile unsigned char frame[512];
    for (size_t i = 0; i < sizeof frame; i += 64)
        frame[i] = (unsigned char)depth;
    if (depth > 0 && dig(depth - 1) != depth - 1)
        return -1;
    for (size_t i = 0; i < sizeof frame; i += 64)
        if (frame[i] != (unsigned char)depth)
            return -1;
    return depth;
}

/* Half of its stack, with a wait in the middle. */
static void deep(void *arg)
{
    long depth = *(long *)arg;
    CHECK_EQ(dig(depth), depth);
    goc_yield();
    CHECK_EQ(dig(depth / 2), depth / 2);
    sum += depth;
    goc_waitgroup_done(&wg);
}

static void parked(void *arg)
{
    volatile long here[8];
    for (int i = 0; i < 8; i++)
        here[i] = *(long *)arg + i;
    goc_chan_recv(gate, NULL);
    for (int i = 0; i < 8; i++)
        CHECK_EQ(here[i], *(long *)arg + i);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    static const size_t sizes[] = { 32, 64, 128, 256, 512, 1024, 2048, 96,
                                    4096, 48, 8192, 384 };
    long expected = 0, depth[ROUNDS], id[PARKED];
    gate = goc_chan_new(0, 0);
    goc_waitgroup_add(&wg, PARKED);
    for (long i = 0; i < PARKED; i++) {
        id[i] = i * 100;
        goc_stack_size(sizes[i % 12] * 1024);
        goc_go(parked, &id[i]);
    }
    for (int r = 0; r < ROUNDS; r++) {
        size_t size = sizes[r % 12] * 1024;
        goc_stack_size(size);
        depth[r] = (long)(size / 2 / 700);
        if (depth[r] > 1000)
            depth[r] = 1000;
        goc_waitgroup_add(&wg, EACH);
        for (int i = 0; i < EACH; i++) {
            goc_go(deep, &depth[r]);
            expected += depth[r];
        }
        if (r % 7 == 0)
            goc_sleep(100 * GOC_MICROSECOND);
    }
    goc_chan_close(gate);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(sum, expected);
    goc_chan_free(gate);
    return 0;
}
