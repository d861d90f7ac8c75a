// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neither a loop that calls nothing nor a blocking system call holds up others.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <unistd.h>

static goc_chan *c;
static int stop, fd[2];

static void spin(void *arg)
{
    (void)arg;
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        ;
}

static void block(void *arg)
{
    char b;
    CHECK_EQ(read(fd[0], &b, 1), 1);
    goc_chan_send(arg, NULL);
}

static void work(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++) {
        goc_chan_send(c, NULL);
        if (i % 20 == 0)
            goc_sleep(10 * GOC_MICROSECOND);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
}

static void drain(void *arg)
{
    (void)arg;
    while (goc_chan_recv(c, NULL))
        ;
}

int main(void)
{
    c = goc_chan_new(0, 0);
    goc_chan *done = goc_chan_new(0, 0);
    CHECK_EQ(pipe(fd), 0);
    for (int i = 0; i < 3; i++) {
        goc_go(spin, NULL);
        goc_go(block, done);
    }
    goc_go(drain, NULL);
    goc_go(work, NULL);
    spin(NULL); /* goroutine 1 itself */
    CHECK_EQ(write(fd[1], "abc", 3), 3);
    for (int i = 0; i < 3; i++)
        goc_chan_recv(done, NULL);
    return 0;
}
