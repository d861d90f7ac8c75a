// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A once runs its function once, and everyone waits for its end.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_once once, once_with, once_value;
static goc_waitgroup wg;
static int count, count_with, count_value;

static void fn(void)
{
    count++;
    goc_sleep(2 * GOC_MILLISECOND);
    count++;
}

static void fn_with(void *arg)
{
    count_with += *(int *)arg;
    goc_yield();
}

static void *fn_value(void *arg)
{
    count_value++;
    goc_sleep(GOC_MILLISECOND);
    return arg;
}

static void goroutine(void *arg)
{
    int seven = 7;
    goc_once_do(&once, fn);
    CHECK_EQ(count, 2);
    goc_once_do_with(&once_with, fn_with, &seven);
    CHECK_EQ(count_with, 7);
    CHECK(goc_once_value(&once_value, fn_value, &count) == &count);
    CHECK_EQ(count_value, 1);
    (void)arg;
    goc_waitgroup_done(&wg);
}

int main(void)
{
    enum { N = 50 };
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++)
        goc_go(goroutine, NULL);
    goc_waitgroup_wait(&wg);
    return 0;
}
