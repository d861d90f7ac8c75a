// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A worker that waits in the kernel for what comes by itself is waited for, but not for ever.
// REQUIRES: nosan
// UNSUPPORTED: cross
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t
#include "Inputs/check.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int ran;

static void other(void *arg)
{
    (void)arg;
    ran++;
}

static int moment(void *arg)
{
    (void)arg;
    usleep(3000);
    _exit(0);
}

static int until_other(void *arg)
{
    (void)arg;
    while (!ran)
        usleep(100);
    _exit(0);
}

/* How often the other goroutine has run while this one's thread waited, as it
 * would for a page or a disk, for a child that is in its memory. */
static int wait_for(int (*child)(void *))
{
    static char stack[64 * 1024];
    ran = 0;
    goc_go(other, NULL);
    int pid = clone(child, stack + sizeof stack,
                    CLONE_VM | CLONE_VFORK | SIGCHLD, NULL), n = ran;
    CHECK(pid > 0);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    do
        goc_yield();
    while (!ran);
    return n;
}

int main(void)
{
    /* On a machine that is busy a moment may be long, but not each time. */
    goc_time start = goc_now();
    for (int in_turn = 0; in_turn < 8;) {
        CHECK_EQ(wait_for(until_other), 1); /* the monitor is awake now */
        in_turn = wait_for(moment) ? 0 : in_turn + 1;
        CHECK(goc_since(start) < 60 * GOC_SECOND);
    }
    return 0;
}
