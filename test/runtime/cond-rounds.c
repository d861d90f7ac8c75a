// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Goroutines that meet again and again: the last to come in each round wakes the others.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { ROUNDS = 600 };

static goc_mutex mu;
static goc_cond cond;
static goc_waitgroup wg;
static int id, parties, rounds;

static void party(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        goc_mutex_lock(&mu);
        if (id == -1) {
            goc_mutex_unlock(&mu);
            break;
        }
        if (++id == parties) {
            id = 0;
            rounds++;
            goc_cond_broadcast(&cond);
        } else {
            goc_cond_wait(&cond);
        }
        goc_mutex_unlock(&mu);
    }
    goc_mutex_lock(&mu);
    id = -1;
    goc_cond_broadcast(&cond);
    goc_mutex_unlock(&mu);
    goc_waitgroup_done(&wg);
}

/* Three that signal one another in turn: 1, then 2, then 3. */
static int step;

static void one(void *arg)
{
    (void)arg;
    goc_mutex_lock(&mu);
    step = 1;
    goc_cond_wait(&cond);
    CHECK_EQ(step, 2);
    step = 3;
    goc_cond_signal(&cond);
    goc_mutex_unlock(&mu);
    goc_waitgroup_done(&wg);
}

static void two(void *arg)
{
    (void)arg;
    goc_mutex_lock(&mu);
    while (step != 1) {
        goc_mutex_unlock(&mu);
        goc_yield();
        goc_mutex_lock(&mu);
    }
    step = 2;
    goc_cond_signal(&cond);
    goc_mutex_unlock(&mu);
    goc_waitgroup_done(&wg);
}

static void three(void *arg)
{
    (void)arg;
    goc_mutex_lock(&mu);
    while (step != 3) {
        if (step == 2) {
            goc_cond_wait(&cond);
            CHECK_EQ(step, 3);
        } else {
            goc_mutex_unlock(&mu);
            goc_yield();
            goc_mutex_lock(&mu);
        }
    }
    goc_mutex_unlock(&mu);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    goc_cond_init(&cond, &mu);
    for (parties = 2; parties <= 33; parties += parties - 1) {
        id = rounds = 0;
        goc_waitgroup_add(&wg, parties);
        for (int i = 0; i < parties; i++)
            goc_go(party, NULL);
        goc_waitgroup_wait(&wg);
        CHECK(rounds >= ROUNDS - 1);
    }
    for (int i = 0; i < 200; i++) {
        step = 0;
        goc_waitgroup_add(&wg, 3);
        goc_go(one, NULL);
        goc_go(two, NULL);
        goc_go(three, NULL);
        goc_waitgroup_wait(&wg);
    }
    return 0;
}
