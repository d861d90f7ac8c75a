/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_select.c: select.
 *
 *     select {                  { goc_case goc__s1[2];
 *                                 goc__s1[0] = (goc_case){ a, &(int){0}, 0, GOC_RECV, 0 };
 *                                 goc__s1[1] = (goc_case){ b, 0, 0, GOC_SEND, 0 };
 *                                 goc__s1[1].elem = &(int){ f(x) };
 *                                 switch (goc__select(goc__s1, 2, 0, GOC_AT(1))) {
 *     case v := <-a:              case 0: { int v = *(int *)goc__s1[0].elem;
 *         use(v);                     use(v); } break;
 *     case b <- f(x):             default: {
 *         sent();                     sent(); } break;
 *     }                         } }
 *
 *     select { }                for (;;) goc__select(0, 0, 0, GOC_AT(1));
 *
 * One with a goc_after() and no default calls goc__select_after instead; one that
 * receives from one channel, with a default, calls goc__select_recv, which fills in
 * the array by itself.
 *
 * Operands are moved to the front; the statements of a case stay in place.  The
 * last arm is labelled default, unless the user's default is: compilers then see
 * that one arm is always taken.  The compound literals live as long as the block.
 */
#include <string.h>

#include "lower_state.h"

struct selection
{
    struct node *node;
    int number, n;           /* of the array; cases in it */
    struct piece *fill;
    struct node *last_case;  /* labelled default */
};

/* The receive of a clause, or null. */
static struct node *receive_of(struct node *comm)
{
    struct node *e = node_strip(comm);
    switch (e->kind)
    {
    case NODE_RECV:
        return e;
    case NODE_RECV2: case NODE_DEFINE:
        return node_strip(e->c);
    case NODE_ASSIGN:
        return node_strip(e->b);
    case NODE_DECL:
        return node_strip(e->list->a);
    default:
        return NULL;
    }
}

/* Whether the case wants the value. */
static bool takes_value(struct node *comm)
{
    struct node *e = node_strip(comm);
    switch (e->kind)
    {
    case NODE_ASSIGN: case NODE_DECL:
        return true;
    case NODE_RECV2:
        return e->a != NULL;
    case NODE_DEFINE:
        return e->symbol != NULL;
    default:
        return false;
    }
}

static bool is_pure(struct node *e)
{
    return e->pure || e->is_constant;
}

/* Operands that nothing can go wrong in need no line of their own, unless they
 * come from a macro, which might be __LINE__. */
static struct piece *operand(struct lower *l, struct node *e, bool loose)
{
    struct piece *p = piece_tokens(l->u, e->first, e->last);
    for (uint32_t i = e->first; loose && i <= e->last; i++)
        loose = !l->u->toks.v[i].exp;
    p->loose = loose;
    return p;
}

static const char *element(struct lower *l, struct node *recv)
{
    return lower_print(l, "&(%s)%s", lower_type(l, recv->type, ""),
                       type_zero(l->u, recv->type));
}

/* ---- the array ---- */

static void fill_receive(struct lower *l, struct selection *s, int i,
                         struct node *comm, struct node *recv)
{
    struct unit *u = l->u;
    bool after = recv_is_after(recv);
    const char *elem = takes_value(comm) ? element(l, recv) : "0";
    struct piece *p = piece_text(u, "goc__s%d[%d] = (goc_case){ ", s->number, i);
    mark_lowered(l, recv);
    if (after)
    {
        piece_join(p, piece_text(u, "0, %s, ", elem));
        piece_join(p, operand(l, recv->a, is_pure(node_strip(recv->a)->list)));
        piece_join(p, piece_text(u, ", GOC_AFTER, 0 }; "));
        recv_drop_after(l, recv);
    }
    else
    {
        piece_join(p, operand(l, recv->a, is_pure(recv->a)));
        piece_join(p, piece_text(u, ", %s, 0, GOC_RECV, 0 }; ", elem));
    }
    piece_join(s->fill, p);
}

/* The case beside a default, and the call. */
static void fill_only_receive(struct lower *l, struct selection *s, struct node *comm,
                              struct node *recv, const char *at)
{
    const char *elem = takes_value(comm) ? element(l, recv) : "0";
    mark_lowered(l, recv);
    piece_join(s->fill, piece_text(l->u, "switch (goc__select_recv(goc__s%d, ", s->number));
    piece_join(s->fill, operand(l, recv->a, is_pure(recv->a)));
    piece_join(s->fill, piece_line(l->u, s->node->first, ", %s, %s))", elem, at));
}

static void fill_send(struct lower *l, struct selection *s, int i, struct node *send)
{
    struct unit *u = l->u;
    struct piece *p = piece_text(u, "goc__s%d[%d] = (goc_case){ ", s->number, i);
    mark_lowered(l, send);
    piece_join(p, operand(l, send->a, is_pure(send->a)));
    piece_join(p, piece_text(u, ", 0, 0, GOC_SEND, 0 }; "));
    if (!type_is(type_base(send->a->type), TY_VOID))
    {
        struct around v = send_value(l, send);
        piece_join(p, piece_text(u, "goc__s%d[%d].elem = %s", s->number, i, v.before));
        piece_join(p, operand(l, send->b, is_pure(send->b)));
        piece_join(p, piece_text(u, "%s; ", v.behind));
    }
    else if (!send->b->pure)
        piece_join(p, piece_join(operand(l, send->b, is_pure(send->b)), piece_text(u, "; ")));
    piece_join(s->fill, p);
}

/* All cases, and the call. */
static void fill_all(struct lower *l, struct selection *s, bool has_default, const char *at)
{
    struct node *select = s->node;
    bool has_after = false;
    int i = 0;
    for (struct node *c = select->list; c; c = c->next)
    {
        struct node *recv = c->a ? receive_of(c->a) : NULL;
        has_after = has_after || (recv && recv_is_after(recv));
        if (recv)
            fill_receive(l, s, i++, c->a, recv);
        else if (c->a)
            fill_send(l, s, i++, node_strip(c->a));
    }
    const char *array = s->n ? lower_print(l, "goc__s%d", s->number) : "0";
    piece_join(s->fill,
               has_after && !has_default
                   ? piece_line(l->u, select->first, "switch (goc__select_after(%s, %d, %s))",
                                array, s->n, at)
                   : piece_line(l->u, select->first, "switch (goc__select(%s, %d, %d, %s))",
                                array, s->n, has_default, at));
}

/* ---- the arms ---- */

static struct piece *value_of(struct lower *l, struct selection *s, int i,
                              struct node *recv, const char *format)
{
    const char *v = lower_print(l, "*(%s)goc__s%d[%d].elem", lower_pointer(l, recv->type),
                                s->number, i);
    return piece_text(l->u, format, v);
}

static struct piece *define_arm(struct lower *l, struct selection *s, int i,
                                struct node *d, struct node *recv)
{
    struct unit *u = l->u;
    struct piece *p = piece_text(u, "%s", "");
    if (d->symbol)
    {
        const char *name = lower_spelling(l, d->token1);
        piece_join(p, piece_text(u, " %s", lower_type(l, d->symbol->type, name)));
        names_declare(l, d->symbol);
        piece_join(p, value_of(l, s, i, recv, " = %s;"));
    }
    if (d->symbol2)
    {
        const char *name = lower_spelling(l, d->token2);
        piece_join(p, piece_text(u, " %s = goc__s%d[%d].ok;",
                                 lower_type(l, d->symbol2->type, name), s->number, i));
    }
    names_declare(l, d->symbol2);
    return p;
}

static struct piece *recv2_arm(struct lower *l, struct selection *s, int i,
                               struct node *e, struct node *recv)
{
    struct unit *u = l->u;
    struct piece *p = piece_text(u, " ");
    if (e->a)
    {
        piece_join(p, piece_tokens(u, e->a->first, e->a->last));
        piece_join(p, value_of(l, s, i, recv, " = %s;"));
    }
    if (e->b)
    {
        if (e->a)
            piece_join(p, piece_text(u, " "));
        piece_join(p, piece_tokens(u, e->b->first, e->b->last));
        piece_join(p, piece_text(u, " = goc__s%d[%d].ok;", s->number, i));
    }
    return p;
}

/* What an arm begins with: the received value goes where the clause says. */
static struct piece *arm_head(struct lower *l, struct selection *s, int i,
                              struct node *comm)
{
    struct unit *u = l->u;
    struct node *e = comm ? node_strip(comm) : NULL;
    struct node *recv = comm ? receive_of(comm) : NULL;
    if (!recv || e->kind == NODE_RECV)
        return NULL;
    if (e->kind == NODE_DEFINE)
        return define_arm(l, s, i, e, recv);
    if (e->kind == NODE_RECV2)
        return recv2_arm(l, s, i, e, recv);
    uint32_t last = e->kind == NODE_ASSIGN ? e->op_token : recv->first - 1;
    struct node *value = e->kind == NODE_ASSIGN ? e->b : e->list->a;
    if (e->kind == NODE_DECL)
    {
        last = value->first - 1;
        names_declare(l, e->list->symbol);
    }
    struct piece *p = piece_text(u, " ");
    piece_join(p, piece_tokens(u, e->first, last));
    return piece_join(p, value_of(l, s, i, recv, " %s;"));
}

/* The expressions of a clause, whose tokens now stand elsewhere. */
static void lower_clause(struct lower *l, struct node *comm)
{
    struct node *e = node_strip(comm), *recv = receive_of(comm);
    if (e->kind == NODE_SEND)
    {
        lower_node(l, e->a, false);
        lower_node(l, e->b, false);
        return;
    }
    if (recv_is_after(recv))
        lower_list(l, node_strip(recv->a)->list);
    else
        lower_node(l, recv->a, false);
    if (e->kind == NODE_ASSIGN || (e->kind == NODE_RECV2 && e->a))
        lower_node(l, e->a, false);
    if (e->kind == NODE_RECV2 && e->b)
        lower_node(l, e->b, false);
}

static void lower_case(struct lower *l, struct selection *s, struct node *c, int i)
{
    struct unit *u = l->u;
    size_t mark = names_mark(l);
    const char *label = !c->a || c == s->last_case ? "default"
                                                   : lower_print(l, "case %d", i);
    struct piece *head = piece_text(u, "%s: {", label);
    struct piece *arm = arm_head(l, s, i, c->a);
    struct piece *end = piece_text(u, "%s", "");
    edit_after(u, c->list ? c->last : c->token1, piece_text(u, " } break;"));
    edit_after(u, c->list ? c->last : c->token1, end);
    edit_replace(u, c->first, c->token1, piece_join(head, arm));
    if (c->a)
        lower_clause(l, c->a);
    lower_arm(l, c->list, end);
    names_release(l, mark);
}

/* ---- the statement ---- */

static void lower_empty(struct lower *l, struct node *n)
{
    edit_replace(l->u, n->first, n->last,
                 piece_text(l->u, "for (;;) goc__select(0, 0, 0, %s);",
                            lower_at(l, n->first)));
}

void lower_select(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct selection s = {.node = n, .number = ++l->cases};
    bool has_default = false;
    if (!n->list)
    {
        lower_empty(l, n);
        return;
    }
    for (struct node *c = n->list; c; c = c->next)
    {
        has_default = has_default || !c->a;
        s.n += c->a != NULL;
        s.last_case = c;
    }
    if (has_default)
        s.last_case = NULL;

    s.fill = piece_text(u, "{ ");
    if (s.n)
        piece_join(s.fill, piece_text(u, "goc_case goc__s%d[%d]; ", s.number, s.n));
    edit_replace(u, n->first, n->first, s.fill);
    edit_after(u, n->last, piece_text(u, " }"));
    const char *at = lower_at(l, n->first);
    struct node *only = has_default && s.n == 1 ? n->list->a ? n->list : n->list->next : NULL;
    struct node *recv = only ? receive_of(only->a) : NULL;
    if (recv && !recv_is_after(recv))
        fill_only_receive(l, &s, only->a, recv, at);
    else
        fill_all(l, &s, has_default, at);
    int i = 0;
    for (struct node *c = n->list; c; c = c->next)
        lower_case(l, &s, c, c->a ? i++ : -1);
}
