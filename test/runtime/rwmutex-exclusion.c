// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A read-write mutex: many readers or one writer.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 10, TURNS = 20000 };

static goc_rwmutex rw;
static goc_waitgroup wg;
static _Atomic int readers, writers, together;
static long shared;

static void goroutine(void *arg)
{
    int self = *(int *)arg;
    for (int i = 0; i < TURNS; i++) {
        if ((i + self) % 10 == 0) {
            goc_rwmutex_lock(&rw);
            CHECK_EQ(writers++, 0);
            CHECK_EQ(readers, 0);
            shared++;
            if (i % 100 == 0)
                goc_yield();
            writers--;
            goc_rwmutex_unlock(&rw);
        } else {
            goc_rwmutex_rlock(&rw);
            if (readers++ > 0)
                together++;
            CHECK_EQ(writers, 0);
            long before = shared;
            if (i % 100 == 1)
                goc_yield();
            CHECK_EQ(shared, before);
            readers--;
            goc_rwmutex_runlock(&rw);
        }
    }
    goc_waitgroup_done(&wg);
}

static void many_read_at_once(void)
{
    goc_rwmutex_rlock(&rw);
    CHECK(goc_rwmutex_try_rlock(&rw));
    CHECK(!goc_rwmutex_try_lock(&rw));
    goc_rwmutex_runlock(&rw);
    goc_rwmutex_runlock(&rw);
    CHECK(goc_rwmutex_try_lock(&rw));
    CHECK(!goc_rwmutex_try_rlock(&rw));
    CHECK(!goc_rwmutex_try_lock(&rw));
    goc_rwmutex_unlock(&rw);
}

int main(void)
{
    int number[GOROUTINES];

    many_read_at_once();
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++) {
        number[i] = i;
        goc_go(goroutine, &number[i]);
    }
    goc_waitgroup_wait(&wg);
    CHECK_EQ(shared, GOROUTINES * TURNS / 10);
    CHECK(together > 0);
    many_read_at_once();
    return 0;
}
