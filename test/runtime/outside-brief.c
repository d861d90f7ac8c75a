// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread that comes, wakes the one goroutine that waits, and is gone at once is no reason for a deadlock.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t && env GOC_PROCS=2 %t && env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

static void *outside(void *arg)
{
    int v = 5;
    goc_chan_send(arg, &v);
    return NULL;
}

static void rounds(goc_chan *c, int n)
{
    for (int i = 0; i < n; i++) {
        pthread_t thread;
        int v = 0;
        CHECK_EQ(pthread_create(&thread, NULL, outside, c), 0);
        CHECK(goc_chan_recv(c, &v));
        CHECK_EQ(v, 5);
        CHECK_EQ(pthread_join(thread, NULL), 0);
    }
}

int main(void)
{
    goc_chan *c = goc_chan_new(sizeof(int), 0);
    rounds(c, 300);
    goc_lock_thread();
    rounds(c, 300);
    return 0;
}
