// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mutex lets in one at a time, goroutines and outside threads alike.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>
#include <semaphore.h>

enum { GOROUTINES = 8, THREADS = 2, TURNS = 20000 };

static goc_mutex mu;
static goc_waitgroup wg;
static long shared, tried;
static int inside;

static void turns(int n)
{
    for (int i = 0; i < n; i++) {
        if (i % 16 == 0) {
            if (!goc_mutex_try_lock(&mu))
                continue;
            tried++;
        } else {
            goc_mutex_lock(&mu);
        }
        CHECK_EQ(inside++, 0);
        shared++;
        if (i % 64 == 1)
            goc_yield();
        inside--;
        goc_mutex_unlock(&mu);
    }
}

static void goroutine(void *arg)
{
    (void)arg;
    turns(TURNS);
    goc_waitgroup_done(&wg);
}

static void *thread(void *arg)
{
    CHECK_EQ(goc_id(), 0); /* from now on the library knows this thread */
    sem_post(arg);
    turns(TURNS / 20);
    goc_waitgroup_done(&wg);
    return NULL;
}

int main(void)
{
    pthread_t t[THREADS];
    sem_t known;

    CHECK_EQ(sem_init(&known, 0, 0), 0);
    goc_waitgroup_add(&wg, GOROUTINES + THREADS);
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(pthread_create(&t[i], NULL, thread, &known), 0);
    for (int i = 0; i < THREADS; i++)
        sem_wait(&known);
    for (int i = 0; i < GOROUTINES; i++)
        goc_go(goroutine, NULL);
    goc_waitgroup_wait(&wg);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);

    long least = GOROUTINES * (TURNS - TURNS / 16);
    CHECK(shared >= least);
    CHECK(goc_mutex_try_lock(&mu));
    CHECK(!goc_mutex_try_lock(&mu));
    goc_mutex_unlock(&mu);
    return 0;
}
