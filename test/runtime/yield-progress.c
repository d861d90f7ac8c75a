// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A goroutine that only yields is told to stop, and one that is locked to its thread gets on, by
// yields, sleeps and channels.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *c, *ack;

static void polls(void *arg)
{
    if (arg)
        goc_lock_thread();
    while (goc_chan_try_recv(c, NULL) == GOC_EMPTY)
        goc_yield();
    goc_chan_send(ack, NULL);
}

static void progress(bool locked)
{
    for (int i = 0; i < 6; i++) {
        goc_go(polls, locked ? &c : NULL);
        if (i % 2)
            goc_sleep(100 * GOC_MICROSECOND);
        goc_chan_send(c, NULL);
        goc_chan_recv(ack, NULL);
    }
}

/* Never unlocks: the lock ends with the goroutine. */
static void locked_sleeper(void *arg)
{
    (void)arg;
    goc_lock_thread();
    for (int i = 0; i < 10; i++) {
        goc_yield();
        goc_sleep(50 * GOC_MICROSECOND);
    }
    goc_chan_send(ack, NULL);
}

static void locked_sender(void *arg)
{
    (void)arg;
    goc_lock_thread();
    for (int i = 0; i < 50; i++)
        goc_chan_send(c, NULL);
    goc_unlock_thread();
    goc_chan_send(ack, NULL);
}

int main(void)
{
    c = goc_chan_new(0, 0);
    ack = goc_chan_new(0, 0);
    progress(false);
    progress(true);
    goc_go(locked_sleeper, NULL);
    goc_go(locked_sleeper, NULL);
    goc_chan_recv(ack, NULL);
    goc_chan_recv(ack, NULL);
    goc_go(locked_sender, NULL);
    for (int i = 0; i < 50; i++)
        goc_chan_recv(c, NULL);
    goc_chan_recv(ack, NULL);
    return 0;
}
