// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Misuse of a synchronisation object panics: its text, its place, status 2.
// RUN: %cc %s -o %t %runtime
// RUN: %t mutex 2>%t.mutex; test $? = 2
// RUN: %t rwmutex 2>%t.rwmutex; test $? = 2
// RUN: %t rwmutex-read 2>%t.rwmutex-read; test $? = 2
// RUN: %t rwmutex-other 2>%t.rwmutex-other; test $? = 2
// RUN: %t waitgroup 2>%t.waitgroup; test $? = 2
// RUN: %t semaphore 2>%t.semaphore; test $? = 2
// RUN: %t cond 2>%t.cond; test $? = 2
// RUN: %t ticker 2>%t.ticker; test $? = 2
// RUN: for i in mutex rwmutex rwmutex-read; do cat %t.$i; done >%t.err
// RUN: for i in rwmutex-other waitgroup semaphore cond ticker; do cat %t.$i; done >>%t.err
// RUN: FileCheck %s --input-file=%t.err
#include "Inputs/check.h"

static goc_mutex mu;
static goc_rwmutex rw;
static goc_waitgroup wg;
static goc_sem sem;
static goc_cond cond;

int main(int argc, char **argv)
{
    CHECK_EQ(argc, 2);
    // CHECK: panic: sync: unlock of unlocked mutex
    // CHECK-EMPTY:
    // CHECK-NEXT: goroutine 1 [running]:
    // CHECK: sync-panics.c:[[#@LINE+2]]
    if (strcmp(argv[1], "mutex") == 0)
        goc_mutex_unlock(&mu);
    // CHECK: panic: sync: Unlock of unlocked RWMutex
    // CHECK: sync-panics.c:[[#@LINE+2]]
    if (strcmp(argv[1], "rwmutex") == 0)
        goc_rwmutex_unlock(&rw);
    // CHECK: panic: sync: RUnlock of unlocked RWMutex
    // CHECK: sync-panics.c:[[#@LINE+2]]
    if (strcmp(argv[1], "rwmutex-read") == 0)
        goc_rwmutex_runlock(&rw);
    // CHECK: panic: sync: Unlock of unlocked RWMutex
    // CHECK: sync-panics.c:[[#@LINE+3]]
    if (strcmp(argv[1], "rwmutex-other") == 0) {
        goc_rwmutex_rlock(&rw);
        goc_rwmutex_unlock(&rw);
    }
    // CHECK: panic: sync: negative WaitGroup counter
    // CHECK: sync-panics.c:[[#@LINE+3]]
    if (strcmp(argv[1], "waitgroup") == 0) {
        goc_waitgroup_add(&wg, 1);
        goc_waitgroup_add(&wg, -2);
    }
    // CHECK: panic: semaphore: released more than held
    // CHECK: sync-panics.c:[[#@LINE+4]]
    if (strcmp(argv[1], "semaphore") == 0) {
        goc_sem_init(&sem, 3);
        goc_sem_acquire(&sem, 1);
        goc_sem_release(&sem, 2);
    }
    // CHECK: panic: sync: unlock of unlocked mutex
    // CHECK: sync-panics.c:[[#@LINE+3]]
    if (strcmp(argv[1], "cond") == 0) {
        goc_cond_init(&cond, &mu);
        goc_cond_wait(&cond);
    }
    // CHECK: panic: non-positive interval for NewTicker
    // CHECK: sync-panics.c:[[#@LINE+2]]
    if (strcmp(argv[1], "ticker") == 0)
        goc_ticker_new(0);
    return 0;
}
