// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Readers are in at once, writers alone, in crowds of every make-up and with the number of
// workers changing; neither side starves.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { WRITER = 10000 };

static goc_rwmutex rw;
static goc_chan *locked, *unlock;
static goc_waitgroup wg;
static _Atomic int activity, stop;
static int turns;

static void parallel_reader(void *arg)
{
    (void)arg;
    goc_rwmutex_rlock(&rw);
    goc_chan_send(locked, NULL);
    goc_chan_recv(unlock, NULL);
    goc_rwmutex_runlock(&rw);
    goc_waitgroup_done(&wg);
}

/* All have the lock before any gives it back. */
static void parallel(int readers, int procs)
{
    goc_procs(procs);
    goc_waitgroup_add(&wg, readers);
    for (int i = 0; i < readers; i++)
        goc_go(parallel_reader, NULL);
    for (int i = 0; i < readers; i++)
        goc_chan_recv(locked, NULL);
    CHECK(!goc_rwmutex_try_lock(&rw));
    for (int i = 0; i < readers; i++)
        goc_chan_send(unlock, NULL);
    goc_waitgroup_wait(&wg);
    CHECK(goc_rwmutex_try_lock(&rw));
    goc_rwmutex_unlock(&rw);
}

static void read_turn(int i)
{
    goc_rwmutex_rlock(&rw);
    int n = ++activity;
    CHECK(n >= 1 && n < WRITER);
    if (i % 16 == 0)
        goc_yield();
    activity--;
    goc_rwmutex_runlock(&rw);
}

static void write_turn(int i)
{
    goc_rwmutex_lock(&rw);
    CHECK_EQ(activity += WRITER, WRITER);
    if (i % 16 == 0)
        goc_yield();
    activity -= WRITER;
    goc_rwmutex_unlock(&rw);
}

static void reader(void *arg)
{
    (void)arg;
    for (int i = 0; i < turns; i++)
        read_turn(i);
    goc_waitgroup_done(&wg);
}

static void writer(void *arg)
{
    (void)arg;
    for (int i = 0; i < turns; i++)
        write_turn(i);
    goc_waitgroup_done(&wg);
}

static void hammer(int procs, int readers)
{
    goc_procs(procs);
    goc_waitgroup_add(&wg, readers + 2);
    goc_go(writer, NULL);
    for (int i = 0; i < readers; i++) {
        if (i == readers / 2)
            goc_go(writer, NULL);
        goc_go(reader, NULL);
    }
    goc_waitgroup_wait(&wg);
    CHECK_EQ(activity, 0);
}

static void reads_for_ever(void *arg)
{
    (void)arg;
    for (int i = 1; !stop; i++)
        read_turn(i);
    goc_waitgroup_done(&wg);
}

static void writes_for_ever(void *arg)
{
    (void)arg;
    for (int i = 1; !stop; i++)
        write_turn(i);
    goc_waitgroup_done(&wg);
}

/* Others never pause; the caller gets its turns all the same. */
static void not_starved(void (*others)(void *), void (*own)(int))
{
    stop = 0;
    goc_waitgroup_add(&wg, 4);
    for (int i = 0; i < 4; i++)
        goc_go(others, NULL);
    for (int i = 0; i < 100; i++) {
        own(1);
        goc_yield();
    }
    stop = 1;
    goc_waitgroup_wait(&wg);
}

int main(void)
{
    static const int crowd[] = { 1, 3, 5, 10 };
    int procs = goc_procs(0);
    locked = goc_chan_new(0, 0);
    unlock = goc_chan_new(0, 0);
    for (int i = 0; i < 4; i++)
        parallel(crowd[i], i + 1);
    turns = 300;
    for (int i = 0; i < 4; i++) {
        hammer(1, crowd[i]);
        hammer(4, crowd[i]);
        hammer(10, crowd[i]);
    }
    goc_procs(procs);
    not_starved(reads_for_ever, write_turn);
    not_starved(writes_for_ever, read_turn);
    not_starved(writes_for_ever, write_turn);
    goc_chan_free(locked);
    goc_chan_free(unlock);
    return 0;
}
