/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/testing.h>: tests for concurrent programs, as Go's package testing.
 *
 *     GOC_TEST(sums)
 *     {
 *         GOC_CHECK(sum(2, 3) == 5);
 *     }
 *
 * A program without a main gets the library's, which runs the tests of all its
 * files; the exit status is 1 when one failed.  Options (with one dash or two):
 *
 *     -run REGEX      tests whose names match; a / separates it for sub-tests
 *     -skip REGEX     but not these
 *     -bench REGEX    benchmarks, too
 *     -benchtime D    for each benchmark; default 1s
 *     -list REGEX     the names, without running them
 *     -timeout D      for each test (90s, 2m30s, 500ms); 0: none; default 10m
 *     -count N        each test so often
 *     -shuffle SEED   in an order drawn from SEED; `on` draws a seed
 *     -parallel N     so many at a time of those that call goc_test_parallel
 *     -failfast       stop after the first failure
 *     -v              say what is being run
 *     -json           as `go test -json`
 *     -tap            as the Test Anything Protocol
 *
 * Each test runs in a goroutine of its own.  What it starts belongs to it: a
 * goroutine that it leaves behind fails it, with that goroutine's paragraph.
 */
#ifndef GOC_TESTING_H
#define GOC_TESTING_H

#include <goc/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Defines a test; a compound statement follows. */
#define GOC_TEST(name)                                                 \
    static void goc__test_##name(void);                                \
    __attribute__((constructor)) static void goc__test_add_##name(void) \
    {                                                                  \
        static goc__test_entry entry;                                  \
        goc__test_add(&entry, #name, goc__test_##name, 0, GOC_HERE);   \
    }                                                                  \
    static void goc__test_##name(void)

/* Defines a benchmark; a compound statement follows, which does something
 * b->n times.  It is run with growing n until it takes long enough. */
typedef struct goc_bench
{
    int64_t n;
} goc_bench;
#define GOC_BENCH(name)                                                 \
    static void goc__bench_##name(goc_bench *b);                        \
    __attribute__((constructor)) static void goc__bench_add_##name(void) \
    {                                                                   \
        static goc__test_entry entry;                                   \
        goc__test_add(&entry, #name, 0, goc__bench_##name, GOC_HERE);   \
    }                                                                   \
    static void goc__bench_##name(goc_bench *b)

/* In a benchmark: the time until now does not count.  b.ResetTimer. */
void goc_bench_reset(goc_bench *b);

/* Fails the test, with the text of the expression, unless it is true; the test
 * goes on. */
#define GOC_CHECK(...) \
    ((__VA_ARGS__) ? (void)0 : goc__test_check_failed(#__VA_ARGS__, GOC_HERE))

/* These are about the test whose goroutine, or whose goroutine's ancestor,
 * calls; outside of tests, about the process, which ends with status 1.  On a
 * thread that the library did not start they are about the only test that
 * runs. */

/* Fails the test with a message; it goes on.  t.Errorf. */
void goc_test_fail(const char *format, ...) GOC__PRINTF(1, 2);

/* Ends the test as one that cannot be run here, and says why.  Like longjmp it
 * runs no deferred statement.  Called by a goroutine that the test has
 * started, it only marks the test.  t.Skipf. */
void goc_test_skip(const char *format, ...) GOC__PRINTF(1, 2);

/* Adds a line to what is shown with the test's result.  t.Logf. */
void goc_test_log(const char *format, ...) GOC__PRINTF(1, 2);

/* Whether the test has failed so far. */
bool goc_test_failed(void);

/* How long the test may take from its beginning; 0: for ever.  One that takes
 * longer fails, with every goroutine's paragraph, and is left behind. */
void goc_test_timeout(goc_duration timeout);

/* Lets the test wait until the others have been run, and then run at the same
 * time as others that have called this.  For the test's own goroutine, not in
 * sub-tests.  t.Parallel. */
void goc_test_parallel(void);

/* Runs fn(arg) as a test of its own called `parent/name`, and returns when it
 * has ended; the parent fails if it does.  name is copied.  t.Run. */
void goc_test_run(const char *name, void (*fn)(void *), void *arg);

/* ---- Properties ----------------------------------------------------------
 *
 * The source of random inputs.  Draws are remembered, so that an input that
 * fails can be made smaller. */
typedef struct goc_rand goc_rand;

/* A number from lo to hi, those included.  Shrinks towards 0, or what is next
 * to it. */
int64_t goc_rand_int(goc_rand *r, int64_t lo, int64_t hi);

/* Any number of 64 bits, small ones often.  Shrinks towards 0. */
uint64_t goc_rand_u64(goc_rand *r);

/* A string of at most max bytes in buf: its length.  The bytes after it are
 * set to 0.  Shrinks towards short ones of small bytes. */
size_t goc_rand_bytes(goc_rand *r, void *buf, size_t max);

/* Calls property with n random inputs, which it draws from its argument, until
 * it is false.  Then it looks for a smaller input that fails, too, prints that
 * and the seed, and returns false.  GOC_TEST_SEED repeats a run. */
bool goc_quick(bool (*property)(goc_rand *), int n);

/* ---- For programs with a main of their own ------------------------------ */

/* What the library's main does; returns the exit status.  argv[0] is skipped.
 * To be called once, by main. */
int goc_test_main(int argc, char **argv);

/* ---- Behind the macros -------------------------------------------------- */

typedef struct goc__test_entry
{
    struct goc__test_entry *next;
    const char *name;
    void (*fn)(void);
    void (*bench)(goc_bench *);
    const char *at;
} goc__test_entry;
void goc__test_add(goc__test_entry *entry, const char *name, void (*fn)(void),
                   void (*bench)(goc_bench *), const char *at);
void goc__test_check_failed(const char *expression, const char *at);
void goc__test_fail(const char *at, const char *format, ...) GOC__PRINTF(2, 3);
void goc__test_log(const char *at, const char *format, ...) GOC__PRINTF(2, 3);
bool goc__quick(bool (*property)(goc_rand *), int n, const char *at);

#define goc_test_fail(...) goc__test_fail(GOC_HERE, __VA_ARGS__)
#define goc_test_log(...) goc__test_log(GOC_HERE, __VA_ARGS__)
#define goc_quick(...) goc__quick(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
