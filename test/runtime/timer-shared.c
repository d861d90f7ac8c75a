// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Several goroutines stop and reset one timer at the same time: it stays whole,
// and nothing is received that came before the last reset.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 6, TURNS = 5000 };

static goc_timer *timer;
static goc_ticker *ticker;
static goc_waitgroup wg;

static void worry(void *arg)
{
    int self = *(int *)arg;
    for (int i = 0; i < TURNS; i++) {
        if ((i + self) % 3 == 0)
            goc_timer_stop(timer);
        else
            goc_timer_reset(timer, i % 7 * GOC_MICROSECOND);
        if ((i + self) % 5 == 0)
            goc_ticker_stop(ticker);
        else
            goc_ticker_reset(ticker, (1 + i % 7) * GOC_MICROSECOND);
        if (i % 64 == 0)
            goc_yield();
    }
    goc_waitgroup_done(&wg);
}

int main(void)
{
    static int number[GOROUTINES];
    timer = goc_timer_new(GOC_HOUR);
    ticker = goc_ticker_new(GOC_HOUR);
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++) {
        number[i] = i;
        goc_go(worry, &number[i]);
    }
    goc_waitgroup_wait(&wg);

    goc_time before = goc_now(), at;
    goc_timer_reset(timer, GOC_MILLISECOND);
    CHECK(goc_chan_recv(timer->c, &at));
    CHECK(at >= before + GOC_MILLISECOND);
    CHECK(!goc_timer_stop(timer));
    goc_ticker_stop(ticker);
    CHECK_EQ(goc_chan_try_recv(ticker->c, &at), GOC_EMPTY);
    goc_timer_free(timer);
    goc_ticker_free(ticker);
    return 0;
}
