/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* diag.c: messages with their source line and caret.
 *
 * A message is made whole in memory and written with one call, so that those of
 * parallel runs do not mix.
 */
#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "macro.h"
#include "token.h"
#include "type.h"
#include "unit.h"
#include "vec.h"
#include "verify.h"

struct text
{
    char *v;
    size_t n, cap;
};

static void put(struct text *t, const char *s, size_t n)
{
    while (t->cap - t->n < n)
        t->v = vec__grow(t->v, &t->cap, 1);
    if (n)
        memcpy(t->v + t->n, s, n);
    t->n += n;
}

static void puts_(struct text *t, const char *s)
{
    put(t, s, strlen(s));
}

static void putf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void putf(struct text *t, const char *format, ...)
{
    char buf[512];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(buf, sizeof buf, format, ap);
    va_end(ap);
    if (n > 0)
        put(t, buf, (size_t)n < sizeof buf ? (size_t)n : sizeof buf - 1);
}

/* ---- formats: printf's, %T and %I ---- */

/* One directive that takes an integer, after its flags. */
static void put_integer(struct text *t, char *spec, size_t n, const char *length,
                        char conv, va_list *ap)
{
    bool is_signed = conv == 'd' || conv == 'i';
    long long value = 0;
    if (!strcmp(length, "l"))
        value = is_signed ? va_arg(*ap, long) : (long long)va_arg(*ap, unsigned long);
    else if (!strcmp(length, "z") || !strcmp(length, "t"))
        value = (long long)va_arg(*ap, size_t);
    else if (!strcmp(length, "ll") || !strcmp(length, "j"))
        value = va_arg(*ap, long long);
    else
        value = is_signed ? va_arg(*ap, int) : (long long)va_arg(*ap, unsigned);
    memcpy(spec + n, "ll", 2);
    spec[n + 2] = conv;
    spec[n + 3] = 0;
    char buf[128];
    int len = snprintf(buf, sizeof buf, spec, value);
    put(t, buf, len > 0 && (size_t)len < sizeof buf ? (size_t)len : 0);
}

static void put_string(struct text *t, const char *s, int width, int precision)
{
    if (!s)
        s = "(null)";
    size_t n = precision >= 0 ? strnlen(s, (size_t)precision) : strlen(s);
    for (; width > 0 && (size_t)width > n; width--)
        put(t, " ", 1);
    put(t, s, n);
}

/* A directive whose % is passed; returns what is behind it. */
static const char *put_directive(struct unit *u, struct text *t, const char *f,
                                 va_list *ap)
{
    char spec[64] = "%", length[3] = "";
    size_t n = 1;
    int width = 0, precision = -1;
    while (*f && strchr("-+ #0", *f) && n < 8)
        spec[n++] = *f++;
    if (*f == '*')
        width = va_arg(*ap, int), f++;
    else
        while (*f >= '0' && *f <= '9' && width < 1000)
            width = width * 10 + *f++ - '0';
    if (*f == '.')
    {
        precision = 0;
        if (*++f == '*')
            precision = va_arg(*ap, int), f++;
        else
            while (*f >= '0' && *f <= '9' && precision < 1000)
                precision = precision * 10 + *f++ - '0';
    }
    for (size_t i = 0; i < 2 && *f && strchr("hljzt", *f); i++)
        length[i] = *f++;
    if (width)
        n += (size_t)snprintf(spec + n, 16, "%d", width);
    switch (*f)
    {
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
        if (precision >= 0)
            n += (size_t)snprintf(spec + n, 16, ".%d", precision);
        put_integer(t, spec, n, length, *f, ap);
        break;
    case 'c':
        put(t, (char[]){(char)va_arg(*ap, int)}, 1);
        break;
    case 's':
        put_string(t, va_arg(*ap, const char *), width, precision);
        break;
    case 'p':
        putf(t, "%p", va_arg(*ap, void *));
        break;
    case 'T':
        putf(t, "'");
        puts_(t, type_name(u, va_arg(*ap, const struct type *)));
        putf(t, "'");
        break;
    case 'I':
        putf(t, "'");
        puts_(t, va_arg(*ap, struct ident *)->name);
        putf(t, "'");
        break;
    case '%':
        put(t, "%", 1);
        break;
    default:
        unreachable();
    }
    return f + 1;
}

static void put_format(struct unit *u, struct text *t, const char *f, va_list *ap)
{
    while (*f)
    {
        size_t n = strcspn(f, "%");
        put(t, f, n);
        f += n;
        if (*f)
            f = put_directive(u, t, f + 1, ap);
    }
}

/* ---- colours, as GCC has them ---- */

static bool coloured(struct unit *u)
{
    if (u->opt->color != 2)
        return u->opt->color == 1;
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
    return isatty(2) && !(no && *no) && term && strcmp(term, "dumb");
}

enum severity { NOTE, WARNING, ERROR, FATAL };

static const char *const severity_names[] = {
    [NOTE] = "note", [WARNING] = "warning", [ERROR] = "error",
    [FATAL] = "fatal error"};
static const char *const severity_colors[] = {
    [NOTE] = "\033[01;36m", [WARNING] = "\033[01;35m", [ERROR] = "\033[01;31m",
    [FATAL] = "\033[01;31m"};

/* ---- the parts of a message ---- */

static void put_includers(struct unit *u, struct text *t, struct source *s)
{
    const char *lead = "In file included from ";
    for (; s && s->includer; s = s->includer)
    {
        struct place p = source_place(u, s->include_loc);
        if (!p.line || p.name[0] == '<')
            return;
        if (lead[0] != 'I')
            putf(t, ",\n");
        puts_(t, lead);
        puts_(t, p.name);
        putf(t, ":%d", p.line);
        lead = "                 from ";
    }
    if (lead[0] == ' ')
        putf(t, ":\n");
}

/* The part of a line that is shown: lines of generated code can be very long. */
enum { SHOWN_BEFORE = 200, SHOWN = 400 };

/* The source line of loc, and beneath it a caret at loc and tildes to end (at the
 * most to the end of the line). */
static void put_line(struct unit *u, struct text *t, loc_t loc, loc_t end,
                     const char *color)
{
    struct place p = source_place(u, loc);
    const struct file *file = p.source->file;
    uint32_t at = loc - p.source->base, from = at - ((uint32_t)p.column - 1);
    const char *nl = memchr(file->text + from, '\n', file->size - from);
    uint32_t stop = nl ? (uint32_t)(nl - file->text) : file->size;
    if (stop > from && file->text[stop - 1] == '\r')
        stop--;
    uint32_t to = end > loc ? at + (end - loc) : at + 1;
    if (at - from > SHOWN_BEFORE + SHOWN / 2)
        from = at - SHOWN_BEFORE;
    if (stop - from > SHOWN && stop > at)
        stop = at + SHOWN < stop ? at + SHOWN : stop;
    if (to > stop)
        to = stop > at ? stop : at + 1;

    const char *off = *color ? "\033[m\033[K" : "";
    putf(t, "%5d | ", p.line);
    for (uint32_t i = from; i < stop; i++)
    {
        char c = file->text[i];
        if (i == at)
            puts_(t, color);
        if ((c >= 0 && c < 32 && c != '\t') || c == 127)
            c = ' ';
        put(t, &c, 1);
        if (i + 1 == to && to > at)
            puts_(t, off);
    }
    putf(t, "\n      | ");
    for (uint32_t i = from; i < at; i++)
        if (i >= stop || (file->text[i] & 0xc0) != 0x80)
            put(t, i < stop && file->text[i] == '\t' ? "\t" : " ", 1);
    puts_(t, color);
    put(t, "^", 1);
    for (uint32_t i = at + 1; i < to; i++)
        if ((file->text[i] & 0xc0) != 0x80)
            put(t, "~", 1);
    puts_(t, off);
    put(t, "\n", 1);
}

struct message
{
    enum severity severity;
    const char *option;
    loc_t loc, end;      /* end 0: a caret only */
};

static void put_message(struct unit *u, struct text *t, struct message m,
                        const char *format, va_list *ap)
{
    bool color = coloured(u);
    const char *bold = color ? "\033[01m" : "", *off = color ? "\033[m\033[K" : "";
    const char *tint = color ? severity_colors[m.severity] : "";
    struct source *s = source_at(u, m.loc);
    if (s && m.severity != NOTE)
        put_includers(u, t, s);
    puts_(t, bold);
    if (s)
    {
        struct place p = source_place(u, m.loc);
        puts_(t, p.name);
        putf(t, ":%d:%d:", p.line, p.column);
    }
    else
        puts_(t, "goc:");
    putf(t, "%s %s%s:%s ", off, tint, severity_names[m.severity], off);
    put_format(u, t, format, ap);
    if (m.option)
        putf(t, " [%s%s%s%s]", tint, m.severity == ERROR ? "-Werror=" : "-W", m.option, off);
    putf(t, "\n");
    if (s && s->file->size && s->name[0] != '<')
        put_line(u, t, m.loc, m.end, tint);
    else if (s && s->file->size && !strcmp(s->name, "<stdin>"))
        put_line(u, t, m.loc, m.end, tint);
}

static void write_out(struct text *t)
{
    fflush(stdout);
    for (size_t i = 0; i < t->n;)
    {
        ssize_t n = write(2, t->v + i, t->n - i);
        if (n <= 0)
            break;
        i += (size_t)n;
    }
    free(t->v);
}

/* ---- counting ---- */

/* True if the option is on; *is_error if it is made an error. */
static bool warning_enabled(struct unit *u, const char *option, bool *is_error)
{
    bool on = strcmp(option, "goc-plain-trouble") != 0; /* for goc's own tests */
    *is_error = false;
    if (u->opt->inhibit_warnings)
        return false;
    for (size_t i = 0; i < u->opt->warn.n; i++)
    {
        const char *w = u->opt->warn.v[i];
        if (!strcmp(w, "error"))
            *is_error = true;
        else if (!strcmp(w, "no-error"))
            *is_error = false;
        else if (!strncmp(w, "error=", 6) && !strcmp(w + 6, option))
            on = *is_error = true;
        else if (!strncmp(w, "no-error=", 9) && !strcmp(w + 9, option))
            *is_error = false;
        else if (!strcmp(w, option))
            on = true;
        else if (!strncmp(w, "no-", 3) && !strcmp(w + 3, option))
            on = false;
    }
    return on;
}

/* True if the message is to be shown; turns -Werror's into errors. */
static bool message_wanted(struct unit *u, struct message *m)
{
    bool is_error;
    struct source *s = source_at(u, m->loc);
    if (m->severity == WARNING)
    {
        if ((s && s->system) || !warning_enabled(u, m->option ? m->option : "", &is_error))
            return false;
        if (is_error)
            m->severity = ERROR;
        else
            u->warnings++;
    }
    if (m->severity >= ERROR)
    {
        u->errors++;
        *vec_push(&u->error_locs) = m->loc;
    }
    bool was_hidden = u->diag_hidden;
    u->diag_hidden = !u->verify && u->opt->max_errors && u->errors > u->opt->max_errors;
    if (u->diag_hidden && !was_hidden)
    {
        struct text t = {0};
        puts_(&t, "goc: too many errors, the others are not shown\n");
        write_out(&t);
    }
    return !u->diag_hidden;
}

/* -verify: only the words count. */
static void collect(struct unit *u, struct message m, const char *format, va_list *ap)
{
    struct text t = {0};
    put_format(u, &t, format, ap);
    verify_add(u, m.severity >= ERROR ? "error" : severity_names[m.severity], m.loc,
               t.v ? t.v : "", t.n);
    free(t.v);
}

static void message(struct unit *u, struct message m, const char *format, va_list *ap)
{
    struct text t = {0};
    if (m.severity == NOTE ? u->diag_hidden : !message_wanted(u, &m))
        return;
    if (u->verify)
    {
        collect(u, m, format, ap);
        return;
    }
    put_message(u, &t, m, format, ap);
    write_out(&t);
}

/* ---- by places ---- */

void error_at(struct unit *u, loc_t loc, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    message(u, (struct message){ERROR, NULL, loc, 0}, format, &ap);
    va_end(ap);
}

void fatal_at(struct unit *u, loc_t loc, loc_t end, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    message(u, (struct message){FATAL, NULL, loc, end}, format, &ap);
    va_end(ap);
    struct text t = {0};
    puts_(&t, "compilation terminated.\n");
    write_out(&t);
}

void note_at(struct unit *u, loc_t loc, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    message(u, (struct message){NOTE, NULL, loc, 0}, format, &ap);
    va_end(ap);
}

/* ---- by tokens ---- */

/* Where a token is shown: at its spelling, if the user wrote it there (an
 * argument of a macro, too), else at the macro's invocation. */
static void token_range(struct unit *u, const struct token *t, loc_t *start, loc_t *end)
{
    *start = t->loc;
    *end = t->loc + (t->flags & TF_TEXT ? 1 : t->len);
    if (!t->exp || t->flags & TF_MACRO_ARG)
        return;
    *start = u->expansions.v[t->exp].start;
    *end = u->expansions.v[t->exp].end;
}

static struct message token_message(struct unit *u, enum severity severity,
                                    const char *option, uint32_t first, uint32_t last)
{
    struct message m = {severity, option, 0, 0};
    loc_t start;
    if (!u->toks.n)
        return m;
    if (first >= u->toks.n)
        first = (uint32_t)u->toks.n - 1;
    if (last >= u->toks.n)
        last = (uint32_t)u->toks.n - 1;
    token_range(u, &u->toks.v[first], &m.loc, &m.end);
    if (last > first)
    {
        loc_t end;
        token_range(u, &u->toks.v[last], &start, &end);
        if (end > m.loc && source_at(u, start) == source_at(u, m.loc))
            m.end = end;
    }
    return m;
}

/* Tells of the macro that a message's first token came out of. */
static void note_macro(struct unit *u, uint32_t first)
{
    if (first >= u->toks.n || u->diag_hidden)
        return;
    const struct token *t = &u->toks.v[first];
    if (!t->exp || t->flags & TF_MACRO_ARG)
        return;
    const struct expansion *e = &u->expansions.v[t->exp];
    struct source *s = source_at(u, t->loc);
    if (e->macro && s && s->name[0] != '<' && t->loc != e->start)
        note_at(u, t->loc, "expanded from macro %I", e->macro->name);
}

void error(struct unit *u, uint32_t first, uint32_t last, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    message(u, token_message(u, ERROR, NULL, first, last), format, &ap);
    va_end(ap);
    note_macro(u, first);
}

void warning(struct unit *u, const char *option, uint32_t first, uint32_t last,
             const char *format, ...)
{
    va_list ap;
    int before = u->warnings + u->errors;
    va_start(ap, format);
    message(u, token_message(u, WARNING, option, first, last), format, &ap);
    va_end(ap);
    if (u->warnings + u->errors != before)
        note_macro(u, first);
}

void note(struct unit *u, uint32_t first, uint32_t last, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    message(u, token_message(u, NOTE, NULL, first, last), format, &ap);
    va_end(ap);
}

int diag_errors(const struct unit *u)
{
    return u->errors;
}

/* ---- the end ---- */

void fatal(const char *format, ...)
{
    va_list ap;
    fflush(stdout);
    fputs("goc: fatal error: ", stderr);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(2);
}

void internal_error(const char *file, int line, const char *format, ...)
{
    va_list ap;
    const char *slash = strrchr(file, '/');
    fflush(stdout);
    fprintf(stderr, "goc: internal error: %s:%d: ", slash ? slash + 1 : file, line);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputs("\nThis is a bug in goc.\n", stderr);
    exit(70);
}
