/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check.h: makes the nodes of the tree, gives each its type, and reports misuse.
 *
 * Called by the actions of grammar/parser.y in source order, while the scopes
 * stand as they do at that point.  Misuse of what goc adds is an error here;
 * misuse of plain C is left to the host compiler, and the type is unknown then.
 * No function returns null; on errors a node of unknown type comes back.
 */
#ifndef GOC_CHECK_H
#define GOC_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "ast.h"
#include "scope.h"
#include "token.h"
#include "type.h"

/* ---- check_expr.c: expressions.  Tokens are indices in unit.toks. ---- */

struct node *expr_ident(struct unit *u, uint32_t tok);
struct node *expr_number(struct unit *u, uint32_t tok);
struct node *expr_char(struct unit *u, uint32_t tok);
struct node *expr_string(struct unit *u, uint32_t first, uint32_t last);
struct node *expr_paren(struct unit *u, uint32_t lparen, struct node *e, uint32_t rparen);
struct node *expr_unary(struct unit *u, int op, uint32_t tok, struct node *e);
struct node *expr_label_address(struct unit *u, uint32_t tok, uint32_t name);
struct node *expr_postfix(struct unit *u, struct node *e, int op, uint32_t tok);
struct node *expr_binary(struct unit *u, struct node *a, int op, uint32_t tok, struct node *b);
struct node *expr_assign(struct unit *u, struct node *a, int op, uint32_t tok, struct node *b);
struct node *expr_cond(struct unit *u, struct node *c, struct node *a, struct node *b);
struct node *expr_comma(struct unit *u, struct node *a, struct node *b);
struct node *expr_cast(struct unit *u, uint32_t lparen, struct type *t, struct node *e);
struct node *expr_index(struct unit *u, struct node *a, struct node *i, uint32_t rbracket);
/* args: list by next, null if none.  Makes CLOSE, FREE, LEN, CAP of a call with
 * one argument of channel type; reports goc_after outside a receive later, see
 * expr_recv. */
struct node *expr_call(struct unit *u, struct node *f, struct node *args, uint32_t rparen);
struct node *expr_member(struct unit *u, struct node *a, int op, uint32_t name);
struct node *expr_compound_literal(struct unit *u, uint32_t lparen, struct type *t, struct node *init);
struct node *expr_init_list(struct unit *u, uint32_t lbrace, struct node *list, uint32_t rbrace);
struct node *expr_sizeof_type(struct unit *u, int op, uint32_t tok, struct type *t, uint32_t rparen);
struct node *expr_stmt(struct unit *u, uint32_t lparen, struct node *block, uint32_t rparen);
/* One association of _Generic; type null: default. */
struct generic_assoc { struct generic_assoc *next; struct type *type; struct node *e; };
struct node *expr_generic(struct unit *u, uint32_t tok, struct node *control, struct generic_assoc *list, uint32_t rparen);
/* Builtins with types among their operands: va_arg, offsetof,
 * types_compatible_p, choose_expr, convertvector, bit_cast, … */
struct node *expr_builtin(struct unit *u, uint32_t tok, struct type *t, struct type *t2, struct node *args, uint32_t rparen);

/* The condition of an if, a loop, a switch; nothing but sanity. */
void check_condition(struct unit *u, struct node *e);

/* constexpr.c: sets is_constant, value_unknown, value as the tree grows. */
void constexpr_fold(struct unit *u, struct node *e);

/* ---- check_conc.c: the rules of go, chan, select, <- ---- */

/* Whether a <- that follows left is a send: left has channel type.  The parser
 * asks when it has shifted the <-. */
bool check_is_channel(struct node *left);

struct node *expr_recv(struct unit *u, uint32_t arrow, struct node *chan);
struct node *expr_send(struct unit *u, struct node *chan, uint32_t arrow, struct node *value);
struct node *expr_make(struct unit *u, uint32_t tok, struct type *t, struct node *cap, uint32_t rparen);
/* chan<elem>; first and last are its tokens. */
struct type *check_chan_type(struct unit *u, struct type *elem, enum chan_dir dir, uint32_t first, uint32_t last);

/* An expression as a whole statement (or a for clause): v, ok = <-c becomes
 * RECV2; reports goc_after that is no receive's operand.  Returns the node to
 * keep. */
struct node *check_full_expr(struct unit *u, struct node *e);

/* x := e.  Declares the names, for in e an x is the outer one.  name2 0: one name. */
struct node *stmt_define(struct unit *u, uint32_t name1, uint32_t name2, uint32_t define_tok, struct node *e);

/* go f(x); paren: the call stood alone in parentheses. */
struct node *stmt_go_call(struct unit *u, uint32_t tok, struct node *e, uint32_t last);
/* go [&a, &b] { }: go_begin enters the block's func and returns it; names are
 * tokens. */
struct func *go_begin(struct unit *u);
void go_capture(struct unit *u, struct func *f, uint32_t amp, uint32_t name);
struct node *go_end(struct unit *u, struct func *f, uint32_t tok, struct node *block);

/* select: each case is a scope of its own, opened and closed by the parser. */
struct node *select_case(struct unit *u, uint32_t tok, struct node *comm, uint32_t colon, struct node *stmts, uint32_t last);
struct node *stmt_select(struct unit *u, uint32_t tok, uint32_t lbrace, struct node *cases, uint32_t rbrace);

/* for (v := range c) body: range_begin declares v in the scope the parser has
 * opened for the statement, range_end closes the node. */
struct node *range_begin(struct unit *u, uint32_t tok, uint32_t name, struct node *chan);
/* for (a, second := range c), which Go has for what is no channel: an error. */
void range_pair(struct unit *u, uint32_t second);
struct node *range_end(struct node *range, struct node *body);

struct node *defer_begin(struct unit *u, uint32_t tok);
struct node *defer_end(struct node *defer, struct node *stmt);

/* Called for every use of an ordinary identifier, tag or typedef name inside a
 * go block: notes captures, local types and statics. */
void check_use(struct unit *u, struct symbol *s, uint32_t tok);
/* lvalue is assigned, incremented or, address, its address taken as a pointer that
 * is not to const. */
void check_write(struct unit *u, struct node *lvalue, bool address);

/* A conversion as if by assignment: reports mixings of channels with something
 * else, and the address of a captured variable where a pointer to non-const is
 * wanted; for "send" also what C itself forbids or warns about.  from may be an
 * INIT_LIST (its members are checked one by one).  what: "initialise", "pass",
 * "return", "assign", "send". */
void check_assign(struct unit *u, struct type *to, struct node *from, const char *what, uint32_t at_first, uint32_t at_last);

/* The type of an object of type t with that initialiser: [] gets its length
 * (check_init.c). */
struct type *init_complete(struct unit *u, struct type *t, struct node *init);

/* At the end of a function body: jumps into and out of go blocks, deferred
 * statements and the scopes of defers; unresolved things. */
void check_jumps(struct unit *u, struct func *f, struct node *body);

/* ---- check_stmt.c ---- */

struct node *stmt_expr(struct unit *u, struct node *e, uint32_t semi); /* e may be null: then first = last = semi */
struct node *stmt_block(struct unit *u, uint32_t lbrace, struct node *list, uint32_t rbrace);
struct node *stmt_if(struct unit *u, uint32_t tok, struct node *c, struct node *a, struct node *b);
struct node *stmt_while(struct unit *u, uint32_t tok, struct node *c, struct node *body);
struct node *stmt_do(struct unit *u, uint32_t tok, struct node *body, struct node *c, uint32_t semi);
struct node *stmt_for(struct unit *u, uint32_t tok, struct node *init, struct node *c, struct node *step, struct node *body);
struct node *stmt_switch(struct unit *u, uint32_t tok, struct node *e, struct node *body);
struct node *stmt_case(struct unit *u, uint32_t tok, struct node *lo, struct node *hi, struct node *stmt, uint32_t colon);
struct node *stmt_default(struct unit *u, uint32_t tok, struct node *stmt, uint32_t colon);
struct node *stmt_label(struct unit *u, uint32_t name, struct node *stmt, uint32_t colon);
struct node *stmt_goto(struct unit *u, uint32_t tok, uint32_t name, struct node *computed, uint32_t semi);
struct node *stmt_jump(struct unit *u, enum node_kind kind, uint32_t tok, uint32_t semi); /* BREAK, CONTINUE */
struct node *stmt_return(struct unit *u, uint32_t tok, struct node *e, uint32_t semi);
void label_local(struct unit *u, uint32_t name); /* GNU __label__ */

/* ---- check_spec.c: specifiers and declarators ---- */

/* Declaration specifiers, collected by the grammar one by one. */
struct declspec
{
    uint32_t first, last;      /* tokens; last of the specifiers */
    struct type *type;         /* struct, enum, typedef name, typeof, chan, … */
    unsigned basic;            /* bits of the type specifier words, SPEC_… */
    uint8_t longs;             /* how many times long */
    uint8_t quals;
    uint8_t storage;           /* enum storage */
    bool thread_local_, auto_type;
    bool no_copy, packed, transparent_union;   /* from attributes */
    int64_t vector_size;       /* attribute vector_size(bytes), or 0 */
    const char *mode;          /* attribute mode(x) */
    int64_t aligned;
    struct ident *other_float; /* _Float64x, … */
};

enum spec_word
{
    SPEC_VOID = 1, SPEC_CHAR = 2, SPEC_SHORT = 4, SPEC_INT = 8, SPEC_SIGNED = 16,
    SPEC_UNSIGNED = 32, SPEC_FLOAT = 64, SPEC_DOUBLE = 128, SPEC_BOOL = 256,
    SPEC_COMPLEX = 512, SPEC_INT128 = 1024, SPEC_FLOAT128 = 2048, SPEC_FLOAT16 = 4096,
    SPEC_VA_LIST = 8192, SPEC_IMAGINARY = 16384, SPEC_OTHER_FLOAT = 32768,
};

/* A declarator, built from the inside out: int *a[3] is a, array 3, pointer. */
enum derive_kind { DERIVE_POINTER, DERIVE_ARRAY, DERIVE_FUNCTION };
struct derive
{
    struct derive *next;       /* the next one outwards */
    enum derive_kind kind;
    uint8_t quals;             /* pointer; array parameter's [const n] */
    bool star, static_;        /* [*], [static n] */
    struct node *length;       /* array; null for [] */
    struct param *params;      /* function */
    bool variadic, unprototyped;
    struct knr { struct knr *next; uint32_t token; } *names; /* K&R f(a, b) */
};
struct declarator
{
    bool abstract;             /* it names nothing */
    uint32_t name;             /* token */
    uint32_t first, last;
    struct derive *derives;    /* innermost first */
    struct derive **tail;
    struct node *bits;         /* bit-field width */
    struct declspec attrs;     /* what attributes behind it said */
};

/* The type the specifiers name. */
struct type *declspec_type(struct unit *u, struct declspec *ds);
/* The type of a declarator with these specifiers. */
struct type *declarator_type(struct unit *u, struct declspec *ds, struct declarator *d);
struct type *check_type_name(struct unit *u, struct declspec *ds, struct declarator *d);
/* Whether the type is to come from the initialiser: __auto_type, C23's auto. */
bool declspec_is_auto(struct unit *u, const struct declspec *ds);
/* t with GNU's attribute mode(name). */
struct type *type_with_mode(struct unit *u, struct type *t, const char *name);

/* ---- check_decl.c: declarations ---- */

/* Declares what the declarator names, unless its type is to come from the
 * initialiser; called before that is read.  Returns a DECLARATOR node with the
 * symbol. */
struct node *decl_declare(struct unit *u, struct declspec *ds, struct declarator *d);
/* The initialiser, if any: completes [], declares by __auto_type; checks channels. */
void decl_initialise(struct unit *u, const struct declspec *ds, struct node *declarator, struct node *init);
struct node *decl_finish(struct unit *u, struct declspec *ds, struct node *declarators, uint32_t semi);

/* Parameters: param_declare makes one and declares it in the prototype's scope. */
struct param *param_declare(struct unit *u, struct declspec *ds, struct declarator *d);

/* Function definitions: begin, called once K&R declarations are read, declares the
 * function and its parameters in the scope the parser opened; enters its func. */
struct func *function_begin(struct unit *u, struct declspec *ds, struct declarator *d);
struct node *function_end(struct unit *u, struct func *f, struct declspec *ds, struct node *body);

/* ---- check_tag.c: records and enumerations ---- */

/* Records: tag_reference for struct x; tag_begin at the {; tag_end at the }. */
struct type *tag_reference(struct unit *u, enum type_kind kind, uint32_t keyword, uint32_t name, bool alone);
struct type *tag_begin(struct unit *u, enum type_kind kind, uint32_t keyword, uint32_t name);
void tag_member(struct unit *u, struct type *record, struct declspec *ds, struct declarator *d); /* d null: anonymous */
void tag_end(struct unit *u, struct type *record, uint32_t first, uint32_t last, struct declspec *attrs);
void enum_constant(struct unit *u, struct type *enumeration, uint32_t name, struct node *value);
/* The type of an enumeration constant as an expression. */
struct type *enum_constant_type(struct unit *u, const struct symbol *s);
void enum_underlying(struct type *enumeration, struct type *base);

/* check_pack.c: what #pragma pack says at a token, see struct tag.  Asked in
 * source order. */
int pack_at(struct unit *u, uint32_t tok);

#endif
