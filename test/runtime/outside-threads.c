// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Threads that the library did not start take part in everything.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#define OUTSIDE_MAIN
#include "Inputs/check.h"

#include <pthread.h>

static goc_chan *c, *d;

static void echo(void *arg)
{
    (void)arg;
    int v;
    while (goc_chan_recv(c, &v)) {
        v *= 2;
        goc_chan_send(d, &v);
    }
    goc_chan_close(d);
}

static void *thread(void *arg)
{
    int v = 20;
    CHECK_EQ(goc_id(), 0);
    goc_chan_send(arg, &v);
    goc_sleep(1000);
    goc_yield();
    goc_exit_goroutine();
}

int main(void)
{
    int v;
    goc_chan *t_chan = goc_chan_new(sizeof(int), 0);
    pthread_t t;
    CHECK_EQ(goc_id(), 0);
    CHECK_EQ(goc_num_goroutine(), 0);
    c = goc_chan_new(sizeof(int), 0);
    d = goc_chan_new(sizeof(int), 0);
    goc_go(echo, NULL);
    for (int i = 0; i < 200; i++) {
        goc_chan_send(c, &i);
        goc_chan_recv(d, &v);
        CHECK_EQ(v, 2 * i);
    }
    CHECK_EQ(goc_select(&(goc_case){ .chan = d, .elem = &v }, 1,
                        GOC_MILLISECOND), -1);
    CHECK_EQ(pthread_create(&t, NULL, thread, t_chan), 0);
    goc_chan_recv(t_chan, &v);
    CHECK_EQ(v, 20);
    pthread_join(t, NULL);
    goc_chan_free(t_chan);
    goc_chan_close(c);
    CHECK(!goc_chan_recv(d, &v));
    while (goc_num_goroutine() > 0)
        goc_yield();
    return 0;
}
