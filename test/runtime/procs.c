// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_procs tells and sets; statistics add up.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *c;
static void body(void *arg)
{
    (void)arg;
    goc_chan_send(c, NULL);
}

int main(void)
{
    enum { N = 1000 };
    goc_stats s;
    int old = goc_procs(0);
    CHECK(old >= 1);
    CHECK_EQ(goc_procs(3), old);
    CHECK_EQ(goc_procs(-1), 3);
    CHECK_EQ(goc_procs(1), 3);
    c = goc_chan_new(0, 0);
    for (int i = 0; i < N; i++)
        goc_go(body, NULL);
    goc_procs(4);
    for (int i = 0; i < N; i++)
        goc_chan_recv(c, NULL);
    while (goc_num_goroutine() > 1)
        goc_yield();
    goc_read_stats(&s);
    CHECK_EQ(s.spawned, N);
    CHECK_EQ(s.goroutines, 1);
    CHECK_EQ(s.procs, 4);
    CHECK(s.switches >= N);
    CHECK(s.threads >= 1);
    CHECK(!strcmp(goc_wait_reason(1), "chan receive"));
    CHECK(goc_wait_reason(GOC_WAIT_REASONS) == NULL);
    return 0;
}
