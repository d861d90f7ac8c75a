// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mutexes and read-write mutexes under every kind of lock at once, contexts
// that end meanwhile included: exclusion holds and nobody is left behind.
// REQUIRES: long
// RUN: %cc %s -I%S/../runtime/Inputs -o %t %runtime
// RUN: env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "check.h"

enum { GOROUTINES = 16, LOCKS = 3, TURNS = 100000 };

static goc_mutex mu[LOCKS];
static goc_rwmutex rw[LOCKS];
static int in_mutex[LOCKS], in_write[LOCKS];
static _Atomic int in_read[LOCKS];
static _Atomic long done, given_up;
static goc_waitgroup wg;

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void linger(unsigned n)
{
    if (n % 64 == 0)
        goc_sleep((n % 50) * GOC_MICROSECOND);
    else if (n % 8 == 0)
        goc_yield();
}

static void with_mutex(int i, unsigned n)
{
    CHECK_EQ(in_mutex[i]++, 0);
    linger(n);
    CHECK_EQ(--in_mutex[i], 0);
    goc_mutex_unlock(&mu[i]);
    done++;
}

static void with_write(int i, unsigned n)
{
    CHECK_EQ(in_write[i]++, 0);
    CHECK_EQ(in_read[i], 0);
    linger(n);
    CHECK_EQ(in_read[i], 0);
    CHECK_EQ(--in_write[i], 0);
    goc_rwmutex_unlock(&rw[i]);
    done++;
}

static void with_read(int i, unsigned n)
{
    in_read[i]++;
    CHECK_EQ(in_write[i], 0);
    linger(n);
    CHECK_EQ(in_write[i], 0);
    in_read[i]--;
    goc_rwmutex_runlock(&rw[i]);
    done++;
}

static void turn(unsigned *seed)
{
    unsigned what = next(seed) % 10, n = next(seed);
    int i = (int)(next(seed) % LOCKS);
    goc_context *ctx = what < 3
        ? goc_with_timeout(NULL, (next(seed) % 60) * GOC_MICROSECOND) : NULL;
    switch (what) {
    case 0:
        if (goc_mutex_lock_ctx(&mu[i], ctx) == 0)
            with_mutex(i, n);
        else
            given_up++;
        break;
    case 1:
        if (goc_rwmutex_lock_ctx(&rw[i], ctx) == 0)
            with_write(i, n);
        else
            given_up++;
        break;
    case 2:
        if (goc_rwmutex_rlock_ctx(&rw[i], ctx) == 0)
            with_read(i, n);
        else
            given_up++;
        break;
    case 3:
        if (goc_mutex_try_lock(&mu[i]))
            with_mutex(i, n);
        break;
    case 4:
        if (goc_rwmutex_try_lock(&rw[i]))
            with_write(i, n);
        break;
    case 5:
        if (goc_rwmutex_try_rlock(&rw[i]))
            with_read(i, n);
        break;
    case 6:
        goc_mutex_lock(&mu[i]);
        with_mutex(i, n);
        break;
    case 7:
        goc_rwmutex_lock(&rw[i]);
        with_write(i, n);
        break;
    default:
        goc_rwmutex_rlock(&rw[i]);
        with_read(i, n);
        break;
    }
    goc_context_free(ctx);
}

static void goroutine(void *arg)
{
    unsigned seed = (unsigned)(uintptr_t)arg;
    for (int i = 0; i < TURNS; i++)
        turn(&seed);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    goc_waitgroup_add(&wg, GOROUTINES);
    for (uintptr_t i = 0; i < GOROUTINES; i++)
        goc_go(goroutine, (void *)(i + 1));
    goc_waitgroup_wait(&wg);
    CHECK(done > 0 && given_up > 0);
    for (int i = 0; i < LOCKS; i++) {
        CHECK_EQ(mu[i].word, 0);
        CHECK(goc_rwmutex_try_lock(&rw[i]));
    }
    return 0;
}
