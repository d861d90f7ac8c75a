// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ten thousand children end with their parent; deep trees, and frees against cancels, do no harm.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { CHILDREN = 10000, WAITERS = 100 };

static goc_context *child[CHILDREN];
static goc_waitgroup wg;

static void waiter(void *arg)
{
    CHECK(!goc_chan_recv(goc_done(arg), NULL));
    CHECK_EQ(goc_err(arg), -ECANCELED);
    goc_waitgroup_done(&wg);
}

static void wide(void)
{
    goc_context *top = goc_with_cancel(NULL);
    goc_waitgroup_add(&wg, WAITERS);
    for (int i = 0; i < CHILDREN; i++) {
        child[i] = i % 2 ? goc_with_cancel(top)
                         : goc_with_timeout(top, GOC_HOUR);
        if (i % (CHILDREN / WAITERS) == 0)
            goc_go(waiter, child[i]);
    }
    goc_yield();
    goc_cancel(top);
    for (int i = 0; i < CHILDREN; i++)
        CHECK_EQ(goc_err(child[i]), -ECANCELED);
    goc_waitgroup_wait(&wg);
    goc_context_free(top);
    for (int i = 0; i < CHILDREN; i++)
        goc_context_free(child[i]);
}

static void deep(void)
{
    goc_context *top = goc_with_timeout(NULL, 2 * GOC_MILLISECOND);
    child[0] = goc_with_cancel(top);
    for (int i = 1; i < CHILDREN; i++)
        child[i] = goc_with_cancel(child[i - 1]);
    CHECK(!goc_chan_recv(goc_done(child[CHILDREN - 1]), NULL));
    CHECK_EQ(goc_err(child[CHILDREN - 1]), -ETIMEDOUT);
    goc_context_free(top);
    for (int i = 0; i < CHILDREN; i++)
        goc_context_free(child[i]);
}

static void free_it(void *arg)
{
    goc_context_free(arg);
    goc_waitgroup_done(&wg);
}

static void cancel_it(void *arg)
{
    goc_cancel(arg);
    goc_waitgroup_done(&wg);
}

static void races(void)
{
    for (int i = 0; i < 100; i++) {
        goc_context *top = goc_with_timeout(NULL, 10 * GOC_MICROSECOND);
        goc_context *kid[8];
        for (int k = 0; k < 8; k++)
            kid[k] = goc_with_timeout(k ? kid[k / 2] : top,
                                      (k + 1) * 5 * GOC_MICROSECOND);
        goc_waitgroup_add(&wg, 9);
        goc_go(cancel_it, top);
        for (int k = 0; k < 8; k++)
            goc_go(free_it, kid[k]);
        goc_waitgroup_wait(&wg);
        goc_context_free(top);
    }
}

int main(void)
{
    wide();
    deep();
    races();
    return 0;
}
