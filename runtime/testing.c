/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testing.c: runs tests and benchmarks.
 *
 * Each test has a goroutine of its own.  Whoever calls goc_test_run waits for
 * word from it: that it has ended, or that it is to run later, when the
 * function of its parent is over.  Then the parent gives all its later ones
 * their turn and waits for them before it ends itself.
 *
 * A semaphore holds back all but -parallel of those that run.  The tests that
 * run one after the other have one of its slots among them, which is given up
 * while they do nothing but wait for later ones.
 */
#include "test.h"
#include "worker.h"

#include <goc/sched.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

goc__test_entry *goc__test_entries;
struct test *_Atomic goc__test_newest;
struct test_options goc__test_options = {
    .timeout = 600 * GOC_SECOND, .benchtime = GOC_SECOND, .count = 1
};

static goc__test_entry **entries_end = &goc__test_entries;
static struct test *_Atomic only; /* the test that runs, if only one does */
static goc_sem slots;
static pid_t runner;              /* 0 while no tests run */
static _Atomic int races;

void goc__test_add(goc__test_entry *entry, const char *name, void (*fn)(void),
                   void (*bench)(goc_bench *), const char *at)
{
    *entry = (goc__test_entry){ NULL, name, fn, bench, at };
    *entries_end = entry;
    entries_end = &entry->next;
}

/* ---- The calling test --------------------------------------------------- */

struct test *goc__test_current(void)
{
    struct test *t = goc__self()->inherited;
    return t && t->parent ? t : atomic_load(&only);
}

/* If from is the only one that runs: now to is. */
static bool only_move(struct test *from, struct test *to)
{
    return atomic_compare_exchange_strong(&only, &from, to);
}

static void mark_failed(struct test *t)
{
    for (; t; t = t->parent)
        atomic_store(&t->failed, true);
}

static char *print_to_string(const char *format, va_list args)
{
    char *text;
    if (vasprintf(&text, format, args) < 0)
        goc__fatal("out of memory (test report)");
    return text;
}

/* A message where there is no test. */
static void note_outside(const char *at, const char *text)
{
    fprintf(stderr, "%s%s%s\n", at ? at : "", at ? ": " : "", text);
}

static void fail(const char *at, const char *message)
{
    struct test *t = goc__test_current();
    if (!t) {
        note_outside(at, message);
        exit(1);
    }
    goc__test_note(t, at, message);
    mark_failed(t);
}

void goc__test_check_failed(const char *expression, const char *at)
{
    char *text;
    if (asprintf(&text, "check failed: %s", expression) < 0)
        goc__fatal("out of memory (test report)");
    fail(at, text);
    free(text);
}

#define MESSAGE(text, format)                    \
    va_list args;                                \
    va_start(args, format);                      \
    char *text = print_to_string(format, args);  \
    va_end(args)

void goc__test_fail(const char *at, const char *format, ...)
{
    MESSAGE(text, format);
    fail(at, text);
    free(text);
}

void (goc_test_fail)(const char *format, ...)
{
    MESSAGE(text, format);
    fail(NULL, text);
    free(text);
}

static void log_message(const char *at, const char *text)
{
    struct test *t = goc__test_current();
    if (t)
        goc__test_note(t, at, text);
    else
        note_outside(at, text);
}

void goc__test_log(const char *at, const char *format, ...)
{
    MESSAGE(text, format);
    log_message(at, text);
    free(text);
}

void (goc_test_log)(const char *format, ...)
{
    MESSAGE(text, format);
    log_message(NULL, text);
    free(text);
}

bool goc_test_failed(void)
{
    struct test *t = goc__test_current();
    return t && atomic_load(&t->failed);
}

bool goc_test_short(void)
{
    return options.brief;
}

const char *goc_test_name(void)
{
    struct test *t = goc__test_current();
    return t ? t->name : "";
}

void goc_test_cleanup(void (*fn)(void *), void *arg)
{
    struct test *t = goc__test_current();
    struct test_cleanup *c = goc__malloc(sizeof *c);
    if (!t) {
        note_outside(NULL, "goc_test_cleanup outside of a test");
        exit(1);
    }
    *c = (struct test_cleanup){ NULL, fn, arg };
    goc__test_lock();
    c->next = t->cleanups;
    t->cleanups = c;
    goc__test_unlock();
}

/* ---- Goroutines left behind --------------------------------------------- */

struct leak
{
    struct test *t;
    bool report;
    int n;
};

static void leak_note(struct leak *l, uint64_t id, const char *state,
                      const char *site, uint64_t parent, const char *created)
{
    char text[600];
    l->n++;
    if (!l->report)
        return;
    snprintf(text, sizeof text,
             "goroutine %llu [%s]:%s%s\ncreated by goroutine %llu%s%s",
             (unsigned long long)id, state, site ? "\n" : "",
             site ? site : "", (unsigned long long)parent,
             created ? " at " : "", created ? created : "");
    goc__test_note(l->t, NULL, text);
}

static void leak_g(struct goc__g *g, void *arg)
{
    struct leak *l = arg;
    int state = atomic_load_explicit(&g->state, memory_order_acquire);
    if (g->inherited != l->t || g == l->t->g || state == G_DEAD)
        return;
    leak_note(l, g->id,
              state == G_WAITING ? goc__reason_text[g->reason]
              : state == G_RUNNABLE ? "runnable" : "running",
              g->site, g->parent, g->created);
}

static void leak_task(struct goc__task *task, void *arg)
{
    struct leak *l = arg;
    if (task->inherited == l->t)
        leak_note(l, atomic_load(&task->id), "runnable", NULL, task->parent,
                  task->at);
}

static int left_behind(struct test *t, bool report)
{
    struct leak l = { t, false, 0 };
    goc__tsan_ignore_begin(); /* it reads what others write */
    goc__stack_each(leak_g, &l);
    goc__task_each(leak_task, &l);
    goc__tsan_ignore_end();
    if (l.n && report) {
        char text[80];
        snprintf(text, sizeof text, "%d goroutine%s left behind", l.n,
                 l.n == 1 ? "" : "s");
        goc__test_note(t, NULL, text);
        l.report = true;
        goc__tsan_ignore_begin();
        goc__stack_each(leak_g, &l);
        goc__task_each(leak_task, &l);
        goc__tsan_ignore_end();
    }
    return l.n;
}

/* Those that are about to end get a moment for it. */
static void leak_check(struct test *t)
{
    static const int64_t patience = 500 * 1000 * 1000;
    int64_t end = goc__now() + patience, pause = 20 * 1000;
    if (!left_behind(t, false))
        return;
    goc__yield();
    while (left_behind(t, false)) {
        int64_t now = goc__now();
        if (now > end) {
            left_behind(t, true);
            mark_failed(t);
            return;
        }
        goc__sleep_until(now + pause, NULL);
        if (pause < 5 * 1000 * 1000)
            pause *= 2;
    }
}

/* ---- Races -------------------------------------------------------------- */

#if GOC_TSAN
/* Called by ThreadSanitizer in the middle of a report. */
void __tsan_on_report(void *report);
void __tsan_on_report(void *report)
{
    (void)report;
    atomic_fetch_add(&races, 1);
}
#endif

static void race_check(struct test *t)
{
    if (atomic_load(&races) == t->races)
        return;
    goc__test_note(t, NULL, "race detected during execution of test");
    mark_failed(t);
}

/* ---- The process ends in the middle of a test --------------------------- */

static void test_end(struct test *t);

static void dying(void *inherited)
{
    struct test *t = inherited;
    if (!t || !t->parent)
        t = atomic_load(&only);
    if (t && runner == getpid() && atomic_load(&t->state) == TEST_RUNNING)
        goc__test_dying(t);
}

/* Of signals that kill, beside those that goc__dying is called for. */
static void on_signal(int signo)
{
    struct goc__worker *w = goc__worker();
    dying(w && w->cur ? w->cur->inherited : NULL);
    signal(signo, SIG_DFL);
    raise(signo);
}

static void on_exit_call(void)
{
    struct goc__worker *w = goc__worker();
    struct test *t = w && w->cur ? w->cur->inherited : NULL;
    if (!runner || runner != getpid())
        return;
    fflush(NULL);
    dying(t);
    static const char text[] = "unexpected call to exit during a test\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(2);
}

/* A goroutine is about to end without returning. */
static void exiting(void)
{
    struct goc__g *g = goc__self();
    struct test *t = g->inherited;
    if (!t || t->g != g || atomic_load(&t->state) == TEST_ENDED)
        return;
    fail(NULL, "the test has called goc_exit_goroutine");
    test_end(t);
}

static void watch_process(void)
{
    static const int killing[] = { SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP };
    struct sigaction ours = { .sa_handler = on_signal }, now;
    runner = getpid();
    goc__dying = dying;
    goc__exiting = exiting;
    atexit(on_exit_call);
    for (size_t i = 0; i < sizeof killing / sizeof *killing; i++)
        if (sigaction(killing[i], NULL, &now) == 0
            && now.sa_handler == SIG_DFL)
            sigaction(killing[i], &ours, NULL);
}

/* ---- A test's life ------------------------------------------------------ */

static struct test *test_new(struct test *parent, const char *name,
                             void (*fn)(void *), void *arg)
{
    struct test *t = goc__calloc(1, sizeof *t);
    t->parent = parent;
    t->depth = parent ? parent->depth + 1 : 0;
    t->fn = fn;
    t->arg = arg;
    t->word = goc__make(sizeof(int), 2, NULL);
    t->turn = goc__make(0, 1, NULL);
    if (asprintf(&t->name, "%s%s%s", t->depth > 1 ? parent->name : "",
                 t->depth > 1 ? "/" : "", name) < 0)
        goc__fatal("out of memory (test)");
    atomic_store(&t->timeout, options.timeout);
    t->older = atomic_load(&goc__test_newest);
    while (!atomic_compare_exchange_weak(&goc__test_newest, &t->older, t))
        ;
    return t;
}

/* Who has the slot that t runs in. */
static struct test *slot_owner(struct test *t)
{
    while (t->parent && !atomic_load(&t->parallel))
        t = t->parent;
    return t;
}

static void slot_give(struct test *t)
{
    if (atomic_exchange(&slot_owner(t)->slot, false))
        (goc_sem_release)(&slots, 1);
}

/* An owner whose time is up gives away what it has: look again after that. */
static void slot_take(struct test *t)
{
    struct test *owner = slot_owner(t);
    (goc_sem_acquire)(&slots, 1);
    if (atomic_exchange(&owner->slot, true))
        (goc_sem_release)(&slots, 1);
    else if (atomic_load(&owner->state) == TEST_ENDED)
        slot_give(t);
}

/* The tests below t that still run, for the message that time is up. */
static void note_running(struct test *t)
{
    for (struct test *s = atomic_load(&goc__test_newest); s; s = s->older) {
        char text[400];
        size_t n = strlen(t->name);
        if (s->depth <= t->depth || strncmp(s->name, t->name, n) != 0
            || s->name[n] != '/' || atomic_load(&s->state) != TEST_RUNNING)
            continue;
        snprintf(text, sizeof text, "running: %.300s (%.2fs)", s->name,
                 goc__test_elapsed(s));
        goc__test_note(t, NULL, text);
    }
}

/* t's time is up: it fails, and is left behind. */
static void test_expire(void *arg)
{
    struct test *t = arg;
    int running = TEST_RUNNING;
    char text[100];
    if (!atomic_compare_exchange_strong(&t->state, &running, TEST_ENDED))
        return;
    t->stopped = goc__now();
    snprintf(text, sizeof text, "test timed out after %.3gs",
             (double)atomic_load(&t->timeout) / 1e9);
    goc__test_note(t, NULL, text);
    note_running(t);
    mark_failed(t);
    fflush(stdout);
    fprintf(stderr, "%s: %s\n\n", t->name, text);
    goc_dump(stderr);
    fflush(stderr);
    goc__test_report(t);
    if (atomic_load(&t->parallel))
        slot_give(t);
    goc__send(t->word, &(int){ 1 }, NULL);
}

/* Starts the watch anew, for what is left of the time. */
static void watch_set(struct test *t)
{
    int64_t timeout = atomic_load(&t->timeout);
    int64_t left = timeout - (goc__now() - atomic_load(&t->start));
    if (timeout > 0 && !t->watch)
        t->watch = (goc_timer_func)(left, test_expire, t);
    else if (timeout > 0)
        goc_timer_reset(t->watch, left);
    else if (t->watch)
        goc_timer_stop(t->watch);
}

/* t's later ones, oldest first. */
static struct test *take_later_ones(struct test *t)
{
    struct test *list = NULL;
    goc__test_lock();
    for (struct test *next, *s = t->subs; s; s = next) {
        next = s->next;
        s->next = list;
        list = s;
    }
    t->subs = NULL;
    goc__test_unlock();
    return list;
}

/* The function of t is over: now those that have waited for that run. */
static void run_later_ones(struct test *t)
{
    struct test *list = take_later_ones(t);
    if (!list)
        return;
    bool alone = only_move(t, list->next ? NULL : list);
    slot_give(t);
    for (struct test *s = list; s; s = s->next)
        goc__send(s->turn, NULL, NULL);
    for (struct test *s = list; s; s = s->next) {
        goc__recv(s->word, NULL, NULL);
        goc_timer_free(s->watch);
    }
    if (alone)
        atomic_store(&only, t);
    slot_take(t);
}

static void run_cleanups(struct test *t)
{
    for (;;) {
        goc__test_lock();
        struct test_cleanup *c = t->cleanups;
        if (c)
            t->cleanups = c->next;
        goc__test_unlock();
        if (!c)
            return;
        c->fn(c->arg);
        free(c);
    }
}

/* By the test's own goroutine, when its function is over. */
static void test_end(struct test *t)
{
    int running = TEST_RUNNING;
    run_later_ones(t);
    run_cleanups(t);
    int64_t now = goc__now();
    if (t->parent) {
        leak_check(t);
        race_check(t);
    }
    if (!atomic_compare_exchange_strong(&t->state, &running, TEST_ENDED))
        return;
    t->stopped = now;
    goc__test_report(t);
    if (atomic_load(&t->parallel))
        slot_give(t);
    goc__send(t->word, &(int){ 1 }, NULL);
}

static void test_goroutine(void *arg)
{
    struct test *t = *(struct test **)arg;
    struct goc__g *g = goc__self();
    g->inherited = t;
    t->g = g;
    t->fn(t->arg);
    test_end(t);
}

/* Runs t; returns when it has ended or is to run later. */
static void test_run(struct test *t, const char *at)
{
    int ended;
    t->races = atomic_load(&races);
    goc__test_say(t, "RUN");
    bool alone = only_move(t->parent, t);
    atomic_store(&t->start, goc__now());
    watch_set(t);
    goc__go(test_goroutine, &t, sizeof t, at);
    goc__recv(t->word, &ended, at);
    if (ended)
        goc_timer_free(t->watch);
    if (alone)
        atomic_store(&only, t->parent);
}

/* ---- What ends or delays the calling test ------------------------------- */

/* If the caller is t's own goroutine, it is over. */
static void finish_here(struct test *t)
{
    if (t->g != goc__self())
        return;
    test_end(t);
    goc_exit_goroutine();
}

/* text is the test's from now on. */
static void skip(const char *at, char *text)
{
    struct test *t = goc__test_current();
    if (!t) {
        note_outside(at, text);
        exit(1);
    }
    if (options.form != FORM_TAP)
        goc__test_note(t, at, text);
    goc__test_lock();
    free(t->reason);
    t->reason = text;
    goc__test_unlock();
    atomic_store(&t->skipped, true);
    finish_here(t);
}

void goc__test_skip(const char *at, const char *format, ...)
{
    MESSAGE(text, format);
    skip(at, text);
}

void (goc_test_skip)(const char *format, ...)
{
    MESSAGE(text, format);
    skip(NULL, text);
}

void goc__test_fatal(const char *at, const char *format, ...)
{
    MESSAGE(text, format);
    fail(at, text);
    free(text);
    finish_here(goc__test_current());
}

void (goc_test_fatal)(const char *format, ...)
{
    MESSAGE(text, format);
    fail(NULL, text);
    free(text);
    finish_here(goc__test_current());
}

void goc_test_timeout(goc_duration timeout)
{
    struct test *t = goc__test_current();
    if (!t)
        return;
    atomic_store(&t->timeout, timeout > 0 ? timeout : 0);
    watch_set(t);
}

void goc__test_parallel(const char *at)
{
    struct test *t = goc__test_current();
    if (!t || t->g != goc__self() || atomic_load(&t->parallel))
        return;
    atomic_store(&t->parallel, true);
    if (t->watch)
        goc_timer_stop(t->watch);
    int64_t now = goc__now();
    atomic_fetch_add(&t->spent, now - atomic_load(&t->start));
    atomic_store(&t->start, now);
    goc__test_say(t, "PAUSE");
    goc__test_lock();
    t->next = t->parent->subs;
    t->parent->subs = t;
    goc__test_unlock();
    goc__send(t->word, &(int){ 0 }, NULL);
    goc__recv(t->turn, NULL, at);
    slot_take(t);
    goc__test_say(t, "CONT");
    t->races = atomic_load(&races);
    atomic_store(&t->start, goc__now());
    watch_set(t);
}

void (goc_test_parallel)(void)
{
    goc__test_parallel(NULL);
}

/* ---- Sub-tests ---------------------------------------------------------- */

/* A name as it is matched and shown: no space, nothing that does not print.
 * Malloc'd. */
static char *tidy_name(const char *name)
{
    char *tidy = goc__malloc(4 * strlen(name) + 1), *to = tidy;
    for (const unsigned char *p = (const unsigned char *)name; *p; p++)
        if (*p == ' ')
            *to++ = '_';
        else if (*p < ' ' || *p == 0x7f)
            to += sprintf(to, "\\x%02x", *p);
        else
            *to++ = (char)*p;
    *to = '\0';
    return tidy;
}

static bool name_taken(struct test *parent, const char *name)
{
    size_t n = parent->depth ? strlen(parent->name) + 1 : 0;
    for (struct test *t = parent->names; t; t = t->sibling)
        if (strcmp(t->name + n, name) == 0)
            return true;
    return false;
}

/* The same, with #01, #02, ... if parent has such a sub-test; malloc'd. */
static char *unique_name(struct test *parent, const char *name)
{
    char *tidy = tidy_name(name), *unique = strdup(tidy);
    goc__test_lock();
    int i = *tidy ? 1 : 0;
    for (; unique && (!*unique || name_taken(parent, unique)); i++) {
        free(unique);
        if (asprintf(&unique, "%s#%02d", tidy, i) < 0)
            unique = NULL;
    }
    goc__test_unlock();
    free(tidy);
    if (!unique)
        goc__fatal("out of memory (test)");
    return unique;
}

bool goc__test_run(const char *name, void (*fn)(void *), void *arg,
                   const char *at)
{
    struct test *parent = goc__test_current();
    if (!parent) {
        fn(arg);
        return true;
    }
    char *unique = unique_name(parent, name);
    struct test *t = test_new(parent, unique, fn, arg);
    free(unique);
    goc__test_lock();
    t->sibling = parent->names;
    parent->names = t;
    goc__test_unlock();
    if (!goc__test_chosen(t->name)
        || (options.failfast && atomic_load(&parent->failed))) {
        atomic_store(&t->state, TEST_ENDED);
        return true;
    }
    test_run(t, at);
    return !atomic_load(&t->failed);
}

bool (goc_test_run)(const char *name, void (*fn)(void *), void *arg)
{
    return goc__test_run(name, fn, arg, NULL);
}

/* ---- Benchmarks --------------------------------------------------------- */

struct bench
{
    goc_bench b;
    int64_t start; /* 0 while the time does not count */
    int64_t took, bytes;
    goc__test_entry *entry;
};

void goc_bench_reset(goc_bench *b)
{
    struct bench *own = (struct bench *)b;
    own->took = 0;
    if (own->start)
        own->start = goc__now();
}

void goc_bench_stop(goc_bench *b)
{
    struct bench *own = (struct bench *)b;
    if (own->start)
        own->took += goc__now() - own->start;
    own->start = 0;
}

void goc_bench_start(goc_bench *b)
{
    struct bench *own = (struct bench *)b;
    if (!own->start)
        own->start = goc__now();
}

void goc_bench_bytes(goc_bench *b, int64_t bytes)
{
    ((struct bench *)b)->bytes = bytes;
}

static void bench_once(struct bench *b, int64_t n)
{
    b->b.n = n;
    b->took = 0;
    b->start = goc__now();
    b->entry->bench(&b->b);
    goc_bench_stop(&b->b);
}

static void bench_run(void *arg)
{
    struct bench *b = arg;
    bench_once(b, 1);
    if (options.benchcount) {
        bench_once(b, options.benchcount);
        return;
    }
    while (b->took < options.benchtime && b->b.n < 1000000000) {
        /* A fifth more than what should do, at most a hundred times as many. */
        double one = (double)(b->took > 0 ? b->took : 1) / (double)b->b.n;
        double n = 1.2 * (double)options.benchtime / one;
        double most = 100.0 * (double)b->b.n;
        n = n > most ? most : n;
        n = n > 1e9 ? 1e9 : n;
        bench_once(b, (int64_t)n > b->b.n ? (int64_t)n : b->b.n + 1);
    }
}

/* As benchstat and the like read it: an upper-case letter follows. */
static char *bench_name(const char *name)
{
    char *text;
    if (asprintf(&text, "Benchmark%s", name) < 0)
        goc__fatal("out of memory (test)");
    if (text[9] >= 'a' && text[9] <= 'z')
        text[9] += 'A' - 'a';
    return text;
}

/* Four digits or more, and the points below each other. */
static int print_ns(char *to, size_t size, double x)
{
    int digits = x >= 999.95 || x == 0 ? 0 : x >= 99.995 ? 1
        : x >= 9.9995 ? 2 : x >= 0.99995 ? 3 : x >= 0.099995 ? 4 : 5;
    return snprintf(to, size, "%*.*f ns/op",
                    digits ? 11 + digits : 10, digits, x);
}

static void bench_report(struct test *t, const struct bench *b, int width)
{
    char *line, ns[60], speed[60] = "";
    double op = (double)b->took / (double)b->b.n;
    char name[220];
    snprintf(name, sizeof name, "%.180s-%d", t->name, goc_procs(0));
    print_ns(ns, sizeof ns, op);
    if (b->bytes > 0 && op > 0)
        snprintf(speed, sizeof speed, "\t%7.2f MB/s",
                 (double)b->bytes * 1e3 / op);
    if (asprintf(&line, "%-*s\t%8lld\t%s%s", width, name,
                 (long long)b->b.n, ns, speed) < 0)
        goc__fatal("out of memory (test)");
    goc__test_bench_line(t, line);
    free(line);
}

/* The widest line's first column. */
static int bench_width(void)
{
    char procs[20];
    size_t most = 0;
    for (goc__test_entry *e = goc__test_entries; e; e = e->next)
        if (e->bench && goc__test_bench_chosen(e->name)
            && strlen(e->name) > most)
            most = strlen(e->name);
    return (int)most + 9
        + snprintf(procs, sizeof procs, "-%d", goc_procs(0));
}

static void bench_start(struct test *root, goc__test_entry *e, int width)
{
    struct bench *b = goc__calloc(1, sizeof *b);
    char *name = bench_name(e->name);
    b->entry = e;
    struct test *t = test_new(root, name, bench_run, b);
    t->bench = true;
    free(name);
    test_run(t, e->at);
    if (!atomic_load(&t->failed) && !atomic_load(&t->skipped))
        bench_report(t, b, width);
}

/* ---- Running all -------------------------------------------------------- */

struct run
{
    goc__test_entry **order;
    int n, ran;
};

static void entry_run(void *arg)
{
    goc__test_entry *e = arg;
    e->fn();
}

/* The root's function. */
static void run_entries(void *arg)
{
    struct run *r = arg;
    struct test *root = goc__self()->inherited;
    for (int i = 0; i < r->n; i++) {
        if (options.failfast && atomic_load(&root->failed))
            return;
        r->ran++;
        goc__test_entry *e = r->order[i];
        test_run(test_new(root, e->name, entry_run, e), e->at);
    }
}

static void run_benches(void *arg)
{
    struct run *r = arg;
    struct test *root = goc__self()->inherited;
    int width = bench_width();
    for (goc__test_entry *e = goc__test_entries; e; e = e->next)
        for (int i = 0; e->bench && goc__test_bench_chosen(e->name)
                 && i < options.count; i++) {
            if (options.failfast && atomic_load(&root->failed))
                return;
            r->ran++;
            bench_start(root, e, width);
        }
}

/* Points go on counting from one root to the next. */
static bool run_root(void (*fn)(void *), struct run *r, int *points)
{
    struct test *root = test_new(NULL, "", fn, r);
    atomic_store(&root->timeout, 0);
    root->points = *points;
    slot_take(root);
    test_run(root, NULL);
    slot_give(root);
    *points = root->points;
    return !atomic_load(&root->failed);
}

bool goc__test_run_all(goc__test_entry **order, int n, int *ran)
{
    struct run r = { order, n, 0 };
    bool good = true;
    int points = 0, most = options.parallel;
    (goc_sem_init)(&slots, most > 0 ? most : goc_procs(0));
    watch_process();
    for (int i = 0; i < options.count && (good || !options.failfast); i++)
        good &= run_root(run_entries, &r, &points);
    if (options.bench && (good || !options.failfast))
        good &= run_root(run_benches, &r, &points);
    runner = 0;
    *ran = r.ran;
    return good;
}
