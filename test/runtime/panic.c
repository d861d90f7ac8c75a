// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_panic: the text, the paragraph of the goroutine at fault, status 2.
// RUN: %cc %s -o %t %runtime
// RUN: (env GOC_PROCS=1 %t; test $? = 2) 2>&1 | FileCheck %s --check-prefix=SINGLE
// RUN: (env GOC_PROCS=1 GOC_TRACEBACK=all %t; test $? = 2) 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: (env GOC_PROCS=1 GOC_TRACEBACK=none %t; test $? = 2) 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: (env GOC_PROCS=1 GOC_TRACEBACK=some %t; test $? = 2) 2>&1 | FileCheck %s --check-prefix=BAD
#include "Inputs/check.h"

static void fault(void *arg)
{
    (void)arg;
    goc_set_name("worker");
    goc_panic("bad value %d in %s", 42, "here");
}

static void other(void *arg)
{
    (void)arg;
    goc__recv(NULL, NULL, "p.gc:9");
}

int main(void)
{
    goc__go(other, NULL, 0, "p.gc:4");
    goc_yield();
    goc__go(fault, NULL, 0, "p.gc:5");
    goc__recv(NULL, NULL, "p.gc:6");
}
// SINGLE: {{^}}panic: bad value 42 in here
// SINGLE-EMPTY:
// SINGLE-NEXT: goroutine {{[0-9]+}} [running, worker]:
// SINGLE-NEXT: {{.*}}panic.c:14{{$}}
// SINGLE-NEXT: created by goroutine 1 at p.gc:5
// SINGLE-NOT: {{.}}
// ALL: {{^}}panic: bad value 42 in here
// ALL: goroutine {{[0-9]+}} [running, worker]:
// ALL: goroutine 1 [chan receive (nil chan)]:
// ALL: p.gc:6
// ALL: [chan receive (nil chan)]:
// ALL: p.gc:9
// ALL: created by goroutine 1 at p.gc:4
// NONE: {{^}}panic: bad value 42 in here
// NONE-NOT: {{.}}
// BAD: goc: GOC_TRACEBACK=some ignored: not none, single or all
// BAD: panic: bad value
