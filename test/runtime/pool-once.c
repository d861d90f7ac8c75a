// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is in a pool is handed to one at a time, wherever it was put, and nothing is made up.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { THINGS = 3000, TAKERS = 6 };

static goc_pool pool;
static goc_waitgroup wg;
static int number[THINGS];
static _Atomic int have[THINGS];
static _Atomic int taken, stop, dropped;

static void drop(void *thing)
{
    have[(int *)thing - number]++;
    dropped++;
}

/* Takes what others put; some of it goes back and is taken once more. */
static void taker(void *arg)
{
    int me = *(int *)arg;
    for (int i = 0; !stop;) {
        int *thing = goc_pool_get(&pool);
        if (!thing) {
            goc_yield();
            continue;
        }
        CHECK(thing >= number && thing < number + THINGS);
        if (++i % 3 == me % 3) {
            goc_pool_put(&pool, thing);
            continue;
        }
        have[thing - number]++;
        taken++;
    }
    goc_waitgroup_done(&wg);
}

static void *thread(void *arg)
{
    goc_id();
    taker(arg);
    return NULL;
}

static void putter(void *arg)
{
    (void)arg;
    for (int i = 0; i < THINGS; i++) {
        goc_pool_put(&pool, &number[i]);
        if (i % 50 == 0)
            goc_yield();
    }
    stop = 1;
    goc_waitgroup_done(&wg);
}

int main(void)
{
    int me[TAKERS];
    pthread_t t;
    goc_pool_init(&pool, NULL, drop);
    goc_waitgroup_add(&wg, TAKERS + 1);
    for (int i = 0; i < TAKERS; i++)
        me[i] = i;
    CHECK_EQ(pthread_create(&t, NULL, thread, &me[0]), 0);
    for (int i = 1; i < TAKERS; i++)
        goc_go(taker, &me[i]);
    goc_go(putter, NULL);
    goc_waitgroup_wait(&wg);
    pthread_join(t, NULL);
    goc_pool_destroy(&pool);
    CHECK_EQ(taken + dropped, THINGS);
    for (int i = 0; i < THINGS; i++)
        CHECK_EQ(have[i], 1);
    return 0;
}
