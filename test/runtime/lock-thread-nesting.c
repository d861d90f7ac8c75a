// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Locks to a thread are counted; unlocking once too often does nothing, and main may be locked.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { N = 20 };

static goc_chan *c, *done;
static goc_waitgroup wg;
static _Thread_local int mark;

static long tid(void)
{
    return syscall(SYS_gettid);
}

static void nests(void *arg)
{
    int me = *(int *)arg;
    goc_unlock_thread(); /* not locked: no effect */
    goc_lock_thread();
    long here = tid();
    mark = me;
    goc_lock_thread();
    goc_unlock_thread();
    for (int i = 0; i < 30; i++) {
        switch (i % 4) {
        case 0: goc_yield(); break;
        case 1: goc_chan_send(c, NULL); break;
        case 2: goc_chan_recv(c, NULL); break;
        case 3: goc_sleep(GOC_MICROSECOND); break;
        }
        CHECK_EQ(tid(), here);
        CHECK_EQ(mark, me); /* nobody else has run here */
    }
    mark = 0;
    goc_unlock_thread();
    goc_unlock_thread();
    goc_yield();
    goc_waitgroup_done(&wg);
}

static void spawns(void *arg)
{
    (void)arg;
    goc_lock_thread();
    long here = tid();
    for (int i = 1; i <= N; i++) {
        goc_waitgroup_add(&wg, 1);
        goc__go(nests, &i, sizeof i, "x");
    }
    CHECK_EQ(tid(), here);
    goc_waitgroup_done(&wg);
    /* Ends while locked. */
}

static void echo(void *arg)
{
    (void)arg;
    int v;
    while (goc_chan_recv(c, &v)) {
        v++;
        goc_chan_send(done, &v);
    }
    goc_chan_close(done);
}

/* Goroutine 1 talks to others while it is locked. */
static void main_locked(void)
{
    c = goc_chan_new(sizeof(int), 0);
    done = goc_chan_new(sizeof(int), 0);
    goc_lock_thread();
    long here = tid();
    CHECK_EQ(here, getpid());
    goc_go(echo, NULL);
    for (int i = 0; i < 200; i++) {
        int v;
        goc_chan_send(c, &i);
        goc_chan_recv(done, &v);
        CHECK_EQ(v, i + 1);
        CHECK_EQ(tid(), here);
    }
    goc_chan_close(c);
    CHECK(!goc_chan_recv(done, NULL));
    goc_unlock_thread();
    goc_chan_free(c);
    goc_chan_free(done);
}

int main(void)
{
    main_locked();
    c = goc_chan_new(0, N);
    goc_waitgroup_add(&wg, 1);
    goc_go(spawns, NULL);
    goc_waitgroup_wait(&wg);
    goc_lock_thread();
    goc_lock_thread();
    goc_unlock_thread();
    goc_chan_try_send(c, NULL);
    return 0; /* main may end while it is locked */
}
