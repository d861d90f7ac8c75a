// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What does not wait: try_send and try_recv on channels in every state.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *c;
static void receiver(void *arg)
{
    goc_chan_recv(c, arg);
}
static void sender(void *arg)
{
    goc_chan_send(c, arg);
}

int main(void)
{
    int v = 3;
    CHECK(!goc_chan_try_send(NULL, &v));
    CHECK_EQ(goc_chan_try_recv(NULL, &v), GOC_EMPTY);

    c = goc_chan_new(sizeof(int), 1);
    CHECK_EQ(goc_chan_try_recv(c, &v), GOC_EMPTY);
    CHECK_EQ(v, 3);
    CHECK(goc_chan_try_send(c, &v));
    CHECK(!goc_chan_try_send(c, &v));
    v = 0;
    CHECK_EQ(goc_chan_try_recv(c, &v), GOC_RECEIVED);
    CHECK_EQ(v, 3);
    goc_chan_free(c);

    /* Without a buffer there must be a partner. */
    static int got, value = 8;
    c = goc_chan_new(sizeof(int), 0);
    CHECK(!goc_chan_try_send(c, &v));
    goc_go(receiver, &got);
    v = 5;
    while (!goc_chan_try_send(c, &v))
        goc_yield();
    while (__atomic_load_n(&got, __ATOMIC_RELAXED) != 5)
        goc_yield();
    goc_go(sender, &value);
    while (goc_chan_try_recv(c, &v) == GOC_EMPTY)
        goc_yield();
    CHECK_EQ(v, 8);
    return 0;
}
