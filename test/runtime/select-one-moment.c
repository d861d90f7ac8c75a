// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A select that does not wait looks at all its channels at one moment, not at each at a time of
// its own.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = CROWD(1000), TURNS = 20000 };

static goc_chan *c1, *c2;
static goc_waitgroup wg;
static int backwards;
static _Atomic int stop;

/* The same two cases in one order or the other. */
static int poll_two(goc_case first, goc_case second, bool swap)
{
    goc_case k[2] = { swap ? second : first, swap ? first : second };
    return goc_select(k, 2, 0);
}

/* One of the two is ready at any time, though not always the same one. */
static void either(void *arg)
{
    CHECK(poll_two((goc_case){ .chan = c1 }, (goc_case){ .chan = c2 },
                   backwards) >= 0);
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void moves_once(bool by_close)
{
    int v = 1;
    for (int i = 0; i < N; i++) {
        c1 = goc_chan_new(sizeof v, 1);
        c2 = goc_chan_new(sizeof v, 1);
        backwards = i & 1;
        goc_chan_send(c1, &v);
        goc_waitgroup_add(&wg, 1);
        goc_go(either, NULL);
        if (i & 2)
            goc_yield();
        if (by_close)
            goc_chan_close(c2);
        else
            goc_chan_send(c2, &v);
        goc_chan_try_recv(c1, NULL);
        goc_waitgroup_wait(&wg);
        goc_chan_free(c1);
        goc_chan_free(c2);
    }
}

/* A value goes to and fro: before it is taken from one channel another has
 * been put into the other. */
static void mover(void *arg)
{
    int v = 1;
    while (!stop) {
        goc_chan_send(c2, &v);
        goc_chan_recv(c1, NULL);
        goc_chan_send(c1, &v);
        goc_chan_recv(c2, NULL);
    }
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void value_moves(void)
{
    int v = 1;
    c1 = goc_chan_new(sizeof v, 3);
    c2 = goc_chan_new(sizeof v, 3);
    goc_chan_send(c1, &v);
    stop = 0;
    goc_waitgroup_add(&wg, 1);
    goc_go(mover, NULL);
    for (int i = 0; i < TURNS; i++) {
        goc_case a = { .chan = c1 }, b = { .chan = c2 };
        int chosen = poll_two(a, b, i & 1);
        CHECK(chosen >= 0);
        goc_chan_send((chosen ^ (i & 1)) == 0 ? c1 : c2, &v); /* put back */
        if (i % 64 == 0)
            goc_yield();
    }
    stop = 1;
    goc_waitgroup_wait(&wg);
    goc_chan_free(c1);
    goc_chan_free(c2);
}

/* A channel with room for one can be sent to or received from. */
static void filler(void *arg)
{
    int v = 1;
    while (!stop) {
        goc_chan_try_send(c1, &v);
        goc_chan_try_recv(c1, NULL);
    }
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void one_channel(void)
{
    int v = 1, w;
    c1 = goc_chan_new(sizeof v, 1);
    stop = 0;
    goc_waitgroup_add(&wg, 1);
    goc_go(filler, NULL);
    for (int i = 0; i < TURNS; i++) {
        goc_case in = { .chan = c1, .elem = &w };
        goc_case out = { .chan = c1, .elem = &v, .op = GOC_SEND };
        CHECK(poll_two(in, out, i & 1) >= 0);
        if (i % 64 == 0)
            goc_yield();
    }
    stop = 1;
    goc_waitgroup_wait(&wg);
    goc_chan_free(c1);
}

/* A closed channel is ready whether or not somebody drains it meanwhile. */
static void not_empty(void *arg)
{
    CHECK(goc_chan_try_recv(c1, NULL) != GOC_EMPTY);
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void drained(void)
{
    int v = 1;
    for (int i = 0; i < N; i++) {
        c1 = goc_chan_new(sizeof v, 1);
        goc_chan_send(c1, &v);
        goc_waitgroup_add(&wg, 1);
        goc_go(not_empty, NULL);
        goc_chan_close(c1);
        goc_chan_recv(c1, NULL);
        goc_waitgroup_wait(&wg);
        goc_chan_free(c1);
    }
}

int main(void)
{
    moves_once(false);
    moves_once(true);
    value_moves();
    one_channel();
    drained();
    return 0;
}
