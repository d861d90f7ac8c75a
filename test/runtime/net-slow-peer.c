// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A peer that does not read holds up whoever writes to it, and nobody else.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

enum { TURNS = 200 };

static goc_waitgroup wg;
static int slow[2], quick[2];
static _Atomic bool written;

static void flood(void *arg)
{
    static char block[1 << 20];
    (void)arg;
    for (int i = 0; i < 16; i++)
        CHECK_EQ(goc_write_all(slow[0], block, sizeof block), sizeof block);
    written = true;
    goc_waitgroup_done(&wg);
}

static void echo(void *arg)
{
    char buf[16];
    ssize_t n;
    (void)arg;
    while ((n = goc_read(quick[0], buf, sizeof buf)) > 0)
        CHECK_EQ(goc_write_all(quick[0], buf, (size_t)n), n);
    CHECK_EQ(n, 0);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    static char sink[1 << 20];
    char c = 'z';
    tcp_pair(slow);
    tcp_pair(quick);
    goc_waitgroup_add(&wg, 2);
    goc_go(echo, NULL);
    go_and_wait(flood, NULL, "IO wait");
    for (int i = 0; i < TURNS; i++) {
        CHECK_EQ(goc_write(quick[1], &c, 1), 1);
        CHECK_EQ(goc_read(quick[1], &c, 1), 1);
    }
    CHECK(!written);
    for (int i = 0; i < 16; i++)
        CHECK_EQ(goc_read_full(slow[1], sink, sizeof sink), sizeof sink);
    CHECK_EQ(shutdown(quick[1], SHUT_WR), 0);
    goc_waitgroup_wait(&wg);
    CHECK(written);
    return 0;
}
