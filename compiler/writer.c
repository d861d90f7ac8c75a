/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* writer.c: output text and its #line directives. */
#include "writer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "emit.h"
#include "unit.h"

/* ---- bytes ---- */

static void reserve(struct output *o, size_t n)
{
    if (o->cap - o->size > n)
        return;
    size_t cap = o->cap ? o->cap * 2 : 4096;
    while (cap - o->size <= n)
        cap *= 2;
    o->text = realloc(o->text, cap);
    if (!o->text)
        fatal("out of memory");
    o->cap = cap;
}

static int put(struct writer *w, const char *s, size_t n)
{
    struct output *o = w->out;
    int newlines = 0;
    reserve(o, n);
    memcpy(o->text + o->size, s, n);
    for (const char *p = s, *end = s + n; (p = memchr(p, '\n', (size_t)(end - p)));)
    {
        p++;
        newlines++;
        w->line_start = o->size + (size_t)(p - s);
    }
    o->size += n;
    w->line += newlines;
    return newlines;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c > 127;
}

/* Two words that meet are kept apart. */
static void put_apart(struct writer *w, char next)
{
    struct output *o = w->out;
    if (o->size && is_word(next) && is_word(o->text[o->size - 1]))
        put(w, " ", 1);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool only_blanks(const struct writer *w)
{
    for (size_t i = w->line_start; i < w->out->size; i++)
        if (!is_blank(w->out->text[i]))
            return false;
    return true;
}

bool write_at_line_start(struct writer *w)
{
    write_flush(w);
    return only_blanks(w);
}

/* ---- #line ---- */

static bool believes(const struct writer *w, struct place p)
{
    return w->name && w->line == p.line &&
           (w->name == p.name || !strcmp(w->name, p.name));
}

/* No absolute path gets into the output, unless a prefix map or the user's own
 * #line put it there. */
static const char *shown_name(const struct writer *w, struct place p)
{
    bool own = p.name[0] == '/' && p.source && !strcmp(p.name, p.source->file->path);
    return own && !w->u->opt->for_compiler ? strrchr(p.name, '/') + 1 : p.name;
}

static void put_line_directive(struct writer *w, struct place p)
{
    char number[32];
    put(w, "#line ", 6);
    put(w, number, (size_t)snprintf(number, sizeof number, "%d \"", p.line));
    for (const char *s = shown_name(w, p); *s; s++)
    {
        if (*s == '"' || *s == '\\')
            put(w, "\\", 1);
        put(w, s, 1);
    }
    put(w, "\"\n", 2);
    w->name = p.name;
    w->line = p.line;
}

/* Blanks at the start of the line stay behind the directive. */
static void put_sync(struct writer *w, struct place p)
{
    struct output *o = w->out;
    if (!only_blanks(w))
    {
        while (o->size > w->line_start && is_blank(o->text[o->size - 1]))
            o->size--;
        put(w, "\n", 1);
    }
    size_t n = o->size - w->line_start;
    char *indent = arena_strndup(&w->u->arena, o->text + w->line_start, n);
    o->size = w->line_start;
    put_line_directive(w, p);
    put(w, indent, n);
}

void write_sync(struct writer *w, struct place p)
{
    write_flush(w);
    if (w->lines && !believes(w, p))
        put_sync(w, p);
}

void write_fresh_line(struct writer *w)
{
    if (!write_at_line_start(w))
        put(w, "\n", 1);
}

/* ---- glue ---- */

void write_bytes(struct writer *w, const char *text, size_t n)
{
    write_flush(w);
    if (!n)
        return;
    put_apart(w, *text);
    put(w, text, n);
}

void write_glue(struct writer *w, const char *text)
{
    write_bytes(w, text, strlen(text));
}

/* ---- source text ---- */

void write_source(struct writer *w, struct source *s, uint32_t from, uint32_t to,
                  bool loose)
{
    if (from >= to)
        return;
    if (w->source == s && w->to == from && w->loose == loose)
    {
        w->to = to;
        return;
    }
    write_flush(w);
    w->source = s;
    w->from = from;
    w->to = to;
    w->loose = loose;
}

/* What ends a line and needs no line of its own: ");" and the like.  Returns the
 * newline behind it, or null. */
static const char *line_rest(const char *p, const char *end)
{
    while (p < end && (is_blank(*p) || strchr(";),]", *p)))
        p++;
    return p < end && *p == '\n' ? p : NULL;
}

/* A chunk that the compiler would count as another line, p its first byte that is
 * not white space.  Returns what of it is left to be put. */
static const char *put_misplaced(struct writer *w, const char *text, const char *p,
                                 const char *end, struct place truth)
{
    const char *nl = p;
    while (nl > text && nl[-1] != '\n')
        nl--;
    const char *rest = nl > text || only_blanks(w) ? NULL : line_rest(p, end);
    if (rest)
    {
        put(w, text, (size_t)(rest + 1 - text));
        return rest + 1;
    }
    put(w, text, (size_t)(nl - text));
    put_sync(w, truth);
    return nl;
}

/* The same for a chunk that would begin in another column.  Not far to the right:
 * much of a very long line would be blanks then. */
static const char *put_in_column(struct writer *w, const char *text, const char *p,
                                 const char *end, struct place truth)
{
    enum { COLUMN_MAX = 500 };
    struct output *o = w->out;
    size_t column = (size_t)truth.column - 1, here = o->size - w->line_start;
    if (column > COLUMN_MAX || memchr(text, '\n', (size_t)(p - text))
        || here + (size_t)(p - text) == column)
        return text;
    bool fresh = only_blanks(w);
    const char *rest = fresh ? NULL : line_rest(p, end);
    if (rest)
    {
        put(w, text, (size_t)(rest + 1 - text));
        return rest + 1;
    }
    if (!fresh && here + (p > text) > column)
    {
        put_sync(w, truth);
        fresh = true;
    }
    if (fresh)
        o->size = w->line_start;
    for (here = o->size - w->line_start; here < column; here++)
        put(w, " ", 1);
    return p;
}

static int count_newlines(const char *p, const char *end)
{
    int n = 0;
    for (; (p = memchr(p, '\n', (size_t)(end - p))); p++)
        n++;
    return n;
}

void write_flush(struct writer *w)
{
    struct source *s = w->source;
    if (!s)
        return;
    w->source = NULL;
    const char *base = s->file->text, *text = base + w->from, *end = base + w->to;
    if (!is_blank(*text) && *text != '\n')
        put_apart(w, *text);
    bool columns = w->u->opt->for_compiler;
    while (w->lines && (columns || !w->loose))
    {
        const char *p = text;
        while (p < end && (is_blank(*p) || *p == '\n'))
            p++;
        if (p == end)
            break;
        struct place truth = source_place(w->u, s->base + (uint32_t)(p - base));
        struct place there = truth;
        there.line -= count_newlines(text, p);
        const char *left =
            believes(w, there) ? text : put_misplaced(w, text, p, end, truth);
        if (columns && left <= p)
            left = put_in_column(w, left, p, end, truth);
        text = left;
        if (left > p)
            continue;
        put(w, text, (size_t)(end - text));
        struct place now = source_place(w->u, s->base + (uint32_t)(end - base));
        w->name = now.name;
        w->line = now.line;
        return;
    }
    put(w, text, (size_t)(end - text));
}
