// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running off a stack is reported by name, also on the process's own stack.
// REQUIRES: nosan
// RUN: %cc -fstack-clash-protection %s -o %t %runtime -include unistd.h -O1 -fno-optimize-sibling-calls
// RUN: (%t; test $? = 2) 2>&1 | FileCheck %s
// RUN: (%t size; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_STACK=65536 %t; test $? = 2) 2>&1 | FileCheck %s
// RUN: (%t main; test $? = 2) 2>&1 | FileCheck %s --check-prefix=MAIN
// RUN: (%t other; test $? = 139) 2>&1 | FileCheck %s --check-prefix=OTHER --allow-empty
// RUN: (%t handler; test $? = 5) 2>&1 | FileCheck %s --check-prefix=HANDLER
#include "Inputs/check.h"

#include <signal.h>

static __attribute__((noinline)) int deep(volatile int *p)
{
    volatile int a[64];
    a[0] = *p;
    return deep(a) + a[63];
}

static void body(void *arg)
{
    goc_set_name("deep one");
    int x = 0;
    if (*(int *)arg)
        *(volatile int *)16 = 0;
    deep(&x);
}

static void on_segv(int n)
{
    (void)n;
    if (write(2, "own handler\n", 12))
        _exit(5);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "handler"))
        signal(SIGSEGV, on_segv);
    if (!strcmp(what, "size"))
        goc_stack_size(4 << 20);
    int other = !strcmp(what, "other") || !strcmp(what, "handler");
    if (!strcmp(what, "main"))
        goc_yield(), body(&other);
    else
        goc__go(body, &other, sizeof other, "o.gc:3");
    goc__recv(NULL, NULL, "o.gc:4");
}
// CHECK: fatal error: goroutine stack overflow
// CHECK-EMPTY:
// CHECK-NEXT: goroutine {{[0-9]+}} [running, deep one]:
// CHECK-NEXT: created by goroutine 1 at o.gc:3
// MAIN: fatal error: goroutine stack overflow
// MAIN: goroutine 1 [running, deep one]:
// OTHER-NOT: stack overflow
// HANDLER: own handler
