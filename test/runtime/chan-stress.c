// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every value sent is received exactly once, whoever sends and receives.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>

enum { SENDERS = 8, RECEIVERS = 6, THREADS = 2, N = 4000, THREAD_N = 200 };
enum { TOTAL = SENDERS * N + THREADS * THREAD_N };

static goc_chan *c, *done;
static unsigned char seen[TOTAL];
static pthread_barrier_t known;

static void sender(void *arg)
{
    int base = *(int *)arg;
    for (int i = 0; i < N; i++) {
        int v = base + i;
        if (i % 3) {
            goc_chan_send(c, &v);
        } else {
            goc_case k = { .chan = c, .elem = &v, .op = GOC_SEND };
            goc_select(&k, 1, GOC_FOREVER);
        }
    }
    goc_chan_send(done, NULL);
}

static void receiver(void *arg)
{
    (void)arg;
    int v;
    while (goc_chan_recv(c, &v))
        CHECK_EQ(__atomic_fetch_add(&seen[v], 1, __ATOMIC_RELAXED), 0);
    goc_chan_send(done, NULL);
}

static void *thread(void *arg)
{
    int base = *(int *)arg;
    goc_id(); /* now the library knows that this thread may yet send */
    pthread_barrier_wait(&known);
    for (int i = 0; i < THREAD_N; i++) {
        int v = base + i;
        goc_chan_send(c, &v);
        if (i % 2 && goc_chan_try_recv(c, &v) == GOC_RECEIVED)
            CHECK_EQ(__atomic_fetch_add(&seen[v], 1, __ATOMIC_RELAXED), 0);
    }
    goc_chan_send(done, NULL);
    return NULL;
}

static void stress(int cap)
{
    pthread_t t[THREADS];
    int thread_base[THREADS];
    memset(seen, 0, sizeof seen);
    c = goc_chan_new(sizeof(int), cap);
    done = goc_chan_new(0, 0);
    pthread_barrier_init(&known, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) {
        thread_base[i] = SENDERS * N + i * THREAD_N;
        CHECK_EQ(pthread_create(&t[i], NULL, thread, &thread_base[i]), 0);
    }
    pthread_barrier_wait(&known);
    for (int i = 0; i < SENDERS; i++) {
        int base = i * N;
        goc__go(sender, &base, sizeof base, "x");
    }
    for (int i = 0; i < RECEIVERS; i++)
        goc_go(receiver, NULL);
    for (int i = 0; i < SENDERS + THREADS; i++)
        goc_chan_recv(done, NULL);
    goc_chan_close(c);
    for (int i = 0; i < RECEIVERS; i++)
        goc_chan_recv(done, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < TOTAL; i++)
        CHECK_EQ(seen[i], 1);
    goc_chan_free(c);
    goc_chan_free(done);
}

int main(void)
{
    stress(0);
    stress(1);
    stress(16);
    stress(300);
    return 0;
}
