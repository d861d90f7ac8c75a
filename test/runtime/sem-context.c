// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_sem_acquire_ctx gives up with its context, and lets those behind it go on.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_sem sem;
static goc_waitgroup wg;
static goc_context *ctx;
static _Atomic int small;

static void large(void *arg)
{
    (void)arg;
    CHECK_EQ(goc_sem_acquire_ctx(&sem, 10, ctx), -ECANCELED);
    goc_waitgroup_done(&wg);
}

static void little(void *arg)
{
    (void)arg;
    CHECK_EQ(goc_sem_acquire_ctx(&sem, 1, goc_background()), 0);
    small++;
    goc_waitgroup_done(&wg);
}

static void churn(void *arg)
{
    goc_context *c = goc_with_timeout(NULL, 100 * GOC_MICROSECOND);
    for (int i = 0; i < 200; i++)
        if (goc_sem_acquire_ctx(&sem, *(int *)arg, i % 2 ? c : NULL) == 0) {
            goc_yield();
            goc_sem_release(&sem, *(int *)arg);
        }
    goc_context_free(c);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    goc_sem_init(&sem, 10);
    ctx = goc_with_cancel(NULL);
    goc_sem_acquire(&sem, 5);
    goc_waitgroup_add(&wg, 3);
    go_and_wait(large, NULL, "semacquire");
    go_and_wait(little, NULL, "semacquire");
    go_and_wait(little, NULL, "semacquire");
    CHECK_EQ(small, 0);
    goc_cancel(ctx);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(small, 2);
    CHECK_EQ(goc_sem_acquire_ctx(&sem, 1, ctx), -ECANCELED);
    goc_sem_release(&sem, 7);

    /* More than there is: only the context can end it. */
    goc_context *brief = goc_with_timeout(NULL, 2 * GOC_MILLISECOND);
    CHECK_EQ(goc_sem_acquire_ctx(&sem, 11, brief), -ETIMEDOUT);
    goc_context_free(brief);

    int weight[] = { 1, 4, 7 };
    goc_waitgroup_add(&wg, 12);
    for (int i = 0; i < 12; i++)
        goc_go(churn, &weight[i % 3]);
    goc_waitgroup_wait(&wg);
    CHECK(goc_sem_try_acquire(&sem, 10));
    goc_sem_release(&sem, 10);
    goc_context_free(ctx);
    return 0;
}
