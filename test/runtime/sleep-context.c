// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_sleep_ctx sleeps until its time or its context is up, whichever is first.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_context *ctx;
static goc_waitgroup wg;

static void sleeper(void *arg)
{
    (void)arg;
    CHECK_EQ(goc_sleep_ctx(ctx, GOC_HOUR), -ECANCELED);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    enum { N = 100 };
    ctx = goc_with_cancel(NULL);
    CHECK_EQ(goc_sleep_ctx(ctx, GOC_MILLISECOND), 0);
    CHECK_EQ(goc_sleep_ctx(goc_background(), GOC_MILLISECOND), 0);
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++)
        goc_go(sleeper, NULL);
    goc_sleep(2 * GOC_MILLISECOND);
    goc_cancel(ctx);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_sleep_ctx(ctx, GOC_HOUR), -ECANCELED);
    CHECK_EQ(goc_sleep_ctx(ctx, 0), -ECANCELED);
    goc_context_free(ctx);

    ctx = goc_with_timeout(NULL, 2 * GOC_MILLISECOND);
    CHECK_EQ(goc_sleep_ctx(ctx, GOC_HOUR), -ETIMEDOUT);
    goc_context_free(ctx);
    return 0;
}
