// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A worker whose thread has not begun to run yet is waited for, not replaced.
// RUN: %cc %s -o %t -Wl,--wrap=pthread_create %runtime
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

struct thread
{
    void *(*run)(void *);
    void *arg;
};

static atomic_int created, begun, stop;

static void *late(void *p)
{
    struct thread t = *(struct thread *)p;
    free(p);
    usleep(200 * 1000);
    begun = 1;
    return t.run(t.arg);
}

int __real_pthread_create(pthread_t *, const pthread_attr_t *,
                          void *(*)(void *), void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *,
                          void *(*)(void *), void *);

/* The first is the monitor; the others are workers. */
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr,
                          void *(*run)(void *), void *arg)
{
    if (created++ == 0)
        return __real_pthread_create(id, attr, run, arg);
    struct thread *t = malloc(sizeof *t);
    *t = (struct thread){ run, arg };
    return __real_pthread_create(id, attr, late, t);
}

static goc_time used(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * GOC_SECOND + t.tv_nsec;
}

static void turn(void)
{
    goc_time end = used() + 2 * GOC_MICROSECOND;
    while (used() < end)
        ;
    goc_yield();
}

static void other(void *arg)
{
    (void)arg;
    while (!stop)
        turn();
}

int main(void)
{
    int procs = goc_procs(0);
    for (int i = 0; i < procs; i++)
        goc_go(other, NULL);
    for (goc_time end = used() + 50 * GOC_MILLISECOND; used() < end;) {
        int n = created;
        if (begun)
            break;
        CHECK(n <= procs); /* all the workers that there may be */
        turn();
    }
    stop = 1;
    return 0;
}
