// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// After goc_dump the program has got no SIGCHLD of goc-trace's, and wait() finds nothing.
// RUN: %cc -g -O1 %s -o %t %runtime
// RUN: env GOC_TRACER=%build/goc-trace %t | FileCheck %s
// REQUIRES: nosan
// The emulator starts no child whose end nobody hears of.
// UNSUPPORTED: cross
#include "Inputs/check.h"

#include <signal.h>
#include <sys/wait.h>

static volatile int children;
static void on_child(int n)
{
    (void)n;
    children++;
}

int main(void)
{
    signal(SIGCHLD, on_child);
    goc_dump(stdout);
    int r = waitpid(-1, NULL, WNOHANG), e = errno;
    CHECK(r == -1 && e == ECHILD);
    CHECK_EQ(children, 0);
    return 0;
}
// CHECK: {{^}}goroutine 1 [running]:
// CHECK-NEXT: {{^}}main(...)
