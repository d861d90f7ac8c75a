// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Goroutines that run for long, but take locks that are free, take turns: with GOC_PROCS=1 no second
// thread computes beside the first.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
#include "Inputs/check.h"

static goc_waitgroup all;
static goc_mutex mutex;
static goc_rwmutex rw;
static _Atomic int computing, turns;
static _Atomic long together, alone;
static _Atomic(void *) last;

/* Lets nobody else run; whoever is found here computes at the same time. */
static void compute(void)
{
    if (computing++)
        together++;
    else
        alone++;
    for (int i = 0; i < 500; i++)
        __asm__ volatile("");
    computing--;
}

static void locks(void *arg)
{
    goc_time end = goc_now() + 200 * GOC_MILLISECOND;
    while (goc_now() < end) {
        goc_mutex_lock(&mutex);
        goc_mutex_unlock(&mutex);
        compute();
        goc_rwmutex_rlock(&rw);
        goc_rwmutex_runlock(&rw);
        compute();
        if (last != arg)
            turns++;
        last = arg;
    }
    goc_waitgroup_done(&all);
}

int main(void)
{
    int name[3];
    goc_waitgroup_add(&all, 3);
    for (int i = 0; i < 3; i++)
        goc_go(locks, &name[i]);
    goc_waitgroup_wait(&all);
    printf("%d turns, %ld together, %ld alone\n", turns, together, alone);
    CHECK(together < alone / 10);
    CHECK(turns > 3);
    return 0;
}
