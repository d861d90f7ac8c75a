/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_expr.h: what check_expr.c and the files around it share. */
#ifndef GOC_CHECK_EXPR_H
#define GOC_CHECK_EXPR_H

#include "check.h"
#include "unit.h"

/* ---- check_expr.c ---- */

/* A node of an expression. */
struct node *expr_new(struct unit *u, enum node_kind kind, uint32_t first,
                      uint32_t last, struct type *type);

/* The type of e as a value, without sugar. */
struct type *expr_value(struct unit *u, struct node *e);

static inline struct type *type_unknown(struct unit *u)
{
    return type_basic(u, TY_UNKNOWN);
}

bool type_is_poison(struct unit *u, struct type *t);

/* 6.3.2.3p3; true also if only the host can tell. */
bool expr_is_null(struct node *e);

/* Remembers that n may park. */
void expr_suspends(struct unit *u, struct node *n);

/* ---- check_builtin.c ---- */

/* A predeclared identifier: __func__, true, a builtin, …; false: undeclared. */
bool builtin_ident(struct unit *u, struct node *n);
/* The type of a call of builtin f, and its value if it is a constant. */
void builtin_call(struct unit *u, struct node *call, struct node *f);

/* ---- constexpr.c ---- */

/* _Bool, char where it is, and pointers included. */
bool type_is_unsigned(struct unit *u, struct type *t);
/* The value as a number of type t: cut to its width, with its sign. */
int64_t constexpr_wrap(struct unit *u, struct type *t, int64_t value);

/* ---- check_convert.c ---- */

enum conversion
{
    CONV_OK,
    CONV_INT_FROM_POINTER, /* the host warns of these */
    CONV_POINTER_FROM_INT,
    CONV_POINTERS,
    CONV_SIGN,             /* pointers to integers of another signedness */
    CONV_QUALS,
    CONV_CHAN_BACK,        /* errors: an end to chan<T> or to the other end */
    CONV_CHAN,             /* a channel with something else */
    CONV_CAPTURED,         /* the address of a captured variable loses const */
    CONV_ERROR,            /* no assignment converts these */
};

/* From e to type to, as if by assignment. */
enum conversion convert(struct unit *u, struct type *to, struct node *from);

/* The operands of == and !=, of the branches of ?: (the type is returned; null:
 * not about channels), of a cast. */
void check_comparison(struct unit *u, struct node *a, uint32_t op, struct node *b);
struct type *check_branches(struct unit *u, struct node *a, struct node *b);
bool check_cast(struct unit *u, struct type *to, struct node *e);
/* Full checks of a value that goc's own code converts. */
void check_send_value(struct unit *u, struct type *chan, struct node *value);
void check_go_argument(struct unit *u, struct type *param, struct node *arg);

/* s, declared before, is declared again with type t at token tok. */
void check_redeclaration(struct unit *u, struct symbol *s, struct type *t,
                         uint32_t tok);

/* ---- check_init.c ---- */

/* Checks every initialiser of the list against what it initialises. */
void init_check(struct unit *u, struct type *t, struct node *list);

/* ---- check_capture.c ---- */

/* As check_use; true if the innermost function sees a copy that it must not
 * change. */
bool capture_use(struct unit *u, struct symbol *s, uint32_t tok);
/* The use of a captured copy into which pointer e points, or null. */
struct node *captured_address(struct unit *u, struct node *e);
/* Whether the code being read is in a go block. */
bool in_go_block(struct unit *u);

/* ---- check_conc.c ---- */

/* Takes note of a use of goc_after, which only a receive may have, and of an
 * assignment that may be a receive's flag (true if so: its types are checked
 * later). */
void after_seen(struct unit *u, struct node *ident);
bool flag_seen(struct unit *u, struct node *assign);
/* Judges those of them that begin at token first or later. */
void check_pending(struct unit *u, uint32_t first);

/* Type directed calls: the node of close(c) and its kind, or null. */
struct node *chan_builtin(struct unit *u, struct node *f, struct node *args,
                          uint32_t rparen);

/* VECs of struct func, whose memory is the arena's. */
void *arena_grow(struct unit *u, void *v, size_t n, size_t *cap, size_t size);
#define arena_push(u, vec)                                                     \
    ((vec)->n == (vec)->cap                                                    \
         ? (void)((vec)->v = arena_grow((u), (vec)->v, (vec)->n, &(vec)->cap,  \
                                        sizeof *(vec)->v))                     \
         : (void)0,                                                            \
     &(vec)->v[(vec)->n++])

#endif
