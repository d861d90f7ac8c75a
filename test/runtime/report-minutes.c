// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A paragraph says for how many minutes its goroutine has waited.
// RUN: %cc %s -o %t -Wl,--wrap=clock_gettime %runtime
// RUN: env GOC_PROCS=1 %t | FileCheck %s
// RUN: env GOC_PROCS=8 %t | FileCheck %s
// REQUIRES: nosan
#include "Inputs/check.h"

#include <time.h>

/* Seconds.  Behind the kernel's clock at first: what waits for a time of the
 * future's then only looks more often than it would. */
static _Atomic int ahead = -184;

int __real_clock_gettime(clockid_t clock, struct timespec *t);
int __wrap_clock_gettime(clockid_t clock, struct timespec *t)
{
    int r = __real_clock_gettime(clock, t);
    if (clock == CLOCK_MONOTONIC)
        t->tv_sec += ahead;
    return r;
}

static goc_chan *never, *ready;

static void body(void *arg)
{
    goc_chan_send(ready, NULL);
    goc__recv(never, NULL, arg);
}

static void begin(const char *site)
{
    goc_go(body, (void *)site);
    goc_chan_recv(ready, NULL);
    goc_sleep(10 * GOC_MILLISECOND);
}

int main(void)
{
    never = goc_chan_new(0, 0);
    ready = goc_chan_new(0, 0);
    begin("early");
    ahead = -59;
    goc_sleep(GOC_MILLISECOND); /* the runtime looks at the clock */
    begin("late");
    ahead = 0;
    goc_dump(stdout);
    return 0;
}
// CHECK-DAG: {{goroutine [0-9]+ \[chan receive, 3 minutes\]:[[:space:]]on channel 0x[0-9a-f]+ \(len 0, cap 0\) made at .*[[:space:]]+early[[:space:]]}}
// CHECK-DAG: {{goroutine [0-9]+ \[chan receive\]:[[:space:]]on channel 0x[0-9a-f]+ \(len 0, cap 0\) made at .*[[:space:]]+late[[:space:]]}}
