// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// At every capacity: what is empty keeps receivers waiting, what is full senders; each sender's
// values keep their order.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { P = 4, L = 500 };

static goc_chan *c;
static goc_waitgroup wg;
static _Atomic int received;
static _Atomic int seen[P][L];

static void receiver(void *arg)
{
    int v = -1;
    CHECK(goc_chan_recv(c, arg ? &v : NULL));
    CHECK(!arg || v == 5);
    received++;
    goc_waitgroup_done(&wg);
}

static void empty(int cap)
{
    int v = 5;
    c = goc_chan_new(sizeof(int), cap);
    received = 0;
    goc_waitgroup_add(&wg, 2);
    go_and_wait(receiver, NULL, "chan receive");
    go_and_wait(receiver, c, "chan receive");
    CHECK_EQ(received, 0);
    CHECK_EQ(goc_chan_try_recv(c, &v), GOC_EMPTY);
    CHECK_EQ(goc_chan_len(c), 0);
    goc_chan_send(c, &v);
    CHECK(goc_chan_try_send(c, &v)); /* the second waits for certain */
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_chan_len(c), 0);
    goc_chan_free(c);
}

static void sender(void *arg)
{
    goc_chan_send(c, arg);
    received++;
    goc_waitgroup_done(&wg);
}

static void full(int cap)
{
    int last = cap, v;
    c = goc_chan_new(sizeof(int), cap);
    received = 0;
    for (int i = 0; i < cap; i++)
        goc_chan_send(c, &i);
    goc_waitgroup_add(&wg, 1);
    go_and_wait(sender, &last, "chan send");
    CHECK_EQ(received, 0);
    CHECK(!goc_chan_try_send(c, &last));
    CHECK_EQ(goc_chan_len(c), cap);
    /* The one who waits comes after all that is buffered. */
    for (int i = 0; i <= cap; i++) {
        CHECK_EQ(goc_chan_try_recv(c, &v), GOC_RECEIVED);
        CHECK_EQ(v, i);
        CHECK_EQ(goc_chan_len(c), cap - i);
        if (i == 0)
            goc_waitgroup_wait(&wg);
    }
    CHECK_EQ(goc_chan_try_recv(c, &v), GOC_EMPTY);
    goc_chan_free(c);
}

static void closes(void *arg)
{
    int v = 9;
    bool ok = goc_chan_recv(c, &v);
    CHECK(!ok && v == 0);
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void closed(int cap)
{
    int v;
    c = goc_chan_new(sizeof(int), cap);
    for (int i = 0; i < cap; i++)
        goc_chan_send(c, &i);
    goc_chan_close(c);
    for (int i = 0; i < cap; i++) {
        CHECK(goc_chan_recv(c, &v));
        CHECK_EQ(v, i);
    }
    CHECK(!goc_chan_recv(c, &v));
    CHECK_EQ(v, 0);
    goc_chan_free(c);

    c = goc_chan_new(sizeof(int), cap);
    goc_waitgroup_add(&wg, 1);
    go_and_wait(closes, NULL, "chan receive");
    goc_chan_close(c);
    goc_waitgroup_wait(&wg);
    goc_chan_free(c);
}

struct item
{
    int from, n;
};

static void send_many(void *arg)
{
    struct item m = { *(int *)arg, 0 };
    for (; m.n < L; m.n++)
        goc_chan_send(c, &m);
    goc_waitgroup_done(&wg);
}

static void receive_many(void *arg)
{
    int last[P];
    struct item m;
    (void)arg;
    for (int p = 0; p < P; p++)
        last[p] = -1;
    for (int i = 0; i < L; i++) {
        CHECK(goc_chan_recv(c, &m));
        CHECK(m.n > last[m.from]);
        last[m.from] = m.n;
        seen[m.from][m.n]++;
    }
    goc_waitgroup_done(&wg);
}

static void many(int cap)
{
    int number[P] = { 0, 1, 2, 3 };
    memset(seen, 0, sizeof seen);
    c = goc_chan_new(sizeof(struct item), cap);
    goc_waitgroup_add(&wg, 2 * P);
    for (int p = 0; p < P; p++) {
        goc_go(send_many, &number[p]);
        goc_go(receive_many, NULL);
    }
    goc_waitgroup_wait(&wg);
    for (int p = 0; p < P; p++)
        for (int i = 0; i < L; i++)
            CHECK_EQ(seen[p][i], 1);
    goc_chan_free(c);
}

int main(void)
{
    static const int caps[] = { 0, 1, 2, 3, 4, 7, 8, 9, 31, 64, 65, 199 };
    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
        empty(caps[i]);
        full(caps[i]);
        closed(caps[i]);
        many(caps[i]);
    }
    return 0;
}
