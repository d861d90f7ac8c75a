// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A descriptor is seen to while one worker computes and the others sleep.
// RUN: %cc %s -I%S/Inputs -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "check.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static _Atomic int running, seen;
static int pipe_ends[2];

/* Returns when two run at once: then there are two workers. */
static void together(void *arg)
{
    (void)arg;
    running++;
    while (running < 2)
        ;
}

static void reader(void *arg)
{
    (void)arg;
    CHECK(goc_wait_fd(pipe_ends[0], POLLIN, GOC_FOREVER) > 0);
    seen = 1;
}

static void *writer(void *arg)
{
    (void)arg;
    CHECK_EQ(write(pipe_ends[1], "x", 1), 1);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    CHECK_EQ(pipe(pipe_ends), 0);
    goc_go(together, NULL);
    together(NULL);
    go_and_wait(reader, NULL, "IO wait");
    CHECK_EQ(pthread_create(&thread, NULL, writer, NULL), 0);
    int64_t end = goc_now() + 20 * GOC_SECOND;
    while (!seen)
        CHECK(goc_now() < end);
    pthread_join(thread, NULL);
    return 0;
}
