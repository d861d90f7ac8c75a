// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_mutex_lock_ctx gives up when its context ends, and leaves the mutex usable.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_mutex mu;
static goc_waitgroup wg;
static _Atomic int ended, taken;

static void waiter(void *arg)
{
    int err = goc_mutex_lock_ctx(&mu, arg);
    if (err == 0) {
        taken++;
        goc_mutex_unlock(&mu);
    } else {
        CHECK(err == -ECANCELED || err == -ETIMEDOUT);
        ended++;
    }
    goc_waitgroup_done(&wg);
}

static void start(goc_context *ctx, int n)
{
    goc_waitgroup_add(&wg, n);
    for (int i = 0; i < n; i++)
        goc_go(waiter, ctx);
}

int main(void)
{
    enum { N = 20 };
    goc_context *a = goc_with_cancel(NULL), *b = goc_with_cancel(NULL);
    goc_context *late = goc_with_timeout(NULL, 5 * GOC_MILLISECOND);

    CHECK_EQ(goc_mutex_lock_ctx(&mu, a), 0);
    start(a, N);
    start(b, N);
    start(late, N);
    goc_sleep(GOC_MILLISECOND);
    goc_cancel(a);
    CHECK_EQ(goc_mutex_lock_ctx(&mu, a), -ECANCELED);
    while (ended < 2 * N)
        goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(taken, 0);
    goc_mutex_unlock(&mu);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(taken, N);
    CHECK_EQ(goc_mutex_lock_ctx(&mu, late), -ETIMEDOUT);
    CHECK_EQ(goc_mutex_lock_ctx(&mu, NULL), 0);

    goc_context_free(a);
    goc_context_free(b);
    goc_context_free(late);
    return 0;
}
