// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_exit_goroutine from wherever it is called ends that goroutine only: below others, locked,
// in functions of timers and contexts, on outside threads.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { N = 60 };

static goc_waitgroup wg;
static goc_mutex mu;
static goc_chan *c;
static _Atomic int after;

static volatile bool leave = true;

static __attribute__((noinline)) int below(volatile int depth)
{
    if (depth > 0)
        return below(depth - 1) + depth;
    goc_waitgroup_done(&wg);
    if (leave)
        goc_exit_goroutine();
    return 0;
}

static void nested(void *arg)
{
    below(*(int *)arg);
    after++;
}

static void locked(void *arg)
{
    (void)arg;
    goc_lock_thread();
    goc_yield();
    below(3);
    after++;
}

static void with_mutex(void *arg)
{
    (void)arg;
    goc_mutex_lock(&mu);
    goc_mutex_unlock(&mu);
    below(5);
    after++;
}

static void named(void *arg)
{
    char large[2000];
    memset(large, 1, sizeof large);
    goc_set_name("one that exits");
    goc_chan_send(c, NULL);
    below(large[*(int *)arg]);
    after++;
}

static void *thread(void *arg)
{
    (void)arg;
    goc_chan_send(c, NULL);
    goc_exit_goroutine(); /* ends the thread */
    after++;
    return NULL;
}

static void by_timer(void *arg)
{
    (void)arg;
    below(2);
    after++;
}

static bool ends_in_range(goc_key key, void *value, void *arg)
{
    (void)key, (void)value, (void)arg;
    below(0);
    return true;
}

static void in_range(void *arg)
{
    goc_map_range(arg, ends_in_range, NULL);
    after++;
}

int main(void)
{
    int depth[4] = { 0, 1, 10, 100 }, one = 1;
    pthread_t t;
    goc_map map = { 0 };
    c = goc_chan_new(0, N);
    for (int i = 0; i < N; i++) {
        goc_waitgroup_add(&wg, 4);
        goc_go(nested, &depth[i % 4]);
        goc_go(locked, NULL);
        goc_go(with_mutex, NULL);
        goc_go(named, &depth[1]);
    }
    goc_waitgroup_wait(&wg);

    goc_waitgroup_add(&wg, 3);
    goc_timer *timer = goc_timer_func(0, by_timer, NULL);
    goc_context *ctx = goc_with_cancel(NULL);
    goc_after_func(ctx, by_timer, NULL);
    goc_cancel(ctx);
    goc_map_store(&map, goc_ikey(1), &one);
    goc_go(in_range, &map);
    goc_waitgroup_wait(&wg);
    goc_timer_free(timer);
    goc_context_free(ctx);

    for (int i = 0; i < N; i++)
        goc_chan_recv(c, NULL);
    for (int i = 0; i < 5; i++) {
        CHECK_EQ(pthread_create(&t, NULL, thread, NULL), 0);
        goc_chan_recv(c, NULL);
        pthread_join(t, NULL);
    }
    while (goc_num_goroutine() > 1)
        goc_yield();
    CHECK_EQ(after, 0);
    CHECK(goc_mutex_try_lock(&mu));
    goc_map_store(&map, goc_ikey(2), &one); /* no lock was left behind */
    goc_map_destroy(&map);
    goc_chan_free(c);
    return 0;
}
