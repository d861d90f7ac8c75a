// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A select that waits on several channels does one case alone, though partners come for all of
// them at once.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { C = 4, N = 8000 };

static goc_chan *c[C], *merged;
static goc_waitgroup muxes;
static unsigned char seen[N];

static void selector(void *arg)
{
    (void)arg;
    for (int i = 0; i < N; i++) {
        goc_case k[C];
        for (int j = 0; j < C; j++)
            k[j] = (goc_case){ .chan = c[j], .elem = &i, .op = GOC_SEND };
        goc_select(k, C, GOC_FOREVER);
    }
    for (int j = 0; j < C; j++)
        goc_chan_close(c[j]);
}

static void mux(void *arg)
{
    int v;
    while (goc_chan_recv(arg, &v))
        goc_chan_send(merged, &v);
    goc_waitgroup_done(&muxes);
}

static void closer(void *arg)
{
    (void)arg;
    goc_waitgroup_wait(&muxes);
    goc_chan_close(merged);
}

static void sends_once(void)
{
    int v, n = 0;
    merged = goc_chan_new(sizeof(int), 0);
    goc_waitgroup_add(&muxes, C);
    for (int i = 0; i < C; i++)
        c[i] = goc_chan_new(sizeof(int), 0);
    goc_go(selector, NULL);
    for (int i = 0; i < C; i++)
        goc_go(mux, c[i]);
    goc_go(closer, NULL);
    for (; goc_chan_recv(merged, &v); n++)
        CHECK_EQ(seen[v]++, 0);
    CHECK_EQ(n, N);
    for (int i = 0; i < C; i++)
        goc_chan_free(c[i]);
    goc_chan_free(merged);
}

/* The other way round: several offer at once, one is taken; those who were
 * not keep what they have. */
static _Atomic int taken[N];

static void offers(void *arg)
{
    int me = *(int *)arg;
    for (int i = 0; i < N; i++) {
        int v = i;
        if (goc_chan_try_send(c[me], &v))
            taken[i]++;
        else
            goc_yield();
    }
    goc_waitgroup_done(&muxes);
}

static void receives_once(void)
{
    int number[C], sum = 0, v;
    goc_case k[C + 1];
    merged = goc_chan_new(0, 0);
    goc_waitgroup_add(&muxes, C);
    for (int i = 0; i < C; i++) {
        number[i] = i;
        c[i] = goc_chan_new(sizeof(int), 0);
        k[i] = (goc_case){ .chan = c[i], .elem = &v };
        goc_go(offers, &number[i]);
    }
    k[C] = (goc_case){ .chan = merged };
    goc_go(closer, NULL);
    while (goc_select(k, C + 1, GOC_FOREVER) < C) {
        taken[v]--;
        sum++;
    }
    for (int i = 0; i < N; i++)
        CHECK_EQ(taken[i], 0);
    CHECK(sum <= C * N);
    for (int i = 0; i < C; i++)
        goc_chan_free(c[i]);
    goc_chan_free(merged);
}

int main(void)
{
    sends_once();
    receives_once();
    return 0;
}
