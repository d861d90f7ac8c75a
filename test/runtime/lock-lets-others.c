// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Goroutines that run for long, but take locks that are free, take turns: with GOC_PROCS=1 no second
// thread computes beside the first.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
#include "Inputs/check.h"

static goc_waitgroup all;
static goc_mutex mutex;
static goc_rwmutex rw;
static _Atomic int turns;
static _Atomic(void *) last;

static void locks(void *arg)
{
    goc_time end = goc_now() + 200 * GOC_MILLISECOND;
    while (goc_now() < end) {
        goc_mutex_lock(&mutex);
        goc_mutex_unlock(&mutex);
        for (int i = 0; i < 500; i++)
            __asm__ volatile("");
        goc_rwmutex_rlock(&rw);
        goc_rwmutex_runlock(&rw);
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
    printf("%d turns\n", turns);
    CHECK(turns > 3);
    CHECK(turns < 5000); /* side by side they are 100,000 */
    return 0;
}
