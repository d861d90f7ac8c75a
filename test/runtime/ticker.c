// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A ticker ticks at its interval; slow readers lose ticks; stop and reset drop what is stale.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static _Atomic int ticks, running;
static goc_chan *enough;

static void tick(void *arg)
{
    (void)arg;
    CHECK_EQ(running++, 0); /* one at a time */
    goc_sleep(3 * GOC_MILLISECOND);
    running--;
    if (++ticks == 5)
        goc_chan_send(enough, NULL);
}

static void channel(void)
{
    goc_time start = goc_now(), now, last = start;
    goc_ticker *t = goc_ticker_new(2 * GOC_MILLISECOND);
    for (int i = 1; i <= 5; i++) {
        CHECK(goc_chan_recv(t->c, &now));
        CHECK(now > last);
        CHECK(now - start >= i * 2 * GOC_MILLISECOND);
        last = now;
    }
    goc_sleep(20 * GOC_MILLISECOND); /* several ticks: one is kept */
    CHECK(goc_chan_recv(t->c, &now));
    CHECK(goc_ticker_stop(t));
    CHECK(!goc_ticker_stop(t));
    CHECK_EQ(goc_chan_try_recv(t->c, &now), GOC_EMPTY);
    goc_sleep(5 * GOC_MILLISECOND);
    CHECK_EQ(goc_chan_try_recv(t->c, &now), GOC_EMPTY);

    CHECK(!goc_ticker_reset(t, GOC_MILLISECOND));
    CHECK(goc_chan_recv(t->c, &now));
    goc_sleep(3 * GOC_MILLISECOND);
    start = goc_now();
    CHECK(goc_ticker_reset(t, 4 * GOC_MILLISECOND));
    CHECK(goc_chan_recv(t->c, &now));
    CHECK(now - start >= 4 * GOC_MILLISECOND);
    goc_ticker_free(t);
    goc_ticker_free(NULL);
}

static void function(void)
{
    enough = goc_chan_new(0, 1);
    goc_ticker *t = goc_ticker_func(GOC_MILLISECOND, tick, NULL);
    CHECK(t->c == NULL);
    goc_chan_recv(enough, NULL);
    goc_ticker_free(t); /* while fn may run */
    while (running)
        goc_sleep(GOC_MILLISECOND);
    int before = ticks;
    goc_sleep(5 * GOC_MILLISECOND);
    CHECK_EQ(ticks, before);
    goc_chan_free(enough);
}

int main(void)
{
    channel();
    function();
    return 0;
}
