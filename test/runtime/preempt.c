// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who spins is put off for others: two that wait for each other's word, and many that make short
// system calls.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <sys/syscall.h>
#include <unistd.h>

static goc_chan *c;
static _Atomic int whose, stop;

static void spins(void *arg)
{
    int me = *(int *)arg;
    for (int i = 0; i < 3; i++) {
        while (whose != me)
            ;
        whose = 1 - me;
    }
    goc_chan_send(c, NULL);
}

static void calls(void *arg)
{
    goc_chan_send(c, NULL);
    while (!stop) {
        goc_time until = goc_now() + *(goc_duration *)arg;
        while (goc_now() < until)
            syscall(SYS_getppid);
    }
    goc_chan_send(c, NULL);
}

static void preempted(goc_duration each)
{
    enum { N = 8 };
    stop = 0;
    for (int i = 0; i < N; i++)
        goc_go(calls, &each);
    for (int i = 0; i < N; i++)
        goc_chan_recv(c, NULL);
    stop = 1;
    for (int i = 0; i < N; i++)
        goc_chan_recv(c, NULL);
}

int main(void)
{
    int number[2] = { 0, 1 };
    c = goc_chan_new(0, 16);
    for (int i = 0; i < 2; i++)
        goc_go(spins, &number[i]);
    for (int i = 0; i < 2; i++)
        goc_chan_recv(c, NULL);
    preempted(10 * GOC_MICROSECOND);
    preempted(100 * GOC_MICROSECOND);
    preempted(GOC_MILLISECOND);
    goc_chan_free(c);
    return 0;
}
