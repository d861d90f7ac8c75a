// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// While goroutines that are locked to their threads wait, others get what comes in at descriptors.
// RUN: %cc %s -o %t %runtime
// RUN: for n in 1 2 8; do env GOC_PROCS=$n timeout 60 %t || exit 1; done
#include "Inputs/check.h"

#include <pthread.h>
#include <unistd.h>

static int ends[2];
static goc_chan *arrived, *passed_on;

static void reader(void *arg)
{
    char c;
    (void)arg;
    CHECK_EQ(goc_read(ends[0], &c, 1), 1);
    goc_chan_send(arrived, NULL);
}

static void locked(void *arg)
{
    (void)arg;
    goc_lock_thread();
    goc_chan_recv(arrived, NULL);
    goc_chan_send(passed_on, NULL);
}

/* Late enough that the whole runtime is at rest. */
static void *writer(void *arg)
{
    usleep(200 * 1000);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    return arg;
}

int main(void)
{
    pthread_t thread;
    arrived = goc_chan_new(0, 0);
    passed_on = goc_chan_new(0, 0);
    CHECK_EQ(goc_pipe(ends), 0);
    goc_go(reader, NULL);
    goc_yield();
    goc_go(locked, NULL);
    CHECK_EQ(pthread_create(&thread, NULL, writer, NULL), 0);
    goc_lock_thread();
    goc_chan_recv(passed_on, NULL);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    return 0;
}
