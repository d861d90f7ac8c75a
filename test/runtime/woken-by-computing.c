// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A goroutine that another wakes, which then computes, runs on a processor that is free.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <stdatomic.h>

static goc_chan *c;
static atomic_int woken;

static void waiter(void *arg)
{
    (void)arg;
    while (goc_chan_recv(c, NULL))
        woken++;
}

/* How long the waiter took to come, while this computed. */
static goc_duration round_of(int i)
{
    goc_sleep(GOC_MILLISECOND); /* begins as if it had never computed */
    goc_time start = goc_now();
    goc_chan_send(c, NULL);
    while (woken < i)
        ;
    return goc_since(start);
}

int main(void)
{
    c = goc_chan_new(0, 1);
    goc_go(waiter, NULL);
    goc_time start = goc_now();
    /* On a machine that is busy otherwise a round may take any time, but one
     * that computes is not replaced before 10 ms are over. */
    for (int i = 1; round_of(i) >= 9 * GOC_MILLISECOND; i++)
        CHECK(goc_since(start) < 60 * GOC_SECOND);
    return 0;
}
