// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A writer among readers that do nothing but read does not wait, at each turn, until all have used
// up their time.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

/* Ten milliseconds for each reader at each turn would be 160 seconds. */
enum { READERS = 8, TURNS = 2000, SECONDS = 40 };

static goc_rwmutex rw;
static goc_waitgroup wg;
static _Atomic int begun, stop;
static long written;

/* So that the writer finds the lock taken. */
static void holds(void *arg)
{
    (void)arg;
    begun++;
    while (!stop) {
        goc_rwmutex_rlock(&rw);
        goc_yield();
        goc_rwmutex_runlock(&rw);
    }
    goc_waitgroup_done(&wg);
}

static void reads(void *arg)
{
    volatile long *sum = arg;
    begun++;
    while (!stop) {
        goc_rwmutex_rlock(&rw);
        for (int i = 0; i < 200; i++)
            *sum += written;
        goc_rwmutex_runlock(&rw);
    }
    goc_waitgroup_done(&wg);
}

int main(void)
{
    static long sums[READERS];
    goc_waitgroup_add(&wg, READERS + 1);
    goc_go(holds, NULL);
    for (int i = 0; i < READERS; i++)
        goc_go(reads, &sums[i]);
    while (begun < READERS + 1)
        goc_yield();
    goc_time begin = goc_now();
    while (written < TURNS) {
        goc_rwmutex_lock(&rw);
        written++;
        goc_rwmutex_unlock(&rw);
        CHECK(goc_since(begin) < SECONDS * GOC_SECOND);
    }
    stop = 1;
    goc_waitgroup_wait(&wg);
    return 0;
}
