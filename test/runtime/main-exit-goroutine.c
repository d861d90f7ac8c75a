// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// When goroutine 1 exits by goc_exit_goroutine the others go on.
// RUN: %cc %s -o %t %runtime
// RUN: (env GOC_PROCS=1 %t x; test $? = 7) 2>&1 | FileCheck %s --check-prefix=LAST
// RUN: (env GOC_PROCS=2 %t x; test $? = 7) 2>&1 | FileCheck %s --check-prefix=LAST
// RUN: (%t; test $? = 2) 2>&1 | FileCheck %s --check-prefix=NONE
#include "Inputs/check.h"

static void last(void *arg)
{
    (void)arg;
    goc_sleep(2 * GOC_MILLISECOND);
    printf("still here\n");
    exit(7);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        goc_go(last, NULL);
    goc_exit_goroutine();
}
// LAST: still here
// NONE: fatal error: all goroutines are asleep - deadlock!
