// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A goroutine that ends while it is locked to its thread takes the thread with it, whatever it has
// done to it; the process's first thread runs no other.  One that has unlocked it gives it back.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
// RUN: (env GOC_PROCS=2 timeout 20 %t for ever; test $? = 2) 2>&1 | FileCheck %s
#include "Inputs/check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { N = 12, OTHERS = 200 };

static pthread_key_t key;
static _Thread_local bool spoilt;
static atomic_int destroyed;
static goc_waitgroup wg;
static atomic_long tid[N];

static void destroy(void *value)
{
    *(atomic_long *)value = 0;
    destroyed++;
}

static void spoils(void *arg)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    goc_lock_thread();
    goc_lock_thread();
    CHECK(!spoilt);
    spoilt = true;
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    atomic_long *mine = arg;
    *mine = syscall(SYS_gettid);
    if (*mine != getpid())
        pthread_setspecific(key, mine);
    goc_yield();
    goc_unlock_thread(); /* once too few */
    goc_waitgroup_done(&wg);
    if (mine - tid >= N / 2)
        goc_exit_goroutine();
}

static void other(void *arg)
{
    sigset_t set;
    goc_sleep(*(int *)arg * GOC_MICROSECOND);
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    CHECK(!spoilt);
    CHECK(!sigismember(&set, SIGUSR1));
    goc_waitgroup_done(&wg);
}

static void unlocks(void *arg)
{
    goc_lock_thread();
    *(atomic_long *)arg = syscall(SYS_gettid);
    goc_unlock_thread();
    goc_waitgroup_done(&wg);
}

int main(int argc, char **argv)
{
    (void)argv;
    CHECK_EQ(pthread_key_create(&key, destroy), 0);
    goc_waitgroup_add(&wg, N + OTHERS);
    for (int i = 0; i < OTHERS; i++) {
        goc__go(other, &i, sizeof i, "x");
        if (i % (OTHERS / N) == 0 && i / (OTHERS / N) < N)
            goc_go(spoils, &tid[i / (OTHERS / N)]);
    }
    goc_waitgroup_wait(&wg);
    CHECK(!spoilt);
    /* Those that have ended have called their destructors; the first thread
     * has none. */
    for (int i = 0; i < N; i++)
        while (tid[i] && tid[i] != getpid())
            goc_sleep(GOC_MILLISECOND);
    CHECK(destroyed >= N - 1);

    if (argc == 1 && goc_procs(0) == 1) {
        goc_waitgroup_add(&wg, 2);
        goc_go(unlocks, &tid[0]);
        goc_go(unlocks, &tid[1]);
        goc_waitgroup_wait(&wg);
        CHECK_EQ(tid[0], tid[1]);
    }
    if (argc > 1)
        goc_chan_recv(goc_chan_new(0, 0), NULL);
    return 0;
}
// CHECK: fatal error: all goroutines are asleep - deadlock!
