// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// After a time in which nothing ran, too, a goroutine that computes for ever holds up no other.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t && env GOC_PROCS=2 %t && env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <stdatomic.h>

static atomic_int computing, stop;

static void nothing(void *arg)
{
    (void)arg;
}

static void computes(void *arg)
{
    (void)arg;
    atomic_store(&computing, 1);
    while (!atomic_load(&stop))
        ;
}

int main(void)
{
    goc_go(nothing, NULL); /* starts the monitor */
    goc_yield();
    goc_sleep(100 * GOC_MILLISECOND); /* everything comes to rest */
    goc_go(computes, NULL);
    while (!atomic_load(&computing))
        goc_sleep(GOC_MILLISECOND); /* to the worker that computes */
    atomic_store(&stop, 1);
    return 0;
}
