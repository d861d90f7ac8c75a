// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A report says what each goroutine waits for, and where.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t 2>%t.1; test $? = 2
// RUN: FileCheck %s --input-file=%t.1
// RUN: env GOC_PROCS=2 %t 2>%t.2; test $? = 2
// RUN: FileCheck %s --input-file=%t.2
// RUN: env GOC_PROCS=8 %t 2>%t.8; test $? = 2
// RUN: FileCheck %s --input-file=%t.8
#include "Inputs/check.h"

static goc_mutex mu;
static goc_rwmutex rw, read_held;
static goc_waitgroup wg;
static goc_sem sem;
static goc_cond cond;
static goc_mutex cond_mu;

// CHECK: fatal error: all goroutines are asleep - deadlock!
// CHECK: goroutine 1 [sync.WaitGroup.Wait]:

static void mutex(void *arg)
{
    (void)arg;
    // CHECK-DAG: goroutine {{[0-9]+}} [sync.Mutex.Lock]:{{[[:space:]]on [^[:space:]]+ 0x[0-9a-f]+[[:space:]]+}}{{.*}}sync-reasons.c:[[#@LINE+1]]
    goc_mutex_lock(&mu);
}
static void writer(void *arg)
{
    (void)arg;
    // CHECK-DAG: goroutine {{[0-9]+}} [sync.RWMutex.Lock]:{{[[:space:]]on [^[:space:]]+ 0x[0-9a-f]+[[:space:]]+}}{{.*}}sync-reasons.c:[[#@LINE+1]]
    goc_rwmutex_lock(&read_held);
}
static void reader(void *arg)
{
    (void)arg;
    // CHECK-DAG: goroutine {{[0-9]+}} [sync.RWMutex.RLock]:{{[[:space:]]on [^[:space:]]+ 0x[0-9a-f]+[[:space:]]+}}{{.*}}sync-reasons.c:[[#@LINE+1]]
    goc_rwmutex_rlock(&rw);
}
static void condition(void *arg)
{
    (void)arg;
    goc_mutex_lock(&cond_mu);
    // CHECK-DAG: goroutine {{[0-9]+}} [sync.Cond.Wait]:{{[[:space:]]on [^[:space:]]+ 0x[0-9a-f]+[[:space:]]+}}{{.*}}sync-reasons.c:[[#@LINE+1]]
    goc_cond_wait(&cond);
}
static void semaphore(void *arg)
{
    (void)arg;
    // CHECK-DAG: goroutine {{[0-9]+}} [semacquire]:{{[[:space:]]on [^[:space:]]+ 0x[0-9a-f]+[[:space:]]+}}{{.*}}sync-reasons.c:[[#@LINE+1]]
    goc_sem_acquire(&sem, 1);
}

int main(void)
{
    goc_cond_init(&cond, &cond_mu);
    goc_mutex_lock(&mu);
    goc_rwmutex_lock(&rw);
    goc_rwmutex_rlock(&read_held);
    goc_go(mutex, NULL);
    goc_go(writer, NULL);
    goc_go(reader, NULL);
    goc_go(condition, NULL);
    goc_go(semaphore, NULL);
    goc_waitgroup_add(&wg, 1);
    goc_waitgroup_wait(&wg);
    return 0;
}
