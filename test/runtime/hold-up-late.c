// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A goroutine that computes after all have slept for long holds nobody up.
// RUN: %cc %s -I%S/Inputs -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "check.h"

#include <stdatomic.h>

static _Atomic int ran;

static void other(void *arg)
{
    (void)arg;
    ran++;
}

int main(void)
{
    goc_go(other, NULL);
    goc_sleep(300 * GOC_MILLISECOND);
    CHECK_EQ(ran, 1);
    goc_go(other, NULL);
    goc_time end = goc_now() + 20 * GOC_SECOND;
    while (ran < 2)
        CHECK(goc_now() < end);
    return 0;
}
