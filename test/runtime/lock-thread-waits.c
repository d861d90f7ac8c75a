// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A goroutine locked to its thread that waits with a deadline is no deadlock; without one it is.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t && env GOC_PROCS=2 %t && env GOC_PROCS=8 %t
// RUN: (env GOC_PROCS=2 timeout 20 %t for ever; test $? = 2) 2>&1 | FileCheck %s
#include "Inputs/check.h"

#include <goc/context.h>

int main(int argc, char **argv)
{
    (void)argv;
    goc_chan *c = goc_chan_new(0, 0);
    goc_case k = { .chan = c, .op = GOC_RECV };
    goc_lock_thread();
    for (int i = 0; i < 10; i++) {
        goc_sleep(GOC_MILLISECOND);
        CHECK_EQ(goc_select(&k, 1, GOC_MILLISECOND), -1);
        goc_context *ctx = goc_with_timeout(goc_background(), GOC_MILLISECOND);
        CHECK_EQ(goc_sleep_ctx(ctx, GOC_HOUR), -ETIMEDOUT);
        goc_context_free(ctx);
    }
    if (argc > 1)
        goc_chan_recv(c, NULL);
    return 0;
}
// CHECK: fatal error: all goroutines are asleep - deadlock!
// CHECK: goroutine 1 [chan receive, locked to thread]:
