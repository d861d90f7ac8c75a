// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Senders, receivers and selects that share channels pass every value exactly once; nil channels
// drop out.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { C = 4, N = 10000 };

static goc_chan *c[C];
static goc_waitgroup wg;
static _Atomic long out_sum, in_sum;

static int value(int channel, int n)
{
    return channel * 1000003 + n * 7;
}

static void sender(void *arg)
{
    int k = *(int *)arg;
    for (int i = 0; i < N; i++) {
        int v = value(k, i);
        goc_chan_send(c[k], &v);
        out_sum += v;
    }
    goc_waitgroup_done(&wg);
}

static void receiver(void *arg)
{
    int k = *(int *)arg, v;
    for (int i = 0; i < N; i++) {
        CHECK(goc_chan_recv(c[k], &v));
        in_sum += v;
    }
    goc_waitgroup_done(&wg);
}

/* N on each of the channels, in whatever order they can take them. */
static void all(int op, _Atomic long *sum)
{
    goc_case k[C];
    int n[C] = { 0 }, v[C];
    for (int i = 0; i < C; i++) {
        int at = (op == GOC_SEND) ? C - 1 - i : i;
        k[i] = (goc_case){ .chan = c[at], .elem = &v[i], .op = op };
        v[i] = value(i, 0);
    }
    for (int i = 0; i < C * N; i++) {
        int chosen = goc_select(k, C, GOC_FOREVER);
        CHECK(chosen >= 0 && k[chosen].chan);
        *sum += v[chosen];
        if (++n[chosen] == N)
            k[chosen].chan = NULL;
        if (op == GOC_SEND)
            v[chosen] = value(chosen, n[chosen]);
    }
    CHECK_EQ(goc_select(k, C, 0), -1); /* all are nil */
    goc_waitgroup_done(&wg);
}

static void sends_all(void *arg)
{
    (void)arg;
    all(GOC_SEND, &out_sum);
}

static void receives_all(void *arg)
{
    (void)arg;
    all(GOC_RECV, &in_sum);
}

int main(void)
{
    static const int caps[C] = { 0, 0, 2, 3 };
    int number[C];
    goc_waitgroup_add(&wg, 2 * C + 2);
    for (int i = 0; i < C; i++) {
        number[i] = i;
        c[i] = goc_chan_new(sizeof(int), caps[i]);
    }
    for (int i = 0; i < C; i++) {
        goc_go(sender, &number[i]);
        goc_go(receiver, &number[i]);
    }
    goc_go(sends_all, NULL);
    goc_go(receives_all, NULL);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(out_sum, in_sum);
    for (int i = 0; i < C; i++) {
        CHECK_EQ(goc_chan_len(c[i]), 0);
        goc_chan_free(c[i]);
    }
    return 0;
}
