// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An error group: try_go at the limit, a first error that stays the first, and groups within
// groups.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <stdatomic.h>

static goc_chan *gate;
static _Atomic int active, most, ran;

static int waits_at_gate(void *arg)
{
    goc_chan_recv(gate, NULL);
    return arg ? *(int *)arg : 0;
}

static int counted(void *arg)
{
    int n = ++active, old = most;
    while (n > old && !atomic_compare_exchange_weak(&most, &old, n))
        ;
    goc_yield();
    active--;
    ran++;
    (void)arg;
    return 0;
}

static void limits(void)
{
    enum { TASKS = 200 };
    for (int limit = 1; limit <= 10; limit += 3) {
        goc_errgroup *g = goc_errgroup_new(NULL);
        most = ran = 0;
        goc_errgroup_limit(g, limit);
        for (int i = 0; i < TASKS; i++)
            goc_errgroup_go(g, counted, NULL);
        CHECK_EQ(goc_errgroup_wait(g), 0);
        CHECK_EQ(ran, TASKS);
        CHECK(most <= limit);
        goc_errgroup_free(g);
    }
}

static void tries(void)
{
    enum { LIMIT = 5 };
    int error = -EIO, other = -EPERM;
    goc_errgroup *g = goc_errgroup_new(NULL);
    gate = goc_chan_new(0, 0);
    goc_errgroup_limit(g, LIMIT);
    for (int i = 0; i < LIMIT; i++)
        CHECK(goc_errgroup_try_go(g, waits_at_gate, i ? NULL : &error));
    CHECK(!goc_errgroup_try_go(g, waits_at_gate, NULL));
    CHECK(!goc_errgroup_try_add(g));
    CHECK_EQ(goc_err(goc_errgroup_context(g)), 0);
    for (int i = 0; i < LIMIT; i++)
        goc_chan_send(gate, NULL);
    CHECK(!goc_chan_recv(goc_done(goc_errgroup_context(g)), NULL));
    CHECK_EQ(goc_cause(goc_errgroup_context(g)), error);
    /* There is room again, and later errors change nothing. */
    goc_errgroup_go(g, waits_at_gate, &other);
    goc_chan_close(gate);
    CHECK_EQ(goc_errgroup_wait(g), error);
    goc_errgroup_free(g);
    goc_chan_free(gate);

    g = goc_errgroup_new(NULL);
    goc_errgroup_limit(g, 0); /* nothing at all may run */
    CHECK(!goc_errgroup_try_go(g, counted, NULL));
    goc_errgroup_limit(g, -1);
    CHECK(goc_errgroup_try_go(g, counted, NULL));
    CHECK_EQ(goc_errgroup_wait(g), 0);
    goc_errgroup_free(g);
}

static int leaf(void *arg)
{
    goc_context *ctx = arg;
    CHECK(!goc_chan_recv(goc_done(ctx), NULL));
    return goc_err(ctx);
}

static int fails(void *arg)
{
    (void)arg;
    goc_yield();
    return -ENOSPC;
}

static int branch(void *arg)
{
    goc_errgroup *g = goc_errgroup_new(arg);
    for (int i = 0; i < 4; i++)
        goc_errgroup_go(g, leaf, goc_errgroup_context(g));
    int err = goc_errgroup_wait(g);
    goc_errgroup_free(g);
    return err;
}

/* A failure at the top ends the groups below. */
static void within(void)
{
    goc_errgroup *g = goc_errgroup_new(NULL);
    for (int i = 0; i < 4; i++)
        goc_errgroup_go(g, branch, goc_errgroup_context(g));
    goc_errgroup_go(g, fails, NULL);
    CHECK_EQ(goc_errgroup_wait(g), -ENOSPC);
    goc_errgroup_free(g);

    goc_context *parent = goc_with_cancel(NULL);
    g = goc_errgroup_new(parent);
    goc_errgroup_go(g, branch, goc_errgroup_context(g));
    goc_cancel(parent);
    CHECK_EQ(goc_errgroup_wait(g), -ECANCELED);
    goc_errgroup_free(g);
    goc_context_free(parent);
}

int main(void)
{
    limits();
    tries();
    within();
    return 0;
}
