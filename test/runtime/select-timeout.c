// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Timeouts of a select, goc_after among them, and their races with values.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = 300 };
static goc_chan *c;

static void late_sender(void *arg)
{
    (void)arg;
    int v = 1;
    for (int i = 0; i < N; i++) {
        goc_sleep((i % 5) * 20 * GOC_MICROSECOND);
        goc_chan_send(c, &v);
    }
}

static void race(void)
{
    int got = 0, timeouts = 0, v;
    c = goc_chan_new(sizeof(int), 0);
    goc_go(late_sender, NULL);
    while (got < N) {
        int i = goc_select(&(goc_case){ .chan = c, .elem = &v }, 1,
                           40 * GOC_MICROSECOND);
        if (i == 0)
            got++;
        else
            timeouts++;
    }
    CHECK_EQ(goc_select(&(goc_case){ .chan = c, .elem = &v }, 1, 1000), -1);
    goc_chan_free(c);
}

static void after(void)
{
    int64_t when = 0, start = goc_now();
    c = goc_chan_new(sizeof(int), 0);
    goc_case k[3] = {
        { .op = GOC_AFTER, .delay = GOC_HOUR },
        { .chan = c },
        { .op = GOC_AFTER, .delay = 3 * GOC_MILLISECOND, .elem = &when }
    };
    CHECK_EQ(goc__select_after(k, 3, "x"), 2);
    CHECK(when - start >= 3 * GOC_MILLISECOND);
    CHECK_EQ(goc__select(k, 3, 1, "x"), -1);
    k[0].delay = -1;
    CHECK_EQ(goc__select_after(k, 1, "x"), 0);
    CHECK(goc__recv_after(1000, &when, "x") == &when);
    goc_chan_free(c);
}

int main(void)
{
    race();
    after();
    return 0;
}
