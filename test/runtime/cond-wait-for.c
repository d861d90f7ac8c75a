// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_cond_wait_for is false when the time is up; a signal meanwhile is not lost to one that has given up.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_mutex mu;
static goc_cond cond;
static goc_waitgroup wg;
static int tokens, taken;
static _Atomic int stop;

static void timeout(void)
{
    goc_mutex_lock(&mu);
    goc_time start = goc_now();
    CHECK(!goc_cond_wait_for(&cond, 3 * GOC_MILLISECOND));
    CHECK(goc_since(start) >= 3 * GOC_MILLISECOND);
    CHECK(!goc_mutex_try_lock(&mu)); /* it holds the mutex */
    CHECK(!goc_cond_wait_for(&cond, 0));
    goc_context *ctx = goc_with_timeout(NULL, GOC_MILLISECOND);
    CHECK_EQ(goc_cond_wait_ctx(&cond, ctx), -ETIMEDOUT);
    CHECK_EQ(goc_cond_wait_ctx(&cond, ctx), -ETIMEDOUT);
    goc_context_free(ctx);
    goc_mutex_unlock(&mu);
}

static void taker(void *arg)
{
    (void)arg;
    while (!stop) {
        goc_mutex_lock(&mu);
        while (!tokens && !stop)
            goc_cond_wait_for(&cond, 50 * GOC_MICROSECOND);
        if (tokens) {
            tokens--;
            taken++;
        }
        goc_mutex_unlock(&mu);
    }
    goc_waitgroup_done(&wg);
}

static void woken(void *arg)
{
    (void)arg;
    goc_mutex_lock(&mu);
    goc_waitgroup_done(&wg);
    CHECK(goc_cond_wait_for(&cond, GOC_HOUR));
    goc_mutex_unlock(&mu);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    enum { TAKERS = 8, TOKENS = 3000 };

    goc_cond_init(&cond, &mu);
    timeout();

    goc_waitgroup_add(&wg, 1);
    goc_go(woken, NULL);
    goc_waitgroup_wait(&wg);
    goc_waitgroup_add(&wg, 1);
    goc_mutex_lock(&mu);
    goc_cond_signal(&cond);
    goc_mutex_unlock(&mu);
    goc_waitgroup_wait(&wg);

    goc_waitgroup_add(&wg, TAKERS);
    for (int i = 0; i < TAKERS; i++)
        goc_go(taker, NULL);
    for (int i = 0; i < TOKENS; i++) {
        goc_mutex_lock(&mu);
        tokens++;
        goc_mutex_unlock(&mu);
        goc_cond_signal(&cond);
        if (i % 32 == 0)
            goc_sleep(20 * GOC_MICROSECOND);
    }
    for (;;) {
        goc_mutex_lock(&mu);
        int left = tokens;
        goc_mutex_unlock(&mu);
        if (!left)
            break;
        goc_sleep(GOC_MILLISECOND);
    }
    stop = 1;
    goc_cond_broadcast(&cond);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(taken, TOKENS);
    return 0;
}
