/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parser_state.h: what the grammar (grammar/parser.y) and its token supply
 * (parse.c) share.  Nobody else includes it.
 */
#ifndef GOC_PARSER_STATE_H
#define GOC_PARSER_STATE_H

#include "check.h"
#include "unit.h"

/* A list of nodes under construction. */
struct nodes
{
    struct node *head, *tail;
};

/* A type specifier and its tokens. */
struct typespec
{
    struct type *type;
    uint32_t first, last;
};

/* A list of parameters under construction, and how it ends. */
struct params
{
    struct param *head, *tail;
    struct knr *names, *names_tail;
    bool variadic, unprototyped;
};

/* A { that is open. */
struct brace
{
    uint32_t token;
    uint32_t parens;  /* p->parens.n when it was opened */
    bool record;      /* of a struct, union or enum */
    bool select;      /* of a select: its cases have tokens of their own */
};

/* A block that the grammar has opened: where to go back to after an error. */
struct block
{
    size_t braces;
    unsigned depth;        /* of scopes */
    struct func *func;
    struct declspec *ds;
    size_t outer_ds, records;
    bool select;
    bool clauses;          /* it is a select itself, between its cases */
};

struct parser
{
    uint32_t pos;          /* the next token of unit.toks */
    int prev;              /* the kind handed out last, and its token */
    uint32_t prev_token;

    /* Tokens to hand out before the next of unit.toks. */
    int pending[4];
    uint32_t pending_token[4];
    int pending_count;

    /* Open brackets. */
    VEC(struct brace) braces;
    VEC(uint32_t) parens;  /* tokens of ( and [ */
    VEC(size_t) angles;    /* chan<: p->parens.n when each was opened */
    bool want_angle;       /* the next < opens one */
    bool record_head;      /* between struct and its { or what follows */
    bool closed_record;    /* the last } was that of a struct, union or enum */
    bool select_head;

    /* The word range of the header for (v := range c) that was last begun. */
    uint32_t range_from;

    /* Attributes seen since the last were taken: they are swallowed here, so
     * that the grammar, where they may stand nearly everywhere, is free of
     * them. */
    struct declspec attrs, attrs_behind;
    bool has_attrs, has_attrs_behind;
    struct declspec *noting; /* the one that is being filled */

    VEC(struct type *) records; /* whose braces are open */
    struct declspec *ds;   /* of the declaration being read */
    VEC(struct declspec *) outer_ds;
    VEC(struct block) blocks;

    uint32_t external;     /* first token of the external declaration */
    uint32_t looked_at;    /* up to where it was searched for goc's constructs */
    bool is_ours;          /* and whether one was found */
    bool is_broken;        /* a syntax error in it has been reported */
    bool error_pending;    /* skip to a safe place, then hand out SYNC */
    uint32_t last_error;   /* where the last syntax error was */
    bool resume;           /* only a ; is missing there: a statement begins */
};

/* parse.c, for the grammar's actions. */
struct declspec *ds_new(struct unit *u, uint32_t tok);
void ds_basic(struct unit *u, struct declspec *ds, uint32_t tok);
void ds_other(struct unit *u, struct declspec *ds, uint32_t tok);
void ds_type(struct declspec *ds, struct typespec t);
unsigned qualifier_of(struct unit *u, uint32_t tok);
int keyword_sub(struct unit *u, uint32_t tok);
int token_op(struct unit *u, uint32_t tok);
void ds_enter(struct unit *u, struct declspec *ds);
struct declspec *ds_leave(struct unit *u);
void attrs_align(struct unit *u, int64_t align); /* _Alignas */
void attrs_take(struct unit *u, struct declspec *into);

struct declarator *declarator_new(struct unit *u, uint32_t name);
struct declarator *declarator_pointers(struct declarator *d, struct derive *p);
void declarator_params(struct unit *u, struct declarator *d, struct params *ps, uint32_t last);
void declarator_array(struct declarator *d, struct derive *array, uint32_t last);
struct derive *derive_new(struct unit *u, enum derive_kind kind);

struct nodes nodes_add(struct nodes l, struct node *n);
struct params *params_new(struct unit *u);
struct params *params_add(struct params *l, struct param *p);
struct params *params_name(struct unit *u, struct params *l, uint32_t tok);

int parse_look_again(struct unit *u, int kind, uint32_t tok);
struct type *parse_typename(struct unit *u, uint32_t tok);
/* The record or enum whose braces are open. */
struct type *parse_record(struct unit *u);
struct type *parse_begin_record(struct unit *u, enum type_kind kind, uint32_t keyword, uint32_t name);
/* Whether struct x stands alone: a ; follows. */
bool parse_alone(struct unit *u, uint32_t name);
struct derive *derive_array(struct unit *u, struct node *length, unsigned quals, bool star, bool is_static);
/* Appends d to the list; returns the list. */
struct derive *derive_append(struct derive *list, struct derive *d);
struct generic_assoc *parse_assoc(struct unit *u, struct type *t, struct node *e);
struct node *parse_asm_operand(struct unit *u, struct node *e);
/* After the <- that stands behind left: decides what it is. */
void parse_arrow(struct unit *u, struct node *left, uint32_t arrow);
void parse_syntax_error(struct unit *u, const int *expected, int n);
void parse_failed(struct unit *u, const char *message);
int parse_symbol_kind(int token); /* of the tables, of a token */
struct nodes parse_strings(struct unit *u, struct nodes l, uint32_t tok);

void block_open(struct unit *u);
void select_open(struct unit *u);
void block_close(struct unit *u);
void block_recover(struct unit *u);
void external_recover(struct unit *u);
void external_begin(struct unit *u);

#endif
