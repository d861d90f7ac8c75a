// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is waited on: channels with their fill, a select's cases, timers, descriptors, objects.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t | FileCheck %s
// RUN: env GOC_PROCS=8 %t | FileCheck %s
#include "Inputs/check.h"

#include <goc/net.h>
#include <poll.h>
#include <unistd.h>

static goc_chan *full, *empty, *ready;
static goc_mutex held_mutex;
static goc_rwmutex read_held;
static goc_waitgroup group;
static goc_sem semaphore[2];
static int fds[2];

static void body(void *arg)
{
    int v = 0;
    goc_case many[25] = { { .chan = empty, .elem = &v, .op = GOC_RECV },
                          { .chan = full, .elem = &v, .op = GOC_SEND },
                          { .op = GOC_AFTER, .delay = 3600500000000 } };
    goc_chan_send(ready, NULL);
    switch (*(int *)arg) {
    case 0: goc__send(full, &v, "d.gc:100"); break;
    case 1: goc__select(many, 25, 0, "d.gc:101"); break;
    case 2: goc_mutex_lock(&held_mutex); break;
    case 3: goc_rwmutex_lock(&read_held); break;
    case 4: goc_waitgroup_wait(&group); break;
    case 5: goc_sem_acquire(&semaphore[1], 1); break;
    case 6: goc_wait_fd(fds[0], POLLIN, -1); break;
    }
    CHECK(!"woken");
}

int main(void)
{
    int v = 0;
    full = goc__make(sizeof(int), 3, "d.gc:1");
    empty = goc__make(sizeof(int), 0, "d.gc:2");
    ready = goc_chan_new(0, 0);
    CHECK_EQ(pipe(fds), 0);
    for (int i = 0; i < 3; i++)
        goc_chan_send(full, &v);
    goc_mutex_lock(&held_mutex);
    goc_rwmutex_rlock(&read_held);
    goc_waitgroup_add(&group, 1);
    goc_sem_init(&semaphore[1], 1);
    goc_sem_acquire(&semaphore[1], 1);
    for (int i = 0; i < 7; i++) {
        goc__go(body, &i, sizeof i, "d.gc:3");
        goc_chan_recv(ready, NULL);
    }
    goc_sleep(50 * GOC_MILLISECOND);
    goc_dump(stdout);
    return 0;
}
// CHECK-DAG: {{\[chan send\]:[[:space:]]on channel 0x[0-9a-f]+ \(len 3, cap 3\) made at d.gc:1[[:space:]]}}
// CHECK-DAG: {{\[select\]:[[:space:]]on receiving from channel 0x[0-9a-f]+ \(len 0, cap 0\) made at d.gc:2[[:space:]]on sending to channel 0x[0-9a-f]+ \(len 3, cap 3\) made at d.gc:1[[:space:]]on goc_after\(3600.500000000 s\)[[:space:]]on receiving from a nil channel[[:space:]]}}
// CHECK-DAG: {{on 5 more cases[[:space:]]}}
// CHECK-DAG: {{\[sync.Mutex.Lock\]:[[:space:]]on mutex 0x[0-9a-f]+[[:space:]]}}
// CHECK-DAG: {{\[sync.RWMutex.Lock\]:[[:space:]]on rwmutex 0x[0-9a-f]+[[:space:]]}}
// CHECK-DAG: {{\[sync.WaitGroup.Wait\]:[[:space:]]on waitgroup 0x[0-9a-f]+[[:space:]]}}
// CHECK-DAG: {{\[semacquire\]:[[:space:]]on semaphore 0x[0-9a-f]+[[:space:]]}}
// CHECK-DAG: {{\[IO wait\]:[[:space:]]on descriptor [0-9]+[[:space:]]}}
