// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Timers that are moved to and fro among many others are neither lost nor early.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { TIMERS = 100, STATES = 11 };

static unsigned seed = 12345;

static int below(int n)
{
    seed = seed * 1664525 + 1013904223;
    return (int)(seed >> 8) % n;
}

/* Each timer goes through its states in order, all of them intermingled. */
static void intermingled(void)
{
    goc_timer *t[TIMERS];
    int state[TIMERS] = { 0 }, left[TIMERS], n = TIMERS;
    goc_time start[TIMERS];
    for (int i = 0; i < TIMERS; i++)
        left[i] = i;
    while (n > 0) {
        int at = below(n), i = left[at];
        goc_time when;
        switch (state[i]++) {
        case 0:
            t[i] = goc_timer_new(0);
            break;
        case 1:
        case 9:
            CHECK(goc_chan_recv(t[i]->c, &when));
            break;
        case 2:
            CHECK(!goc_timer_reset(t[i], GOC_MINUTE));
            break;
        case 3:
        case 5:
        case 7:
            CHECK(goc_timer_stop(t[i]));
            break;
        case 4:
            CHECK(!goc_timer_reset(t[i], 3 * GOC_MINUTE));
            break;
        case 6:
            CHECK(!goc_timer_reset(t[i], 2 * GOC_MINUTE));
            break;
        case 8:
            start[i] = goc_now();
            CHECK(!goc_timer_reset(t[i], below(3) * GOC_MICROSECOND));
            break;
        case STATES - 1:
            CHECK(goc_since(start[i]) < 30 * GOC_SECOND);
            goc_timer_free(t[i]);
            left[at] = left[--n];
            break;
        }
    }
}

/* From an hour ahead to the distant past, ten times over. */
static void moved_earlier(void)
{
    for (int i = 0; i < 1000; i++) {
        goc_timer *t = goc_timer_new(GOC_HOUR);
        for (int k = 0; k < 10; k++) {
            goc_timer_stop(t);
            goc_timer_reset(t, INT64_MIN / 2);
        }
        CHECK(goc_chan_recv(t->c, NULL));
        CHECK(!goc_timer_stop(t));
        goc_timer_free(t);
    }
}

/* Moved by steps of every size: it comes at the last one's time, not before
 * and not after an earlier one's. */
static void steps(void)
{
    goc_timer *t = goc_timer_new(GOC_HOUR);
    for (int i = 0; i < 40; i++) {
        goc_time when, start = 0;
        goc_duration d = 0;
        for (int k = 0; k < 40; k++) {
            d = (goc_duration)1 << below(22); /* up to 4 ms */
            start = goc_now();
            goc_timer_reset(t, k < 39 ? d << below(30) : d);
        }
        CHECK(goc_chan_recv(t->c, &when));
        CHECK(when - start >= d);
        CHECK(goc_now() - start >= d);
    }
    goc_timer_free(t);
}

static goc_waitgroup wg;

static void sleeper(void *arg)
{
    (void)arg;
    goc_sleep(10 * GOC_MICROSECOND);
    goc_waitgroup_done(&wg);
}

/* Zero and next to nothing, beside thousands of others. */
static void nothing(void)
{
    enum { SLEEPERS = 3000 };
    goc_timer *t = goc_timer_new(GOC_HOUR);
    goc_waitgroup_add(&wg, SLEEPERS);
    for (int i = 0; i < SLEEPERS; i++) {
        goc_go(sleeper, NULL);
        goc_timer_reset(t, i % 3);
        CHECK(goc_chan_recv(t->c, NULL));
    }
    goc_waitgroup_wait(&wg);
    goc_timer_free(t);
}

int main(void)
{
    intermingled();
    moved_earlier();
    steps();
    nothing();
    return 0;
}
