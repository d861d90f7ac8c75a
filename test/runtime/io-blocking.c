// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_blocking runs a call on a helper thread, with errno there and back.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>
#include <unistd.h>

static goc_waitgroup wg;
static _Atomic int running, most;

static void *block(void *arg)
{
    int now = ++running;
    if (now > most)
        most = now;
    CHECK_EQ(goc_id(), 0); /* not on a goroutine */
    CHECK_EQ(errno, *(int *)arg);
    usleep(3000);
    errno = *(int *)arg + 1;
    running--;
    return arg;
}

static void goroutine(void *arg)
{
    int number = *(int *)arg;
    errno = number;
    CHECK(goc_blocking(block, &number) == &number);
    CHECK_EQ(errno, number + 1);
    goc_waitgroup_done(&wg);
}

static void *thread(void *arg)
{
    int number = 5;
    errno = 5;
    CHECK(goc_blocking(block, &number) == &number);
    return arg;
}

int main(void)
{
    enum { N = 20 };
    int number[N];
    pthread_t t;
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++) {
        number[i] = 100 * i + 1;
        goc_go(goroutine, &number[i]);
    }
    goc_waitgroup_wait(&wg);
    CHECK(most > 1);
    CHECK_EQ(pthread_create(&t, NULL, thread, NULL), 0);
    pthread_join(t, NULL);
    return 0;
}
