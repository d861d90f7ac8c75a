// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Selects of 64 cases and many more.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { MOST = 300 };
static goc_chan *c[MOST];

static void sender(void *arg)
{
    int i = *(int *)arg;
    goc_chan_send(c[i], &i);
}

static void select_over(int n)
{
    static goc_case k[MOST];
    int v, seen[MOST] = { 0 };
    for (int i = 0; i < n; i++) {
        k[i] = (goc_case){ .chan = c[(i * 7) % n], .elem = &v };
        goc__go(sender, &i, sizeof i, "x");
    }
    for (int i = 0; i < n; i++) {
        int chosen = goc_select(k, n, GOC_FOREVER);
        CHECK_EQ(v, (chosen * 7) % n);
        CHECK_EQ(seen[v]++, 0);
    }
    CHECK_EQ(goc_select(k, n, 0), -1);
    CHECK_EQ(goc_select(k, n, 1000), -1);
}

int main(void)
{
    for (int i = 0; i < MOST; i++)
        c[i] = goc_chan_new(sizeof(int), 0);
    select_over(1);
    select_over(2);
    select_over(16);
    select_over(17);
    select_over(64);
    select_over(MOST);
    for (int i = 0; i < MOST; i++)
        goc_chan_free(c[i]);
    return 0;
}
