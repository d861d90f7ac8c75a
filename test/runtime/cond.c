// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conditions: signal wakes the one that has waited longest, broadcast all.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { N = 10 };

static goc_mutex mu;
static goc_cond cond;
static goc_chan *order;
static int waiting, gate;

static void waiter(void *arg)
{
    goc_mutex_lock(&mu);
    waiting++;
    goc_cond_wait(&cond);
    waiting--;
    goc_mutex_unlock(&mu);
    goc_chan_send(order, arg);
}

static void wait_for_waiters(int n)
{
    for (;;) {
        goc_mutex_lock(&mu);
        int now = waiting;
        goc_mutex_unlock(&mu);
        if (now == n)
            return;
        goc_yield();
    }
}

static void signal_in_order(void)
{
    int number[N], got;
    for (int i = 0; i < N; i++) {
        number[i] = i;
        goc_go(waiter, &number[i]);
        wait_for_waiters(i + 1);
    }
    for (int i = 0; i < N; i++) {
        goc_cond_signal(&cond);
        CHECK(goc_chan_recv(order, &got));
        CHECK_EQ(got, i);
    }
}

static void broadcast(void)
{
    int number = 0, got;
    for (int i = 0; i < N; i++)
        goc_go(waiter, &number);
    wait_for_waiters(N);
    goc_mutex_lock(&mu);
    goc_cond_broadcast(&cond);
    goc_mutex_unlock(&mu);
    for (int i = 0; i < N; i++)
        CHECK(goc_chan_recv(order, &got));
    goc_cond_signal(&cond); /* nobody waits */
    goc_cond_broadcast(&cond);
}

/* A producer and a consumer that meet at one place: no wake-up is lost. */
static void consumer(void *arg)
{
    goc_mutex_lock(&mu);
    for (int i = 0; i < 5000; i++) {
        while (!gate)
            goc_cond_wait(&cond);
        gate = 0;
        goc_cond_broadcast(&cond);
    }
    goc_mutex_unlock(&mu);
    goc_chan_send(order, arg);
}

static void ping_pong(void)
{
    int number = 0, got;
    goc_go(consumer, &number);
    goc_mutex_lock(&mu);
    for (int i = 0; i < 5000; i++) {
        while (gate)
            goc_cond_wait(&cond);
        gate = 1;
        goc_cond_broadcast(&cond);
    }
    goc_mutex_unlock(&mu);
    CHECK(goc_chan_recv(order, &got));
}

int main(void)
{
    order = goc_chan_new(sizeof(int), 0);
    goc_cond_init(&cond, &mu);
    signal_in_order();
    broadcast();
    ping_pong();
    goc_chan_free(order);
    return 0;
}
