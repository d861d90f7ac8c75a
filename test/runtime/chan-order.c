// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A channel is first in, first out; len and cap tell what it buffers.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = 20000 };

static void send_all(void *arg)
{
    goc_chan *c = arg;
    for (int i = 0; i < N; i++)
        goc_chan_send(c, &i);
    goc_chan_close(c);
}

static void order(int cap)
{
    goc_chan *c = goc_chan_new(sizeof(int), cap);
    int v, n = 0;
    goc_go(send_all, c);
    while (goc_chan_recv(c, &v)) {
        CHECK_EQ(v, n++);
        CHECK(goc_chan_len(c) <= cap);
    }
    CHECK_EQ(n, N);
    CHECK_EQ(v, 0);
    goc_chan_free(c);
}

static void counts(void)
{
    goc_chan *c = goc_chan_new(sizeof(int), 3);
    int v = 7;
    CHECK_EQ(goc_chan_cap(c), 3);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(goc_chan_len(c), i);
        goc_chan_send(c, &v);
    }
    CHECK_EQ(goc_chan_len(c), 3);
    CHECK_EQ(goc_chan_len(NULL), 0);
    CHECK_EQ(goc_chan_cap(NULL), 0);
    goc_chan_free(c);
    goc_chan_free(NULL);
}

int main(void)
{
    counts();
    order(0);
    order(1);
    order(2);
    order(127);
    return 0;
}
