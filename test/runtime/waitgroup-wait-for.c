// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_waitgroup_wait_for ends with the time or the context.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_waitgroup wg, done;
static _Atomic int timed_out, succeeded;

static void waiter(void *arg)
{
    int err = goc_waitgroup_wait_for(&wg, arg, 20 * GOC_MILLISECOND);
    if (err == 0)
        succeeded++;
    else if (err == -ETIMEDOUT)
        timed_out++;
    else
        CHECK_EQ(err, -ECANCELED);
    goc_waitgroup_done(&done);
}

static void task(void *arg)
{
    goc_sleep(*(goc_duration *)arg);
    goc_waitgroup_done(&wg);
}

/* The time is up about when the group is done: one of the two, and nobody is
 * left behind. */
static void races(void)
{
    for (int i = 0; i < 30; i++) {
        goc_duration d = (18 + i % 5) * GOC_MILLISECOND;
        goc_waitgroup_add(&wg, 1);
        goc_waitgroup_add(&done, 8);
        goc_go(task, &d);
        for (int k = 0; k < 8; k++)
            goc_go(waiter, NULL);
        goc_waitgroup_wait(&done);
        goc_waitgroup_wait(&wg);
    }
    CHECK_EQ(timed_out + succeeded, 240);
}

int main(void)
{
    CHECK_EQ(goc_waitgroup_wait_for(&wg, NULL, 0), 0);
    goc_waitgroup_add(&wg, 1);
    CHECK_EQ(goc_waitgroup_wait_for(&wg, NULL, 0), -ETIMEDOUT);
    CHECK_EQ(goc_waitgroup_wait_for(&wg, NULL, GOC_MILLISECOND), -ETIMEDOUT);
    goc_context *ctx = goc_with_timeout(NULL, GOC_MILLISECOND);
    CHECK_EQ(goc_waitgroup_wait_for(&wg, ctx, -1), -ETIMEDOUT);
    goc_context_free(ctx);
    ctx = goc_with_cancel(NULL);
    goc_cancel(ctx);
    CHECK_EQ(goc_waitgroup_wait_for(&wg, ctx, GOC_FOREVER), -ECANCELED);
    goc_context_free(ctx);
    goc_waitgroup_done(&wg);
    CHECK_EQ(goc_waitgroup_wait_for(&wg, NULL, GOC_FOREVER), 0);
    races();
    return 0;
}
