// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Workers that make stacks, and so wait for each other in the kernel, are not taken for blocked ones:
// no crowd of threads stands in for them.
// REQUIRES: nosan
// The emulator has no guard markers, so each stack takes a mapping more.
// UNSUPPORTED: cross
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <sys/stat.h>

enum { N = 200000 };

static goc_chan *ready, *stop;
static goc_waitgroup all;

static void body(void *arg)
{
    (void)arg;
    goc_chan_send(ready, NULL);
    goc_chan_recv(stop, NULL);
    goc_waitgroup_done(&all);
}

static int threads(void)
{
    struct stat task; /* two links and one for each */
    CHECK_EQ(stat("/proc/self/task", &task), 0);
    return (int)task.st_nlink - 2;
}

int main(void)
{
    int most = 0;
    ready = goc_chan_new(0, 1024);
    stop = goc_chan_new(0, 0);
    goc_waitgroup_add(&all, N);
    for (int i = 0; i < N; i++) {
        goc_go(body, NULL);
        if (i >= 512)
            goc_chan_recv(ready, NULL);
        if (i % 1024 == 0 && threads() > most)
            most = threads();
    }
    goc_chan_close(stop);
    goc_waitgroup_wait(&all);
    printf("%d threads\n", most);
    CHECK(most <= 30); /* 8 workers, the monitor, main, and some */
    return 0;
}
