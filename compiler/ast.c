/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ast.c: makes nodes and prints the tree.
 *
 * A line of the dump is a node: its kind, in --dump=types the type of an
 * expression or of what is declared, what tells it from others of its kind (the
 * name, the operator, the value), and its place.  Places are of tokens as
 * messages give them: what comes out of a macro stands where the outermost
 * invocation does.
 */
#include "ast.h"

#include "scope.h"
#include "type.h"
#include "unit.h"

struct node *node_new(struct unit *u, enum node_kind kind, uint32_t first,
                      uint32_t last)
{
    struct node *n = arena_new(&u->arena, struct node);
    n->kind = (uint8_t)kind;
    n->first = first;
    n->last = last;
    if ((kind >= NODE_RECV && kind <= NODE_CAP) || kind == NODE_STMT_EXPR)
        *vec_push(&u->chan_nodes) = n;
    return n;
}

static const char *node_kind_name(enum node_kind kind)
{
    static const char *const names[NODE_KIND_COUNT] = {
#define X(name) #name,
        NODE_KINDS(X)
#undef X
    };
    return names[kind];
}

struct node *node_strip(struct node *n)
{
    while (n->kind == NODE_PAREN ||
           (n->kind == NODE_UNARY && n->op == OP_EXTENSION))
        n = n->a;
    return n;
}

/* ---- the dump ---- */

struct dump
{
    struct unit *u;
    FILE *out;
    bool types;
};

static const char *op_text(unsigned op)
{
    switch (op)
    {
#define X(name, text)                                                          \
    case TOK_##name:                                                           \
        return text;
        TOKEN_PUNCTUATORS(X)
#undef X
    case OP_SIZEOF:
        return "sizeof";
    case OP_ALIGNOF:
        return "_Alignof";
    case OP_REAL:
        return "__real__";
    case OP_IMAG:
        return "__imag__";
    case OP_EXTENSION:
        return "__extension__";
    case OP_LABEL_ADDRESS:
        return "&&";
    }
    return "?";
}

static void dump_place(struct dump *d, const struct node *n)
{
    struct unit *u = d->u;
    loc_t loc[2];
    uint32_t tok[2] = {n->first, n->last};
    for (int i = 0; i < 2; i++)
    {
        const struct token *t = &u->toks.v[tok[i]];
        loc[i] = t->exp ? u->expansions.v[t->exp].start : t->loc;
    }
    if (!source_at(u, loc[0]) || !source_at(u, loc[1]))
        return;
    struct place a = source_place(u, loc[0]), b = source_place(u, loc[1]);
    fputs(" <", d->out);
    if (a.source != u->main)
        fprintf(d->out, "%s:", a.name);
    fprintf(d->out, "%d:%d-%d:%d>", a.line, a.column, b.line, b.column);
}

static void dump_symbol(struct dump *d, const struct symbol *s)
{
    if (!s)
        return;
    fprintf(d->out, " %s", s->name->name);
    if (d->types && s->type)
        fprintf(d->out, " '%s'", type_name(d->u, s->type));
}

static void dump_literal(struct dump *d, const struct node *n)
{
    for (uint32_t i = n->first; i <= n->last; i++)
    {
        uint32_t len;
        if (d->u->toks.v[i].kind == TOK_PRAGMA)
            continue;
        const char *s = token_text(d->u, &d->u->toks.v[i], &len);
        fprintf(d->out, " %.*s", (int)len, s);
    }
}

static const char *storage_text(const struct symbol *s)
{
    static const char *const words[] = {
        [ST_NONE] = "",          [ST_EXTERN] = " extern",
        [ST_STATIC] = " static", [ST_AUTO] = " auto",
        [ST_REGISTER] = " register", [ST_TYPEDEF] = " typedef",
    };
    return words[s->storage];
}

/* With the type of this declaration; the symbol has that of all together. */
static void dump_declared(struct dump *d, const struct node *n)
{
    const struct symbol *s = n->symbol;
    if (!s)
        return;
    fprintf(d->out, "%s%s %s", storage_text(s), s->thread_local_ ? " thread_local" : "",
            s->name->name);
    if (d->types && n->type)
        fprintf(d->out, " '%s'", type_name(d->u, n->type));
}

static void dump_defined(struct dump *d, const struct node *n)
{
    dump_symbol(d, n->symbol);
    if (n->symbol && !n->is_new)
        fputs(" assigned", d->out);
    dump_symbol(d, n->symbol2);
    if (n->symbol2 && !n->is_new2)
        fputs(" assigned", d->out);
}

static void dump_captures(struct dump *d, const struct func *f)
{
    static const char *const modes[] = {"", "array ", "&"};
    for (size_t i = 0; f && i < f->captures.n; i++)
        fprintf(d->out, "%s%s%s", i ? ", " : " [", modes[f->captures.v[i].mode],
                f->captures.v[i].symbol->name->name);
    if (f && f->captures.n)
        fputc(']', d->out);
}

/* What tells the node from others of its kind. */
static void dump_detail(struct dump *d, const struct node *n)
{
    switch ((enum node_kind)n->kind)
    {
    case NODE_IDENT:
    case NODE_LABEL:
    case NODE_GOTO:
        if (n->ident)
            fprintf(d->out, " %s", n->ident->name);
        break;
    case NODE_NUMBER:
    case NODE_CHAR:
    case NODE_STRING:
        dump_literal(d, n);
        break;
    case NODE_UNARY:
        fprintf(d->out, " %s", op_text(n->op));
        if (n->op == OP_LABEL_ADDRESS && n->ident)
            fputs(n->ident->name, d->out);
        break;
    case NODE_POSTFIX:
    case NODE_BINARY:
    case NODE_ASSIGN:
        fprintf(d->out, " %s", op_text(n->op));
        break;
    case NODE_MEMBER:
        fprintf(d->out, " %s%s", op_text(n->op), n->ident ? n->ident->name : "");
        break;
    case NODE_SIZEOF_TYPE:
        fprintf(d->out, " %s", op_text(n->op));
        break;
    case NODE_DECLARATOR:
    case NODE_FUNCTION:
        dump_declared(d, n);
        break;
    case NODE_DEFINE:
        dump_defined(d, n);
        break;
    case NODE_RANGE:
        dump_symbol(d, n->symbol);
        break;
    case NODE_GO_BLOCK:
        dump_captures(d, n->func);
        break;
    default: /* the children tell all */
        break;
    }
    if (d->types && n->type_arg)
        fprintf(d->out, " of '%s'", type_name(d->u, n->type_arg));
    if (d->types && n->is_constant && !n->value_unknown)
        fprintf(d->out, " = %lld", (long long)n->value);
}

/* Statements and declarations have no type of their own. */
static bool is_expression(const struct node *n)
{
    return n->kind < NODE_EXPR_STMT || n->kind == NODE_RECV2;
}

static void dump_node(struct dump *d, const struct node *n, int indent)
{
    fprintf(d->out, "%*s%s", 2 * indent, "", node_kind_name((enum node_kind)n->kind));
    if (d->types && is_expression(n) && n->type)
        fprintf(d->out, " '%s'%s", type_name(d->u, n->type),
                n->is_lvalue ? " lvalue" : "");
    dump_detail(d, n);
    dump_place(d, n);
    fputc('\n', d->out);
}

/* A node that is still to be printed, and whether those behind it are, too. */
struct pending
{
    const struct node *node;
    int indent;
    bool list;
};

/* The tree of a long sum is as deep as it is long: no recursion. */
void ast_dump(struct unit *u, struct node *list, bool types, FILE *out)
{
    struct dump d = {u, out, types};
    VEC(struct pending) todo = {0};
    if (list)
        *vec_push(&todo) = (struct pending){list, 0, true};
    while (todo.n)
    {
        struct pending p = todo.v[--todo.n];
        const struct node *n = p.node, *children[] = {n->d, n->c, n->b, n->a};
        if (p.list && n->next)
            *vec_push(&todo) = (struct pending){n->next, p.indent, true};
        if (n->list)
            *vec_push(&todo) = (struct pending){n->list, p.indent + 1, true};
        for (int i = 0; i < 4; i++)
            if (children[i])
                *vec_push(&todo) = (struct pending){children[i], p.indent + 1, false};
        dump_node(&d, n, p.indent);
    }
    vec_free(&todo);
}
