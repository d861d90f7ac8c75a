/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ast.h: the tree.
 *
 * A node has a kind, its first and last token (both included, indices into
 * unit.toks, parentheses around an expression are a node of their own), a type
 * if it is an expression, and up to four children.  What the children are
 * stands at each kind.  Lists are linked by next.
 *
 * The tree is typed as it is built: C's grammar depends on what names declare,
 * and goc's on types (a <- b), so the actions of grammar/parser.y call the
 * functions of check.h, which make nodes that have their type.
 */
#ifndef GOC_AST_H
#define GOC_AST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct unit;
struct type;
struct symbol;
struct func;
struct member;
struct ident;

#define NODE_KINDS(X)                                                          \
    /* Expressions: type is set, never null. */                                \
    X(ERROR)     /* poisoned: type unknown */                                  \
    X(IDENT)     /* symbol, or null if not declared; ident */                  \
    X(NUMBER)    /* value if it is an integer */                               \
    X(CHAR)      /* value */                                                   \
    X(STRING)    /* adjacent literals; value: bytes with the NUL */            \
    X(PAREN)     /* a */                                                       \
    X(UNARY)     /* op a: & * + - ~ ! (TOK_…), ++ -- prefix; also              \
                    && label address with ident, sizeof/alignof of an          \
                    expression, __real__, __imag__, __extension__: op OP_… */  \
    X(POSTFIX)   /* a op: ++ -- */                                             \
    X(BINARY)    /* a op b: arithmetic, comparison, logical; op TOK_….  For    \
                    a <- b in C's meaning op is TOK_LT and b the negation */   \
    X(ASSIGN)    /* a op b: TOK_ASSIGN, TOK_ADD_ASSIGN, … */                   \
    X(COND)      /* a ? b : c; b null for GNU's a ?: c */                      \
    X(COMMA)     /* a, b */                                                    \
    X(CAST)      /* (type_arg) a */                                            \
    X(INDEX)     /* a[b] */                                                    \
    X(CALL)      /* a(list) */                                                 \
    X(MEMBER)    /* a.ident or a->ident (op TOK_DOT, TOK_ARROW); member, or    \
                    null if unknown */                                         \
    X(COMPOUND_LITERAL) /* (type_arg) a, a an INIT_LIST */                     \
    X(INIT_LIST) /* { list }; the initialisers without their designators;      \
                    type is the object's, or unknown */                        \
    X(SIZEOF_TYPE) /* sizeof, _Alignof (op OP_…) of type_arg */                \
    X(GENERIC)   /* a chosen expression; list: all of them; b controls;        \
                    type_arg a type of the list that mentions a channel */     \
    X(STMT_EXPR) /* GNU ({ … }): a is the BLOCK */                             \
    X(BUILTIN)   /* __builtin_ that takes types or is otherwise special:       \
                    list are its expression operands, type_arg a type */       \
    X(RECV)      /* <-a; type is the element type */                           \
    X(SEND)      /* a <- b; op_token is the <- */                              \
    X(MAKE)      /* make(type_arg, a); a may be null */                        \
    X(CLOSE) X(FREE) X(LEN) X(CAP)       /* of channel a */                    \
    /* Statements. */                                                          \
    X(EXPR_STMT) /* a; null: an empty statement */                             \
    X(RECV2)     /* v, ok = <-c as a whole statement (or a clause of for, or a \
                    select case): a the v (null for _), b the ok (null for _), \
                    c the RECV.  An expression for the clauses' sake */        \
    X(DEFINE)    /* x := c, or a, b := c (c a RECV): symbol and symbol2; null  \
                    for _; flag is_new / is_new2: declared here, else assigned;\
                    a, b: the IDENT nodes of those not new.  name tokens       \
                    token1, token2 (0: none) */                                \
    X(BLOCK)     /* { list }; the braces are first and last */                 \
    X(IF)        /* if (a) b else c */                                         \
    X(WHILE) X(DO)  /* while (a) b;  do b while (a); */                        \
    X(FOR)       /* for (a; b; c) d; a may be a declaration */                 \
    X(RANGE)     /* for (symbol := range a) d; symbol null without a variable; \
                    token1 the name or 0 */                                    \
    X(SWITCH)    /* switch (a) b */                                            \
    X(CASE)      /* case a ... b: c; c the labelled statement or null */       \
    X(DEFAULT)   /* default: c */                                              \
    X(LABEL)     /* ident: c; symbol */                                        \
    X(GOTO)      /* goto ident (symbol); or goto *a */                         \
    X(BREAK) X(CONTINUE)                                                       \
    X(RETURN)    /* return a */                                                \
    X(ASM)       /* list: the operands, and a GOTO for each label */           \
    X(GO_CALL)   /* go a, a the CALL */                                        \
    X(GO_BLOCK)  /* go [captures] a; func */                                   \
    X(SELECT)    /* list of SELECT_CASE; the braces: token1, last */           \
    X(SELECT_CASE) /* comm in a: SEND, RECV (or PAREN of it) as an expression, \
                    ASSIGN v = <-c, RECV2, DEFINE, or a DECL with one RECV     \
                    initialiser; null: default.  list: the statements; token1  \
                    is the colon */                                            \
    X(DEFER)     /* defer a */                                                 \
    /* Declarations. */                                                        \
    X(DECL)      /* list of DECLARATORs */                                     \
    X(DECLARATOR)/* symbol; a the initialiser or null; type */                 \
    X(FUNCTION)  /* symbol, func, a the BLOCK; token1 the token before which   \
                    the body's { stands */                                     \
    X(STATIC_ASSERT) X(TOP_ASM) X(EMPTY_DECL)

enum node_kind
{
#define X(name) NODE_##name,
    NODE_KINDS(X)
#undef X
    NODE_KIND_COUNT
};

/* Values of node.op beyond enum token_kind. */
enum node_op
{
    OP_SIZEOF = 200, OP_ALIGNOF, OP_REAL, OP_IMAG, OP_EXTENSION, OP_LABEL_ADDRESS,
};

struct node
{
    uint8_t kind;        /* enum node_kind */
    uint8_t op;          /* enum token_kind or enum node_op */
    bool is_lvalue : 1;
    bool is_bitfield : 1;
    bool is_constant : 1;/* an integer constant expression; value holds it */
    bool is_new : 1, is_new2 : 1;
    bool pure : 1;       /* evaluating it has no side effect and calls nothing */
    bool value_unknown : 1; /* constant, but goc cannot tell the value */
    bool has_break : 1;  /* of a loop, switch or select: a break leaves it; known in
                            functions that hold a go block or a defer */
    uint32_t first, last;/* tokens */
    uint32_t op_token;   /* of the operator, where it has one */
    uint32_t token1, token2;
    struct type *type;
    struct node *next;
    struct node *a, *b, *c, *d;
    struct node *list;
    struct type *type_arg;
    union { struct symbol *symbol; struct member *member; };
    struct symbol *symbol2;
    struct ident *ident;
    struct func *func;
    int64_t value;
};

struct node *node_new(struct unit *u, enum node_kind kind, uint32_t first, uint32_t last);

/* The expression within parentheses and __extension__. */
struct node *node_strip(struct node *n);

/* --dump=ast: the tree, indented; with types, --dump=types:
 *     SEND 'void' <12:5-12:16>
 */
void ast_dump(struct unit *u, struct node *list, bool types, FILE *out);

#endif
