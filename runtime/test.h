/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test.h: what the files of the testing library share.
 *
 * testing.c runs tests, testreport.c shows what became of them, testflags.c
 * reads the options and chooses among the tests.
 *
 * A test is a record that lives until the process ends: goroutines point to it
 * through goc__g.inherited, which each passes on to those it starts, and some
 * may outlive their test.  All tests are below a root, which has no name and is
 * never reported.  `state` changes once, from running to ended, by whoever
 * exchanges it: the test's own goroutine, or its watch when time is up.  That
 * one reports the test; what a test left behind does later changes nothing.
 */
#ifndef GOC_TEST_STATE_H
#define GOC_TEST_STATE_H

#include "internal.h"

#include <goc/sync.h>
#include <goc/testing.h>
#include <goc/time.h>

enum test_state { TEST_RUNNING, TEST_ENDED };

/* How tests are shown. */
enum test_form
{
    FORM_TEXT,
    FORM_MARKED, /* for goc test -json: lines of ours begin with 0x16 */
    FORM_TAP,
};

/* What runs when a test has ended. */
struct test_cleanup
{
    struct test_cleanup *next;
    void (*fn)(void *);
    void *arg;
};

struct test
{
    struct test *parent;      /* null: the root */
    char *name;               /* in full */
    unsigned depth;           /* of the root's children: 1 */
    void (*fn)(void *);
    void *arg;
    struct goc__g *g;         /* its goroutine, set by itself */
    bool bench;               /* a benchmark: silent when it passes */

    _Atomic int state;
    _Atomic bool failed, skipped;
    _Atomic bool parallel;    /* has called goc_test_parallel */
    _Atomic bool slot;        /* has one of those that -parallel allows, also
                                 for the sequential ones below it */
    _Atomic int64_t start;    /* goc__now; anew when a parallel one goes on */
    _Atomic int64_t spent;    /* before that */
    int64_t stopped;          /* 0 while it runs */
    _Atomic int64_t timeout;
    goc_timer *watch;         /* null: it may take for ever */
    goc_chan *word;           /* int, 1 or 0: it has ended, or runs later */
    goc_chan *turn;           /* of a parallel one: its turn has come */
    int races;                /* how many there were when it began */

    struct test *older;       /* all there were */

    /* Guarded by test_lock. */
    struct test *subs, *next; /* those that run later, newest first */
    struct test *names;       /* all sub-tests, for their names: by sibling */
    struct test *sibling;
    struct test_cleanup *cleanups;
    char *text;               /* messages and sub-tests' reports, in order */
    size_t ntext;
    char *reason;             /* for the skip, or null */
    int points;               /* TAP: reported sub-tests */
};

struct test_options
{
    const char *run, *skip, *bench, *list;
    goc_duration timeout, benchtime;
    int64_t benchcount;   /* of -benchtime 100x; else 0 */
    int count, parallel;
    bool failfast, verbose, shuffle, brief;
    enum test_form form;
    uint64_t seed;
};
extern struct test_options goc__test_options;
#define options goc__test_options

/* ---- testing.c ---- */

extern goc__test_entry *goc__test_entries;
extern struct test *_Atomic goc__test_newest;

/* Runs them all, in that order, one after the other, then the benchmarks that
 * match; true if none failed.  *ran: how many there were. */
bool goc__test_run_all(goc__test_entry **order, int n, int *ran);

/* The test whose goroutine calls, the only one if a foreign thread does, or
 * null. */
struct test *goc__test_current(void);

/* ---- testreport.c ---- */

/* Guards texts and standard output. */
void goc__test_lock(void);
void goc__test_unlock(void);

/* For TAP, before all else: standard output is the reports' alone. */
void goc__test_own_output(void);
void goc__test_plan(int points);

/* At the end: whether all reports could be written. */
bool goc__test_written(void);

/* Adds a message to t's text, each line indented; the first says where. */
void goc__test_note(struct test *t, const char *at, const char *message);

/* Says that t runs, waits, or goes on, if that is to be said. */
void goc__test_say(struct test *t, const char *what);

/* Shows what became of t: at once, or in its parent's text. */
void goc__test_report(struct test *t);

/* One line about a benchmark; it is no message of a test's. */
void goc__test_bench_line(struct test *t, const char *line);

/* A line of the run's, not of a test's. */
void goc__test_line(const char *line);

/* t, which still runs, takes the process along.  Called in any state, also in
 * signal handlers: writes with write(). */
void goc__test_dying(struct test *t);

double goc__test_elapsed(struct test *t);

/* ---- testflags.c ---- */

/* Whether -run and -skip want the test of that full name. */
bool goc__test_chosen(const char *name);
bool goc__test_bench_chosen(const char *name);

#endif
