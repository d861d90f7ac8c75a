// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A timer yields the time once; nothing stale is received after stop or reset.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static _Atomic int calls;
static goc_waitgroup wg;

static void call(void *arg)
{
    calls += *(int *)arg;
    goc_waitgroup_done(&wg);
}

static void never(void *arg)
{
    (void)arg;
    CHECK(false);
}

static void channel(void)
{
    goc_time now, start = goc_now();
    goc_timer *t = goc_timer_new(2 * GOC_MILLISECOND);
    CHECK(goc_chan_recv(t->c, &now));
    CHECK(now - start >= 2 * GOC_MILLISECOND);
    CHECK(!goc_timer_stop(t));
    CHECK_EQ(goc_chan_try_recv(t->c, &now), GOC_EMPTY);

    CHECK(!goc_timer_reset(t, GOC_HOUR));
    CHECK(goc_timer_reset(t, GOC_HOUR));
    CHECK(goc_timer_stop(t));
    CHECK(!goc_timer_stop(t));

    /* The time is up, but nobody has received it. */
    goc_timer_reset(t, GOC_MILLISECOND);
    goc_sleep(5 * GOC_MILLISECOND);
    CHECK(goc_timer_stop(t));
    CHECK_EQ(goc_chan_try_recv(t->c, &now), GOC_EMPTY);
    goc_timer_reset(t, 0);
    goc_sleep(2 * GOC_MILLISECOND);
    start = goc_now();
    CHECK(goc_timer_reset(t, 2 * GOC_MILLISECOND));
    CHECK(goc_chan_recv(t->c, &now));
    CHECK(now - start >= 2 * GOC_MILLISECOND);
    goc_timer_free(t);

    t = goc_timer_new(-GOC_HOUR);
    CHECK(goc_chan_recv(t->c, NULL));
    goc_timer_free(t);
    goc_timer_free(goc_timer_new(GOC_HOUR));
    goc_timer_free(NULL);
}

static void function(void)
{
    int one = 1;
    goc_waitgroup_add(&wg, 2);
    goc_timer *t = goc_timer_func(GOC_MILLISECOND, call, &one);
    CHECK(t->c == NULL);
    while (calls < 1)
        goc_sleep(GOC_MILLISECOND);
    CHECK(!goc_timer_reset(t, GOC_MILLISECOND));
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, 2);
    CHECK(!goc_timer_stop(t));
    goc_timer_free(t);
    t = goc_timer_func(20 * GOC_MILLISECOND, never, NULL);
    CHECK(goc_timer_stop(t));
    goc_sleep(30 * GOC_MILLISECOND);
    goc_timer_free(t);
}

/* Stop against the callback: received or stopped, never both, never neither. */
static void races(void)
{
    goc_timer *t = goc_timer_new(GOC_HOUR);
    for (int i = 0; i < 2000; i++) {
        goc_timer_reset(t, i % 40 * GOC_MICROSECOND);
        if (i % 3 == 0)
            goc_yield();
        bool received = goc_chan_try_recv(t->c, NULL) == GOC_RECEIVED;
        CHECK(goc_timer_stop(t) != received);
        CHECK_EQ(goc_chan_try_recv(t->c, NULL), GOC_EMPTY);
    }
    goc_timer_free(t);
}

int main(void)
{
    channel();
    function();
    races();
    return 0;
}
