/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_conc.c: the rules of chan, <-, :=, go, select, range and defer; see
 * grammar/LANGUAGE.md.
 *
 * An error stands at the operand that breaks the rule.  A type that goc does not
 * know is accepted in plain C, but not where goc has to write code from it: there
 * tell_unknown() finds the undeclared name that is the reason.
 */
#include <string.h>

#include "check_expr.h"

/* What can be judged only when the expression around it has been read, in the
 * order of the tokens: a use of goc_after, which a receive may take; an
 * assignment behind a comma, ok = <-c, which may be the flag's of a two-valued
 * receive. */
struct check
{
    VEC(struct node *) pending;
};

static struct check *check_of(struct unit *u)
{
    if (!u->check)
        u->check = arena_new(&u->arena, struct check);
    return u->check;
}

static void pending_add(struct unit *u, struct node *e)
{
    *arena_push(u, &check_of(u)->pending) = e;
}

static bool pending_take(struct unit *u, struct node *e)
{
    struct check *c = u->check;
    for (size_t i = c ? c->pending.n : 0; i-- > 0;)
        if (c->pending.v[i] == e)
        {
            c->pending.n--;
            memmove(&c->pending.v[i], &c->pending.v[i + 1],
                    (c->pending.n - i) * sizeof *c->pending.v);
            return true;
        }
    return false;
}

static void pending_judge(struct unit *u, struct node *e)
{
    if (e->kind == NODE_ASSIGN)
        check_assign(u, e->type, e->b, "assign", e->b->first, e->b->last);
    else
        error(u, e->first, e->last,
              "'goc_after' may be used only as the operand of a receive; use a "
              "goc_timer");
}

/* What stands before first may yet be taken: the argument of <-goc_after(d = 1)
 * ends before the receive does. */
void check_pending(struct unit *u, uint32_t first)
{
    struct check *c = u->check;
    if (!c || !c->pending.n)
        return;
    size_t n = c->pending.n, keep = n;
    while (keep && c->pending.v[keep - 1]->first >= first)
        keep--;
    c->pending.n = keep;
    for (size_t i = keep; i < n; i++)
        pending_judge(u, c->pending.v[i]);
}

static const char *text_of(struct unit *u, uint32_t tok)
{
    return u->toks.v[tok].kind == TOK_IDENT ? u->toks.v[tok].id->name : "";
}

static bool is_blank(struct unit *u, uint32_t name)
{
    return strcmp(text_of(u, name), "_") == 0;
}

/* ---- goc_after ---- */

void after_seen(struct unit *u, struct node *ident)
{
    struct type *t = type_strip(ident->type);
    if (t->kind == TY_FUNCTION && type_is(t->base, TY_CHAN))
        pending_add(u, ident); /* else a name of the user's */
}

/* e is the operand of a receive. */
static void after_take(struct unit *u, struct node *e)
{
    struct node *call = node_strip(e);
    if (call->kind != NODE_CALL)
        return;
    e = node_strip(call->a);
    if (e->kind == NODE_IDENT && e->ident && e->ident->word == WORD_AFTER
        && pending_take(u, e) && (!call->list || call->list->next))
        error(u, call->first, call->last, "'goc_after' takes one argument");
}

/* ---- why a type is unknown ---- */

static bool tell_unknown(struct unit *u, struct node *e);

static bool tell_list(struct unit *u, struct node *e)
{
    for (; e; e = e->next)
        if (tell_unknown(u, e))
            return true;
    return false;
}

static bool tell_undeclared(struct unit *u, struct node *e)
{
    if (e->symbol && e->symbol->kind != SYM_TYPEDEF && e->symbol->kind != SYM_TAG)
        return false;
    error(u, e->first, e->last, "%I undeclared", e->ident);
    return true;
}

static bool tell_member(struct unit *u, struct node *e)
{
    if (tell_unknown(u, e->a))
        return true;
    struct type *t = type_strip(e->a->type);
    if (e->op == TOK_ARROW && (t->kind == TY_POINTER || t->kind == TY_ARRAY))
        t = type_strip(t->base);
    if (t->kind == TY_UNKNOWN || !e->ident)
        return false;
    if (!type_is_record(t))
        error(u, e->a->first, e->a->last, "%T is no structure or union", e->a->type);
    else if (!type_is_complete(t))
        error(u, e->a->first, e->a->last, "%T is incomplete", t);
    else
        error(u, e->last, e->last, "no member named %I in %T", e->ident, t);
    return true;
}

/* Reports that an undeclared name is why e's type is not known; true if the user
 * has been told why. */
static bool tell_unknown(struct unit *u, struct node *e)
{
    if (type_is_poison(u, e->type) || e->kind == NODE_ERROR)
        return true;
    if (!type_is(e->type, TY_UNKNOWN) && e->kind != NODE_INIT_LIST)
        return false;
    switch (e->kind)
    {
    case NODE_IDENT:
        return tell_undeclared(u, e);
    case NODE_MEMBER:
        return tell_member(u, e);
    case NODE_CALL:
        return tell_unknown(u, e->a) || tell_list(u, e->list);
    case NODE_INIT_LIST:
    case NODE_BUILTIN:
    case NODE_GENERIC:
        return tell_list(u, e->list);
    case NODE_STMT_EXPR:
        return false;
    }
    return (e->a && tell_unknown(u, e->a)) || (e->b && tell_unknown(u, e->b)) ||
           (e->c && tell_unknown(u, e->c));
}

/* ---- channel operands ---- */

/* The channel type that operand e has, or null after an error.  what: "<-". */
static struct type *channel_operand(struct unit *u, struct node *e,
                                    const char *what)
{
    struct type *t = expr_value(u, e);
    if (t->kind == TY_CHAN)
        return t;
    if (t->kind != TY_UNKNOWN)
        error(u, e->first, e->last, "the operand of '%s' must be a channel, not %T",
              what, type_is(e->type, TY_ARRAY) ? e->type : type_decay(u, e->type));
    else if (!tell_unknown(u, e))
        error(u, e->first, e->last,
              "cannot tell the type of the operand of '%s'; it must be a channel",
              what);
    return NULL;
}

static void note_tag(struct unit *u, struct type *t)
{
    t = type_strip(t);
    uint32_t at = t->kind == TY_STRUCT || t->kind == TY_UNION ? t->tag->keyword : 0;
    if (at)
        note(u, at, at, t->tag->complete ? "%T defined here" : "%T declared here", t);
}

/* Elements must be complete, and assignable, where a value is made, sent or
 * received. */
static bool check_element(struct unit *u, struct type *chan, uint32_t first,
                          uint32_t last)
{
    struct type *elem = type_base(chan);
    if (type_is(elem, TY_VOID))
        return true;
    if (!type_is_complete(elem))
        error(u, first, last, "the element type of %T is incomplete", chan);
    else if (!type_is_assignable(elem))
        error(u, first, last,
              "the element type of %T cannot be assigned: it has a const member",
              chan);
    else
        return true;
    note_tag(u, elem);
    return false;
}

/* What a receive yields. */
static struct type *element_value(struct unit *u, struct type *chan)
{
    return type_unqualified(u, type_base(chan));
}

bool check_is_channel(struct node *left)
{
    return type_is(left->type, TY_CHAN);
}

/* ---- chan<T> ---- */

/* The token at which T begins in tokens first.. of a channel type: chan <,
 * <- chan <, chan <- <. */
static uint32_t element_token(struct unit *u, uint32_t first, uint32_t last)
{
    uint32_t i = first;
    if (u->toks.v[i].kind == TOK_LARROW)
        i++;
    i++;
    if (u->toks.v[i].kind == TOK_LARROW)
        i++;
    if (u->toks.v[i].kind == TOK_LT)
        i++;
    return i < last ? i : first;
}

static const char *bad_element(struct type *elem)
{
    struct type *t = type_strip(elem);
    if (t->kind == TY_VOID)
        return t->quals ? "is qualified" : NULL;
    if (t->kind == TY_FUNCTION)
        return "is a function type";
    if (type_is_vm(t))
        return "is variably modified";
    if (t->kind == TY_ARRAY)
        return "is an array type";
    if (t->quals & Q_CONST)
        return "is const";
    if (t->kind == TY_VA_LIST)
        return "may be an array type";
    if (!type_is_assignable(t))
        return "has a const member";
    return NULL;
}

struct type *check_chan_type(struct unit *u, struct type *elem,
                             enum chan_dir dir, uint32_t first, uint32_t last)
{
    const char *why = bad_element(elem);
    *vec_push(&u->chan_uses) = (struct chan_use){first, last, elem};
    if (!why)
        return type_chan(u, elem, dir);
    uint32_t at = element_token(u, first, last);
    error(u, at, last > at ? last - 1 : at,
          "%T cannot be the element type of a channel: it %s", elem, why);
    note_tag(u, elem);
    return type_chan(u, type_poison(u), dir);
}

/* ---- receive, send, make ---- */

struct node *expr_recv(struct unit *u, uint32_t arrow, struct node *chan)
{
    struct node *n = expr_new(u, NODE_RECV, arrow, chan->last, type_poison(u));
    n->op_token = arrow;
    n->a = chan;
    after_take(u, chan);
    struct type *t = channel_operand(u, chan, "<-");
    if (!t)
        return n;
    expr_suspends(u, n);
    if (t->dir == CHAN_SEND)
        error(u, chan->first, chan->last,
              "cannot receive from send-only channel of type %T",
              type_decay(u, chan->type));
    if (check_element(u, type_decay(u, chan->type), chan->first, chan->last))
        n->type = element_value(u, t);
    return n;
}

struct node *expr_send(struct unit *u, struct node *chan, uint32_t arrow,
                       struct node *value)
{
    struct node *n = expr_new(u, NODE_SEND, chan->first, value->last,
                              type_basic(u, TY_VOID));
    n->op_token = arrow;
    n->a = chan;
    n->b = value;
    expr_suspends(u, n);
    struct type *t = channel_operand(u, chan, "<-");
    if (!t)
        return n;
    if (t->dir == CHAN_RECV)
        error(u, chan->first, chan->last,
              "cannot send to receive-only channel of type %T",
              type_decay(u, chan->type));
    if (!check_element(u, type_decay(u, chan->type), chan->first, chan->last))
        return n;
    if (type_is(value->type, TY_UNKNOWN))
        tell_unknown(u, value);
    else
        check_send_value(u, type_decay(u, chan->type), value);
    return n;
}

struct node *expr_make(struct unit *u, uint32_t tok, struct type *t,
                       struct node *cap, uint32_t rparen)
{
    struct node *n = expr_new(u, NODE_MAKE, tok, rparen, type_poison(u));
    n->type_arg = t;
    n->a = cap;
    struct type *s = type_strip(t);
    if (s->kind != TY_CHAN)
    {
        if (s->kind != TY_UNKNOWN)
            error(u, tok + 2, tok + 2, "'make' makes channels, not %T", t);
        return n;
    }
    n->type = s->dir == CHAN_BOTH ? type_unqualified(u, t)
                                  : type_chan(u, s->base, CHAN_BOTH);
    check_element(u, t, tok + 2, tok + 2);
    if (!cap)
        return n;
    if (type_is(cap->type, TY_UNKNOWN))
        tell_unknown(u, cap);
    else if (!type_is_integer(cap->type))
        error(u, cap->first, cap->last,
              "the capacity of a channel must be an integer, not %T",
              type_decay(u, cap->type));
    return n;
}

/* ---- close(c), free(c), len(c), cap(c) ---- */

struct node *chan_builtin(struct unit *u, struct node *f, struct node *args,
                          uint32_t rparen)
{
    if (f->kind != NODE_IDENT || !f->ident || !f->ident->word || !args || args->next ||
        !type_is(args->type, TY_CHAN))
        return NULL;
    enum node_kind kind;
    switch (f->ident->word)
    {
    case WORD_CLOSE:
        kind = NODE_CLOSE;
        break;
    case WORD_FREE:
        kind = NODE_FREE;
        break;
    case WORD_LEN:
        kind = NODE_LEN;
        break;
    case WORD_CAP:
        kind = NODE_CAP;
        break;
    default:
        return NULL;
    }
    bool yields = kind == NODE_LEN || kind == NODE_CAP;
    struct node *n = expr_new(u, kind, f->first, rparen,
                              type_basic(u, yields ? TY_INT : TY_VOID));
    n->a = args;
    if (kind == NODE_CLOSE && type_strip(args->type)->dir == CHAN_RECV)
        error(u, args->first, args->last,
              "cannot close receive-only channel of type %T",
              type_decay(u, args->type));
    return n;
}

/* ---- v, ok = <-c ---- */

bool flag_seen(struct unit *u, struct node *assign)
{
    uint32_t before = assign->first - 1;
    if (node_strip(assign->b)->kind != NODE_RECV || u->toks.v[before].kind != TOK_COMMA)
        return false;
    pending_add(u, assign);
    return true;
}

static bool is_plain_assign(struct node *e)
{
    return e->kind == NODE_ASSIGN && e->op == TOK_ASSIGN &&
           node_strip(e->b)->kind == NODE_RECV;
}

static bool is_blank_ident(struct node *e)
{
    return e->kind == NODE_IDENT && e->ident && strcmp(e->ident->name, "_") == 0;
}

static bool check_lvalue(struct unit *u, struct node *e)
{
    if (e->is_lvalue || type_is(e->type, TY_UNKNOWN))
        return true;
    error(u, e->first, e->last, "cannot assign to this: it is no lvalue");
    return false;
}

/* The receive as a value for the conversion to the first target. */
static struct node *make_recv2(struct unit *u, struct node *v, struct node *ok,
                               struct node *recv, struct node *whole)
{
    struct node *n = expr_new(u, NODE_RECV2, whole->first, whole->last,
                              type_basic(u, TY_VOID));
    n->c = node_strip(recv);
    n->op_token = whole->op_token;
    if (v && !is_blank_ident(v))
    {
        n->a = v;
        if (check_lvalue(u, v))
            check_write(u, v, false);
        if (type_is(n->c->type, TY_VOID))
            error(u, v->first, v->last, "cannot assign from %T, which carries nothing",
                  type_decay(u, n->c->a->type));
        else
            check_assign(u, v->type, n->c, "assign", v->first, v->last);
    }
    if (ok && !is_blank_ident(ok))
    {
        n->b = ok;
        struct type *t = type_strip(ok->type);
        check_lvalue(u, ok);
        if (!type_is_arithmetic(t) && t->kind != TY_UNKNOWN)
            error(u, ok->first, ok->last,
                  "the flag of a receive is a bool; it cannot be assigned to %T",
                  ok->type);
    }
    return n;
}

/* v, ok = <-c; but in f(), v = <-c; and i = 0, v = <-c; the comma is C's. */
static bool is_flag_pair(struct node *e)
{
    return e->kind == NODE_COMMA && e->a->kind != NODE_COMMA &&
           (e->a->is_lvalue || e->a->pure || type_is(e->a->type, TY_UNKNOWN)) &&
           is_plain_assign(e->b);
}

/* _ = <-c discards, as _, ok = <-c does.  A _ of the user's is one to them. */
struct node *check_full_expr(struct unit *u, struct node *e)
{
    if (!u->has_words)
        return e;
    if (is_flag_pair(e))
    {
        pending_take(u, e->b);
        check_pending(u, e->first);
        struct node *n = make_recv2(u, e->a, e->b->a, e->b->b, e);
        n->op_token = e->b->op_token;
        return n;
    }
    check_pending(u, e->first);
    if (is_plain_assign(e) && is_blank_ident(e->a) && !e->a->symbol)
        return make_recv2(u, NULL, NULL, e->b, e);
    return e;
}

/* ---- x := e ---- */

/* The variable of this block that name assigns, or null: it declares one. */
static struct symbol *declared_here(struct unit *u, uint32_t name)
{
    return scope_local(u, u->toks.v[name].id);
}

static struct symbol *declare(struct unit *u, uint32_t name, struct type *t,
                              struct node *decl)
{
    bool old;
    struct symbol *s = scope_declare(u, u->toks.v[name].id, SYM_VAR, &old);
    s->type = t;
    s->automatic = true;
    s->storage = ST_NONE;
    s->owner = scope_func(u);
    s->token = name;
    s->first = decl->first;
    s->last = decl->last;
    s->decl = decl;
    s->defined = true;
    return s;
}

/* The type that e gives a variable; poison after an error. */
static struct type *defined_type(struct unit *u, struct node *e)
{
    struct type *t = type_decay(u, e->type);
    struct type *s = type_strip(t);
    if (s->kind == TY_VOID)
    {
        struct node *r = node_strip(e);
        if (r->kind == NODE_RECV)
            error(u, e->first, e->last, "cannot define a variable from %T, which "
                  "carries nothing", type_decay(u, r->a->type));
        else
            error(u, e->first, e->last, "cannot define a variable of type void");
        return type_poison(u);
    }
    if (!type_is_complete(s))
    {
        error(u, e->first, e->last, "cannot define a variable of incomplete type %T", t);
        note_tag(u, t);
        return type_poison(u);
    }
    if (s->kind == TY_UNKNOWN && tell_unknown(u, e))
        return type_poison(u);
    return t;
}

/* A name that := assigns, as := v, ok with a v of this block does. */
static struct node *define_assigned(struct unit *u, uint32_t name,
                                    struct symbol *s, struct type *t)
{
    struct node *e = expr_ident(u, name);
    if (s->kind != SYM_VAR || type_is(e->type, TY_FUNCTION))
    {
        error(u, name, name, "%I is no variable: it cannot be assigned", s->name);
        note(u, s->token, s->token, "%I declared here", s->name);
        return e;
    }
    struct node value = {.kind = NODE_NUMBER, .first = name, .last = name, .type = t};
    if (!type_is(t, TY_UNKNOWN) && !type_is(e->type, TY_UNKNOWN) &&
        convert(u, e->type, &value) >= CONV_CHAN_BACK)
        error(u, name, name, "cannot assign %T to %T", t, e->type);
    return e;
}

static bool nothing_new(struct unit *u, uint32_t name1, uint32_t name2)
{
    bool new1 = !is_blank(u, name1) && !declared_here(u, name1);
    bool new2 = name2 && !is_blank(u, name2) && !declared_here(u, name2);
    if (name2 && new1 && new2 && u->toks.v[name1].id == u->toks.v[name2].id)
        return false; /* said by the caller */
    return !new1 && !new2;
}

static void report_nothing_new(struct unit *u, uint32_t name1, uint32_t name2,
                               uint32_t at)
{
    error(u, at, at, "no new variables on the left side of ':='");
    for (uint32_t i = 0, name = name1; i < 2 && name; i++, name = name2)
    {
        struct symbol *s = is_blank(u, name) ? NULL : declared_here(u, name);
        if (s)
            note(u, s->token, s->token, "%I declared here", s->name);
    }
}

static void define_names(struct unit *u, struct node *n, uint32_t name1,
                         uint32_t name2, struct type *t, struct type *ok)
{
    struct symbol *s1 = declared_here(u, name1);
    struct symbol *s2 = name2 ? declared_here(u, name2) : NULL;
    if (!is_blank(u, name1))
    {
        n->token1 = name1;
        n->is_new = !s1;
        n->symbol = s1 ? s1 : declare(u, name1, t, n);
        if (s1)
            n->a = define_assigned(u, name1, s1, t);
    }
    if (name2 && !is_blank(u, name2))
    {
        n->token2 = name2;
        n->is_new2 = !s2;
        n->symbol2 = s2 ? s2 : declare(u, name2, ok, n);
        if (s2)
            n->b = define_assigned(u, name2, s2, ok);
    }
}

struct node *stmt_define(struct unit *u, uint32_t name1, uint32_t name2,
                         uint32_t define_tok, struct node *e)
{
    struct node *n = expr_new(u, NODE_DEFINE, name1, e->last, type_basic(u, TY_VOID));
    struct node *r = node_strip(e);
    n->op_token = define_tok;
    n->c = e;
    check_pending(u, e->first);
    if (!scope_func(u))
    {
        error(u, define_tok, define_tok, "':=' stands only in a function");
        return n;
    }
    struct type *t = type_poison(u);
    bool fine = true;
    if (name2 && r->kind != NODE_RECV)
    {
        if (!type_is_poison(u, r->type))
            error(u, e->first, e->last,
                  "':=' with two names needs a receive on its right side");
        fine = false;
    }
    else if (name2)
        n->c = r;
    if (nothing_new(u, name1, name2))
    {
        report_nothing_new(u, name1, name2, define_tok);
        fine = false;
    }
    else if (name2 && !is_blank(u, name1) &&
             u->toks.v[name1].id == u->toks.v[name2].id)
    {
        error(u, name2, name2, "%I is on the left side of ':=' twice",
              u->toks.v[name2].id);
        fine = false;
        name2 = 0;
    }
    if (fine && !is_blank(u, name1))
        t = defined_type(u, e);
    struct type *ok = type_basic(u, TY_BOOL);
    if (fine || !declared_here(u, name1))
        define_names(u, n, name1, name2, t, ok);
    return n;
}

/* ---- go f(x) ---- */

static bool is_call(struct node *e)
{
    return e->kind == NODE_CALL || e->kind == NODE_CLOSE || e->kind == NODE_FREE;
}

/* The function type that call e has, or null. */
static struct type *callee_type(struct unit *u, struct node *e)
{
    struct type *t = expr_value(u, e->a);
    if (t->kind == TY_POINTER)
        t = type_strip(t->base);
    return t->kind == TY_FUNCTION ? t : NULL;
}

static void check_go_arguments(struct unit *u, struct node *call, struct type *f)
{
    struct param *p = f->params;
    struct node *e = call->list;
    for (; e && p; e = e->next, p = p->next)
        if (type_is(e->type, TY_UNKNOWN))
            tell_unknown(u, e);
        else
            check_go_argument(u, p->type, e);
    if (p)
        error(u, call->last, call->last, "too few arguments in the call");
    else if (e && !f->variadic && !f->unprototyped)
        error(u, e->first, e->last, "too many arguments in the call");
    for (; e; e = e->next)
        if (type_is(e->type, TY_VOID))
            error(u, e->first, e->last, "an argument of type void");
        else if (type_is(e->type, TY_UNKNOWN))
            tell_unknown(u, e);
}

static void check_go_call(struct unit *u, struct node *call)
{
    struct func *f = scope_func(u);
    if (f && f->suspensions.n && *vec_last(&f->suspensions) == call)
        f->suspensions.n--; /* it runs elsewhere */
    if (call->kind != NODE_CALL)
        return;
    struct type *t = callee_type(u, call);
    if (t)
        check_go_arguments(u, call, t);
    else if (!type_is(call->a->type, TY_UNKNOWN))
        error(u, call->a->first, call->a->last, "%T is no function", call->a->type);
    else
        tell_unknown(u, call->a);
}

struct node *stmt_go_call(struct unit *u, uint32_t tok, struct node *e,
                          uint32_t last)
{
    struct node *n = node_new(u, NODE_GO_CALL, tok, last);
    struct node *call = node_strip(e);
    n->a = call;
    n->type = type_basic(u, TY_VOID);
    check_pending(u, tok);
    if (is_call(call))
        check_go_call(u, call);
    else if (call->kind == NODE_LEN || call->kind == NODE_CAP)
        error(u, e->first, e->last, "'go' drops the result of '%s': it does nothing",
              call->kind == NODE_LEN ? "len" : "cap");
    else if (!type_is_poison(u, e->type) && e->kind != NODE_ERROR)
        error(u, e->first, e->last, "'go' needs a call or a block");
    return n;
}

/* ---- go { } ---- */

struct func *go_begin(struct unit *u)
{
    struct func *f = arena_new(&u->arena, struct func);
    f->parent = scope_func(u);
    f->is_go = true;
    f->depth = (uint16_t)(scope_depth(u) + 1);
    f->type = type_function(u, type_basic(u, TY_VOID), NULL, false, false);
    for (struct func *g = f->parent; g; g = g->parent)
        g->has_go = true;
    scope_enter_func(u, f);
    return f;
}

struct node *go_end(struct unit *u, struct func *f, uint32_t tok,
                    struct node *block)
{
    check_pending(u, tok);
    scope_leave_func(u);
    struct node *n = node_new(u, NODE_GO_BLOCK, tok, block->last);
    n->type = type_basic(u, TY_VOID);
    n->a = block;
    n->func = f;
    f->node = n;
    return n;
}

/* ---- select ---- */

/* The receive of which comm is the clause, or null. */
static struct node *clause_receive(struct node *comm)
{
    struct node *e = node_strip(comm);
    switch (e->kind)
    {
    case NODE_RECV:
        return e;
    case NODE_RECV2:
        return e->c;
    case NODE_ASSIGN:
        return is_plain_assign(e) ? node_strip(e->b) : NULL;
    case NODE_DEFINE:
        e = node_strip(e->c);
        return e->kind == NODE_RECV ? e : NULL;
    case NODE_DECL:
        if (!e->list || e->list->next || e->list->kind != NODE_DECLARATOR || !e->list->a)
            return NULL;
        e = node_strip(e->list->a);
        return e->kind == NODE_RECV ? e : NULL;
    }
    return NULL;
}

/* Errors in it have been told. */
static bool is_poisoned(struct unit *u, struct node *comm)
{
    struct node *e = node_strip(comm);
    return e->kind == NODE_ERROR || (e->type && type_is_poison(u, e->type)) ||
           (e->kind == NODE_DEFINE && type_is_poison(u, e->c->type));
}

struct node *select_case(struct unit *u, uint32_t tok, struct node *comm,
                         uint32_t colon, struct node *stmts, uint32_t last)
{
    struct node *n = node_new(u, NODE_SELECT_CASE, tok, last);
    n->token1 = colon;
    n->list = stmts;
    n->type = type_basic(u, TY_VOID);
    if (!comm)
        return n;
    if (comm->kind == NODE_EXPR_STMT && comm->a)
        comm = comm->a;
    if (comm->kind == NODE_COMMA || comm->kind == NODE_ASSIGN)
        comm = check_full_expr(u, comm);
    check_pending(u, tok);
    n->a = node_strip(comm)->kind == NODE_SEND ? node_strip(comm) : comm;
    if (n->a->kind != NODE_SEND && !clause_receive(comm) && !is_poisoned(u, comm))
        error(u, comm->first, comm->last, "a case must be a send or a receive");
    return n;
}

/* The operations of the cases do not park by themselves; the select does, and
 * stands where it begins. */
static void select_suspends(struct unit *u, struct node *n)
{
    struct func *f = scope_func(u);
    if (!f)
        return;
    for (struct node *c = n->list; c; c = c->next)
    {
        struct node *op = !c->a                     ? NULL
                          : c->a->kind == NODE_SEND ? c->a
                                                    : clause_receive(c->a);
        size_t i = 0;
        while (op && i < f->suspensions.n && f->suspensions.v[i] != op)
            i++;
        if (!op || i == f->suspensions.n)
            continue;
        f->suspensions.n--;
        memmove(&f->suspensions.v[i], &f->suspensions.v[i + 1],
                (f->suspensions.n - i) * sizeof *f->suspensions.v);
    }
    expr_suspends(u, n);
    size_t i = f->suspensions.n - 1;
    for (; i && f->suspensions.v[i - 1]->first > n->first; i--)
        f->suspensions.v[i] = f->suspensions.v[i - 1];
    f->suspensions.v[i] = n;
}

struct node *stmt_select(struct unit *u, uint32_t tok, uint32_t lbrace,
                         struct node *cases, uint32_t rbrace)
{
    struct node *n = node_new(u, NODE_SELECT, tok, rbrace);
    struct node *other = NULL;
    n->token1 = lbrace;
    n->list = cases;
    n->type = type_basic(u, TY_VOID);
    for (struct node *c = cases; c; c = c->next)
    {
        if (c->kind != NODE_SELECT_CASE || c->a)
            continue;
        if (other)
        {
            error(u, c->first, c->first, "a select has one 'default' at the most");
            note(u, other->first, other->first, "the other one is here");
        }
        else
            other = c;
    }
    select_suspends(u, n);
    return n;
}

/* ---- for (v := range c) ---- */

struct node *range_begin(struct unit *u, uint32_t tok, uint32_t name,
                         struct node *chan)
{
    struct node *n = node_new(u, NODE_RANGE, tok, chan->last);
    n->type = type_basic(u, TY_VOID);
    n->a = chan;
    check_pending(u, tok);
    struct type *t = channel_operand(u, chan, "range"), *elem = type_poison(u);
    if (t)
    {
        if (t->dir == CHAN_SEND)
            error(u, chan->first, chan->last,
                  "cannot range over send-only channel of type %T",
                  type_decay(u, chan->type));
        if (check_element(u, type_decay(u, chan->type), chan->first, chan->last))
            elem = element_value(u, t);
    }
    expr_suspends(u, n);
    if (!name || is_blank(u, name))
        return n;
    if (type_is(elem, TY_VOID))
    {
        error(u, name, name, "%T carries nothing: there is no value for %I",
              type_decay(u, chan->type), u->toks.v[name].id);
        elem = type_poison(u);
    }
    n->token1 = name;
    n->symbol = declare(u, name, elem, n);
    return n;
}

void range_pair(struct unit *u, uint32_t second)
{
    error(u, second, second, "a range over a channel yields one value: there is none for %I",
          u->toks.v[second].id);
}

struct node *range_end(struct node *range, struct node *body)
{
    range->d = body;
    range->last = body->last;
    return range;
}

/* ---- defer ---- */

struct node *defer_begin(struct unit *u, uint32_t tok)
{
    struct node *n = node_new(u, NODE_DEFER, tok, tok);
    n->type = type_basic(u, TY_VOID);
    struct func *f = scope_func(u);
    if (f)
        f->has_defer = true;
    for (f = f ? f->parent : NULL; f; f = f->parent)
        f->has_go = true;
    return n;
}

struct node *defer_end(struct node *defer, struct node *stmt)
{
    defer->a = stmt;
    defer->last = stmt->last;
    return defer;
}
