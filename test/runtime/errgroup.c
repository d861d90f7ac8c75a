// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An error group keeps the first error, cancels its context with it, and keeps to its limit.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_errgroup *g;
static _Atomic int running, most;

static int task(void *arg)
{
    int now = ++running;
    if (now > most)
        most = now;
    goc_sleep(100 * GOC_MICROSECOND);
    running--;
    return *(int *)arg;
}

static int until_canceled(void *arg)
{
    (void)arg;
    CHECK(!goc_chan_recv(goc_done(goc_errgroup_context(g)), NULL));
    return -EAGAIN; /* not the first */
}

static void announced(void *arg)
{
    goc_errgroup_done(arg, 0);
}

int main(void)
{
    int ok = 0, bad = -EIO;

    g = goc_errgroup_new(NULL);
    for (int i = 0; i < 20; i++)
        goc_errgroup_go(g, task, &ok);
    CHECK_EQ(goc_errgroup_wait(g), 0);
    CHECK_EQ(goc_err(goc_errgroup_context(g)), -ECANCELED);
    goc_errgroup_free(g);

    goc_context *parent = goc_with_cancel(NULL);
    g = goc_errgroup_new(parent);
    goc_errgroup_go(g, until_canceled, NULL);
    goc_errgroup_go(g, until_canceled, NULL);
    goc_errgroup_go(g, task, &bad);
    goc_errgroup_add(g);
    goc_go(announced, g);
    CHECK_EQ(goc_errgroup_wait(g), -EIO);
    CHECK_EQ(goc_cause(goc_errgroup_context(g)), -EIO);
    CHECK_EQ(goc_err(parent), 0);
    goc_errgroup_free(g);

    g = goc_errgroup_new(parent);
    goc_errgroup_limit(g, 3);
    most = 0;
    for (int i = 0; i < 50; i++)
        goc_errgroup_go(g, task, &ok);
    CHECK_EQ(goc_errgroup_wait(g), 0);
    CHECK(most <= 3);
    goc_errgroup_limit(g, 1);
    CHECK(goc_errgroup_try_add(g));
    CHECK(!goc_errgroup_try_add(g));
    CHECK(!goc_errgroup_try_go(g, task, &ok));
    goc_errgroup_done(g, 0);
    goc_errgroup_limit(g, -1);
    CHECK(goc_errgroup_try_go(g, task, &ok));
    goc_cancel(parent);
    CHECK_EQ(goc_err(goc_errgroup_context(g)), -ECANCELED);
    CHECK_EQ(goc_errgroup_wait(g), 0);
    goc_errgroup_free(g);
    goc_errgroup_free(NULL);
    goc_context_free(parent);
    return 0;
}
