// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A feeder, many workers and one that collects: the counts and sums add up, whoever is slow.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { WORKERS = 23, N = 60000 };

static const int primes[] = { 2, 3, 7, 11, 13, 17, 19, 23, 27, 31 };
enum { PRIMES = sizeof primes / sizeof primes[0] };

static goc_chan *q, *r;
static goc_waitgroup workers;

static void worker(void *arg)
{
    int slow = primes[*(int *)arg % PRIMES], v;
    while (goc_chan_recv(q, &v)) {
        if (v == slow)
            goc_yield();
        goc_chan_send(r, &v);
    }
    goc_waitgroup_done(&workers);
}

static void feeder(void *arg)
{
    for (int i = 0; i < N; i++)
        goc_chan_send(q, &primes[i % PRIMES]);
    goc_chan_close(q);
    goc_waitgroup_wait(&workers);
    goc_chan_close(r);
    (void)arg;
}

int main(void)
{
    int number[WORKERS], v;
    long n = 0, sum = 0, expected = 0;
    q = goc_chan_new(sizeof(int), WORKERS * 3);
    r = goc_chan_new(sizeof(int), WORKERS * 3);
    goc_waitgroup_add(&workers, WORKERS);
    for (int i = 0; i < WORKERS; i++) {
        number[i] = i;
        goc_go(worker, &number[i]);
    }
    goc_go(feeder, NULL);
    while (goc_chan_recv(r, &v)) {
        n++;
        sum += v;
    }
    for (int i = 0; i < N; i++)
        expected += primes[i % PRIMES];
    CHECK_EQ(n, N);
    CHECK_EQ(sum, expected);
    goc_chan_free(q);
    goc_chan_free(r);
    return 0;
}
