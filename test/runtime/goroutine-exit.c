// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_exit_goroutine ends the caller and nothing else; ids and counts.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *done;

static __attribute__((noinline)) void deep(volatile int n)
{
    volatile char page[500];
    page[0] = (char)n;
    if (n == 0) {
        goc_chan_send(done, NULL);
        goc_exit_goroutine();
    }
    deep(n - 1);
    CHECK(page[0] == 77 && "not reached");
}

static void body(void *arg)
{
    (void)arg;
    goc_yield();
    deep(20);
    CHECK(!"not reached");
}

static void ids(void *arg)
{
    uint64_t id = goc_id();
    CHECK(id > 1);
    goc_chan_send(arg, &id);
}

int main(void)
{
    enum { N = 200 };
    done = goc_chan_new(0, 0);
    CHECK_EQ(goc_id(), 1);
    CHECK_EQ(goc_num_goroutine(), 1);
    for (int i = 0; i < N; i++)
        goc_go(body, NULL);
    CHECK_EQ(goc_num_goroutine(), N + 1);
    for (int i = 0; i < N; i++)
        goc_chan_recv(done, NULL);
    while (goc_num_goroutine() > 1)
        goc_yield();

    goc_chan *c = goc_chan_new(sizeof(uint64_t), 0);
    uint64_t id[N];
    for (int i = 0; i < N; i++)
        goc_go(ids, c);
    for (int i = 0; i < N; i++) {
        goc_chan_recv(c, &id[i]);
        for (int j = 0; j < i; j++)
            CHECK(id[i] != id[j]);
    }
    goc_chan_free(c);
    return 0;
}
