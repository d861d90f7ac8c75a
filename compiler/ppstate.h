/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ppstate.h: the preprocessor's state, shared by pp.c, directive.c, define.c,
 * macro.c and ppexpr.c only. */
#ifndef GOC_PPSTATE_H
#define GOC_PPSTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "macro.h"
#include "token.h"
#include "vec.h"

enum
{
    MAX_INCLUDE_DEPTH = 200,
    MAX_NESTING = 2500,        /* of macro arguments */
    MAX_IF_NESTING = 1000,     /* of parentheses in #if */
    MAX_TOKENS = 50000000,     /* in a unit */
    MAX_LINE = 1 << 30,        /* that #line can set */
    MAX_MACRO_TOKENS = 20000000, /* made by one outermost invocation */
};

/* Tokens on their way; recycled, for they come and go by the thousand. */
struct tokbuf
{
    struct token *v;
    size_t n, cap;
    struct tokbuf *next;
};

/* Tokens to be read before the text goes on. */
struct context
{
    const struct token *next, *end;
    struct macro *macro; /* enabled again when the context ends; may be null */
    struct tokbuf *buf;  /* given back then; may be null */
    bool floor;          /* an argument expanded on its own: reading ends here */
};

/* An argument: parts of args.raw and args.done. */
struct arg
{
    size_t start, n;
    size_t done_start, done_n; /* fully expanded, */
    bool done;                 /* if some parameter has needed that */
};

struct cond
{
    loc_t loc;         /* of the #if */
    const char *name;  /* "if", "ifdef", "ifndef" */
    bool taken;        /* a group has been read */
    bool seen_else;
};

enum guard_state { GUARD_START, GUARD_INSIDE, GUARD_AFTER, GUARD_NONE };

/* The files that a preprocessed text's line markers are in. */
struct name_stack
{
    const char *name; /* null: the source's own */
    struct name_stack *outer;
};

/* A file being read. */
struct input
{
    struct lexer lx;
    struct source *source;
    size_t conds;            /* open conditionals outside this file */
    enum guard_state state;  /* is there one conditional around all of it? */
    struct ident *guard;
    struct name_stack *entered;
    size_t mark_toks, mark_exps; /* unit.toks.n, expansions.n when the state was
                                    entered: no token may come since */
};

struct saved_macro
{
    struct ident *id;
    struct macro *macro;
    struct saved_macro *next;
};

struct assertion
{
    const char *text; /* "machine(x86_64)" */
    struct assertion *next;
};

struct pp
{
    struct unit *u;
    struct input *in;              /* the innermost input */
    unsigned depth, bottom;        /* inputs open; those below bottom stay open */
    struct input inputs[MAX_INCLUDE_DEPTH + 4];
    VEC(struct context) contexts;  /* the last is read first */
    VEC(struct arg) args;          /* of the invocations in progress */
    VEC(struct cond) conds;
    VEC(uint32_t) changes;         /* unit.toks.n at each #define and #undef */
    struct tokbuf *free_bufs;
    struct saved_macro *saved;     /* push_macro's */
    struct assertion *assertions;
    struct ident *defined, *va_args, *va_opt, *has_include, *has_include_next;

    uint32_t exp;                  /* the outermost expansion, 0 in directives */
    unsigned no_expand;            /* names are read, not expanded */
    bool collecting;               /* arguments: stay in this file */
    bool in_directive;
    bool in_arguments;             /* and that directive among macro arguments */
    bool stopped;                  /* by a fatal error */
    bool options_changed;          /* by #pragma GCC optimize, target, ... */
    unsigned nesting;
    unsigned counter;              /* __COUNTER__ */
    size_t made;                   /* tokens made by the outermost expansion */
};

/* ---- pp.c ---- */

/* The next token after macro expansion, TOK_PLACEMARKERs among them. */
void pp_next(struct pp *pp, struct token *t);

/* Likewise, without the TOK_PLACEMARKERs: a space they stand for is in t's flags. */
void pp_next_token(struct pp *pp, struct token *t);

/* Ends the preprocessing: after this there are only TOK_EOFs. */
void pp_stop(struct pp *pp);

/* Starts to read a source. */
void pp_input_push(struct pp *pp, struct source *s);

/* True if no token has come since the innermost input's state changed. */
bool pp_no_token_since(struct pp *pp);

/* Notes a #define, #undef or pop_macro: see pp_macros_changed. */
void pp_note_change(struct pp *pp);

/* Notes that a macro name was asked for or expanded. */
void pp_note_use(struct pp *pp, struct ident *id);

/* ---- directive.c ---- */

void directive_init(struct unit *u);

/* The # of a directive is read: obeys it.  True if it yields a token, in *hash. */
bool directive_obey(struct pp *pp, struct token *hash);

/* After the predefined macros. */
void directive_predefine_assertions(struct pp *pp);

/* t is the word _Pragma: reads its operand and makes it a TOK_PRAGMA. */
void directive_pragma_operator(struct pp *pp, struct token *t);

/* The text of GNU's #assert, machine(x86_64), without the spaces that do not
 * count. */
const char *directive_assertion_text(struct pp *pp, const char *text);

/* ---- define.c ---- */

/* Reads a macro definition, from the name to the end of the line. */
void macro_define(struct pp *pp);

/* ---- macro.c ---- */

/* t names a macro.  Pushes its expansion and makes t a TOK_PLACEMARKER; false,
 * t untouched, if it is function-like and no ( follows. */
bool macro_expand(struct pp *pp, struct token *t);

/* t, read from the text, is the end of an outermost invocation so far. */
void macro_extend(struct pp *pp, const struct token *t);

void macro_context_pop(struct pp *pp);
void macro_define_dynamic(struct pp *pp);
void macro_free(struct pp *pp);

/* ---- ppexpr.c ---- */

/* The value of a conditional's expression, read to the end of the line. */
bool ppexpr_true(struct pp *pp, struct token *directive);

/* t names __has_include, __has_attribute, ...: reads its operand. */
long ppexpr_has(struct pp *pp, const struct token *t);

#endif
