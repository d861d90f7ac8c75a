// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Durations that are tiny, negative or beyond the end of time mean what they say, in everything
// that takes one.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static const goc_duration big[] = { INT64_MAX, INT64_MAX - 1, INT64_MAX / 2,
                                    (goc_duration)1 << 62 };
static const goc_duration past[] = { 0, -1, -GOC_HOUR, INT64_MIN / 2,
                                     INT64_MIN + 1, INT64_MIN };
enum { BIGS = 4, PASTS = 6 };

static goc_mutex mu;
static goc_cond cond;

static void never(void *arg)
{
    (void)arg;
    CHECK(!"the end of time has come");
}

static void sleeps_for_ever(void *arg)
{
    goc_sleep(*(goc_duration *)arg);
    CHECK(!"the end of time has come");
}

/* What is far away does not come, and hides nothing that comes before it. */
static void far_away(void)
{
    for (int i = 0; i < BIGS; i++) {
        goc_duration d = big[i];
        goc__go(sleeps_for_ever, &d, sizeof d, "x");
        goc_timer *t = goc_timer_new(d);
        goc_timer *f = goc_timer_func(d, never, NULL);
        goc_ticker *k = goc_ticker_new(d);
        goc_context *ctx = goc_with_timeout(NULL, d);
        goc_context *dead = goc_with_deadline(NULL, d);
        goc_case c[4] = { { .op = GOC_AFTER, .delay = d },
                          { .chan = t->c },
                          { .chan = k->c },
                          { .op = GOC_AFTER, .delay = GOC_MILLISECOND } };
        CHECK_EQ(goc_select(c, 4, d), 3);
        CHECK_EQ(goc_select(c, 4, GOC_FOREVER), 3);
        CHECK_EQ(goc__select_after(c, 4, "x"), 3);
        CHECK_EQ(goc_err(ctx), 0);
        CHECK_EQ(goc_err(dead), 0);
        CHECK(goc_timer_reset(t, d));
        CHECK(goc_timer_stop(t));
        CHECK(goc_timer_stop(f));
        CHECK(goc_ticker_stop(k));
        goc_timer_free(t);
        goc_timer_free(f);
        goc_ticker_free(k);
        goc_context_free(ctx);
        goc_context_free(dead);
    }
}

static void gone_by(void)
{
    for (int i = 0; i < PASTS; i++) {
        goc_duration d = past[i];
        goc_sleep(d);
        goc_timer *t = goc_timer_new(d);
        CHECK(goc_chan_recv(t->c, NULL));
        CHECK(!goc_timer_reset(t, d));
        CHECK(goc_chan_recv(t->c, NULL));
        goc_timer_free(t);
        goc_case c[2] = { { .op = GOC_AFTER, .delay = GOC_HOUR },
                          { .op = GOC_AFTER, .delay = d } };
        CHECK_EQ(goc__select_after(c, 2, "x"), 1);
        goc_time when;
        goc__recv_after(d, &when, "x");
        CHECK(when <= goc_now());
        goc_context *ctx = goc_with_timeout(NULL, d);
        CHECK_EQ(goc_err(ctx), -ETIMEDOUT);
        CHECK_EQ(goc_sleep_ctx(ctx, GOC_HOUR), -ETIMEDOUT);
        goc_context_free(ctx);
    }
}

/* The least that there is: it is up at once, but not before its time. */
static void tiny(void)
{
    for (goc_duration d = 1; d <= 200000; d *= 3) {
        goc_time start = goc_now();
        goc_sleep(d);
        CHECK(goc_since(start) >= d);
        start = goc_now();
        CHECK_EQ(goc_select(NULL, 0, d), -1);
        CHECK(goc_since(start) >= d);
        goc_mutex_lock(&mu);
        start = goc_now();
        CHECK(!goc_cond_wait_for(&cond, d));
        CHECK(goc_since(start) >= d);
        goc_mutex_unlock(&mu);
    }
}

static void signals(void *arg)
{
    (void)arg;
    goc_mutex_lock(&mu);
    goc_cond_signal(&cond);
    goc_mutex_unlock(&mu);
}

static void done(void *arg)
{
    goc_waitgroup_done(arg);
}

/* A limit beyond the end of time is none, in waits that can end otherwise. */
static void no_limit(void)
{
    for (int i = 0; i < BIGS; i++) {
        goc_waitgroup wg = { 0 };
        goc_waitgroup_add(&wg, 1);
        goc_go(done, &wg);
        CHECK_EQ(goc_waitgroup_wait_for(&wg, NULL, big[i]), 0);
        goc_mutex_lock(&mu);
        goc_go(signals, NULL);
        CHECK(goc_cond_wait_for(&cond, big[i]));
        goc_mutex_unlock(&mu);

        int p[2];
        char b = 0;
        CHECK_EQ(goc_pipe(p), 0);
        CHECK_EQ(goc_set_deadline(p[0], big[i], 0), 0);
        CHECK_EQ(goc_set_deadline(p[1], 0, big[i]), 0);
        CHECK_EQ(goc_write(p[1], "x", 1), 1);
        CHECK_EQ(goc_read(p[0], &b, 1), 1);
        CHECK_EQ(goc_wait_fd(p[1], POLLOUT, big[i]), POLLOUT);
        CHECK_EQ(goc_set_deadline(p[0], INT64_MIN, 0), 0);
        CHECK_EQ(goc_read(p[0], &b, 1), -ETIMEDOUT);
        goc_close(p[0]);
        goc_close(p[1]);
    }
}

int main(void)
{
    goc_cond_init(&cond, &mu);
    far_away();
    gone_by();
    tiny();
    no_limit();
    return 0;
}
