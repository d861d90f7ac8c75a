/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scope.h: what names mean where.
 *
 * Ordinary identifiers, tags and labels hang on struct ident (token.h), so a
 * look-up is one load; a scope remembers what it hid and puts it back.
 */
#ifndef GOC_SCOPE_H
#define GOC_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "token.h"
#include "vec.h"

struct unit;
struct type;
struct tag;
struct node;

enum symbol_kind
{
    SYM_VAR,      /* object or function: see type */
    SYM_TYPEDEF,
    SYM_ENUM,     /* enumeration constant */
    SYM_TAG,
    SYM_LABEL,
};

enum storage { ST_NONE, ST_EXTERN, ST_STATIC, ST_AUTO, ST_REGISTER, ST_TYPEDEF };

struct symbol
{
    struct ident *name;
    uint8_t kind;          /* enum symbol_kind */
    uint8_t storage;       /* enum storage, as declared */
    bool thread_local_;
    bool automatic;        /* SYM_VAR: lives on a function's stack */
    bool address_taken;    /* & was applied, or it is an array that decayed */
    bool implicit;         /* declared by a call */
    bool defined;          /* function with a body, object with initialiser */
    bool builtin;
    uint16_t depth;        /* 0: file scope */
    struct func *owner;    /* function or go block that declares it; null: file */
    struct type *type;     /* SYM_TAG: the record or enum type; SYM_ENUM: the
                              enumeration (constants of it have type int unless
                              that is wider); SYM_TYPEDEF: what it names, not
                              the TY_TYPEDEF */
    struct type *sugar;    /* SYM_TYPEDEF: its TY_TYPEDEF, see type_typedef */
    int64_t value;         /* SYM_ENUM */
    struct type *of;       /* SYM_ENUM: the enumeration */
    uint32_t token;        /* where it is named */
    uint32_t first, last;  /* the whole declaration it stands in, for typedefs
                              and block scope types (last is its ;) */
    const char *spelled;   /* SYM_TYPEDEF: how the output names the type, if
                              lowering had to give it another name */
    struct node *decl;     /* NODE_DECL… that declares it */
    struct symbol *outer;  /* what it hides */
    struct symbol *next;   /* the next one in its scope */
};

/* A function body or a go block (whose body becomes a function): the unit of
 * capture and of jumps. */
struct func
{
    struct func *parent;     /* for a go block or nested function; else null */
    struct node *node;       /* NODE_FUNCTION or NODE_GO_BLOCK; set when it is made */
    struct symbol *symbol;   /* of a function */
    struct type *type;       /* TY_FUNCTION; for go blocks void (void) */
    bool is_go;
    uint16_t depth;          /* of its outermost scope */
    VEC(struct capture) captures;   /* go blocks: see check.h */
    VEC(struct node *) suspensions; /* what may park in it: channel operations,
                                       selects, calls; in source order */
    VEC(struct symbol *) local_types; /* go blocks: typedefs, tags and enum
                                       constants of an enclosing function's block
                                       that its text uses: each behind what it
                                       needs, also those that are defined within
                                       the text of another (its first..last) */
    VEC(struct symbol *) local_statics; /* likewise objects with static storage
                                       and functions declared in a block */
    bool has_defer;
    bool has_go;             /* holds a go block, or a nested function with a
                                defer: check_jumps has work to do */
    struct symbol *labels;
};

enum capture_mode { CAP_VALUE, CAP_ARRAY, CAP_REF };

struct capture
{
    struct symbol *symbol;
    enum capture_mode mode;
    bool listed;             /* [&name] */
    uint32_t token;          /* first use, or the name in the list */
    VEC(uint32_t) uses;      /* the tokens that name it in the block's own text:
                                not in go blocks within; in a nested one's list
                                they do */
};

/* A scope; scope_push returns its number, scope_pop must match. */
void scope_init(struct unit *u);
void scope_push(struct unit *u);
void scope_pop(struct unit *u);
unsigned scope_depth(struct unit *u);

/* Declares in the innermost scope; returns the new symbol, with outer set.  A
 * redeclaration in the same scope is given back as it was (*old true): the
 * caller merges. */
struct symbol *scope_declare(struct unit *u, struct ident *name,
                             enum symbol_kind kind, bool *old);
/* Declares at file scope from within a block (implicit functions). */
struct symbol *scope_declare_file(struct unit *u, struct ident *name);
struct symbol *scope_declare_tag(struct unit *u, struct ident *name);
/* Declares in the scope around the innermost one: a function whose parameters'
 * scope is open. */
struct symbol *scope_declare_outside(struct unit *u, struct ident *name, bool *old);

/* In the innermost scope only; null if it is not there. */
struct symbol *scope_local(struct unit *u, struct ident *name);
struct symbol *scope_local_tag(struct unit *u, struct ident *name);

/* The function or go block being parsed; null at file scope. */
struct func *scope_func(struct unit *u);
void scope_enter_func(struct unit *u, struct func *f);
void scope_leave_func(struct unit *u);

/* Brings the symbols of a closed prototype scope into the innermost scope: last
 * and those declared before it.  All that is in the scope then belongs to f. */
void scope_reopen(struct unit *u, struct symbol *last, struct func *f);

/* The label of that name that the innermost function may refer to, or is about
 * to define; made if there is none.  Null at file scope. */
struct symbol *scope_label(struct unit *u, struct ident *name, bool definition);
/* GNU's __label__, in the innermost scope. */
struct symbol *scope_declare_label(struct unit *u, struct ident *name);

void scope_free(struct unit *u);

#endif
