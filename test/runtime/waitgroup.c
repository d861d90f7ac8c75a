// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A wait group waits for all, many may wait, and it may be used again or freed at once.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static _Atomic int done, waited;
static goc_waitgroup wg, waiters;

static void task(void *arg)
{
    (void)arg;
    done++;
    goc_waitgroup_done(&wg);
}

static void waiter(void *arg)
{
    goc_waitgroup_wait(&wg);
    CHECK_EQ(done, *(int *)arg);
    waited++;
    goc_waitgroup_done(&waiters);
}

static void done_heap(void *arg)
{
    goc_waitgroup_done(arg);
}

static void used_again(void)
{
    enum { N = 200, WAITERS = 5 };
    for (int round = 1; round <= 10; round++) {
        int expected = round * N;
        goc_waitgroup_add(&wg, N);
        goc_waitgroup_add(&waiters, WAITERS);
        for (int i = 0; i < WAITERS; i++)
            goc_go(waiter, &expected);
        for (int i = 0; i < N; i++)
            goc_go(task, NULL);
        goc_waitgroup_wait(&waiters);
        CHECK_EQ(waited, round * WAITERS);
    }
}

/* done does not touch the group after it has let the waiter go. */
static void freed_at_once(void)
{
    for (int i = 0; i < 500; i++) {
        goc_waitgroup *w = calloc(1, sizeof *w);
        goc_waitgroup_add(w, 3);
        for (int k = 0; k < 3; k++)
            goc_go(done_heap, w);
        goc_waitgroup_wait(w);
        memset(w, 0xff, sizeof *w);
        free(w);
    }
}

int main(void)
{
    goc_waitgroup_wait(&wg); /* zero: returns at once */
    used_again();
    freed_at_once();
    void (*function)(goc_waitgroup *) = goc_waitgroup_done;
    goc_waitgroup_add(&wg, 2);
    function(&wg);
    (goc_waitgroup_done)(&wg);
    goc_waitgroup_wait(&wg);
    return 0;
}
