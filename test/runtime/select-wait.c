// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A select that waits is woken by one case alone, and loses no value.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { CHANNELS = 4, SELECTORS = 6, N = 3000 };

static goc_chan *c[CHANNELS], *done, *quit;
static long received, sum;

static void selector(void *arg)
{
    (void)arg;
    goc_case k[CHANNELS + 1];
    int v;
    for (int i = 0; i < CHANNELS; i++)
        k[i] = (goc_case){ .chan = c[i], .elem = &v };
    k[CHANNELS] = (goc_case){ .chan = quit };
    for (;;) {
        int i = goc_select(k, CHANNELS + 1, GOC_FOREVER);
        if (i == CHANNELS)
            break;
        CHECK(k[i].ok);
        __atomic_fetch_add(&received, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&sum, v, __ATOMIC_RELAXED);
    }
    goc_chan_send(done, NULL);
}

static void sender(void *arg)
{
    int me = *(int *)arg;
    for (int i = 0; i < N; i++) {
        int v = i;
        goc_case k[2] = {
            { .chan = c[me], .elem = &v, .op = GOC_SEND },
            { .chan = c[(me + 1) % CHANNELS], .elem = &v, .op = GOC_SEND }
        };
        goc_select(k, 1 + i % 2, GOC_FOREVER);
    }
    goc_chan_send(done, NULL);
}

static void both_ways(void)
{
    for (int i = 0; i < CHANNELS; i++)
        c[i] = goc_chan_new(sizeof(int), i % 2 ? 2 : 0);
    done = goc_chan_new(0, 0);
    quit = goc_chan_new(0, 0);
    for (int i = 0; i < SELECTORS; i++)
        goc_go(selector, NULL);
    for (int i = 0; i < CHANNELS; i++)
        goc__go(sender, &i, sizeof i, "x");
    for (int i = 0; i < CHANNELS; i++)
        goc_chan_recv(done, NULL);
    while (__atomic_load_n(&received, __ATOMIC_RELAXED) < CHANNELS * N)
        goc_yield();
    goc_chan_close(quit);
    for (int i = 0; i < SELECTORS; i++)
        goc_chan_recv(done, NULL);
    CHECK_EQ(received, CHANNELS * N);
    CHECK_EQ(sum, CHANNELS * (long)N * (N - 1) / 2);
    for (int i = 0; i < CHANNELS; i++)
        goc_chan_free(c[i]); /* panics if a waiter was left behind */
}

/* The same channel in several cases, in both directions. */
static void other(void *arg)
{
    int v = 5;
    goc_chan_send(arg, &v);
}
static void twice(void)
{
    goc_chan *d = goc_chan_new(sizeof(int), 0);
    int in[2] = { 0, 0 }, out = 3;
    for (int i = 0; i < 100; i++) {
        goc_case k[3] = { { .chan = d, .elem = &in[0] },
                          { .chan = d, .elem = &in[1] },
                          { .chan = d, .elem = &out, .op = GOC_SEND } };
        goc_go(other, d);
        int chosen = goc_select(k, 3, GOC_FOREVER);
        CHECK(chosen == 0 || chosen == 1);
        CHECK_EQ(in[chosen], 5);
    }
    goc_chan_free(d);
}

int main(void)
{
    both_ways();
    twice();
    return 0;
}
