/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_state.h: what the files of the lowering share, lower*.c only.
 *
 * The tree is walked from the outside in, and each construct queues its edits
 * before those of what lies within it: that is the order edit.h asks for.  What
 * is known only at the end of a construct (the temporaries of a function, the
 * ways out of a block with defers) is filled into pieces queued before.
 */
#ifndef GOC_LOWER_STATE_H
#define GOC_LOWER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "ast.h"
#include "edit.h"
#include "scope.h"
#include "type.h"
#include "unit.h"
#include "vec.h"

/* A way out of the scope of a defer. */
struct way
{
    uint8_t kind;          /* NODE_RETURN, NODE_BREAK, NODE_CONTINUE, NODE_GOTO */
    struct symbol *label;  /* of NODE_GOTO */
    const char *label_name;
    int code;              /* from 1 */
    int next_code;         /* the code of the same way at the next defer, or 0 */
    struct way *next;
};

/* A jump that leaves the scope of a defer; its text is known at the end. */
struct way_use
{
    struct piece *piece;
    int code;
    const char *tail;
    struct way_use *next;
};

/* A defer whose scope is open. */
struct defer
{
    struct defer *outer;   /* the one that is run next */
    struct node *node;
    int number;
    struct piece *open, *body;
    bool labelled;         /* a declaration cannot stand behind the label */
    struct way *ways, **ways_tail;
    struct way_use *uses;
    int nways;
};

struct label_place
{
    struct symbol *label;
    size_t depth; /* how many defers are open there */
};

/* A body that is a function of the output: a function's or a go block's. */
struct fn
{
    struct fn *outer;
    struct func *func;
    struct node *body;
    struct type *result;   /* null: nothing */
    bool is_main;
    struct piece *top;     /* declarations at the body's start */
    struct piece **top_tail;
    bool has_result;
    struct defer *defers;  /* the innermost one open */
    size_t depth;          /* how many are open */
    struct defer *break_to, *continue_to; /* those open around the statement that
                                             break and continue leave */
    VEC(struct label_place) labels;
};

/* Other names for types of a block stand behind the ; of their declaration. */
struct alias_place { uint32_t token; struct piece *pieces; };

struct hidden { struct ident *ident; struct symbol *before; };

struct lower
{
    struct unit *u;
    struct fn *fn;         /* null at file scope */

    /* The external declaration at hand, and what goes before it. */
    struct node *external;
    struct piece *records, *aliases, *declared, *thunks;
    struct piece **records_tail, **aliases_tail, **declared_tail, **thunks_tail;
    bool declared_self;

    bool labelled;         /* a label stands before the defer at hand */
    uint32_t item;         /* first token of the block's item at hand, 0: none */
    struct node *value;    /* the statement that is a statement expression's value */
    unsigned char *lowered;/* by token: its channel node has been seen to */
    size_t next_chan_node, next_chan_use;

    VEC(struct hidden) hidden; /* names declared in blocks, to be put back */
    VEC(struct ident *) block_tags;  /* tags declared in the function's blocks */
    bool block_tags_known;
    VEC(struct alias_place) alias_places;

    /* The last numbers used for names. */
    int tag, alias, var, temp, cases, range, defer, go;
};

/* What stands before and behind a text. */
struct around { const char *before, *behind; };

/* ---- lower.c ---- */

/* Lowers a node and what is in it.  discard: nobody uses its value. */
void lower_node(struct lower *l, struct node *n, bool discard);
void lower_list(struct lower *l, struct node *list);
void lower_statement(struct lower *l, struct node *n); /* a substatement */

/* The items of a block; what defers need at its end is joined to end, which is
 * queued there. */
void lower_items(struct lower *l, struct node *list, struct piece *end);

/* The body of a loop; the statements of a select case. */
void lower_loop_body(struct lower *l, struct node *body);
void lower_arm(struct lower *l, struct node *list, struct piece *end);

/* A type in C, around a declarator.  Null after an error. */
const char *lower_type(struct lower *l, struct type *t, const char *name);
/* Likewise a pointer to it, and an array of one. */
const char *lower_pointer(struct lower *l, struct type *t);

const char *tag_word(const struct type *t); /* "struct" */

/* The tag of the record or enum that t is, points to, …, if the tokens define it. */
struct tag *tag_defined_in(struct type *t, uint32_t first, uint32_t last);

/* "GOC_AT(12)" for the line of a token. */
const char *lower_at(struct lower *l, uint32_t token);

/* Around a value that is kept in a variable: "name = ", "". */
struct around lower_keep(struct lower *l, struct type *t, const char *name,
                         struct node *value);

/* A new name at the start of the function's body: "goc__chan %s;". */
const char *lower_temp(struct lower *l, const char *format);
/* Text at the start of the function's body. */
void lower_top(struct lower *l, struct piece *p);

const char *lower_spelling(struct lower *l, uint32_t token);
char *lower_print(struct lower *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Scopes of names, for types whose names are hidden. */
size_t names_mark(struct lower *l);
void names_declare(struct lower *l, struct symbol *s);
void names_release(struct lower *l, size_t mark);

/* Appends to a list of pieces that goes before the external declaration. */
void pieces_add(struct piece ***tail, struct piece *p);

void fn_enter(struct lower *l, struct fn *f, struct func *func, struct node *body);
void fn_leave(struct lower *l);

/* Whether a name occurs among tokens, other than as a member's. */
bool tokens_mention(struct lower *l, uint32_t first, uint32_t last, struct ident *id);

/* False if the channel node has been seen to. */
bool mark_lowered(struct lower *l, struct node *n);

/* ---- lower_chan.c ---- */

void lower_recv(struct lower *l, struct node *n, bool discard);
void lower_send(struct lower *l, struct node *n);
void lower_make(struct lower *l, struct node *n);
void lower_chan_call(struct lower *l, struct node *n);
void lower_define(struct lower *l, struct node *n);
void lower_recv2(struct lower *l, struct node *n);
void lower_range(struct lower *l, struct node *n);

/* Whether n becomes more than one declaration. */
bool define_is_long(struct lower *l, struct node *n);

/* Whether the receive is <-goc_after(d). */
bool recv_is_after(struct node *recv);
/* Removes the word goc_after. */
void recv_drop_after(struct lower *l, struct node *recv);

/* Around the value that is sent: "&(int){ ", " }". */
struct around send_value(struct lower *l, struct node *send);

/* ---- lower_go.c, lower_select.c ---- */

void lower_go_call(struct lower *l, struct node *n);
void lower_go_block(struct lower *l, struct node *n);
void lower_ident(struct lower *l, struct node *n);
void lower_select(struct lower *l, struct node *n);

/* ---- lower_defer.c ---- */

/* A defer as an item of a block; its scope ends with defers_close. */
void lower_defer(struct lower *l, struct node *n);
/* A defer that is a whole substatement. */
void lower_lone_defer(struct lower *l, struct node *n);
void defers_close(struct lower *l, struct defer *until, struct node *list,
                  struct piece *end);
void lower_jump(struct lower *l, struct node *n);
/* Notes how many defers are open at the labels in a body. */
void find_labels(struct fn *f, struct node *body);

#endif
