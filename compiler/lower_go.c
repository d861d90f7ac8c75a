/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_go.c: go f(a, b) and go { ... }.
 *
 *     go f(a, b);                     struct goc__go1 { int goc__a1; char *goc__a2; };
 *                                     static void goc__go1(void *goc__p) {
 *                                         struct goc__go1 *goc__c = goc__p;
 *                                         f(goc__c->goc__a1, goc__c->goc__a2); }
 *                                     ...
 *                                     goc__go(goc__go1, &(struct goc__go1){ a, b },
 *                                             sizeof(struct goc__go1), GOC_AT(1));
 *
 *     go [&n] { n += k * t[0]; }      struct goc__go2 { int *n; int k; int t[4]; };
 *                                     static void goc__go2(void *goc__p) {
 *                                         const struct goc__go2 *goc__c = goc__p;
 *                                         const int k = goc__c->k;
 *                                         { (*goc__c->n) += k * (goc__c->t)[0]; } }
 *                                     ...
 *                                     { struct goc__go2 goc__g = { .n = &n, .k = k };
 *                                       goc__copy(goc__g.t, t, sizeof goc__g.t);
 *                                       goc__go(goc__go2, &goc__g, sizeof goc__g, ...); }
 *
 * The thunk stands before the external declaration, in lines that count as that
 * of the statement; the body's text is moved into it.  If the record needs types
 * of the function's blocks, their declarations are copied into the thunk and the
 * record is declared in both places.
 */
#include <string.h>

#include "lower_state.h"
#include "macro.h"
#include "source.h"

/* A declaration of a type, of the tag or, if that is null, as a whole. */
struct copied
{
    uint32_t first, last;
    struct tag *tag;
};

/* A thunk under construction. */
struct thunk
{
    struct node *node;
    int number;
    const char *members;     /* of its record: "int a; char *b; " */
    const char *values;      /* its initialisers, of go { } */
    const char *copies;      /* calls that copy arrays */
    const char *locals;      /* declarations at the thunk's top */
    struct piece *types;     /* copies of the declarations of a block's types */
    bool local;              /* the record's members need those */
    VEC(struct copied) copied; /* what types will be */
    struct piece *init;      /* what the record is initialised with, of go f() */
};

static const char *append(struct lower *l, const char *a, const char *b)
{
    return lower_print(l, "%s%s", a ? a : "", b);
}

static const char *definition(struct lower *l, const struct thunk *t)
{
    return lower_print(l, "struct goc__go%d { %s}", t->number, t->members);
}

/* How the record's type is spelled in the statement. */
static const char *record(struct lower *l, const struct thunk *t)
{
    return t->local ? definition(l, t) : lower_print(l, "struct goc__go%d", t->number);
}

/* ---- types of blocks ---- */

/* The word typedef in a declaration, or 0. */
static uint32_t typedef_word(struct lower *l, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i <= last; i++)
        if (l->u->toks.v[i].kind == TOK_IDENT &&
            !strcmp(l->u->toks.v[i].id->name, "typedef"))
            return i;
    return 0;
}

/* One that only go blocks use is unused where it was. */
static void mark_used(struct lower *l, uint32_t word)
{
    if (!word || l->lowered[word] & 4)
        return;
    l->lowered[word] |= 4;
    edit_after(l->u, word, piece_text(l->u, " __attribute__((unused))"));
}

static void copy_tokens(struct thunk *t, uint32_t first, uint32_t last, struct tag *tag)
{
    for (size_t i = 0; i < t->copied.n; i++)
        if (t->copied.v[i].first == first)
            return;
    *vec_push(&t->copied) = (struct copied){first, last, tag};
}

static void copy_declaration(struct lower *l, struct thunk *t, struct symbol *s)
{
    mark_used(l, typedef_word(l, s->first, s->last));
    copy_tokens(t, s->first, s->last, NULL);
}

/* A typedef is copied as a whole, of other declarations only the record. */
static void copy_type(struct lower *l, struct thunk *t, struct symbol *s)
{
    if (s->kind == SYM_TYPEDEF)
    {
        copy_declaration(l, t, s);
        return;
    }
    struct tag *tag = type_is_record(s->type) || type_is(s->type, TY_ENUM)
                          ? type_strip(s->type)->tag : NULL;
    if (tag && !tag->name && tag->alias)
        copy_declaration(l, t, tag->alias);
    else if (s->kind == SYM_TAG && s->first && typedef_word(l, s->first, s->last))
        copy_declaration(l, t, s);
    else if (tag && tag->last)
        copy_tokens(t, tag->first, tag->last, tag);
    else if (tag && tag->name)
        t->types = piece_join(t->types,
                              piece_text(l->u, "%s; ", lower_type(l, s->type, "")));
}

/* The copies stand in the order of the source: nothing is used before it is
 * declared, and what is defined within another comes along with that. */
static void finish_types(struct lower *l, struct thunk *t)
{
    uint32_t end = 0;
    for (;;)
    {
        const struct copied *next = NULL;
        for (size_t i = 0; i < t->copied.n; i++)
        {
            const struct copied *c = &t->copied.v[i];
            bool before = !next || c->first < next->first ||
                          (c->first == next->first && c->last > next->last);
            if (c->first > end && before)
                next = c;
        }
        if (!next)
            break;
        end = next->last;
        if (next->tag && type_is_record(next->tag->symbol->type))
            lower_type(l, next->tag->symbol->type, ""); /* it may need a name */
        struct piece *p = piece_tokens(l->u, next->first, next->last);
        p->loose = true;
        p = piece_join(p, piece_text(l->u, next->tag ? "; " : " "));
        if (next->tag && next->tag->name && next->tag->spelled)
            piece_join(p, piece_text(l->u, "typedef %s %s %s; ", tag_word(next->tag->symbol->type),
                                     next->tag->name->name, next->tag->spelled));
        t->types = piece_join(t->types, p);
    }
    vec_free(&t->copied);
}

/* Of go f(x), whose func does not list them: what type is made of. */
static void copy_types_of(struct lower *l, struct thunk *t, struct type *type)
{
    for (;;)
        switch (type->kind)
        {
        case TY_TYPEDEF:
            if (!type->typeof_spelled && type->symbol->depth)
            {
                copy_types_of(l, t, type->symbol->type);
                copy_type(l, t, type->symbol);
                return;
            }
            type = type->base;
            continue;
        case TY_FUNCTION:
            for (struct param *p = type->params; p; p = p->next)
                copy_types_of(l, t, p->type);
            type = type->base;
            continue;
        case TY_POINTER: case TY_ARRAY: case TY_VECTOR: case TY_COMPLEX:
            type = type->base;
            continue;
        case TY_STRUCT: case TY_UNION: case TY_ENUM:
            if (!type->tag->owner)
                return;
        {
            size_t n = t->copied.n;
            copy_type(l, t, tag_symbol(l->u, type));
            if (type->kind != TY_ENUM && t->copied.n > n)
                for (struct member *m = type->tag->members; m; m = m->next)
                    copy_types_of(l, t, m->type);
            return;
        }
        default:
            return;
        }
}

/* ---- the thunk ---- */

/* The function that holds the statement is called or named before any
 * declaration of it: one is put before the thunk. */
static void declare_self(struct lower *l)
{
    struct node *n = l->external;
    uint32_t last = n->a->first - 1;
    if (l->declared_self)
        return;
    l->declared_self = true;
    struct type *t = type_strip(n->symbol->type);
    if (t->kind == TY_FUNCTION && t->unprototyped) /* declarations follow its ( ) */
    {
        const char *text = lower_type(l, t, n->symbol->name->name);
        const char *word = n->symbol->storage == ST_STATIC ? "static " : "";
        pieces_add(&l->declared_tail, piece_text(l->u, "%s%s;\n", word, text));
        return;
    }
    struct piece *p = piece_tokens(l->u, n->first, last);
    p->bare = true;
    pieces_add(&l->declared_tail, piece_join(p, piece_text(l->u, ";\n")));
}

static struct piece *thunk_head(struct lower *l, struct thunk *t, bool is_const)
{
    struct unit *u = l->u;
    uint32_t at = t->node->first;
    struct piece *p = NULL;
    if (t->members && !t->local)
        p = piece_line(u, at, "%s;\n", definition(l, t));
    p = piece_join(p, piece_line(u, at, "static void goc__go%d(void *goc__p) { ",
                                 t->number));
    finish_types(l, t);
    p = piece_join(p, t->types);
    if (!t->members)
        return piece_join(p, piece_line(u, at, "(void)goc__p; "));
    if (t->local)
        piece_join(p, piece_text(u, "%s; ", definition(l, t)));
    return piece_join(p, piece_line(u, at, "%sstruct goc__go%d *goc__c = goc__p; ",
                                    is_const ? "const " : "", t->number));
}

/* Whether the type is made of one that a block declares. */
static bool is_local_type(struct type *t)
{
    for (;;)
        switch (t->kind)
        {
        case TY_TYPEDEF:
            if (!t->typeof_spelled)
                return t->symbol->depth > 0;
            t = t->base;
            continue;
        case TY_FUNCTION:
            for (struct param *p = t->params; p; p = p->next)
                if (is_local_type(p->type))
                    return true;
            t = t->base;
            continue;
        case TY_POINTER: case TY_ARRAY: case TY_VECTOR: case TY_COMPLEX:
            t = t->base;
            continue;
        case TY_STRUCT: case TY_UNION: case TY_ENUM:
            return t->tag->owner != NULL;
        default:
            return false;
        }
}

static void add_member(struct lower *l, struct thunk *t, struct type *type,
                       const char *declared)
{
    t->members = append(l, t->members, lower_print(l, "%s; ", declared));
    t->local = t->local || (type && is_local_type(type));
}

static void add_typed(struct lower *l, struct thunk *t, struct type *type,
                      const char *name)
{
    add_member(l, t, type, lower_type(l, type, name));
}

/* ---- go f(a, b) ---- */

static struct type *function_type(struct node *call)
{
    struct type *t = type_strip(call->a->type);
    return t->kind == TY_POINTER ? type_strip(t->base) : t;
}

/* A function that the thunk, too, can call by its name. */
static bool is_known_function(struct lower *l, struct node *callee)
{
    struct symbol *s = callee->kind == NODE_IDENT ? callee->symbol : NULL;
    return s && s->kind == SYM_VAR && !s->depth && type_is(s->type, TY_FUNCTION) &&
           (s->builtin || s->token < l->external->first);
}

/* As the call would convert it. */
static struct type *argument_type(struct lower *l, struct type *f, struct param *p,
                                  struct node *arg)
{
    struct unit *u = l->u;
    struct type *own = type_decay(u, arg->type);
    if (f->kind == TY_FUNCTION && !f->unprototyped && p)
    {
        struct type *t = type_unqualified(u, p->type);
        bool other = type_is(t, TY_UNION) && type_strip(t)->tag->transparent_union &&
                     !type_compatible(u, t, own);
        if (type_is_vm(t))
            return type_pointer(u, type_basic(u, TY_VOID));
        return other ? own : t;
    }
    if (type_is(own, TY_FLOAT))
        return type_basic(u, TY_DOUBLE);
    return type_is_integer(own) ? type_promote(u, own) : type_unqualified(u, own);
}

/* A string is passed by the thunk itself: compilers check formats. */
static bool is_string(struct node *arg)
{
    return node_strip(arg)->kind == NODE_STRING;
}

/* The call in the thunk: "f(" or "goc__c->goc__f(", and the arguments. */
static struct piece *call_pieces(struct lower *l, struct node *call, bool known)
{
    struct unit *u = l->u;
    const char *f = "goc__c->goc__f";
    if (known)
    {
        f = lower_spelling(l, node_strip(call->a)->first);
        if (node_strip(call->a)->ident->macro)
            f = lower_print(l, "(%s)", f);
    }
    struct piece *p = piece_text(u, "%s(", f);
    int i = 0;
    for (struct node *a = call->list; a; a = a->next)
    {
        if (is_string(a))
        {
            struct piece *string = piece_tokens(u, a->first, a->last);
            string->loose = true;
            piece_join(p, string);
        }
        else
            piece_join(p, piece_text(u, "goc__c->goc__a%d", ++i));
        if (a->next)
            piece_join(p, piece_text(u, ", "));
    }
    return piece_join(p, piece_text(u, ")"));
}

/* The result is dropped, also of a function that warns of that. */
static struct piece *drop_result(struct lower *l, struct thunk *t, struct type *result,
                                 struct piece *call)
{
    struct unit *u = l->u;
    struct type *why;
    struct type *r = type_unqualified(u, result);
    if (type_is(r, TY_VOID))
        return piece_join(call, piece_text(u, "; }\n"));
    copy_types_of(l, t, r);
    if (type_is_unknown(r) || type_is_vm(r) || !type_declare(u, r, "", &why))
        return piece_join(piece_join(piece_text(u, "(void)"), call), piece_text(u, "; }\n"));
    struct piece *p = piece_text(u, "%s = ", lower_type(l, r, "goc__r"));
    return piece_join(piece_join(p, call), piece_text(u, "; (void)goc__r; }\n"));
}

/* go close(c), go free(c). */
static void go_builtin(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct node *call = n->a;
    const char *f = call->kind == NODE_CLOSE ? "goc__close" : "goc__free";
    struct thunk t = {.node = n, .number = ++l->go, .members = "goc__chan goc__a1; "};
    const char *name = record(l, &t), *at = lower_at(l, n->first);
    mark_lowered(l, call);
    edit_replace(u, n->first, call->a->first - 1,
                 piece_text(u, "goc__go(goc__go%d, &(%s){ ", t.number, name));
    edit_replace(u, call->a->last + 1, n->last,
                 piece_text(u, " }, sizeof(%s), %s);", name, at));
    lower_node(l, call->a, false);
    struct piece *p = thunk_head(l, &t, false);
    pieces_add(&l->thunks_tail,
               piece_join(p, piece_text(u, "%s(goc__c->goc__a1, %s); }\n", f, at)));
}

/* The statement's last token may be its ;. */
static const char *semicolon(struct lower *l, struct node *n)
{
    return l->u->toks.v[n->last].kind == TOK_SEMI ? ";" : "";
}

void lower_go_call(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct node *call = n->a;
    if (call->kind != NODE_CALL)
    {
        go_builtin(l, n);
        return;
    }
    struct type *f = function_type(call);
    struct thunk t = {.node = n, .number = ++l->go};
    struct node *callee = node_strip(call->a);
    bool known = is_known_function(l, callee);
    const char *at = lower_at(l, n->first);
    if (!known)
    {
        struct type *p = type_pointer(u, f);
        copy_types_of(l, &t, p);
        add_typed(l, &t, p, "goc__f");
    }
    int count = 0;
    uint32_t tail_first = call->last;
    struct param *param = f->kind == TY_FUNCTION ? f->params : NULL;
    for (struct node *a = call->list; a; a = a->next)
    {
        struct type *type = argument_type(l, f, param, a);
        param = param ? param->next : NULL;
        if (is_string(a))
        {
            if (a->next)
                edit_replace(u, a->first, a->next->first - 1, NULL);
            else
                tail_first = a->first;
            continue;
        }
        copy_types_of(l, &t, type);
        add_typed(l, &t, type, lower_print(l, "goc__a%d", ++count));
    }

    uint32_t lparen = call->list ? call->list->first - 1 : call->last - 1;
    const char *name = t.members ? record(l, &t) : NULL;
    const char *head = name ? lower_print(l, "goc__go(goc__go%d, &(%s){%s", t.number, name,
                                          known ? " " : "")
                            : lower_print(l, "goc__go(goc__go%d, 0, 0", t.number);
    const char *again = lower_print(l, "struct goc__go%d", t.number);
    const char *tail = name ? lower_print(l, " }, sizeof(%s), %s)", again, at)
                            : lower_print(l, ", %s)", at);
    const char *end = semicolon(l, n);
    if (!name)
        edit_replace(u, n->first, n->last, piece_text(u, "%s%s%s", head, tail, end));
    else if (known)
        edit_replace(u, n->first, lparen, piece_text(u, "%s", head));
    else
    {
        edit_replace(u, n->first, call->a->first - 1, piece_text(u, "%s", head));
        edit_replace(u, lparen, lparen, piece_text(u, "%s", count ? ", " : ""));
    }
    if (name)
        edit_replace(u, tail_first, n->last, piece_text(u, "%s%s", tail, end));
    if (!known)
        lower_node(l, call->a, false);
    lower_list(l, call->list);

    struct piece *text = drop_result(l, &t, f->kind == TY_FUNCTION ? f->base
                                                         : type_basic(u, TY_INT),
                                     call_pieces(l, call, known));
    struct piece *p = thunk_head(l, &t, false);
    if (t.locals)
        p = piece_join(p, piece_text(u, "%s", t.locals));
    pieces_add(&l->thunks_tail, piece_join(p, text));
}

/* ---- go { ... } ---- */

static struct capture *capture_in(struct func *f, struct symbol *s)
{
    for (size_t i = 0; f && i < f->captures.n; i++)
        if (f->captures.v[i].symbol == s)
            return &f->captures.v[i];
    return NULL;
}

static bool is_local_static(struct func *f, struct symbol *s)
{
    for (size_t i = 0; f && f->is_go && i < f->local_statics.n; i++)
        if (f->local_statics.v[i] == s)
            return true;
    return false;
}

/* What names s in the body that holds the statement. */
static const char *outer_name(struct lower *l, struct symbol *s, bool address)
{
    struct func *f = l->fn ? l->fn->func : NULL;
    struct capture *c = capture_in(f && f->is_go ? f : NULL, s);
    const char *name = s->name->name;
    if ((c && c->mode == CAP_REF) || is_local_static(f, s))
        return lower_print(l, address ? "goc__c->%s" : "(*goc__c->%s)", name);
    if (c && c->mode == CAP_ARRAY)
        return lower_print(l, address ? "&goc__c->%s" : "goc__c->%s", name);
    return lower_print(l, address ? "&%s" : "%s", name);
}

static struct type *without_const(struct lower *l, struct type *t)
{
    struct type *s = type_strip(t);
    if (s->kind != TY_ARRAY)
        return type_unqualified(l->u, t);
    struct type *base = without_const(l, s->base);
    return base == s->base ? type_unqualified(l->u, t) : type_array(l->u, base, s->length);
}

/* A variable of variably modified type: its lengths come along.  Returns the type
 * around inner, a declarator; path names the variable where the statement is. */
static const char *vm_declarator(struct lower *l, struct thunk *t, struct type *type,
                                 const char *inner, const char *path,
                                 const char *name, int *dims)
{
    struct type *s = type_strip(type);
    if (!type_is_vm(s))
        return lower_type(l, type, inner);
    if (s->kind == TY_POINTER)
    {
        bool paren = type_is(s->base, TY_ARRAY);
        return vm_declarator(l, t, s->base,
                             lower_print(l, paren ? "(*%s)" : "*%s", inner),
                             lower_print(l, "(*%s)", path), name, dims);
    }
    const char *first = lower_print(l, "%s[0]", path);
    const char *length = lower_print(l, "%lld", (long long)s->length);
    if (s->vla)
    {
        const char *dim = lower_print(l, "goc__%s_%d", name, ++*dims);
        add_member(l, t, NULL, lower_print(l, "__SIZE_TYPE__ %s", dim));
        t->values = append(l, t->values, lower_print(l, ".%s = sizeof %s / sizeof %s, ",
                                                     dim, path, first));
        length = lower_print(l, "goc__c->%s", dim);
    }
    return vm_declarator(l, t, s->base, lower_print(l, "%s[%s]", inner, length), first,
                         name, dims);
}

/* Whether the name at token i has a & before it that takes its address. */
static bool address_taken_at(struct lower *l, uint32_t i)
{
    const struct token *t = l->u->toks.v;
    static const uint8_t before[] = {TOK_LPAREN, TOK_COMMA, TOK_ASSIGN, TOK_LBRACE};
    static const uint8_t behind[] = {TOK_RPAREN, TOK_COMMA, TOK_SEMI, TOK_RBRACE};
    return t[i - 1].kind == TOK_AMP && memchr(before, t[i - 2].kind, sizeof before) &&
           memchr(behind, t[i + 1].kind, sizeof behind);
}

/* address: what names the variable's address, or null. */
static void replace_uses(struct lower *l, const struct capture *c, const char *text,
                         const char *address)
{
    for (size_t i = 0; i < c->uses.n; i++)
    {
        uint32_t use = c->uses.v[i], amp = use - 1;
        if (address && address_taken_at(l, use))
            edit_replace(l->u, amp, use, piece_text(l->u, "%s", address));
        else
            edit_replace(l->u, use, use, piece_text(l->u, "%s", text));
    }
}

static void capture_reference(struct lower *l, struct thunk *t, const struct capture *c)
{
    struct symbol *s = c->symbol;
    const char *name = s->name->name, *use = lower_print(l, "(*goc__c->%s)", name);
    const char *address = lower_print(l, "goc__c->%s", name);
    t->values = append(l, t->values, lower_print(l, ".%s = %s, ", name,
                                                 outer_name(l, s, true)));
    if (!type_is_vm(s->type))
        add_typed(l, t, type_pointer(l->u, s->type), name);
    else
    {
        int dims = 0;
        bool paren = type_is(s->type, TY_ARRAY);
        add_member(l, t, NULL, lower_print(l, "void *%s", name));
        const char *type = vm_declarator(l, t, s->type, paren ? "(*)" : "*",
                                         outer_name(l, s, false), name, &dims);
        use = lower_print(l, "(*(%s)goc__c->%s)", type, name);
        address = NULL;
    }
    replace_uses(l, c, use, address);
    if (!c->uses.n)
        t->locals = append(l, t->locals, "(void)goc__c; ");
}

static void capture_array(struct lower *l, struct thunk *t, const struct capture *c)
{
    struct symbol *s = c->symbol;
    const char *name = s->name->name;
    add_typed(l, t, without_const(l, s->type), name);
    t->copies = append(l, t->copies,
                       lower_print(l, "goc__copy(goc__g.%s, %s, sizeof goc__g.%s); ", name,
                                   outer_name(l, s, false), name));
    replace_uses(l, c, lower_print(l, "(goc__c->%s)", name), NULL);
}

static void capture_value(struct lower *l, struct thunk *t, const struct capture *c)
{
    struct symbol *s = c->symbol;
    const char *name = s->name->name;
    struct type *type = type_unqualified(l->u, s->type);
    add_typed(l, t, type, name);
    t->values = append(l, t->values, lower_print(l, ".%s = %s, ", name,
                                                 outer_name(l, s, false)));
    type = type_qualified(l->u, type, Q_CONST);
    t->locals = append(l, t->locals, lower_print(l, "%s = goc__c->%s; ",
                                                 lower_type(l, type, name), name));
}

static void capture_static(struct lower *l, struct thunk *t, struct symbol *s)
{
    const char *name = s->name->name;
    add_typed(l, t, type_pointer(l->u, s->type), name);
    t->values = append(l, t->values, lower_print(l, ".%s = %s, ", name,
                                                 outer_name(l, s, true)));
}

static void capture_all(struct lower *l, struct thunk *t, struct func *f)
{
    for (size_t i = 0; i < f->local_types.n; i++)
        copy_type(l, t, f->local_types.v[i]);
    for (size_t i = 0; i < f->captures.n; i++)
    {
        const struct capture *c = &f->captures.v[i];
        if (c->mode == CAP_REF)
            capture_reference(l, t, c);
        else if (c->mode == CAP_ARRAY)
            capture_array(l, t, c);
        else
            capture_value(l, t, c);
    }
    for (size_t i = 0; i < f->local_statics.n; i++)
        capture_static(l, t, f->local_statics.v[i]);
}

/* The statement: starts the thunk on a record of what it takes along. */
static const char *start_text(struct lower *l, const struct thunk *t)
{
    const char *at = lower_at(l, t->node->first);
    const char *values = t->values ? t->values : "";
    size_t n = strlen(values);
    if (n > 2)
        values = lower_print(l, "%.*s ", (int)(n - 2), values);
    if (!t->members)
        return lower_print(l, "goc__go(goc__go%d, 0, 0, %s);", t->number, at);
    if (!t->copies)
        return lower_print(l, "goc__go(goc__go%d, &(%s){ %s}, sizeof(struct goc__go%d), %s);",
                           t->number, record(l, t), values, t->number, at);
    const char *init = t->values ? lower_print(l, " = { %s}", values) : "";
    return lower_print(l, "{ %s goc__g%s; %sgoc__go(goc__go%d, &goc__g, sizeof goc__g, %s); }",
                       record(l, t), init, t->copies, t->number, at);
}

void lower_go_block(struct lower *l, struct node *n)
{
    struct unit *u = l->u;
    struct thunk t = {.node = n, .number = ++l->go};
    struct piece *body = piece_tokens(u, n->a->first, n->a->last);
    struct piece *start = piece_text(u, "%s", "");
    edit_replace(u, n->first, n->last, start);
    capture_all(l, &t, n->func);
    start->text = start_text(l, &t);

    struct fn f = {0};
    uint32_t item = l->item;
    fn_enter(l, &f, n->func, n->a);
    lower_node(l, n->a, false);
    fn_leave(l);
    l->item = item;

    struct piece *p = thunk_head(l, &t, true);
    bool hides = t.locals && t.types; /* a variable may have the name of a type */
    if (t.locals)
        p = piece_join(p, piece_text(u, "%s%s", hides ? "{ " : "", t.locals));
    p = piece_join(piece_join(p, body), piece_text(u, hides ? " } }\n" : " }\n"));
    pieces_add(&l->thunks_tail, p);
}

/* ---- names ---- */

/* __func__ and the like in a go block name the function that it stands in.  In
 * the macros of system headers (assert) they stay: those are not written out. */
static void lower_function_name(struct lower *l, struct node *n, struct func *f)
{
    struct unit *u = l->u;
    const struct token *t = &u->toks.v[n->first];
    const struct macro *m = t->exp ? u->expansions.v[t->exp].macro : NULL;
    const struct source *source = m && m->loc ? source_at(u, m->loc) : NULL;
    while (!f->symbol && f->parent)
        f = f->parent;
    if (f->symbol && !(source && source->system))
        edit_replace(u, n->first, n->first,
                     piece_text(u, "\"%s\"", f->symbol->name->name));
}

static bool is_function_name(const struct node *n)
{
    const char *name = n->ident ? n->ident->name : "";
    return !strcmp(name, "__func__") || !strcmp(name, "__FUNCTION__") ||
           !strcmp(name, "__PRETTY_FUNCTION__");
}

/* In a go block, the address of a static variable or a function of the blocks
 * around it comes with the record. */
void lower_ident(struct lower *l, struct node *n)
{
    struct symbol *s = n->symbol;
    struct func *f = l->fn ? l->fn->func : NULL;
    if (!s && f && f->is_go && is_function_name(n))
        lower_function_name(l, n, f);
    if (!s || !f || !f->is_go || s->kind != SYM_VAR)
        return;
    if (s->depth && !s->automatic && is_local_static(f, s))
        edit_replace(l->u, n->first, n->first,
                     piece_text(l->u, "(*goc__c->%s)", s->name->name));
    else if (l->external->kind == NODE_FUNCTION && s == l->external->symbol &&
             s->token >= l->external->first)
        declare_self(l);
}
