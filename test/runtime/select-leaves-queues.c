// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A select that is woken by one channel leaves the queues of its others whole, wherever in them
// it stood.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { MOST = 4 };

static goc_chan *c, *d, *order;
static bool sending;
static goc_waitgroup wg;

struct place
{
    int number, copies;
};

static void plain(void *arg)
{
    struct place *p = arg;
    int v = p->number;
    if (sending) {
        goc_chan_send(c, &v);
    } else {
        goc_chan_recv(c, &v);
        p->number = v;
    }
    goc_waitgroup_done(&wg);
}

/* Waits on c as often as copies says, and on d. */
static void chooses(void *arg)
{
    struct place *p = arg;
    int v = p->number;
    goc_case k[4];
    for (int i = 0; i < p->copies; i++)
        k[i] = (goc_case){ .chan = c, .elem = &v,
                           .op = sending ? GOC_SEND : GOC_RECV };
    k[p->copies] = (goc_case){ .chan = d };
    CHECK_EQ(goc_select(k, p->copies + 1, GOC_FOREVER), p->copies);
    goc_chan_send(order, NULL);
}

/* n wait in a queue of c; the one at `at` is a select, which leaves.  The
 * others are served in order. */
static void queue_of(int n, int at, int copies)
{
    struct place p[MOST];
    int v;
    c = goc_chan_new(sizeof(int), 0);
    d = goc_chan_new(0, 0);
    order = goc_chan_new(0, 0);
    goc_waitgroup_add(&wg, n - 1);
    for (int i = 0; i < n; i++) {
        p[i] = (struct place){ 100 + i, copies };
        if (i == at)
            go_and_wait(chooses, &p[i], "select");
        else
            go_and_wait(plain, &p[i], sending ? "chan send" : "chan receive");
    }
    goc_chan_send(d, NULL);
    goc_chan_recv(order, NULL);
    for (int i = 0, k = 0; i < n; i++) {
        if (i == at)
            continue;
        if (sending) {
            CHECK_EQ(goc_chan_try_recv(c, &v), GOC_RECEIVED);
            CHECK_EQ(v, 100 + i);
        } else {
            v = 200 + k++;
            CHECK(goc_chan_try_send(c, &v));
        }
    }
    if (sending)
        CHECK_EQ(goc_chan_try_recv(c, &v), GOC_EMPTY);
    else
        CHECK(!goc_chan_try_send(c, &v));
    goc_waitgroup_wait(&wg);
    for (int i = 0, k = 0; !sending && i < n; i++)
        if (i != at)
            CHECK_EQ(p[i].number, 200 + k++);
    goc_chan_free(c);
    goc_chan_free(d);
    goc_chan_free(order);
}

int main(void)
{
    for (int s = 0; s < 2; s++) {
        sending = s;
        for (int n = 1; n <= MOST; n++)
            for (int at = 0; at < n; at++)
                for (int copies = 1; copies <= 3; copies++)
                    queue_of(n, at, copies);
    }
    return 0;
}
