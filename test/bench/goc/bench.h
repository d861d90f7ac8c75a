/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.h: what every goc workload prints: the time of one operation. */
#ifndef BENCH_H
#define BENCH_H

#include <goc.h>

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

static double bench_began;

static inline double bench_clock(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline void bench_start(void)
{
    bench_began = bench_clock(CLOCK_MONOTONIC);
}

/* Nanoseconds for each of ops operations since bench_start. */
static inline void bench_stop(double ops)
{
    printf("%.3f\n", (bench_clock(CLOCK_MONOTONIC) - bench_began) / ops);
}

/* The same of the process's processor time since it began. */
static inline void bench_cpu(double ops)
{
    printf("%.3f\n", bench_clock(CLOCK_PROCESS_CPUTIME_ID) / ops);
}

#endif
