// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A close wakes every receiver; what is buffered is drained first.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = 100 };
static goc_chan *c, *results;

static void receiver(void *arg)
{
    (void)arg;
    int v = 99;
    bool ok = goc_chan_recv(c, &v);
    int result = ok ? 1000 : v;
    goc_chan_send(results, &result);
}

static void wakes_all(void)
{
    c = goc_chan_new(sizeof(int), 0);
    results = goc_chan_new(sizeof(int), 0);
    for (int i = 0; i < N; i++)
        goc_go(receiver, NULL);
    for (int i = 0; i < 3; i++)
        goc_yield();
    goc_chan_close(c);
    for (int i = 0; i < N; i++) {
        int v;
        goc_chan_recv(results, &v);
        CHECK_EQ(v, 0);
    }
    goc_chan_free(c);
    goc_chan_free(results);
}

static void drains(void)
{
    c = goc_chan_new(sizeof(int), 4);
    for (int i = 1; i <= 3; i++)
        goc_chan_send(c, &i);
    goc_chan_close(c);
    int v;
    for (int i = 1; i <= 3; i++) {
        CHECK(goc_chan_recv(c, &v));
        CHECK_EQ(v, i);
    }
    for (int i = 0; i < 3; i++) {
        v = 5;
        CHECK(!goc_chan_recv(c, &v));
        CHECK_EQ(v, 0);
        v = 5;
        CHECK_EQ(goc_chan_try_recv(c, &v), GOC_CLOSED);
        CHECK_EQ(v, 0);
    }
    CHECK(!goc_chan_recv(c, NULL));
    goc_chan_free(c);
}

int main(void)
{
    wakes_all();
    drains();
    return 0;
}
