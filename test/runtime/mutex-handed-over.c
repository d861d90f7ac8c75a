// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mutex may be unlocked by another goroutine or thread than locked it; tries never wait.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { N = 2000 };

static goc_mutex mu, ping, pong;
static goc_rwmutex rw;
static goc_waitgroup wg;

/* Two mutexes as two binary semaphores. */
static void answer(void *arg)
{
    (void)arg;
    for (int i = 0; i < N; i++) {
        goc_mutex_lock(&ping);
        goc_mutex_unlock(&pong);
    }
    goc_waitgroup_done(&wg);
}

static void *answer_thread(void *arg)
{
    goc_id();
    answer(arg);
    return NULL;
}

static void as_semaphores(bool thread)
{
    pthread_t t;
    goc_mutex_lock(&ping);
    goc_mutex_lock(&pong);
    goc_waitgroup_add(&wg, 1);
    if (thread)
        CHECK_EQ(pthread_create(&t, NULL, answer_thread, NULL), 0);
    else
        goc_go(answer, NULL);
    for (int i = 0; i < N; i++) {
        CHECK(!goc_mutex_try_lock(&pong));
        goc_mutex_unlock(&ping);
        goc_mutex_lock(&pong);
    }
    goc_waitgroup_wait(&wg);
    if (thread)
        pthread_join(t, NULL);
    goc_mutex_unlock(&ping);
    goc_mutex_unlock(&pong);
}

static void hammer(void *arg)
{
    for (int i = 0; i < N; i++) {
        if (i % 3 == 0) {
            if (goc_mutex_try_lock(arg))
                goc_mutex_unlock(arg);
            continue;
        }
        goc_mutex_lock(arg);
        goc_mutex_unlock(arg);
    }
    goc_waitgroup_done(&wg);
}

static void unlock_write(void *arg)
{
    goc_rwmutex_unlock(arg);
}

static void unlock_read(void *arg)
{
    goc_rwmutex_runlock(arg);
}

int main(void)
{
    as_semaphores(false);
    as_semaphores(true);
    goc_waitgroup_add(&wg, 10);
    for (int i = 0; i < 10; i++)
        goc_go(hammer, &mu);
    goc_waitgroup_wait(&wg);
    CHECK(goc_mutex_try_lock(&mu));
    CHECK(!goc_mutex_try_lock(&mu));

    for (int i = 0; i < 100; i++) {
        goc_rwmutex_lock(&rw);
        goc_go(unlock_write, &rw);
        goc_rwmutex_rlock(&rw);
        goc_rwmutex_rlock(&rw);
        goc_go(unlock_read, &rw);
        goc_go(unlock_read, &rw);
    }
    goc_rwmutex_lock(&rw);
    goc_rwmutex_unlock(&rw);
    return 0;
}
