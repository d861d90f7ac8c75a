// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_dial and goc_listen say what went wrong, and keep to the time.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static goc_waitgroup wg;
static char port[8];
static _Atomic int timeouts;

static void dial(void *arg)
{
    goc_time start = goc_now();
    int fd = goc_dial("127.0.0.1", port, 100 * GOC_MILLISECOND);
    CHECK(goc_since(start) < 20 * GOC_SECOND);
    (void)arg;
    if (fd == -ETIMEDOUT)
        timeouts++;
    else
        CHECK(fd >= 0);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    enum { DIALS = 8 };
    /* A port that nobody listens on. */
    int l = goc_listen("127.0.0.1", "0", 1);
    port_of(l, port);
    CHECK_EQ(goc_listen("127.0.0.1", port, 1), -EADDRINUSE);
    goc_close(l);
    CHECK_EQ(goc_dial("127.0.0.1", port, GOC_SECOND), -ECONNREFUSED);
    CHECK_EQ(goc_dial("127.0.0.1", port, GOC_FOREVER), -ECONNREFUSED);
    CHECK_EQ(goc_dial("127.0.0.1", "no such service", GOC_SECOND), -ENOENT);
    int r = goc_dial("no-such-host.invalid", "80", 10 * GOC_SECOND);
    CHECK(r == -ENOENT || r == -EAGAIN || r == -EIO);
    r = goc_dial("no-such-host.invalid", "80", 0);
    CHECK(r < 0);
    CHECK(goc_listen("no-such-host.invalid", "0", 1) < 0);
    CHECK_EQ(goc_listen("127.0.0.1", "70000", 1), -EINVAL);

    /* The backlog is full: those beyond wait in vain. */
    l = goc_listen("127.0.0.1", "0", 1);
    port_of(l, port);
    goc_waitgroup_add(&wg, DIALS);
    for (int i = 0; i < DIALS; i++)
        goc_go(dial, NULL);
    goc_waitgroup_wait(&wg);
    CHECK(timeouts > 0 && timeouts < DIALS);
    goc_close(l);
    return 0;
}
