/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_jumps.c: which jumps may cross go blocks, deferred statements and the
 * scopes of defers.
 *
 * A function is divided into regions, a tree: a go block, a deferred statement,
 * and the scope of a defer, which reaches from the defer to the end of the block
 * that it stands in.  A jump leaves the regions from its own up to the one that
 * is also around its target, and enters those down to the target's.  A go block
 * or a deferred statement may neither be left nor entered; the scope of a defer
 * may be left but not entered.  A nested function is a region, too, which GNU's
 * non-local goto may leave.
 *
 * The walk reports break, continue, return and case as it comes to them and
 * collects labels and gotos, which are judged at the end.  It is made only for
 * functions that hold a go block or a defer.
 */
#include "check_expr.h"

enum region_kind { REGION_FUNCTION, REGION_GO, REGION_DEFERRED, REGION_DEFER_SCOPE };

struct region
{
    struct region *up;
    enum region_kind kind;
    unsigned depth;
    struct node *node; /* the GO_BLOCK, or the DEFER */
};

struct jump
{
    struct node *node;
    struct region *region;
    bool by_asm;
};

struct jumps
{
    struct unit *u;
    VEC(struct jump) labels, gotos;
};

/* Where break, continue and case lead, and the statement that break leaves; null:
 * nowhere. */
struct targets
{
    struct region *brk, *cont, *cases;
    struct node *broken;
};

static struct region *region_new(struct unit *u, struct region *up,
                                 enum region_kind kind, struct node *n)
{
    struct region *r = arena_new(&u->arena, struct region);
    r->up = up;
    r->kind = kind;
    r->depth = up ? up->depth + 1 : 0;
    r->node = n;
    return r;
}

static struct region *function_of(struct region *r)
{
    while (r->kind != REGION_FUNCTION && r->kind != REGION_GO)
        r = r->up;
    return r;
}

/* The innermost go block or deferred statement from r up to, but without, end. */
static struct region *closed_region(struct region *r, struct region *end)
{
    for (; r && r != end; r = r->up)
        if (r->kind == REGION_GO || r->kind == REGION_DEFERRED)
            return r;
    return NULL;
}

static const char *region_text(struct region *r)
{
    return r->kind == REGION_GO ? "a go block" : "a deferred statement";
}

/* ---- jumps without a label ---- */

static void check_break(struct jumps *j, struct node *n, struct region *r,
                        struct region *target)
{
    struct region *f = function_of(r);
    struct region *closed = closed_region(r, target ? target : f->up);
    if (!closed)
        return;
    const char *word = n->kind == NODE_BREAK ? "break" : "continue";
    error(j->u, n->first, n->first, "'%s' may not leave %s", word,
          region_text(closed));
}

static void check_return(struct jumps *j, struct node *n, struct region *r)
{
    struct region *closed = r;
    while (closed->kind == REGION_DEFER_SCOPE)
        closed = closed->up;
    if (closed->kind == REGION_DEFERRED)
        error(j->u, n->first, n->first, "'return' may not leave a deferred statement");
    else if (closed->kind == REGION_GO && n->a)
        error(j->u, n->a->first, n->a->last,
              "a go block returns no value: 'return;' ends the goroutine");
}

static struct region *innermost_defer(struct region *r, struct region *end)
{
    for (; r && r != end; r = r->up)
        if (r->kind == REGION_DEFER_SCOPE)
            return r;
    return NULL;
}

static void note_defer(struct jumps *j, struct region *r)
{
    note(j->u, r->node->first, r->node->first, "the defer is here");
}

static void check_case(struct jumps *j, struct node *n, struct region *r,
                       struct region *target)
{
    if (!target)
        return; /* of no switch: the host says so */
    struct region *closed = closed_region(r, target);
    struct region *scope = innermost_defer(r, target);
    if (closed)
        error(j->u, n->first, n->first, "a switch may not jump into %s",
              region_text(closed));
    else if (scope)
    {
        error(j->u, n->first, n->first,
              "the switch would jump past a defer into its scope");
        note_defer(j, scope);
    }
}

static void check_computed(struct jumps *j, struct node *n, struct region *r)
{
    if (r == function_of(r))
        return;
    error(j->u, n->first, n->first,
          r->kind == REGION_DEFERRED
              ? "a computed goto may not stand in a deferred statement"
              : "a computed goto may not stand in the scope of a defer");
    note_defer(j, r);
}

/* ---- the walk ---- */

static void walk_all(struct jumps *j, struct node *n, struct region *r,
                     struct targets t);
static struct region *walk(struct jumps *j, struct node *n, struct region *r,
                           struct targets t);

static void walk_list(struct jumps *j, struct node *n, struct region *r,
                      struct targets t)
{
    for (; n; n = n->next)
        r = walk(j, n, r, t);
}

/* A statement that is a block of its own. */
static void walk_body(struct jumps *j, struct node *n, struct region *r,
                      struct targets t)
{
    if (n)
        walk(j, n, r, t);
}

static void walk_loop(struct jumps *j, struct node *n, struct region *r,
                      struct targets t)
{
    struct targets in = t;
    in.brk = in.cont = r;
    in.broken = n;
    struct node *body = n->kind == NODE_FOR || n->kind == NODE_RANGE ? n->d : n->b;
    if (n->a)
        walk(j, n->a, r, t);
    if (n->kind == NODE_FOR && n->b)
        walk(j, n->b, r, t);
    if (n->kind == NODE_FOR && n->c)
        walk(j, n->c, r, t);
    walk_body(j, body, r, in);
}

static void walk_switch(struct jumps *j, struct node *n, struct region *r,
                        struct targets t)
{
    walk_body(j, n->a, r, t);
    t.brk = t.cases = r;
    t.broken = n;
    walk_body(j, n->b, r, t);
}

static void walk_select(struct jumps *j, struct node *n, struct region *r,
                        struct targets t)
{
    t.brk = r;
    t.broken = n;
    for (struct node *c = n->list; c; c = c->next)
    {
        walk_body(j, c->a, r, t);
        walk_list(j, c->list, r, t);
    }
}

static struct region *walk_labelled(struct jumps *j, struct node *n,
                                    struct region *r, struct targets t)
{
    if (n->kind == NODE_LABEL)
        *arena_push(j->u, &j->labels) = (struct jump){n, r, false};
    else
        check_case(j, n, r, t.cases);
    return n->c ? walk(j, n->c, r, t) : r;
}

static struct region *walk_defer(struct jumps *j, struct node *n,
                                 struct region *r, struct targets t)
{
    walk_body(j, n->a, region_new(j->u, r, REGION_DEFERRED, n), t);
    return region_new(j->u, r, REGION_DEFER_SCOPE, n);
}

/* Returns the region of what follows n in its block. */
static struct region *walk(struct jumps *j, struct node *n, struct region *r,
                           struct targets t)
{
    switch (n->kind)
    {
    case NODE_BLOCK:
        walk_list(j, n->list, r, t);
        break;
    case NODE_IF:
        walk_body(j, n->a, r, t);
        walk_body(j, n->b, r, t);
        walk_body(j, n->c, r, t);
        break;
    case NODE_WHILE:
    case NODE_DO:
    case NODE_FOR:
    case NODE_RANGE:
        walk_loop(j, n, r, t);
        break;
    case NODE_SWITCH:
        walk_switch(j, n, r, t);
        break;
    case NODE_SELECT:
        walk_select(j, n, r, t);
        break;
    case NODE_CASE:
    case NODE_DEFAULT:
    case NODE_LABEL:
        return walk_labelled(j, n, r, t);
    case NODE_DEFER:
        return walk_defer(j, n, r, t);
    case NODE_GO_BLOCK:
        walk_body(j, n->a, region_new(j->u, r, REGION_GO, n), t);
        break;
    case NODE_BREAK:
        check_break(j, n, r, t.brk);
        if (t.broken)
            t.broken->has_break = true;
        break;
    case NODE_CONTINUE:
        check_break(j, n, r, t.cont);
        break;
    case NODE_RETURN:
        check_return(j, n, r);
        walk_all(j, n, r, t);
        break;
    case NODE_GOTO:
        if (n->a)
            check_computed(j, n, r);
        else
            *arena_push(j->u, &j->gotos) = (struct jump){n, r, false};
        break;
    case NODE_ASM:
        for (struct node *e = n->list; e; e = e->next)
            if (e->kind == NODE_GOTO)
                *arena_push(j->u, &j->gotos) = (struct jump){e, r, true};
            else
                walk(j, e, r, t);
        break;
    case NODE_FUNCTION:
        walk_body(j, n->a, region_new(j->u, r, REGION_FUNCTION, n),
                  (struct targets){0});
        break;
    default:
        walk_all(j, n, r, t);
    }
    return r;
}

/* Statement expressions and label addresses stand anywhere in expressions. */
static void walk_all(struct jumps *j, struct node *n, struct region *r,
                     struct targets t)
{
    if (n->kind == NODE_UNARY && n->op == OP_LABEL_ADDRESS)
        *arena_push(j->u, &j->gotos) = (struct jump){n, r, false};
    struct node *children[] = {n->a, n->b, n->c, n->d};
    for (int i = 0; i < 4; i++)
        if (children[i])
            walk(j, children[i], r, t);
    for (struct node *e = n->list; e; e = e->next)
        walk(j, e, r, t);
}

/* ---- jumps to labels ---- */

/* Labels belong to the function, or to the go block, that they stand in; where
 * it has no such label, one elsewhere tells what was meant. */
static struct jump *label_of(struct jumps *j, struct jump *from)
{
    struct jump *other = NULL;
    for (size_t i = 0; i < j->labels.n; i++)
    {
        struct jump *l = &j->labels.v[i];
        if (l->node->ident != from->node->ident)
            continue;
        if (function_of(l->region) != function_of(from->region))
        {
            other = l;
            continue;
        }
        if (l->node->symbol == from->node->symbol || !from->node->symbol)
            return l;
        if (!other || function_of(other->region) != function_of(from->region))
            other = l;
    }
    return other;
}

static struct region *common(struct region *a, struct region *b)
{
    while (a != b)
        if (a->depth >= b->depth)
            a = a->up;
        else
            b = b->up;
    return a;
}

static void check_address(struct jumps *j, struct jump *from, struct jump *to)
{
    struct node *n = from->node;
    if (function_of(to->region) != function_of(from->region))
        error(j->u, n->first, n->last,
              "label %I is not in the same function or go block", n->ident);
    else if (innermost_defer(to->region, function_of(to->region)))
    {
        error(j->u, n->first, n->last,
              "label %I is in the scope of a defer: its address would let a "
              "computed goto jump past it", n->ident);
        note_defer(j, innermost_defer(to->region, NULL));
    }
}

static void check_goto(struct jumps *j, struct jump *from)
{
    struct node *n = from->node;
    struct jump *to = label_of(j, from);
    if (!to)
        return;
    if (n->kind == NODE_UNARY)
    {
        check_address(j, from, to);
        return;
    }
    struct region *both = common(from->region, to->region);
    struct region *left = closed_region(from->region, both);
    struct region *entered = closed_region(to->region, both);
    struct region *scope = innermost_defer(to->region, both);
    if (left)
        error(j->u, n->first, n->first, "'goto' may not leave %s", region_text(left));
    else if (entered)
        error(j->u, n->first, n->first, "'goto' may not jump into %s",
              region_text(entered));
    else if (scope)
    {
        error(j->u, n->first, n->first,
              "'goto' jumps past a defer into its scope");
        note_defer(j, scope);
    }
    else if (from->by_asm && (scope = innermost_defer(from->region, both)))
    {
        error(j->u, n->first, n->first, "an asm may not leave the scope of a defer");
        note_defer(j, scope);
    }
    else
        return;
    note(j->u, to->node->first, to->node->first, "label %I is here", n->ident);
}

void check_jumps(struct unit *u, struct func *f, struct node *body)
{
    check_pending(u, 0);
    if (f->parent || !body || (!f->has_go && !f->has_defer))
        return; /* what has a parent is judged with it */
    struct jumps j = {.u = u};
    struct region *root = region_new(u, NULL, REGION_FUNCTION, NULL);
    walk(&j, body, root, (struct targets){0});
    for (size_t i = 0; i < j.gotos.n; i++)
        check_goto(&j, &j.gotos.v[i]);
}
