// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Signals wake in the order of arrival over many generations; a broadcast wakes everyone once and
// takes nothing from who came first.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_mutex mu;
static goc_cond cond;
static goc_chan *running, *awake;
static bool leave;
static goc_waitgroup wg;
static int first_woken;

static void lock_and_wait(void *arg)
{
    goc_mutex_lock(&mu);
    goc_chan_send(running, NULL);
    goc_cond_wait(&cond);
    goc_chan_send(awake, arg);
    goc_mutex_unlock(&mu);
}

/* Each signal wakes one, and none wakes before. */
static void exact(void)
{
    enum { N = 20 };
    int zero = 0, v;
    running = goc_chan_new(0, N);
    awake = goc_chan_new(sizeof(int), N);
    for (int i = 0; i < N; i++)
        goc_go(lock_and_wait, &zero);
    for (int i = 0; i < N; i++)
        goc_chan_recv(running, NULL);
    for (int i = 0; i < N; i++) {
        CHECK_EQ(goc_chan_try_recv(awake, &v), GOC_EMPTY);
        goc_mutex_lock(&mu); /* the last of them is in its wait by now */
        goc_cond_signal(&cond);
        goc_mutex_unlock(&mu);
        goc_chan_recv(awake, &v);
        CHECK_EQ(goc_chan_try_recv(awake, &v), GOC_EMPTY);
    }
    goc_cond_signal(&cond);
    goc_chan_free(running);
    goc_chan_free(awake);
}

/* A new one arrives before the one before it has been seen to wake. */
static void generations(void)
{
    enum { N = 300 };
    int number[N], v;
    running = goc_chan_new(0, N);
    awake = goc_chan_new(sizeof(int), N);
    for (int i = 0; i < N; i++) {
        number[i] = i;
        goc_go(lock_and_wait, &number[i]);
        if (i > 0) {
            goc_chan_recv(awake, &v);
            CHECK_EQ(v, i - 1);
        }
        goc_chan_recv(running, NULL);
        goc_mutex_lock(&mu);
        goc_cond_signal(&cond);
        goc_mutex_unlock(&mu);
    }
    goc_chan_recv(awake, &v);
    CHECK_EQ(v, N - 1);
    goc_chan_free(running);
    goc_chan_free(awake);
}

static void again_and_again(void *arg)
{
    goc_mutex_lock(&mu);
    while (!leave) {
        goc_chan_send(running, arg);
        goc_cond_wait(&cond);
        goc_chan_send(awake, arg);
    }
    goc_mutex_unlock(&mu);
    goc_waitgroup_done(&wg);
}

static void broadcasts(void)
{
    enum { N = 60 };
    int number[N], v;
    running = goc_chan_new(sizeof(int), N);
    awake = goc_chan_new(sizeof(int), N);
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++) {
        number[i] = i;
        goc_go(again_and_again, &number[i]);
    }
    for (int round = 0; round < N; round++) {
        bool seen[N] = { false };
        for (int i = 0; i < N; i++)
            goc_chan_recv(running, NULL);
        CHECK_EQ(goc_chan_try_recv(awake, &v), GOC_EMPTY);
        goc_mutex_lock(&mu);
        leave = round == N - 1;
        goc_cond_broadcast(&cond);
        goc_mutex_unlock(&mu);
        for (int i = 0; i < N; i++) {
            goc_chan_recv(awake, &v);
            CHECK(!seen[v]);
            seen[v] = true;
        }
    }
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_chan_try_recv(running, &v), GOC_EMPTY);
    goc_cond_broadcast(&cond);
    goc_chan_free(running);
    goc_chan_free(awake);
}

static void first(void *arg)
{
    goc_mutex_lock(&mu);
    goc_chan_send(running, NULL);
    goc_cond_wait(&cond);
    goc_mutex_unlock(&mu);
    first_woken++;
    goc_chan_send(awake, NULL);
    (void)arg;
}

static void broadcaster(void *arg)
{
    (void)arg;
    goc_cond_broadcast(&cond);
    goc_waitgroup_done(&wg);
}

static void latecomer(void *arg)
{
    (void)arg;
    goc_mutex_lock(&mu);
    while (!leave)
        goc_cond_wait(&cond);
    goc_mutex_unlock(&mu);
    goc_waitgroup_done(&wg);
}

/* Who starts to wait while a broadcast runs takes no wake-up away. */
static void stealing(void)
{
    running = goc_chan_new(0, 0);
    awake = goc_chan_new(0, 0);
    for (int i = 0; i < 1000; i++) {
        leave = false;
        goc_waitgroup_add(&wg, 2);
        goc_go(first, NULL);
        goc_chan_recv(running, NULL);
        goc_mutex_lock(&mu); /* the first is in its wait */
        goc_mutex_unlock(&mu);
        goc_go(broadcaster, NULL);
        goc_go(latecomer, NULL);
        goc_chan_recv(awake, NULL);
        goc_mutex_lock(&mu);
        leave = true;
        goc_mutex_unlock(&mu);
        goc_cond_broadcast(&cond);
        goc_waitgroup_wait(&wg);
    }
    CHECK_EQ(first_woken, 1000);
    goc_chan_free(running);
    goc_chan_free(awake);
}

int main(void)
{
    goc_cond_init(&cond, &mu);
    exact();
    generations();
    broadcasts();
    stealing();
    return 0;
}
