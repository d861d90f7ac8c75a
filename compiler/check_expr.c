/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_expr.c: makes the nodes of expressions and gives them their types.
 *
 * The type of a node is that of C11 6.5 before the lvalue and decay
 * conversions of 6.3.2.1: an lvalue keeps its quals, an array its length.
 * expr_value() is the type after them, without sugar.
 *
 * Misuse of plain C yields an unknown type and no message.  What is reported
 * here are channels where C has no use for them, received values that the
 * lowered code would turn into lvalues, and writes to captured variables.
 */
#include "check_expr.h"

#include <string.h>

struct node *expr_new(struct unit *u, enum node_kind kind, uint32_t first,
                      uint32_t last, struct type *type)
{
    struct node *n = node_new(u, kind, first, last);
    n->type = type;
    return n;
}

struct type *expr_value(struct unit *u, struct node *e)
{
    struct type *t = type_strip(e->type);
    if (t->kind == TY_ARRAY)
        return type_pointer(u, t->base);
    if (t->kind == TY_FUNCTION)
        return type_pointer(u, t);
    return t;
}

bool type_is_poison(struct unit *u, struct type *t)
{
    return t == type_poison(u);
}

bool expr_is_null(struct node *e)
{
    e = node_strip(e);
    if (e->kind == NODE_CAST && !e->is_constant)
    {
        struct type *t = type_strip(e->type);
        if (t->kind != TY_POINTER || type_strip(t->base)->kind != TY_VOID ||
            type_quals(t->base))
            return false;
        e = node_strip(e->a);
    }
    if (type_is(e->type, TY_NULLPTR))
        return true;
    return e->is_constant && type_is_integer(e->type) &&
           (e->value_unknown || e->value == 0);
}

void expr_suspends(struct unit *u, struct node *n)
{
    struct func *f = scope_func(u);
    if (f)
        *arena_push(u, &f->suspensions) = n;
}

/* A channel where C wants something else: reports it and poisons n. */
static struct node *bad_channel(struct unit *u, struct node *n, struct node *e,
                                const char *what)
{
    error(u, e->first, e->last, "%s %T", what, type_decay(u, e->type));
    n->type = type_poison(u);
    return n;
}

static bool is_chan(struct type *t)
{
    return t->kind == TY_CHAN;
}

/* ---- names ---- */

static void ident_variable(struct unit *u, struct node *n, struct symbol *s)
{
    n->type = s->type ? s->type : type_unknown(u);
    struct type *t = type_strip(n->type);
    n->is_lvalue = t->kind != TY_FUNCTION;
    n->pure = !(t->quals & Q_VOLATILE);
    if (s->depth && s->owner != scope_func(u) && capture_use(u, s, n->first))
        n->type = type_qualified(u, n->type, Q_CONST);
    if (t->kind == TY_ARRAY)
        s->address_taken = true;
}

struct node *expr_ident(struct unit *u, uint32_t tok)
{
    struct ident *id = u->toks.v[tok].id;
    struct symbol *s = id->symbol;
    struct node *n = expr_new(u, NODE_IDENT, tok, tok, NULL);
    n->ident = id;
    n->symbol = s;
    if (!s)
    {
        n->type = type_unknown(u);
        builtin_ident(u, n);
        return n;
    }
    switch (s->kind)
    {
    case SYM_VAR:
        ident_variable(u, n, s);
        if (id->word == WORD_AFTER)
            after_seen(u, n);
        return n;
    case SYM_ENUM:
        n->type = enum_constant_type(u, s);
        n->is_constant = n->pure = true;
        n->value = s->value;
        break;
    default:
        n->type = type_unknown(u);
    }
    check_use(u, s, tok);
    return n;
}

struct node *expr_paren(struct unit *u, uint32_t lparen, struct node *e,
                        uint32_t rparen)
{
    struct node *n = expr_new(u, NODE_PAREN, lparen, rparen, e->type);
    n->a = e;
    n->is_lvalue = e->is_lvalue;
    n->is_bitfield = e->is_bitfield;
    n->pure = e->pure;
    constexpr_fold(u, n);
    return n;
}

/* The bit-field whose value e has, as itself or through a comma, an assignment or
 * an increment; or null. */
static struct member *bitfield_of(struct node *e)
{
    for (;;)
    {
        e = node_strip(e);
        if (e->kind == NODE_COMMA)
            e = e->b;
        else if (e->kind == NODE_ASSIGN || e->kind == NODE_POSTFIX ||
                 (e->kind == NODE_UNARY && (e->op == TOK_INC || e->op == TOK_DEC)))
            e = e->a;
        else
            return e->kind == NODE_MEMBER && e->member && e->member->bits >= 0
                       ? e->member
                       : NULL;
    }
}

/* The type as an operand: a bit-field that int can hold becomes int. */
static struct type *operand_type(struct unit *u, struct node *e)
{
    struct member *m = bitfield_of(e);
    if (!m || m->bits > 32 || !type_is_integer(e->type))
        return e->type;
    bool wide = m->bits == 32 && type_is_unsigned(u, e->type);
    return type_basic(u, wide ? TY_UINT : TY_INT);
}

/* ---- what must be an lvalue ---- */

/* The receive of which e is (a part of) the value: no lvalue in goc, but one in
 * the lowered code. */
static struct node *received(struct node *e)
{
    e = node_strip(e);
    while (e->kind == NODE_MEMBER && e->op == TOK_DOT)
        e = node_strip(e->a);
    return e->kind == NODE_RECV ? e : NULL;
}

static bool check_not_received(struct unit *u, struct node *e, const char *what)
{
    if (!u->has_words || e->is_lvalue || !received(e))
        return true;
    error(u, e->first, e->last, "cannot %s a received value", what);
    return false;
}

/* ---- unary operators ---- */

static void unary_address(struct unit *u, struct node *n)
{
    struct node *e = node_strip(n->a);
    n->pure = e->pure;
    check_not_received(u, e, "take the address of");
    if (e->is_bitfield || type_is(e->type, TY_UNKNOWN))
        return;
    n->type = type_pointer(u, e->type);
    if (e->kind == NODE_UNARY && e->op == TOK_STAR)
    {
        struct type *p = expr_value(u, e->a);
        if (p->kind == TY_POINTER)
            n->type = p;
    }
    while (e->kind == NODE_MEMBER || e->kind == NODE_INDEX || e->kind == NODE_PAREN)
        e = e->a;
    if (e->kind == NODE_IDENT && e->symbol)
        e->symbol->address_taken = true;
}

static void unary_deref(struct unit *u, struct node *n)
{
    struct type *t = type_strip(n->a->type);
    n->is_lvalue = true;
    switch (t->kind)
    {
    case TY_POINTER:
    case TY_ARRAY:
        n->type = t->base;
        break;
    case TY_FUNCTION:
        n->type = n->a->type;
        break;
    case TY_CHAN:
        bad_channel(u, n, n->a, "cannot dereference a channel of type");
        return;
    }
    n->is_lvalue = !type_is(n->type, TY_FUNCTION);
    n->pure = n->a->pure && !(type_quals(n->type) & Q_VOLATILE);
}

static void unary_arithmetic(struct unit *u, struct node *n)
{
    struct type *t = type_strip(n->a->type);
    n->pure = n->a->pure;
    if (is_chan(t))
        bad_channel(u, n, n->a, "arithmetic on a channel of type");
    else if (type_is_integer(t))
        n->type = type_promote(u, operand_type(u, n->a));
    else if (type_is_arithmetic(t) || t->kind == TY_VECTOR)
        n->type = type_unqualified(u, n->a->type);
}

static void unary_step(struct unit *u, struct node *n)
{
    struct type *t = type_strip(n->a->type);
    if (is_chan(t))
    {
        bad_channel(u, n, n->a, "arithmetic on a channel of type");
        return;
    }
    n->type = type_unqualified(u, n->a->type);
    if (check_not_received(u, n->a, "change"))
        check_write(u, n->a, false);
}

/* A vector of as many integers as wide as its elements: what comparing yields. */
static struct type *vector_mask(struct unit *u, struct type *v)
{
    int64_t size = type_sizeof(u, v->base);
    enum type_kind k = size == 1   ? TY_SCHAR
                       : size == 2 ? TY_SHORT
                       : size == 4 ? TY_INT
                                   : TY_LLONG;
    return size < 0 ? type_unknown(u)
                    : type_vector(u, type_basic(u, k), v->length);
}

static void unary_part(struct unit *u, struct node *n)
{
    struct type *t = type_strip(n->a->type);
    n->is_lvalue = n->a->is_lvalue;
    n->pure = n->a->pure;
    if (t->kind == TY_COMPLEX)
        n->type = type_qualified(u, t->base, t->quals);
    else if (type_is_arithmetic(t))
        n->type = n->a->type;
}

static void unary_type(struct unit *u, struct node *n)
{
    struct node *e = n->a;
    switch (n->op)
    {
    case TOK_AMP:
        unary_address(u, n);
        break;
    case TOK_STAR:
        unary_deref(u, n);
        break;
    case TOK_PLUS:
    case TOK_MINUS:
    case TOK_TILDE:
        unary_arithmetic(u, n);
        break;
    case TOK_NOT:
        n->pure = e->pure;
        n->type = type_is(e->type, TY_VECTOR) ? vector_mask(u, type_strip(e->type))
                                              : type_basic(u, TY_INT);
        break;
    case TOK_INC:
    case TOK_DEC:
        unary_step(u, n);
        break;
    case OP_SIZEOF:
    case OP_ALIGNOF:
        n->type = type_size(u);
        n->pure = !type_is_vm(e->type);
        break;
    case OP_REAL:
    case OP_IMAG:
        unary_part(u, n);
        break;
    case OP_EXTENSION:
        n->type = e->type;
        n->is_lvalue = e->is_lvalue;
        n->is_bitfield = e->is_bitfield;
        n->pure = e->pure;
        break;
    }
}

struct node *expr_unary(struct unit *u, int op, uint32_t tok, struct node *e)
{
    struct node *n = expr_new(u, NODE_UNARY, tok, e->last, type_unknown(u));
    n->op = (uint8_t)op;
    n->op_token = tok;
    n->a = e;
    unary_type(u, n);
    if (e->is_constant || op == OP_SIZEOF || op == OP_ALIGNOF)
        constexpr_fold(u, n);
    return n;
}

struct node *expr_label_address(struct unit *u, uint32_t tok, uint32_t name)
{
    struct type *t = type_pointer(u, type_basic(u, TY_VOID));
    struct node *n = expr_new(u, NODE_UNARY, tok, name, t);
    n->op = OP_LABEL_ADDRESS;
    n->op_token = tok;
    n->ident = u->toks.v[name].id;
    n->symbol = n->ident->label;
    n->pure = true;
    return n;
}

struct node *expr_postfix(struct unit *u, struct node *e, int op, uint32_t tok)
{
    struct node *n = expr_new(u, NODE_POSTFIX, e->first, tok, type_unknown(u));
    n->op = (uint8_t)op;
    n->op_token = tok;
    n->a = e;
    unary_step(u, n);
    return n;
}

struct node *expr_sizeof_type(struct unit *u, int op, uint32_t tok,
                              struct type *t, uint32_t rparen)
{
    struct node *n = expr_new(u, NODE_SIZEOF_TYPE, tok, rparen, type_size(u));
    n->op = (uint8_t)op;
    n->op_token = tok;
    n->type_arg = t;
    n->pure = !type_is_vm(t);
    constexpr_fold(u, n);
    return n;
}

/* ---- binary operators ---- */

static bool is_comparison(int op)
{
    return op == TOK_LT || op == TOK_GT || op == TOK_LE || op == TOK_GE ||
           op == TOK_EQEQ || op == TOK_NE;
}

static struct type *additive_type(struct unit *u, struct node *n,
                                  struct type *a, struct type *b)
{
    bool pa = a->kind == TY_POINTER, pb = b->kind == TY_POINTER;
    if (pa && pb)
        return n->op == TOK_MINUS ? type_ptrdiff(u) : type_unknown(u);
    if (pa && (type_is_integer(b) || b->kind == TY_UNKNOWN))
        return type_decay(u, n->a->type);
    if (pb && n->op == TOK_PLUS && (type_is_integer(a) || a->kind == TY_UNKNOWN))
        return type_decay(u, n->b->type);
    return type_arithmetic(u, operand_type(u, n->a), operand_type(u, n->b));
}

static struct type *shift_type(struct unit *u, struct node *n, struct type *a,
                               struct type *b)
{
    if (a->kind == TY_VECTOR || b->kind == TY_VECTOR)
        return type_arithmetic(u, n->a->type, n->b->type);
    if (!type_is_integer(a) || !type_is_integer(b))
        return type_unknown(u);
    return type_promote(u, operand_type(u, n->a));
}

/* Channels with an operator that is not for them. */
static bool channel_operands(struct unit *u, struct node *n, struct type *a)
{
    if (n->op == TOK_ANDAND || n->op == TOK_OROR)
        return false;
    if (n->op == TOK_EQEQ || n->op == TOK_NE)
    {
        check_comparison(u, n->a, n->op_token, n->b);
        return false;
    }
    bad_channel(u, n, is_chan(a) ? n->a : n->b,
                is_comparison(n->op) ? "channels have no order: operand of type"
                                     : "arithmetic on a channel of type");
    return true;
}

static void binary_type(struct unit *u, struct node *n)
{
    struct type *a = expr_value(u, n->a), *b = expr_value(u, n->b);
    if ((is_chan(a) || is_chan(b)) && channel_operands(u, n, a))
        return;
    switch (n->op)
    {
    case TOK_PLUS:
    case TOK_MINUS:
        n->type = additive_type(u, n, a, b);
        return;
    case TOK_SHL:
    case TOK_SHR:
        n->type = shift_type(u, n, a, b);
        return;
    case TOK_ANDAND:
    case TOK_OROR:
        n->type = type_basic(u, TY_INT);
        return;
    }
    if (!is_comparison(n->op))
    {
        n->type = type_arithmetic(u, operand_type(u, n->a), operand_type(u, n->b));
        return;
    }
    if (a->kind == TY_VECTOR || b->kind == TY_VECTOR)
        n->type = vector_mask(u, a->kind == TY_VECTOR ? a : b);
    else
        n->type = type_basic(u, TY_INT);
    if (u->has_words && (n->op == TOK_EQEQ || n->op == TOK_NE) &&
        a->kind == TY_POINTER && b->kind == TY_POINTER)
        check_comparison(u, n->a, n->op_token, n->b);
}

/* Operands that are no constants but make one: addresses within a null struct,
 * floating constants that are compared. */
static bool may_fold(int op, struct type *x, struct type *y)
{
    return (op == TOK_MINUS && x->kind == TY_POINTER) ||
           ((x->kind == TY_DOUBLE || y->kind == TY_DOUBLE) &&
            (is_comparison(op) || op == TOK_ANDAND || op == TOK_OROR));
}

struct node *expr_binary(struct unit *u, struct node *a, int op, uint32_t tok,
                         struct node *b)
{
    struct node *n = expr_new(u, NODE_BINARY, a->first, b->last, NULL);
    n->op = (uint8_t)op;
    n->op_token = tok;
    n->a = a;
    n->b = b;
    n->pure = a->pure && b->pure;
    struct type *x = a->type, *y = b->type;
    if (x->kind == TY_INT && y->kind == TY_INT && !x->quals && !y->quals)
        n->type = x; /* whatever the operator */
    else
        binary_type(u, n);
    if ((a->is_constant && b->is_constant) || may_fold(op, x, y))
        constexpr_fold(u, n);
    return n;
}

struct node *expr_assign(struct unit *u, struct node *a, int op, uint32_t tok,
                         struct node *b)
{
    struct type *t = type_unqualified(u, a->type);
    struct node *n = expr_new(u, NODE_ASSIGN, a->first, b->last, t);
    n->op = (uint8_t)op;
    n->op_token = tok;
    n->a = a;
    n->b = b;
    if (!u->has_words)
        return n;
    if (check_not_received(u, a, "assign to"))
        check_write(u, a, false);
    if (op == TOK_ASSIGN)
    {
        if (!flag_seen(u, n))
            check_assign(u, t, b, "assign", b->first, b->last);
    }
    else if (is_chan(type_strip(t)))
        bad_channel(u, n, a, "arithmetic on a channel of type");
    else if (is_chan(type_strip(b->type)))
        bad_channel(u, n, b, "arithmetic on a channel of type");
    return n;
}

struct node *expr_comma(struct unit *u, struct node *a, struct node *b)
{
    struct node *n = expr_new(u, NODE_COMMA, a->first, b->last, type_decay(u, b->type));
    n->a = a;
    n->b = b;
    n->pure = a->pure && b->pure;
    return n;
}

/* ---- conditional ---- */

/* 6.5.15p6: a pointer to what both branches point to, with the quals of both. */
static struct type *pointer_branches(struct unit *u, struct node *a,
                                     struct node *b)
{
    struct type *x = expr_value(u, a), *y = expr_value(u, b);
    if (x->kind != TY_POINTER || (y->kind == TY_POINTER && expr_is_null(a)))
    {
        struct node *n = a;
        struct type *t = x;
        a = b, b = n;
        x = y, y = t;
    }
    if (y->kind != TY_POINTER || expr_is_null(b))
        return expr_is_null(b) || type_is_integer(y) ? type_decay(u, a->type)
                                                     : type_unknown(u);
    unsigned quals = type_quals(x->base) | type_quals(y->base);
    struct type *to;
    if (type_is(x->base, TY_VOID) || type_is(y->base, TY_VOID))
        to = type_basic(u, TY_VOID);
    else if (type_compatible(u, x->base, y->base))
        to = type_composite(u, x->base, y->base);
    else
        to = type_basic(u, TY_VOID); /* GCC and Clang: a warning */
    return type_pointer(u, type_qualified(u, to, quals));
}

static struct type *cond_type(struct unit *u, struct node *a, struct node *b)
{
    struct type *x = expr_value(u, a), *y = expr_value(u, b);
    if (is_chan(x) || is_chan(y))
        return check_branches(u, a, b);
    if (x->kind == TY_UNKNOWN || y->kind == TY_UNKNOWN)
        return type_unknown(u);
    if (type_is_arithmetic(x) && type_is_arithmetic(y))
        return type_arithmetic(u, operand_type(u, a), operand_type(u, b));
    if (x->kind == TY_VECTOR || y->kind == TY_VECTOR)
        return type_unqualified(u, x->kind == TY_VECTOR ? a->type : b->type);
    if (x->kind == TY_VOID || y->kind == TY_VOID)
        return type_basic(u, TY_VOID);
    if (x->kind == TY_POINTER || y->kind == TY_POINTER)
    {
        if (u->has_words && x->kind == TY_POINTER && y->kind == TY_POINTER)
            check_branches(u, a, b);
        return pointer_branches(u, a, b);
    }
    if (type_compatible(u, x, y))
        return type_unqualified(u, a->type);
    return type_unknown(u);
}

struct node *expr_cond(struct unit *u, struct node *c, struct node *a,
                       struct node *b)
{
    struct node *n = expr_new(u, NODE_COND, c->first, b->last, NULL);
    struct node *yes = a ? a : c;
    n->a = c;
    n->b = a;
    n->c = b;
    n->pure = c->pure && yes->pure && b->pure;
    n->type = cond_type(u, yes, b);
    if (type_is(c->type, TY_VECTOR))
        n->type = type_unqualified(u, yes->type);
    if (c->is_constant)
        constexpr_fold(u, n);
    return n;
}

/* ---- casts, literals ---- */

struct node *expr_cast(struct unit *u, uint32_t lparen, struct type *t,
                       struct node *e)
{
    struct node *n = expr_new(u, NODE_CAST, lparen, e->last, type_unqualified(u, t));
    n->type_arg = t;
    n->a = e;
    n->pure = e->pure;
    if (u->has_words && !check_cast(u, t, e))
        n->type = type_poison(u);
    constexpr_fold(u, n);
    return n;
}

struct node *expr_compound_literal(struct unit *u, uint32_t lparen,
                                   struct type *t, struct node *init)
{
    t = init_complete(u, t, init);
    struct node *n = expr_new(u, NODE_COMPOUND_LITERAL, lparen, init->last, t);
    n->type_arg = t;
    n->a = init;
    n->is_lvalue = true;
    n->pure = init->pure;
    init->type = t;
    check_assign(u, t, init, "initialise", init->first, init->last);
    return n;
}

/* value is not 0 if a channel, or the address of a captured variable, stands
 * somewhere in the list: then init_check has work to do. */
struct node *expr_init_list(struct unit *u, uint32_t lbrace, struct node *list,
                            uint32_t rbrace)
{
    struct node *n = expr_new(u, NODE_INIT_LIST, lbrace, rbrace, type_unknown(u));
    n->list = list;
    n->pure = true;
    bool inside = in_go_block(u);
    for (struct node *e = list; e; e = e->next)
    {
        n->pure = n->pure && e->pure;
        if (e->kind == NODE_INIT_LIST ? e->value != 0
                                      : u->has_words && type_mentions_chan(e->type))
            n->value = 1;
        else if (inside && e->kind != NODE_INIT_LIST && captured_address(u, e))
            n->value = 1;
    }
    return n;
}

struct node *expr_stmt(struct unit *u, uint32_t lparen, struct node *block,
                       uint32_t rparen)
{
    struct node *n = expr_new(u, NODE_STMT_EXPR, lparen, rparen, type_basic(u, TY_VOID));
    n->a = block;
    struct node *s = block->list;
    while (s && s->next)
        s = s->next;
    while (s && (s->kind == NODE_LABEL || s->kind == NODE_CASE ||
                 s->kind == NODE_DEFAULT))
        s = s->c;
    if (s && s->kind == NODE_EXPR_STMT && s->a && s->a->type)
        n->type = type_decay(u, s->a->type);
    else if (s && s->kind == NODE_ERROR)
        n->type = type_unknown(u);
    return n;
}

/* ---- subscripts, members ---- */

struct node *expr_index(struct unit *u, struct node *a, struct node *i,
                        uint32_t rbracket)
{
    struct node *n = expr_new(u, NODE_INDEX, a->first, rbracket, type_unknown(u));
    n->a = a;
    n->b = i;
    n->is_lvalue = true;
    struct type *t = type_strip(a->type), *v = type_strip(i->type);
    if (is_chan(t) || is_chan(v))
        return bad_channel(u, n, is_chan(t) ? a : i, "subscript on a channel of type");
    if (t->kind != TY_POINTER && t->kind != TY_ARRAY && t->kind != TY_VECTOR)
        t = v; /* i[a] */
    if (t->kind == TY_POINTER || t->kind == TY_ARRAY)
        n->type = t->base;
    else if (t->kind == TY_VECTOR)
        n->type = type_qualified(u, t->base, t->quals);
    n->pure = a->pure && i->pure && !(type_quals(n->type) & Q_VOLATILE);
    return n;
}

struct node *expr_member(struct unit *u, struct node *a, int op, uint32_t name)
{
    struct node *n = expr_new(u, NODE_MEMBER, a->first, name, type_unknown(u));
    n->op = (uint8_t)op;
    n->op_token = name - 1;
    n->a = a;
    n->ident = u->toks.v[name].kind == TOK_IDENT ? u->toks.v[name].id : NULL;
    n->is_lvalue = op == TOK_ARROW || a->is_lvalue;
    struct type *t = type_strip(a->type);
    if (is_chan(t))
        return bad_channel(u, n, a, "member of a channel of type");
    if (op == TOK_ARROW && (t->kind == TY_POINTER || t->kind == TY_ARRAY))
        t = type_strip(t->base);
    if (!n->ident || (t->kind != TY_STRUCT && t->kind != TY_UNION))
        return n;
    unsigned quals = t->quals & (Q_CONST | Q_VOLATILE);
    n->member = type_member_path(t, n->ident, &quals, NULL);
    if (!n->member)
        return n;
    n->type = n->member->type;
    if (quals)
        n->type = type_qualified(u, n->type, quals & (Q_CONST | Q_VOLATILE));
    n->is_bitfield = n->member->bits >= 0;
    n->pure = a->pure && !(type_quals(n->type) & Q_VOLATILE);
    return n;
}

/* ---- calls ---- */

/* C89: the call declares it, at file scope, as int f(). */
static void declare_implicitly(struct unit *u, struct node *f)
{
    struct symbol *s = scope_declare_file(u, f->ident);
    if (!s->type)
    {
        s->kind = SYM_VAR;
        s->storage = ST_EXTERN;
        s->implicit = true;
        s->token = f->first;
        s->type = type_function(u, type_basic(u, TY_INT), NULL, false, true);
    }
    f->symbol = s;
    f->type = s->type;
}

static void check_arguments(struct unit *u, struct type *f, struct node *args)
{
    struct param *p = f->params;
    for (struct node *e = args; e && p; e = e->next, p = p->next)
        check_assign(u, p->type, e, "pass", e->first, e->last);
}

struct node *expr_call(struct unit *u, struct node *f, struct node *args,
                       uint32_t rparen)
{
    struct node *special = chan_builtin(u, f, args, rparen);
    if (special)
        return special;
    struct node *n = expr_new(u, NODE_CALL, f->first, rparen, type_unknown(u));
    n->a = f;
    n->list = args;
    expr_suspends(u, n);
    if (f->kind == NODE_IDENT)
    {
        if (!f->symbol && f->ident && type_is(f->type, TY_UNKNOWN))
            declare_implicitly(u, f);
        if (f->symbol && f->symbol->builtin)
        {
            builtin_call(u, n, f);
            return n;
        }
    }
    struct type *t = expr_value(u, f);
    if (is_chan(t))
        return bad_channel(u, n, f, "call of a channel of type");
    if (t->kind == TY_POINTER)
        t = type_strip(t->base);
    if (t->kind != TY_FUNCTION)
        return n;
    n->type = type_quals(t->base) ? type_unqualified(u, t->base) : t->base;
    if (u->has_words && !t->unprototyped)
        check_arguments(u, t, args);
    return n;
}

/* ---- selections and builtins with types ---- */

struct node *expr_generic(struct unit *u, uint32_t tok, struct node *control,
                          struct generic_assoc *list, uint32_t rparen)
{
    struct node *n = expr_new(u, NODE_GENERIC, tok, rparen, type_unknown(u));
    struct type *t = type_decay(u, control->type);
    struct generic_assoc *chosen = NULL, *other = NULL;
    struct node **tail = &n->list;
    n->b = control;
    for (struct generic_assoc *g = list; g; g = g->next)
    {
        if (g->type && type_mentions_chan(g->type))
            n->type_arg = g->type;
        if (!g->type)
            other = g;
        else if (!chosen && !type_is_unknown(g->type) &&
                 type_quals(g->type) == 0 && type_compatible(u, t, g->type))
            chosen = g;
        *tail = g->e;
        tail = &g->e->next;
    }
    if (!chosen)
        chosen = other;
    if (!chosen && !type_is_unknown(t) && (n->type_arg || type_mentions_chan(t)))
        error(u, control->first, control->last,
              "the generic selection has no association for %T", t);
    if (!chosen || type_is_unknown(t))
        return n;
    struct node *e = n->a = chosen->e;
    n->type = e->type;
    n->is_lvalue = e->is_lvalue;
    n->is_bitfield = e->is_bitfield;
    n->pure = e->pure;
    n->is_constant = e->is_constant;
    n->value_unknown = e->value_unknown;
    n->value = e->value;
    return n;
}

void check_condition(struct unit *u, struct node *e)
{
    check_pending(u, e->first);
}
