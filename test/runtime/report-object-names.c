// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A lock that is waited for is told by its name, or as a part of what has one.
// RUN: %cc %s -o %t %runtime
// RUN: (env GOC_PROCS=1 GOC_TRACER=%build/goc-trace %t; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_PROCS=8 GOC_TRACER=%build/goc-trace %t; test $? = 2) 2>&1 | FileCheck %s
#include "Inputs/check.h"

static goc_mutex held_mutex;
static goc_rwmutex read_held;
static goc_waitgroup group;
static goc_sem semaphore[2];

static void mutex_wait(void *arg)
{
    goc_mutex_lock(arg);
}

static void rwmutex_wait(void *arg)
{
    goc_rwmutex_lock(arg);
}

static void waitgroup_wait(void *arg)
{
    goc_waitgroup_wait(arg);
}

static void sem_wait(void *arg)
{
    goc_sem_acquire(arg, 1);
}

int main(void)
{
    goc_mutex_lock(&held_mutex);
    goc_rwmutex_rlock(&read_held);
    goc_waitgroup_add(&group, 1);
    goc_sem_init(&semaphore[1], 1);
    goc_sem_acquire(&semaphore[1], 1);
    goc_go(mutex_wait, &held_mutex);
    goc_go(rwmutex_wait, &read_held);
    goc_go(waitgroup_wait, &group);
    goc_go(sem_wait, &semaphore[1]);
    goc_chan_recv(NULL, NULL);
    return 0;
}
// CHECK-DAG: {{\[sync.Mutex.Lock\]:[[:space:]]on mutex 0x[0-9a-f]+ \(held_mutex\)[[:space:]]}}
// CHECK-DAG: {{\[sync.RWMutex.Lock\]:[[:space:]]on rwmutex 0x[0-9a-f]+ \(read_held\)[[:space:]]}}
// CHECK-DAG: {{\[sync.WaitGroup.Wait\]:[[:space:]]on waitgroup 0x[0-9a-f]+ \(group\)[[:space:]]}}
// CHECK-DAG: {{\[semacquire\]:[[:space:]]on semaphore 0x[0-9a-f]+ \(semaphore\+[0-9]+\)[[:space:]]}}
