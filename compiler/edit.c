/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* edit.c: the queue of edits. */
#include "edit.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "unit.h"

struct edits
{
    VEC(struct edit *) v; /* sorted by edit_index */
    uint32_t seq;
    struct edit **at;     /* by token: the first edit there; made by edit_index */
};

static struct edits *edits_of(struct unit *u)
{
    if (!u->edits)
        u->edits = arena_new(&u->arena, struct edits);
    return u->edits;
}

/* ---- pieces ---- */

static struct piece *piece_new(struct unit *u)
{
    struct piece *p = arena_new(&u->arena, struct piece);
    p->seq = ++edits_of(u)->seq;
    return p;
}

struct piece *piece_text(struct unit *u, const char *format, ...)
{
    struct piece *p = piece_new(u);
    va_list ap;
    va_start(ap, format);
    p->text = arena_vprintf(&u->arena, format, ap);
    va_end(ap);
    return p;
}

struct piece *piece_line(struct unit *u, uint32_t line_of, const char *format, ...)
{
    struct piece *p = piece_new(u);
    va_list ap;
    va_start(ap, format);
    p->text = arena_vprintf(&u->arena, format, ap);
    va_end(ap);
    p->line_of = line_of;
    return p;
}

struct piece *piece_tokens(struct unit *u, uint32_t first, uint32_t last)
{
    struct piece *p = piece_new(u);
    p->first = first;
    p->last = last;
    return p;
}

struct piece *piece_join(struct piece *a, struct piece *b)
{
    if (!a)
        return b;
    struct piece *end = a;
    while (end->next)
        end = end->next;
    end->next = b;
    return a;
}

/* ---- the queue ---- */

static struct edit *queue(struct unit *u, enum edit_kind kind, uint32_t first,
                  uint32_t last, struct piece *p)
{
    struct edits *es = edits_of(u);
    if (first > last || last >= u->toks.n)
        internal_error(__FILE__, __LINE__, "edit of tokens %u..%u of %zu",
                       (unsigned)first, (unsigned)last, u->toks.n);
    struct edit *e = arena_new(&u->arena, struct edit);
    *e = (struct edit){.kind = kind, .first = first, .last = last, .seq = ++es->seq,
                       .pieces = p};
    *vec_push(&es->v) = e;
    return e;
}

void edit_before(struct unit *u, uint32_t token, struct piece *p)
{
    queue(u, EDIT_BEFORE, token, token, p);
}

void edit_after(struct unit *u, uint32_t token, struct piece *p)
{
    queue(u, EDIT_AFTER, token, token, p);
}

void edit_replace(struct unit *u, uint32_t first, uint32_t last, struct piece *p)
{
    queue(u, EDIT_REPLACE, first, last, p);
}

void edit_remove_here(struct unit *u, uint32_t first, uint32_t last)
{
    queue(u, EDIT_REPLACE, first, last, NULL)->here = true;
}

int edit_count(const struct unit *u)
{
    return u->edits ? (int)u->edits->v.n : 0;
}

void edit_free(struct unit *u)
{
    if (!u->edits)
        return;
    vec_free(&u->edits->v);
    free(u->edits->at);
    u->edits = NULL;
}

/* ---- the index ---- */

static loc_t token_loc(struct unit *u, uint32_t i)
{
    const struct token *t = &u->toks.v[i];
    return t->exp ? u->expansions.v[t->exp].start : t->loc;
}

static bool in_own_header(struct unit *u, uint32_t i)
{
    const struct source *s = source_at(u, token_loc(u, i));
    return s && s->own;
}

static int by_token(const void *a, const void *b)
{
    const struct edit *x = *(struct edit *const *)a, *y = *(struct edit *const *)b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static const char *describe(struct unit *u, const struct edit *e)
{
    struct place a = source_place(u, token_loc(u, e->first));
    struct place b = source_place(u, token_loc(u, e->last));
    return arena_printf(&u->arena, "%s:%d:%d-%d:%d", a.name, a.line, a.column,
                        b.line, b.column);
}

/* Replacements lie one within another or apart: those that contain the one at
 * hand are on a stack. */
static void refuse_overlap(struct unit *u)
{
    struct edits *es = u->edits;
    VEC(struct edit *) open = {0};
    for (size_t i = 0; i < es->v.n; i++)
    {
        struct edit *e = es->v.v[i];
        if (e->kind != EDIT_REPLACE)
            continue;
        while (open.n && (*vec_last(&open))->last < e->first)
            open.n--;
        struct edit *o = open.n ? *vec_last(&open) : NULL;
        if (o && o->last < e->last && o->first != e->first)
            internal_error(__FILE__, __LINE__, "edits overlap: %s and %s",
                           describe(u, o), describe(u, e));
        *vec_push(&open) = e;
    }
    vec_free(&open);
}

void edit_index(struct unit *u)
{
    struct edits *es = edits_of(u);
    size_t n = 0;
    if (es->at)
        return;
    for (size_t i = 0; i < es->v.n; i++)
        if (!in_own_header(u, es->v.v[i]->first))
            es->v.v[n++] = es->v.v[i];
    es->v.n = n;
    if (n)
        qsort(es->v.v, n, sizeof *es->v.v, by_token);
    refuse_overlap(u);
    es->at = calloc(u->toks.n + 1, sizeof *es->at);
    if (!es->at)
        fatal("out of memory");
    for (size_t i = n; i-- > 0;)
    {
        struct edit *e = es->v.v[i];
        e->next = es->at[e->first];
        es->at[e->first] = e;
    }
}

struct edit *edit_at(struct unit *u, uint32_t token)
{
    return u->edits->at[token];
}

size_t edit_indexed(struct unit *u, struct edit ***list)
{
    *list = u->edits->v.v;
    return u->edits->v.n;
}

/* ---- --dump=lower ---- */

static void dump_text(const char *s, FILE *out)
{
    putc('"', out);
    for (; *s; s++)
        if (*s == '\n')
            fputs("\\n", out);
        else if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else
            putc(*s, out);
    putc('"', out);
}

static void dump_place(struct unit *u, uint32_t token, FILE *out)
{
    struct place p = source_place(u, token_loc(u, token));
    fprintf(out, "%d:%d", p.line, p.column);
}

static void dump_pieces(struct unit *u, const struct piece *p, FILE *out)
{
    for (; p; p = p->next)
    {
        putc(' ', out);
        if (p->line_of)
            fputs("#line ", out), dump_place(u, p->line_of, out), putc(' ', out);
        if (p->text)
        {
            dump_text(p->text, out);
            continue;
        }
        putc('[', out);
        dump_place(u, p->first, out);
        putc('-', out);
        dump_place(u, p->last, out);
        putc(']', out);
    }
    putc('\n', out);
}

void edit_dump(struct unit *u, FILE *out)
{
    static const char *const names[] = {"before", "replace", "after"};
    edit_index(u);
    for (size_t i = 0; i < u->edits->v.n; i++)
    {
        const struct edit *e = u->edits->v.v[i];
        fprintf(out, "%s ", names[e->kind]);
        dump_place(u, e->first, out);
        if (e->kind == EDIT_REPLACE)
            putc('-', out), dump_place(u, e->last, out);
        dump_pieces(u, e->pieces, out);
    }
}
