/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testreport.c: what is shown of tests, in one of three forms.
 *
 * As text, the way `go test` does it: a report is held back until its parent's
 * is written, so that it stands below it; a test that passes is not shown.
 * With -v, messages appear when they are made; a line `=== NAME` tells whose
 * they are when that is not the test of the line before.
 *
 * Marked, for a reader that is a program: as with -v, but each report is
 * written when the test has ended, and every line that is not a message or a
 * program's own output begins with the byte 0x16.
 *
 * As TAP: a test is a point, its sub-tests are points of a list of their own,
 * indented, before it; messages are comments.  Nothing else may come between,
 * so what tests print on standard output goes to standard error.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MARK "\x16"

static struct goc__lock lock;
static FILE *out;          /* null: standard output */
static struct test *shown; /* whose line was written last, or null */

void goc__test_lock(void)
{
    goc__lock_acquire(&lock, GOC__RANK_USER);
    goc__tsan_ignore_begin(); /* it does not see the lock */
}

void goc__test_unlock(void)
{
    goc__tsan_ignore_end();
    goc__lock_release(&lock);
}

void goc__test_own_output(void)
{
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    fflush(stdout);
    if (fd >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
        out = fdopen(fd, "w");
    if (!out)
        goc__fatal("cannot move standard output (%d)", errno);
}

static FILE *output(void)
{
    return out ? out : stdout;
}

/* ---- Text under the lock ------------------------------------------------ */

static void append(char **text, size_t *n, const char *more, size_t size)
{
    char *at = realloc(*text, *n + size + 1);
    if (!at)
        goc__fatal("out of memory (test report)");
    memcpy(at + *n, more, size);
    at[*n + size] = '\0';
    *text = at;
    *n += size;
}

static void append_string(char **text, size_t *n, const char *more)
{
    append(text, n, more, strlen(more));
}

/* Adds the lines of text, each behind prefix. */
static void append_lines(char **to, size_t *n, const char *prefix,
                         const char *text, size_t size)
{
    for (const char *end = text + size; text && text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((newline ? newline : end) - text);
        append_string(to, n, prefix);
        append(to, n, text, line);
        append(to, n, "\n", 1);
        text += line + 1;
    }
}

static void print(const char *text, size_t n)
{
    fwrite(text, 1, n, output());
    fflush(output());
}

static bool streams(void)
{
    return options.form == FORM_MARKED
        || (options.verbose && options.form == FORM_TEXT);
}

static const char *mark(void)
{
    return options.form == FORM_MARKED ? MARK : "";
}

/* Whether t is below a test that has ended, whose report is written. */
static bool too_late(const struct test *t)
{
    for (const struct test *up = t->parent; up && up->parent; up = up->parent)
        if (atomic_load(&up->state) == TEST_ENDED)
            return true;
    return false;
}

/* ---- Messages ----------------------------------------------------------- */

void goc__test_note(struct test *t, const char *at, const char *message)
{
    char *text = NULL;
    size_t n = 0;
    const char *slash = at ? strrchr(at, '/') : NULL;
    const char *place = slash ? slash + 1 : at;
    const char *margin = options.form == FORM_TAP ? "# " : "    ";
    goc__test_lock();
    for (const char *line = message; *line || line == message;) {
        size_t size = strcspn(line, "\n");
        append_string(&text, &n, margin);
        if (line != message) {
            append_string(&text, &n, "    ");
        } else if (at) {
            append_string(&text, &n, place);
            append_string(&text, &n, ": ");
        }
        append(&text, &n, line, size);
        append(&text, &n, "\n", 1);
        line += size + (line[size] == '\n');
    }
    if (streams()) {
        if (t != shown)
            printf("%s=== NAME  %s\n", mark(), t->name);
        shown = t;
        print(text, n);
    } else {
        append(&t->text, &t->ntext, text, n);
    }
    goc__test_unlock();
    free(text);
}

void goc__test_say(struct test *t, const char *what)
{
    if (!streams() || !t->parent)
        return;
    goc__test_lock();
    printf("%s=== %-5s %s\n", mark(), what, t->name);
    fflush(stdout);
    shown = t;
    goc__test_unlock();
}

void goc__test_line(const char *line)
{
    goc__test_lock();
    fprintf(output(), "%s%s\n", options.form == FORM_TAP ? "# " : mark(), line);
    fflush(output());
    shown = NULL;
    goc__test_unlock();
}

void goc__test_plan(int points)
{
    fprintf(output(), "1..%d\n", points);
    fflush(output());
}

bool goc__test_written(void)
{
    return fflush(output()) == 0 && !ferror(output());
}

void goc__test_bench_line(struct test *t, const char *line)
{
    goc__test_lock();
    fprintf(output(), "%s%s\n", options.form == FORM_TAP ? "# " : "", line);
    fflush(output());
    shown = t;
    goc__test_unlock();
}

/* ---- Reports ------------------------------------------------------------ */

double goc__test_elapsed(struct test *t)
{
    int64_t stop = t->stopped ? t->stopped : goc__now();
    return (double)(stop - atomic_load(&t->start) + atomic_load(&t->spent))
        / 1e9;
}

static const char *verdict(struct test *t)
{
    return atomic_load(&t->failed) ? "FAIL"
        : atomic_load(&t->skipped) ? "SKIP" : "PASS";
}

static void report_text(struct test *t)
{
    char *all = NULL;
    size_t n = 0;
    char line[60];
    bool passed = !atomic_load(&t->failed) && !atomic_load(&t->skipped);
    if ((passed && t->bench) || (!atomic_load(&t->failed) && !streams()))
        return;
    append_string(&all, &n, mark());
    snprintf(line, sizeof line, "--- %s: ", verdict(t));
    append_string(&all, &n, line);
    append_string(&all, &n, t->name);
    snprintf(line, sizeof line, " (%.2fs)\n", goc__test_elapsed(t));
    append_string(&all, &n, line);
    append(&all, &n, t->text ? t->text : "", t->ntext);
    if (t->depth == 1 || options.form == FORM_MARKED) {
        print(all, n);
        shown = t;
    } else {
        append_lines(&t->parent->text, &t->parent->ntext, "    ", all, n);
    }
    free(all);
}

/* A name or a reason in a point: # would begin a directive. */
static void append_escaped(char **text, size_t *n, const char *s)
{
    for (; *s; s++) {
        if (*s == '#' || *s == '\\')
            append(text, n, "\\", 1);
        append(text, n, *s == '\n' ? " " : s, 1);
    }
}

/* t's point behind the list of its sub-tests; both kept or written. */
static void report_tap(struct test *t)
{
    char *all = NULL;
    size_t n = 0;
    char line[40];
    bool failed = atomic_load(&t->failed);
    size_t skip = t->depth > 1 ? strlen(t->parent->name) + 1 : 0;
    if (t->points) {
        append_string(&all, &n, "# Subtest: ");
        append_escaped(&all, &n, t->name + skip);
        append(&all, &n, "\n", 1);
        append(&all, &n, t->text, t->ntext);
        snprintf(line, sizeof line, "    1..%d\n", t->points);
        append_string(&all, &n, line);
    }
    snprintf(line, sizeof line, "%s %d - ", failed ? "not ok" : "ok",
             ++t->parent->points);
    append_string(&all, &n, line);
    append_escaped(&all, &n, t->name + skip);
    if (!failed && atomic_load(&t->skipped)) {
        append_string(&all, &n, " # SKIP ");
        append_escaped(&all, &n, t->reason ? t->reason : "");
    }
    append(&all, &n, "\n", 1);
    if (!t->points)
        append(&all, &n, t->text ? t->text : "", t->ntext);
    if (t->depth == 1)
        print(all, n);
    else
        append_lines(&t->parent->text, &t->parent->ntext, "    ", all, n);
    free(all);
}

void goc__test_report(struct test *t)
{
    if (!t->parent || too_late(t))
        return;
    goc__test_lock();
    if (options.form == FORM_TAP)
        report_tap(t);
    else
        report_text(t);
    goc__test_unlock();
}

/* ---- The end of the process --------------------------------------------- */

static void say(const char *text)
{
    size_t n = strlen(text);
    while (n > 0) {
        ssize_t k = write(out ? fileno(out) : STDOUT_FILENO, text, n);
        if (k < 0 && errno != EINTR)
            return;
        if (k > 0) {
            text += k;
            n -= (size_t)k;
        }
    }
}

void goc__test_dying(struct test *t)
{
    struct test *line[32];
    int n = 0;
    char took[40];
    for (; t->parent && n < 32; t = t->parent)
        line[n++] = t;
    if (options.form == FORM_TAP && n) {
        snprintf(took, sizeof took, "not ok %d - ", t->points + 1);
        say(took);
        say(line[n - 1]->name);
        say("\n# the test has ended the process\n");
        return;
    }
    for (int depth = 0; n-- > 0; depth++) {
        for (int i = 0; i < depth && options.form != FORM_MARKED; i++)
            say("    ");
        snprintf(took, sizeof took, " (%.2fs)\n", goc__test_elapsed(line[n]));
        say(mark());
        say("--- FAIL: ");
        say(line[n]->name);
        say(took);
        if (line[n]->text)
            say(line[n]->text);
    }
}
