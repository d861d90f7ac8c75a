// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tickers of a nanosecond among many receivers; ticks are never ahead of time nor more than time
// allows.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_ticker *ticker;
static goc_timer *timer;
static goc_waitgroup wg;
static goc_mutex mu;
static _Atomic int stop;

static void idle(void *arg)
{
    (void)arg;
    while (!stop)
        goc_sleep(GOC_NANOSECOND);
}

static void takes_100(void *arg)
{
    goc_time last = 0, now;
    (void)arg;
    for (int i = 0; i < 100; i++) {
        CHECK(goc_chan_recv(ticker->c, &now));
        CHECK(now >= last && now <= goc_now());
        last = now;
    }
    goc_waitgroup_done(&wg);
}

static void fast(void)
{
    ticker = goc_ticker_new(GOC_NANOSECOND);
    goc_go(idle, NULL);
    goc_waitgroup_add(&wg, 10);
    for (int i = 0; i < 10; i++)
        goc_go(takes_100, NULL);
    goc_waitgroup_wait(&wg);
    stop = 1;
    goc_ticker_free(ticker);
}

static void tick_or_after(void *arg)
{
    (void)arg;
    for (int i = 0; i < 300; i++) {
        goc_case k[2] = { { .chan = ticker->c },
                          { .op = GOC_AFTER, .delay = GOC_MILLISECOND } };
        CHECK(goc__select_after(k, 2, "x") >= 0);
        CHECK(k[0].ok || k[1].ok);
    }
    goc_waitgroup_done(&wg);
}

/* Many selects that the same ticker wakes. */
static void woken_together(void)
{
    ticker = goc_ticker_new(GOC_MICROSECOND);
    goc_waitgroup_add(&wg, 8);
    for (int i = 0; i < 8; i++)
        goc_go(tick_or_after, NULL);
    goc_waitgroup_wait(&wg);
    goc_ticker_free(ticker);
}

static void receive_and_reset(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2000; i++) {
        goc_chan_try_recv(timer->c, NULL);
        goc_mutex_lock(&mu); /* one at a time may reset it */
        goc_timer_reset(timer, GOC_NANOSECOND);
        goc_mutex_unlock(&mu);
    }
    goc_waitgroup_done(&wg);
}

static void reset_together(void)
{
    timer = goc_timer_new(GOC_NANOSECOND);
    goc_waitgroup_add(&wg, 8);
    for (int i = 0; i < 8; i++)
        goc_go(receive_and_reset, NULL);
    goc_waitgroup_wait(&wg);
    goc_timer_free(timer);
}

/* However late the reader, in a span of n intervals there are at most n ticks
 * and the one that waited. */
static void not_too_many(void)
{
    goc_duration d = 500 * GOC_MICROSECOND;
    goc_time start = goc_now(), now = 0;
    int n = 0;
    ticker = goc_ticker_new(d);
    while (goc_since(start) < 40 * d) {
        CHECK(goc_chan_recv(ticker->c, &now));
        n++;
        CHECK(now - start >= d);
        if (n % 8 == 0)
            goc_sleep(3 * d);
    }
    CHECK(n <= (goc_since(start)) / d + 1);
    goc_ticker_reset(ticker, 4 * d);
    start = goc_now();
    for (int i = 1; i <= 3; i++) {
        CHECK(goc_chan_recv(ticker->c, &now));
        CHECK(goc_since(start) >= i * 4 * d - d);
    }
    for (int i = 0; i < 3; i++) { /* taken down and put up again */
        goc_ticker_free(ticker);
        ticker = goc_ticker_new(d);
        CHECK(goc_chan_recv(ticker->c, NULL));
    }
    goc_ticker_free(ticker);
}

int main(void)
{
    fast();
    woken_together();
    reset_together();
    not_too_many();
    return 0;
}
