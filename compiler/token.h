/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* token.h: preprocessing tokens, identifiers, and how they are spelled. */
#ifndef GOC_TOKEN_H
#define GOC_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "source.h"

struct macro;
struct symbol;
struct unit;

/* Punctuators have a kind each, named after the characters; digraphs have the
 * kind of what they stand for (the spelling stays). */
#define TOKEN_PUNCTUATORS(X)                                                   \
    X(LPAREN, "(") X(RPAREN, ")") X(LBRACKET, "[") X(RBRACKET, "]")            \
    X(LBRACE, "{") X(RBRACE, "}") X(SEMI, ";") X(COMMA, ",")                   \
    X(DOT, ".") X(ARROW, "->") X(ELLIPSIS, "...")                              \
    X(INC, "++") X(DEC, "--") X(AMP, "&") X(STAR, "*") X(PLUS, "+")            \
    X(MINUS, "-") X(TILDE, "~") X(NOT, "!") X(SLASH, "/") X(PERCENT, "%")      \
    X(SHL, "<<") X(SHR, ">>") X(LT, "<") X(GT, ">") X(LE, "<=") X(GE, ">=")    \
    X(EQEQ, "==") X(NE, "!=") X(CARET, "^") X(PIPE, "|") X(ANDAND, "&&")       \
    X(OROR, "||") X(QUESTION, "?") X(COLON, ":") X(COLONCOLON, "::")           \
    X(ASSIGN, "=") X(MUL_ASSIGN, "*=") X(DIV_ASSIGN, "/=")                     \
    X(MOD_ASSIGN, "%=") X(ADD_ASSIGN, "+=") X(SUB_ASSIGN, "-=")                \
    X(SHL_ASSIGN, "<<=") X(SHR_ASSIGN, ">>=") X(AND_ASSIGN, "&=")              \
    X(XOR_ASSIGN, "^=") X(OR_ASSIGN, "|=") X(HASH, "#") X(HASHHASH, "##")      \
    X(LARROW, "<-") X(DEFINE, ":=")

enum token_kind
{
    TOK_EOF,
    TOK_IDENT,  /* keywords included: the parser tells them apart */
    TOK_NUMBER, /* a preprocessing number */
    TOK_CHAR,   /* with its prefix, if any */
    TOK_STRING, /* likewise */
    TOK_HEADER, /* <...> after #include; only inside pp */
    TOK_OTHER,  /* a character that is no token: stray @, \ or quote */
    TOK_NEWLINE,/* the end of a directive's line; only inside pp */
    TOK_PRAGMA, /* a #pragma or _Pragma that the compiler is to see; text holds
                   what follows the word pragma.  The parser skips it. */
    TOK_PLACEMARKER, /* only inside pp: white space between macro results */
    TOK_PARAM,  /* only in macro bodies: a parameter, spare its number */
    TOK_STRINGIFY, /* likewise: # and a parameter */
    TOK_VA_OPT, /* likewise: __VA_OPT__, len tokens behind it are its group */
#define X(name, text) TOK_##name,
    TOKEN_PUNCTUATORS(X)
#undef X
    TOK_KINDS
};

enum token_flag
{
    TF_SPACE = 1,    /* white space or a comment stands before it */
    TF_BOL = 2,      /* first on its line */
    TF_NOEXPAND = 4, /* C11 6.10.3.4p2: painted, never expanded again */
    TF_TEXT = 8,     /* spelled in text, not at loc: pasted, stringised, made */
    TF_AVOID_PASTE = 16, /* in an expansion: needs a space before it so as not
                            to join the token before */
    TF_SPLICED = 32, /* has a backslash-newline within: spelling drops it */
    TF_MACRO_ARG = 64,   /* came out of an expansion but was spelled as an
                            argument of the outermost invocation */
    TF_PASTE = 128, /* only in macro bodies: ## stands behind it */
};

struct token
{
    loc_t loc;      /* where it was spelled; for TF_TEXT the macro's place */
    uint32_t exp;   /* 0, or the number of the outermost expansion it came out
                       of: unit.expansions.v[exp] */
    uint32_t len;   /* bytes in the source, splices included; of text */
    uint8_t kind;   /* enum token_kind */
    uint8_t flags;  /* enum token_flag */
    uint16_t spare;       /* TOK_IDENT: 1 if the source spells it otherwise than
                             id->name, with a UCN or splices.  Literals with
                             TF_TEXT: 1 + the number of the dynamic macro
                             (__LINE__, ...) that made it */
    union
    {
        struct ident *id; /* TOK_IDENT */
        const char *text; /* all others: the spelling, len bytes; with
                             TF_SPLICED call token_text, it knows the length */
    };
};

/* One outermost macro invocation. */
struct expansion
{
    loc_t start, end;     /* its bytes in the file, the closing ) included */
    uint32_t first, last; /* its tokens in unit.toks: [first, last), may be none */
    struct macro *macro;
    bool counts;          /* __COUNTER__ was expanded for it */
};

/* The words that are goc's in the right context. */
enum goc_word
{
    WORD_NONE, WORD_GO, WORD_CHAN, WORD_SELECT, WORD_MAKE, WORD_RANGE,
    WORD_DEFER, WORD_CLOSE, WORD_LEN, WORD_CAP, WORD_FREE, WORD_AFTER,
};

/* An interned identifier: compare by pointer.  What it means now hangs on it,
 * so that every look-up is one load. */
struct ident
{
    const char *name; /* NUL-terminated */
    uint32_t len, hash;
    struct ident *next;     /* in the hash chain */
    struct macro *macro;    /* null: not a macro */
    struct symbol *symbol;  /* innermost ordinary identifier, or null */
    struct symbol *tag;     /* innermost struct, union or enum tag, or null */
    struct symbol *label;   /* label of the function being parsed, or null */
    uint16_t keyword;       /* the parser's token for a keyword in the dialect in
                               force, or 0 */
    uint8_t directive;      /* pp's number of a directive's name, or 0 */
    uint8_t word;           /* enum goc_word */
    uint8_t builtin;        /* parser/check's number for a builtin, or 0 */
    uint8_t pp_flags;       /* pp's own, enum ident_pp_flag */
    bool lost;              /* it stands in a declaration with a syntax error, which
                               may be why it is not known */
    uint16_t param;         /* pp's own: 1 + the number of a parameter of the
                               macro being defined */
};

enum ident_pp_flag
{
    IDENT_WORD = 1,      /* word is one that may begin a new construct */
    IDENT_GOC_MACRO = 2, /* __GOC__: uses are noted in unit.goc_macro_used */
    IDENT_ERRNO = 4,     /* errno: uses are noted in unit.errno_used */
    IDENT_PRAGMA = 8,    /* _Pragma */
};

/* The identifier of that name; n bytes at s. */
struct ident *ident_get(struct unit *u, const char *s, size_t n);
struct ident *ident_of(struct unit *u, const char *name);

/* A token's spelling, without splices.  n may be null. */
const char *token_text(struct unit *u, const struct token *t, uint32_t *n);

/* The spelling for C output: of a literal that __DATE__, __LINE__, ... expanded
 * to, the macro's name (__COUNTER__ only if unit.counter_asked); of all others
 * token_text. */
const char *token_output_text(struct unit *u, const struct token *t, uint32_t *n);

/* The name of the dynamic macro that made the token, or null. */
const char *token_dynamic_name(const struct token *t);

/* True if b, written right behind a, would be read as something else. */
bool token_would_paste(struct unit *u, const struct token *a, const struct token *b);

/* "'while'", or "end of file": for messages. */
const char *token_kind_name(enum token_kind kind);

/* --dump=tokens: the raw tokens of the main file, a line each:
 * line:column kind flags spelling. */
void token_dump(struct unit *u, struct source *s);

/* ---- the raw lexer, grammar/lexer.re ---- */

struct lexer
{
    struct unit *unit;
    struct source *source;   /* null for text that is in no file */
    const char *text;        /* the first byte, of place base */
    const char *cursor;      /* the next byte */
    const char *limit;       /* the NUL behind the last */
    loc_t base;
    bool bol;                /* nothing but white space since the newline */
    bool in_directive;       /* newlines are tokens */
    bool quiet;              /* report nothing */
    bool trigraphs;          /* the file has some, and the dialect too */
    bool clean;              /* without splices and trigraphs */
    bool warned_comment;     /* told of // under -std=c89 */
    uint16_t dialect;        /* enum lexer_dialect */
};

enum lexer_dialect
{
    LEX_RAW_STRINGS = 1,   /* R"x(...)x" */
    LEX_U_STRINGS = 2,     /* u8"" u"" U"" u'' U'' */
    LEX_U8_CHARS = 4,      /* u8'' */
    LEX_HEX_FLOATS = 8,    /* p exponents in numbers */
    LEX_DIGRAPHS = 16,
    LEX_SEPARATORS = 32,   /* 1'000 */
    LEX_C89_COMMENTS = 64, /* // is no comment in directives, and an error */
    LEX_TRIGRAPHS = 128,
    LEX_WIDE_IDENTS = 256, /* UTF-8 and UCNs in identifiers */
};

/* Sets lx to the start of a source. */
void lexer_init(struct lexer *lx, struct unit *u, struct source *s);

/* Reads one token.  Past the end: TOK_EOF, for ever.  With in_directive, a
 * TOK_NEWLINE at each newline, which is not passed. */
void lex(struct lexer *lx, struct token *t);

/* The same for n bytes of text without splices, which need not be in a file; 16
 * NUL bytes must follow. */
void lexer_init_text(struct lexer *lx, struct unit *u, const char *text, size_t n);

/* From the start of a line, passes lines until one that starts with #, and stops
 * at its #; or at the end of the file. */
void lex_skip_group(struct lexer *lx);

/* Passes the rest of the line; stops at the newline. */
void lex_skip_line(struct lexer *lx);

/* After #include and the like: reads <...> or "..." as one TOK_HEADER, text with
 * its delimiters; false, nothing read, if neither follows on this line. */
bool lex_header_name(struct lexer *lx, struct token *t);

/* If p is at a backslash-newline: what is behind it, else null. */
const char *lex_splice(const struct lexer *lx, const char *p);

/* ---- token.c, for unit.c and the lexer ---- */

void idents_init(struct unit *u);
void idents_free(struct unit *u);

/* text without splices and trigraphs, as a literal's text with TF_SPLICED. */
const char *token_keep_text(struct unit *u, const char *s, uint32_t n);

#endif
