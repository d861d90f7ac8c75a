/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check.h: what the tests of the library share.
 *
 * main is goroutine 1, as in a goc program, unless OUTSIDE_MAIN is defined
 * before: then it is a thread that the library did not start. */
#ifndef CHECK_H
#define CHECK_H

#include <goc.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef OUTSIDE_MAIN
const char goc__main = 1;
#endif

#define CHECK(x)                                                       \
    ((x) ? (void)0                                                     \
         : (fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, \
                    #x),                                               \
            exit(1)))

/* A number of goroutines: a tenth under ThreadSanitizer, to which each is a
 * thread with a third of a megabyte. */
#if defined(__SANITIZE_THREAD__)
#define CROWD(n) ((n) / 10)
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CROWD(n) ((n) / 10)
#endif
#endif
#ifndef CROWD
#define CROWD(n) (n)
#endif

#define CHECK_EQ(a, b) check_eq((long long)(a), (long long)(b), #a, __LINE__)
/* How often goroutines have waited for this reason so far.  A test that needs
 * to know that one waits, not only that it is about to, watches this grow. */
static inline uint64_t waits(const char *reason)
{
    goc_stats stats;
    goc_read_stats(&stats);
    for (int i = 0; i < GOC_WAIT_REASONS; i++)
        if (goc_wait_reason(i) && strcmp(goc_wait_reason(i), reason) == 0)
            return stats.parked[i];
    fprintf(stderr, "no such reason to wait: %s\n", reason);
    exit(1);
}

/* Starts fn(arg) in a goroutine and returns when one more has waited. */
static inline void go_and_wait(void (*fn)(void *), void *arg,
                               const char *reason)
{
    uint64_t before = waits(reason);
    goc_go(fn, arg);
    while (waits(reason) == before)
        goc_sleep(200 * GOC_MICROSECOND);
}

static inline void check_eq(long long a, long long b, const char *what,
                            int line)
{
    if (a == b)
        return;
    fprintf(stderr, "line %d: %s is %lld, expected %lld\n", line, what, a, b);
    exit(1);
}

#endif
