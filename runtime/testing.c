/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testing.c: runs tests.
 *
 * A test is a record that lives until the process ends: goroutines point to it
 * through goc__g.inherited, which each passes on to those it starts, and some
 * may outlive their test.  Goroutine 1 is the runner: it starts a test's
 * goroutine and waits for word from it, or for the time to be up.
 *
 * A test's text (messages, sub-tests' reports) grows under its lock and is
 * printed by the runner alone, when the test has ended.  `state` changes once,
 * from running to ended, by whoever exchanges it: the test's goroutine, or the
 * runner when time is up; what a test left behind does later changes nothing.
 */
#include "internal.h"
#include "worker.h"

#include <goc/sched.h>
#include <goc/testing.h>
#include <goc/time.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <time.h>
#include <unistd.h>

enum state { TEST_RUNNING, TEST_ENDED };

/* Why a test's goroutine speaks to the runner. */
enum word { WORD_ENDED, WORD_PARALLEL, WORD_TIMEOUT };

struct test
{
    struct test *parent;     /* of a sub-test */
    char *name;              /* in full */
    unsigned depth;          /* 0 for those that are no sub-tests */
    void (*fn)(void *);
    void *arg;
    struct goc__g *g;        /* its goroutine, while it runs */

    _Atomic int state;
    _Atomic bool failed, skipped;
    _Atomic int64_t deadline; /* INT64_MAX: none */
    int64_t start, stopped;   /* goc__now; stopped is 0 while it runs */
    int64_t paused;           /* waiting for its turn: does not count */
    goc_chan *words;          /* to whoever waits for it */
    goc_chan *turn;           /* of a parallel one: its turn has come */
    bool parallel;

    struct test *older;       /* all there were */
    struct goc__lock lock;    /* RANK_USER: guards the text */
    char *text, *subs;
    size_t ntext, nsubs;
};

static struct
{
    const char *run, *skip, *bench, *list;
    goc_duration timeout, benchtime;
    int count, parallel;
    bool failfast, verbose, json, tap, shuffle;
    uint64_t seed;
} options = { .timeout = 600 * (goc_duration)1000000000,
              .benchtime = 1000000000, .count = 1 };

static goc__test_entry *entries, **entries_end = &entries;
static struct test *_Atomic newest;
static struct test *_Atomic only; /* the test that runs, if only one does */
static _Atomic int failures;
static int reported; /* TAP's number */

/* ---- Registering -------------------------------------------------------- */

void goc__test_add(goc__test_entry *entry, const char *name, void (*fn)(void),
                   void (*bench)(goc_bench *), const char *at)
{
    *entry = (goc__test_entry){ NULL, name, fn, bench, at };
    *entries_end = entry;
    entries_end = &entry->next;
}

/* ---- Text --------------------------------------------------------------- */

static void append(char **text, size_t *n, const char *more, size_t size)
{
    goc__tsan_ignore_begin(); /* it does not see the lock */
    char *at = realloc(*text, *n + size + 1);
    if (!at)
        goc__fatal("out of memory (test report)");
    memcpy(at + *n, more, size);
    at[*n + size] = '\0';
    goc__tsan_ignore_end();
    *text = at;
    *n += size;
}

/* Adds a message to t's text, each line indented; the first says where. */
static void note(struct test *t, const char *at, const char *message)
{
    char *text = NULL;
    size_t n = 0;
    const char *slash = at ? strrchr(at, '/') : NULL;
    for (const char *line = message; *line || line == message;) {
        size_t size = strcspn(line, "\n");
        append(&text, &n, "    ", 4);
        if (line == message && at) {
            const char *place = slash ? slash + 1 : at;
            append(&text, &n, place, strlen(place));
            append(&text, &n, ": ", 2);
        } else if (line != message) {
            append(&text, &n, "    ", 4);
        }
        append(&text, &n, line, size);
        append(&text, &n, "\n", 1);
        line += size + (line[size] == '\n');
        if (!*line)
            break;
    }
    goc__lock_acquire(&t->lock, GOC__RANK_USER);
    append(&t->text, &t->ntext, text, n);
    goc__lock_release(&t->lock);
    free(text);
}

static char *print_to_string(const char *format, va_list args)
{
    char *text;
    if (vasprintf(&text, format, args) < 0)
        goc__fatal("out of memory (test report)");
    return text;
}

/* ---- The calling test --------------------------------------------------- */

static struct test *current(void)
{
    struct test *t = goc__self()->inherited;
    return t ? t : atomic_load(&only);
}

static void mark_failed(struct test *t)
{
    for (; t; t = t->parent)
        atomic_store(&t->failed, true);
}

static void fail(const char *at, const char *message)
{
    struct test *t = current();
    if (!t) {
        fprintf(stderr, "%s%s%s\n", at ? at : "", at ? ": " : "", message);
        exit(1);
    }
    note(t, at, message);
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

void goc__test_fail(const char *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = print_to_string(format, args);
    va_end(args);
    fail(at, text);
    free(text);
}

void (goc_test_fail)(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = print_to_string(format, args);
    va_end(args);
    fail(NULL, text);
    free(text);
}

static void log_message(const char *at, const char *text)
{
    struct test *t = current();
    if (t)
        note(t, at, text);
    else
        fprintf(stderr, "%s%s%s\n", at ? at : "", at ? ": " : "", text);
}

void goc__test_log(const char *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = print_to_string(format, args);
    va_end(args);
    log_message(at, text);
    free(text);
}

void (goc_test_log)(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = print_to_string(format, args);
    va_end(args);
    log_message(NULL, text);
    free(text);
}

bool goc_test_failed(void)
{
    struct test *t = current();
    return t && atomic_load(&t->failed);
}

/* Tells whoever waits for t; never blocks, for a word that is not read is not
 * needed: the waiter looks at t itself. */
static void tell(struct test *t, int word)
{
    goc_chan_try_send(t->words, &word);
}

/* Of the test's own goroutine, when its function is over. */
static void test_end(struct test *t)
{
    int running = TEST_RUNNING;
    t->stopped = goc__now();
    if (atomic_compare_exchange_strong(&t->state, &running, TEST_ENDED))
        tell(t, WORD_ENDED);
}

void goc_test_skip(const char *format, ...)
{
    struct test *t = current();
    va_list args;
    va_start(args, format);
    char *text = print_to_string(format, args);
    va_end(args);
    if (!t) {
        fprintf(stderr, "skipped: %s\n", text);
        exit(1);
    }
    note(t, NULL, text);
    free(text);
    atomic_store(&t->skipped, true);
    if (t->g == goc__self()) {
        test_end(t);
        goc_exit_goroutine();
    }
}

void goc_test_timeout(goc_duration timeout)
{
    struct test *t = current();
    if (!t)
        return;
    int64_t deadline = timeout <= 0 || timeout > INT64_MAX - t->start
        ? INT64_MAX : t->start + timeout;
    atomic_store(&t->deadline, deadline);
    tell(t, WORD_TIMEOUT);
}

void goc_test_parallel(void)
{
    struct test *t = current();
    if (!t || t->g != goc__self() || t->parent || t->parallel)
        return;
    int64_t now = goc__now();
    t->parallel = true;
    tell(t, WORD_PARALLEL);
    goc_chan_recv(t->turn, NULL);
    t->paused = goc__now() - now;
    if (atomic_load(&t->deadline) != INT64_MAX)
        atomic_fetch_add(&t->deadline, t->paused);
}

/* ---- Goroutines left behind --------------------------------------------- */

struct leak
{
    struct test *t;
    struct test *text; /* where to note paragraphs; or null: only count */
    int n;
};

static void leak_note(struct leak *l, uint64_t id, const char *state,
                      const char *site, uint64_t parent, const char *created)
{
    char text[600];
    l->n++;
    if (!l->text)
        return;
    snprintf(text, sizeof text,
             "goroutine %llu [%s]:%s%s\ncreated by goroutine %llu%s%s",
             (unsigned long long)id, state, site ? "\n" : "",
             site ? site : "", (unsigned long long)parent,
             created ? " at " : "", created ? created : "");
    note(l->text, NULL, text);
}

static void leak_g(struct goc__g *g, void *arg)
{
    struct leak *l = arg;
    int state = atomic_load_explicit(&g->state, memory_order_acquire);
    if (g->inherited != l->t || state == G_DEAD)
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
    struct leak l = { t, NULL, 0 };
    goc__stack_each(leak_g, &l);
    goc__task_each(leak_task, &l);
    if (l.n && report) {
        char text[80];
        snprintf(text, sizeof text, "%d goroutine%s left behind", l.n,
                 l.n == 1 ? "" : "s");
        note(t, NULL, text);
        l.text = t;
        goc__stack_each(leak_g, &l);
        goc__task_each(leak_task, &l);
    }
    return l.n;
}

/* Those that are about to end get a moment for it. */
static void leak_check(struct test *t)
{
    static const int64_t patience = 500 * 1000 * 1000;
    int64_t end = goc__now() + patience, pause = 20 * 1000;
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

/* ---- Printing ----------------------------------------------------------- */

static void json_string(const char *s, size_t n)
{
    putchar('"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c == '\n')
            fputs("\\n", stdout);
        else if (c < ' ')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void json_event(const char *action, const char *name,
                       const char *output, size_t n, double elapsed)
{
    struct timespec now;
    struct tm tm;
    char date[40];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    printf("{\"Time\":\"%s.%06ldZ\",\"Action\":\"%s\"", date,
           now.tv_nsec / 1000, action);
    if (name) {
        fputs(",\"Test\":", stdout);
        json_string(name, strlen(name));
    }
    if (output) {
        fputs(",\"Output\":", stdout);
        json_string(output, n);
    }
    if (elapsed >= 0)
        printf(",\"Elapsed\":%.3f", elapsed);
    fputs("}\n", stdout);
}

static void json_lines(const char *name, const char *text, size_t n)
{
    for (const char *end = text + n; text && text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t size = newline ? (size_t)(newline - text) + 1
                              : (size_t)(end - text);
        json_event("output", name, text, size, -1);
        text += size;
    }
}

static void tap_lines(const char *text, size_t n)
{
    for (const char *end = text + n; text && text < end;) {
        size_t size = strcspn(text, "\n");
        printf("# %.*s\n", (int)size, text);
        text += size + 1;
    }
}

static const char *verdict(struct test *t)
{
    return atomic_load(&t->failed) ? "FAIL"
        : atomic_load(&t->skipped) ? "SKIP" : "PASS";
}

static double elapsed(struct test *t)
{
    int64_t stop = t->stopped ? t->stopped : goc__now();
    return (double)(stop - t->start - t->paused) / 1e9;
}

/* The lines on t, without its sub-tests': result, then messages. */
static char *headline(struct test *t)
{
    char *line;
    if (asprintf(&line, "--- %s: %s (%.2fs)\n", verdict(t), t->name,
                 elapsed(t)) < 0)
        goc__fatal("out of memory (test report)");
    return line;
}

/* Adds text to t's sub-reports, indented by one level. */
static void adopt(struct test *t, const char *text, size_t n)
{
    goc__lock_acquire(&t->lock, GOC__RANK_USER);
    for (const char *end = text + n; text && text < end;) {
        size_t size = strcspn(text, "\n") + 1;
        append(&t->subs, &t->nsubs, "    ", 4);
        append(&t->subs, &t->nsubs, text, size);
        text += size;
    }
    goc__lock_release(&t->lock);
}

static void report_run(const char *name)
{
    if (options.json)
        json_event("run", name, NULL, 0, -1);
    if (options.verbose && !options.tap) {
        char line[300];
        int n = snprintf(line, sizeof line, "=== RUN   %.200s\n", name);
        if (options.json)
            json_event("output", name, line, (size_t)n, -1);
        else
            fputs(line, stdout);
    }
    fflush(stdout);
}

static void report_json(struct test *t, const char *line)
{
    static const char *const actions[] = { "fail", "skip", "pass" };
    int i = atomic_load(&t->failed) ? 0 : atomic_load(&t->skipped) ? 1 : 2;
    json_lines(t->name, line, strlen(line));
    json_lines(t->name, t->text, t->ntext);
    json_event(actions[i], t->name, NULL, 0, elapsed(t));
}

static void report_tap(struct test *t)
{
    const char *skip = atomic_load(&t->failed) || !atomic_load(&t->skipped)
        ? "" : " # SKIP";
    const char *reason = *skip && t->text ? t->text + 3 : "";
    printf("%s %d - %s%s%.*s\n", atomic_load(&t->failed) ? "not ok" : "ok",
           ++reported, t->name, skip, (int)strcspn(reason, "\n"), reason);
    if (!*skip)
        tap_lines(t->text, t->ntext);
    tap_lines(t->subs, t->nsubs);
}

/* By the runner, for a test that is no sub-test. */
static void report(struct test *t)
{
    char *line = headline(t);
    goc__lock_acquire(&t->lock, GOC__RANK_USER);
    goc__tsan_ignore_begin();
    if (options.json) {
        report_json(t, line);
    } else if (options.tap) {
        report_tap(t);
    } else {
        fputs(line, stdout);
        fwrite(t->text ? t->text : "", 1, t->ntext, stdout);
        fwrite(t->subs ? t->subs : "", 1, t->nsubs, stdout);
    }
    goc__tsan_ignore_end();
    goc__lock_release(&t->lock);
    free(line);
    fflush(stdout);
    if (atomic_load(&t->failed))
        atomic_fetch_add(&failures, 1);
}

/* ---- Running one test --------------------------------------------------- */

static struct test *test_new(struct test *parent, const char *name,
                             void (*fn)(void *), void *arg)
{
    struct test *t = goc__calloc(1, sizeof *t);
    t->parent = parent;
    t->depth = parent ? parent->depth + 1 : 0;
    t->fn = fn;
    t->arg = arg;
    t->words = goc_chan_new(sizeof(int), 4);
    t->turn = goc_chan_new(0, 1);
    if (asprintf(&t->name, "%s%s%s", parent ? parent->name : "",
                 parent ? "/" : "", name) < 0)
        goc__fatal("out of memory (test)");
    t->older = atomic_load(&newest);
    while (!atomic_compare_exchange_weak(&newest, &t->older, t))
        ;
    return t;
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

static void test_start(struct test *t)
{
    t->start = goc__now();
    atomic_store(&t->deadline,
                 t->parent ? INT64_MAX
                 : options.timeout > 0 ? goc__deadline(options.timeout)
                 : INT64_MAX);
    goc__go(test_goroutine, &t, sizeof t, NULL);
}

/* Waits for word from t or for its deadline.  False: it has ended, or its time
 * is up.  True: it has asked to run later. */
static bool test_wait(struct test *t)
{
    while (atomic_load(&t->state) == TEST_RUNNING) {
        int word;
        int64_t deadline = atomic_load(&t->deadline), now = goc__now();
        goc_case c = { .chan = t->words, .elem = &word, .op = GOC_RECV };
        goc_duration wait = deadline == INT64_MAX ? GOC_FOREVER
            : deadline > now ? deadline - now : 0;
        if (goc_select(&c, 1, wait) == 0) {
            if (word == WORD_PARALLEL)
                return true;
            continue;
        }
        int running = TEST_RUNNING;
        if (goc__now() < atomic_load(&t->deadline)
            || !atomic_compare_exchange_strong(&t->state, &running,
                                               TEST_ENDED))
            continue;
        char text[100];
        snprintf(text, sizeof text, "test timed out after %.3gs",
                 (double)(deadline - t->start) / 1e9);
        note(t, NULL, text);
        mark_failed(t);
        t->stopped = goc__now();
        fflush(stdout);
        fprintf(stderr, "%s: %s\n\n", t->name, text);
        goc_dump(stderr);
        fflush(stderr);
        return false;
    }
    if (t->g) /* of one that has timed out there is enough to see */
        leak_check(t);
    return false;
}

/* ---- Choosing tests ----------------------------------------------------- */

/* Whether part number `level` of the pattern, which / separates, matches. */
static bool match_part(const char *pattern, unsigned level, const char *name)
{
    const char *part = pattern;
    for (; level > 0; level--) {
        part = strchr(part, '/');
        if (!part)
            return true;
        part++;
    }
    char *copy = strndup(part, strcspn(part, "/"));
    regex_t regex;
    if (!copy || regcomp(&regex, copy, REG_EXTENDED | REG_NOSUB)) {
        fprintf(stderr, "bad pattern: %s\n", pattern);
        exit(2);
    }
    bool matches = regexec(&regex, name, 0, NULL, 0) == 0;
    regfree(&regex);
    free(copy);
    return matches;
}

static bool chosen(const char *name, unsigned level)
{
    if (options.run && !match_part(options.run, level, name))
        return false;
    if (!options.skip)
        return true;
    /* The last part decides; what comes before only leads there. */
    unsigned parts = 0;
    for (const char *s = options.skip; (s = strchr(s, '/')); s++)
        parts++;
    return parts != level || !match_part(options.skip, level, name);
}

void goc_test_run(const char *name, void (*fn)(void *), void *arg)
{
    struct test *parent = current();
    if (!parent) {
        fn(arg);
        return;
    }
    if (!chosen(name, parent->depth + 1))
        return;
    struct test *t = test_new(parent, name, fn, arg);
    report_run(t->name);
    test_start(t);
    test_wait(t);
    char *line = headline(t);
    if (options.json) {
        report_json(t, line);
    } else {
        goc__lock_acquire(&t->lock, GOC__RANK_USER);
        char *all = NULL;
        size_t n = 0;
        append(&all, &n, line, strlen(line));
        append(&all, &n, t->text ? t->text : "", t->ntext);
        append(&all, &n, t->subs ? t->subs : "", t->nsubs);
        goc__lock_release(&t->lock);
        adopt(parent, all, n);
        free(all);
    }
    free(line);
}

/* ---- Benchmarks --------------------------------------------------------- */

struct bench
{
    goc_bench b;
    int64_t start;
    goc__test_entry *entry;
    int64_t took;
};

void goc_bench_reset(goc_bench *b)
{
    ((struct bench *)b)->start = goc__now();
}

static void bench_run(void *arg)
{
    struct bench *b = arg;
    b->b.n = 1;
    for (;;) {
        b->start = goc__now();
        b->entry->bench(&b->b);
        b->took = goc__now() - b->start;
        if (b->took >= options.benchtime || b->b.n >= 1000000000)
            return;
        /* A fifth more than what should do, at most a hundred times as many. */
        int64_t one = b->took / b->b.n;
        int64_t n = one > 0 ? options.benchtime / one * 6 / 5
                            : b->b.n * 100;
        if (n > b->b.n * 100)
            n = b->b.n * 100;
        b->b.n = n > b->b.n ? n : b->b.n + 1;
    }
}

static void bench_start(goc__test_entry *e)
{
    struct bench b = { .entry = e };
    struct test *t = test_new(NULL, e->name, bench_run, &b);
    atomic_store(&only, t);
    test_start(t);
    test_wait(t);
    atomic_store(&only, NULL);
    if (atomic_load(&t->failed) || atomic_load(&t->skipped)) {
        report(t);
        return;
    }
    char line[200];
    int n = snprintf(line, sizeof line, "Benchmark%s-%d\t%10lld\t%12.2f ns/op\n",
                     e->name, goc_procs(0), (long long)b.b.n,
                     (double)b.took / (double)b.b.n);
    if (options.json)
        json_event("output", e->name, line, (size_t)n, -1);
    else
        printf("%s%s", options.tap ? "# " : "", line);
    fflush(stdout);
}

/* ---- Running all -------------------------------------------------------- */

static void entry_run(void *arg)
{
    goc__test_entry *e = arg;
    e->fn();
}

/* The parallel ones, so many at a time. */
static void run_parallel(struct test **all, int n)
{
    int most = options.parallel > 0 ? options.parallel : goc_procs(0);
    for (int i = 0; i < n; i++) {
        goc_chan_send(all[i]->turn, NULL);
        /* When as many run, the oldest has to end before the next begins. */
        if (i >= most - 1) {
            while (test_wait(all[i - most + 1]))
                ;
            report(all[i - most + 1]);
        }
    }
    for (int i = n >= most ? n - most + 1 : 0; i < n; i++) {
        while (test_wait(all[i]))
            ;
        report(all[i]);
    }
}

static int run_all(goc__test_entry **order, int n)
{
    struct test **later = goc__calloc((size_t)n, sizeof *later);
    int nlater = 0, ran = 0;
    for (int i = 0; i < n; i++) {
        if (options.failfast && atomic_load(&failures))
            break;
        struct test *t = test_new(NULL, order[i]->name, entry_run, order[i]);
        ran++;
        report_run(t->name);
        atomic_store(&only, t);
        test_start(t);
        bool parallel = test_wait(t);
        atomic_store(&only, NULL);
        if (parallel)
            later[nlater++] = t;
        else
            report(t);
    }
    run_parallel(later, nlater);
    free(later);
    return ran;
}

static void shuffle(goc__test_entry **order, int n)
{
    uint64_t x = options.seed;
    for (int i = n - 1; i > 0; i--) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        int k = (int)((x >> 33) % (uint64_t)(i + 1));
        goc__test_entry *swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
}

/* ---- Options ------------------------------------------------------------ */

static _Noreturn void usage(const char *why, const char *what)
{
    fprintf(stderr, "%s: %s\n"
            "options: -run REGEX -skip REGEX -bench REGEX -benchtime D"
            " -list REGEX\n"
            "         -timeout D -count N -shuffle SEED|on|off -parallel N\n"
            "         -failfast -v -json -tap\n", what, why);
    exit(2);
}

/* A duration as Go writes them; a number alone is in seconds. */
static bool parse_duration(const char *s, goc_duration *d)
{
    static const struct
    {
        const char *name;
        double size;
    } units[] = { { "ms", 1e6 }, { "us", 1e3 }, { "ns", 1 }, { "h", 3600e9 },
                  { "m", 60e9 }, { "s", 1e9 } };
    double sum = 0;
    if (!*s)
        return false;
    while (*s) {
        char *end;
        double value = strtod(s, &end);
        if (end == s || value < 0)
            return false;
        s = end;
        size_t i = 0;
        while (i < 6 && strncmp(s, units[i].name, strlen(units[i].name)) != 0)
            i++;
        if (i == 6 && *s)
            return false;
        sum += value * (i < 6 ? units[i].size : 1e9);
        s += i < 6 ? strlen(units[i].name) : 0;
    }
    *d = sum < 9e18 ? (goc_duration)sum : INT64_MAX;
    return true;
}

static int parse_count(const char *s, const char *what)
{
    char *end;
    long n = strtol(s, &end, 10);
    if (end == s || *end || n < 0 || n > 1000000000)
        usage("not a number", what);
    return (int)n;
}

static void parse_shuffle(const char *s)
{
    char *end;
    options.shuffle = strcmp(s, "off") != 0;
    options.seed = strtoull(s, &end, 10);
    if (strcmp(s, "on") == 0)
        options.seed = (uint64_t)goc__now();
    else if (options.shuffle && (end == s || *end))
        usage("neither a number nor on nor off", "-shuffle");
}

static void parse_value(const char *name, const char *value)
{
    if (strcmp(name, "run") == 0)
        options.run = value;
    else if (strcmp(name, "skip") == 0)
        options.skip = value;
    else if (strcmp(name, "bench") == 0)
        options.bench = value;
    else if (strcmp(name, "list") == 0)
        options.list = value;
    else if (strcmp(name, "count") == 0)
        options.count = parse_count(value, "-count");
    else if (strcmp(name, "parallel") == 0)
        options.parallel = parse_count(value, "-parallel");
    else if (strcmp(name, "shuffle") == 0)
        parse_shuffle(value);
    else if (!parse_duration(value, strcmp(name, "timeout") == 0
                                 ? &options.timeout : &options.benchtime))
        usage("not a duration", name);
}

/* True for an option without a value. */
static bool parse_flag(const char *name)
{
    bool *flag = strcmp(name, "v") == 0 ? &options.verbose
        : strcmp(name, "json") == 0 ? &options.json
        : strcmp(name, "tap") == 0 ? &options.tap
        : strcmp(name, "failfast") == 0 ? &options.failfast : NULL;
    if (flag)
        *flag = true;
    return flag != NULL;
}

static void parse_options(int argc, char **argv)
{
    static const char *const valued[] = { "run", "skip", "bench", "benchtime",
                                          "list", "timeout", "count",
                                          "shuffle", "parallel" };
    for (int i = 1; i < argc; i++) {
        char *name = argv[i];
        if (name[0] != '-')
            usage("unknown argument", name);
        name += name[1] == '-' ? 2 : 1;
        if (parse_flag(name))
            continue;
        size_t size = strcspn(name, "="), k = 0;
        while (k < sizeof valued / sizeof valued[0]
               && (strlen(valued[k]) != size
                   || strncmp(valued[k], name, size) != 0))
            k++;
        if (k == sizeof valued / sizeof valued[0])
            usage("unknown option", argv[i]);
        const char *value = name[size] ? name + size + 1
            : i + 1 < argc ? argv[++i] : NULL;
        if (!value)
            usage("needs a value", argv[i]);
        parse_value(valued[k], value);
    }
}

/* ---- The main of tests -------------------------------------------------- */

/* The tests to run, -count times; the array is malloc'd. */
static goc__test_entry **choose_tests(int *n)
{
    int all = 0;
    for (goc__test_entry *e = entries; e; e = e->next)
        all++;
    goc__test_entry **order =
        goc__calloc((size_t)all * (size_t)options.count, sizeof *order);
    *n = 0;
    for (int i = 0; i < options.count; i++)
        for (goc__test_entry *e = entries; e; e = e->next)
            if (e->fn && chosen(e->name, 0))
                order[(*n)++] = e;
    return order;
}

static int list_tests(void)
{
    for (goc__test_entry *e = entries; e; e = e->next)
        if (match_part(options.list, 0, e->name))
            printf("%s\n", e->name);
    return 0;
}

int goc_test_main(int argc, char **argv)
{
    int n;
    parse_options(argc, argv);
    if (options.list)
        return list_tests();
    goc__test_entry **order = choose_tests(&n);
    if (options.shuffle) {
        printf("%s-test.shuffle %llu\n", options.tap ? "# " : "",
               (unsigned long long)options.seed);
        shuffle(order, n);
    }
    if (options.tap)
        printf("1..%d\n", n);
    int64_t start = goc__now();
    int ran = run_all(order, n);
    free(order);
    for (goc__test_entry *e = entries; options.bench && e; e = e->next)
        if (e->bench && match_part(options.bench, 0, e->name)) {
            bench_start(e);
            ran++;
        }
    if (!ran && !options.tap && !options.json)
        fprintf(stderr, "testing: warning: no tests to run\n");
    bool failed = atomic_load(&failures) != 0;
    if (options.json)
        json_event(failed ? "fail" : "pass", NULL, NULL, 0,
                   (double)(goc__now() - start) / 1e9);
    else if (!options.tap)
        puts(failed ? "FAIL" : "PASS");
    fflush(stdout);
    return failed;
}
