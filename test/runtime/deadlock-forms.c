// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Deadlocks are found in every form: locked to a thread, in a constructor, after timers, sockets and threads have gone.
// RUN: %cc %s -o %t %runtime
// RUN: for p in 1 2 8; do for f in alone locked locked-two locked-woken exit timer socket thread once mutex rwmutex group sem pool; do env GOC_PROCS=$p timeout 20 %t $f 2>%t.err; test $? = 2 && head -1 %t.err | grep -q 'all goroutines are asleep - deadlock!' || { echo $p $f; cat %t.err; exit 1; }; done; done
// RUN: %cc -DCONSTRUCTOR %s -o %t.c %runtime
// RUN: (%t.c; test $? = 2) 2>&1 | FileCheck %s
// CHECK: fatal error: all goroutines are asleep - deadlock!
// CHECK: goroutine 1 [chan receive]:
#include "Inputs/net.h"

#include <pthread.h>

static goc_chan *c, *d;
static goc_mutex mu;
static goc_rwmutex rw;
static goc_once once;
static goc_sem sem;
static goc_waitgroup wg;

static void receives(void *arg)
{
    goc_chan_recv(arg, NULL);
}

static void locked(void *arg)
{
    goc_lock_thread();
    goc_chan_recv(arg, NULL);
}

/* Woken once, and locked: it waits again, now for good. */
static void woken(void *arg)
{
    goc_lock_thread();
    goc_chan_recv(arg, NULL);
    goc_sleep(100 * GOC_MICROSECOND);
    goc_chan_recv(arg, NULL);
}

static void locks_again(void *arg)
{
    (void)arg;
    goc_once_do_with(&once, locks_again, NULL);
}

static void *thread(void *arg)
{
    goc_chan_send(arg, NULL);
    return NULL;
}

static void echo_once(void)
{
    int fd[2];
    char b = 'x';
    tcp_pair(fd);
    CHECK_EQ(goc_write(fd[0], &b, 1), 1);
    CHECK_EQ(goc_read(fd[1], &b, 1), 1);
    goc_set_deadline(fd[1], goc_now() + GOC_HOUR, 0);
    goc_close(fd[0]);
    goc_close(fd[1]);
}

static int never(void *arg)
{
    goc_chan_recv(arg, NULL);
    return 0;
}

static void group(void)
{
    goc_errgroup *g = goc_errgroup_new(NULL);
    goc_errgroup_limit(g, 1);
    goc_errgroup_go(g, never, c);
    goc_errgroup_go(g, never, c);
}

#ifdef CONSTRUCTOR
static __attribute__((constructor)) void before_main(void)
{
    c = goc_chan_new(0, 0);
    goc_go(receives, c);
    goc_chan_recv(c, NULL);
}
#endif

int main(int argc, char **argv)
{
    const char *form = argc > 1 ? argv[1] : "";
    pthread_t t;
    c = goc_chan_new(0, 0);
    d = goc_chan_new(0, 0);
    if (strcmp(form, "locked") == 0) {
        goc_lock_thread();
    } else if (strcmp(form, "locked-two") == 0) {
        goc_lock_thread();
        goc_go(locked, c);
        goc_go(receives, c);
    } else if (strcmp(form, "locked-woken") == 0) {
        goc_go(woken, c);
        goc_go(woken, c);
        goc_chan_send(c, NULL);
        goc_chan_send(c, NULL);
        goc_lock_thread();
        goc_sleep(100 * GOC_MICROSECOND);
    } else if (strcmp(form, "exit") == 0) {
        goc_go(receives, c);
        goc_exit_goroutine();
    } else if (strcmp(form, "timer") == 0) {
        goc_timer *timer = goc_timer_new(GOC_HOUR);
        goc_ticker *ticker = goc_ticker_new(GOC_MILLISECOND);
        goc_chan_recv(ticker->c, NULL);
        goc_ticker_free(ticker);
        goc_timer_free(timer);
        goc_context_free(goc_with_timeout(NULL, GOC_HOUR));
        goc_sleep(GOC_MICROSECOND);
    } else if (strcmp(form, "socket") == 0) {
        echo_once();
    } else if (strcmp(form, "thread") == 0) {
        CHECK_EQ(pthread_create(&t, NULL, thread, d), 0);
        goc_chan_recv(d, NULL);
        pthread_join(t, NULL);
    } else if (strcmp(form, "once") == 0) {
        goc_once_do_with(&once, locks_again, NULL);
    } else if (strcmp(form, "mutex") == 0) {
        goc_mutex_lock(&mu);
        goc_mutex_lock(&mu);
    } else if (strcmp(form, "rwmutex") == 0) {
        goc_rwmutex_rlock(&rw);
        goc_rwmutex_lock(&rw);
    } else if (strcmp(form, "group") == 0) {
        group();
    } else if (strcmp(form, "sem") == 0) {
        goc_sem_init(&sem, 2);
        goc_sem_acquire(&sem, 3);
    } else if (strcmp(form, "pool") == 0) {
        goc_waitgroup_add(&wg, 1);
        for (int i = 0; i < 20; i++)
            goc_go(receives, c);
        goc_waitgroup_wait(&wg);
    }
    goc_chan_recv(c, NULL);
    return 0;
}
