// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A semaphore serves by weight, in order, and never gives out more than it has.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { UNITS = 10, GOROUTINES = 16, TURNS = 3000 };

static goc_sem sem;
static goc_waitgroup wg;
static _Atomic int used;

static void goroutine(void *arg)
{
    int n = *(int *)arg;
    for (int i = 0; i < TURNS; i++) {
        if (i % 3 == 0) {
            if (!goc_sem_try_acquire(&sem, n))
                continue;
        } else {
            goc_sem_acquire(&sem, n);
        }
        used += n;
        CHECK(used <= UNITS);
        if (i % 50 == 0)
            goc_yield();
        used -= n;
        goc_sem_release(&sem, n);
    }
    goc_waitgroup_done(&wg);
}

static void many(void)
{
    int weight[UNITS];
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < UNITS; i++)
        weight[i] = i + 1;
    for (int i = 0; i < GOROUTINES; i++)
        goc_go(goroutine, &weight[i % UNITS]);
    goc_waitgroup_wait(&wg);
    CHECK(goc_sem_try_acquire(&sem, UNITS));
    CHECK(!goc_sem_try_acquire(&sem, 1));
    goc_sem_release(&sem, UNITS);
}

static goc_chan *order;

static void in_order(void *arg)
{
    int n = *(int *)arg;
    goc_sem_acquire(&sem, n);
    goc_chan_send(order, arg);
    goc_sem_release(&sem, n);
}

/* One that wants much is not overtaken by one that wants little. */
static void fifo(void)
{
    int want[] = { UNITS, 1, 2, 3 }, got;
    order = goc_chan_new(sizeof(int), 4);
    goc_sem_acquire(&sem, 5);
    for (int i = 0; i < 4; i++) {
        go_and_wait(in_order, &want[i], "semacquire");
    }
    CHECK(!goc_sem_try_acquire(&sem, 1));
    CHECK_EQ(goc_chan_len(order), 0);
    goc_sem_release(&sem, 5);
    for (int i = 0; i < 4; i++) {
        CHECK(goc_chan_recv(order, &got));
        CHECK_EQ(i == 0 ? got : want[0], UNITS);
    }
    goc_chan_free(order);
}

int main(void)
{
    goc_sem_init(&sem, UNITS);
    many();
    fifo();
    return 0;
}
