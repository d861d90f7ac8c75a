/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.c: the walk over the tree, and what all constructs need: types spelled
 * in C, temporaries, places.
 *
 * A type whose name is hidden where it must be spelled gets another one where it
 * is still visible:
 *
 *     typedef struct job job;             typedef struct job job;
 *                                         typedef job goc__job1;
 *     void f(chan<job> c) {               void f(goc__chan c) {
 *         job := <-c;                         job job = (*(goc__job1 *)goc__recv(...
 *
 * An unnamed record that must be spelled gets a tag, and one that is defined
 * within a chan<...> is defined before the statement.
 */
#include "lower.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "lower_state.h"
#include "parse.h"

char *lower_print(struct lower *l, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *s = arena_vprintf(&l->u->arena, format, ap);
    va_end(ap);
    return s;
}

void pieces_add(struct piece ***tail, struct piece *p)
{
    **tail = p;
    while (**tail)
        *tail = &(**tail)->next;
}

const char *lower_spelling(struct lower *l, uint32_t token)
{
    uint32_t n;
    const char *s = token_text(l->u, &l->u->toks.v[token], &n);
    return arena_strndup(&l->u->arena, s, n);
}

const char *lower_at(struct lower *l, uint32_t token)
{
    const struct token *t = &l->u->toks.v[token];
    bool own_place = !t->exp || t->flags & TF_MACRO_ARG;
    loc_t loc = own_place ? t->loc : l->u->expansions.v[t->exp].start;
    return lower_print(l, "GOC_AT(%d)", source_place(l->u, loc).line);
}

bool tokens_mention(struct lower *l, uint32_t first, uint32_t last, struct ident *id)
{
    const struct token *t = l->u->toks.v;
    for (uint32_t i = first; i <= last; i++)
        if (t[i].kind == TOK_IDENT && t[i].id == id &&
            !(i && (t[i - 1].kind == TOK_DOT || t[i - 1].kind == TOK_ARROW)))
            return true;
    return false;
}

/* ---- names in scope ---- */

size_t names_mark(struct lower *l)
{
    return l->hidden.n;
}

void names_declare(struct lower *l, struct symbol *s)
{
    if (!s || !s->name || !s->depth || s->kind == SYM_TAG || s->kind == SYM_LABEL)
        return;
    *vec_push(&l->hidden) = (struct hidden){s->name, s->name->symbol};
    s->name->symbol = s;
}

void names_release(struct lower *l, size_t mark)
{
    while (l->hidden.n > mark)
    {
        struct hidden h = l->hidden.v[--l->hidden.n];
        h.ident->symbol = h.before;
    }
}

static bool is_hidden(const struct symbol *s)
{
    const struct symbol *now = s->name->symbol;
    return now && now != s && now->depth > 0;
}

/* Tags that the function's blocks declare are found by their tokens. */
static void find_block_tags(struct lower *l)
{
    const struct token *t = l->u->toks.v;
    l->block_tags_known = true;
    l->block_tags.n = 0;
    if (!l->external || l->external->kind != NODE_FUNCTION)
        return;
    for (uint32_t i = l->external->a->first; i + 2 <= l->external->last; i++)
    {
        if (t[i].kind != TOK_IDENT || t[i + 1].kind != TOK_IDENT ||
            (t[i + 2].kind != TOK_LBRACE && t[i + 2].kind != TOK_SEMI))
            continue;
        const char *word = t[i].id->name;
        if (!strcmp(word, "struct") || !strcmp(word, "union") || !strcmp(word, "enum"))
            *vec_push(&l->block_tags) = t[i + 1].id;
    }
}

static bool tag_is_hidden(struct lower *l, const struct tag *tag)
{
    if (!l->block_tags_known)
        find_block_tags(l);
    int n = 0;
    for (size_t i = 0; i < l->block_tags.n; i++)
        n += l->block_tags.v[i] == tag->name;
    return n > (tag->owner != NULL); /* one of a block's is itself */
}

/* ---- other names for hidden types ---- */

/* In place of the ; of the declaration, so that it goes along when that is
 * copied; several may stand there. */
static void alias_in_block(struct lower *l, uint32_t semicolon, const char *text)
{
    struct piece *p = piece_text(l->u, " %s", text);
    for (size_t i = 0; i < l->alias_places.n; i++)
        if (l->alias_places.v[i].token == semicolon)
        {
            piece_join(l->alias_places.v[i].pieces, p);
            return;
        }
    p = piece_join(piece_text(l->u, ";"), p);
    *vec_push(&l->alias_places) = (struct alias_place){semicolon, p};
    edit_replace(l->u, semicolon, semicolon, p);
}

/* The ; of the declaration in which s stands; a tag ends at its }. */
static uint32_t declaration_end(struct lower *l, const struct symbol *s)
{
    const struct token *t = l->u->toks.v;
    uint32_t i = s->last;
    for (int depth = 0; i < l->external->last && (depth || t[i].kind != TOK_SEMI); i++)
        depth += s->last == i ? 0
                 : t[i].kind == TOK_LBRACE || t[i].kind == TOK_LPAREN ? 1
                 : t[i].kind == TOK_RBRACE || t[i].kind == TOK_RPAREN ? -1
                                                                      : 0;
    return i;
}

static const char *alias(struct lower *l, struct symbol *s, const char *old,
                         bool in_block)
{
    const char *name = lower_print(l, "goc__%s%d", s->name->name, ++l->alias);
    const char *text = lower_print(l, "typedef %s %s;", old, name);
    if (!in_block)
        pieces_add(&l->aliases_tail, piece_text(l->u, "%s\n", text));
    else
        alias_in_block(l, declaration_end(l, s), text);
    return name;
}

const char *tag_word(const struct type *t)
{
    return t->kind == TY_STRUCT ? "struct" : t->kind == TY_UNION ? "union" : "enum";
}

/* Where the members' { is. */
static uint32_t tag_brace(struct lower *l, const struct tag *tag)
{
    uint32_t i = tag->keyword ? tag->keyword : tag->first;
    while (i < tag->last && l->u->toks.v[i].kind != TOK_LBRACE)
        i++;
    return i;
}

struct tag *tag_defined_in(struct type *t, uint32_t first, uint32_t last)
{
    t = type_strip(t);
    while (t->kind == TY_FUNCTION || t->kind == TY_POINTER || t->kind == TY_ARRAY)
        t = type_strip(t->base);
    if (t->kind != TY_STRUCT && t->kind != TY_UNION && t->kind != TY_ENUM)
        return NULL;
    struct tag *tag = t->tag;
    return tag->last && tag->first >= first && tag->last <= last ? tag : NULL;
}

static void name_tag(struct lower *l, struct tag *tag)
{
    if (tag->name || tag->made_name || !tag->last)
        return;
    tag->made_name = lower_print(l, "goc__tag%d", ++l->tag);
    edit_before(l->u, tag_brace(l, tag), piece_text(l->u, "%s ", tag->made_name));
}

static void prepare_symbol(struct lower *l, struct symbol *s)
{
    if (!s->spelled && !s->builtin && is_hidden(s))
        s->spelled = alias(l, s, s->name->name, s->depth > 0);
}

static void prepare_record(struct lower *l, struct type *t)
{
    struct tag *tag = t->tag;
    if (tag->spelled)
        return;
    if (tag->name)
    {
        struct symbol *s = tag_symbol(l->u, t);
        if (tag_is_hidden(l, tag))
            tag->spelled = alias(l, s, lower_print(l, "%s %s", tag_word(t),
                                                   tag->name->name), tag->owner);
        return;
    }
    if (!tag->alias || tag->made_name)
    {
        name_tag(l, tag);
        return;
    }
    prepare_symbol(l, tag->alias);
    tag->spelled = tag->alias->spelled;
}

/* Sees to it that type_declare can spell t. */
static void prepare_type(struct lower *l, struct type *t)
{
    for (;;)
        switch (t->kind)
        {
        case TY_TYPEDEF:
            if (!t->typeof_spelled)
            {
                prepare_symbol(l, t->symbol);
                return;
            }
            t = t->base;
            continue;
        case TY_FUNCTION:
            for (struct param *p = t->params; p; p = p->next)
                prepare_type(l, p->type);
            t = t->base;
            continue;
        case TY_POINTER: case TY_ARRAY: case TY_VECTOR: case TY_COMPLEX:
            t = t->base;
            continue;
        case TY_STRUCT: case TY_UNION: case TY_ENUM:
            prepare_record(l, t);
            return;
        default:
            return;
        }
}

const char *lower_type(struct lower *l, struct type *t, const char *name)
{
    struct type *why = NULL;
    prepare_type(l, t);
    const char *s = type_declare(l->u, t, name, &why);
    if (s)
        return s;
    uint32_t at = l->item ? l->item : l->external ? l->external->first : 0;
    error(l->u, at, at, "cannot write the type %T in C", t);
    return lower_print(l, "int %s", name);
}

const char *lower_pointer(struct lower *l, struct type *t)
{
    return lower_type(l, type_pointer(l->u, t), "");
}

/* A record with a const member is no longer assigned to once it is declared. */
struct around lower_keep(struct lower *l, struct type *t, const char *name,
                         struct node *value)
{
    if (type_is_record(t) && !type_is_assignable(t))
        return (struct around){
            lower_print(l, "goc__copy(&%s, (%s){ ", name,
                        lower_type(l, type_array(l->u, t, 1), "")),
            lower_print(l, " }, sizeof %s)", name)};
    if (value->kind == NODE_COMMA)
        return (struct around){lower_print(l, "%s = (", name), ")"};
    return (struct around){lower_print(l, "%s = ", name), ""};
}

/* ---- chan<T> ---- */

/* Records that are defined between the tokens of a channel type are defined
 * before the item of the block. */
static void hoist_record(struct lower *l, struct type *t, uint32_t first, uint32_t last)
{
    struct unit *u = l->u;
    for (;;)
        switch (t->kind)
        {
        case TY_POINTER: case TY_ARRAY: case TY_CHAN: case TY_VECTOR:
            t = t->base;
            continue;
        case TY_TYPEDEF:
            if (!t->typeof_spelled)
                return;
            t = t->base;
            continue;
        case TY_FUNCTION:
            for (struct param *p = t->params; p; p = p->next)
                hoist_record(l, p->type, first, last);
            t = t->base;
            continue;
        case TY_STRUCT: case TY_UNION: case TY_ENUM:
            if (!t->tag->last || t->tag->first < first || t->tag->last > last)
                return;
            name_tag(l, t->tag);
            struct piece *p = piece_tokens(u, t->tag->first, t->tag->last);
            if (l->item)
                edit_before(u, parse_attributes_before(u, l->item),
                            piece_join(p, piece_text(u, "; ")));
            else
                pieces_add(&l->records_tail, piece_join(p, piece_text(u, ";\n")));
            return;
        default:
            return;
        }
}

/* The uses that end before or at token last.  An outer one comes behind those
 * within it, and records are hoisted for each use on its own. */
static void hoist_up_to(struct lower *l, uint32_t last)
{
    struct unit *u = l->u;
    for (; l->next_chan_use < u->chan_uses.n; l->next_chan_use++)
    {
        const struct chan_use *c = &u->chan_uses.v[l->next_chan_use];
        if (c->last > last)
            return;
        if (c->last - c->first > 3 && !type_is(c->type, TY_CHAN))
            hoist_record(l, c->type, c->first, c->last);
    }
}

/* From the last to the first, so that an outer one comes before those in it; they
 * show where a record between its tokens was moved to. */
static void replace_chan_types(struct lower *l)
{
    struct unit *u = l->u;
    for (size_t i = u->chan_uses.n; i-- > 0;)
    {
        const struct chan_use *c = &u->chan_uses.v[i];
        if (!(l->lowered[c->first] & 2))
            edit_replace(u, c->first, c->last, piece_text(u, "goc__chan"));
    }
}

/* ---- functions ---- */

void lower_top(struct lower *l, struct piece *p)
{
    struct fn *f = l->fn;
    if (!f->top)
    {
        f->top = piece_text(l->u, "%s", "");
        f->top_tail = &f->top->next;
        edit_after(l->u, f->body->first, f->top);
    }
    pieces_add(&f->top_tail, p);
}

const char *lower_temp(struct lower *l, const char *format)
{
    const char *name = lower_print(l, "goc__t%d", ++l->temp);
    if (!l->fn)
        return name;
    struct piece *p = piece_text(l->u, " ");
    p->next = piece_text(l->u, format, name);
    lower_top(l, p);
    return name;
}

void fn_enter(struct lower *l, struct fn *f, struct func *func, struct node *body)
{
    f->outer = l->fn;
    f->func = func;
    f->body = body;
    l->fn = f;
    find_labels(f, body);
}

void fn_leave(struct lower *l)
{
    vec_free(&l->fn->labels);
    l->fn = l->fn->outer;
}

static void lower_function(struct lower *l, struct node *n)
{
    struct fn f = {0};
    struct type *t = n->symbol ? type_strip(n->symbol->type) : NULL;
    size_t mark = names_mark(l);
    uint32_t item = l->item;
    bool is_function = t && t->kind == TY_FUNCTION;
    fn_enter(l, &f, n->func, n->a);
    if (is_function && !type_is(t->base, TY_VOID))
        f.result = type_unqualified(l->u, t->base);
    f.is_main = !f.outer && n->symbol && !strcmp(n->symbol->name->name, "main");
    for (struct param *p = is_function ? t->params : NULL; p; p = p->next)
        names_declare(l, p->symbol);
    lower_node(l, n->a, false);
    l->item = item;
    fn_leave(l);
    names_release(l, mark);
}

/* ---- statements ---- */

static struct node *labelled(struct node *n)
{
    while (n && (n->kind == NODE_LABEL || n->kind == NODE_CASE || n->kind == NODE_DEFAULT))
        n = n->c;
    return n;
}

void lower_statement(struct lower *l, struct node *n)
{
    struct node *s = labelled(n);
    if (s && s->kind == NODE_DEFER)
    {
        lower_lone_defer(l, s);
        return;
    }
    size_t mark = names_mark(l);
    lower_node(l, n, false);
    names_release(l, mark);
}

/* A label may also be an item by itself, before that declaration. */
static void label_end(struct lower *l, struct node *n)
{
    struct node *next = n->next;
    while ((n->kind == NODE_LABEL || n->kind == NODE_CASE || n->kind == NODE_DEFAULT) && n->c)
        n = n->c;
    bool bare = n->kind == NODE_LABEL || n->kind == NODE_CASE || n->kind == NODE_DEFAULT;
    l->labelled = bare && next && next->kind == NODE_DEFER;
    if (bare && next && next->kind == NODE_DEFINE)
        edit_after(l->u, n->token1, piece_text(l->u, ";"));
}

void lower_items(struct lower *l, struct node *list, struct piece *end)
{
    struct defer *outer = l->fn ? l->fn->defers : NULL;
    uint32_t item = l->item;
    size_t mark = names_mark(l);
    for (struct node *n = list; n; n = n->next)
    {
        if (n->first)
            hoist_up_to(l, n->first - 1);
        l->item = n->first;
        lower_node(l, n, false);
        hoist_up_to(l, n->last);
        label_end(l, n);
        l->item = item;
    }
    if (l->fn && l->fn->defers != outer)
        defers_close(l, outer, list, end);
    names_release(l, mark);
}

static void lower_block(struct lower *l, struct node *n)
{
    struct piece *end = piece_text(l->u, "%s", "");
    if (l->fn && l->fn->func && l->fn->func->has_defer)
        edit_before(l->u, n->last, end);
    lower_items(l, n->list, end);
}

static struct node *last_item(struct node *list)
{
    while (list && list->next)
        list = list->next;
    list = labelled(list);
    return list && list->kind == NODE_EXPR_STMT && list->a ? list : NULL;
}

static bool has_defer(struct node *list)
{
    for (; list; list = list->next)
    {
        struct node *s = labelled(list);
        if (s && s->kind == NODE_DEFER)
            return true;
    }
    return false;
}

/* ({ ... }): the last expression is its value.  A defer makes a block of what
 * follows it, so the value goes through a variable. */
static void lower_stmt_expr(struct lower *l, struct node *n, bool discard)
{
    struct unit *u = l->u;
    struct node *block = n->a, *value = l->value;
    if (!mark_lowered(l, n))
        return;
    struct node *last = discard ? NULL : last_item(block->list);
    l->value = last;
    find_labels(l->fn, block);
    bool by_variable = last && !type_is(last->a->type, TY_VOID) && has_defer(block->list);
    if (!by_variable)
    {
        lower_block(l, block);
        l->value = value;
        return;
    }
    const char *name = lower_print(l, "goc__v%d", ++l->var);
    struct type *t = type_unqualified(u, type_decay(u, last->a->type));
    edit_after(u, block->first, piece_text(u, " %s;", lower_type(l, t, name)));
    struct piece *end = piece_text(u, "%s", "");
    edit_before(u, block->last, end);
    edit_before(u, block->last, piece_text(u, " %s; ", name));
    struct around keep = lower_keep(l, t, name, last->a);
    edit_before(u, last->a->first, piece_text(u, "%s", keep.before));
    edit_after(u, last->a->last, piece_text(u, "%s", keep.behind));
    lower_items(l, block->list, end);
    l->value = value;
}

static bool holds_words(struct lower *l, struct node *n)
{
    const struct token *t = l->u->toks.v;
    for (uint32_t i = n->first; i <= n->last; i++)
        if (t[i].kind == TOK_DEFINE || t[i].kind == TOK_LARROW ||
            (t[i].kind == TOK_IDENT && t[i].id->word))
            return true;
    return false;
}

/* C89 has no declarations in a for at all, and GCC none of a tag: an unnamed
 * record gets one when its type must be spelled. */
static bool needs_block(struct lower *l, struct node *loop)
{
    struct node *first = loop->a;
    if (!first)
        return false;
    if (first->kind == NODE_DEFINE)
        return define_is_long(l, first) || l->u->opt->std == STD_C89;
    struct tag *tag = first->kind == NODE_DECL && first->list
                          ? tag_defined_in(first->list->type, first->first, first->last)
                          : NULL;
    return tag && !tag->name && holds_words(l, loop);
}

static void lower_for(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    size_t mark = names_mark(l);
    if (needs_block(l, n))
    {
        /* for (v, ok := <-c; e; s) S  ->  { T v; _Bool ok = ...; for (; e; s) S } */
        uint32_t end = n->a->last;
        while (u->toks.v[end].kind != TOK_SEMI)
            end++;
        struct piece *p = piece_text(u, "{ ");
        piece_join(p, piece_tokens(u, n->a->first, end - 1));
        piece_join(p, piece_text(u, "; "));
        edit_before(u, n->first, p);
        edit_replace(u, n->a->first, end, piece_text(u, ";"));
        edit_after(u, n->last, piece_text(u, " }"));
    }
    if (n->a)
        lower_node(l, n->a, true);
    if (n->b)
        lower_node(l, n->b, false);
    if (n->c)
        lower_node(l, n->c, true);
    if (n->d)
        lower_loop_body(l, n->d);
    names_release(l, mark);
}

/* What break and continue leave. */
struct targets { struct defer *break_to, *continue_to; };

static struct targets targets_enter(struct lower *l, bool loop)
{
    struct targets t = {0};
    if (!l->fn)
        return t;
    t = (struct targets){l->fn->break_to, l->fn->continue_to};
    l->fn->break_to = l->fn->defers;
    if (loop)
        l->fn->continue_to = l->fn->defers;
    return t;
}

static void targets_leave(struct lower *l, struct targets t)
{
    if (!l->fn)
        return;
    l->fn->break_to = t.break_to;
    l->fn->continue_to = t.continue_to;
}

void lower_loop_body(struct lower *l, struct node *body)
{
    struct targets t = targets_enter(l, true);
    lower_statement(l, body);
    targets_leave(l, t);
}

void lower_arm(struct lower *l, struct node *list, struct piece *end)
{
    struct targets t = targets_enter(l, false);
    lower_items(l, list, end);
    targets_leave(l, t);
}

static void lower_switch(struct lower *l, struct node *n)
{
    lower_node(l, n->a, false);
    struct targets t = targets_enter(l, false);
    lower_statement(l, n->b);
    targets_leave(l, t);
}

/* A label that a declaration follows: C11 wants a statement between them. */
static void lower_label(struct lower *l, struct node *n)
{
    if (n->c && n->c->kind == NODE_DEFINE)
        edit_after(l->u, n->token1, piece_text(l->u, ";"));
    l->labelled = n->c && n->c->kind == NODE_DEFER;
    if (n->a)
        lower_node(l, n->a, false);
    if (n->b)
        lower_node(l, n->b, false);
    if (n->c)
        lower_node(l, n->c, false);
}

static void lower_declaration(struct lower *l, struct node *n)
{
    for (struct node *d = n->list; d; d = d->next)
    {
        names_declare(l, d->symbol);
        if (d->a)
            lower_node(l, d->a, false);
    }
}

/* ---- expressions ---- */

void lower_list(struct lower *l, struct node *list)
{
    for (; list; list = list->next)
        lower_node(l, list, false);
}

/* Where the output does not tell channel types apart, goc has chosen. */
static void lower_generic(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    if (n->a && n->b && (n->type_arg || type_mentions_chan(n->b->type)))
    {
        struct piece *p = piece_text(u, ", default: ");
        piece_join(p, piece_tokens(u, n->a->first, n->a->last));
        edit_replace(u, n->b->last + 1, n->last, piece_join(p, piece_text(u, ")")));
    }
    if (n->b)
        lower_node(l, n->b, false);
    lower_list(l, n->list);
}

static void lower_builtin(struct lower *l, struct node *n)
{
    if (n->is_constant && !n->value_unknown && n->type_arg &&
        type_mentions_chan(n->type_arg) && type_is(n->type, TY_INT))
        edit_replace(l->u, n->first, n->last,
                     piece_text(l->u, "%lld", (long long)n->value));
    lower_list(l, n->list);
    if (n->a)
        lower_node(l, n->a, false);
}

static bool is_recv(struct node *n)
{
    return n && node_strip(n)->kind == NODE_RECV;
}

static void lower_cond(struct lower *l, struct node *n, bool discard)
{
    bool both = discard && is_recv(n->b) && is_recv(n->c);
    lower_node(l, n->a, false);
    if (n->b)
        lower_node(l, n->b, both);
    lower_node(l, n->c, both);
}

/* ---- the walk ---- */

static void lower_children(struct lower *l, struct node *n)
{
    if (n->a)
        lower_node(l, n->a, false);
    if (n->b)
        lower_node(l, n->b, false);
    if (n->c)
        lower_node(l, n->c, false);
    if (n->d)
        lower_node(l, n->d, false);
    lower_list(l, n->list);
}

/* Chains, as of + and of else if, are followed without recursion. */
void lower_node(struct lower *l, struct node *n, bool discard)
{
    while (n)
        switch ((enum node_kind)n->kind)
        {
        case NODE_IDENT:
            lower_ident(l, n);
            return;
        case NODE_NUMBER: case NODE_CHAR: case NODE_STRING: case NODE_ERROR:
        case NODE_SIZEOF_TYPE: case NODE_ASM: case NODE_TOP_ASM:
        case NODE_STATIC_ASSERT: case NODE_EMPTY_DECL:
            lower_children(l, n);
            return;
        case NODE_PAREN:
            n = n->a;
            continue;
        case NODE_UNARY:
            /* Of c <--x the send has taken one. */
            if (n->op == TOK_MINUS && l->u->toks.v[n->first].kind == TOK_DEC)
                edit_replace(l->u, n->first, n->first, piece_text(l->u, "- "));
            n = n->a;
            discard = false;
            continue;
        case NODE_POSTFIX: case NODE_CAST: case NODE_MEMBER: case NODE_COMPOUND_LITERAL:
            n = n->a;
            discard = false;
            continue;
        case NODE_BINARY: case NODE_ASSIGN: case NODE_INDEX:
            lower_node(l, n->b, false);
            n = n->a;
            discard = false;
            continue;
        case NODE_COMMA:
            lower_node(l, n->b, discard);
            n = n->a;
            discard = true;
            continue;
        case NODE_COND:
            lower_cond(l, n, discard);
            return;
        case NODE_CALL:
            lower_list(l, n->list);
            n = n->a;
            discard = false;
            continue;
        case NODE_INIT_LIST:
            lower_list(l, n->list);
            return;
        case NODE_GENERIC:
            lower_generic(l, n);
            return;
        case NODE_BUILTIN:
            lower_builtin(l, n);
            return;
        case NODE_STMT_EXPR:
            lower_stmt_expr(l, n, discard);
            return;
        case NODE_RECV:
            lower_recv(l, n, discard);
            return;
        case NODE_SEND:
            lower_send(l, n);
            return;
        case NODE_MAKE:
            lower_make(l, n);
            return;
        case NODE_CLOSE: case NODE_FREE: case NODE_LEN: case NODE_CAP:
            lower_chan_call(l, n);
            return;
        case NODE_RECV2:
            lower_recv2(l, n);
            return;
        case NODE_DEFINE:
            lower_define(l, n);
            return;
        case NODE_EXPR_STMT:
            discard = n != l->value;
            n = n->a;
            continue;
        case NODE_BLOCK:
            lower_block(l, n);
            return;
        case NODE_IF:
            lower_node(l, n->a, false);
            lower_statement(l, n->b);
            n = n->c;
            if (n && n->kind == NODE_IF)
                continue;
            if (n)
                lower_statement(l, n);
            return;
        case NODE_WHILE:
            lower_node(l, n->a, false);
            lower_loop_body(l, n->b);
            return;
        case NODE_DO:
            lower_loop_body(l, n->b);
            lower_node(l, n->a, false);
            return;
        case NODE_FOR:
            lower_for(l, n);
            return;
        case NODE_RANGE:
            lower_range(l, n);
            return;
        case NODE_SWITCH:
            lower_switch(l, n);
            return;
        case NODE_CASE: case NODE_DEFAULT: case NODE_LABEL:
            lower_label(l, n);
            return;
        case NODE_GOTO: case NODE_BREAK: case NODE_CONTINUE: case NODE_RETURN:
            lower_jump(l, n);
            return;
        case NODE_GO_CALL:
            lower_go_call(l, n);
            return;
        case NODE_GO_BLOCK:
            lower_go_block(l, n);
            return;
        case NODE_SELECT:
            lower_select(l, n);
            return;
        case NODE_DEFER:
            lower_defer(l, n);
            return;
        case NODE_DECL:
            lower_declaration(l, n);
            return;
        case NODE_FUNCTION:
            lower_function(l, n);
            return;
        case NODE_SELECT_CASE: case NODE_DECLARATOR: case NODE_KIND_COUNT:
            unreachable();
        }
}

/* ---- external declarations ---- */

/* What the tree does not reach.  An outer node was made after those in it. */
static void lower_loose(struct lower *l, uint32_t last)
{
    struct unit *u = l->u;
    size_t from = l->next_chan_node, to = from;
    while (to < u->chan_nodes.n && u->chan_nodes.v[to]->last <= last)
        to++;
    l->next_chan_node = to;
    for (size_t i = to; i-- > from;)
    {
        struct node *n = u->chan_nodes.v[i];
        uint32_t key = n->op_token ? n->op_token : n->first;
        if (!(l->lowered[key] & 1))
            lower_node(l, n, false);
    }
}

bool mark_lowered(struct lower *l, struct node *n)
{
    uint32_t key = n->op_token ? n->op_token : n->first;
    bool seen = l->lowered[key] & 1;
    l->lowered[key] |= 1;
    return !seen;
}

/* struct s { int x; } f(void) { go { ... } }: what stands before the function needs
 * the record, so that is defined before all of it. */
static void define_result_first(struct lower *l, struct node *n)
{
    struct tag *tag = tag_defined_in(n->symbol->type, n->first, n->a->first - 1);
    if (!tag)
        return;
    name_tag(l, tag);
    struct piece *p = piece_tokens(l->u, tag->first, tag->last);
    p->bare = true;
    pieces_add(&l->records_tail, piece_join(p, piece_text(l->u, ";\n")));
    edit_remove_here(l->u, tag_brace(l, tag), tag->last);
}

static void lower_external(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    l->external = n;
    l->records = l->aliases = l->declared = l->thunks = NULL;
    l->records_tail = &l->records;
    l->aliases_tail = &l->aliases;
    l->declared_tail = &l->declared;
    l->thunks_tail = &l->thunks;
    l->block_tags_known = false;
    l->declared_self = false;
    l->item = 0;
    struct fn f = {.func = n->func, .body = n->a};
    lower_node(l, n, false);
    if (n->kind == NODE_FUNCTION)
        l->fn = &f;
    lower_loose(l, n->last);
    l->fn = NULL;
    hoist_up_to(l, n->last);
    if (n->kind == NODE_FUNCTION && n->symbol && (l->thunks || l->declared))
        define_result_first(l, n);
    uint32_t first = parse_attributes_before(u, n->first);
    struct piece *const lists[] = {l->records, l->aliases, l->declared, l->thunks};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (lists[i])
            edit_before(u, first, lists[i]);
}

void lower(struct unit *u)
{
    struct lower l = {.u = u};
    l.lowered = calloc(u->toks.n + 1, 1);
    if (!l.lowered)
        fatal("out of memory");
    if (u->has_words)
        for (struct node *n = u->tree; n; n = n->next)
            lower_external(&l, n);
    replace_chan_types(&l);
    names_release(&l, 0);
    free(l.lowered);
    vec_free(&l.hidden);
    vec_free(&l.block_tags);
    vec_free(&l.alias_places);
}
