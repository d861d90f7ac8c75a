// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two wait groups as a barrier, used again and again; nobody passes before the last has come.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = 16 };

static goc_waitgroup arrive, leave;
static goc_chan *passed;
static _Atomic int count;

static void member(void *arg)
{
    (void)arg;
    goc_waitgroup_done(&arrive);
    goc_waitgroup_wait(&leave);
    goc_chan_send(passed, NULL);
}

static void barrier(void)
{
    goc_waitgroup_add(&arrive, N);
    goc_waitgroup_add(&leave, N);
    for (int i = 0; i < N; i++)
        goc_go(member, NULL);
    goc_waitgroup_wait(&arrive);
    for (int i = 0; i < N; i++) {
        CHECK_EQ(goc_chan_len(passed), 0);
        goc_waitgroup_done(&leave);
    }
    for (int i = 0; i < N; i++)
        goc_chan_recv(passed, NULL);
}

static void counts(void *arg)
{
    count++;
    goc_waitgroup_done(arg);
}

/* The wait does not return early, though the counter goes up and down. */
static void no_early_return(void)
{
    for (int i = 0; i < CROWD(3000); i++) {
        goc_waitgroup wg = { 0 };
        count = 0;
        goc_waitgroup_add(&wg, 1);
        goc_go(counts, &wg);
        goc_waitgroup_add(&wg, 1);
        goc_go(counts, &wg);
        goc_waitgroup_wait(&wg);
        CHECK_EQ(count, 2);
    }
}

/* Tasks that announce further ones before they are done. */
static goc_waitgroup tree;

static void grow(void *arg)
{
    int depth = *(int *)arg - 1;
    if (depth > 0) {
        goc_waitgroup_add(&tree, 3);
        for (int i = 0; i < 3; i++)
            goc__go(grow, &depth, sizeof depth, "x");
    }
    count++;
    goc_waitgroup_done(&tree);
}

static void grows(void)
{
    int depth = CROWD(10) > 1 ? 8 : 5;
    count = 0;
    goc_waitgroup_add(&tree, 1);
    goc__go(grow, &depth, sizeof depth, "x");
    goc_waitgroup_wait(&tree);
    CHECK_EQ(count, ((depth == 8 ? 6561 : 243) - 1) / 2);
}

/* Adding more than one, and taking away more than one. */
static void steps(void)
{
    goc_waitgroup wg = { 0 };
    goc_waitgroup_add(&wg, 1000);
    goc_waitgroup_add(&wg, -999);
    CHECK_EQ(goc_waitgroup_wait_for(&wg, NULL, 0), -ETIMEDOUT);
    goc_waitgroup_add(&wg, 0);
    goc_waitgroup_add(&wg, -1);
    goc_waitgroup_wait(&wg);
    goc_waitgroup_add(&wg, INT32_MAX);
    goc_waitgroup_add(&wg, -INT32_MAX);
    goc_waitgroup_wait(&wg);
}

int main(void)
{
    passed = goc_chan_new(0, N);
    for (int i = 0; i < CROWD(50); i++)
        barrier();
    no_early_return();
    grows();
    steps();
    goc_chan_free(passed);
    return 0;
}
