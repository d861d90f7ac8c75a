/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scope.c: what names mean where.
 *
 * The meanings of a name form a stack that hangs on its struct ident, linked by
 * symbol.outer: one stack for ordinary identifiers, one for tags, one for labels.
 * The innermost scope's symbols are on top.  A scope is the list of the symbols
 * declared in it, the latest first, linked by symbol.next; closing it takes them
 * off their stacks.
 *
 * Labels belong to functions and not to scopes (C11 6.2.1p3): they are listed in
 * func.labels and go when the function ends.  Those that GNU's __label__ declares
 * belong to a scope like other names; they have a depth, the others none.
 */
#include "scope.h"

#include "type.h"
#include "unit.h"

struct scopes
{
    VEC(struct symbol *) lists; /* [0] is file scope */
    struct func *func;
};

void scope_init(struct unit *u)
{
    u->scopes = arena_new(&u->arena, struct scopes);
    *vec_push(&u->scopes->lists) = NULL;
}

void scope_free(struct unit *u)
{
    if (u->scopes)
        vec_free(&u->scopes->lists);
    u->scopes = NULL;
}

unsigned scope_depth(struct unit *u)
{
    return (unsigned)u->scopes->lists.n - 1;
}

void scope_push(struct unit *u)
{
    *vec_push(&u->scopes->lists) = NULL;
}

/* ---- the stacks ---- */

static inline struct symbol **stack_of(struct ident *name, enum symbol_kind kind)
{
    return kind == SYM_TAG     ? &name->tag
           : kind == SYM_LABEL ? &name->label
                               : &name->symbol;
}

/* s is on top unless scopes were closed out of order, after a syntax error. */
static void take_off(struct symbol *s)
{
    struct symbol **p = stack_of(s->name, (enum symbol_kind)s->kind);
    while (*p && *p != s)
        p = &(*p)->outer;
    if (*p)
        *p = s->outer;
}

void scope_pop(struct unit *u)
{
    struct scopes *ss = u->scopes;
    for (struct symbol *s = *vec_last(&ss->lists); s; s = s->next)
        take_off(s);
    ss->lists.n--;
}

/* Puts s below the symbols of the scopes within the one at depth. */
static void put(struct unit *u, struct symbol *s, unsigned depth)
{
    struct symbol **p = stack_of(s->name, (enum symbol_kind)s->kind);
    while (*p && (*p)->depth > depth)
        p = &(*p)->outer;
    s->outer = *p;
    *p = s;
    s->depth = (uint16_t)depth;
    struct symbol **list = &u->scopes->lists.v[depth];
    s->next = *list;
    *list = s;
}

static struct symbol *find(struct symbol *top, unsigned depth)
{
    while (top && top->depth > depth)
        top = top->outer;
    return top && top->depth == depth ? top : NULL;
}

static struct symbol *declare(struct unit *u, struct ident *name,
                              enum symbol_kind kind, unsigned depth, bool *old)
{
    struct symbol *s = find(*stack_of(name, kind), depth);
    *old = s;
    if (s)
        return s;
    s = arena_new(&u->arena, struct symbol);
    s->name = name;
    s->kind = (uint8_t)kind;
    put(u, s, depth);
    return s;
}

struct symbol *scope_declare(struct unit *u, struct ident *name,
                             enum symbol_kind kind, bool *old)
{
    return declare(u, name, kind, scope_depth(u), old);
}

struct symbol *scope_declare_outside(struct unit *u, struct ident *name, bool *old)
{
    unsigned depth = scope_depth(u);
    return declare(u, name, SYM_VAR, depth ? depth - 1 : 0, old);
}

struct symbol *scope_declare_file(struct unit *u, struct ident *name)
{
    bool old;
    return declare(u, name, SYM_VAR, 0, &old);
}

struct symbol *scope_declare_tag(struct unit *u, struct ident *name)
{
    bool old;
    return declare(u, name, SYM_TAG, scope_depth(u), &old);
}

struct symbol *scope_local(struct unit *u, struct ident *name)
{
    struct symbol *s = name->symbol;
    return s && s->depth == scope_depth(u) ? s : NULL;
}

struct symbol *scope_local_tag(struct unit *u, struct ident *name)
{
    struct symbol *s = name->tag;
    return s && s->depth == scope_depth(u) ? s : NULL;
}

/* ---- functions ---- */

struct func *scope_func(struct unit *u)
{
    return u->scopes->func;
}

void scope_enter_func(struct unit *u, struct func *f)
{
    u->scopes->func = f;
}

void scope_leave_func(struct unit *u)
{
    struct func *f = u->scopes->func;
    if (!f)
        return;
    for (struct symbol *s = f->labels; s; s = s->next)
        take_off(s);
    u->scopes->func = f->parent;
}

/* Tags without a name have no symbol: they are reached through what has their
 * type. */
static void own_unnamed(struct type *t, struct func *f)
{
    while (t && (t->kind == TY_POINTER || t->kind == TY_ARRAY))
        t = t->base;
    if (t && (t->kind == TY_STRUCT || t->kind == TY_UNION || t->kind == TY_ENUM) &&
        !t->tag->name)
        t->tag->owner = f;
}

void scope_reopen(struct unit *u, struct symbol *last, struct func *f)
{
    struct symbol *list = NULL;
    for (struct symbol *s = last, *next; s; s = next)
    {
        next = s->next;
        s->next = list;
        list = s;
    }
    for (struct symbol *s = list, *next; s; s = next)
    {
        next = s->next;
        put(u, s, scope_depth(u));
    }
    for (struct symbol *s = *vec_last(&u->scopes->lists); s; s = s->next)
    {
        s->owner = f;
        if (s->kind == SYM_TAG)
            s->type->tag->owner = f;
        else
            own_unnamed(s->kind == SYM_ENUM ? s->of : s->type, f);
    }
}

/* ---- labels ---- */

/* Whether code of f may refer to s: a label of its own, or one that a function
 * around it has declared with __label__. */
static bool label_visible(struct symbol *s, struct func *f)
{
    if (s->owner == f)
        return true;
    while (s->depth && f && !f->is_go && f != s->owner)
        f = f->parent;
    return s->depth && f == s->owner;
}

struct symbol *scope_label(struct unit *u, struct ident *name, bool definition)
{
    struct func *f = u->scopes->func;
    struct symbol *s = name->label;
    if (!f)
        return NULL;
    if (s && (definition ? s->owner == f : label_visible(s, f)))
        return s;
    s = arena_new(&u->arena, struct symbol);
    s->name = name;
    s->kind = SYM_LABEL;
    s->owner = f;
    s->outer = name->label;
    name->label = s;
    s->next = f->labels;
    return f->labels = s;
}

struct symbol *scope_declare_label(struct unit *u, struct ident *name)
{
    bool old;
    struct symbol *s = declare(u, name, SYM_LABEL, scope_depth(u), &old);
    s->owner = u->scopes->func;
    return s;
}
