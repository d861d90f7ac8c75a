// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Selects of two hundred cases in both directions, goroutines and outside threads at once:
// nothing is lost or doubled.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { C = 100, CASES = 2 * C, WIDE = 4, NARROW = 4, THREADS = 2, N = 1500 };
enum { SENDERS = WIDE + NARROW + THREADS };

static goc_chan *c[C];
static goc_waitgroup senders, drained;
static _Atomic int moved;
static _Atomic unsigned char seen[SENDERS * N];

static void received(int v)
{
    CHECK(v >= 0 && v < SENDERS * N);
    CHECK_EQ(seen[v]++, 0);
    moved++;
}

/* Sends its N values over whatever takes them, and receives meanwhile. */
static void wide(void *arg)
{
    int me = *(int *)arg, v = me * N, w;
    goc_case *k = calloc(CASES + 1, sizeof *k);
    for (int i = 0; i < C; i++) {
        int at = (i * 7 + me * 13) % C;
        k[2 * i] = (goc_case){ .chan = c[at], .elem = &v, .op = GOC_SEND };
        k[2 * i + 1] = (goc_case){ .chan = c[at], .elem = &w };
    }
    while (v < (me + 1) * N) {
        int i = goc_select(k, CASES, GOC_FOREVER);
        if (i % 2 == 0)
            v++;
        else
            received(w);
    }
    free(k);
    goc_waitgroup_done(&senders);
}

/* The same with one channel at a time, and not for long. */
static void narrow(void *arg)
{
    int me = *(int *)arg, v = me * N, w;
    for (int turn = 0; v < (me + 1) * N; turn++) {
        goc_chan *at = c[(turn * 31 + me) % C];
        goc_case k[2] = { { .chan = at, .elem = &w },
                          { .chan = at, .elem = &v, .op = GOC_SEND } };
        int i = goc_select(k, 2, turn % 2 ? 0 : 20 * GOC_MICROSECOND);
        if (i == 0)
            received(w);
        else if (i == 1)
            v++;
    }
    goc_waitgroup_done(&senders);
}

static void *thread(void *arg)
{
    goc_id();
    wide(arg);
    return NULL;
}

/* What is still in a buffer once the senders are done. */
static void drain(void)
{
    int w;
    for (int i = 0; i < C; i++)
        while (goc_chan_try_recv(c[i], &w) == GOC_RECEIVED)
            received(w);
}

static void drainer(void *arg)
{
    int w;
    goc_case *k = calloc(C + 1, sizeof *k);
    for (int i = 0; i < C; i++)
        k[i] = (goc_case){ .chan = c[i], .elem = &w };
    k[C] = (goc_case){ .chan = arg };
    while (goc_select(k, C + 1, GOC_FOREVER) != C)
        received(w);
    free(k);
    goc_waitgroup_done(&drained);
}

int main(void)
{
    int number[SENDERS];
    pthread_t t[THREADS];
    goc_chan *quit = goc_chan_new(0, 0);
    for (int i = 0; i < C; i++)
        c[i] = goc_chan_new(sizeof(int), i % 3);
    goc_waitgroup_add(&senders, SENDERS);
    goc_waitgroup_add(&drained, 1);
    for (int i = 0; i < SENDERS; i++) {
        number[i] = i;
        if (i < WIDE)
            goc_go(wide, &number[i]);
        else if (i < WIDE + NARROW)
            goc_go(narrow, &number[i]);
        else
            CHECK_EQ(pthread_create(&t[i - WIDE - NARROW], NULL, thread,
                                    &number[i]), 0);
    }
    goc_go(drainer, quit); /* so that the last to send find somebody */
    goc_waitgroup_wait(&senders);
    goc_chan_close(quit);
    goc_waitgroup_wait(&drained);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    drain();
    CHECK_EQ(moved, SENDERS * N);
    for (int i = 0; i < SENDERS * N; i++)
        CHECK_EQ(seen[i], 1);
    for (int i = 0; i < C; i++)
        goc_chan_free(c[i]);
    goc_chan_free(quit);
    return 0;
}
