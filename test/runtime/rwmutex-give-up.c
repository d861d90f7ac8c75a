// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Readers and writers whose contexts end, in crowds: they leave nothing of themselves in the
// read-write mutex, and keep nobody out or in.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 12, TURNS = 400 };

static goc_rwmutex rw;
static goc_waitgroup wg;
static _Atomic int readers, writers;
static _Atomic long given_up;

static void read_turn(unsigned n, goc_context *ctx)
{
    if (goc_rwmutex_rlock_ctx(&rw, ctx) != 0) {
        given_up++;
        return;
    }
    readers++;
    CHECK_EQ(writers, 0);
    if (n % 4 == 0)
        goc_sleep((n % 32) * GOC_MICROSECOND);
    CHECK_EQ(writers, 0);
    readers--;
    goc_rwmutex_runlock(&rw);
}

static void write_turn(unsigned n, goc_context *ctx)
{
    if (goc_rwmutex_lock_ctx(&rw, ctx) != 0) {
        given_up++;
        return;
    }
    CHECK_EQ(writers++, 0);
    CHECK_EQ(readers, 0);
    if (n % 4 == 0)
        goc_sleep((n % 32) * GOC_MICROSECOND);
    CHECK_EQ(readers, 0);
    CHECK_EQ(--writers, 0);
    goc_rwmutex_unlock(&rw);
}

static void goroutine(void *arg)
{
    unsigned seed = *(unsigned *)arg;
    for (int i = 0; i < TURNS; i++) {
        seed = seed * 1664525 + 1013904223;
        unsigned n = seed >> 12;
        goc_context *ctx = n % 8 > 1
            ? goc_with_timeout(NULL, (n / 8 % 64) * GOC_MICROSECOND) : NULL;
        if (n % 3 == 0)
            write_turn(n / 3, ctx);
        else
            read_turn(n / 3, ctx);
        goc_context_free(ctx);
    }
    goc_waitgroup_done(&wg);
}

int main(void)
{
    unsigned number[GOROUTINES];

    goc_waitgroup_add(&wg, GOROUTINES);
    for (unsigned i = 0; i < GOROUTINES; i++) {
        number[i] = i;
        goc_go(goroutine, &number[i]);
    }
    goc_waitgroup_wait(&wg);
    CHECK(given_up > 0);
    CHECK(goc_rwmutex_try_lock(&rw));
    goc_rwmutex_unlock(&rw);
    for (int i = 0; i < 3; i++)
        CHECK(goc_rwmutex_try_rlock(&rw));
    for (int i = 0; i < 3; i++)
        goc_rwmutex_runlock(&rw);
    CHECK(goc_rwmutex_try_lock(&rw));
    return 0;
}
