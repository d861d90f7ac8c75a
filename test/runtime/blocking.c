// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_blocking runs its calls side by side and leaves the workers free.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <unistd.h>

enum { N = 20 };
static goc_chan *done;
static int inside, most;

static void *call(void *arg)
{
    int now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
    int old = __atomic_load_n(&most, __ATOMIC_SEQ_CST);
    while (now > old
           && !__atomic_compare_exchange_n(&most, &old, now, 0,
                                           __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    while (__atomic_load_n(&most, __ATOMIC_SEQ_CST) < N)
        usleep(100); /* all of them are inside at once, or this hangs */
    return arg;
}

static void body(void *arg)
{
    (void)arg;
    int x;
    CHECK(goc_blocking(call, &x) == &x);
    goc_chan_send(done, NULL);
}

static void *use_channel(void *arg)
{
    goc_chan_send(arg, NULL);
    return NULL;
}

static void receiver(void *arg)
{
    goc_chan_recv(arg, NULL);
}

int main(void)
{
    done = goc_chan_new(0, 0);
    for (int i = 0; i < N; i++)
        goc_go(body, NULL);
    for (int i = 0; i < N; i++)
        goc_chan_recv(done, NULL);
    goc_go(receiver, done);
    CHECK(goc_blocking(use_channel, done) == NULL);
    return 0;
}
