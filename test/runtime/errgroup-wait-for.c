// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Waiting for an error group, and for a place in it, ends with a context or a deadline; the group goes on.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *go_on;

static int task(void *arg)
{
    goc_chan_recv(go_on, NULL);
    return *(int *)arg;
}

int main(void)
{
    int bad = -EIO, err = 1;
    go_on = goc_chan_new(0, 0);
    goc_errgroup *g = goc_errgroup_new(NULL);
    goc_errgroup_limit(g, 1);
    goc_context *ctx = goc_with_cancel(NULL);
    CHECK_EQ(goc_errgroup_add_ctx(g, ctx), 0);
    goc_errgroup_done(g, 0);

    goc_errgroup_go(g, task, &bad);
    goc_context *soon = goc_with_timeout(NULL, 2 * GOC_MILLISECOND);
    CHECK_EQ(goc_errgroup_add_ctx(g, soon), -ETIMEDOUT);
    CHECK_EQ(goc_errgroup_add_ctx(g, soon), -ETIMEDOUT);
    CHECK_EQ(goc_errgroup_wait_for(g, soon, GOC_FOREVER, &err), -ETIMEDOUT);
    CHECK_EQ(goc_errgroup_wait_for(g, NULL, 0, NULL), -ETIMEDOUT);
    CHECK_EQ(goc_errgroup_wait_for(g, ctx, GOC_MILLISECOND, &err), -ETIMEDOUT);
    goc_cancel(ctx);
    CHECK_EQ(goc_errgroup_wait_for(g, ctx, GOC_FOREVER, &err), -ECANCELED);
    CHECK_EQ(err, 1);
    CHECK_EQ(goc_err(goc_errgroup_context(g)), 0);

    goc_chan_send(go_on, NULL);
    CHECK_EQ(goc_errgroup_wait_for(g, NULL, GOC_FOREVER, &err), 0);
    CHECK_EQ(err, -EIO);
    CHECK_EQ(goc_cause(goc_errgroup_context(g)), -EIO);
    /* The group's own context, which has ended. */
    CHECK_EQ(goc_errgroup_add_ctx(g, goc_errgroup_context(g)), -ECANCELED);
    CHECK_EQ(goc_errgroup_add_ctx(g, NULL), 0);
    goc_errgroup_done(g, -EPERM);
    CHECK_EQ(goc_errgroup_wait_for(g, NULL, 0, NULL), 0);
    CHECK_EQ(goc_errgroup_wait(g), -EIO);
    goc_errgroup_free(g);

    g = goc_errgroup_new(NULL); /* without a limit */
    CHECK_EQ(goc_errgroup_add_ctx(g, ctx), -ECANCELED);
    CHECK_EQ(goc_errgroup_wait(g), 0);
    goc_errgroup_free(g);
    goc_context_free(soon);
    goc_context_free(ctx);
    goc_chan_free(go_on);
    return 0;
}
