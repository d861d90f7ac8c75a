// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Of many that arrive at once at many onces, one runs the function of each; it may use other
// onces.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { ONCES = 300, GOROUTINES = 12 };

static goc_once once[ONCES], outer, inner;
static goc_waitgroup wg;
static int ran[ONCES], order, outer_at, inner_at;
static _Atomic int calls;

static void run(void *arg)
{
    int *n = arg;
    (*n)++;
    calls++;
    if ((n - ran) % 5 == 0)
        goc_yield();
}

static void all(void *arg)
{
    int shift = *(int *)arg;
    for (int i = 0; i < ONCES; i++) {
        int at = (i + shift) % ONCES;
        goc_once_do_with(&once[at], run, &ran[at]);
        CHECK_EQ(ran[at], 1);
    }
    goc_waitgroup_done(&wg);
}

static void in(void)
{
    inner_at = ++order;
}

static void out(void)
{
    goc_once_do(&inner, in);
    outer_at = ++order;
}

static void *answer(void *arg)
{
    calls++;
    return arg;
}

/* The first caller's argument is what all of them get. */
static goc_once value;
static void *results[GOROUTINES];

static void ask(void *arg)
{
    int i = *(int *)arg;
    results[i] = goc_once_value(&value, answer, &results[i]);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    int number[GOROUTINES];
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++) {
        number[i] = i * 7;
        goc_go(all, &number[i]);
    }
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, ONCES);

    goc_once_do(&outer, out);
    goc_once_do(&inner, out);
    CHECK_EQ(inner_at, 1);
    CHECK_EQ(outer_at, 2);

    calls = 0;
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++) {
        number[i] = i;
        goc_go(ask, &number[i]);
    }
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, 1);
    for (int i = 1; i < GOROUTINES; i++)
        CHECK(results[i] == results[0]);
    return 0;
}
