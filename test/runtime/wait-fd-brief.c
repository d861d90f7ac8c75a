// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A wait for a descriptor whose deadline passes before it has parked ends, and
// leaves nothing behind: what comes then is a deadlock.
// REQUIRES: nosan
// The runtime that checks itself is built for this machine alone.
// UNSUPPORTED: cross
// RUN: %cc %s -I%S/Inputs -o %t %runtime
// RUN: %cc %s -I%S/Inputs -o %t.debug %build/libgocrt-debug.a -pthread
// RUN: (env GOC_PROCS=1 GOC_DEBUG=seed=1 %t.debug; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_PROCS=2 GOC_DEBUG=seed=1 %t.debug; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_PROCS=1 %t; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_PROCS=2 %t; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_PROCS=8 %t; test $? = 2) 2>&1 | FileCheck %s
// CHECK: fatal error: all goroutines are asleep - deadlock!
#include "check.h"

#include <poll.h>
#include <unistd.h>

enum { WAITS = 100 };

static int ends[2];

static void waits_briefly(void *arg)
{
    goc_waitgroup *wg = arg;
    for (int i = 1; i <= WAITS; i++)
        CHECK_EQ(goc_wait_fd(ends[0], POLLIN, i * GOC_MICROSECOND), 0);
    goc_waitgroup_done(wg);
}

int main(void)
{
    goc_waitgroup wg = { 0 };
    CHECK_EQ(pipe(ends), 0);
    goc_waitgroup_add(&wg, 2);
    goc_go(waits_briefly, &wg);
    waits_briefly(&wg);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    CHECK_EQ(goc_wait_fd(ends[0], POLLIN, GOC_SECOND), POLLIN);
    char c;
    CHECK_EQ(read(ends[0], &c, 1), 1);
    goc_chan_recv(goc_chan_new(0, 0), NULL);
    return 0;
}
