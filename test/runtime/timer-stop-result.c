// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What stop and reset say is so: true, and nothing can be received, or false, and it can or was.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 100, TURNS = 25 };

static goc_waitgroup wg;
static bool by_stop;

static bool stop_or_reset(goc_timer *t)
{
    return by_stop ? goc_timer_stop(t) : goc_timer_reset(t, GOC_HOUR);
}

/* Two timers for the same moment: while one is received the other is up. */
static void race(void *arg)
{
    (void)arg;
    goc_timer *t[2] = { goc_timer_new(GOC_HOUR), goc_timer_new(GOC_HOUR) };
    for (int i = 0; i < TURNS; i++) {
        goc_timer_reset(t[0], 200 * GOC_MICROSECOND);
        goc_timer_reset(t[1], 200 * GOC_MICROSECOND);
        goc_case k[2] = { { .chan = t[0]->c }, { .chan = t[1]->c } };
        int other = 1 - goc_select(k, 2, GOC_FOREVER);
        bool there = stop_or_reset(t[other]);
        /* It was running or due, and nobody else receives from it. */
        CHECK(there);
        CHECK_EQ(goc_chan_try_recv(t[other]->c, NULL), GOC_EMPTY);
        CHECK(!goc_timer_stop(t[1 - other]));
    }
    goc_timer_free(t[0]);
    goc_timer_free(t[1]);
    goc_waitgroup_done(&wg);
}

static _Atomic int received;
static goc_timer *shared;
static goc_chan *quit;

static void receives(void *arg)
{
    goc_case k[2] = { { .chan = shared->c }, { .chan = quit } };
    while (goc_select(k, 2, GOC_FOREVER) == 0)
        received++;
    (void)arg;
    goc_waitgroup_done(&wg);
}

/* Several receive while one stops and starts: each start ends in one receive
 * or in one stop that was in time. */
static void counted(void)
{
    enum { STARTS = 3000 };
    int in_time = 0;
    shared = goc_timer_new(GOC_HOUR);
    goc_timer_stop(shared);
    quit = goc_chan_new(0, 0);
    goc_waitgroup_add(&wg, 3);
    for (int i = 0; i < 3; i++)
        goc_go(receives, NULL);
    for (int i = 0; i < STARTS; i++) {
        CHECK(!goc_timer_reset(shared, i % 7 * 5 * GOC_MICROSECOND));
        for (int k = 0; k < i % 5; k++)
            goc_yield();
        in_time += goc_timer_stop(shared);
    }
    goc_chan_close(quit);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(received + in_time, STARTS);
    goc_timer_free(shared);
    goc_chan_free(quit);
}

int main(void)
{
    for (int round = 0; round < 2; round++) {
        by_stop = round == 0;
        goc_waitgroup_add(&wg, GOROUTINES);
        for (int i = 0; i < GOROUTINES; i++)
            goc_go(race, NULL);
        goc_waitgroup_wait(&wg);
    }
    counted();
    return 0;
}
