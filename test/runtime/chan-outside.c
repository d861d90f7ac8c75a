// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Outside threads on either side of a channel, or on both, with goroutines on the other.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { SIDES = 3, N = 400 };

static goc_chan *c, *quit;
static pthread_barrier_t known;
static goc_waitgroup senders;
static _Atomic int count, sum, ends;

static void send_all(int how)
{
    for (int i = 1; i <= N; i++) {
        goc_case k[2] = { { .chan = quit },
                          { .chan = c, .elem = &i, .op = GOC_SEND } };
        if ((i + how) % 3 == 0)
            CHECK_EQ(goc_select(k, 2, GOC_FOREVER), 1);
        else if ((i + how) % 3 == 1)
            goc_chan_send(c, &i);
        else
            while (goc_select(k, 2, 100 * GOC_MICROSECOND) < 0)
                ;
    }
    goc_waitgroup_done(&senders);
}

static void receive_all(int how)
{
    for (int i = 0;; i++) {
        int v;
        goc_case k[2] = { { .chan = c, .elem = &v }, { .chan = quit } };
        bool ok;
        if ((i + how) % 2) {
            ok = goc_chan_recv(c, &v);
        } else {
            CHECK_EQ(goc_select(k, 2, GOC_FOREVER), 0);
            ok = k[0].ok;
        }
        if (!ok)
            break;
        count++;
        sum += v;
    }
    ends++;
}

static void g_send(void *arg)
{
    send_all(*(int *)arg);
}

static void g_receive(void *arg)
{
    receive_all(*(int *)arg);
}

static void *t_send(void *arg)
{
    goc_id(); /* now the library knows that this thread may yet send */
    pthread_barrier_wait(&known);
    send_all(*(int *)arg);
    return NULL;
}

static void *t_receive(void *arg)
{
    goc_id();
    pthread_barrier_wait(&known);
    receive_all(*(int *)arg);
    return NULL;
}

static void pair(bool threads_send, bool threads_receive, int cap)
{
    int number[SIDES] = { 0, 1, 2 };
    pthread_t t[2 * SIDES];
    int threads = 0;
    c = goc_chan_new(sizeof(int), cap);
    count = sum = ends = 0;
    goc_waitgroup_add(&senders, SIDES);
    pthread_barrier_init(&known, NULL,
                         1 + SIDES * (threads_send + threads_receive));
    for (int i = 0; i < SIDES; i++) {
        if (threads_send)
            CHECK_EQ(pthread_create(&t[threads++], NULL, t_send, &number[i]),
                     0);
        else
            goc_go(g_send, &number[i]);
        if (threads_receive)
            CHECK_EQ(pthread_create(&t[threads++], NULL, t_receive,
                                    &number[i]), 0);
        else
            goc_go(g_receive, &number[i]);
    }
    pthread_barrier_wait(&known);
    goc_waitgroup_wait(&senders);
    goc_chan_close(c);
    for (int i = 0; i < threads; i++)
        pthread_join(t[i], NULL);
    while (ends < SIDES)
        goc_yield();
    CHECK_EQ(count, SIDES * N);
    CHECK_EQ(sum, SIDES * N * (N + 1) / 2);
    goc_chan_free(c);
    pthread_barrier_destroy(&known);
}

int main(void)
{
    quit = goc_chan_new(0, 0);
    for (int cap = 0; cap < 3; cap++) {
        pair(true, false, cap);
        pair(false, true, cap);
        pair(true, true, cap);
        pair(false, false, cap);
    }
    goc_chan_free(quit);
    return 0;
}
