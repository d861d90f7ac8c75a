/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_chan.c: operations on one channel.
 *
 *     v = <-c;              v = (*(T *)goc__recv(c, &(T){0}, GOC_AT(1)));
 *     <-c;                  goc__recv(c, 0, GOC_AT(2));
 *     <-goc_after(d);       goc__recv_after((d), 0, GOC_AT(3));
 *     c <- v;               goc__send(c, &(T){ v }, GOC_AT(4));
 *     next() <- f();        (goc__t1 = next(), goc__send(goc__t1, &(T){ f() }, ...));
 *     make(chan<T>, n)      goc__make(sizeof(T), n, GOC_AT(6))
 *     close(c)  len(c)      goc__close(c, GOC_AT(7))  goc_chan_len(c)
 *     v := e;               T v = e;
 *     v := v + 1;           T goc__v1 = v + 1; T v = goc__v1;
 *     v, ok := <-c;         T v; _Bool ok = goc__recv_ok(c, &v, GOC_AT(10));
 *     v, ok = <-c;          ok = goc__recv_ok(c, &v, GOC_AT(11));
 *     for (v := range c) S  { goc__chan goc__r1 = c; for (;;) { T v;
 *                               if (!goc__recv_ok(goc__r1, &v, GOC_AT(12))) break; S } }
 *
 * The loop's channel is not declared in the for: C89 has no such declarations.
 *
 * A value of record type is sent as the element of an array of one, (T[1]){ v }:
 * in (T){ v } it would initialise the first member.
 */
#include <string.h>

#include "lower_state.h"

static const char *zero(struct lower *l, struct type *t)
{
    return lower_print(l, "&(%s)%s", lower_type(l, t, ""), type_zero(l->u, t));
}

static bool is_void(struct type *t)
{
    return type_is(t, TY_VOID);
}

/* ---- receive ---- */

bool recv_is_after(struct node *recv)
{
    struct node *call = node_strip(recv->a);
    if (call->kind != NODE_CALL)
        return false;
    struct node *f = node_strip(call->a);
    if (f->kind != NODE_IDENT || !f->ident || f->ident->word != WORD_AFTER)
        return false;
    struct type *t = type_strip(f->type);
    return t->kind == TY_FUNCTION && type_is(t->base, TY_CHAN);
}

void recv_drop_after(struct lower *l, struct node *recv)
{
    struct node *f = node_strip(recv->a)->a;
    edit_replace(l->u, f->first, f->last, NULL);
}

static const char *recv_function(struct node *recv)
{
    return recv_is_after(recv) ? "goc__recv_after" : "goc__recv";
}

static void lower_operand(struct lower *l, struct node *recv)
{
    if (!recv_is_after(recv))
    {
        lower_node(l, recv->a, false);
        return;
    }
    recv_drop_after(l, recv);
    lower_list(l, node_strip(recv->a)->list);
}

void lower_recv(struct lower *l, struct node *n, bool discard)
{
    struct unit *u = l->u;
    const char *f = recv_function(n), *at = lower_at(l, n->op_token);
    if (!mark_lowered(l, n))
        return;
    if (discard || is_void(n->type))
    {
        edit_replace(u, n->op_token, n->op_token,
                     piece_text(u, discard ? "%s(" : "((void)%s(", f));
        edit_after(u, n->last, piece_text(u, ", 0, %s)%s", at, discard ? "" : ")"));
    }
    else
    {
        edit_replace(u, n->op_token, n->op_token,
                     piece_text(u, "(*(%s)%s(", lower_pointer(l, n->type), f));
        edit_after(u, n->last, piece_text(u, ", %s, %s))", zero(l, n->type), at));
    }
    lower_operand(l, n);
}

/* ---- send ---- */

static bool is_plain_local(struct node *e)
{
    e = node_strip(e);
    return e->kind == NODE_IDENT && e->symbol && e->symbol->kind == SYM_VAR &&
           e->symbol->automatic && !e->symbol->address_taken;
}

/* Whether the value could tell that the channel is not evaluated before it. */
static bool order_shows(struct lower *l, struct node *chan, struct node *value)
{
    if (value->is_constant || (chan->pure && value->pure))
        return false;
    return !is_plain_local(chan) ||
           tokens_mention(l, value->first, value->last, node_strip(chan)->ident);
}

static bool is_aggregate(struct type *t)
{
    return type_is_record(t) || type_is(t, TY_VECTOR);
}

struct around send_value(struct lower *l, struct node *send)
{
    struct type *t = type_unqualified(l->u, type_base(send->a->type));
    struct node *v = node_strip(send->b);
    if (!is_aggregate(t))
        return (struct around){lower_print(l, "&(%s){ ", lower_type(l, t, "")), " }"};
    if (v->kind == NODE_COMPOUND_LITERAL && !type_quals(v->type))
        return (struct around){"&", ""};
    return (struct around){
        lower_print(l, "(%s){ ", lower_type(l, type_array(l->u, t, 1), "")), " }"};
}

/* done <- e: e is evaluated if that does anything, and carries nothing. */
static void send_signal(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    const char *at = lower_at(l, n->op_token);
    if (n->b->pure)
    {
        edit_before(u, n->first, piece_text(u, "goc__send("));
        edit_replace(u, n->op_token, n->last, NULL);
        edit_after(u, n->a->last, piece_text(u, ", 0, %s)", at));
        lower_node(l, n->a, false);
        return;
    }
    const char *t = lower_temp(l, "goc__chan %s;");
    edit_before(u, n->first, piece_text(u, "(%s = ", t));
    edit_replace(u, n->op_token, n->op_token, NULL);
    edit_after(u, n->a->last, piece_text(u, ","));
    edit_after(u, n->last, piece_text(u, ", goc__send(%s, 0, %s))", t, at));
    lower_node(l, n->a, false);
    lower_node(l, n->b, false);
}

void lower_send(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    if (!mark_lowered(l, n))
        return;
    if (is_void(type_base(n->a->type)))
    {
        send_signal(l, n);
        return;
    }
    struct around v = send_value(l, n);
    const char *behind = lower_print(l, "%s, %s)", v.behind, lower_at(l, n->op_token));
    if (order_shows(l, n->a, n->b))
    {
        const char *t = lower_temp(l, "goc__chan %s;");
        edit_before(u, n->first, piece_text(u, "(%s = ", t));
        edit_after(u, n->a->last, piece_text(u, ", goc__send(%s,", t));
        edit_after(u, n->last, piece_text(u, "%s)", behind));
    }
    else
    {
        edit_before(u, n->first, piece_text(u, "goc__send("));
        edit_after(u, n->a->last, piece_text(u, ","));
        edit_after(u, n->last, piece_text(u, "%s", behind));
    }
    edit_before(u, n->b->first, piece_text(u, "%s", v.before));
    edit_replace(u, n->op_token, n->op_token, NULL);
    lower_node(l, n->a, false);
    lower_node(l, n->b, false);
}

/* ---- make, close, free, len, cap ---- */

void lower_make(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct type *elem = type_base(n->type_arg);
    const char *at = lower_at(l, n->first);
    if (!mark_lowered(l, n))
        return;
    uint32_t first = n->first + 2, last = n->a ? n->a->first - 2 : n->last - 1;
    edit_replace(u, n->first, n->first, piece_text(u, "goc__make"));
    edit_replace(u, first, last,
                 is_void(elem) ? piece_text(u, "0")
                               : piece_text(u, "sizeof(%s)", lower_type(l, elem, "")));
    edit_before(u, n->last, piece_text(u, n->a ? ", %s" : ", 0, %s", at));
    for (uint32_t i = first; i <= last; i++)
        l->lowered[i] |= 2;
    if (n->a)
        lower_node(l, n->a, false);
}

void lower_chan_call(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    if (!mark_lowered(l, n))
        return;
    bool yields = n->kind == NODE_LEN || n->kind == NODE_CAP;
    const char *f = n->kind == NODE_CLOSE  ? "goc__close"
                    : n->kind == NODE_FREE ? "goc__free"
                    : n->kind == NODE_LEN  ? "goc_chan_len"
                                           : "goc_chan_cap";
    edit_replace(u, n->first, n->a->first - 2, piece_text(u, "%s", f));
    if (!yields)
        edit_after(u, n->a->last, piece_text(u, ", %s", lower_at(l, n->first)));
    lower_node(l, n->a, false);
}

/* ---- v, ok: a receive with a flag ---- */

/* BEFORE goc__recv_ok(c, ELEM, AT) BEHIND in place of tokens first..last, which
 * end with the receive.  first_of_all: c is evaluated into a variable before
 * BEFORE, whose declarations would hide a name in it. */
struct flagged
{
    struct piece *before, *elem, *behind;
    bool first_of_all;
};

static void lower_flagged(struct lower *l, struct node *recv, uint32_t first,
                          uint32_t last, struct flagged p)
{
    struct unit *u = l->u;
    bool after = recv_is_after(recv);
    const char *call = after ? "(goc__recv_after(" : "goc__recv_ok(";
    struct piece *end = piece_text(u, ", %s)%s", lower_at(l, recv->op_token),
                                   after ? " != 0)" : "");
    end = piece_join(piece_join(p.elem, end), p.behind);
    end = piece_join(piece_text(u, ", "), end);
    p.before = piece_join(p.before, piece_text(u, "%s", call));
    mark_lowered(l, recv);
    if (p.first_of_all)
    {
        const char *v = lower_print(l, "goc__v%d", ++l->var);
        struct piece *head = piece_text(u, "%s %s = ", after ? "long long" : "goc__chan", v);
        edit_replace(u, first, recv->op_token, head);
        p.before = piece_join(piece_text(u, "; "), p.before);
        piece_join(p.before, piece_text(u, "%s", v));
        end = piece_join(p.before, end);
    }
    else
        edit_replace(u, first, recv->op_token, p.before);
    edit_after(u, recv->last, end);
    if (last > recv->last)
        edit_replace(u, recv->last + 1, last, NULL);
    lower_operand(l, recv);
}

/* v, whose address can be given to receive a T. */
static bool is_plain_target(struct lower *l, struct node *v, struct type *t)
{
    v = node_strip(v);
    return v->kind == NODE_IDENT && v->symbol && v->symbol->kind == SYM_VAR &&
           v->symbol->storage != ST_REGISTER && !type_quals(v->type) &&
           type_compatible(l->u, v->type, t);
}

static struct piece *tokens_of(struct lower *l, struct node *e)
{
    return piece_tokens(l->u, e->first, e->last);
}

static struct piece *address_of(struct lower *l, struct node *e)
{
    return piece_join(piece_text(l->u, "&"), tokens_of(l, e));
}

/* v, ok = <-c with an order that shows, or a v of another type:
 * goc__t2 = goc__recv_ok(c, goc__t1 = &(T){0}, AT), v = *(T *)goc__t1, ok = goc__t2 */
static struct flagged recv2_by_temps(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct type *t = n->c->type;
    const char *elem = lower_temp(l, "void *%s;");
    const char *flag = n->b ? lower_temp(l, "goc__bool %s;") : NULL;
    struct flagged p = {0};
    p.before = flag ? piece_text(u, "%s = ", flag) : NULL;
    p.elem = piece_text(u, "%s = %s", elem, zero(l, t));
    /* GCC finds that an atomic assignment before a comma has no effect. */
    bool atomic = flag && type_quals(n->a->type) & Q_ATOMIC;
    p.behind = piece_join(piece_text(u, atomic ? ", (void)(" : ", "), tokens_of(l, n->a));
    piece_join(p.behind, piece_text(u, " = *(%s)%s%s", lower_pointer(l, t), elem,
                                    atomic ? ")" : ""));
    if (flag)
    {
        piece_join(p.behind, piece_join(piece_text(u, ", "), tokens_of(l, n->b)));
        piece_join(p.behind, piece_text(u, " = %s", flag));
    }
    return p;
}

void lower_recv2(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    bool simple_flag = !n->b || node_strip(n->b)->kind == NODE_IDENT;
    struct flagged p = {0};
    if (n->a && !(simple_flag && is_plain_target(l, n->a, n->c->type)))
        p = recv2_by_temps(l, n);
    else
    {
        p.elem = n->a ? address_of(l, n->a) : piece_text(u, "0");
        if (n->b)
            p.before = piece_join(tokens_of(l, n->b), piece_text(u, " = "));
    }
    lower_flagged(l, n->c, n->first, n->last, p);
    if (n->a)
        lower_node(l, n->a, false);
    if (n->b)
        lower_node(l, n->b, false);
}

/* ---- := ---- */

static bool has_two_names(const struct node *n)
{
    return n->op_token > n->first + 1;
}

/* In x := x + 1 the right side means another x than the one declared. */
static bool defines_own_name(struct lower *l, struct node *n)
{
    struct ident *x = n->symbol && n->is_new ? n->symbol->name : NULL;
    struct ident *y = n->symbol2 && n->is_new2 ? n->symbol2->name : NULL;
    uint32_t first = n->op_token + 1;
    return (x && tokens_mention(l, first, n->last, x)) ||
           (y && tokens_mention(l, first, n->last, y));
}

/* x := (struct { int n; }){ 1 }: the type is there only from the right side on. */
static bool defines_own_type(struct node *n)
{
    return n->symbol && tag_defined_in(n->symbol->type, n->op_token + 1, n->last);
}

bool define_is_long(struct lower *l, struct node *n)
{
    return has_two_names(n) || defines_own_name(l, n) || defines_own_type(n);
}

/* A declarator of the type, or with a type that the C compiler finds out. */
static const char *declare(struct lower *l, struct node *n, const char *name)
{
    struct type *t = n->symbol->type, *why;
    if (defines_own_type(n) ||
        (!type_declare(l->u, t, name, &why) && (type_is_vm(t) || type_is_unknown(t))))
        return lower_print(l, "__auto_type %s", name);
    return lower_type(l, t, name);
}

static void define_one(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    const char *text = declare(l, n, lower_spelling(l, n->token1));
    if (!defines_own_name(l, n))
    {
        edit_replace(u, n->first, n->op_token, piece_text(u, "%s =", text));
        names_declare(l, n->symbol);
        lower_node(l, n->c, false);
        return;
    }
    const char *v = lower_print(l, "goc__v%d", ++l->var);
    edit_replace(u, n->first, n->op_token, piece_text(u, "%s =", declare(l, n, v)));
    edit_after(u, n->last, piece_text(u, "; %s = %s", text, v));
    lower_node(l, n->c, false);
    names_declare(l, n->symbol);
}

/* The variable, new or old, that takes the value. */
static void define_value(struct lower *l, struct node *n, struct flagged *p)
{
    struct unit *u = l->u;
    if (!n->symbol)
        p->elem = piece_text(u, "0");
    else if (n->is_new)
    {
        const char *name = lower_spelling(l, n->token1);
        p->before = piece_text(u, "%s; ", lower_type(l, n->symbol->type, name));
        p->elem = piece_text(u, "&%s", name);
    }
    else if (is_plain_target(l, n->a, n->c->type))
        p->elem = address_of(l, n->a);
    else
    {
        const char *v = lower_print(l, "goc__v%d", ++l->var);
        p->before = piece_text(u, "%s; ", lower_type(l, n->c->type, v));
        p->elem = piece_text(u, "&%s", v);
        p->behind = piece_join(piece_text(u, "; "), tokens_of(l, n->a));
        piece_join(p->behind, piece_text(u, " = %s", v));
    }
}

static void define_two(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct flagged p = {.first_of_all = defines_own_name(l, n)};
    define_value(l, n, &p);
    if (n->symbol2 && n->is_new2)
    {
        const char *name = lower_spelling(l, n->token2);
        p.before = piece_join(p.before, piece_text(u, "%s = ",
                                                   lower_type(l, n->symbol2->type, name)));
    }
    else if (n->symbol2)
    {
        p.before = piece_join(p.before, tokens_of(l, n->b));
        piece_join(p.before, piece_text(u, " = "));
    }
    lower_flagged(l, n->c, n->first, n->last, p);
    if (n->a)
        lower_node(l, n->a, false);
    if (n->b)
        lower_node(l, n->b, false);
    names_declare(l, n->is_new ? n->symbol : NULL);
    names_declare(l, n->is_new2 ? n->symbol2 : NULL);
}

void lower_define(struct lower *l, struct node *n)
{
    if (has_two_names(n))
        define_two(l, n);
    else
        define_one(l, n);
}

/* ---- for (v := range c) ---- */

void lower_range(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    size_t mark = names_mark(l);
    const char *c = lower_print(l, "goc__r%d", ++l->range), *at = lower_at(l, n->first);
    const char *name = n->symbol ? lower_spelling(l, n->token1) : "";
    const char *var = n->symbol ? lower_print(l, "%s; ", lower_type(l, n->symbol->type, name))
                                : "";
    bool comma = n->a->kind == NODE_COMMA;
    edit_replace(u, n->first, n->a->first - 1,
                 piece_text(u, "{ goc__chan %s =%s", c, comma ? " (" : ""));
    edit_replace(u, n->a->last + 1, n->a->last + 1,
                 piece_text(u, "%s; for (;;) { %sif (!goc__recv_ok(%s, %s%s, %s)) break;",
                            comma ? ")" : "", var, c, n->symbol ? "&" : "0", name, at));
    edit_after(u, n->last, piece_text(u, " } }"));
    lower_node(l, n->a, false);
    names_declare(l, n->symbol);
    lower_loop_body(l, n->d);
    names_release(l, mark);
}
