/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_stmt.c: makes the nodes of statements.
 *
 * Statements have no type and C's own need few checks: what a function returns
 * is converted as if by assignment, and labels find their declarations.  Jumps
 * are judged at the end of the function, in check_jumps.c.
 */
#include "check_expr.h"

struct node *stmt_expr(struct unit *u, struct node *e, uint32_t semi)
{
    struct node *n = node_new(u, NODE_EXPR_STMT, e ? e->first : semi, semi);
    n->a = e;
    return n;
}

struct node *stmt_block(struct unit *u, uint32_t lbrace, struct node *list,
                        uint32_t rbrace)
{
    struct node *n = node_new(u, NODE_BLOCK, lbrace, rbrace);
    n->list = list;
    return n;
}

/* ---- selections and loops ---- */

struct node *stmt_if(struct unit *u, uint32_t tok, struct node *c,
                     struct node *a, struct node *b)
{
    struct node *n = node_new(u, NODE_IF, tok, b ? b->last : a->last);
    check_condition(u, c);
    n->a = c;
    n->b = a;
    n->c = b;
    return n;
}

struct node *stmt_while(struct unit *u, uint32_t tok, struct node *c,
                        struct node *body)
{
    struct node *n = node_new(u, NODE_WHILE, tok, body->last);
    check_condition(u, c);
    n->a = c;
    n->b = body;
    return n;
}

struct node *stmt_do(struct unit *u, uint32_t tok, struct node *body,
                     struct node *c, uint32_t semi)
{
    struct node *n = node_new(u, NODE_DO, tok, semi);
    check_condition(u, c);
    n->a = c;
    n->b = body;
    return n;
}

struct node *stmt_for(struct unit *u, uint32_t tok, struct node *init,
                      struct node *c, struct node *step, struct node *body)
{
    struct node *n = node_new(u, NODE_FOR, tok, body->last);
    if (c)
        check_condition(u, c);
    n->a = init;
    n->b = c;
    n->c = step;
    n->d = body;
    return n;
}

struct node *stmt_switch(struct unit *u, uint32_t tok, struct node *e,
                         struct node *body)
{
    struct node *n = node_new(u, NODE_SWITCH, tok, body->last);
    check_condition(u, e);
    n->a = e;
    n->b = body;
    return n;
}

/* ---- labels ---- */

struct node *stmt_case(struct unit *u, uint32_t tok, struct node *lo,
                       struct node *hi, struct node *stmt, uint32_t colon)
{
    struct node *n = node_new(u, NODE_CASE, tok, stmt ? stmt->last : colon);
    n->a = lo;
    n->b = hi;
    n->c = stmt;
    n->token1 = colon;
    return n;
}

struct node *stmt_default(struct unit *u, uint32_t tok, struct node *stmt,
                          uint32_t colon)
{
    struct node *n = node_new(u, NODE_DEFAULT, tok, stmt ? stmt->last : colon);
    n->c = stmt;
    n->token1 = colon;
    return n;
}

struct node *stmt_label(struct unit *u, uint32_t name, struct node *stmt,
                        uint32_t colon)
{
    struct node *n = node_new(u, NODE_LABEL, name, stmt ? stmt->last : colon);
    n->ident = u->toks.v[name].id;
    n->c = stmt;
    n->token1 = colon;
    n->symbol = scope_label(u, n->ident, true);
    if (n->symbol && !n->symbol->defined)
    {
        n->symbol->defined = true;
        n->symbol->token = name;
        n->symbol->decl = n;
    }
    return n;
}

void label_local(struct unit *u, uint32_t name)
{
    scope_declare_label(u, u->toks.v[name].id)->token = name;
}

/* ---- jumps ---- */

struct node *stmt_goto(struct unit *u, uint32_t tok, uint32_t name,
                       struct node *computed, uint32_t semi)
{
    struct node *n = node_new(u, NODE_GOTO, tok, semi);
    n->a = computed;
    if (computed)
    {
        check_pending(u, computed->first);
        return n;
    }
    n->ident = u->toks.v[name].id;
    n->token1 = name;
    n->symbol = scope_label(u, n->ident, false);
    if (n->symbol && !n->symbol->token)
        n->symbol->token = name;
    return n;
}

struct node *stmt_jump(struct unit *u, enum node_kind kind, uint32_t tok,
                       uint32_t semi)
{
    return node_new(u, kind, tok, semi);
}

/* A void function that returns a value is the host's to judge. */
static void check_returned(struct unit *u, struct node *e)
{
    struct func *f = scope_func(u);
    struct type *t = f && !f->is_go ? type_strip(f->type) : NULL;
    if (t && t->kind == TY_FUNCTION && !type_is(t->base, TY_VOID))
        check_assign(u, t->base, e, "return", e->first, e->last);
    else
        check_pending(u, e->first);
}

struct node *stmt_return(struct unit *u, uint32_t tok, struct node *e,
                         uint32_t semi)
{
    struct node *n = node_new(u, NODE_RETURN, tok, semi);
    n->a = e;
    if (e)
        check_returned(u, e);
    return n;
}
