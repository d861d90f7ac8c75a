// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions of timers run in goroutines of their own: they may block, start the next, reset or
// free their own timer, and starve nobody.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_waitgroup wg;
static _Atomic int calls, stop;
static goc_chan *c;

/* Each starts the next and sleeps on. */
static goc_timer *chain[12];
static _Atomic int links;

static void link(void *arg)
{
    int i = ++links;
    if (i < 12) {
        chain[i] = goc_timer_func(0, link, arg);
        goc_sleep(5 * GOC_MILLISECOND);
    }
    goc_waitgroup_done(&wg);
}

static void chained(void)
{
    goc_waitgroup_add(&wg, 12);
    chain[0] = goc_timer_func(0, link, NULL);
    goc_waitgroup_wait(&wg);
    for (int i = 0; i < 12; i++)
        goc_timer_free(chain[i]);
}

struct own
{
    goc_timer *timer;
    goc_mutex mu;
    int left;
};

/* Resets its own timer, and in the end frees it. */
static void resets_itself(void *arg)
{
    struct own *o = arg;
    goc_mutex_lock(&o->mu); /* timer is set */
    goc_mutex_unlock(&o->mu);
    calls++;
    if (--o->left > 0) {
        CHECK(!goc_timer_reset(o->timer, o->left % 3));
    } else {
        goc_timer_free(o->timer);
        goc_waitgroup_done(&wg);
    }
}

static void by_themselves(void)
{
    enum { N = 20, TURNS = 50 };
    static struct own own[N];
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++) {
        own[i].left = TURNS;
        goc_mutex_lock(&own[i].mu);
        own[i].timer = goc_timer_func(0, resets_itself, &own[i]);
        goc_mutex_unlock(&own[i].mu);
    }
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, N * TURNS);
}

static void feed(void *arg)
{
    (void)arg;
    while (!stop)
        goc_chan_send(c, NULL);
    goc_chan_close(c);
    goc_waitgroup_done(&wg);
}

static void drain(void *arg)
{
    (void)arg;
    while (goc_chan_recv(c, NULL))
        ;
    goc_waitgroup_done(&wg);
}

static void ends_it(void *arg)
{
    (void)arg;
    stop = 1;
}

/* One of the two is always runnable; the function gets its turn. */
static void not_starved(void)
{
    for (int i = 0; i < 20; i++) {
        stop = 0;
        c = goc_chan_new(0, i % 2);
        goc_waitgroup_add(&wg, 2);
        goc_go(feed, NULL);
        goc_go(drain, NULL);
        goc_timer *t = goc_timer_func(GOC_MICROSECOND, ends_it, NULL);
        goc_waitgroup_wait(&wg);
        goc_timer_free(t);
        goc_chan_free(c);
    }
}

static void blocks(void *arg)
{
    goc_chan_recv(c, NULL);
    goc_waitgroup_done(arg);
}

/* Many that block at the same time hold up no timer. */
static void blocking(void)
{
    enum { N = 300 };
    static goc_timer *t[N];
    c = goc_chan_new(0, 0);
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++)
        t[i] = goc_timer_func(i % 10, blocks, &wg);
    goc_sleep(GOC_MILLISECOND);
    goc_chan_close(c);
    goc_waitgroup_wait(&wg);
    for (int i = 0; i < N; i++) {
        CHECK(!goc_timer_stop(t[i]));
        goc_timer_free(t[i]);
    }
    goc_chan_free(c);
}

static void ends_itself(void *arg)
{
    goc_waitgroup_done(arg);
    goc_exit_goroutine();
}

static void exits(void)
{
    goc_waitgroup_add(&wg, 1);
    goc_timer *t = goc_timer_func(0, ends_itself, &wg);
    goc_waitgroup_wait(&wg);
    goc_timer_free(t);
    while (goc_num_goroutine() > 1)
        goc_yield();
}

int main(void)
{
    chained();
    by_themselves();
    not_starved();
    blocking();
    exits();
    return 0;
}
