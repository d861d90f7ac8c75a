// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_after_func runs its function once the context has ended, in a goroutine of its own.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static _Atomic int calls;
static goc_waitgroup wg;

static void call(void *arg)
{
    CHECK(goc_id() > 1);
    calls += *(int *)arg;
    goc_sleep(GOC_MILLISECOND); /* it may park */
    goc_waitgroup_done(&wg);
}

static void never(void *arg)
{
    (void)arg;
    CHECK(false);
}

int main(void)
{
    int one = 1, ten = 10;
    goc_context *ctx = goc_with_cancel(NULL);
    goc_waitgroup_add(&wg, 2);
    goc_after_func(ctx, call, &one);
    goc_after_func(ctx, call, &one);
    goc_after_call *stopped = goc_after_func_new(ctx, never, NULL);
    CHECK(goc_after_func_stop(stopped));
    goc_after_func(goc_background(), never, NULL);
    goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(calls, 0);
    goc_after_call *run = goc_after_func_new(ctx, call, &ten);
    goc_waitgroup_add(&wg, 1);
    goc_cancel(ctx);
    CHECK(!goc_after_func_stop(run));
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, 12);

    goc_waitgroup_add(&wg, 1);
    goc_after_func(ctx, call, &ten); /* has ended */
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, 22);
    goc_context_free(ctx);

    goc_waitgroup_add(&wg, 2);
    ctx = goc_with_timeout(NULL, GOC_MILLISECOND);
    goc_after_func(ctx, call, &ten);
    goc_context *freed = goc_with_cancel(NULL);
    goc_after_func(freed, call, &ten);
    goc_context_free(freed); /* cancels first */
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, 42);
    goc_context_free(ctx);
    return 0;
}
