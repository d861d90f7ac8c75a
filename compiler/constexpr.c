/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* constexpr.c: integer constant expressions, C11 6.6, folded as the tree grows.
 *
 * A node is a constant if its operands are.  Three things spread: not a
 * constant; a constant whose value only the host knows (sizeof of a type that
 * is beyond goc, a builtin); and a value, kept in 64 bits with the sign of its
 * type.  What C does not count as an integer constant expression but GCC and
 * Clang fold all the same, the differences of addresses in a null struct, is
 * folded as well: it gives arrays their length.
 */
#include <stdlib.h>

#include "check_expr.h"

static int width(struct unit *u, struct type *t)
{
    int64_t size = type_sizeof(u, t);
    return size < 0 || size > 8 ? 64 : (int)size * 8;
}

bool type_is_unsigned(struct unit *u, struct type *t)
{
    t = type_strip(t);
    switch (t->kind)
    {
    case TY_BOOL:
    case TY_UCHAR:
    case TY_USHORT:
    case TY_UINT:
    case TY_ULONG:
    case TY_ULLONG:
    case TY_UINT128:
    case TY_POINTER:
        return true;
    case TY_CHAR:
        return !u->opt->signed_char;
    case TY_ENUM:
        return !t->tag->enum_base || type_is_unsigned(u, t->tag->enum_base);
    }
    return false;
}

int64_t constexpr_wrap(struct unit *u, struct type *t, int64_t value)
{
    if (type_is(t, TY_BOOL))
        return value != 0;
    int shift = 64 - width(u, t);
    if (!shift)
        return value;
    uint64_t bits = (uint64_t)value << shift;
    return type_is_unsigned(u, t) ? (int64_t)(bits >> shift)
                             : (int64_t)bits >> shift;
}

static void set(struct unit *u, struct node *e, int64_t value)
{
    e->is_constant = true;
    e->value = constexpr_wrap(u, e->type, value);
}

static void set_unknown(struct node *e)
{
    e->is_constant = e->value_unknown = true;
}

static void copy(struct unit *u, struct node *e, struct node *from)
{
    if (!from->is_constant)
        return;
    if (from->value_unknown)
        set_unknown(e);
    else
        set(u, e, from->value);
}

/* ---- addresses that are numbers ---- */

static bool address(struct unit *u, struct node *e, int64_t *value, bool *known);

/* The address of lvalue e. */
static bool lvalue_address(struct unit *u, struct node *e, int64_t *value,
                           bool *known)
{
    e = node_strip(e);
    int64_t offset = 0;
    switch (e->kind)
    {
    case NODE_MEMBER:
        if (e->op == TOK_ARROW ? !address(u, e->a, value, known)
                               : !lvalue_address(u, e->a, value, known))
            return false;
        struct type *t = expr_value(u, e->a);
        if (t->kind == TY_POINTER)
            t = type_strip(t->base);
        if (!e->member || !type_member_path(t, e->ident, NULL, &offset) ||
            e->member->offset < 0 || offset < 0)
            *known = false;
        else
            *value += offset + e->member->offset;
        return true;
    case NODE_INDEX:
        if (!e->b->is_constant || !address(u, e->a, value, known))
            return false;
        int64_t size = type_sizeof(u, e->type);
        if (size < 0 || e->b->value_unknown)
            *known = false;
        else
            *value += size * e->b->value;
        return true;
    case NODE_UNARY:
        return e->op == TOK_STAR && address(u, e->a, value, known);
    }
    return false;
}

/* The value of pointer e, if it is made of constants only. */
static bool address(struct unit *u, struct node *e, int64_t *value, bool *known)
{
    e = node_strip(e);
    if (e->is_constant)
    {
        *value = e->value;
        *known = *known && !e->value_unknown;
        return true;
    }
    if (type_is(e->type, TY_ARRAY))
        return lvalue_address(u, e, value, known);
    switch (e->kind)
    {
    case NODE_CAST:
        return address(u, e->a, value, known);
    case NODE_UNARY:
        return e->op == TOK_AMP && lvalue_address(u, e->a, value, known);
    case NODE_BINARY:
    {
        struct node *p = e->a, *n = e->b;
        if (e->op == TOK_PLUS && p->is_constant)
            p = e->b, n = e->a;
        if ((e->op != TOK_PLUS && e->op != TOK_MINUS) || !n->is_constant ||
            !address(u, p, value, known))
            return false;
        struct type *t = expr_value(u, p);
        int64_t size = t->kind == TY_POINTER ? type_sizeof(u, t->base) : 1;
        if (size < 0 || n->value_unknown)
            *known = false;
        else
            *value += e->op == TOK_PLUS ? size * n->value : -size * n->value;
        return true;
    }
    }
    return false;
}

static void fold_address(struct unit *u, struct node *e, struct node *pointer)
{
    int64_t value = 0;
    bool known = true;
    if (!address(u, pointer, &value, &known))
        return;
    if (known)
        set(u, e, value);
    else
        set_unknown(e);
}

static void fold_difference(struct unit *u, struct node *e)
{
    int64_t a = 0, b = 0;
    bool known = true;
    if (!address(u, e->a, &a, &known) || !address(u, e->b, &b, &known))
        return;
    int64_t size = type_sizeof(u, expr_value(u, e->a)->base);
    if (known && size > 0)
        set(u, e, (a - b) / size);
    else
        set_unknown(e);
}

/* ---- operators ---- */

static void fold_unary(struct unit *u, struct node *e)
{
    struct node *a = e->a;
    if (e->op == OP_EXTENSION)
    {
        copy(u, e, a);
        return;
    }
    if (!a->is_constant || !type_is_integer(e->type))
        return;
    if (a->value_unknown)
    {
        if (e->op != TOK_INC && e->op != TOK_DEC)
            set_unknown(e);
        return;
    }
    uint64_t v = (uint64_t)a->value;
    switch (e->op)
    {
    case TOK_PLUS:
        set(u, e, (int64_t)v);
        break;
    case TOK_MINUS:
        set(u, e, (int64_t)-v);
        break;
    case TOK_TILDE:
        set(u, e, (int64_t)~v);
        break;
    case TOK_NOT:
        set(u, e, !v);
        break;
    }
}

/* 6.6 wants constants on both sides of && and ||; so do compilers where it
 * counts. */
static void fold_logical(struct unit *u, struct node *e)
{
    struct node *a = e->a, *b = e->b;
    bool is_and = e->op == TOK_ANDAND;
    if (!a->value_unknown && (a->value != 0) != is_and)
        set(u, e, !is_and);
    else if (a->value_unknown || b->value_unknown)
        set_unknown(e);
    else
        set(u, e, b->value != 0);
}

static bool less(bool is_u, int64_t a, int64_t b)
{
    return is_u ? (uint64_t)a < (uint64_t)b : a < b;
}

static void fold_divide(struct unit *u, struct node *e, bool is_u, int64_t a,
                        int64_t b)
{
    if (b == 0)
        return;
    if (!is_u && b == -1) /* INT64_MIN / -1 wraps */
        set(u, e, e->op == TOK_SLASH ? (int64_t)-(uint64_t)a : 0);
    else if (is_u)
        set(u, e, (int64_t)(e->op == TOK_SLASH ? (uint64_t)a / (uint64_t)b
                                               : (uint64_t)a % (uint64_t)b));
    else
        set(u, e, e->op == TOK_SLASH ? a / b : a % b);
}

static void fold_shift(struct unit *u, struct node *e, int64_t a, int64_t by)
{
    if (by < 0 || by >= width(u, e->type))
        set_unknown(e);
    else if (e->op == TOK_SHL)
        set(u, e, (int64_t)((uint64_t)a << by));
    else if (type_is_unsigned(u, e->type))
        set(u, e, (int64_t)((uint64_t)a >> by));
    else
        set(u, e, a >> by);
}

static void fold_arithmetic(struct unit *u, struct node *e)
{
    struct type *common = type_arithmetic(u, e->a->type, e->b->type);
    bool is_u = type_is_unsigned(u, common);
    int64_t a = constexpr_wrap(u, common, e->a->value);
    int64_t b = constexpr_wrap(u, common, e->b->value);
    uint64_t ua = (uint64_t)a, ub = (uint64_t)b;
    switch (e->op)
    {
    case TOK_PLUS:
        set(u, e, (int64_t)(ua + ub));
        break;
    case TOK_MINUS:
        set(u, e, (int64_t)(ua - ub));
        break;
    case TOK_STAR:
        set(u, e, (int64_t)(ua * ub));
        break;
    case TOK_SLASH:
    case TOK_PERCENT:
        fold_divide(u, e, is_u, a, b);
        break;
    case TOK_AMP:
        set(u, e, a & b);
        break;
    case TOK_PIPE:
        set(u, e, a | b);
        break;
    case TOK_CARET:
        set(u, e, a ^ b);
        break;
    case TOK_SHL:
    case TOK_SHR:
        fold_shift(u, e, e->a->value, e->b->value);
        break;
    case TOK_LT:
        set(u, e, less(is_u, a, b));
        break;
    case TOK_GT:
        set(u, e, less(is_u, b, a));
        break;
    case TOK_LE:
        set(u, e, !less(is_u, b, a));
        break;
    case TOK_GE:
        set(u, e, !less(is_u, a, b));
        break;
    case TOK_EQEQ:
        set(u, e, a == b);
        break;
    case TOK_NE:
        set(u, e, a != b);
        break;
    }
}

/* ---- floating constants: under casts to integer types, in comparisons ---- */

static bool float_constant(struct unit *u, struct node *e, double *value,
                           bool *known);

static bool float_binary(struct unit *u, struct node *e, double *value,
                         bool *known)
{
    double a, b;
    if (!float_constant(u, e->a, &a, known) || !float_constant(u, e->b, &b, known))
        return false;
    switch (e->op)
    {
    case TOK_PLUS:
        *value = a + b;
        break;
    case TOK_MINUS:
        *value = a - b;
        break;
    case TOK_STAR:
        *value = a * b;
        break;
    case TOK_SLASH:
        *value = b != 0 ? a / b : 0;
        *known = *known && b != 0;
        break;
    default:
        *known = false;
    }
    return true;
}

/* Whether e is made of arithmetic constants; *known is cleared if the value
 * would need more than double. */
static bool float_constant(struct unit *u, struct node *e, double *value,
                           bool *known)
{
    *value = 0;
    e = node_strip(e);
    if (e->is_constant)
    {
        *known = *known && !e->value_unknown && e->value < INT64_C(1) << 53 &&
                 e->value > -(INT64_C(1) << 53);
        *value = (double)e->value;
        return true;
    }
    unsigned kind = type_strip(e->type)->kind;
    if (kind != TY_DOUBLE)
        *known = false;
    switch (e->kind)
    {
    case NODE_NUMBER:
        *value = strtod(token_text(u, &u->toks.v[e->first], NULL), NULL);
        return true;
    case NODE_UNARY:
        if ((e->op != TOK_PLUS && e->op != TOK_MINUS) ||
            !float_constant(u, e->a, value, known))
            return false;
        if (e->op == TOK_MINUS)
            *value = -*value;
        return true;
    case NODE_BINARY:
        return float_binary(u, e, value, known);
    case NODE_CAST:
        return float_constant(u, e->a, value, known);
    case NODE_COND:
        *known = false;
        return e->a->is_constant && e->b && float_constant(u, e->b, value, known) &&
               float_constant(u, e->c, value, known);
    }
    return false;
}

/* An integer type made of a floating constant. */
static void fold_from_float(struct unit *u, struct node *e)
{
    double value;
    bool known = true;
    if (!float_constant(u, e->a, &value, &known))
        return;
    if (known && value < 9e18 && value > -9e18)
        set(u, e, type_is(e->type, TY_BOOL) ? value != 0 : (int64_t)value);
    else
        set_unknown(e);
}

static void fold_float_operands(struct unit *u, struct node *e)
{
    double value;
    bool known = true;
    if (float_constant(u, e->a, &value, &known) &&
        (!e->b || float_constant(u, e->b, &value, &known)))
        set_unknown(e);
}

static bool is_float(struct type *t)
{
    t = type_strip(t);
    return t->kind >= TY_FLOAT16 && t->kind <= TY_OTHER_FLOAT;
}

static void fold_binary(struct unit *u, struct node *e)
{
    struct node *a = e->a, *b = e->b;
    if (!a->is_constant || !b->is_constant)
    {
        if (e->op == TOK_MINUS && expr_value(u, a)->kind == TY_POINTER &&
            expr_value(u, b)->kind == TY_POINTER)
            fold_difference(u, e);
        else if (is_float(a->type) || is_float(b->type))
            fold_float_operands(u, e);
        return;
    }
    if (!type_is_integer(e->type))
        return;
    if (e->op == TOK_ANDAND || e->op == TOK_OROR)
        fold_logical(u, e);
    else if (a->value_unknown || b->value_unknown || type_sizeof(u, e->type) > 8)
        set_unknown(e);
    else
        fold_arithmetic(u, e);
}

static void fold_cond(struct unit *u, struct node *e)
{
    struct node *yes = e->b ? e->b : e->a;
    if (!e->a->is_constant || !type_is_integer(e->type))
        return;
    if (e->a->value_unknown)
    {
        if (yes->is_constant && e->c->is_constant)
            set_unknown(e);
        return;
    }
    copy(u, e, e->a->value ? yes : e->c);
}

static void fold_cast(struct unit *u, struct node *e)
{
    struct type *t = type_strip(e->type);
    if (t->kind == TY_UNKNOWN && e->a->is_constant)
        set_unknown(e);
    if (!type_is_integer(t))
        return;
    struct type *from = type_strip(e->a->type);
    if (type_is_integer(from) && type_sizeof(u, t) <= 8)
        copy(u, e, e->a);
    else if (from->kind == TY_POINTER || from->kind == TY_ARRAY)
        fold_address(u, e, e->a);
    else
        fold_from_float(u, e);
}

static void fold_size(struct unit *u, struct node *e, struct type *t)
{
    if (e->op == OP_SIZEOF && type_is(t, TY_ARRAY) && type_is_vm(t))
        return; /* evaluated: 6.5.3.4p2 */
    int64_t n = e->op == OP_SIZEOF ? type_sizeof(u, t) : type_alignof(u, t);
    if (n < 0 || type_is_unknown(t))
        set_unknown(e);
    else
        set(u, e, n);
}

void constexpr_fold(struct unit *u, struct node *e)
{
    switch (e->kind)
    {
    case NODE_PAREN:
        e->is_constant = e->a->is_constant;
        e->value_unknown = e->a->value_unknown;
        e->value = e->a->value;
        break;
    case NODE_UNARY:
        if (e->op == OP_SIZEOF || e->op == OP_ALIGNOF)
            fold_size(u, e, e->a->type);
        else
            fold_unary(u, e);
        break;
    case NODE_SIZEOF_TYPE:
        fold_size(u, e, e->type_arg);
        break;
    case NODE_BINARY:
        fold_binary(u, e);
        break;
    case NODE_COND:
        fold_cond(u, e);
        break;
    case NODE_CAST:
        fold_cast(u, e);
        break;
    }
}
