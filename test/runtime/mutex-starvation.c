// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A waiter gets the mutex although another goroutine takes it again and again.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_mutex mu;
static _Atomic int stop;
static goc_waitgroup wg;

/* Holds the mutex nearly all the time. */
static void hog(void *arg)
{
    (void)arg;
    while (!stop) {
        goc_mutex_lock(&mu);
        goc_sleep(100 * GOC_MICROSECOND);
        goc_mutex_unlock(&mu);
    }
    goc_waitgroup_done(&wg);
}

int main(void)
{
    enum { HOGS = 3, TURNS = 10 };

    goc_waitgroup_add(&wg, HOGS);
    for (int i = 0; i < HOGS; i++)
        goc_go(hog, NULL);
    goc_time start = goc_now();
    for (int i = 0; i < TURNS; i++) {
        goc_sleep(100 * GOC_MICROSECOND);
        goc_mutex_lock(&mu);
        goc_mutex_unlock(&mu);
    }
    CHECK(goc_since(start) < 20 * GOC_SECOND);
    stop = 1;
    goc_waitgroup_wait(&wg);
    return 0;
}
