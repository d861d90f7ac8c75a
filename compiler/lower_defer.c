/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_defer.c: defer, and the jumps that leave its scope.
 *
 *     int f(FILE *in) {             int f(FILE *in) { int goc__ret = 0;
 *         defer fclose(in);             int goc__w1 = 0; {
 *         if (feof(in))                 if (feof(in))
 *             return 1;                     { goc__ret = 1; goc__w1 = 1; goto goc__d1; }
 *         read(in);                     read(in);
 *         ...                           ... } goc__d1: fclose(in);
 *     }                                 if (goc__w1 == 1) return goc__ret; }
 *
 * What follows a defer in its block becomes a block of its own, and the deferred
 * statement, of which there is one copy, stands behind that: falling off the end
 * runs it.  A jump that leaves the scope notes its way in the defer's variable
 * and goes to the statement; behind that, each way is gone on: to the next defer
 * further out that the jump leaves, or where the jump was going.  The last way
 * is taken without asking if the block's end cannot be reached otherwise; if it
 * is the only one there is no variable.
 *
 * The defers open at a place form a chain.  A jump leaves those that are not in
 * its target's chain, which is a tail of its own (a jump into the scope of a
 * defer is an error).
 */
#include <string.h>

#include "diag.h"
#include "lower_state.h"

/* ---- where labels are ---- */

static void find_in_list(struct fn *f, struct node *list, size_t depth);

static struct node *skip_labels(struct fn *f, struct node *n, size_t depth)
{
    while (n && (n->kind == NODE_LABEL || n->kind == NODE_CASE || n->kind == NODE_DEFAULT))
    {
        if (n->kind == NODE_LABEL)
            *vec_push(&f->labels) = (struct label_place){n->symbol, depth};
        n = n->c;
    }
    return n;
}

/* A statement that is not an item of a block. */
static void find_in(struct fn *f, struct node *n, size_t depth)
{
    while ((n = skip_labels(f, n, depth)))
        switch (n->kind)
        {
        case NODE_BLOCK:
            find_in_list(f, n->list, depth);
            return;
        case NODE_IF:
            find_in(f, n->b, depth);
            n = n->c;
            continue;
        case NODE_WHILE: case NODE_DO: case NODE_SWITCH:
            n = n->b;
            continue;
        case NODE_FOR: case NODE_RANGE:
            n = n->d;
            continue;
        case NODE_SELECT:
            for (struct node *c = n->list; c; c = c->next)
                find_in_list(f, c->list, depth);
            return;
        case NODE_DEFER:
            n = n->a;
            continue;
        default:
            return;
        }
}

static void find_in_list(struct fn *f, struct node *list, size_t depth)
{
    for (; list; list = list->next)
    {
        struct node *n = list;
        while (n && (n->kind == NODE_LABEL || n->kind == NODE_CASE || n->kind == NODE_DEFAULT))
            n = n->c;
        find_in(f, list, depth);
        depth += n && n->kind == NODE_DEFER;
    }
}

/* Those within a statement expression are found when that is lowered: nothing
 * outside may jump to them. */
void find_labels(struct fn *f, struct node *body)
{
    if (f && f->func && f->func->has_defer)
        find_in(f, body, f->depth);
}

static size_t label_depth(const struct fn *f, const struct symbol *label)
{
    for (size_t i = 0; i < f->labels.n; i++)
        if (f->labels.v[i].label == label)
            return f->labels.v[i].depth;
    return f->depth;
}

/* ---- can the end of a statement be reached? ---- */

/* REACH_CALL: by a call that returns, if it does. */
enum reach { REACH_NO, REACH_CALL, REACH_YES };

static enum reach end_of(struct node *n);

static enum reach either(enum reach a, enum reach b)
{
    return a > b ? a : b;
}

/* Whether the statement holds a label that might be jumped to. */
static bool holds_label(struct node *n)
{
    for (;;)
    {
        if (!n)
            return false;
        switch (n->kind)
        {
        case NODE_LABEL: case NODE_CASE: case NODE_DEFAULT:
            return true;
        case NODE_BLOCK: case NODE_SELECT_CASE:
            for (struct node *c = n->list; c; c = c->next)
                if (holds_label(c))
                    return true;
            return false;
        case NODE_SELECT:
            for (struct node *c = n->list; c; c = c->next)
                if (holds_label(c))
                    return true;
            return false;
        case NODE_IF:
            if (holds_label(n->b))
                return true;
            n = n->c;
            continue;
        case NODE_WHILE: case NODE_DO: case NODE_SWITCH:
            n = n->b;
            continue;
        case NODE_FOR: case NODE_RANGE:
            n = n->d;
            continue;
        default:
            return false;
        }
    }
}

static enum reach end_of_list(struct node *list)
{
    enum reach r = REACH_YES;
    for (; list; list = list->next)
    {
        enum reach e = r || holds_label(list) ? end_of(list) : REACH_NO;
        r = list->kind == NODE_DECL && r == REACH_CALL ? REACH_CALL : e;
    }
    return r;
}

static bool is_true(struct node *e)
{
    return !e || (e->is_constant && !e->value_unknown && e->value);
}

static enum reach end_of_switch(struct node *n)
{
    bool has_default = false;
    if (n->b->kind != NODE_BLOCK || n->has_break)
        return REACH_YES;
    for (struct node *c = n->b->list; c; c = c->next)
        for (struct node *s = c; s; s = s->c)
        {
            if (s->kind == NODE_DEFAULT)
                has_default = true;
            if (s->kind != NODE_CASE && s->kind != NODE_DEFAULT && s->kind != NODE_LABEL)
                break;
        }
    return has_default ? end_of(n->b) : REACH_YES;
}

static enum reach end_of_select(struct node *n)
{
    enum reach r = n->has_break ? REACH_YES : REACH_NO;
    for (struct node *c = n->list; c; c = c->next)
        r = either(r, end_of_list(c->list));
    return r;
}

static enum reach end_of(struct node *n)
{
    for (;;)
    {
        if (!n)
            return REACH_YES;
        switch (n->kind)
        {
        case NODE_RETURN: case NODE_BREAK: case NODE_CONTINUE:
            return REACH_NO;
        case NODE_GOTO:
            return REACH_NO;
        case NODE_EXPR_STMT:
            return n->a && node_strip(n->a)->kind == NODE_CALL ? REACH_CALL : REACH_YES;
        case NODE_BLOCK:
            return end_of_list(n->list);
        case NODE_LABEL: case NODE_CASE: case NODE_DEFAULT:
            n = n->c;
            continue;
        case NODE_IF:
            if (!n->c)
                return REACH_YES;
            return either(end_of(n->b), end_of(n->c));
        case NODE_WHILE: case NODE_DO:
            return is_true(n->a) && !n->has_break ? REACH_NO : REACH_YES;
        case NODE_FOR:
            return is_true(n->b) && !n->has_break ? REACH_NO : REACH_YES;
        case NODE_SWITCH:
            return end_of_switch(n);
        case NODE_SELECT:
            return end_of_select(n);
        default:
            return REACH_YES;
        }
    }
}

/* ---- ways out ---- */

static struct way *way_find(struct lower *l, struct defer *d, unsigned kind,
                            struct symbol *label, const char *name)
{
    for (struct way *w = d->ways; w; w = w->next)
        if (w->kind == kind && w->label == label)
            return w;
    struct way *w = arena_new(&l->u->arena, struct way);
    *w = (struct way){.kind = (uint8_t)kind, .label = label, .label_name = name,
                      .code = ++d->nways};
    *d->ways_tail = w;
    d->ways_tail = &w->next;
    return w;
}

/* Notes the way at each defer from d to the one before until; returns its code at
 * the first. */
static int way_add(struct lower *l, struct defer *d, struct defer *until,
                   unsigned kind, struct symbol *label, const char *name)
{
    int first = 0;
    struct way *inner = NULL;
    for (; d != until; d = d->outer)
    {
        struct way *w = way_find(l, d, kind, label, name);
        if (inner)
            inner->next_code = w->code;
        else
            first = w->code;
        inner = w;
    }
    return first;
}

/* "goc__w1 = 2; goto goc__d1;", once it is known whether there is a variable. */
static struct piece *way_use(struct lower *l, struct defer *d, int code, const char *tail)
{
    struct way_use *use = arena_new(&l->u->arena, struct way_use);
    use->piece = piece_text(l->u, "%s", "");
    use->code = code;
    use->tail = tail;
    use->next = d->uses;
    d->uses = use;
    return use->piece;
}

/* ---- jumps ---- */

/* The variable that holds what is returned while deferred statements run. */
static void need_result(struct lower *l)
{
    struct fn *f = l->fn;
    if (f->has_result)
        return;
    f->has_result = true;
    bool braces = type_is_record(f->result) || type_is(f->result, TY_VECTOR);
    lower_top(l, piece_text(l->u, " %s = %s;", lower_type(l, f->result, "goc__ret"),
                            braces ? type_zero(l->u, f->result) : "0"));
}

static void leave_by_return(struct lower *l, struct node *n, struct piece *go)
{
    struct unit *u = l->u;
    if (!n->a)
    {
        edit_replace(u, n->first, n->last, piece_join(piece_text(u, "{ "), go));
        return;
    }
    struct around keep = {"", ""};
    if (l->fn->result)
    {
        need_result(l);
        keep = lower_keep(l, l->fn->result, "goc__ret", n->a);
    }
    edit_replace(u, n->first, n->first, piece_text(u, "{"));
    edit_before(u, n->a->first, piece_text(u, "%s", keep.before));
    edit_after(u, n->a->last, piece_text(u, "%s", keep.behind));
    edit_after(u, n->last, piece_join(piece_text(u, " "), go));
    lower_node(l, n->a, false);
}

void lower_jump(struct lower *l, struct node *n)
{
    struct fn *f = l->fn;
    struct defer *until = NULL;
    if (f && f->defers && n->kind == NODE_GOTO && !n->a)
    {
        size_t depth = label_depth(f, n->symbol), open = f->depth;
        for (until = f->defers; open > depth && until; open--)
            until = until->outer;
    }
    else if (f && n->kind == NODE_GOTO)
        until = f->defers;
    else if (f && n->kind != NODE_RETURN)
        until = n->kind == NODE_BREAK ? f->break_to : f->continue_to;
    if (!f || f->defers == until)
    {
        if (n->a)
            lower_node(l, n->a, false);
        return;
    }
    const char *label = n->kind == NODE_GOTO ? lower_spelling(l, n->token1) : NULL;
    int code = way_add(l, f->defers, until, n->kind,
                       n->kind == NODE_GOTO ? n->symbol : NULL, label);
    struct piece *go = way_use(l, f->defers, code, " }");
    if (n->kind == NODE_RETURN)
        leave_by_return(l, n, go);
    else
        edit_replace(l->u, n->first, n->last,
                     piece_join(piece_text(l->u, "{ "), go));
}

/* ---- the defer ---- */

/* Its own jumps stay within it. */
static void lower_deferred(struct lower *l, struct node *s)
{
    struct fn *f = l->fn;
    struct defer *defers = f->defers, *b = f->break_to, *c = f->continue_to;
    size_t depth = f->depth;
    lower_statement(l, s);
    f->defers = defers;
    f->depth = depth;
    f->break_to = b;
    f->continue_to = c;
}

void lower_lone_defer(struct lower *l, struct node *n)
{
    edit_replace(l->u, n->first, n->first, piece_text(l->u, "{"));
    edit_after(l->u, n->last, piece_text(l->u, " }"));
    lower_deferred(l, n->a);
}

void lower_defer(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct fn *f = l->fn;
    struct defer *d = arena_new(&u->arena, struct defer);
    d->node = n;
    d->number = ++l->defer;
    d->ways_tail = &d->ways;
    d->labelled = l->labelled;
    l->labelled = false;
    d->body = piece_tokens(u, n->a->first, n->a->last);
    /* In braces of its own, so that what follows on the line is not taken for a
     * part of it, by compilers that look at indentation. */
    if (n->a->kind != NODE_BLOCK)
        d->body = piece_join(piece_text(u, "{ "),
                             piece_join(d->body, piece_text(u, " }")));
    d->open = piece_text(u, "{");
    edit_replace(u, n->first, n->last, d->open);
    lower_deferred(l, n->a);
    d->outer = f->defers;
    f->defers = d;
    f->depth++;
}

/* What is done about a way behind the deferred statement. */
static struct piece *way_text(struct lower *l, struct defer *d, const struct way *w)
{
    struct unit *u = l->u;
    if (w->next_code)
        return way_use(l, d->outer, w->next_code, "");
    switch (w->kind)
    {
    case NODE_RETURN:
        return piece_text(u, l->fn->result ? "return goc__ret;" : "return;");
    case NODE_BREAK:
        return piece_text(u, "break;");
    case NODE_CONTINUE:
        return piece_text(u, "continue;");
    default:
        return piece_text(u, "goto %s;", w->label_name);
    }
}

static struct piece *way_piece(struct lower *l, struct defer *d, const struct way *w,
                               bool ask)
{
    struct unit *u = l->u;
    struct piece *go = way_text(l, d, w);
    if (!ask)
        return piece_join(piece_text(u, " "), go);
    struct piece *p = piece_text(u, " if (goc__w%d == %d) { ", d->number, w->code);
    return piece_join(piece_join(p, go), piece_text(u, " }"));
}

/* Fills in what the jumps to d say. */
static void fill_uses(struct lower *l, struct defer *d, bool variable)
{
    for (struct way_use *use = d->uses; use; use = use->next)
    {
        const char *set = variable ? lower_print(l, "goc__w%d = %d; ", d->number, use->code)
                                   : "";
        use->piece->text = lower_print(l, "%sgoto goc__d%d;%s", set, d->number, use->tail);
    }
}

/* Falling off the end of a function that returns something: a compiler cannot
 * know that a call does not return behind the deferred statement. */
static bool ends_function(struct lower *l, struct defer *d, struct node *list)
{
    const struct fn *f = l->fn;
    return !d->outer && f->result && !f->is_main && list == f->body->list;
}

static void defer_close(struct lower *l, struct defer *d, struct node *list,
                        enum reach reach, struct piece *end)
{
    struct unit *u = l->u;
    bool falls = reach == REACH_YES || (reach == REACH_CALL && !ends_function(l, d, list));
    bool variable = d->nways > 1 || (d->nways && falls);
    if (variable)
        d->open->text = lower_print(l, "%sint goc__w%d = 0; {", d->labelled ? "; " : "",
                                    d->number);
    fill_uses(l, d, variable);
    piece_join(end, piece_text(u, d->nways ? "} goc__d%d: " : "} ", d->number));
    piece_join(end, d->body);
    for (const struct way *w = d->ways; w; w = w->next)
        piece_join(end, way_piece(l, d, w, w->next || falls));
    piece_join(end, piece_text(u, " "));
}

/* Whether the end of the items behind the defer can be reached. */
static enum reach reach_behind(struct node *list, struct node *defer)
{
    for (struct node *n = list; n; n = n->next)
        if (n->first <= defer->first && defer->last <= n->last)
            return end_of_list(n->next);
    return REACH_YES;
}

/* __attribute__((fallthrough)); stays the last statement before the next case.  Its
 * tokens are those between the two last items: the tree has no attributes. */
static struct piece *move_fallthrough(struct lower *l, struct node *list)
{
    const struct token *t = l->u->toks.v;
    uint32_t first = 0;
    for (; list->next; list = list->next)
        first = list->last + 1;
    if (!first || list->kind != NODE_EXPR_STMT || list->a)
        return NULL;
    for (uint32_t i = first; i < list->last; i++)
        if (t[i].kind == TOK_IDENT && strstr(t[i].id->name, "fallthrough"))
        {
            struct piece *p = piece_tokens(l->u, first, list->last - 1);
            edit_replace(l->u, first, list->last, NULL);
            return piece_join(p, piece_text(l->u, "; "));
        }
    return NULL;
}

void defers_close(struct lower *l, struct defer *until, struct node *list,
                  struct piece *end)
{
    struct fn *f = l->fn;
    struct piece *fallthrough = move_fallthrough(l, list);
    while (f->defers != until)
    {
        struct defer *d = f->defers;
        enum reach r = reach_behind(list, d->node);
        f->defers = d->outer;
        f->depth--;
        defer_close(l, d, list, r, end);
    }
    piece_join(end, fallthrough);
}
