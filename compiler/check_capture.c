/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_capture.c: what a go block takes along.
 *
 * The body of a go block becomes a function of its own before the function that
 * it stands in, so every name of that function's blocks must come along in one
 * of three ways: an automatic variable as a capture, a type or an enumeration
 * constant, an object with static storage.  The list of each hangs on the
 * block's struct func.  A name that crosses several go blocks is noted in each
 * of them, but a capture's uses only in the one in whose own text they stand.
 *
 * A variable captured by value is const in the block.  That is how its address
 * becomes a pointer to const without further rules; what remains is to tell a
 * loss of that const from one that the user's own const suffers, which is the
 * host's to report: captured_lvalue() and captured_address() find the use of a
 * captured copy that an lvalue is a part of, or that a pointer points into.
 */
#include <string.h>

#include "check_expr.h"

void *arena_grow(struct unit *u, void *v, size_t n, size_t *cap, size_t size)
{
    *cap = *cap ? *cap * 2 : 4;
    void *p = arena_alloc(&u->arena, *cap * size);
    if (n)
        memcpy(p, v, n * size);
    return p;
}

/* ---- captures ---- */

static struct capture *capture_find(struct func *f, struct symbol *s)
{
    for (size_t i = 0; i < f->captures.n; i++)
        if (f->captures.v[i].symbol == s)
            return &f->captures.v[i];
    return NULL;
}

static struct capture *capture_add(struct unit *u, struct func *f,
                                   struct symbol *s, uint32_t tok)
{
    struct capture *c = arena_push(u, &f->captures);
    *c = (struct capture){.symbol = s, .mode = CAP_VALUE, .token = tok};
    if (type_is(s->type, TY_ARRAY))
        c->mode = CAP_ARRAY;
    return c;
}

static bool is_nested_function(struct symbol *s)
{
    return type_is(s->type, TY_FUNCTION) &&
           (s->defined || s->storage == ST_AUTO);
}

/* Whether a copy of it may be made; if not, says why. */
static bool check_copyable(struct unit *u, struct symbol *s, uint32_t tok)
{
    const char *why = NULL;
    if (type_is_vm(s->type))
        why = "is of variably modified type";
    else if (type_no_copy(s->type))
        why = "is of a type that must not be copied";
    else if (type_is(s->type, TY_VA_LIST))
        why = "is a va_list";
    if (!why)
        return true;
    error(u, tok, tok,
          "%I %s: it can be captured by reference only; use 'go [&%s]'", s->name,
          why, s->name->name);
    note(u, s->token, s->token, "%I declared here", s->name);
    return false;
}

/* ---- types and statics ---- */

static bool is_outer(struct func *f, struct func *owner)
{
    if (!owner)
        return false;
    for (f = f->parent; f; f = f->parent)
        if (f == owner)
            return true;
    return false;
}

struct visit
{
    struct visit *up;
    struct symbol *symbol;
};

static void note_types(struct unit *u, struct func *f, struct type *t,
                       struct visit *up);

static bool visited(struct func *f, struct symbol *s, struct visit *up)
{
    for (; up; up = up->up)
        if (up->symbol == s)
            return true;
    for (size_t i = 0; i < f->local_types.n; i++)
        if (f->local_types.v[i] == s)
            return true;
    return false;
}

/* The names that stand in the declaration's text and are not part of its type:
 * enumeration constants and typedef names in array lengths and the like. */
static void note_text(struct unit *u, struct func *f, struct symbol *s,
                      struct visit *v)
{
    if (!s->first || s->last >= u->toks.n)
        return;
    for (uint32_t i = s->first; i <= s->last; i++)
    {
        if (u->toks.v[i].kind != TOK_IDENT)
            continue;
        struct symbol *x = u->toks.v[i].id->symbol;
        while (x && x->token >= s->first)
            x = x->outer;
        if (x && is_outer(f, x->owner) &&
            (x->kind == SYM_ENUM || x->kind == SYM_TYPEDEF))
            note_types(u, f, x->kind == SYM_TYPEDEF ? type_typedef(u, x) : x->type, v);
    }
}

/* Adds s to f's local types, behind everything that it needs. */
static void note_type_symbol(struct unit *u, struct func *f, struct symbol *s,
                             struct visit *up)
{
    if (visited(f, s, up))
        return;
    struct visit v = {up, s};
    if (s->kind == SYM_TYPEDEF)
        note_types(u, f, s->type, &v);
    else if (s->kind == SYM_TAG && type_is_record(s->type))
        for (struct member *m = type_strip(s->type)->tag->members; m; m = m->next)
            note_types(u, f, m->type, &v);
    note_text(u, f, s, &v);
    *arena_push(u, &f->local_types) = s;
}

static void note_types(struct unit *u, struct func *f, struct type *t,
                       struct visit *up)
{
    for (;;)
        switch (t->kind)
        {
        case TY_TYPEDEF:
            /* Of a variable of variably modified type the lengths come along, and
             * not the name of its type. */
            if (!t->typeof_spelled && is_outer(f, t->symbol->owner) && !type_is_vm(t))
            {
                note_type_symbol(u, f, t->symbol, up);
                return;
            }
            t = t->base;
            continue;
        case TY_FUNCTION:
            for (struct param *p = t->params; p; p = p->next)
                note_types(u, f, p->type, up);
            t = t->base;
            continue;
        case TY_POINTER:
        case TY_ARRAY:
        case TY_CHAN:
        case TY_VECTOR:
        case TY_COMPLEX:
            t = t->base;
            continue;
        case TY_STRUCT:
        case TY_UNION:
        case TY_ENUM:
            if (is_outer(f, t->tag->owner))
                note_type_symbol(u, f, tag_symbol(u, t), up);
            return;
        default:
            return;
        }
}

/* The types of the blocks around it that t is made of. */
static void capture_types(struct unit *u, struct type *t)
{
    for (struct func *f = scope_func(u); f; f = f->parent)
        if (f->is_go)
            note_types(u, f, t, NULL);
}

static void note_static(struct unit *u, struct func *f, struct symbol *s)
{
    for (size_t i = 0; i < f->local_statics.n; i++)
        if (f->local_statics.v[i] == s)
            return;
    note_types(u, f, s->type, NULL);
    *arena_push(u, &f->local_statics) = s;
}

/* ---- uses ---- */

/* Notes that go block f captures s; direct: tok stands in f's own text. */
static void capture_note(struct unit *u, struct func *f, struct symbol *s,
                         uint32_t tok, bool direct)
{
    struct capture *c = capture_find(f, s);
    if (!c)
    {
        c = capture_add(u, f, s, tok);
        if (!check_copyable(u, s, tok))
            c->mode = CAP_REF; /* said once */
        capture_types(u, s->type);
    }
    if (direct)
        *arena_push(u, &c->uses) = tok;
}

bool in_go_block(struct unit *u)
{
    if (!u->has_words)
        return false;
    for (struct func *f = scope_func(u); f; f = f->parent)
        if (f->is_go)
            return true;
    return false;
}

static void use_typedef(struct unit *u, struct func *f, struct symbol *s, uint32_t tok)
{
    if (!type_is_vm(s->type))
        note_type_symbol(u, f, s, NULL);
    else if (f == scope_func(u))
    {
        error(u, tok, tok,
              "type %I cannot be used in a go block: it is variably modified, and its "
              "lengths are those of the enclosing function", s->name);
        note(u, s->token, s->token, "%I declared here", s->name);
    }
}

static void use_other(struct unit *u, struct func *f, struct symbol *s,
                      uint32_t tok)
{
    switch (s->kind)
    {
    case SYM_TYPEDEF:
        use_typedef(u, f, s, tok);
        return;
    case SYM_TAG:
        if (type_strip(s->type)->tag)
            note_type_symbol(u, f, tag_symbol(u, s->type), NULL);
        return;
    case SYM_ENUM:
        note_types(u, f, s->of ? s->of : s->type, NULL);
        return;
    case SYM_LABEL:
        return;
    }
    if (!is_nested_function(s))
        note_static(u, f, s);
    else if (f == scope_func(u))
    {
        error(u, tok, tok,
              "nested function %I cannot be used in a go block: its enclosing "
              "function's frame may be gone", s->name);
        note(u, s->token, s->token, "%I declared here", s->name);
    }
}

bool capture_use(struct unit *u, struct symbol *s, uint32_t tok)
{
    bool copy = false, direct = true;
    if (!u->has_words || !s->owner || !s->type)
        return false;
    for (struct func *f = scope_func(u); f && f != s->owner; f = f->parent)
    {
        if (!f->is_go || !is_outer(f, s->owner))
            continue;
        if (s->kind != SYM_VAR || !s->automatic || is_nested_function(s))
        {
            use_other(u, f, s, tok);
            continue;
        }
        capture_note(u, f, s, tok, direct);
        direct = false;
        copy = copy || capture_find(f, s)->mode != CAP_REF;
    }
    return copy;
}

void check_use(struct unit *u, struct symbol *s, uint32_t tok)
{
    if (s->depth && s->owner != scope_func(u))
        capture_use(u, s, tok);
}

/* ---- writes ---- */

/* Whether the code being read sees a copy of automatic variable s. */
static bool is_copy(struct unit *u, struct symbol *s)
{
    if (!s || s->kind != SYM_VAR || !s->automatic || !s->owner)
        return false;
    for (struct func *f = scope_func(u); f && f != s->owner; f = f->parent)
    {
        struct capture *c = f->is_go ? capture_find(f, s) : NULL;
        if (c && c->mode != CAP_REF)
            return true;
    }
    return false;
}

/* The use of a captured copy that lvalue e is (a part of), or null. */
static struct node *captured_lvalue(struct unit *u, struct node *e)
{
    for (;;)
    {
        e = node_strip(e);
        switch (e->kind)
        {
        case NODE_IDENT:
            return is_copy(u, e->symbol) ? e : NULL;
        case NODE_MEMBER:
            if (e->op == TOK_ARROW)
                return captured_address(u, e->a);
            e = e->a;
            continue;
        case NODE_INDEX:
        {
            struct node *a = e->a;
            if (type_is_integer(a->type))
                a = e->b;
            return type_is(a->type, TY_ARRAY) ? captured_lvalue(u, a)
                                              : captured_address(u, a);
        }
        case NODE_UNARY:
            if (e->op == TOK_STAR)
                return captured_address(u, e->a);
            if (e->op != OP_REAL && e->op != OP_IMAG)
                return NULL;
            e = e->a;
            continue;
        default:
            return NULL;
        }
    }
}

struct node *captured_address(struct unit *u, struct node *e)
{
    e = node_strip(e);
    if (type_is(e->type, TY_ARRAY))
        return captured_lvalue(u, e);
    struct node *r;
    switch (e->kind)
    {
    case NODE_UNARY:
        return e->op == TOK_AMP ? captured_lvalue(u, e->a) : NULL;
    case NODE_BINARY:
        if (e->op != TOK_PLUS && e->op != TOK_MINUS)
            return NULL;
        if (!type_is_integer(e->a->type))
            return captured_address(u, e->a);
        return e->op == TOK_PLUS ? captured_address(u, e->b) : NULL;
    case NODE_COND:
        r = e->b ? captured_address(u, e->b) : captured_address(u, e->a);
        return r ? r : captured_address(u, e->c);
    case NODE_COMMA:
        return captured_address(u, e->b);
    case NODE_CAST:
        return type_is(e->type, TY_POINTER) ? captured_address(u, e->a) : NULL;
    default:
        return NULL;
    }
}

void check_write(struct unit *u, struct node *lvalue, bool address)
{
    if (!in_go_block(u))
        return;
    struct node *use = captured_lvalue(u, lvalue);
    if (!use)
        return;
    error(u, use->first, use->last,
          address ? "cannot take the address of %I as a pointer to non-const: it is "
                    "captured by value; use 'go [&%s]' to refer to the variable "
                    "itself"
                  : "cannot assign to %I: it is captured by value; use 'go [&%s]' "
                    "to refer to the variable itself",
          use->symbol->name, use->symbol->name->name);
    note(u, use->symbol->token, use->symbol->token, "%I declared here",
         use->symbol->name);
}

/* ---- go [&a, &b] ---- */

/* Whether an enclosing go block sees only a copy of s. */
static bool copied_outside(struct func *f, struct symbol *s)
{
    for (f = f->parent; f && f != s->owner; f = f->parent)
    {
        struct capture *c = f->is_go ? capture_find(f, s) : NULL;
        if (c && c->mode != CAP_REF)
            return true;
    }
    return false;
}

/* Takes s for listed in the enclosing go blocks, which has been asked for: what
 * becomes of their copies is not reported again. */
static void list_outside(struct func *f, struct symbol *s)
{
    for (f = f->parent; f && f != s->owner; f = f->parent)
    {
        struct capture *c = f->is_go ? capture_find(f, s) : NULL;
        if (c)
            c->mode = CAP_REF;
    }
}

static const char *why_not_listed(struct func *f, struct symbol *s)
{
    if (s->kind != SYM_VAR || !s->automatic || !s->owner || is_nested_function(s))
        return "is not an automatic variable: only those are captured by reference";
    if (s->storage == ST_REGISTER)
        return "is a register variable: it has no address";
    if (copied_outside(f, s))
        return "is captured by value by the enclosing go block: list it there, too";
    return NULL;
}

void go_capture(struct unit *u, struct func *f, uint32_t amp, uint32_t name)
{
    struct ident *id = u->toks.v[name].id;
    struct symbol *s = id->symbol;
    if (!s)
    {
        error(u, name, name, "%I undeclared", id);
        return;
    }
    struct capture *c = capture_find(f, s);
    if (c)
    {
        error(u, amp, name, "%I is listed twice", id);
        note(u, c->token, c->token, "the first time is here");
        return;
    }
    if (s->owner && s->owner != f)
        for (struct func *g = f->parent; g && g != s->owner; g = g->parent)
            if (g->is_go && s->kind == SYM_VAR && s->automatic &&
                !is_nested_function(s))
                capture_note(u, g, s, name, g == f->parent);
    const char *why = why_not_listed(f, s);
    if (why)
    {
        error(u, name, name, "%I %s", id, why);
        if (s->token && !s->builtin)
            note(u, s->token, s->token, "%I declared here", id);
        if (s->kind != SYM_VAR || !s->automatic)
            return;
        list_outside(f, s);
    }
    c = arena_push(u, &f->captures);
    *c = (struct capture){.symbol = s, .mode = CAP_REF, .listed = true, .token = name};
    s->address_taken = true;
    note_types(u, f, s->type, NULL);
}
