// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A hundred thousand timers, started and stopped by several goroutines at once: each is up once
// or was stopped in time.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 8, EACH = CROWD(12500) };

static goc_waitgroup wg;
static _Atomic int called, fired, stopped_func, stopped_chan;

static void call(void *arg)
{
    (void)arg;
    called++;
}

/* Half have a channel, half a function; a third each is due at once, soon and
 * never, and in the end all are stopped. */
static void many(void *arg)
{
    int me = *(int *)arg;
    goc_timer **t = malloc(EACH * sizeof *t);
    for (int i = 0; i < EACH; i++) {
        goc_duration d = i % 3 == 0 ? 0
            : i % 3 == 1 ? (i % 97) * 100 * GOC_MICROSECOND
                         : GOC_HOUR + (i * 7919 + me) * GOC_SECOND;
        t[i] = i % 2 ? goc_timer_new(d) : goc_timer_func(d, call, NULL);
        if (i % 5 == 0 && i > 0) {
            int at = (i * 31) % i; /* one of the earlier ones once more */
            if (at % 2) {
                if (goc_timer_stop(t[at]))
                    CHECK_EQ(goc_chan_try_recv(t[at]->c, NULL), GOC_EMPTY);
                goc_timer_reset(t[at], d);
            }
        }
    }
    goc_stats s;
    goc_read_stats(&s);
    CHECK(s.timers > 0);
    for (int n = 0; n < EACH; n++) {
        int i = (n * 7) % EACH;
        if (i % 2) {
            bool got = goc_chan_try_recv(t[i]->c, NULL) == GOC_RECEIVED;
            bool stopped = goc_timer_stop(t[i]);
            CHECK(got != stopped);
            if (got)
                fired++;
            else
                stopped_chan++;
        } else if (goc_timer_stop(t[i])) {
            stopped_func++;
        }
        CHECK(!goc_timer_stop(t[i]));
        goc_timer_free(t[i]);
    }
    free(t);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    int number[GOROUTINES];
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++) {
        number[i] = i;
        goc_go(many, &number[i]);
    }
    goc_waitgroup_wait(&wg);
    /* Functions that are on their way. */
    while (goc_num_goroutine() > 1)
        goc_yield();
    CHECK_EQ(called + stopped_func, GOROUTINES * (EACH / 2));
    CHECK_EQ(fired + stopped_chan, GOROUTINES * (EACH / 2));
    goc_stats s;
    goc_read_stats(&s);
    CHECK_EQ(s.timers, 0);
    return 0;
}
