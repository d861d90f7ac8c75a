/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verify.c: goc -verify.
 *
 * Expectations are read from the raw text of the files, since the preprocessor
 * drops comments and skips groups; a small scanner tells comments from strings.
 * Each expectation then takes the diagnostics of its line that it matches, and
 * what remains on either side is reported.
 */
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "unit.h"
#include "vec.h"

struct diagnostic
{
    const char *severity, *text;
    struct file *file; /* null: no place */
    int line, column;
    bool seen;
};

struct expectation
{
    const char *severity, *text;
    size_t text_size;
    struct file *file;
    int line, column;   /* column 0: any */
    const char *marker; /* line is that of the marker, if not null */
    size_t marker_size;
    int at_line;        /* of the comment */
    int count;
};

struct marker
{
    const char *name;
    size_t size;
    struct file *file;
    int line;
};

struct verify
{
    VEC(struct diagnostic) diagnostics;
    VEC(struct expectation) expectations;
    VEC(struct marker) markers;
    bool none_expected;
    bool failed;
};

void verify_begin(struct unit *u)
{
    u->verify = arena_new(&u->arena, struct verify);
}

void verify_add(struct unit *u, const char *severity, loc_t loc,
                const char *text, size_t n)
{
    struct diagnostic d = {severity, arena_strndup(&u->arena, text, n), NULL, 0, 0,
                           false};
    struct place p = source_place(u, loc);
    if (loc && p.source)
    {
        d.file = p.source->file;
        d.line = p.physical_line;
        d.column = p.column;
    }
    *vec_push(&u->verify->diagnostics) = d;
}

/* ---- reading comments ---- */

struct scanner
{
    struct verify *v;
    struct file *file;
    const char *s, *end;
    int line;
};

static bool begins(const char *s, const char *end, const char *with)
{
    size_t n = strlen(with);
    return (size_t)(end - s) >= n && memcmp(s, with, n) == 0;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static const char *read_number(const char *s, const char *end, int *value)
{
    *value = 0;
    for (; s < end && *s >= '0' && *s <= '9'; s++)
        *value = *value * 10 + (*s - '0');
    return s;
}

/* @+1, @-2, @7, @#marker, each perhaps with :column, or @:column alone. */
static const char *read_place(const char *s, const char *end,
                              struct expectation *e)
{
    int n;
    char sign = *s;
    if (sign == '#')
    {
        e->marker = ++s;
        while (s < end && is_name(*s))
            s++;
        e->marker_size = (size_t)(s - e->marker);
    }
    else if (sign != ':')
    {
        if (sign == '+' || sign == '-')
            s++;
        s = read_number(s, end, &n);
        e->line = sign == '+' ? e->line + n : sign == '-' ? e->line - n : n;
    }
    if (s < end && *s == ':')
        s = read_number(s + 1, end, &e->column);
    return s;
}

static void bad_comment(struct scanner *sc, const char *what)
{
    fprintf(stderr, "%s:%d: -verify: %s\n", sc->file->path, sc->line, what);
    sc->v->failed = true;
}

/* Behind "expected-". */
static const char *read_expectation(struct scanner *sc, const char *s,
                                    const char *end)
{
    static const char *const severities[] = {"error", "warning", "note"};
    struct expectation e = {.file = sc->file, .line = sc->line, .at_line = sc->line,
                            .count = 1};
    if (begins(s, end, "no-diagnostics"))
    {
        sc->v->none_expected = true;
        return s;
    }
    for (int i = 0; i < 3; i++)
        if (begins(s, end, severities[i]))
            e.severity = severities[i];
    if (!e.severity)
        return s; /* words of a text */
    s += strlen(e.severity);
    if (s < end && *s == '@')
        s = read_place(s + 1, end, &e);
    while (s < end && *s == ' ')
        s++;
    if (s < end && *s >= '0' && *s <= '9')
        s = read_number(s, end, &e.count);
    while (s < end && *s == ' ')
        s++;
    if (!begins(s, end, "{{"))
    {
        bad_comment(sc, "an expectation needs its text in {{ }}");
        return s;
    }
    e.text = s += 2;
    while (s < end && !begins(s, end, "}}"))
        s++;
    e.text_size = (size_t)(s - e.text);
    *vec_push(&sc->v->expectations) = e;
    return s;
}

static void read_comment(struct scanner *sc, const char *s, const char *end)
{
    for (; s < end; s++)
    {
        if (*s == '\n')
            sc->line++;
        else if (begins(s, end, "expected-"))
            s = read_expectation(sc, s + strlen("expected-"), end) - 1;
        else if (*s == '#' && (s[-1] == ' ' || s[-1] == '/'))
        {
            struct marker m = {s + 1, 0, sc->file, sc->line};
            while (s + 1 < end && is_name(s[1]))
                s++, m.size++;
            if (m.size)
                *vec_push(&sc->v->markers) = m;
        }
    }
}

static void skip_literal(struct scanner *sc)
{
    char quote = *sc->s++;
    while (sc->s < sc->end && *sc->s != quote && *sc->s != '\n')
        sc->s += *sc->s == '\\' && sc->s + 1 < sc->end && sc->s[1] != '\n' ? 2 : 1;
    if (sc->s < sc->end && *sc->s == quote)
        sc->s++;
}

static const char *comment_end(struct scanner *sc)
{
    const char *s = sc->s + 2;
    if (sc->s[1] == '/')
    {
        while (s < sc->end && *s != '\n')
            s++;
        return s;
    }
    while (s < sc->end && !begins(s, sc->end, "*/"))
        s++;
    return s;
}

static void read_file(struct verify *v, struct file *file)
{
    struct scanner sc = {v, file, file->text, file->text + file->size, 1};
    while (sc.s < sc.end)
    {
        if (*sc.s == '/' && sc.s + 1 < sc.end && (sc.s[1] == '/' || sc.s[1] == '*'))
        {
            const char *end = comment_end(&sc);
            read_comment(&sc, sc.s + 1, end);
            sc.s = end;
        }
        else if (*sc.s == '"' || *sc.s == '\'')
            skip_literal(&sc);
        else if (*sc.s++ == '\n')
            sc.line++;
    }
}

static void read_sources(struct unit *u)
{
    for (size_t i = 0; i < u->sources.n; i++)
    {
        struct source *s = u->sources.v[i];
        bool again = s->system || s->own;
        for (size_t k = 0; k < i && !again; k++)
            again = u->sources.v[k]->file == s->file;
        if (!again)
            read_file(u->verify, s->file);
    }
}

/* ---- matching ---- */

static bool find_marker(struct verify *v, struct expectation *e)
{
    for (size_t i = 0; i < v->markers.n; i++)
    {
        struct marker *m = &v->markers.v[i];
        if (m->size == e->marker_size && memcmp(m->name, e->marker, m->size) == 0)
        {
            e->file = m->file;
            e->line = m->line;
            return true;
        }
    }
    return false;
}

static bool contains(const char *text, const char *part, size_t n)
{
    size_t all = strlen(text);
    for (size_t i = 0; i + n <= all; i++)
        if (memcmp(text + i, part, n) == 0)
            return true;
    return false;
}

static bool matches(struct expectation *e, struct diagnostic *d)
{
    return !d->seen && d->file == e->file && d->line == e->line &&
           (!e->column || d->column == e->column) &&
           strcmp(d->severity, e->severity) == 0 &&
           contains(d->text, e->text, e->text_size);
}

static void take(struct verify *v, struct expectation *e)
{
    for (size_t i = 0; i < v->diagnostics.n && e->count > 0; i++)
        if (matches(e, &v->diagnostics.v[i]))
        {
            v->diagnostics.v[i].seen = true;
            e->count--;
        }
}

static void report_missing(struct verify *v, struct expectation *e)
{
    v->failed = true;
    fprintf(stderr, "%s:%d: %s expected but not seen: ", e->file->path, e->line,
            e->severity);
    if (e->column)
        fprintf(stderr, "(column %d) ", e->column);
    fprintf(stderr, "%.*s\n", (int)e->text_size, e->text);
}

static void report_unexpected(struct verify *v, struct diagnostic *d)
{
    v->failed = true;
    if (d->file)
        fprintf(stderr, "%s:%d:%d: ", d->file->path, d->line, d->column);
    fprintf(stderr, "%s seen but not expected: %s\n", d->severity, d->text);
}

int verify_end(struct unit *u)
{
    struct verify *v = u->verify;
    read_sources(u);
    if (!v->expectations.n && !v->none_expected)
    {
        fprintf(stderr, "%s: -verify: no expected-... comments in the file\n",
                u->main ? u->main->name : "goc");
        v->failed = true;
    }
    for (size_t i = 0; i < v->expectations.n; i++)
    {
        struct expectation *e = &v->expectations.v[i];
        if (e->marker && !find_marker(v, e))
        {
            fprintf(stderr, "%s:%d: -verify: no marker #%.*s\n", e->file->path,
                    e->at_line, (int)e->marker_size, e->marker);
            v->failed = true;
        }
        else
            take(v, e);
        if (e->count)
            report_missing(v, e);
    }
    for (size_t i = 0; i < v->diagnostics.n; i++)
        if (!v->diagnostics.v[i].seen)
            report_unexpected(v, &v->diagnostics.v[i]);
    int status = v->failed;
    vec_free(&v->diagnostics);
    vec_free(&v->expectations);
    vec_free(&v->markers);
    return status;
}
