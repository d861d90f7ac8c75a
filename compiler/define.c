/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* define.c: from the text of a #define to a struct macro.
 *
 * What expansion will need is found out here, once: names that are parameters
 * become TOK_PARAM, a # and its parameter TOK_STRINGIFY, ## a flag on the token
 * before it, and a __VA_OPT__ knows the length of its group.
 */
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "ppstate.h"
#include "unit.h"

struct definition
{
    struct macro *macro;
    VEC(struct ident *) params;
    VEC(struct token) body;
};

static void forget_params(struct definition *d)
{
    for (size_t i = 0; i < d->params.n; i++)
        d->params.v[i]->param = 0;
}

static bool add_param(struct pp *pp, struct definition *d, struct ident *id, loc_t loc)
{
    if (id->param)
    {
        error_at(pp->u, loc, "duplicate macro parameter \"%s\"", id->name);
        return false;
    }
    if (d->params.n == UINT16_MAX - 1)
    {
        error_at(pp->u, loc, "too many macro parameters");
        return false;
    }
    *vec_push(&d->params) = id;
    id->param = (uint16_t)d->params.n;
    return true;
}

/* The parameters, from behind the ( to the ) included. */
static bool read_params(struct pp *pp, struct definition *d)
{
    struct lexer *lx = &pp->in->lx;
    struct token t;
    lex(lx, &t);
    if (t.kind == TOK_RPAREN)
        return true;
    for (;; lex(lx, &t))
    {
        if (t.kind == TOK_ELLIPSIS)
        {
            d->macro->variadic = true;
            if (!add_param(pp, d, pp->va_args, t.loc))
                return false;
        }
        else if (t.kind != TOK_IDENT)
        {
            error_at(pp->u, t.loc, "expected parameter name, found \"%.*s\"",
                     (int)(t.kind == TOK_NEWLINE || t.kind == TOK_EOF ? 11 : t.len),
                     t.kind == TOK_NEWLINE || t.kind == TOK_EOF ? "end of line" : t.text);
            return false;
        }
        else if (!add_param(pp, d, t.id, t.loc))
            return false;
        lex(lx, &t);
        if (t.kind == TOK_ELLIPSIS && !d->macro->variadic)
        {
            d->macro->variadic = true; /* GNU's name... */
            lex(lx, &t);
        }
        if (t.kind == TOK_RPAREN)
            return true;
        if (t.kind != TOK_COMMA || d->macro->variadic)
        {
            error_at(pp->u, t.loc, d->macro->variadic ? "expected ')' after \"...\""
                                                      : "expected ',' or ')' in macro parameter list");
            return false;
        }
    }
}

/* Beside ## goc's two-character tokens are the two that C knows. */
static void split_for_paste(struct definition *d)
{
    struct token *t = vec_last(&d->body);
    if ((t->kind != TOK_LARROW && t->kind != TOK_DEFINE) || t->flags & TF_SPLICED)
        return;
    struct token second = *t;
    t->kind = t->kind == TOK_LARROW ? TOK_LT : TOK_COLON;
    t->len = 1;
    second.kind = second.kind == TOK_LARROW ? TOK_MINUS : TOK_ASSIGN;
    second.flags = 0;
    second.loc++;
    second.text++;
    second.len = 1;
    *vec_push(&d->body) = second;
}

/* t is the # of a function-like macro's body: reads on. */
static bool read_stringify(struct pp *pp, struct definition *d, struct token hash)
{
    struct token t;
    lex(&pp->in->lx, &t);
    bool opt = t.kind == TOK_IDENT && t.id == pp->va_opt && d->macro->variadic;
    if (t.kind != TOK_IDENT || (!t.id->param && !opt))
    {
        error_at(pp->u, hash.loc, "'#' is not followed by a macro parameter");
        return false;
    }
    hash.kind = TOK_STRINGIFY;
    hash.spare = opt ? UINT16_MAX : (uint16_t)(t.id->param - 1);
    hash.len = 0;
    *vec_push(&d->body) = hash;
    return true;
}

/* The token just added is a __VA_OPT__, or the # of one: passes its (. */
static bool open_va_opt(struct pp *pp, struct definition *d)
{
    struct token t;
    lex(&pp->in->lx, &t);
    if (t.kind == TOK_LPAREN)
        return true;
    error_at(pp->u, vec_last(&d->body)->loc,
             "__VA_OPT__ must be followed by an open parenthesis");
    return false;
}

/* Where a body stands while it is read. */
struct body_state
{
    size_t opt;      /* 1 + the index of the open __VA_OPT__, or 0 */
    unsigned parens; /* open within it */
    bool pasted;     /* ## was read last */
};

static bool paste_error(struct pp *pp, loc_t loc, bool in_va_opt)
{
    error_at(pp->u, loc, "'##' cannot appear at either end of %s",
             in_va_opt ? "__VA_OPT__" : "a macro expansion");
    return false;
}

static bool add_paste(struct pp *pp, struct definition *d, struct body_state *b, loc_t loc)
{
    if (d->body.n == b->opt) /* at the start of either */
        return paste_error(pp, loc, b->opt != 0);
    if (!b->pasted) /* a ## ## b is a ## b */
        split_for_paste(d);
    vec_last(&d->body)->flags |= TF_PASTE;
    d->macro->pastes = b->pasted = true;
    return true;
}

/* The ) of a __VA_OPT__ becomes an empty token, for ## to be noted on. */
static bool close_va_opt(struct pp *pp, struct definition *d, struct body_state *b,
                         loc_t loc)
{
    if (b->pasted)
        return paste_error(pp, loc, true);
    *vec_push(&d->body) = (struct token){.kind = TOK_PLACEMARKER, .loc = loc};
    d->body.v[b->opt - 1].len = (uint32_t)(d->body.n - b->opt);
    b->opt = 0;
    return true;
}

static bool add_token(struct pp *pp, struct definition *d, struct body_state *b,
                      struct token t)
{
    const size_t at = d->body.n;
    if (t.kind == TOK_HASH && d->macro->function)
    {
        if (!read_stringify(pp, d, t))
            return false;
    }
    else
    {
        if (t.kind == TOK_IDENT && t.id->param)
        {
            t.spare = (uint16_t)(t.id->param - 1);
            t.kind = TOK_PARAM;
        }
        else if (t.kind == TOK_IDENT && t.id == pp->va_opt && d->macro->variadic)
            t.kind = TOK_VA_OPT;
        *vec_push(&d->body) = t;
    }
    const struct token *last = vec_last(&d->body);
    if (last->kind == TOK_VA_OPT || (last->kind == TOK_STRINGIFY && last->spare == UINT16_MAX))
    {
        if (b->opt)
        {
            error_at(pp->u, t.loc, "__VA_OPT__ may not appear in a __VA_OPT__");
            return false;
        }
        if (!open_va_opt(pp, d))
            return false;
        b->opt = d->body.n;
        b->parens = 0;
    }
    if (b->pasted && d->body.n == at + 1)
        split_for_paste(d);
    b->pasted = false;
    return true;
}

/* The replacement list, from its first token t to the end of the line. */
static bool read_body(struct pp *pp, struct definition *d, struct token t)
{
    struct body_state b = {0};
    t.flags &= (uint8_t)~TF_SPACE;
    for (; t.kind != TOK_NEWLINE && t.kind != TOK_EOF; lex(&pp->in->lx, &t))
    {
        bool ok;
        b.parens += b.opt && t.kind == TOK_LPAREN;
        if (t.kind == TOK_HASHHASH)
            ok = add_paste(pp, d, &b, t.loc);
        else if (b.opt && t.kind == TOK_RPAREN && b.parens-- == 0)
            ok = close_va_opt(pp, d, &b, t.loc);
        else
            ok = add_token(pp, d, &b, t);
        if (!ok)
            return false;
    }
    if (b.opt)
    {
        error_at(pp->u, d->body.v[b.opt - 1].loc, "unterminated __VA_OPT__");
        return false;
    }
    return !b.pasted || paste_error(pp, t.loc, false);
}

static void definition_keep(struct pp *pp, struct definition *d)
{
    struct arena *a = &pp->u->arena;
    struct macro *m = d->macro;
    m->n_params = (uint16_t)d->params.n;
    m->n_body = (uint32_t)d->body.n;
    m->params = arena_alloc(a, d->params.n * sizeof *m->params);
    m->body = arena_alloc(a, d->body.n * sizeof *m->body);
    if (d->params.n)
        memcpy(m->params, d->params.v, d->params.n * sizeof *m->params);
    if (d->body.n)
        memcpy(m->body, d->body.v, d->body.n * sizeof *m->body);
    m->name->macro = m;
}

void macro_define(struct pp *pp)
{
    struct lexer *lx = &pp->in->lx;
    struct token name, t;
    lex(lx, &name);
    if (name.kind != TOK_IDENT)
    {
        if (name.kind == TOK_NEWLINE || name.kind == TOK_EOF)
            error_at(pp->u, name.loc, "no macro name given in #define directive");
        else
            error_at(pp->u, name.loc, "macro names must be identifiers");
        return;
    }
    if (name.id == pp->defined)
    {
        error_at(pp->u, name.loc, "\"defined\" cannot be used as a macro name");
        return;
    }
    struct definition d = {.macro = arena_new(&pp->u->arena, struct macro)};
    d.macro->name = name.id;
    d.macro->loc = name.loc;
    lex(lx, &t);
    bool ok = true;
    if (t.kind == TOK_LPAREN && !(t.flags & TF_SPACE))
    {
        d.macro->function = true;
        ok = read_params(pp, &d);
        if (ok)
            lex(lx, &t);
    }
    if (ok && read_body(pp, &d, t))
        definition_keep(pp, &d);
    forget_params(&d);
    vec_free(&d.params);
    vec_free(&d.body);
}
