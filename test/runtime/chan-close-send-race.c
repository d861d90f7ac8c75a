// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A send that meets a close is either done before it or panics; nothing else happens.
// RUN: %cc %s -o %t %runtime
// RUN: for p in 1 2 8; do for i in $(seq 12); do env GOC_PROCS=$p %t $i 2>%t.err; s=$?; test $s = 0 || { test $s = 2 && head -1 %t.err; } || { cat %t.err; exit 1; }; done; done >%t.out
// RUN: not grep -v 'panic: send on closed channel$' %t.out
#include "Inputs/check.h"

static goc_chan *c, *other;
static _Atomic int sent, begun;

/* Sends in three ways until it panics or the receiver has enough. */
static void sender(void *arg)
{
    int how = *(int *)arg;
    begun++;
    for (int i = 0; i < 200; i++) {
        goc_case k[2] = { { .chan = other },
                          { .chan = c, .elem = &i, .op = GOC_SEND } };
        if (how == 0)
            goc_chan_send(c, &i);
        else if (how == 1)
            CHECK_EQ(goc_select(k, 2, GOC_FOREVER), 1);
        else if (!goc_chan_try_send(c, &i))
            continue;
        sent++;
    }
}

int main(int argc, char **argv)
{
    int variant = argc > 1 ? atoi(argv[1]) : 0;
    int how[3] = { 0, 1, 2 }, received = 0;
    c = goc_chan_new(sizeof(int), variant % 3);
    other = goc_chan_new(0, 0);
    for (int i = 0; i < 6; i++)
        goc_go(sender, &how[(i + variant) % 3]);
    for (int i = 0; i < variant * 10; i++)
        if (goc_chan_recv(c, NULL))
            received++;
    if (variant % 2)
        while (begun < 6)
            goc_yield();
    goc_chan_close(c);
    /* Whoever still sends must panic; until then what was sent arrives. */
    while (goc_chan_recv(c, NULL))
        received++;
    for (int i = 0; i < 100 && goc_num_goroutine() > 1; i++)
        goc_yield();
    return 0;
}
