/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/testing.h>: tests for concurrent programs, as Go's package testing.
 *
 *     GOC_TEST(sums)
 *     {
 *         GOC_CHECK(sum(2, 3) == 5);
 *     }
 *
 * `goc test` builds and runs them.  By hand: a program without a main gets the
 * library's, which runs the tests of all its files; the exit status is 1 when
 * one failed, 2 when it was used wrongly.  Options, with one dash or two, the
 * value in the same word behind = or in the next:
 *
 *     -run REGEX      tests whose names match; a / separates it for sub-tests
 *     -skip REGEX     but not these
 *     -bench REGEX    benchmarks, too
 *     -benchtime D    for each benchmark, or so often: 100x; default 1s
 *     -list REGEX     the names, without running them
 *     -timeout D      for each test (90s, 2m30s, 500ms); 0: none; default 10m
 *     -count N        each test so often
 *     -shuffle SEED   in an order drawn from SEED; `on` draws a seed, too
 *     -parallel N     so many at a time of those that call goc_test_parallel;
 *                     default: goc_procs(0)
 *     -failfast       stop after the first failure
 *     -short          goc_test_short() is true
 *     -v              say what is being run, and show messages at once
 *     -v=test2json    the same, marked for goc test -json
 *     -tap            as the Test Anything Protocol; what tests print goes to
 *                     standard error
 *
 * Regular expressions are POSIX's extended ones.
 *
 * Each test runs in a goroutine of its own.  What it starts belongs to it: a
 * goroutine that it leaves behind fails it, with that goroutine's paragraph.
 * A test that panics, crashes or calls exit ends the process, which says which
 * one it was.  Where ThreadSanitizer finds a race the test fails.
 *
 * Any goroutine may call any of these functions unless a comment says
 * otherwise.
 */
#ifndef GOC_TESTING_H
#define GOC_TESTING_H

#include <goc/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Defines a test; a compound statement follows. */
#define GOC_TEST(name)                                                  \
    static void goc__test__##name(void);                                \
    __attribute__((constructor)) static void goc__test_of__##name(void) \
    {                                                                   \
        static goc__test_entry entry;                                   \
        goc__test_add(&entry, #name, goc__test__##name, 0, GOC_HERE);   \
    }                                                                   \
    static void goc__test__##name(void)

/* Defines a benchmark; a compound statement follows, which does something
 * b->n times.  It is run with growing n until it takes long enough.  b is the
 * library's, and the benchmark's own goroutine's to use.  testing.B. */
typedef struct goc_bench
{
    int64_t n;
} goc_bench;
#define GOC_BENCH(name)                                                  \
    static void goc__bench__##name(goc_bench *b);                        \
    __attribute__((constructor)) static void goc__bench_of__##name(void) \
    {                                                                    \
        static goc__test_entry entry;                                    \
        goc__test_add(&entry, #name, 0, goc__bench__##name, GOC_HERE);   \
    }                                                                    \
    static void goc__bench__##name(goc_bench *b)

/* In a benchmark: the time until now does not count.  b.ResetTimer. */
void goc_bench_reset(goc_bench *b);

/* In a benchmark: the time from stop to start does not count.  It counts at
 * first.  b.StopTimer, b.StartTimer. */
void goc_bench_stop(goc_bench *b);
void goc_bench_start(goc_bench *b);

/* In a benchmark: each of the b->n times deals with so many bytes; MB/s are
 * shown.  b.SetBytes. */
void goc_bench_bytes(goc_bench *b, int64_t bytes);

/* Fails the test, with the text of the expression, unless it is true; the test
 * goes on. */
#define GOC_CHECK(...) \
    ((__VA_ARGS__) ? (void)0 : goc__test_check_failed(#__VA_ARGS__, GOC_HERE))

/* These are about the test whose goroutine, or whose goroutine's ancestor,
 * calls; outside of tests, about the process, which ends with status 1.  On a
 * thread that the library did not start they are about the only test that
 * runs.  Messages are as printf makes them; each line of one is indented. */

/* Fails the test with a message; it goes on.  t.Errorf. */
void goc_test_fail(const char *format, ...) GOC__PRINTF(1, 2);

/* Fails the test with a message and ends it.  Like longjmp it runs no deferred
 * statement, but goc_test_cleanup's functions are called.  Called by another
 * goroutine than the test's own it only fails it.  t.Fatalf. */
void goc_test_fatal(const char *format, ...) GOC__PRINTF(1, 2);

/* Ends the test as one that cannot be run here, and says why; as
 * goc_test_fatal otherwise.  t.Skipf. */
void goc_test_skip(const char *format, ...) GOC__PRINTF(1, 2);

/* Adds a line to what is shown with the test's result: when it fails, or with
 * -v.  t.Logf. */
void goc_test_log(const char *format, ...) GOC__PRINTF(1, 2);

/* Whether the test has failed so far.  t.Failed. */
bool goc_test_failed(void);

/* The test's name, with those of the tests above it: `parent/name`.  Valid
 * until the process ends; "" outside of tests.  t.Name. */
const char *goc_test_name(void);

/* Whether -short asks for tests that take little time.  testing.Short. */
bool goc_test_short(void);

/* Calls fn(arg) in the test's goroutine when the test and its sub-tests are
 * over, before it looks for goroutines left behind.  The last one registered
 * comes first.  t.Cleanup. */
void goc_test_cleanup(void (*fn)(void *), void *arg);

/* How long the test may take from its beginning, in nanoseconds; 0: for ever.
 * One that takes longer fails, with every goroutine's paragraph on standard
 * error, and is left behind. */
void goc_test_timeout(goc_duration timeout);

/* Lets the test wait until the function of its parent is over (without a
 * parent: until the other tests have been run), and then run at the same time
 * as others that have called this.  Parks.  For the test's own goroutine; does
 * nothing in others.  t.Parallel. */
void goc_test_parallel(void);

/* Runs fn(arg) as a test of its own called `parent/name`; the parent fails if
 * it does.  Parks until it has ended or has called goc_test_parallel: arg has
 * to live until then, which may be after the parent's function.  False if it
 * has failed by now.  name is copied; spaces become _, and #01 and so on is
 * added to one that is taken.  Outside of tests it only calls fn.  t.Run. */
bool goc_test_run(const char *name, void (*fn)(void *), void *arg);

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
 * it is false.  Then it looks for a smaller input that fails, too, logs that
 * and the seed as a message of the test, and returns false.  The caller's
 * goroutine calls property, which must come to the same result for the same
 * draws.  GOC_TEST_SEED in the environment repeats a run.  quick.Check. */
bool goc_quick(bool (*property)(goc_rand *), int n);

/* ---- For programs with a main of their own ------------------------------ */

/* What the library's main does; returns the exit status: 0, or 1 if a test
 * failed.  argv[0] is skipped; wrong options end the process with status 2.  To
 * be called once, by main.  testing.M.Run. */
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
void goc__test_fatal(const char *at, const char *format, ...)
    GOC__PRINTF(2, 3);
void goc__test_skip(const char *at, const char *format, ...) GOC__PRINTF(2, 3);
void goc__test_log(const char *at, const char *format, ...) GOC__PRINTF(2, 3);
void goc__test_parallel(const char *at);
bool goc__test_run(const char *name, void (*fn)(void *), void *arg,
                   const char *at);
bool goc__quick(bool (*property)(goc_rand *), int n, const char *at);

#define goc_test_fail(...) goc__test_fail(GOC_HERE, __VA_ARGS__)
#define goc_test_fatal(...) goc__test_fatal(GOC_HERE, __VA_ARGS__)
#define goc_test_skip(...) goc__test_skip(GOC_HERE, __VA_ARGS__)
#define goc_test_log(...) goc__test_log(GOC_HERE, __VA_ARGS__)
#define goc_test_parallel() goc__test_parallel(GOC_HERE)
#define goc_test_run(...) goc__test_run(__VA_ARGS__, GOC_HERE)
#define goc_quick(...) goc__quick(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
