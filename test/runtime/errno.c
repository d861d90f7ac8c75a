// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// errno belongs to the goroutine: it survives every wait.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = 16, TURNS = 500 };
static goc_chan *c, *done;

static void body(void *arg)
{
    int mine = *(int *)arg;
    for (int i = 0; i < TURNS; i++) {
        errno = mine;
        if (i % 4 == 0)
            goc_yield();
        else if (i % 4 == 1)
            goc_chan_send(c, NULL);
        else if (i % 4 == 2)
            goc_chan_recv(c, NULL);
        else if (i % 100 == 3)
            goc_sleep(1000);
        CHECK_EQ(errno, mine);
    }
    goc_chan_send(done, NULL);
}

int main(void)
{
    c = goc_chan_new(0, 4);
    done = goc_chan_new(0, 0);
    for (int i = 1; i <= N; i++)
        goc__go(body, &i, sizeof i, "x");
    errno = 1000;
    for (int i = 0; i < N; i++)
        goc_chan_recv(done, NULL);
    CHECK_EQ(errno, 1000);
    return 0;
}
