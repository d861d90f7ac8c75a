// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A select that sends and receives on the same channel never meets itself.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = 5000 };

struct side
{
    goc_chan *c;
    int me, cap;
};

static goc_waitgroup wg;
static _Atomic long sent[2], got[2];

/* Each turn sends or receives; two that face each other always can. */
static void side(void *arg)
{
    struct side *s = arg;
    for (int i = 0; i < N; i++) {
        int v = -1;
        goc_case send = { .chan = s->c, .elem = &s->me, .op = GOC_SEND };
        goc_case recv = { .chan = s->c, .elem = &v };
        bool send_first = s->me == 0 || i % 2 == 0;
        goc_case k[2] = { send_first ? send : recv,
                          send_first ? recv : send };
        int chosen = goc_select(k, 2, GOC_FOREVER);
        if (k[chosen].op == GOC_SEND) {
            sent[s->me]++;
        } else {
            CHECK(k[chosen].ok);
            CHECK(v == 0 || v == 1);
            CHECK(s->cap > 0 || v != s->me);
            got[v]++;
        }
    }
    goc_waitgroup_done(&wg);
}

static void two(int cap)
{
    struct side s[2] = { { NULL, 0, cap }, { NULL, 1, cap } };
    s[0].c = s[1].c = goc_chan_new(sizeof(int), cap);
    for (int i = 0; i < 2; i++)
        sent[i] = got[i] = 0;
    goc_waitgroup_add(&wg, 2);
    goc_go(side, &s[0]);
    goc_go(side, &s[1]);
    goc_waitgroup_wait(&wg);
    int v;
    while (goc_chan_try_recv(s[0].c, &v) == GOC_RECEIVED)
        got[v]++;
    CHECK_EQ(sent[0], got[0]);
    CHECK_EQ(sent[1], got[1]);
    goc_chan_free(s[0].c);
}

/* Alone it finds nobody, again and again. */
static void alone(void)
{
    goc_chan *c = goc_chan_new(sizeof(int), 0);
    int v = 1, w = 2;
    goc_case k[4] = { { .chan = c, .elem = &v, .op = GOC_SEND },
                      { .chan = c, .elem = &w },
                      { .chan = c, .elem = &v, .op = GOC_SEND },
                      { .chan = c, .elem = &w } };
    for (int n = 2; n <= 4; n++) {
        CHECK_EQ(goc_select(k, n, 0), -1);
        CHECK_EQ(goc_select(k, n, 50 * GOC_MICROSECOND), -1);
    }
    CHECK_EQ(w, 2);
    goc_chan_free(c); /* nothing was left in its queues */
}

int main(void)
{
    two(0);
    two(1);
    two(10);
    alone();
    return 0;
}
