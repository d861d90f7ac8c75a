// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The number of workers changes from 1 to 8 and back under load, and is set by several at once:
// everything goes on.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { RINGS = 6, COUNTERS = 6 };

static goc_waitgroup wg;
static goc_mutex mu;
static _Atomic int stop;
static _Atomic long passed, ticked;
static long counted;

static void ring(void *arg)
{
    goc_chan **pair = arg;
    int v;
    do {
        goc_chan_recv(pair[0], &v);
        passed++;
        v = stop ? -1 : v; /* the end goes round once */
        goc_chan_send(pair[1], &v);
    } while (v >= 0);
    goc_waitgroup_done(&wg);
}

static void counter(void *arg)
{
    (void)arg;
    while (!stop) {
        goc_mutex_lock(&mu);
        bool pause = ++counted % 64 == 0;
        goc_mutex_unlock(&mu);
        if (pause)
            goc_yield();
    }
    goc_waitgroup_done(&wg);
}

static void ticker(void *arg)
{
    (void)arg;
    while (!stop) {
        goc_sleep(20 * GOC_MICROSECOND);
        ticked++;
    }
    goc_waitgroup_done(&wg);
}

static void leaf(void *arg)
{
    goc_chan_send(arg, NULL);
}
static void churn(void *arg)
{
    goc_chan *c = goc_chan_new(0, 0);
    (void)arg;
    while (!stop) {
        for (int i = 0; i < 10; i++)
            goc_go(leaf, c);
        for (int i = 0; i < 10; i++)
            goc_chan_recv(c, NULL);
    }
    goc_chan_free(c);
    goc_waitgroup_done(&wg);
}

static void sets_procs(void *arg)
{
    int n = *(int *)arg;
    for (int i = 0; i < 300; i++) {
        int old = goc_procs(1 + (i * n) % 8);
        CHECK(old >= 1 && old <= 8);
        goc_yield();
    }
    goc_waitgroup_done(&wg);
}

int main(void)
{
    static goc_chan *link[RINGS];
    static goc_chan *pair[RINGS][2];
    int factor[3] = { 1, 3, 5 }, procs = goc_procs(0), v = 0;
    for (int i = 0; i < RINGS; i++)
        link[i] = goc_chan_new(sizeof(int), 1);
    goc_waitgroup_add(&wg, RINGS + COUNTERS + 2);
    for (int i = 0; i < RINGS; i++) {
        pair[i][0] = link[i];
        pair[i][1] = link[(i + 1) % RINGS];
        goc_go(ring, pair[i]);
    }
    for (int i = 0; i < COUNTERS; i++)
        goc_go(counter, NULL);
    goc_go(ticker, NULL);
    goc_go(churn, NULL);
    goc_chan_send(link[0], &v);
    for (int i = 0; i < 60; i++) {
        goc_procs(i % 3 == 0 ? 1 : i % 3 == 1 ? 8 : 1 + i % 5);
        long before = passed, ticks = ticked;
        /* All kinds of work go on with every number of workers. */
        while (passed < before + 3 || ticked < ticks + 1)
            goc_sleep(50 * GOC_MICROSECOND);
    }
    goc_waitgroup_add(&wg, 3);
    for (int i = 0; i < 3; i++)
        goc_go(sets_procs, &factor[i]);
    while (goc_num_goroutine() > 1 + RINGS + COUNTERS + 2 + 10)
        goc_yield();
    stop = 1;
    goc_waitgroup_wait(&wg);
    CHECK(counted > 0);
    goc_procs(procs);
    CHECK_EQ(goc_procs(0), procs);
    return 0;
}
