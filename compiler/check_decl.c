/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_decl.c: declares what declarators name, C11 6.7 and 6.9.
 *
 * A name is declared when its declarator ends, before its initialiser is read
 * (6.2.1p7); one whose type is the initialiser's, after it.  Declarations of one entity in one scope share a symbol, whose type
 * becomes the composite of theirs; if they do not agree, the latest one counts
 * and the host compiler reports it.
 */
#include "check_expr.h"

/* ---- redeclaration ---- */

/* Whether one is a prototype and the other, declared or defined K&R style, is
 * not: GNU lets them differ in what promotion changes. */
static bool is_prototyped(struct unit *u, struct type *was, struct type *t)
{
    was = type_strip(was);
    t = type_strip(t);
    return was->kind == TY_FUNCTION && t->kind == TY_FUNCTION &&
           was->unprototyped != t->unprototyped && type_compatible(u, was->base, t->base);
}

/* The type of something declared as was before and as t now. */
static struct type *merged(struct unit *u, struct type *was, struct type *t)
{
    if (was == t)
        return t;
    if (type_compatible(u, was, t) || is_prototyped(u, was, t))
        return type_composite(u, t, was);
    return t;
}

/* What an extern declaration, or one of a function, in a block refers to:
 * 6.2.2p4. */
static struct type *linked_type(struct unit *u, struct symbol *s, struct type *t)
{
    struct symbol *file = s->outer;
    while (file && file->depth)
        file = file->outer;
    if (!file || file->kind != SYM_VAR || !file->type || file->implicit || file->builtin)
        return t;
    return merged(u, file->type, t);
}

/* 6.2.2p4 and p5: static f(void); f(void) { } keeps its linkage. */
static uint8_t merged_storage(uint8_t was, uint8_t storage)
{
    if (storage == ST_EXTERN || (storage == ST_NONE && was == ST_STATIC))
        return was;
    return storage;
}

/* A name that so far meant something else, or only what goc made of it. */
static void forget(struct symbol *s)
{
    *s = (struct symbol){
        .name = s->name, .depth = s->depth, .outer = s->outer, .next = s->next};
}

static bool is_redeclared(struct symbol *s, bool old, enum symbol_kind kind)
{
    if (!old)
        return false;
    bool made_up = s->implicit || (s->builtin && kind != SYM_TYPEDEF);
    if (s->kind == kind && s->type && !made_up)
        return true;
    forget(s);
    return false;
}

/* ---- one declarator ---- */

/* An unnamed record or enumeration is known by its first typedef name. */
static void name_tag(struct symbol *s, struct type *t)
{
    if (t->kind != TY_STRUCT && t->kind != TY_UNION && t->kind != TY_ENUM)
        return;
    if (!t->tag->name && !t->tag->alias && !t->quals)
        t->tag->alias = s;
}

static void declare_typedef(struct unit *u, struct symbol *s, bool old,
                            struct type *t, const struct declspec *ds,
                            const struct declspec *attrs)
{
    if (!is_redeclared(s, old, SYM_TYPEDEF) || !type_compatible(u, s->type, t))
    {
        s->type = t;
        s->sugar = NULL;
        s->builtin = false;
    }
    s->kind = SYM_TYPEDEF;
    s->storage = ST_TYPEDEF;
    name_tag(s, t);
    if (ds->no_copy || attrs->no_copy)
        type_typedef(u, s)->no_copy = true;
    if (ds->aligned || attrs->aligned)
        type_typedef(u, s)->length = attrs->aligned ? attrs->aligned : ds->aligned;
    if (attrs->transparent_union && type_is(t, TY_UNION))
        type_strip(t)->tag->transparent_union = true;
}

static void declare_object(struct unit *u, struct symbol *s, bool old,
                           struct type *t, const struct declspec *ds)
{
    bool is_function = type_is(t, TY_FUNCTION);
    uint8_t storage = ds->storage;
    if (is_redeclared(s, old, SYM_VAR))
    {
        t = merged(u, s->type, t);
        storage = merged_storage(s->storage, storage);
    }
    else if (s->depth && (ds->storage == ST_EXTERN ||
                          (is_function && ds->storage == ST_NONE)))
        t = linked_type(u, s, t);
    s->kind = SYM_VAR;
    s->storage = storage;
    s->type = t;
    s->thread_local_ = s->thread_local_ || ds->thread_local_;
    s->automatic = s->depth && storage != ST_STATIC && storage != ST_EXTERN &&
                   !s->thread_local_ && !is_function;
}

static struct symbol *declare(struct unit *u, const struct declspec *ds, uint32_t name,
                              struct type *t, const struct declspec *attrs)
{
    bool old, is_typedef = ds->storage == ST_TYPEDEF;
    struct symbol *s = scope_declare(u, u->toks.v[name].id,
                                     is_typedef ? SYM_TYPEDEF : SYM_VAR, &old);
    if (old)
        check_redeclaration(u, s, t, name);
    if (is_typedef)
        declare_typedef(u, s, old, t, ds, attrs);
    else
        declare_object(u, s, old, t, ds);
    if (!s->token)
        s->token = name;
    s->owner = s->depth ? scope_func(u) : NULL;
    return s;
}

struct node *decl_declare(struct unit *u, struct declspec *ds, struct declarator *d)
{
    struct node *n = node_new(u, NODE_DECLARATOR, d->first, d->last);
    n->type = declarator_type(u, ds, d);
    n->token1 = d->name;
    if (!d->abstract && !declspec_is_auto(u, ds))
        n->symbol = declare(u, ds, d->name, n->type, &d->attrs);
    return n;
}

void decl_initialise(struct unit *u, const struct declspec *ds, struct node *declarator,
                     struct node *init)
{
    declarator->a = init;
    if (init)
        declarator->last = init->last;
    if (!declarator->token1)
        return;
    struct symbol *s = declarator->symbol;
    if (!s)
    {
        struct type *t = init ? type_qualified(u, type_decay(u, init->type), ds->quals)
                              : type_unknown(u);
        s = declarator->symbol = declare(u, ds, declarator->token1, t, ds);
    }
    else if (init)
    {
        s->type = init_complete(u, s->type, init);
        check_assign(u, s->type, init, "initialise", init->first, init->last);
        if (init->kind == NODE_INIT_LIST)
            init->type = s->type;
    }
    s->defined = s->defined || init;
    declarator->type = s->type;
}

struct node *decl_finish(struct unit *u, struct declspec *ds,
                         struct node *declarators, uint32_t semi)
{
    struct node *n = node_new(u, NODE_DECL, ds->first, semi);
    n->list = declarators;
    for (struct node *d = declarators; d; d = d->next)
    {
        struct symbol *s = d->symbol;
        if (!s || (s->decl && !d->a))
            continue;
        s->first = n->first;
        s->last = semi;
        s->decl = n;
    }
    return n;
}

/* ---- parameters ---- */

/* 6.7.6.3p7 and p8. */
static struct type *adjusted(struct unit *u, struct type *t, unsigned quals)
{
    struct type *s = type_strip(t);
    if (s->kind == TY_ARRAY)
        return type_qualified(u, type_pointer(u, s->base), quals);
    return s->kind == TY_FUNCTION ? type_pointer(u, t) : t;
}

static void make_param(struct symbol *s, struct type *t, struct func *owner)
{
    s->kind = SYM_VAR;
    s->type = t;
    s->automatic = s->defined = true;
    s->owner = owner;
}

struct param *param_declare(struct unit *u, struct declspec *ds, struct declarator *d)
{
    struct param *p = arena_new(&u->arena, struct param);
    p->type = adjusted(u, declarator_type(u, ds, d), d->derives ? d->derives->quals : 0);
    if (d->abstract)
        return p;
    bool old;
    struct symbol *s = scope_declare(u, u->toks.v[d->name].id, SYM_VAR, &old);
    make_param(s, p->type, scope_func(u));
    s->storage = ds->storage;
    s->token = s->first = s->last = d->name;
    p->symbol = s;
    return p;
}

/* The parameter of that name of a K&R function: its declaration stands between
 * the declarator and the body, or it is an int. */
static struct param *knr_param(struct unit *u, uint32_t name, struct func *f)
{
    bool old;
    struct param *p = arena_new(&u->arena, struct param);
    struct symbol *s = scope_declare(u, u->toks.v[name].id, SYM_VAR, &old);
    struct type *t = s->kind == SYM_VAR && s->type ? s->type : type_basic(u, TY_INT);
    make_param(s, adjusted(u, t, 0), f);
    s->storage = s->storage == ST_REGISTER ? ST_REGISTER : ST_NONE;
    if (!s->token)
        s->token = s->first = s->last = name;
    p->type = s->type;
    p->symbol = s;
    return p;
}

/* ---- function definitions ---- */

static struct symbol *declare_function(struct unit *u, struct declspec *ds,
                                       struct declarator *d, struct type *t)
{
    bool old;
    struct symbol *s = scope_declare_outside(u, u->toks.v[d->name].id, &old);
    if (old)
        check_redeclaration(u, s, t, d->name);
    declare_object(u, s, old, t, ds);
    if (!s->token || !s->defined)
        s->token = d->name;
    s->automatic = false;
    s->defined = true;
    s->owner = s->depth ? scope_func(u) : NULL;
    return s;
}

/* The parameters come from the prototype's scope into the function's, as do
 * the tags declared there. */
static void open_params(struct unit *u, struct func *f, struct derive *d)
{
    struct symbol *last = NULL;
    struct param **tail = &f->type->params;
    for (struct param *p = d ? d->params : NULL; p; p = p->next)
        if (p->symbol)
            last = p->symbol;
    for (struct knr *k = d ? d->names : NULL; k; k = k->next)
    {
        *tail = knr_param(u, k->token, f);
        tail = &(*tail)->next;
    }
    scope_reopen(u, last, f);
}

struct func *function_begin(struct unit *u, struct declspec *ds,
                            struct declarator *d)
{
    struct func *f = arena_new(&u->arena, struct func);
    struct type *t = declarator_type(u, ds, d);
    struct derive *params = d->derives;
    if (!params || params->kind != DERIVE_FUNCTION)
    {
        params = NULL;
        t = type_function(u, type_unknown(u), NULL, false, true);
    }
    /* The body's own: a K&R function's parameters are no part of its type. */
    f->type = type_function(u, t->base, t->params, t->variadic, t->unprototyped);
    f->symbol = d->abstract ? NULL : declare_function(u, ds, d, t);
    f->parent = scope_func(u);
    f->depth = (uint16_t)scope_depth(u);
    scope_enter_func(u, f);
    open_params(u, f, params);
    return f;
}

struct node *function_end(struct unit *u, struct func *f, struct declspec *ds,
                          struct node *body)
{
    struct node *n = node_new(u, NODE_FUNCTION, ds->first, body->last);
    n->symbol = f->symbol;
    n->func = f;
    n->a = body;
    n->token1 = body->first;
    n->type = f->type;
    f->node = n;
    if (f->symbol)
    {
        f->symbol->decl = n;
        f->symbol->first = n->first;
        f->symbol->last = n->last;
    }
    check_jumps(u, f, body);
    scope_leave_func(u);
    return n;
}
