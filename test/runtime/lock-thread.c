// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A goroutine locked to its thread never leaves it, whatever it waits for.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { N = 6, TURNS = 60 };
static goc_chan *c, *done;

static void locked(void *arg)
{
    (void)arg;
    goc_lock_thread();
    goc_lock_thread();
    goc_unlock_thread();
    pthread_t here = pthread_self();
    int v = 1;
    for (int i = 0; i < TURNS; i++) {
        goc_case k = { .chan = c, .elem = &v };
        switch (i % 5) {
        case 0: goc_chan_send(c, &v); break;
        case 1: goc_chan_recv(c, &v); break;
        case 2: goc_yield(); break;
        case 3: goc_sleep(20 * GOC_MICROSECOND); break;
        case 4: goc_select(&k, 1, 30 * GOC_MICROSECOND); break;
        }
        CHECK(pthread_equal(here, pthread_self()));
    }
    goc_unlock_thread();
    goc_chan_send(done, NULL);
}

static void partner(void *arg)
{
    (void)arg;
    int v = 2;
    for (;;)
        goc_select((goc_case[]){ { .chan = c, .elem = &v },
                                 { .chan = c, .elem = &v, .op = GOC_SEND } },
                   2, GOC_FOREVER);
}

int main(void)
{
    c = goc_chan_new(sizeof(int), 0);
    done = goc_chan_new(0, 0);
    for (int i = 0; i < 2; i++)
        goc_go(partner, NULL);
    for (int i = 0; i < N; i++)
        goc_go(locked, NULL);
    for (int i = 0; i < N; i++)
        goc_chan_recv(done, NULL);
    return 0;
}
