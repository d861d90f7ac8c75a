// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Timers and tickers through every change of state: nothing stale is received, and what is due
// is, whoever waits already.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

/* A timer and a ticker through the same steps. */
struct clock
{
    goc_timer *timer;
    goc_ticker *ticker;
    goc_chan *c;
};

static goc_chan *done, *quit, *left;
static struct clock *now;

static bool stop(struct clock *k)
{
    return k->timer ? goc_timer_stop(k->timer) : goc_ticker_stop(k->ticker);
}

static bool reset(struct clock *k, goc_duration d)
{
    return k->timer ? goc_timer_reset(k->timer, d)
                    : goc_ticker_reset(k->ticker, d);
}

static void no_tick(struct clock *k)
{
    CHECK_EQ(goc_chan_try_recv(k->c, NULL), GOC_EMPTY);
}

static void tick(struct clock *k)
{
    CHECK(goc_chan_recv(k->c, NULL));
}

static void receiver(void *arg)
{
    (void)arg;
    CHECK(goc_chan_recv(now->c, NULL));
    goc_chan_send(done, NULL);
}

static void selector(void *arg)
{
    (void)arg;
    goc_case k[2] = { { .chan = now->c }, { .chan = quit } };
    if (goc_select(k, 2, GOC_FOREVER) == 0)
        goc_chan_send(done, NULL);
    goc_chan_send(left, NULL);
}

static void at_rest(struct clock *k)
{
    CHECK(stop(k));
    CHECK(!stop(k));
    no_tick(k);
    CHECK(!reset(k, 10000 * GOC_SECOND));
    no_tick(k);
    CHECK(reset(k, 1));
    tick(k);
    /* Due, and not received: Reset drops it, and says that it was due. */
    goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(reset(k, 10000 * GOC_SECOND), k->ticker != NULL);
    no_tick(k);
    CHECK(reset(k, 1));
    goc_sleep(GOC_MILLISECOND);
    CHECK(stop(k));
    no_tick(k);
    CHECK(!reset(k, GOC_HOUR));
    no_tick(k);
    CHECK(reset(k, 1));
    tick(k);
    goc_sleep(GOC_MILLISECOND);
    if (k->ticker)
        tick(k);
    else
        no_tick(k);
    CHECK_EQ(reset(k, GOC_HOUR), k->ticker != NULL);
    no_tick(k);
}

/* Somebody waits on the channel while its timer is changed. */
static void while_waited_for(struct clock *k)
{
    CHECK(reset(k, 10000 * GOC_SECOND));
    go_and_wait(receiver, NULL, "chan receive");
    CHECK(reset(k, 20000 * GOC_SECOND));
    goc_yield();
    CHECK_EQ(goc_chan_len(done), 0);
    CHECK(reset(k, 1));
    goc_chan_recv(done, NULL);
    if (k->ticker)
        tick(k);
    else
        no_tick(k);
    stop(k);
    no_tick(k);
}

/* Two wait in selects: one tick of a timer wakes one of them. */
static void two_selects(struct clock *k)
{
    reset(k, 10000 * GOC_SECOND);
    go_and_wait(selector, NULL, "select");
    go_and_wait(selector, NULL, "select");
    CHECK_EQ(goc_chan_len(done), 0);
    reset(k, GOC_MILLISECOND);
    goc_chan_recv(done, NULL);
    goc_chan_recv(left, NULL);
    if (k->timer) {
        goc_sleep(2 * GOC_MILLISECOND);
        CHECK_EQ(goc_chan_len(done), 0);
        CHECK_EQ(goc_chan_len(left), 0);
        goc_chan_send(quit, NULL);
    } else {
        goc_chan_recv(done, NULL);
    }
    goc_chan_recv(left, NULL);
    stop(k);
    no_tick(k);
}

/* While it is stopped nobody is woken. */
static void stopped(void)
{
    go_and_wait(selector, NULL, "select");
    go_and_wait(selector, NULL, "select");
    goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(goc_chan_len(done), 0);
    for (int i = 0; i < 2; i++) {
        goc_chan_send(quit, NULL);
        goc_chan_recv(left, NULL);
    }
    CHECK_EQ(goc_chan_len(done), 0);
}

static void all(struct clock *k)
{
    now = k;
    done = goc_chan_new(0, 2);
    quit = goc_chan_new(0, 0);
    left = goc_chan_new(0, 2);
    at_rest(k);
    while_waited_for(k);
    two_selects(k);
    stopped();
    goc_chan_free(done);
    goc_chan_free(quit);
    goc_chan_free(left);
}

int main(void)
{
    struct clock t = { .timer = goc_timer_new(10000 * GOC_SECOND) };
    t.c = t.timer->c;
    all(&t);
    goc_timer_free(t.timer);
    struct clock k = { .ticker = goc_ticker_new(10000 * GOC_SECOND) };
    k.c = k.ticker->c;
    all(&k);
    goc_ticker_free(k.ticker);
    return 0;
}
