// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whoever is runnable gets its turn, though others never stop.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static int stop;
static goc_chan *ping, *pong;

static void yielder(void *arg)
{
    (void)arg;
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        goc_yield();
}

static void echo(void *arg)
{
    (void)arg;
    while (goc_chan_recv(ping, NULL))
        goc_chan_send(pong, NULL);
}

static void player(void *arg)
{
    (void)arg;
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        goc_chan_send(ping, NULL);
        goc_chan_recv(pong, NULL);
    }
    goc_chan_close(ping);
}

/* Each starts the next: the newest is not the only one to run. */
static void chain(void *arg)
{
    (void)arg;
    if (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        goc_go(chain, NULL);
}

static void last(void *arg)
{
    goc_chan_send(arg, NULL);
}

int main(void)
{
    goc_chan *done = goc_chan_new(0, 0);
    ping = goc_chan_new(0, 0);
    pong = goc_chan_new(0, 0);
    goc_go(last, done);
    goc_go(yielder, NULL);
    goc_go(yielder, NULL);
    goc_go(echo, NULL);
    goc_go(player, NULL);
    goc_go(chain, NULL);
    goc_go(last, done);
    for (int i = 0; i < 100; i++)
        goc_yield();
    goc_chan_recv(done, NULL);
    goc_chan_recv(done, NULL);
    goc_sleep(GOC_MILLISECOND);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    return 0;
}
