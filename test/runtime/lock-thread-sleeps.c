// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A goroutine that sleeps on a thread of its own is no deadlock, though all others wait for ever.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t && env GOC_PROCS=2 %t && env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *c;

static void waits_for_ever(void *arg)
{
    (void)arg;
    goc_chan_recv(c, NULL);
}

int main(void)
{
    goc_case never = { .op = GOC_RECV };
    c = goc_chan_new(0, 0);
    goc_lock_thread();
    for (int i = 0; i < 3; i++) {
        goc_go(waits_for_ever, NULL);
        goc_sleep(30 * GOC_MILLISECOND);
        CHECK_EQ(goc_select(&never, 1, 10 * GOC_MILLISECOND), -1);
    }
    return 0;
}
