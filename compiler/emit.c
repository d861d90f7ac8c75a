/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.c: source + edits -> plain C.
 *
 * The tokens are walked in order.  What lies between two tokens of one source is
 * that source's own bytes, so comments, directives and layout come along; an
 * #include whose header is left alone is such a gap, and its tokens are passed
 * over.  A header into which an edit falls is written out in place of its
 * #include.
 *
 *     int x = MAX(a, <-c);    the tokens of MAX's expansion hold an edit, so they
 *                             stand in place of the invocation
 *     int y = MAX(a, b);      nobody touched this one: the invocation's bytes
 *
 * A range of tokens that is moved is rendered in the same way at its new place,
 * but without directives: those stay where they were, as lines of their own.
 * Each byte of the sources is written once, each edit at most once for each
 * place that its tokens are moved to.
 */
#include "emit.h"

#include <stdlib.h>
#include <string.h>

#include "ast.h"
#include "diag.h"
#include "edit.h"
#include "pp.h"
#include "scope.h"
#include "unit.h"
#include "writer.h"

/* A source that is being written out. */
struct cursor
{
    struct source *source;
    uint32_t offset; /* of the next byte */
    size_t dir;      /* the next directive */
};

/* Included sources by their first token. */
struct inclusion { uint32_t token; struct source *source; };

struct emitter
{
    struct unit *u;
    struct writer w;
    unsigned char *touched;      /* by expansion: written token by token */
    bool misplaced;              /* said once */
    uint32_t *moved;             /* by token: the first one of the shortest range
                                    that is moved and ends with it, or 0 */
    VEC(struct cursor) cursors;  /* the main file, and headers within it */
    VEC(struct inclusion) inclusions;
};

/* One rendering of a range of tokens. */
struct span
{
    bool copy;       /* at another place than its own */
    bool full;       /* no macro may be left unexpanded */
    bool loose;      /* may count as any line */
    uint32_t last;   /* the last token */
    bool bare;       /* without what is inserted before the first token */
    uint32_t first;
    uint32_t seq;    /* of the piece: older edits behind last are not its */
    uint32_t at;     /* the token at whose place it is written */
    uint32_t exp;    /* the expansion that is being written token by token */
    const struct token *prev; /* written last, of that expansion */
    struct source *source;    /* copy: what was written last ended at end there */
    uint32_t end;
};

static void render(struct emitter *e, struct span *sp, uint32_t first);

static struct expansion *expansion_of(struct emitter *e, const struct token *t)
{
    return t->exp ? &e->u->expansions.v[t->exp] : NULL;
}

static loc_t start_of(struct emitter *e, const struct token *t)
{
    return t->exp ? e->u->expansions.v[t->exp].start : t->loc;
}

static loc_t end_of(struct emitter *e, const struct token *t)
{
    return t->exp ? e->u->expansions.v[t->exp].end : t->loc + t->len;
}

/* ---- what is touched ---- */

static void mark_source(struct source *s)
{
    for (; s && !s->lowered; s = s->includer)
        s->lowered = true;
}

static void mark_token(struct emitter *e, uint32_t i)
{
    mark_source(source_at(e->u, start_of(e, &e->u->toks.v[i])));
}

/* Headers that are included between two tokens of a range that goes. */
static void mark_inclusions(struct emitter *e, uint32_t first, uint32_t last)
{
    size_t lo = 0, hi = e->inclusions.n;
    while (lo < hi)
    {
        size_t mid = lo + (hi - lo) / 2;
        if (e->inclusions.v[mid].token <= first)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < e->inclusions.n && e->inclusions.v[lo].token <= last; lo++)
        mark_source(e->inclusions.v[lo].source);
}

/* The range begins or ends amid an expansion. */
static void touch_ends(struct emitter *e, uint32_t first, uint32_t last)
{
    uint32_t a = e->u->toks.v[first].exp, b = e->u->toks.v[last].exp;
    const struct expansion *exps = e->u->expansions.v;
    if (a && (exps[a].first < first || exps[a].last - 1 > last))
        e->touched[a] = 1;
    if (b && (exps[b].first < first || exps[b].last - 1 > last))
        e->touched[b] = 1;
}

static void mark_pieces(struct emitter *e, const struct piece *p)
{
    for (; p; p = p->next)
        if (!p->text)
        {
            touch_ends(e, p->first, p->last);
            if (e->moved[p->last] < p->first)
                e->moved[p->last] = p->first;
        }
}

/* A header of -include is read by the host compiler, too: it cannot be written
 * out in place. */
static void check_place(struct emitter *e, const struct edit *ed)
{
    const struct source *s = source_at(e->u, start_of(e, &e->u->toks.v[ed->first]));
    while (s && s->includer)
        s = s->includer;
    if (s != e->u->main && !e->misplaced)
        error(e->u, ed->first, ed->first,
              "a header given with -include cannot hold goc's constructs; #include it");
    e->misplaced = e->misplaced || s != e->u->main;
}

static void mark_edit(struct emitter *e, const struct edit *ed)
{
    check_place(e, ed);
    uint32_t x = e->u->toks.v[ed->first].exp;
    const struct expansion *exp = &e->u->expansions.v[x];
    mark_token(e, ed->first);
    mark_pieces(e, ed->pieces);
    switch (ed->kind)
    {
    case EDIT_BEFORE:
        if (x && exp->first != ed->first)
            e->touched[x] = 1;
        break;
    case EDIT_AFTER:
        if (x && exp->last - 1 != ed->first)
            e->touched[x] = 1;
        break;
    case EDIT_REPLACE:
        touch_ends(e, ed->first, ed->last);
        mark_token(e, ed->last);
        mark_inclusions(e, ed->first, ed->last);
        break;
    }
}

static int by_first_token(const void *a, const void *b)
{
    uint32_t x = ((const struct inclusion *)a)->token;
    uint32_t y = ((const struct inclusion *)b)->token;
    return x < y ? -1 : x > y;
}

static void find_inclusions(struct emitter *e)
{
    struct unit *u = e->u;
    for (size_t i = 0; i < u->sources.n; i++)
        for (size_t k = 0; k < u->sources.v[i]->dirs.n; k++)
        {
            const struct directive *d = &u->sources.v[i]->dirs.v[k];
            struct source *child = d->child;
            if (!child || d->next_token >= u->toks.n)
                continue;
            loc_t at = start_of(e, &u->toks.v[d->next_token]);
            if (at >= child->base && at - child->base <= child->file->size)
                *vec_push(&e->inclusions) = (struct inclusion){d->next_token, child};
        }
    if (e->inclusions.n)
        qsort(e->inclusions.v, e->inclusions.n, sizeof *e->inclusions.v, by_first_token);
}

/* A name or a number that was made of __COUNTER__ is written where goc rewrites or
 * moves what holds it.  The host's counter cannot know, so all are written, unless
 * a directive needs that counter. */
static void mark_counters(struct emitter *e)
{
    if (e->u->counter_asked)
        return;
    for (size_t i = 1; i < e->u->expansions.n; i++)
        if (e->u->expansions.v[i].counts)
            e->touched[i] = 1;
}

static void mark(struct emitter *e)
{
    struct edit **list;
    size_t n = edit_indexed(e->u, &list);
    e->touched = calloc(e->u->expansions.n + 1, 1);
    e->moved = calloc(e->u->toks.n + 1, sizeof *e->moved);
    if (!e->touched || !e->moved)
        fatal("out of memory");
    if (n)
    {
        find_inclusions(e);
        mark_counters(e);
    }
    for (size_t i = 0; i < n; i++)
        mark_edit(e, list[i]);
}

/* ---- directives ---- */

static struct file *identity(struct file *f)
{
    return f->first ? f->first : f;
}

static bool file_lowered(struct emitter *e, struct file *f)
{
    for (size_t i = 0; i < e->u->sources.n; i++)
    {
        const struct source *s = e->u->sources.v[i];
        if (s->lowered && s != e->u->main && identity(s->file) == identity(f))
            return true;
    }
    return false;
}

/* The folder of a path, "" or with its slash. */
static const char *folder(struct unit *u, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_strndup(&u->arena, path, (size_t)(slash + 1 - path)) : "";
}

/* The name between the quotes of #include "name"; null if it has none. */
static const char *quoted_name(struct unit *u, const struct source *s,
                               const struct directive *d)
{
    const char *p = s->file->text + (d->start - s->base);
    const char *end = s->file->text + (d->end - s->base);
    const char *open = memchr(p, '"', (size_t)(end - p));
    const char *angle = memchr(p, '<', (size_t)(end - p));
    if (!open || (angle && angle < open))
        return NULL;
    const char *close = memchr(open + 1, '"', (size_t)(end - open - 1));
    return close ? arena_strndup(&u->arena, open + 1, (size_t)(close - open - 1)) : NULL;
}

/* The folder of a header that is written out in place, as the main file would name
 * it in an #include. */
static const char *spelled_folder(struct unit *u, const struct source *s)
{
    if (!s->includer)
        return "";
    const char *own = folder(u, search_relative(u, s));
    return s->dir_index >= 0 ? own : arena_printf(&u->arena, "%s%s",
                                                  spelled_folder(u, s->includer), own);
}

/* #include "x.h" of a header that is written out: x.h beside that header is no
 * longer beside the text.  Null if the line may stay. */
static const char *moved_include(struct unit *u, const struct source *s,
                                 const struct directive *d)
{
    const char *name = quoted_name(u, s, d);
    if (!name || s == u->main)
        return NULL;
    const char *here = arena_printf(&u->arena, "%s%s", folder(u, s->file->path), name);
    if (strcmp(here, d->file->path) != 0)
        return NULL;
    const char *moved = arena_printf(&u->arena, "%s%s", spelled_folder(u, s), name);
    struct file *found = search_header(u, moved, true, u->main, false).file;
    if (!found || identity(found) != identity(d->file)) /* another comes first */
        moved = arena_printf(&u->arena, "%s%s", folder(u, s->name), name);
    return strcmp(moved, name) ? arena_printf(&u->arena, "#include \"%s\"", moved) : NULL;
}

static bool is_pragma_once(const struct source *s, const struct directive *d)
{
    const char *p = s->file->text + (d->start - s->base) + 1;
    const char *end = s->file->text + (d->end - s->base);
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    if (end - p < 10 || strncmp(p, "pragma", 6) != 0)
        return false;
    for (p += 6; p < end && (*p == ' ' || *p == '\t'); p++)
        ;
    return end - p >= 4 && !strncmp(p, "once", 4);
}

/* What stands in the output for a directive; null: the line itself. */
static const char *directive_text(struct emitter *e, const struct source *s,
                                  const struct directive *d)
{
    if (d->kind == DIR_PRAGMA)
        return s != e->u->main && is_pragma_once(s, d) ? "" : NULL;
    if (d->kind != DIR_INCLUDE)
        return NULL;
    if (d->child ? d->child->lowered : file_lowered(e, d->file))
        return "";
    return moved_include(e->u, s, d);
}

/* ---- the walk over the sources ---- */

static void pass(struct emitter *e, uint32_t to, bool skip);

/* A directive amid text that is moved away stays, as a line of its own; but a
 * pragma moves along. */
static void keep_directive(struct emitter *e, struct source *s,
                           const struct directive *d)
{
    if (d->kind == DIR_PRAGMA)
        return;
    if (d->child && d->child->lowered)
    {
        *vec_push(&e->cursors) = (struct cursor){.source = d->child};
        pass(e, d->child->file->size, true);
        e->cursors.n--;
        return;
    }
    write_fresh_line(&e->w);
    write_source(&e->w, s, d->start - s->base, d->end - s->base, true);
    write_glue(&e->w, "\n");
}

/* Writes the innermost source up to the offset to; skip: only its directives. */
static void pass(struct emitter *e, uint32_t to, bool skip)
{
    size_t top = e->cursors.n - 1;
    struct source *s = e->cursors.v[top].source;
    while (e->cursors.v[top].dir < s->dirs.n)
    {
        const struct directive *d = &s->dirs.v[e->cursors.v[top].dir];
        uint32_t start = d->start - s->base, end = d->end - s->base;
        if (start >= to)
            break;
        e->cursors.v[top].dir++;
        if (start < e->cursors.v[top].offset)
            continue;
        if (skip)
        {
            keep_directive(e, s, d);
            e->cursors.v[top].offset = end;
            continue;
        }
        const char *text = directive_text(e, s, d);
        if (!text)
            continue;
        write_source(&e->w, s, e->cursors.v[top].offset, start, false);
        write_glue(&e->w, text);
        e->cursors.v[top].offset = end;
    }
    if (!skip)
        write_source(&e->w, s, e->cursors.v[top].offset, to, false);
    if (e->cursors.v[top].offset < to)
        e->cursors.v[top].offset = to;
}

static bool is_within(const struct source *s, const struct source *outer)
{
    while (s && s != outer)
        s = s->includer;
    return s != NULL;
}

static void enter(struct emitter *e, struct source *s, bool skip)
{
    if (vec_last(&e->cursors)->source == s)
        return;
    enter(e, s->includer, skip);
    struct cursor *c = vec_last(&e->cursors);
    uint32_t at = s->include_loc - c->source->base;
    pass(e, at, skip);
    c = vec_last(&e->cursors);
    while (c->dir < c->source->dirs.n && c->source->dirs.v[c->dir].start < s->include_loc)
        c->dir++;
    if (c->dir < c->source->dirs.n)
        c->offset = c->source->dirs.v[c->dir++].end - c->source->base;
    *vec_push(&e->cursors) = (struct cursor){.source = s};
}

/* Writes everything up to loc; skip: passes over it. */
static void advance(struct emitter *e, loc_t loc, bool skip)
{
    struct source *s = source_at(e->u, loc);
    while (!is_within(s, vec_last(&e->cursors)->source))
    {
        pass(e, vec_last(&e->cursors)->source->file->size, false);
        e->cursors.n--;
    }
    enter(e, s, skip);
    pass(e, loc - s->base, skip);
}

/* ---- the gap before a token ---- */

static bool all_blank(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p == end;
}

static bool all_space(const char *p, const char *end)
{
    while (p < end && strchr(" \t\r\n\f\v", *p))
        p++;
    return p == end;
}

static bool directives_between(const struct source *s, uint32_t from, uint32_t to)
{
    size_t lo = 0, hi = s->dirs.n;
    while (lo < hi)
    {
        size_t mid = lo + (hi - lo) / 2;
        if (s->dirs.v[mid].start - s->base < from)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < s->dirs.n && s->dirs.v[lo].start - s->base < to;
}

static void copy_gap(struct emitter *e, struct span *sp, loc_t loc, bool drop)
{
    struct source *s = source_at(e->u, loc);
    uint32_t from = sp->end, to = loc - s->base;
    if (!sp->source)
        return;
    if (s != sp->source || to < from)
    {
        write_glue(&e->w, "\n");
        return;
    }
    const char *text = s->file->text;
    if (drop && all_blank(text + from, text + to))
        return;
    if (!directives_between(s, from, to) &&
        (!sp->full || all_space(text + from, text + to)))
        write_source(&e->w, s, from, to, sp->loose);
    else if (from < to)
        write_glue(&e->w, memchr(text + from, '\n', to - from) ? "\n" : " ");
}

/* drop: a token that is removed takes the blanks before it along. */
static void gap(struct emitter *e, struct span *sp, loc_t loc, bool drop)
{
    if (sp->copy)
    {
        copy_gap(e, sp, loc, drop);
        return;
    }
    const struct cursor *c = vec_last(&e->cursors);
    const struct source *s = c->source;
    uint32_t to = loc - s->base;
    bool same = loc >= s->base && to <= s->file->size;
    advance(e, loc, drop && same && to >= c->offset &&
                        all_blank(s->file->text + c->offset, s->file->text + to));
}

/* The bytes up to loc are done with. */
static void done(struct emitter *e, struct span *sp, loc_t loc)
{
    if (!sp->copy)
    {
        advance(e, loc, true);
        return;
    }
    sp->source = source_at(e->u, loc);
    sp->end = loc - sp->source->base;
}

static void write_range(struct emitter *e, struct span *sp, loc_t from, loc_t to)
{
    struct source *s = source_at(e->u, from);
    if (!sp->copy)
    {
        advance(e, from, true);
        pass(e, to - s->base, false);
        return;
    }
    write_source(&e->w, s, from - s->base, to - s->base, sp->loose);
    done(e, sp, to);
}

/* ---- edits at a token ---- */

/* Glue that begins a line counts as that of the token it stands at. */
static void write_pieces(struct emitter *e, const struct span *sp,
                         const struct piece *p, uint32_t at)
{
    for (; p; p = p->next)
    {
        uint32_t line_of = p->line_of;
        if (!line_of && p->text && *p->text && !sp->loose && write_at_line_start(&e->w))
            line_of = at;
        if (line_of)
            write_sync(&e->w, source_place(e->u, start_of(e, &e->u->toks.v[line_of])));
        if (p->text)
        {
            write_glue(&e->w, p->text);
            continue;
        }
        uint32_t place = sp->copy ? sp->at : at;
        uint32_t lo = place < p->first ? place : p->first;
        uint32_t hi = place > p->last ? place : p->last;
        struct span moved = {.copy = true, .loose = p->loose, .last = p->last,
                             .seq = p->seq, .at = place,
                             .bare = p->bare, .first = p->first,
                             .full = pp_macros_changed(e->u, lo, hi)};
        render(e, &moved, p->first);
    }
}

static void write_before(struct emitter *e, const struct span *sp, uint32_t i)
{
    if (sp->bare && sp->first == i)
        return;
    for (const struct edit *d = edit_at(e->u, i); d; d = d->next)
        if (d->kind == EDIT_BEFORE)
            write_pieces(e, sp, d->pieces, i);
}

/* Those queued before `before`; the newest one first. */
static void write_after_list(struct emitter *e, const struct span *sp, uint32_t i,
                             const struct edit *d, uint32_t before)
{
    uint32_t from = i == sp->last ? sp->seq : 0;
    VEC(const struct edit *) list = {0};
    for (; d; d = d->next)
        if (d->kind == EDIT_AFTER && d->seq > from && d->seq < before)
            *vec_push(&list) = d;
    while (list.n)
        write_pieces(e, sp, list.v[--list.n]->pieces, i);
    vec_free(&list);
}

static void write_after(struct emitter *e, const struct span *sp, uint32_t i,
                        uint32_t before)
{
    if (edit_at(e->u, i))
        write_after_list(e, sp, i, edit_at(e->u, i), before);
}

/* The largest replacement that begins at token i and lies within the span. */
static const struct edit *replacement(struct emitter *e, const struct span *sp,
                                      uint32_t i)
{
    const struct edit *r = NULL;
    for (const struct edit *d = edit_at(e->u, i); d; d = d->next)
        if (d->kind == EDIT_REPLACE && d->last <= sp->last &&
            !(d->here && sp->copy && d->last == sp->last) &&
            (!r || d->last > r->last))
            r = d;
    return r;
}

/* ---- tokens ---- */

/* A function-like macro's name that must not be expanded again, C11 6.10.3.4p2:
 * #define malloc(n) checked(malloc(n)). */
static bool is_painted_call(struct emitter *e, const struct token *t)
{
    return t->kind == TOK_IDENT && t->flags & TF_NOEXPAND && !t->id->keyword &&
           t + 1 < e->u->toks.v + e->u->toks.n && t[1].kind == TOK_LPAREN;
}

/* A token of an expansion that is written token by token.  What was spelled as
 * an argument keeps its line. */
static void write_token(struct emitter *e, const struct span *sp,
                        const struct token *t, bool first)
{
    uint32_t n;
    if (!sp->loose && (first || t->flags & TF_MACRO_ARG || write_at_line_start(&e->w)))
        write_sync(&e->w, source_place(e->u, t->flags & TF_MACRO_ARG ? t->loc
                                                              : start_of(e, t)));
    if (t->kind != TOK_PRAGMA)
    {
        const char *text = token_output_text(e->u, t, &n);
        bool painted = is_painted_call(e, t);
        if (painted)
            write_glue(&e->w, "(");
        write_bytes(&e->w, text, n);
        if (painted)
            write_glue(&e->w, ")");
        return;
    }
    write_glue(&e->w, "_Pragma(\"");
    const char *text = token_text(e->u, t, &n);
    for (uint32_t i = 0; i < n; i++)
    {
        if (text[i] == '"' || text[i] == '\\')
            write_bytes(&e->w, "\\", 1);
        write_bytes(&e->w, text + i, 1);
    }
    write_glue(&e->w, "\") ");
}

/* A #pragma line moves along with the text around it.  A _Pragma in plain text is
 * part of the gap. */
static void write_pragma(struct emitter *e, struct span *sp, const struct token *t)
{
    struct source *s = source_at(e->u, t->loc);
    if (!sp->copy || s->file->text[t->loc - s->base] != '#')
        return;
    uint32_t n;
    const char *text = token_text(e->u, t, &n);
    write_fresh_line(&e->w);
    write_glue(&e->w, "#pragma ");
    write_bytes(&e->w, text, n);
    write_glue(&e->w, "\n");
    for (size_t i = 0; i < s->dirs.n; i++)
        if (s->dirs.v[i].start == t->loc)
            done(e, sp, s->dirs.v[i].end);
}

static bool is_visible(struct emitter *e, const struct token *t)
{
    const struct source *s = source_at(e->u, start_of(e, t));
    return s == e->u->main || (s->lowered && is_within(s, e->u->main));
}

static void space(struct emitter *e, struct span *sp, const struct token *t)
{
    if (t->flags & (TF_SPACE | TF_AVOID_PASTE) ||
        (sp->prev && token_would_paste(e->u, sp->prev, t)))
        write_glue(&e->w, " ");
}

/* Tokens that meet only because one of them came out of a macro. */
static void keep_apart(struct emitter *e, struct span *sp, const struct token *t,
                       bool whole)
{
    if (sp->prev && (sp->prev->exp || (t->exp && !whole)) &&
        token_would_paste(e->u, sp->prev, t))
        write_glue(&e->w, " ");
}

static bool gap_is_empty(struct emitter *e, const struct span *sp, loc_t loc)
{
    const struct cursor *c = vec_last(&e->cursors);
    if (sp->copy)
        return sp->source && sp->source->base + sp->end == loc;
    return c->source->base + c->offset == loc;
}

/* True if the last token of the replacement is moved elsewhere, and with it the
 * edits there that were queued later: those of the constructs within. */
static bool moves_last(struct emitter *e, const struct edit *r)
{
    return e->moved[r->last] > r->first;
}

static uint32_t replaced(struct emitter *e, struct span *sp, const struct edit *r,
                         uint32_t i)
{
    const struct token *last = &e->u->toks.v[r->last];
    write_pieces(e, sp, r->pieces, i);
    done(e, sp, end_of(e, last));
    sp->exp = last->exp;
    sp->prev = NULL;
    write_after(e, sp, r->last, moves_last(e, r) ? r->seq : UINT32_MAX);
    return r->last + 1;
}

/* Writes token i and returns the next one to write. */
static uint32_t render_token(struct emitter *e, struct span *sp, uint32_t i)
{
    const struct token *t = &e->u->toks.v[i];
    if (!sp->copy && !is_visible(e, t))
        return i + 1;
    if (t->kind == TOK_PRAGMA && !t->exp)
        return write_pragma(e, sp, t), i + 1;

    const struct expansion *exp = expansion_of(e, t);
    const struct edit *r = replacement(e, sp, i);
    bool inside = exp && sp->exp == t->exp;
    bool whole = exp && !inside && !e->touched[t->exp] && !sp->full &&
                 exp->first == i && exp->last - 1 <= sp->last;
    if (inside && r && !r->pieces)
        ;
    else if (inside)
        space(e, sp, t);
    else
    {
        bool empty = gap_is_empty(e, sp, start_of(e, t));
        gap(e, sp, start_of(e, t), r && !r->pieces);
        if (empty)
            keep_apart(e, sp, t, whole);
    }
    write_before(e, sp, i);
    if (r)
        return replaced(e, sp, r, i);

    uint32_t next = whole ? exp->last : i + 1;
    if (!exp || whole)
    {
        write_range(e, sp, start_of(e, t), end_of(e, t));
        sp->exp = 0;
        sp->prev = exp ? NULL : t;
    }
    else
    {
        write_token(e, sp, t, !inside);
        if (!inside)
            done(e, sp, exp->end);
        sp->exp = t->exp;
        sp->prev = t;
    }
    write_after(e, sp, next - 1, UINT32_MAX);
    return next;
}

static void render(struct emitter *e, struct span *sp, uint32_t first)
{
    const struct token *t = &e->u->toks.v[first];
    if (sp->copy && !sp->loose)
        write_sync(&e->w, source_place(e->u, t->flags & TF_MACRO_ARG ? t->loc
                                                         : start_of(e, t)));
    for (uint32_t i = first; i <= sp->last;)
        i = render_token(e, sp, i);
}

/* ---- the file ---- */

/* Whether the unit needs goc__main: it has a main, and is no output of goc's
 * that is translated once more. */
static bool defines_main(struct unit *u)
{
    const struct symbol *known = ident_of(u, "goc__main")->symbol;
    if (known && known->defined)
        return false;
    for (const struct node *n = u->tree; n; n = n->next)
        if (n->kind == NODE_FUNCTION && n->symbol && n->symbol->name &&
            !strcmp(n->symbol->name->name, "main"))
            return true;
    return false;
}

/* Whether the unit was preprocessed before, with <goc/abi.h> in it. */
static bool declares_abi(struct unit *u)
{
    return ident_of(u, "goc__make")->symbol && !ident_of(u, "GOC_ABI_H")->macro;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void write_head(struct emitter *e)
{
    struct unit *u = e->u;
    bool abi = edit_count(u) || u->errno_used || u->goc_macro_used;
    char *name = arena_printf(&u->arena, "%s", last_part(u->main->name));
    for (char *p = name; *p; p++)
        if (*p == '\n' || (p[0] == '*' && p[1] == '/'))
            *p = '?';
    write_glue(&e->w, "/* Generated by goc " GOC_RELEASE " from ");
    write_glue(&e->w, name);
    write_glue(&e->w, "; do not edit. */\n");
    if (abi && declares_abi(u))
        write_glue(&e->w, "#define GOC__DECLARED\n");
    if (abi)
        write_glue(&e->w, "#include <goc/abi.h>\n");
    if (defines_main(u))
        write_glue(&e->w, abi ? "const char goc__main = 1;\n"
                              : "extern const char goc__main;\nconst char goc__main = 1;\n");
}

void emit(struct unit *u, struct output *out)
{
    struct emitter e = {.u = u, .w = {.u = u, .out = out, .name = NULL,
                                      .lines = !u->opt->no_line_directives}};
    edit_index(u);
    mark(&e);
    write_head(&e);
    write_sync(&e.w, source_place(u, u->main->base));

    *vec_push(&e.cursors) = (struct cursor){.source = u->main};
    struct span all = {.last = (uint32_t)u->toks.n - 1};
    while (all.last && u->toks.v[all.last].kind == TOK_EOF)
        all.last--;
    if (u->toks.n > 1)
        render(&e, &all, 0);
    advance(&e, u->main->base + u->main->file->size, false);
    write_flush(&e.w);

    free(e.touched);
    free(e.moved);
    vec_free(&e.cursors);
    vec_free(&e.inclusions);
    if (!out->text) /* never null */
        write_bytes(&e.w, " ", 1), out->size = 0;
}
