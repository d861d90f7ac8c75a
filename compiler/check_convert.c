/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_convert.c: conversions as if by assignment, C11 6.5.16.1, with channels.
 *
 * The output does not tell one channel type from another, so whatever mixes
 * them must be found here: in pointers to channels and functions with channel
 * parameters, too.  Everything else is the host's to judge, but for values that
 * goc's own code converts (what is sent, the arguments of go): there goc says
 * what the host would say of an assignment.
 */
#include <string.h>

#include "check_expr.h"

/* void *, and the library's own name for any channel, goc_chan *. */
static bool is_untyped_channel(struct type *t)
{
    if (t->kind != TY_POINTER)
        return false;
    t = type_strip(t->base);
    return t->kind == TY_VOID || (t->kind == TY_STRUCT && t->tag->name &&
                                  strcmp(t->tag->name->name, "goc_chan") == 0);
}

/* ---- one conversion ---- */

/* True if goc must say something in any context, not only in sends. */
static bool conversion_is_ours(enum conversion c)
{
    return c >= CONV_CHAN_BACK && c <= CONV_CAPTURED;
}

/* 6.3.2.1 and LANGUAGE.md, chapter 3: chan<T> converts to either end. */
static enum conversion convert_channels(struct unit *u, struct type *to,
                                        struct type *from)
{
    struct type *a = to->base, *b = from->base;
    if (a != b && (!type_compatible(u, a, b) || type_quals(a) != type_quals(b)))
        return CONV_CHAN;
    if (to->dir == from->dir || from->dir == CHAN_BOTH)
        return CONV_OK;
    return CONV_CHAN_BACK;
}

static enum conversion convert_from_channel(struct unit *u, struct type *to,
                                            struct type *from)
{
    if (to->kind == TY_CHAN)
        return convert_channels(u, to, from);
    return is_untyped_channel(to) ? CONV_OK : CONV_CHAN;
}

static enum conversion convert_to_channel(struct type *from, struct node *e)
{
    return is_untyped_channel(from) || expr_is_null(e) ? CONV_OK : CONV_CHAN;
}

/* Quals of what is pointed to; those of an array are its elements'. */
static unsigned pointee_quals(struct type *t)
{
    t = type_strip(t);
    while (t->kind == TY_ARRAY)
        t = type_strip(t->base);
    return t->quals & (Q_CONST | Q_VOLATILE);
}

static bool compatible_pointees(struct unit *u, struct type *a, struct type *b)
{
    a = type_strip(a);
    b = type_strip(b);
    if (a->kind != TY_ARRAY || b->kind != TY_ARRAY)
        return type_compatible(u, a, b);
    return (a->length < 0 || b->length < 0 || a->length == b->length) &&
           compatible_pointees(u, a->base, b->base);
}

static bool differ_in_sign(struct unit *u, struct type *a, struct type *b)
{
    return type_is_integer(a) && type_is_integer(b) &&
           type_sizeof(u, a) == type_sizeof(u, b) && !type_is(a, TY_BOOL) &&
           !type_is(b, TY_BOOL);
}

static enum conversion convert_pointers(struct unit *u, struct type *to,
                                        struct type *from, struct node *e)
{
    struct type *a = to->base, *b = from->base;
    unsigned lost = pointee_quals(b) & ~pointee_quals(a);
    bool is_void = type_is(a, TY_VOID) || type_is(b, TY_VOID);
    if (type_is_unknown(to) || type_is_unknown(from))
        return CONV_OK;
    if (lost & Q_CONST && in_go_block(u) && captured_address(u, e))
        return CONV_CAPTURED;
    if (!is_void && !compatible_pointees(u, a, b) && !expr_is_null(e))
        return type_mentions_chan(a) || type_mentions_chan(b) ? CONV_CHAN
               : differ_in_sign(u, a, b)                        ? CONV_SIGN
                                                                : CONV_POINTERS;
    return lost ? CONV_QUALS : CONV_OK;
}

static enum conversion convert_records(struct unit *u, struct type *to,
                                       struct type *from)
{
    if (to->kind == from->kind && type_compatible(u, to, from))
        return CONV_OK;
    return to->kind == TY_UNION && to->tag->transparent_union ? CONV_OK : CONV_ERROR;
}

static bool is_number(struct type *t)
{
    return type_is_arithmetic(t);
}

enum conversion convert(struct unit *u, struct type *to, struct node *e)
{
    struct type *from = expr_value(u, e);
    to = type_strip(to);
    if (to->kind == TY_UNKNOWN || from->kind == TY_UNKNOWN)
        return CONV_OK;
    if (from->kind == TY_CHAN)
        return convert_from_channel(u, to, from);
    if (to->kind == TY_CHAN)
        return convert_to_channel(from, e);
    if (to->kind == TY_POINTER && from->kind == TY_POINTER)
        return convert_pointers(u, to, from, e);
    if (to->kind == TY_STRUCT || to->kind == TY_UNION || from->kind == TY_STRUCT ||
        from->kind == TY_UNION)
        return convert_records(u, to, from);
    if (to->kind == TY_VOID || from->kind == TY_VOID)
        return to->kind == from->kind ? CONV_OK : CONV_ERROR;
    if (to->kind == TY_VECTOR || from->kind == TY_VECTOR)
        return to->kind == from->kind ? CONV_OK : CONV_ERROR; /* -flax-… */
    if (is_number(to) && is_number(from))
        return CONV_OK;
    if (from->kind == TY_NULLPTR)
        return to->kind == TY_POINTER || to->kind == TY_BOOL || to->kind == TY_NULLPTR
                   ? CONV_OK
                   : CONV_ERROR;
    if (to->kind == TY_POINTER && is_number(from))
        return expr_is_null(e)           ? CONV_OK
               : type_is_integer(from) ? CONV_POINTER_FROM_INT
                                         : CONV_ERROR;
    if (from->kind == TY_POINTER && is_number(to))
        return to->kind == TY_BOOL     ? CONV_OK
               : type_is_integer(to) ? CONV_INT_FROM_POINTER
                                       : CONV_ERROR;
    return to->kind == from->kind ? CONV_OK : CONV_ERROR;
}

/* ---- messages ---- */

static void note_direction(struct unit *u, struct node *e, enum conversion c)
{
    if (c == CONV_CHAN_BACK)
        note(u, e->first, e->last,
             "an end of a channel does not convert back");
}

static void report_captured(struct unit *u, struct node *e)
{
    struct node *use = captured_address(u, e);
    struct symbol *s = use->symbol;
    error(u, e->first, e->last,
          "cannot use the address of %I as a pointer to non-const: it is captured "
          "by value; use 'go [&%s]' to refer to the variable itself",
          s->name, s->name->name);
    note(u, s->token, s->token, "%I declared here", s->name);
}

enum use { USE_INITIALISE, USE_PASS, USE_RETURN, USE_ASSIGN, USE_SEND };

static enum use use_of(const char *what)
{
    switch (what[0])
    {
    case 'i':
        return USE_INITIALISE;
    case 'p':
        return USE_PASS;
    case 'r':
        return USE_RETURN;
    case 's':
        return USE_SEND;
    }
    return USE_ASSIGN;
}

static void report_mixing(struct unit *u, struct type *to, struct type *from,
                          enum use use, uint32_t first, uint32_t last)
{
    switch (use)
    {
    case USE_INITIALISE:
        error(u, first, last, "cannot initialise %T with a value of type %T", to, from);
        break;
    case USE_PASS:
        error(u, first, last, "cannot pass %T to a parameter of type %T", from, to);
        break;
    case USE_RETURN:
        error(u, first, last, "cannot return %T from a function that returns %T",
              from, to);
        break;
    case USE_ASSIGN:
        error(u, first, last, "cannot assign %T to %T", from, to);
        break;
    case USE_SEND:
        error(u, first, last, "cannot send %T as %T", from, to);
        break;
    }
}

/* Only channels, and the addresses of captured variables, can go wrong in a way
 * that the host does not see.  Most conversions have nothing of either. */
static bool of_no_interest(struct unit *u, struct type *to, struct type *from)
{
    if (!u->has_words)
        return true;
    unsigned a = type_strip(to)->kind, b = type_strip(from)->kind;
    if (a == TY_CHAN || b == TY_CHAN || b == TY_VOID)
        return false;
    return a != TY_POINTER ||
           (b != TY_POINTER && b != TY_ARRAY && b != TY_FUNCTION);
}

void check_assign(struct unit *u, struct type *to, struct node *from,
                  const char *what, uint32_t at_first, uint32_t at_last)
{
    if (from->kind == NODE_INIT_LIST)
        from->type = to;
    if (!u->has_words)
        return;
    enum use use = use_of(what);
    if (use != USE_PASS)
        check_pending(u, at_first);
    if (from->kind == NODE_INIT_LIST)
    {
        init_check(u, to, from);
        return;
    }
    if (of_no_interest(u, to, from->type))
        return;
    enum conversion c = convert(u, to, from);
    if (type_is(from->type, TY_VOID) && node_strip(from)->kind == NODE_RECV)
        error(u, at_first, at_last, "a receive from %T yields no value",
              type_decay(u, node_strip(from)->a->type));
    else if (c == CONV_CAPTURED)
        report_captured(u, from);
    else if (conversion_is_ours(c))
    {
        report_mixing(u, to, type_decay(u, from->type), use, at_first, at_last);
        note_direction(u, from, c);
    }
}

/* ---- what goc's code converts ---- */

/* What the host would warn of, if it does not see it. */
static void warn(struct unit *u, enum conversion c, struct node *e,
                 const char *verb, struct type *to)
{
    struct type *from = type_decay(u, e->type);
    if (u->opt->host_warns)
        return;
    switch (c)
    {
    case CONV_INT_FROM_POINTER:
        warning(u, "int-conversion", e->first, e->last,
                "%s %T as %T makes an integer from a pointer without a cast", verb,
                from, to);
        break;
    case CONV_POINTER_FROM_INT:
        warning(u, "int-conversion", e->first, e->last,
                "%s %T as %T makes a pointer from an integer without a cast", verb,
                from, to);
        break;
    case CONV_POINTERS:
        warning(u, "incompatible-pointer-types", e->first, e->last,
                "%s %T as %T: incompatible pointer types", verb, from, to);
        break;
    case CONV_SIGN:
        warning(u, "pointer-sign", e->first, e->last,
                "%s %T as %T: the pointers' targets differ in signedness", verb, from,
                to);
        break;
    case CONV_QUALS:
        warning(u, "discarded-qualifiers", e->first, e->last,
                "%s %T as %T discards qualifiers", verb, from, to);
        break;
    default:
        break;
    }
}

void check_send_value(struct unit *u, struct type *chan, struct node *value)
{
    struct type *to = type_base(chan);
    enum conversion c = convert(u, to, value);
    if (c == CONV_CAPTURED)
        report_captured(u, value);
    else if (c >= CONV_CHAN_BACK)
    {
        error(u, value->first, value->last, "cannot send %T to %T",
              type_decay(u, value->type), chan);
        note_direction(u, value, c);
    }
    else
        warn(u, c, value, "sending", to);
}

void check_go_argument(struct unit *u, struct type *param, struct node *arg)
{
    enum conversion c = convert(u, param, arg);
    if (c == CONV_ERROR) /* the others were reported with the call */
        error(u, arg->first, arg->last, "cannot pass %T to a parameter of type %T",
              type_decay(u, arg->type), param);
    else
        warn(u, c, arg, "passing", param);
}

/* ---- comparisons, branches, casts ---- */

/* What == and ?: may have on both sides: either converts to the other. */
static enum conversion convert_either(struct unit *u, struct node *a,
                                      struct node *b)
{
    enum conversion x = convert(u, a->type, b);
    if (!conversion_is_ours(x))
        return x;
    enum conversion y = convert(u, b->type, a);
    return conversion_is_ours(y) ? x : y;
}

static bool mentions_chan(struct node *a, struct node *b)
{
    return type_mentions_chan(a->type) || type_mentions_chan(b->type);
}

void check_comparison(struct unit *u, struct node *a, uint32_t op, struct node *b)
{
    if (!mentions_chan(a, b))
        return;
    enum conversion c = convert_either(u, a, b);
    if (c == CONV_CHAN || c == CONV_CHAN_BACK)
        error(u, op, op, "cannot compare %T with %T", type_decay(u, a->type),
              type_decay(u, b->type));
}

struct type *check_branches(struct unit *u, struct node *a, struct node *b)
{
    if (!mentions_chan(a, b))
        return NULL;
    struct type *x = expr_value(u, a), *y = expr_value(u, b);
    if (x->kind == TY_VOID || y->kind == TY_VOID)
        return type_basic(u, TY_VOID);
    enum conversion c = convert_either(u, a, b);
    if (c == CONV_CHAN || c == CONV_CHAN_BACK)
    {
        error(u, b->first, b->last, "the branches of ?: are %T and %T",
              type_decay(u, a->type), type_decay(u, b->type));
        return type_poison(u);
    }
    if (x->kind != TY_CHAN || (y->kind == TY_CHAN && y->dir != CHAN_BOTH) ||
        (y->kind == TY_POINTER && !expr_is_null(b)))
        x = y, a = b; /* an end, or void *, is what both convert to */
    return type_decay(u, a->type);
}

static bool cast_is_fine(struct unit *u, struct type *to, struct type *from,
                         struct node *e)
{
    if (to->kind == TY_VOID || to->kind == TY_UNKNOWN || from->kind == TY_UNKNOWN)
        return true;
    if (to->kind == TY_CHAN || from->kind == TY_CHAN)
        return !conversion_is_ours(convert(u, to, e));
    return true;
}

bool check_cast(struct unit *u, struct type *t, struct node *e)
{
    struct type *to = type_strip(t), *from = expr_value(u, e);
    if (to->kind == TY_POINTER && from->kind == TY_POINTER && in_go_block(u) &&
        pointee_quals(from->base) & ~pointee_quals(to->base) & Q_CONST &&
        captured_address(u, e))
    {
        report_captured(u, e);
        return false;
    }
    if (cast_is_fine(u, to, from, e))
        return true;
    error(u, e->first, e->last, "cannot cast %T to %T", type_decay(u, e->type), t);
    if (to->kind == TY_CHAN && from->kind == TY_CHAN)
        note_direction(u, e, convert(u, to, e));
    return false;
}

/* Plain C's conflicts are the host's, which sees no difference in channels. */
void check_redeclaration(struct unit *u, struct symbol *s, struct type *t,
                         uint32_t tok)
{
    if (!u->has_words || !s->type || s->builtin || s->kind == SYM_ENUM ||
        s->kind == SYM_TAG || type_compatible(u, s->type, t) ||
        (!type_mentions_chan(s->type) && !type_mentions_chan(t)))
        return;
    error(u, tok, tok, "%I is declared with type %T, which conflicts with %T", s->name,
          t, s->type);
    if (s->token)
        note(u, s->token, s->token, "the other declaration is here");
}
