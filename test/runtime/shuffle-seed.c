// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With one worker a seed gives the same order each time, and others give others;
// a report names the seed.
// REQUIRES: nosan
// The runtime that checks itself is built for this machine alone.
// UNSUPPORTED: cross
// RUN: %cc %s -I%S/Inputs -o %t %build/libgocrt-debug.a -pthread
// RUN: for s in 1 2 3 4 5 6 7 8; do env GOC_PROCS=1 GOC_DEBUG=seed=$s %t; done >%t.1
// RUN: for s in 1 2 3 4 5 6 7 8; do env GOC_PROCS=1 GOC_DEBUG=seed=$s %t; done >%t.2
// RUN: cmp %t.1 %t.2
// RUN: test $(sort -u %t.1 | wc -l) -gt 4
// RUN: (env GOC_PROCS=1 GOC_DEBUG=seed=7 %t x; test $? = 2) 2>&1 | FileCheck %s
#include "check.h"

enum { GOROUTINES = 6, TURNS = 4 };

static char order[GOROUTINES * TURNS + 1];
static int n;
static goc_chan *c;

static void goroutine(void *arg)
{
    char name = (char)(uintptr_t)arg;
    for (int i = 0; i < TURNS; i++) {
        order[n++] = name;
        goc_chan_send(c, &name);
    }
}

int main(int argc, char **argv)
{
    char name;
    (void)argv;
    c = goc_chan_new(1, 2);
    for (uintptr_t i = 0; i < GOROUTINES; i++)
        goc_go(goroutine, (void *)('a' + i));
    for (int i = 0; i < GOROUTINES * TURNS; i++)
        goc_chan_recv(c, &name);
    puts(order);
    fflush(stdout);
    if (argc > 1)
        goc_chan_recv(c, &name);
    return 0;
}

// CHECK: fatal error: all goroutines are asleep - deadlock!
// CHECK: GOC_DEBUG=seed=7
