// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program finds the worker of its thread however it was linked: static, static and movable, at a fixed
// address, with the shared library.
// REQUIRES: nosan
// RUN: %cc -O2 %s -o %t %runtime && env GOC_PROCS=8 %t
// RUN: %cc -O2 -static %s -o %t %runtime && env GOC_PROCS=8 %t
// RUN: %cc -O2 -static-pie -fPIE %s -o %t %runtime && env GOC_PROCS=8 %t
// RUN: %cc -O2 -no-pie -fno-pie %s -o %t %runtime && env GOC_PROCS=8 %t
// RUN: %cc -O2 %s -o %t -L%build -lgocrt -Wl,-rpath,%build && env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 50, TURNS = 200 };

static goc_chan *done;

static void turns(void *arg)
{
    uint64_t id = goc_id();
    (void)arg;
    for (int i = 0; i < TURNS; i++) {
        errno = (int)id;
        if (i % 50 == 0)
            goc_sleep(GOC_MICROSECOND);
        goc_yield();
        CHECK_EQ(goc_id(), id);
        CHECK_EQ(errno, id);
    }
    goc_chan_send(done, NULL);
}

int main(void)
{
    done = goc_chan_new(0, 0);
    for (int i = 0; i < GOROUTINES; i++)
        goc_go(turns, NULL);
    for (int i = 0; i < GOROUTINES; i++)
        goc_chan_recv(done, NULL);
    return 0;
}
