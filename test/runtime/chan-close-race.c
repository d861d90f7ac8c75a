// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A close against receives, selects and range loops: each sees all values that were sent, then
// the end, and nobody stays behind.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { ROUNDS = 150, RECEIVERS = 9, VALUES = 40 };

static goc_chan *c, *never;
static goc_waitgroup wg;
static _Atomic int count, sum, ends;

static void note(int v)
{
    count++;
    sum += v;
}

static void plain(void *arg)
{
    int v = 7;
    while (goc_chan_recv(c, &v))
        note(v);
    CHECK_EQ(v, 0);
    ends++;
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void selecting(void *arg)
{
    int v = 7, w = 7;
    goc_case k[3] = { { .chan = never }, { .chan = c, .elem = &v },
                      { .chan = c, .elem = &w } };
    for (;;) {
        int i = goc_select(k, 3, GOC_FOREVER);
        CHECK(i == 1 || i == 2);
        if (!k[i].ok)
            break;
        note(i == 1 ? v : w);
    }
    ends++;
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void polling(void *arg)
{
    int v;
    goc_try t;
    while ((t = goc_chan_try_recv(c, &v)) != GOC_CLOSED) {
        if (t == GOC_RECEIVED)
            note(v);
        else
            goc_yield();
    }
    ends++;
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void *thread(void *arg)
{
    goc_id();
    plain(arg);
    return NULL;
}

static void *thread_selecting(void *arg)
{
    goc_id();
    selecting(arg);
    return NULL;
}

static void closer(void *arg)
{
    for (int i = 1; i <= VALUES; i++)
        goc_chan_send(c, &i);
    goc_chan_close(c);
    (void)arg;
    goc_waitgroup_done(&wg);
}

static void round_of(int cap, int i)
{
    pthread_t t[2];
    c = goc_chan_new(sizeof(int), cap);
    count = sum = ends = 0;
    bool threads = i % 10 == 0;
    goc_waitgroup_add(&wg, RECEIVERS + 1 + (threads ? 2 : 0));
    if (i % 3 == 0)
        goc_go(closer, NULL);
    for (int r = 0; r < RECEIVERS; r++)
        goc_go(r % 3 == 0 ? plain : r % 3 == 1 ? selecting : polling, NULL);
    if (threads) {
        CHECK_EQ(pthread_create(&t[0], NULL, thread, NULL), 0);
        CHECK_EQ(pthread_create(&t[1], NULL, thread_selecting, NULL), 0);
    }
    if (i % 3 == 1)
        goc_go(closer, NULL);
    if (i % 3 == 2) {
        goc_yield();
        closer(NULL);
    }
    goc_waitgroup_wait(&wg);
    for (int k = 0; threads && k < 2; k++)
        pthread_join(t[k], NULL);
    CHECK_EQ(ends, RECEIVERS + (threads ? 2 : 0));
    CHECK_EQ(count, VALUES);
    CHECK_EQ(sum, VALUES * (VALUES + 1) / 2);
    goc_chan_free(c);
}

int main(void)
{
    never = goc_chan_new(0, 0);
    for (int i = 0; i < ROUNDS; i++) {
        round_of(0, i);
        round_of(1, i);
        round_of(VALUES, i);
    }
    goc_chan_free(never);
    return 0;
}
