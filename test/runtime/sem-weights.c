// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A semaphore by weights: what is too large holds up nobody, large ones do not starve, and who
// gives up lets the next ones in.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_sem sem;
static goc_waitgroup wg;
static _Atomic int stop, held;

static void tries(void)
{
    goc_sem_init(&sem, 2);
    goc_sem_acquire(&sem, 1);
    CHECK(goc_sem_try_acquire(&sem, 1));
    CHECK(!goc_sem_try_acquire(&sem, 1));
    goc_sem_release(&sem, 2);
    CHECK(goc_sem_try_acquire(&sem, 1));
    goc_sem_acquire(&sem, 1);
    CHECK(!goc_sem_try_acquire(&sem, 1));
    goc_sem_release(&sem, 2);
    CHECK(!goc_sem_try_acquire(&sem, 3));
    CHECK(goc_sem_try_acquire(&sem, 0));
    goc_sem_release(&sem, 0);
}

static void too_big(void *arg)
{
    CHECK_EQ(goc_sem_acquire_ctx(&sem, 3, arg), -ECANCELED);
    goc_waitgroup_done(&wg);
}

static void fits(void *arg)
{
    (void)arg;
    goc_sem_acquire(&sem, 1);
    held++;
    goc_sem_release(&sem, 1);
    goc_waitgroup_done(&wg);
}

/* More than there is waits for its context, and holds up nobody meanwhile. */
static void too_big_waits(void)
{
    goc_context *ctx = goc_with_cancel(NULL);
    goc_sem_init(&sem, 2);
    goc_waitgroup_add(&wg, 4);
    go_and_wait(too_big, ctx, "semacquire");
    CHECK(goc_sem_try_acquire(&sem, 2));
    go_and_wait(fits, NULL, "semacquire");
    go_and_wait(too_big, ctx, "semacquire");
    go_and_wait(fits, NULL, "semacquire");
    goc_sem_release(&sem, 2);
    while (held < 2)
        goc_yield();
    CHECK_EQ(goc_waitgroup_wait_for(&wg, NULL, 0), -ETIMEDOUT);
    goc_cancel(ctx);
    goc_waitgroup_wait(&wg);
    CHECK(goc_sem_try_acquire(&sem, 2));
    goc_context_free(ctx);
}

/* Also in the form without a context, which waits for ever. */
static void too_big_for_ever(void *arg)
{
    (void)arg;
    goc_sem_acquire(&sem, 3);
    CHECK(!"woken");
}

static void too_big_waits_for_ever(void)
{
    goc_sem_init(&sem, 2);
    go_and_wait(too_big_for_ever, NULL, "semacquire");
    goc_sem_acquire(&sem, 2);
    goc_sem_release(&sem, 2);
    CHECK(goc_sem_try_acquire(&sem, 2));
}

static void small(void *arg)
{
    (void)arg;
    while (!stop) {
        goc_sem_acquire(&sem, 1);
        goc_sleep(20 * GOC_MICROSECOND);
        goc_sem_release(&sem, 1);
    }
    goc_waitgroup_done(&wg);
}

/* Small ones keep coming; all of it at once is got all the same. */
static void large_does_not_starve(void)
{
    enum { UNITS = 8 };
    goc_sem_init(&sem, UNITS);
    goc_waitgroup_add(&wg, 2 * UNITS);
    for (int i = 0; i < 2 * UNITS; i++)
        goc_go(small, NULL);
    for (int i = 0; i < 20; i++) {
        goc_sem_acquire(&sem, UNITS);
        goc_sem_release(&sem, UNITS);
    }
    stop = 1;
    goc_waitgroup_wait(&wg);
}

static void gives_up(void *arg)
{
    CHECK_EQ(goc_sem_acquire_ctx(&sem, 10, arg), -ECANCELED);
    goc_waitgroup_done(&wg);
}

static void takes_one(void *arg)
{
    goc_sem_acquire(&sem, 1);
    goc_chan_send(arg, NULL);
    goc_waitgroup_done(&wg);
}

/* One unit is free, but the first in line wants all; when it leaves the next
 * one goes in, without any release. */
static void leaving_lets_in(void)
{
    goc_chan *in = goc_chan_new(0, 1);
    goc_context *ctx = goc_with_cancel(NULL);
    goc_sem_init(&sem, 10);
    goc_sem_acquire(&sem, 1);
    goc_sem_acquire(&sem, 8);
    goc_waitgroup_add(&wg, 2);
    go_and_wait(gives_up, ctx, "semacquire");
    go_and_wait(takes_one, in, "semacquire");
    CHECK_EQ(goc_chan_len(in), 0);
    goc_cancel(ctx);
    goc_chan_recv(in, NULL);
    goc_waitgroup_wait(&wg);
    goc_sem_release(&sem, 10);
    goc_context_free(ctx);
    goc_chan_free(in);
}

int main(void)
{
    tries();
    too_big_waits();
    large_does_not_starve();
    leaving_lets_in();
    too_big_waits_for_ever();
    return 0;
}
