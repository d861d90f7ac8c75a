/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_init.c: which initialiser of a list initialises what, C11 6.7.9.
 *
 * A list is walked with a cursor: the path of aggregates from the object that
 * the braces belong to down to the one that is next.  Designators are read from
 * the tokens between two initialisers, as the tree keeps only the values.
 *
 * The walk is taken only where it can matter: to find the length of an array
 * without one, and to check lists in which channels, or the addresses of
 * captured variables, occur.
 */
#include "check_expr.h"

enum { DEPTH = 32 };

struct level
{
    struct type *type;     /* an array, struct or union */
    struct member *member; /* the one that is next; null at the end */
    int64_t index;         /* array: likewise */
};

struct cursor
{
    struct level path[DEPTH];
    int depth;             /* levels in use; 0: past the end of a scalar */
    int64_t length;        /* of the outermost array, so far */
    bool lost;             /* goc cannot follow */
};

static struct type *level_type(struct level *l)
{
    if (l->type->kind == TY_ARRAY)
        return l->type->length < 0 || l->index < l->type->length ? l->type->base : NULL;
    return l->member ? l->member->type : NULL;
}

/* Unnamed bit-fields are not initialised. */
static struct member *skip_unnamed(struct member *m)
{
    while (m && !m->name && m->bits >= 0)
        m = m->next;
    return m;
}

static bool is_aggregate(struct type *t)
{
    t = type_strip(t);
    return t->kind == TY_ARRAY || t->kind == TY_STRUCT || t->kind == TY_UNION;
}

static void cursor_enter(struct cursor *c, struct type *t)
{
    t = type_strip(t);
    if (c->depth == DEPTH)
    {
        c->lost = true;
        return;
    }
    struct level *l = &c->path[c->depth++];
    *l = (struct level){t, NULL, 0};
    if (t->kind != TY_ARRAY)
        l->member = skip_unnamed(t->tag->members);
}

static void cursor_next(struct cursor *c)
{
    while (c->depth)
    {
        struct level *l = &c->path[c->depth - 1];
        if (l->type->kind == TY_ARRAY)
            l->index++;
        else
            l->member = l->type->kind == TY_UNION ? NULL : skip_unnamed(l->member->next);
        if (c->depth == 1 || level_type(l))
            break;
        c->depth--;
    }
}

/* ---- designators ---- */

static struct member *find_direct(struct type *t, struct ident *name)
{
    for (struct member *m = t->tag->members; m; m = m->next)
        if (m->name == name || (!m->name && type_is_record(m->type) &&
                                type_member(m->type, name)))
            return m;
    return NULL;
}

/* .name, through anonymous records. */
static void designate_member(struct cursor *c, struct ident *name)
{
    for (;;)
    {
        struct level *l = &c->path[c->depth - 1];
        if (l->type->kind == TY_ARRAY || !(l->member = find_direct(l->type, name)))
        {
            c->lost = true;
            return;
        }
        if (l->member->name)
            return;
        cursor_enter(c, l->member->type);
        if (c->lost)
            return;
    }
}

/* The index in [first, last) between brackets, or the last one of a range; -1:
 * it is no plain number. */
static int64_t designated_index(struct unit *u, uint32_t first, uint32_t last)
{
    if (last != first + 1)
    {
        for (uint32_t i = first; i < last; i++)
            if (u->toks.v[i].kind == TOK_ELLIPSIS)
                return designated_index(u, i + 1, last);
        return -1;
    }
    const struct token *t = &u->toks.v[first];
    if (t->kind == TOK_NUMBER)
        return expr_number(u, first)->value;
    if (t->kind == TOK_CHAR)
        return expr_char(u, first)->value;
    if (t->kind == TOK_IDENT && t->id->symbol && t->id->symbol->kind == SYM_ENUM)
        return t->id->symbol->value;
    return -1;
}

static uint32_t matching_bracket(struct unit *u, uint32_t i, uint32_t end)
{
    int depth = 0;
    for (; i < end; i++)
    {
        if (u->toks.v[i].kind == TOK_LBRACKET)
            depth++;
        else if (u->toks.v[i].kind == TOK_RBRACKET && --depth == 0)
            break;
    }
    return i;
}

static void designate_element(struct unit *u, struct cursor *c, uint32_t first,
                              uint32_t last)
{
    struct level *l = &c->path[c->depth - 1];
    if (l->type->kind != TY_ARRAY)
    {
        c->lost = true;
        return;
    }
    l->index = designated_index(u, first, last);
    if (l->index < 0)
    {
        l->index = 0; /* the right type, at some place */
        if (c->depth == 1)
            c->length = -1;
    }
}

/* Tokens [i, end) stand before an initialiser. */
static void designate(struct unit *u, struct cursor *c, uint32_t i, uint32_t end)
{
    c->depth = 1;
    for (bool first = true; i < end && !c->lost; i++)
    {
        const struct token *t = &u->toks.v[i];
        if (t->kind == TOK_ASSIGN || t->kind == TOK_COLON || t->kind == TOK_PRAGMA)
            continue;
        if (!first)
        {
            struct type *sub = level_type(&c->path[c->depth - 1]);
            if (!sub || !is_aggregate(sub))
            {
                c->lost = true;
                return;
            }
            cursor_enter(c, sub);
        }
        first = false;
        if (t->kind == TOK_DOT && i + 1 < end && t[1].kind == TOK_IDENT)
            designate_member(c, u->toks.v[++i].id);
        else if (t->kind == TOK_IDENT) /* GNU's name: */
            designate_member(c, t->id);
        else if (t->kind == TOK_LBRACKET)
        {
            uint32_t close = matching_bracket(u, i, end);
            designate_element(u, c, i + 1, close);
            i = close;
        }
        else
            c->lost = true;
    }
}

/* The token behind which the designators of the initialiser after e begin. */
static uint32_t behind(struct unit *u, uint32_t last, uint32_t end)
{
    uint32_t i = last + 1;
    while (i < end && (u->toks.v[i].kind == TOK_COMMA ||
                       u->toks.v[i].kind == TOK_PRAGMA))
        i++;
    return i;
}

/* ---- the walk ---- */

/* A string literal, perhaps in parentheses, for an array of characters. */
static bool is_string_for(struct type *t, struct node *e)
{
    t = type_strip(t);
    return t->kind == TY_ARRAY && node_strip(e)->kind == NODE_STRING &&
           type_is_integer(t->base);
}

/* Goes down to what e, which has no braces, initialises: 6.7.9p13 and p20. */
static void descend(struct unit *u, struct cursor *c, struct node *e)
{
    for (;;)
    {
        struct type *t = level_type(&c->path[c->depth - 1]);
        if (!t || !is_aggregate(t) || is_string_for(t, e))
            return;
        if (type_is_record(t) && (type_is(e->type, TY_UNKNOWN) ||
                                  type_compatible(u, t, e->type)))
            return;
        cursor_enter(c, t);
        if (c->lost)
            return;
    }
}

static void check_one(struct unit *u, struct type *t, struct node *e)
{
    if (e->kind == NODE_INIT_LIST)
        init_check(u, t, e);
    else
        check_assign(u, t, e, "initialise", e->first, e->last);
}

/* Walks list, whose braces belong to an object of type t.  Returns the number of
 * elements if t is an array, -1 if that is not known. */
static int64_t walk(struct unit *u, struct type *t, struct node *list, bool check)
{
    struct cursor c = {.depth = 0};
    cursor_enter(&c, t);
    uint32_t at = list->first + 1;
    for (struct node *e = list->list; e && !c.lost; e = e->next)
    {
        if (at < e->first)
            designate(u, &c, at, e->first);
        at = behind(u, e->last, list->last);
        if (c.lost)
            break;
        if (e->kind != NODE_INIT_LIST)
            descend(u, &c, e);
        struct type *sub = level_type(&c.path[c.depth - 1]);
        if (!sub || c.lost)
            break;
        if (check)
            check_one(u, sub, e);
        if (c.length >= 0 && c.path[0].index + 1 > c.length)
            c.length = c.path[0].index + 1;
        cursor_next(&c);
    }
    return c.lost ? -1 : c.length;
}

static bool holds_chan(struct type *t)
{
    while (t->kind == TY_ARRAY)
        t = type_strip(t->base);
    return t->kind == TY_STRUCT || t->kind == TY_UNION ? t->tag->has_chan
                                                       : type_mentions_chan(t);
}

void init_check(struct unit *u, struct type *t, struct node *list)
{
    struct type *s = type_strip(t);
    if (!list->value && !holds_chan(s))
        return;
    if (is_aggregate(s))
        walk(u, s, list, true);
    else if (list->list)
        check_one(u, s, list->list);
}

/* No designators and a scalar element: one initialiser for each. */
static int64_t plain_length(struct node *list)
{
    int64_t n = 0;
    for (struct node *e = list->list; e; e = e->next)
        n++;
    return n;
}

static bool has_designators(struct unit *u, struct node *list)
{
    uint32_t at = list->first + 1;
    for (struct node *e = list->list; e; e = e->next)
    {
        if (at < e->first)
            return true;
        at = behind(u, e->last, list->last);
    }
    return false;
}

struct type *init_complete(struct unit *u, struct type *t, struct node *init)
{
    struct type *s = type_strip(t);
    if (s->kind != TY_ARRAY || s->length >= 0 || s->vla || !init)
        return t;
    int64_t n = -1;
    struct node *value = node_strip(init);
    if (value->kind == NODE_INIT_LIST && value->list && !value->list->next &&
        is_string_for(s, value->list))
        value = node_strip(value->list);
    if (value->kind == NODE_STRING)
        n = type_strip(value->type)->length;
    else if (value->kind == NODE_INIT_LIST && !is_aggregate(s->base) &&
             !has_designators(u, value))
        n = plain_length(value);
    else if (value->kind == NODE_INIT_LIST)
        n = walk(u, s, value, false);
    else if (type_is(value->type, TY_ARRAY)) /* GNU: a compound literal */
        n = type_strip(value->type)->length;
    if (n < 0)
        return t;
    return type_array(u, s->base, n);
}
