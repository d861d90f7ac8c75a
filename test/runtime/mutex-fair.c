// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whoever wants a mutex that others hold nearly all the time gets it a fair number of times.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { HOGS = 4, TURNS = 40 };

static goc_mutex mu;
static goc_waitgroup wg;
static _Atomic int stop;
static _Atomic long turns[HOGS + 1];

/* Holds it for d, lets it go, and takes it again at once. */
static void hog_for(int me, goc_duration d)
{
    while (!stop) {
        goc_mutex_lock(&mu);
        goc_time until = goc_now() + d;
        if (me % 2)
            goc_sleep(d);
        while (goc_now() < until)
            ;
        turns[me]++;
        goc_mutex_unlock(&mu);
    }
}

static void hog(void *arg)
{
    hog_for(*(int *)arg, 30 * GOC_MICROSECOND);
    goc_waitgroup_done(&wg);
}

static void *thread(void *arg)
{
    goc_id();
    hog(arg);
    return NULL;
}

static bool all_had_turns(void)
{
    for (int i = 0; i <= HOGS; i++)
        if (!turns[i])
            return false;
    return true;
}

int main(void)
{
    int number[HOGS + 1];
    pthread_t t;
    goc_waitgroup_add(&wg, HOGS + 1);
    for (int i = 0; i < HOGS; i++) {
        number[i] = i;
        goc_go(hog, &number[i]);
    }
    number[HOGS] = HOGS;
    CHECK_EQ(pthread_create(&t, NULL, thread, &number[HOGS]), 0);
    /* Each of these would have to wait for ever if the hogs did not let it
     * in; a time of a second for each is thousands of their turns. */
    goc_time start = goc_now();
    for (int i = 0; i < TURNS || !all_had_turns(); i++) {
        goc_mutex_lock(&mu);
        goc_mutex_unlock(&mu);
        goc_yield();
        CHECK(goc_since(start) < TURNS * GOC_SECOND);
    }
    stop = 1;
    goc_waitgroup_wait(&wg);
    pthread_join(t, NULL);
    return 0;
}
