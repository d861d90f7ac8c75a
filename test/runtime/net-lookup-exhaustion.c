// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A name that cannot be looked up for want of descriptors is not called unknown.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

#include <sys/resource.h>

int main(void)
{
    struct rlimit limit = { 64, 64 };
    int hoard[64], n = 0;
    int l = goc_listen("127.0.0.1", "0", 1);
    goc_wait_fd(l, POLLIN, GOC_MILLISECOND); /* makes the poller */
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    while ((hoard[n] = dup(l)) >= 0)
        n++;
    CHECK_EQ(goc_dial("localhost", "9", GOC_FOREVER), -EMFILE);
    CHECK_EQ(goc_dial("localhost", "9", 10 * GOC_SECOND), -EMFILE);
    CHECK_EQ(goc_dial("127.0.0.1", "discard", GOC_FOREVER), -EMFILE);
    CHECK_EQ(goc_listen("localhost", "0", 1), -EMFILE);
    for (int i = 0; i < n; i++)
        close(hoard[i]);
    CHECK_EQ(goc_dial("127.0.0.1", "no-such-service", GOC_FOREVER), -ENOENT);
    goc_close(l);
    return 0;
}
