/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testjson.c: lines in, events out. */
#include "testjson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "diag.h"

enum { MARK = 0x16 };

/* ---- JSON ---- */

/* The length of the UTF-8 sequence at s, 0 if it is none (Unicode 15, table
 * 3-7). */
static size_t utf8_size(const unsigned char *s, size_t n)
{
    size_t size = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2
                  : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    if (size > n)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)
        || (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return size;
}

static void put_string(const char *text, size_t n)
{
    const unsigned char *s = (const unsigned char *)text;
    putchar('"');
    for (size_t i = 0; i < n;)
    {
        size_t size = utf8_size(s + i, n - i);
        if (!size)
            fputs("\\ufffd", stdout);
        else if (s[i] == '"' || s[i] == '\\')
            printf("\\%c", s[i]);
        else if (s[i] == '\n' || s[i] == '\t' || s[i] == '\r')
            printf("\\%c", s[i] == '\n' ? 'n' : s[i] == '\t' ? 't' : 'r');
        else if (s[i] < ' ')
            printf("\\u%04x", s[i]);
        else
            fwrite(s + i, 1, size, stdout);
        i += size ? size : 1;
    }
    putchar('"');
}

/* output and elapsed are left out when they are null and negative. */
static void event(const struct testjson *j, const char *action, const char *test,
                  const char *output, size_t n, double elapsed)
{
    struct timespec now;
    struct tm tm;
    char date[40];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    printf("{\"Time\":\"%s.%09ldZ\",\"Action\":\"%s\",\"Package\":", date, now.tv_nsec, action);
    put_string(j->package, strlen(j->package));
    if (test)
    {
        fputs(",\"Test\":", stdout);
        put_string(test, strlen(test));
    }
    if (output)
    {
        fputs(",\"Output\":", stdout);
        put_string(output, n);
    }
    if (elapsed >= 0)
        printf(",\"Elapsed\":%.15g", elapsed);
    puts("}");
    fflush(stdout);
}

/* ---- Lines ---- */

/* The test whose report came last has no more output. */
static void settle(struct testjson *j)
{
    if (j->pending)
    {
        event(j, j->pending, j->test, NULL, 0, j->elapsed);
        j->test = NULL;
    }
    j->pending = NULL;
}

static bool skip_word(const char **text, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*text, word, n))
        return false;
    *text += n;
    return true;
}

/* "=== RUN   name": a test begins, waits or goes on, or only its name is told. */
static bool take_state(struct testjson *j, const char *line)
{
    static const struct { const char *word, *action; } states[] = {
        {"=== RUN   ", "run"}, {"=== PAUSE ", "pause"}, {"=== CONT  ", "cont"},
        {"=== NAME  ", NULL},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    {
        const char *name = line;
        if (!skip_word(&name, states[i].word))
            continue;
        settle(j);
        j->test = arena_strndup(j->arena, name, strcspn(name, "\n"));
        bool last = states[i].action && !strcmp(states[i].action, "pause");
        if (states[i].action && !last)
            event(j, states[i].action, j->test, NULL, 0, -1);
        if (states[i].action)
            event(j, "output", j->test, line, strlen(line), -1);
        if (last)
            event(j, states[i].action, j->test, NULL, 0, -1);
        return true;
    }
    return false;
}

/* "--- PASS: name (0.01s)": a test has ended. */
static bool take_report(struct testjson *j, const char *line)
{
    const char *name = line, *action = NULL;
    if (skip_word(&name, "--- PASS: "))
        action = "pass";
    else if (skip_word(&name, "--- FAIL: "))
        action = "fail";
    else if (skip_word(&name, "--- SKIP: "))
        action = "skip";
    const char *took = action ? strrchr(name, '(') : NULL;
    if (!took || took < name + 1)
        return false;
    settle(j);
    j->test = arena_strndup(j->arena, name, (size_t)(took - 1 - name));
    j->pending = action;
    j->elapsed = strtod(took + 1, NULL);
    event(j, "output", j->test, line, strlen(line), -1);
    return true;
}

/* A line of the library's that is no test's.  What else is marked is a byte of
 * the program's own output. */
static bool about_the_run(const char *line)
{
    return !strcmp(line, "PASS\n") || !strcmp(line, "FAIL\n")
           || skip_word(&line, "-test.shuffle ");
}

static void take_line(struct testjson *j, const char *line, size_t size)
{
    bool marked = size && line[0] == MARK;
    if (marked && (take_state(j, line + 1) || take_report(j, line + 1)))
        return;
    if (marked && about_the_run(line + 1))
    {
        settle(j);
        j->test = NULL;
        line++, size--;
    }
    event(j, "output", j->test, line, size, -1);
}

static void flush_line(struct testjson *j)
{
    if (!j->n)
        return;
    size_t n = j->n;
    j->line[n] = '\0';
    j->n = 0;
    take_line(j, j->line, n);
}

void testjson_add(struct testjson *j, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
    {
        if (text[i] == MARK) /* behind output that ended without a newline */
            flush_line(j);
        if (j->n + 1 >= j->cap)
            j->line = vec__grow(j->line, &j->cap, 1);
        j->line[j->n++] = text[i];
        if (text[i] == '\n')
            flush_line(j);
    }
}

void testjson_begin(struct testjson *j, struct arena *a, const char *package)
{
    *j = (struct testjson){.arena = a, .package = package};
    event(j, "start", NULL, NULL, 0, -1);
}

void testjson_package(struct testjson *j, const char *text)
{
    flush_line(j);
    settle(j);
    event(j, "output", NULL, text, strlen(text), -1);
}

void testjson_end(struct testjson *j, const char *action, double elapsed)
{
    event(j, action, NULL, NULL, 0, elapsed);
    free(j->line);
}
