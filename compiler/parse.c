/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parse.c: the token supply of the grammar, and its small helpers.
 *
 * Everything that C's grammar needs to know about names is decided here, when
 * the parser asks for the next token, and nowhere else:
 *
 *   - a keyword of the dialect, by ident.keyword;
 *   - a typedef name, if the innermost ordinary identifier of that name is one;
 *     behind . -> goto struct union enum, and before the colon of a label, a name
 *     is only a name;
 *   - one of goc's words, if no ordinary identifier of that name is in scope and
 *     the tokens that follow agree (LANGUAGE.md, chapter 2);
 *   - a name that := declares.
 *
 * The grammar declares a name before the parser needs the token behind it (a
 * declarator is reduced on seeing = , ; or a bracket, none of which is a name),
 * so the scope is always that of the place.
 *
 * After a syntax error the supply skips to a safe place and hands out SYNC, for
 * which the grammar has one rule in blocks and one at file scope.  If what was
 * skipped holds nothing of goc's, no error is reported: it is plain C, which the
 * host compiler judges (unit.plain_trouble).
 */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

#include "parser_state.h"
#include "pp.h"

#include "parser.h" /* generated */

int goc_yylex(GOC_YYSTYPE *lval, struct unit *u);

/* ---- Keywords ---- */

enum dialect_flag
{
    KW_ALL = 0,
    KW_C99 = 1,    /* from C99, or any GNU dialect with the flag below */
    KW_GNU = 2,    /* only in GNU dialects */
    KW_ASM = 4,    /* unless -fno-asm */
    KW_C23 = 8,    /* from C23 */
};

struct keyword
{
    const char *name;
    uint16_t token;
    uint8_t sub;
    uint8_t when;
};

/* sub of BASIC: the number of the SPEC_ bit; 17 is long. */
enum { B_VOID, B_CHAR, B_SHORT, B_INT, B_SIGNED, B_UNSIGNED, B_FLOAT, B_DOUBLE,
       B_BOOL, B_COMPLEX, B_INT128, B_FLOAT128, B_FLOAT16, B_VA_LIST, B_IMAGINARY,
       B_OTHER_FLOAT, B_LONG = 17 };
/* sub of FSPEC. */
enum { F_INLINE, F_NORETURN, F_THREAD, F_CONSTEXPR };

static const struct keyword keywords[] = {
    { "void", T_BASIC, B_VOID, 0 },
    { "char", T_BASIC, B_CHAR, 0 },
    { "short", T_BASIC, B_SHORT, 0 },
    { "int", T_BASIC, B_INT, 0 },
    { "long", T_BASIC, B_LONG, 0 },
    { "float", T_BASIC, B_FLOAT, 0 },
    { "double", T_BASIC, B_DOUBLE, 0 },
    { "signed", T_BASIC, B_SIGNED, 0 },
    { "__signed", T_BASIC, B_SIGNED, 0 },
    { "__signed__", T_BASIC, B_SIGNED, 0 },
    { "unsigned", T_BASIC, B_UNSIGNED, 0 },
    { "_Bool", T_BASIC, B_BOOL, 0 },
    { "_Complex", T_BASIC, B_COMPLEX, 0 },
    { "__complex", T_BASIC, B_COMPLEX, 0 },
    { "__complex__", T_BASIC, B_COMPLEX, 0 },
    { "_Imaginary", T_BASIC, B_IMAGINARY, 0 },
    { "__int128", T_BASIC, B_INT128, 0 },
    { "_Float16", T_BASIC, B_FLOAT16, 0 },
    { "__float128", T_BASIC, B_FLOAT128, 0 },
    { "_Float128", T_BASIC, B_FLOAT128, 0 },
    { "__float80", T_BASIC, B_OTHER_FLOAT, 0 },
    { "__fp16", T_BASIC, B_OTHER_FLOAT, 0 },
    { "__bf16", T_BASIC, B_OTHER_FLOAT, 0 },
    { "__ibm128", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Float32", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Float64", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Float32x", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Float64x", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Decimal32", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Decimal64", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Decimal128", T_BASIC, B_OTHER_FLOAT, 0 },
    { "_Sat", T_FSPEC, F_INLINE, 0 },
    { "_BitInt", T_BITINT, 0, 0 },
    { "_ExtInt", T_BITINT, 0, 0 },
    { "const", T_QUAL, Q_CONST, 0 },
    { "__const", T_QUAL, Q_CONST, 0 },
    { "__const__", T_QUAL, Q_CONST, 0 },
    { "volatile", T_QUAL, Q_VOLATILE, 0 },
    { "__volatile", T_QUAL, Q_VOLATILE, 0 },
    { "__volatile__", T_QUAL, Q_VOLATILE, 0 },
    { "restrict", T_QUAL, Q_RESTRICT, KW_C99 },
    { "__restrict", T_QUAL, Q_RESTRICT, 0 },
    { "__restrict__", T_QUAL, Q_RESTRICT, 0 },
    { "_Atomic", T_QUAL, Q_ATOMIC, 0 },
    { "_Nonnull", T_QUAL, 0, 0 },
    { "_Nullable", T_QUAL, 0, 0 },
    { "_Null_unspecified", T_QUAL, 0, 0 },
    { "__seg_fs", T_QUAL, 0, 0 },
    { "__seg_gs", T_QUAL, 0, 0 },
    { "typedef", T_STORAGE, ST_TYPEDEF, 0 },
    { "extern", T_STORAGE, ST_EXTERN, 0 },
    { "static", T_STORAGE, ST_STATIC, 0 },
    { "auto", T_STORAGE, ST_AUTO, 0 },
    { "register", T_STORAGE, ST_REGISTER, 0 },
    { "inline", T_FSPEC, F_INLINE, KW_C99 | KW_GNU },
    { "__inline", T_FSPEC, F_INLINE, 0 },
    { "__inline__", T_FSPEC, F_INLINE, 0 },
    { "_Noreturn", T_FSPEC, F_NORETURN, 0 },
    { "__thread", T_FSPEC, F_THREAD, 0 },
    { "_Thread_local", T_FSPEC, F_THREAD, 0 },
    { "_Alignas", T_ALIGNAS, 0, 0 },
    { "__auto_type", T_AUTO_TYPE, 0, 0 },
    { "typeof", T_TYPEOF, 0, KW_GNU | KW_ASM },
    { "__typeof", T_TYPEOF, 0, 0 },
    { "__typeof__", T_TYPEOF, 0, 0 },
    { "struct", T_RECORD, TY_STRUCT, 0 },
    { "union", T_RECORD, TY_UNION, 0 },
    { "enum", T_ENUM, 0, 0 },
    { "sizeof", T_SIZEOF, 0, 0 },
    { "_Alignof", T_SIZEOF, 1, 0 },
    { "__alignof", T_SIZEOF, 1, 0 },
    { "__alignof__", T_SIZEOF, 1, 0 },
    { "__real", T_REALIMAG, 2, 0 },
    { "__real__", T_REALIMAG, 2, 0 },
    { "__imag", T_REALIMAG, 3, 0 },
    { "__imag__", T_REALIMAG, 3, 0 },
    { "_Generic", T_GENERIC, 0, 0 },
    { "__builtin_va_arg", T_VA_ARG, 0, 0 },
    { "__builtin_offsetof", T_OFFSETOF, 0, 0 },
    { "__builtin_types_compatible_p", T_TYPES_COMPATIBLE, 0, 0 },
    { "__builtin_convertvector", T_CONVERTVECTOR, 0, 0 },
    { "__builtin_bit_cast", T_BIT_CAST, 0, 0 },
    { "__builtin_has_attribute", T_OPAQUE, 0, 0 },
    { "__builtin_available", T_OPAQUE, 0, 0 },
    { "if", T_IF, 0, 0 },
    { "else", T_ELSE, 0, 0 },
    { "while", T_WHILE, 0, 0 },
    { "do", T_DO, 0, 0 },
    { "for", T_FOR, 0, 0 },
    { "switch", T_SWITCH, 0, 0 },
    { "case", T_CASE, 0, 0 },
    { "default", T_DEFAULT, 0, 0 },
    { "break", T_BREAK, 0, 0 },
    { "continue", T_CONTINUE, 0, 0 },
    { "return", T_RETURN, 0, 0 },
    { "goto", T_GOTO, 0, 0 },
    { "asm", T_ASM, 0, KW_GNU | KW_ASM },
    { "__asm", T_ASM, 0, 0 },
    { "__asm__", T_ASM, 0, 0 },
    { "_Static_assert", T_STATIC_ASSERT, 0, 0 },
    { "__label__", T_LOCAL_LABEL, 0, 0 },
};

/* Kinds that never reach the grammar. */
enum { KEY_ATTRIBUTE = 0xff00, KEY_EXTENSION };

static void keywords_init(struct unit *u)
{
    const struct unit_options *o = u->opt;

    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        const struct keyword *k = &keywords[i];
        if ((k->when & KW_ASM) && o->no_asm)
            continue;
        bool c99 = (k->when & KW_C99) && o->std >= STD_C99;
        bool gnu = (k->when & KW_GNU) && o->gnu;
        if ((k->when & (KW_C99 | KW_GNU)) && !c99 && !gnu)
            continue;
        struct ident *id = ident_of(u, k->name);
        id->keyword = k->token;
        id->builtin = (uint8_t)i;
    }
    ident_of(u, "__attribute__")->keyword = KEY_ATTRIBUTE;
    ident_of(u, "__attribute")->keyword = KEY_ATTRIBUTE;
    ident_of(u, "__declspec")->keyword = u->opt->ms_extensions ? KEY_ATTRIBUTE : 0;
    ident_of(u, "__extension__")->keyword = KEY_EXTENSION;
}

static const struct keyword *keyword_at(struct unit *u, uint32_t tok)
{
    return &keywords[u->toks.v[tok].id->builtin];
}

int keyword_sub(struct unit *u, uint32_t tok)
{
    const struct keyword *k = keyword_at(u, tok);
    static const int ops[] = { OP_SIZEOF, OP_ALIGNOF, OP_REAL, OP_IMAG };

    if (k->token == T_SIZEOF || k->token == T_REALIMAG)
        return ops[k->sub];
    return k->sub;
}

/* Types that the compiler declares. */
static void predeclare(struct unit *u, const char *name, enum type_kind kind)
{
    bool old;
    struct symbol *s = scope_declare(u, ident_of(u, name), SYM_TYPEDEF, &old);

    s->type = type_basic(u, kind);
    s->builtin = true;
}

/* ---- Tokens ---- */

static const uint16_t punctuator[TOK_KINDS] = {
    [TOK_LPAREN] = T_LPAREN, [TOK_RPAREN] = T_RPAREN,
    [TOK_LBRACKET] = T_LBRACKET, [TOK_RBRACKET] = T_RBRACKET,
    [TOK_LBRACE] = T_LBRACE, [TOK_RBRACE] = T_RBRACE, [TOK_SEMI] = T_SEMI,
    [TOK_COMMA] = T_COMMA, [TOK_DOT] = T_DOT, [TOK_ARROW] = T_ARROW,
    [TOK_ELLIPSIS] = T_ELLIPSIS, [TOK_INC] = T_INC, [TOK_DEC] = T_DEC,
    [TOK_AMP] = T_AMP, [TOK_STAR] = T_STAR, [TOK_PLUS] = T_PLUS,
    [TOK_MINUS] = T_MINUS, [TOK_TILDE] = T_TILDE, [TOK_NOT] = T_NOT,
    [TOK_SLASH] = T_SLASH, [TOK_PERCENT] = T_PERCENT, [TOK_SHL] = T_SHL,
    [TOK_SHR] = T_SHR, [TOK_LT] = T_LT, [TOK_GT] = T_GT, [TOK_LE] = T_LE,
    [TOK_GE] = T_GE, [TOK_EQEQ] = T_EQEQ, [TOK_NE] = T_NE,
    [TOK_CARET] = T_CARET, [TOK_PIPE] = T_PIPE, [TOK_ANDAND] = T_ANDAND,
    [TOK_OROR] = T_OROR, [TOK_QUESTION] = T_QUESTION, [TOK_COLON] = T_COLON,
    [TOK_COLONCOLON] = T_COLON, [TOK_ASSIGN] = T_ASSIGN,
    [TOK_MUL_ASSIGN] = T_OP_ASSIGN, [TOK_DIV_ASSIGN] = T_OP_ASSIGN,
    [TOK_MOD_ASSIGN] = T_OP_ASSIGN, [TOK_ADD_ASSIGN] = T_OP_ASSIGN,
    [TOK_SUB_ASSIGN] = T_OP_ASSIGN, [TOK_SHL_ASSIGN] = T_OP_ASSIGN,
    [TOK_SHR_ASSIGN] = T_OP_ASSIGN, [TOK_AND_ASSIGN] = T_OP_ASSIGN,
    [TOK_XOR_ASSIGN] = T_OP_ASSIGN, [TOK_OR_ASSIGN] = T_OP_ASSIGN,
    [TOK_LARROW] = T_LARROW, [TOK_DEFINE] = T_DEFINE,
    [TOK_NUMBER] = T_NUMBER, [TOK_CHAR] = T_CHARLIT, [TOK_STRING] = T_STRING,
};

int token_op(struct unit *u, uint32_t tok)
{
    int kind = u->toks.v[tok].kind;

    /* The minus that a <- lends to C's a < -b, or a -- to c <- -b. */
    return kind == TOK_LARROW || kind == TOK_DEC ? TOK_MINUS : kind;
}

/* The next token at or behind i that the grammar would see. */
static uint32_t skip_pragmas(struct unit *u, uint32_t i)
{
    while (u->toks.v[i].kind == TOK_PRAGMA)
        i++;
    return i;
}

static uint32_t next_of(struct unit *u, uint32_t i)
{
    return u->toks.v[i].kind == TOK_EOF ? i : skip_pragmas(u, i + 1);
}

static int kind_of(struct unit *u, uint32_t i)
{
    return u->toks.v[i].kind;
}

static bool is_word(struct unit *u, uint32_t i, enum goc_word word)
{
    const struct token *t = &u->toks.v[i];

    return t->kind == TOK_IDENT && t->id->word == word;
}

/* Two tokens of the source with nothing between them. */
static bool adjacent(struct unit *u, uint32_t a, uint32_t b)
{
    return b == a + 1 && !(u->toks.v[b].flags & (TF_SPACE | TF_BOL));
}

/* The token behind the bracket that closes the one at i; the end of file if
 * none does. */
static uint32_t behind_brackets(struct unit *u, uint32_t i)
{
    int depth = 0;

    for (;; i++) {
        switch (kind_of(u, i)) {
        case TOK_LPAREN: case TOK_LBRACKET: case TOK_LBRACE:
            depth++;
            break;
        case TOK_RPAREN: case TOK_RBRACKET: case TOK_RBRACE:
            if (--depth <= 0)
                return next_of(u, i);
            break;
        case TOK_EOF:
            return i;
        }
    }
}

/* chan at i begins a channel type. */
static bool is_chan(struct unit *u, uint32_t i)
{
    if (!is_word(u, i, WORD_CHAN) || u->toks.v[i].id->symbol)
        return false;
    uint32_t n = next_of(u, i);
    switch (kind_of(u, n)) {
    case TOK_LT:
    case TOK_LARROW:
        return true;
    case TOK_SHL:
        return kind_of(u, n + 1) == TOK_MINUS && adjacent(u, n, n + 1);
    default:
        return false;
    }
}

/* A channel type begins at i. */
static bool is_chan_type(struct unit *u, uint32_t i)
{
    const struct token *t = &u->toks.v[i];

    if (t->kind == TOK_LARROW)
        return is_chan(u, next_of(u, i));
    if (t->kind != TOK_IDENT)
        return false;
    if (t->id->keyword == T_QUAL)
        return is_chan_type(u, next_of(u, i));
    if (t->id->keyword == T_TYPEOF)
        return true;
    struct symbol *s = t->id->symbol;
    return is_chan(u, i) ||
           (s && s->kind == SYM_TYPEDEF && type_is(s->type, TY_CHAN));
}

static bool begins_expression(struct unit *u, uint32_t i)
{
    const struct token *t = &u->toks.v[i];

    switch (t->kind) {
    case TOK_IDENT:
        return !t->id->keyword || t->id->keyword == T_SIZEOF ||
               t->id->keyword == T_GENERIC || t->id->keyword == KEY_EXTENSION ||
               t->id->keyword == T_REALIMAG;
    case TOK_NUMBER: case TOK_CHAR: case TOK_STRING: case TOK_LPAREN:
    case TOK_STAR: case TOK_AMP: case TOK_PLUS: case TOK_MINUS:
    case TOK_TILDE: case TOK_NOT: case TOK_INC: case TOK_DEC:
    case TOK_LARROW: case TOK_ANDAND:
        return true;
    default:
        return false;
    }
}

/* go at i begins a statement of goc's, going by what follows.  go (1); is C's
 * call of an undeclared function; go (f(x)); starts a goroutine. */
static bool is_go(struct unit *u, uint32_t i)
{
    uint32_t n = next_of(u, i);

    switch (kind_of(u, n)) {
    case TOK_LBRACE:
    case TOK_LBRACKET:
        return true;
    case TOK_LPAREN: {
        uint32_t behind = behind_brackets(u, n);
        if (kind_of(u, behind) != TOK_SEMI)
            return true;
        uint32_t closing = behind - 1;
        while (closing > n && kind_of(u, closing) != TOK_RPAREN)
            closing--;
        return closing > n + 1 && kind_of(u, closing - 1) == TOK_RPAREN &&
               kind_of(u, next_of(u, n)) != TOK_RPAREN;
    }
    default:
        return begins_expression(u, n);
    }
}

static bool is_defer(struct unit *u, uint32_t i)
{
    uint32_t n = next_of(u, i);

    switch (kind_of(u, n)) {
    case TOK_IDENT: case TOK_LBRACE: case TOK_LPAREN: case TOK_STAR:
    case TOK_INC: case TOK_DEC: case TOK_LARROW: case TOK_NUMBER:
    case TOK_STRING: case TOK_CHAR: case TOK_NOT: case TOK_TILDE:
    case TOK_AMP: case TOK_ANDAND: case TOK_PLUS: case TOK_MINUS:
    case TOK_SEMI: case TOK_LBRACKET:
        return true;
    default:
        return false;
    }
}

/* name :=, or name, name := */
static bool is_new_name(struct unit *u, uint32_t i)
{
    uint32_t n = next_of(u, i);

    if (kind_of(u, n) == TOK_DEFINE)
        return true;
    if (kind_of(u, n) != TOK_COMMA)
        return false;
    n = next_of(u, n);
    return kind_of(u, n) == TOK_IDENT && !u->toks.v[n].id->keyword &&
           kind_of(u, next_of(u, n)) == TOK_DEFINE;
}

/* for at i has a range header: the word range at its place, and no ; */
static void note_range(struct unit *u, uint32_t i)
{
    struct parser *p = u->parser;
    uint32_t open = next_of(u, i), n = next_of(u, open);

    if (kind_of(u, open) != TOK_LPAREN)
        return;
    if (kind_of(u, n) == TOK_IDENT && is_new_name(u, n)) {
        while (kind_of(u, n) != TOK_DEFINE)
            n = next_of(u, n);
        n = next_of(u, n);
    }
    if (!is_word(u, n, WORD_RANGE))
        return;
    int depth = 0;
    for (uint32_t k = open;; k++) {
        int kind = kind_of(u, k);
        if (kind == TOK_LPAREN || kind == TOK_LBRACE || kind == TOK_LBRACKET)
            depth++;
        else if (kind == TOK_RPAREN || kind == TOK_RBRACE || kind == TOK_RBRACKET)
            depth--;
        if (kind == TOK_EOF || (kind == TOK_SEMI && depth == 1))
            return;
        if (depth == 0)
            break;
    }
    p->range_from = n;
}

/* ---- Attributes: swallowed, and the few that matter noted ---- */

static bool attribute_named(const char *name, const char *wanted)
{
    size_t n = strlen(wanted);

    if (name[0] == '_' && name[1] == '_')
        return !strncmp(name + 2, wanted, n) && !strcmp(name + 2 + n, "__");
    return !strcmp(name, wanted);
}

/* The value of (16) or (4 * sizeof(int)) at i; 0 if it is anything else. */
static int64_t attribute_number(struct unit *u, uint32_t i)
{
    int64_t value = 1;
    uint32_t end = behind_brackets(u, i);

    for (uint32_t k = i; k < end; k++) {
        const struct token *t = &u->toks.v[k];
        if (t->kind == TOK_NUMBER) {
            value *= strtoll(token_text(u, t, NULL), NULL, 0);
        } else if (t->kind == TOK_IDENT && t->id->keyword == T_SIZEOF) {
            const struct token *type = &u->toks.v[k + 2];
            if (type->kind != TOK_IDENT)
                return 0;
            if (type->id->keyword == T_BASIC) {
                struct declspec *ds = ds_new(u, k + 2);
                ds_basic(u, ds, k + 2);
                value *= type_sizeof(u, declspec_type(u, ds));
            } else if (type->id->symbol && type->id->symbol->kind == SYM_TYPEDEF) {
                value *= type_sizeof(u, type->id->symbol->type);
            } else {
                return 0;
            }
            k = behind_brackets(u, k + 1) - 1;
        } else if (t->kind != TOK_LPAREN && t->kind != TOK_RPAREN &&
                   t->kind != TOK_STAR) {
            return 0;
        }
    }
    return value;
}

static void attribute_note(struct unit *u, const char *name, uint32_t args)
{
    struct declspec *a = u->parser->noting;
    bool has_args = kind_of(u, args) == TOK_LPAREN;

    if (a == &u->parser->attrs)
        u->parser->has_attrs = true;
    else
        u->parser->has_attrs_behind = true;
    if (attribute_named(name, "packed"))
        a->packed = true;
    else if (attribute_named(name, "transparent_union"))
        a->transparent_union = true;
    else if (attribute_named(name, "aligned"))
        a->aligned = has_args ? attribute_number(u, args) : 16;
    else if (attribute_named(name, "vector_size") && has_args)
        a->vector_size = attribute_number(u, args) > 0 ? attribute_number(u, args) : -1;
    else if (attribute_named(name, "ext_vector_type") && has_args)
        a->vector_size = -1;
    else if (attribute_named(name, "mode") && has_args && kind_of(u, args + 1) == TOK_IDENT)
        a->mode = u->toks.v[args + 1].id->name;
    else if (attribute_named(name, "annotate") && has_args &&
             kind_of(u, args + 1) == TOK_STRING) {
        uint32_t n;
        const char *s = token_text(u, &u->toks.v[args + 1], &n);
        if (n == 13 && !memcmp(s, "\"goc_no_copy\"", 13))
            a->no_copy = true;
    }
}

/* From the bracket at i to the one that closes it, noting what the names say. */
static void attribute_list(struct unit *u, uint32_t from, uint32_t to)
{
    int depth = 0;
    bool expect = true;

    for (uint32_t k = from; k < to; k++) {
        const struct token *t = &u->toks.v[k];
        if (t->kind == TOK_LPAREN || t->kind == TOK_LBRACKET)
            depth++;
        else if (t->kind == TOK_RPAREN || t->kind == TOK_RBRACKET)
            depth--;
        else if (t->kind == TOK_COMMA && depth == 2)
            expect = true;
        else if (t->kind == TOK_IDENT && depth == 2 && expect) {
            if (kind_of(u, k + 1) == TOK_COLONCOLON) {
                k++;
                continue;
            }
            attribute_note(u, t->id->name, k + 1);
            expect = false;
        }
    }
}

/* The token behind the attributes that begin at i. */
static uint32_t skip_attributes(struct unit *u, uint32_t i)
{
    for (;;) {
        const struct token *t = &u->toks.v[i];
        if (t->kind == TOK_PRAGMA) {
            i++;
        } else if (t->kind == TOK_IDENT && t->id->keyword == KEY_EXTENSION) {
            i++;
        } else if (t->kind == TOK_IDENT && t->id->keyword == KEY_ATTRIBUTE) {
            uint32_t open = next_of(u, i);
            if (kind_of(u, open) != TOK_LPAREN)
                return i;
            uint32_t behind = behind_brackets(u, open);
            attribute_list(u, open, behind);
            i = behind;
        } else if (t->kind == TOK_LBRACKET && kind_of(u, next_of(u, i)) == TOK_LBRACKET &&
                   u->parser->prev != T_GO) {
            uint32_t behind = behind_brackets(u, i);
            attribute_list(u, i, behind);
            i = behind;
        } else {
            return i;
        }
    }
}

/* The token that opens the bracket that i closes. */
static uint32_t bracket_opening(struct unit *u, uint32_t i)
{
    int depth = 0;

    for (;; i--) {
        switch (kind_of(u, i)) {
        case TOK_RPAREN: case TOK_RBRACKET: case TOK_RBRACE:
            depth++;
            break;
        case TOK_LPAREN: case TOK_LBRACKET: case TOK_LBRACE:
            depth--;
            break;
        }
        if (depth == 0 || i == 0)
            return i;
    }
}

static bool has_keyword(struct unit *u, uint32_t i, int keyword)
{
    const struct token *t = &u->toks.v[i];
    return t->kind == TOK_IDENT && t->id->keyword == keyword;
}

uint32_t parse_attributes_before(struct unit *u, uint32_t i)
{
    while (i > 0) {
        uint32_t open = bracket_opening(u, i - 1);
        if (has_keyword(u, i - 1, KEY_EXTENSION))
            i--;
        else if (open > 0 && kind_of(u, open) == TOK_LPAREN
                 && has_keyword(u, open - 1, KEY_ATTRIBUTE))
            i = open - 1;
        else if (open < i - 1 && kind_of(u, open) == TOK_LBRACKET
                 && kind_of(u, open + 1) == TOK_LBRACKET)
            i = open;
        else
            break;
    }
    return i;
}

static void attrs_add(struct declspec *into, struct declspec *a)
{
    into->packed |= a->packed;
    into->transparent_union |= a->transparent_union;
    into->no_copy |= a->no_copy;
    if (a->aligned > into->aligned)
        into->aligned = a->aligned;
    if (a->vector_size)
        into->vector_size = a->vector_size;
    if (a->mode)
        into->mode = a->mode;
    memset(a, 0, sizeof *a);
}

void attrs_take(struct unit *u, struct declspec *into)
{
    if (!u->parser->has_attrs)
        return;
    attrs_add(into, &u->parser->attrs);
    u->parser->has_attrs = false;
}

/* The attributes behind the token handed out last can be taken once the parser
 * has it and asks for the next one: what ended before that token must not get
 * them. */
static void attrs_move(struct parser *p)
{
    if (!p->has_attrs_behind)
        return;
    attrs_add(&p->attrs, &p->attrs_behind);
    p->has_attrs = true;
    p->has_attrs_behind = false;
}

void attrs_align(struct unit *u, int64_t align)
{
    if (align > u->parser->attrs.aligned)
        u->parser->attrs.aligned = align;
    u->parser->has_attrs = true;
}

/* ---- The supply ---- */

static void pend(struct parser *p, int kind, uint32_t tok)
{
    p->pending[p->pending_count] = kind;
    p->pending_token[p->pending_count++] = tok;
}

static int take_pending(struct parser *p, uint32_t *tok)
{
    int kind = p->pending[0];

    *tok = p->pending_token[0];
    p->pending_count--;
    for (int i = 0; i < p->pending_count; i++) {
        p->pending[i] = p->pending[i + 1];
        p->pending_token[i] = p->pending_token[i + 1];
    }
    return kind;
}

/* What the identifier at i is. */
static int identifier(struct unit *u, uint32_t i)
{
    struct parser *p = u->parser;
    struct ident *id = u->toks.v[i].id;

    if (id->keyword) {
        switch (id->keyword) {
        case T_QUAL:
            if (keywords[id->builtin].sub == Q_ATOMIC &&
                kind_of(u, next_of(u, i)) == TOK_LPAREN)
                return T_ATOMIC_TYPE;
            return T_QUAL;
        case T_RECORD:
        case T_ENUM:
            p->record_head = true;
            return id->keyword;
        case T_CASE:
        case T_DEFAULT:
            if (p->braces.n && vec_last(&p->braces)->select &&
                vec_last(&p->braces)->parens == p->parens.n)
                return id->keyword == T_CASE ? T_SEL_CASE : T_SEL_DEFAULT;
            return id->keyword;
        case T_FOR:
            note_range(u, i);
            return T_FOR;
        default:
            return id->keyword;
        }
    }
    switch (p->prev) {
    case T_DOT: case T_ARROW: case T_GOTO: case T_RECORD: case T_ENUM:
        return T_IDENT;
    }
    if (is_new_name(u, i))
        return T_NEWNAME;
    if (id->word && !id->symbol) {
        switch (id->word) {
        case WORD_GO:
            if (is_go(u, i))
                return T_GO;
            break;
        case WORD_DEFER:
            if (is_defer(u, i))
                return T_DEFER;
            break;
        case WORD_CHAN:
            if (is_chan(u, i)) {
                p->want_angle = true;
                return T_CHAN;
            }
            break;
        }
    }
    if (id->word == WORD_SELECT && kind_of(u, next_of(u, i)) == TOK_LBRACE) {
        p->select_head = true;
        return T_SELECT;
    }
    if (id->word == WORD_MAKE && kind_of(u, next_of(u, i)) == TOK_LPAREN &&
        is_chan_type(u, next_of(u, next_of(u, i))))
        return T_MAKE;
    if (id->word == WORD_RANGE && i == p->range_from && i)
        return T_RANGE;
    if (id->symbol && id->symbol->kind == SYM_TYPEDEF) {
        /* A label of a typedef's name; in a record it is the type of an unnamed
         * bit-field. */
        if (kind_of(u, next_of(u, i)) == TOK_COLON && p->braces.n &&
            !vec_last(&p->braces)->record &&
            vec_last(&p->braces)->parens == p->parens.n)
            return T_IDENT;
        return T_TYPENAME;
    }
    return T_IDENT;
}

/* The kind of the name at token i, which the grammar has looked ahead at before it
 * closed the scope of a loop: the name may have been of that scope. */
int parse_look_again(struct unit *u, int kind, uint32_t i)
{
    if (kind != T_IDENT && kind != T_TYPENAME)
        return kind;
    u->parser->prev = T_SEMI;
    return u->parser->prev = identifier(u, i);
}

static void open_brace(struct parser *p, uint32_t tok)
{
    struct brace *b = vec_push(&p->braces);

    b->token = tok;
    b->parens = (uint32_t)p->parens.n;
    b->record = p->record_head;
    b->select = p->select_head;
}

static void close_brace(struct parser *p)
{
    if (!p->braces.n)
        return;
    p->parens.n = vec_last(&p->braces)->parens;
    p->closed_record = vec_last(&p->braces)->record;
    p->braces.n--;
}

/* A > at i may close a chan<. */
static bool closes_angle(struct parser *p)
{
    return p->angles.n && *vec_last(&p->angles) == p->parens.n;
}

/* Whether an enum's colon stands before its type, not a bit-field's width. */
static bool is_enum_colon(struct unit *u, uint32_t i)
{
    const struct token *t = &u->toks.v[next_of(u, i)];

    return u->parser->record_head && t->kind == TOK_IDENT &&
           (t->id->keyword == T_BASIC ||
            (t->id->symbol && t->id->symbol->kind == SYM_TYPEDEF));
}

static int punctuate(struct unit *u, uint32_t i)
{
    struct parser *p = u->parser;
    int kind = punctuator[kind_of(u, i)];

    switch (kind) {
    case T_LPAREN:
    case T_LBRACKET:
        *vec_push(&p->parens) = i;
        break;
    case T_RPAREN:
    case T_RBRACKET:
        if (p->parens.n && (!p->braces.n || p->parens.n > vec_last(&p->braces)->parens))
            p->parens.n--;
        while (p->angles.n && *vec_last(&p->angles) > p->parens.n)
            p->angles.n--;
        break;
    case T_LBRACE:
        open_brace(p, i);
        break;
    case T_RBRACE:
        close_brace(p);
        break;
    case T_SEMI:
        p->angles.n = 0;
        break;
    case T_LT:
        if (p->want_angle)
            *vec_push(&p->angles) = p->parens.n;
        else if (adjacent(u, i, i + 1) && kind_of(u, i + 1) == TOK_DEC)
            kind = T_LARROW; /* c <--x sends -x */
        p->want_angle = false;
        break;
    case T_SHL:
        if (p->want_angle && adjacent(u, i, i + 1) && is_chan(u, next_of(u, i + 1))) {
            *vec_push(&p->angles) = p->parens.n;
            p->want_angle = false;
            p->pos = i + 2; /* the minus goes with it */
            pend(p, T_ARROW_TYPE, i + 1);
            kind = T_LT;
        }
        break;
    case T_GT:
        if (closes_angle(p))
            p->angles.n--;
        break;
    case T_SHR:
        if (closes_angle(p)) {
            p->angles.n--;
            if (closes_angle(p))
                p->angles.n--;
            pend(p, T_GT, i);
            kind = T_GT;
        }
        break;
    case T_LARROW:
        if (is_chan(u, next_of(u, i)) && !p->want_angle)
            kind = T_ARROW_TYPE;
        else if (is_chan(u, next_of(u, i)) && p->prev != T_CHAN)
            kind = T_ARROW_TYPE;
        break;
    case T_COLON:
        if (kind_of(u, i) == TOK_COLONCOLON)
            pend(p, T_COLON, i);
        else if (is_enum_colon(u, i))
            return T_ENUM_COLON;
        break;
    case 0:
        return T_GOC_YYUNDEF;
    }
    p->record_head = false;
    p->select_head = false;
    return kind;
}

static void skip_after_error(struct unit *u);

/* Attributes behind such a token belong to what follows. */
static bool begins_anew(struct parser *p, int kind)
{
    return kind == T_SEMI || kind == T_COMMA || kind == T_LBRACE || kind == T_LPAREN ||
           (kind == T_RBRACE && !p->closed_record);
}

int goc_yylex(GOC_YYSTYPE *lval, struct unit *u)
{
    struct parser *p = u->parser;
    uint32_t tok;
    int kind;

    if (p->error_pending) {
        skip_after_error(u);
        p->error_pending = false;
        lval->tok = p->prev_token;
        return p->prev = T_SYNC;
    }
    if (p->pending_count) {
        kind = take_pending(p, &tok);
    } else {
        attrs_move(p);
        tok = p->pos = skip_attributes(u, p->pos);
        const struct token *t = &u->toks.v[tok];
        if (t->kind == TOK_EOF) {
            lval->tok = tok;
            p->prev_token = tok;
            return p->prev = T_YYEOF;
        }
        p->pos = tok + 1;
        if (t->kind == TOK_IDENT) {
            kind = identifier(u, tok);
            if (kind == T_OPAQUE) {
                p->pos = behind_brackets(u, next_of(u, tok));
            } else if (kind >= KEY_ATTRIBUTE) {
                kind = T_GOC_YYUNDEF;
            }
        } else {
            kind = punctuate(u, tok);
        }
        /* What follows belongs to what stands before: seen before it is used. */
        if (kind != T_GO && !begins_anew(p, kind)) {
            p->noting = kind == T_RBRACE ? &p->attrs : &p->attrs_behind;
            p->pos = skip_attributes(u, p->pos);
            p->noting = &p->attrs;
        }
    }
    lval->tok = tok;
    p->prev_token = tok;
    return p->prev = kind;
}

void parse_arrow(struct unit *u, struct node *left, uint32_t arrow)
{
    struct parser *p = u->parser;

    bool whole = kind_of(u, arrow) == TOK_LARROW; /* else it is of a <-- */

    if (check_is_channel(left)) {
        pend(p, T_SEND_MARK, arrow);
        if (!whole)
            pend(p, T_MINUS, p->pos++);
    } else {
        pend(p, T_LESS_MARK, arrow);
        if (whole)
            pend(p, T_MINUS, arrow);
    }
}

/* ---- Syntax errors ---- */

/* Whether tokens [from, to) hold anything that is goc's. */
static bool holds_construct(struct unit *u, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to && kind_of(u, i) != TOK_EOF; i++) {
        const struct token *t = &u->toks.v[i];
        if (t->kind == TOK_LARROW || t->kind == TOK_DEFINE)
            return true;
        if (t->kind != TOK_IDENT || t->id->symbol)
            continue;
        uint32_t n = next_of(u, i);
        int next = kind_of(u, n);
        switch (t->id->word) {
        case WORD_CHAN:
            return true;
        case WORD_GO:
            if (next == TOK_LBRACE || next == TOK_LBRACKET || next == TOK_IDENT)
                return true;
            break;
        case WORD_DEFER:
            if (next == TOK_LBRACE || next == TOK_LBRACKET || next == TOK_IDENT)
                return true;
            break;
        case WORD_SELECT:
            if (next == TOK_LBRACE)
                return true;
            break;
        case WORD_MAKE:
            if (next == TOK_LPAREN && is_word(u, next_of(u, n), WORD_CHAN))
                return true;
            break;
        }
    }
    return false;
}

/* Whether the external declaration being read holds anything of goc's up to
 * token to.  What was looked at for one error is not looked at for the next. */
static bool external_is_ours(struct unit *u, uint32_t to)
{
    struct parser *p = u->parser;

    if (!p->is_ours && to > p->looked_at) {
        uint32_t from = p->looked_at > p->external ? p->looked_at : p->external;
        p->is_ours = holds_construct(u, from, to);
        p->looked_at = to;
    }
    return p->is_ours;
}

/* A word whose statement begins with a header in parentheses, or, in Go, without. */
static bool has_header(struct unit *u, uint32_t i)
{
    return has_keyword(u, i, T_FOR) || has_keyword(u, i, T_IF) ||
           has_keyword(u, i, T_SWITCH) || has_keyword(u, i, T_WHILE);
}

/* The end of the statement, or of the external declaration, in which the error
 * at token i stands: the token at which to go on. */
static uint32_t sync_point(struct unit *u, uint32_t i)
{
    struct parser *p = u->parser;
    bool in_block = p->blocks.n > 0;
    size_t base = in_block ? vec_last(&p->blocks)->braces : 0;
    size_t depth = p->braces.n > base ? p->braces.n - base : 0;
    bool clauses = in_block && vec_last(&p->blocks)->clauses;
    bool header = p->parens.n && kind_of(u, i) != TOK_LBRACE && *vec_last(&p->parens) > 0 &&
                  has_header(u, *vec_last(&p->parens) - 1);
    bool bare = i && kind_of(u, i) != TOK_LPAREN && has_header(u, i - 1);

    if (has_header(u, i) && kind_of(u, next_of(u, i)) == TOK_LPAREN)
        i = behind_brackets(u, next_of(u, i));
    if (p->prev == T_LBRACE && depth)
        depth--; /* the token at fault is counted already */
    for (;; i++) {
        switch (kind_of(u, i)) {
        case TOK_EOF:
            return i;
        case TOK_LBRACE:
            bare = false;
            depth++;
            break;
        case TOK_RBRACE:
            if (depth == 0)
                return in_block ? i : i + 1;
            if (--depth == 0) {
                int next = kind_of(u, next_of(u, i));
                if (next == TOK_SEMI)
                    return next_of(u, i) + 1;
                if (next == TOK_COMMA || next == TOK_RPAREN || clauses)
                    break;
                if (next == TOK_LPAREN &&
                    kind_of(u, behind_brackets(u, next_of(u, i))) == TOK_SEMI)
                    break; /* a function literal of Go's is called */
                if (!in_block && next == TOK_IDENT &&
                    kind_of(u, next_of(u, next_of(u, i))) == TOK_SEMI)
                    break;
                if (has_keyword(u, next_of(u, i), T_ELSE))
                    break;
                return i + 1;
            }
            break;
        case TOK_SEMI:
            if (bare && (u->toks.v[i + 1].flags & TF_BOL))
                bare = false;
            if (depth == 0 && !header && !bare && !clauses &&
                !has_keyword(u, next_of(u, i), T_ELSE))
                return i + 1;
            break;
        case TOK_RPAREN:
            if (depth == 0)
                header = false;
            break;
        case TOK_IDENT:
            if (depth == 0 && in_block && vec_last(&p->blocks)->select &&
                (u->toks.v[i].id->keyword == T_CASE ||
                 u->toks.v[i].id->keyword == T_DEFAULT) && i > p->last_error)
                return i;
            break;
        }
    }
}

static void skip_after_error(struct unit *u)
{
    struct parser *p = u->parser;
    size_t base = p->blocks.n ? vec_last(&p->blocks)->braces : 0;
    uint32_t to = p->resume ? p->last_error : sync_point(u, p->last_error);

    p->pos = to;
    p->resume = false;
    p->pending_count = 0;
    p->braces.n = base;
    p->parens.n = base ? vec_last(&p->braces)->parens : 0;
    p->angles.n = 0;
    p->want_angle = p->record_head = p->select_head = false;
    p->prev_token = to ? to - 1 : 0;
}

static const char *spelled(struct unit *u, uint32_t tok)
{
    uint32_t n;
    const char *s = token_text(u, &u->toks.v[tok], &n);

    if (kind_of(u, tok) == TOK_EOF)
        return "end of file";
    return arena_printf(&u->arena, "'%.*s'", (int)(n > 40 ? 40 : n), s);
}

/* The bracket that is open, for a note. */
static uint32_t open_bracket(struct unit *u, int closing)
{
    struct parser *p = u->parser;

    if (closing == T_RBRACE)
        return p->braces.n ? vec_last(&p->braces)->token : 0;
    return p->parens.n ? *vec_last(&p->parens) : 0;
}

static int preferred(const int *expected, int n)
{
    static const int order[] = { T_SEMI, T_RPAREN, T_RBRACKET, T_COLON, T_RBRACE,
                                 T_LPAREN, T_WHILE, T_LBRACE, T_GT, T_COMMA };

    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (int i = 0; i < n; i++)
            if (parse_symbol_kind(order[k]) == expected[i])
                return order[k];
    return 0;
}

static const char *punctuation(int token)
{
    switch (token) {
    case T_SEMI: return ";";
    case T_RPAREN: return ")";
    case T_RBRACKET: return "]";
    case T_COLON: return ":";
    case T_RBRACE: return "}";
    case T_LPAREN: return "(";
    case T_LBRACE: return "{";
    case T_GT: return ">";
    case T_COMMA: return ",";
    case T_WHILE: return "while";
    default: return "";
    }
}

static bool wants(const int *expected, int n, int token)
{
    for (int i = 0; i < n; i++)
        if (parse_symbol_kind(token) == expected[i])
            return true;
    return false;
}

/* chan at i without the element type that ought to follow; sense: how the type
 * would be written. */
static void no_element(struct unit *u, uint32_t chan, const char *head, const char *sense)
{
    uint32_t tok = next_of(u, chan);

    if (kind_of(u, tok) == TOK_LARROW)
        tok = next_of(u, tok);
    error(u, tok, tok, "expected '<' after '%s': %s of int is '%s<int>'", head, sense, head);
}

static bool is_plain_name(struct unit *u, uint32_t i)
{
    const struct token *t = &u->toks.v[i];

    return t->kind == TOK_IDENT && !t->id->keyword && !t->id->symbol;
}

/* Whether a declaration, or a parameter, may begin behind token i. */
static bool is_start(struct unit *u, uint32_t i)
{
    int kind = kind_of(u, i);

    return kind == TOK_SEMI || kind == TOK_LBRACE || kind == TOK_RBRACE ||
           kind == TOK_LPAREN || kind == TOK_COMMA;
}

static bool begins_type(struct unit *u, uint32_t i)
{
    const struct token *t = &u->toks.v[i];

    return t->kind == TOK_IDENT &&
           (t->id->keyword == T_BASIC || t->id->keyword == T_RECORD || t->id->keyword == T_ENUM ||
            (t->id->symbol && t->id->symbol->kind == SYM_TYPEDEF));
}

/* What the user most likely meant, where Go is written as C would not have it. */
static bool explain_go(struct unit *u, uint32_t tok)
{
    struct parser *p = u->parser;
    const struct token *t = &u->toks.v[tok];

    uint32_t open = p->parens.n ? *vec_last(&p->parens) : 0;
    if (tok && t->kind == TOK_LBRACE && kind_of(u, tok - 1) == TOK_RPAREN)
        open = bracket_opening(u, tok - 1);
    if (open > 1 && kind_of(u, open - 1) == TOK_IDENT &&
        !strcmp(u->toks.v[open - 1].id->name, "func") &&
        (is_word(u, open - 2, WORD_GO) || is_word(u, open - 2, WORD_DEFER))) {
        error(u, open - 1, open - 1, "no 'func' stands before a block: '%s { ... }'",
              u->toks.v[open - 2].id->name);
        return true;
    }
    if (tok && is_word(u, tok - 1, WORD_CHAN) && !u->toks.v[tok - 1].id->symbol) {
        no_element(u, tok - 1, "chan", "the type of a channel");
        return true;
    }
    if (tok > 1 && kind_of(u, tok - 1) == TOK_LARROW && is_word(u, tok - 2, WORD_CHAN) &&
        !u->toks.v[tok - 2].id->symbol) {
        no_element(u, tok - 2, "chan<-", "the sending end of a channel");
        return true;
    }
    uint32_t next = next_of(u, tok);
    if (t->kind == TOK_LARROW && is_word(u, next, WORD_CHAN) && !u->toks.v[next].id->symbol &&
        !is_chan(u, next)) {
        no_element(u, next, "<-chan", "the receiving end of a channel");
        return true;
    }
    if (is_word(u, tok, WORD_CHAN) && !t->id->symbol && !is_chan(u, tok)) {
        no_element(u, tok, "chan", "the type of a channel");
        return true;
    }
    if (tok && is_word(u, tok - 1, WORD_RANGE) && !u->toks.v[tok - 1].id->symbol) {
        error(u, tok - 1, tok - 1, "'range' stands in 'for (v := range c)' or 'for (range c)'");
        return true;
    }
    if (tok && is_word(u, tok - 1, WORD_GO) && !u->toks.v[tok - 1].id->symbol &&
        t->kind == TOK_IDENT && t->id->keyword) {
        error(u, tok, tok, "'go' needs a call or a block");
        return true;
    }
    if (tok > 1 && kind_of(u, tok - 1) == TOK_LPAREN && is_word(u, tok - 2, WORD_MAKE) &&
        begins_type(u, tok)) {
        error(u, tok, tok, "'make' makes channels: %s is no channel type", spelled(u, tok));
        return true;
    }
    if (tok > 1 && t->kind == TOK_RPAREN && kind_of(u, tok - 1) == TOK_LPAREN &&
        kind_of(u, tok - 2) == TOK_RBRACE) {
        error(u, tok - 1, tok, "a block is not called: leave out the '()'");
        return true;
    }
    if (tok && t->kind == TOK_LBRACKET && p->prev == T_LBRACKET &&
        is_word(u, tok - 1, WORD_DEFER)) {
        error(u, tok, tok, "a deferred statement has no list: it uses the variables themselves");
        return true;
    }
    if (tok && is_word(u, tok - 1, WORD_SELECT) && has_keyword(u, tok, T_CASE)) {
        error(u, tok, tok, "expected '{' after 'select'");
        return true;
    }
    return false;
}

/* What the user most likely meant, for what is often got wrong. */
static bool explain(struct unit *u, uint32_t tok, const int *expected, int n)
{
    struct parser *p = u->parser;
    const struct token *t = &u->toks.v[tok];
    bool value = wants(expected, n, T_NUMBER), item = wants(expected, n, T_IF);

    if (p->prev == T_SEND_MARK) {
        error(u, tok, tok, "a send is no operand: it is an expression of type void that reaches "
              "to the end of the expression; put it in a statement of its own");
        return true;
    }
    if (t->kind == TOK_DEFINE) {
        error(u, tok, tok, "':=' declares a name, or two; what stands on its left is neither");
        return true;
    }
    if (explain_go(u, tok))
        return true;
    if (p->prev == T_NEWNAME) {
        uint32_t define = tok;
        while (kind_of(u, define) != TOK_DEFINE)
            define++;
        if (item) {
            error(u, define, define, "':=' is a declaration, which stands only in a block");
            return true;
        }
        if (value && kind_of(u, tok - 1) == TOK_COMMA && !p->parens.n) {
            error(u, define, define, "':=' declares a name, or two; what stands on its left "
                  "is neither");
            return true;
        }
        if (value) {
            error(u, define, define, "':=' is a declaration, which is no expression");
            return true;
        }
        if (wants(expected, n, T_IDENT)) {
            error(u, define, define, "':=' takes the type from its right side: "
                  "leave out the one on its left, or write '='");
            return true;
        }
    }
    bool statement = p->prev == T_GO || p->prev == T_SELECT || p->prev == T_DEFER;
    if (p->blocks.n ? statement && value && !item : statement || t->kind == TOK_LARROW) {
        error(u, tok, tok, p->blocks.n ? "%s is a statement: it has no value"
                                       : "%s stands only in a function", spelled(u, tok));
        return true;
    }
    if (!p->blocks.n && tok - 1 == p->external &&
        (is_word(u, tok - 1, WORD_GO) || is_word(u, tok - 1, WORD_DEFER))) {
        error(u, tok - 1, tok - 1, "%s stands only in a function", spelled(u, tok - 1));
        return true;
    }
    if (wants(expected, n, T_AMP) && !value) {
        error(u, tok, tok, "expected '&' and a name before %s", spelled(u, tok));
        return true;
    }
    if (p->braces.n && vec_last(&p->braces)->select &&
        wants(expected, n, T_SEL_CASE) && !item) {
        error(u, tok, tok, "expected 'case' or 'default' in a select");
        return true;
    }
    if (t->kind == TOK_IDENT && !t->id->keyword && !value && wants(expected, n, T_BASIC)) {
        if (!t->id->lost)
            error(u, tok, tok, "unknown type name %s", spelled(u, tok));
        return true;
    }
    if (tok > 1 && t->kind == TOK_IDENT && !t->id->keyword && is_plain_name(u, tok - 1) &&
        is_start(u, tok - 2) && (wants(expected, n, T_SEMI) || wants(expected, n, T_RPAREN))) {
        error(u, tok - 1, tok - 1, "unknown type name %s", spelled(u, tok - 1));
        return true;
    }
    return false;
}

/* What the grammar would have taken, where that is no punctuation; else null. */
static const char *wanted(const int *expected, int n)
{
    if (wants(expected, n, T_IF))
        return "a statement";
    if (wants(expected, n, T_NUMBER))
        return "an expression";
    if (wants(expected, n, T_BASIC))
        return "a type";
    return NULL;
}

/* Whether nothing is open at tok but the block around the statement. */
static bool ends_statement(struct unit *u, uint32_t tok)
{
    struct parser *p = u->parser;
    size_t base = p->blocks.n ? vec_last(&p->blocks)->braces : 0;

    return base && p->braces.n == base + (kind_of(u, tok) == TOK_LBRACE) &&
           p->parens.n == p->braces.v[base - 1].parens;
}

/* What is missing at the end of a line is missing there, not where the next one
 * begins. */
static void expected_before(struct unit *u, uint32_t tok, int want)
{
    const struct token *before = &u->toks.v[tok ? tok - 1 : 0];

    if (tok && (want == T_SEMI || want == T_COLON) && !before->exp &&
        ((u->toks.v[tok].flags & TF_BOL) || kind_of(u, tok) == TOK_EOF)) {
        u->parser->resume = want == T_SEMI && ends_statement(u, tok) &&
                            !has_keyword(u, tok, T_ELSE);
        error_at(u, before->loc + before->len, "expected '%s' before %s", punctuation(want),
                 spelled(u, tok));
    } else {
        error(u, tok, tok, "expected '%s' before %s", punctuation(want), spelled(u, tok));
    }
}

/* A character that begins no token.  A quote that nothing ends has been reported by
 * the preprocessor. */
static void stray(struct unit *u, uint32_t tok)
{
    uint32_t n;
    const unsigned char *s = (const unsigned char *)token_text(u, &u->toks.v[tok], &n);

    if (memchr(s, '"', n) || memchr(s, '\'', n))
        return;
    if (*s > ' ' && *s < 0x7f)
        error(u, tok, tok, "stray '%c' in program", *s);
    else
        error(u, tok, tok, "stray '\\%o' in program", *s);
}

void parse_syntax_error(struct unit *u, const int *expected, int n)
{
    struct parser *p = u->parser;
    uint32_t tok = p->prev_token;

    p->last_error = tok;
    p->error_pending = true;
    if (!external_is_ours(u, sync_point(u, tok))) {
        u->plain_trouble = true;
        warning(u, "goc-plain-trouble", tok, tok,
                "goc cannot read this declaration; the C compiler judges it");
        return;
    }
    p->is_broken = true;
    if (u->cut_short && kind_of(u, tok) == TOK_EOF)
        return;
    if (kind_of(u, tok) == TOK_OTHER) {
        stray(u, tok);
        return;
    }
    if (explain(u, tok, expected, n))
        return;
    bool open_block = kind_of(u, tok) == TOK_EOF && wants(expected, n, T_IF) &&
                      wants(expected, n, T_RBRACE);
    const char *phrase = open_block ? NULL : wanted(expected, n);
    int want = open_block ? T_RBRACE : phrase ? 0 : preferred(expected, n);
    if (want == T_RBRACE && !open_block && p->braces.n && vec_last(&p->braces)->record &&
        kind_of(u, tok - 1) != TOK_SEMI && !wants(expected, n, T_COMMA))
        want = T_SEMI; /* which only the last member may leave out */
    if (!want) {
        error(u, tok, tok, "expected %s before %s", phrase ? phrase
              : wants(expected, n, T_TYPENAME) ? "a name" : "a declaration",
              spelled(u, tok));
        return;
    }
    expected_before(u, tok, want);
    if (want == T_RPAREN || want == T_RBRACKET || want == T_RBRACE) {
        uint32_t open = open_bracket(u, want);
        if (open)
            note(u, open, open, "to match this '%s'",
                 want == T_RPAREN ? "(" : want == T_RBRACKET ? "[" : "{");
    }
}

void parse_failed(struct unit *u, const char *message)
{
    struct parser *p = u->parser;

    error(u, p->prev_token, p->prev_token, "nesting is too deep (%s)", message);
}

/* ---- Blocks, and coming back to them ---- */

void block_open(struct unit *u)
{
    struct parser *p = u->parser;
    struct block *b = vec_push(&p->blocks);

    b->braces = p->braces.n;
    b->depth = scope_depth(u);
    b->func = scope_func(u);
    b->ds = p->ds;
    b->outer_ds = p->outer_ds.n;
    b->records = p->records.n;
    b->select = p->braces.n && vec_last(&p->braces)->select;
    b->clauses = false;
}

void select_open(struct unit *u)
{
    block_open(u);
    vec_last(&u->parser->blocks)->clauses = true;
}

void block_close(struct unit *u)
{
    if (u->parser->blocks.n)
        u->parser->blocks.n--;
}

static void unwind(struct unit *u, unsigned depth, struct func *func)
{
    while (scope_func(u) != func && scope_func(u))
        scope_leave_func(u);
    while (scope_depth(u) > depth)
        scope_pop(u);
}

void block_recover(struct unit *u)
{
    struct parser *p = u->parser;

    if (!p->blocks.n)
        return;
    struct block *b = vec_last(&p->blocks);
    unwind(u, b->depth, b->func);
    p->ds = b->ds;
    p->outer_ds.n = b->outer_ds;
    p->records.n = b->records;
}

void external_recover(struct unit *u)
{
    struct parser *p = u->parser;

    unwind(u, 0, NULL);
    p->ds = NULL;
    p->outer_ds.n = 0;
    p->records.n = 0;
    p->blocks.n = 0;
}

/* Notes where the external declaration lies that has been read, if it is broken. */
static void external_end(struct unit *u)
{
    struct parser *p = u->parser;

    if (!p->is_broken)
        return;
    *vec_push(&u->broken) = (struct token_range){ p->external, p->prev_token };
    for (uint32_t i = p->external; i <= p->prev_token; i++)
        if (kind_of(u, i) == TOK_IDENT)
            u->toks.v[i].id->lost = true;
    p->is_broken = false;
}

void external_begin(struct unit *u)
{
    struct parser *p = u->parser;

    external_end(u);
    p->external = skip_pragmas(u, p->pos);
    memset(&p->attrs, 0, sizeof p->attrs);
    memset(&p->attrs_behind, 0, sizeof p->attrs_behind);
    p->has_attrs = p->has_attrs_behind = false;
    p->angles.n = 0;
    p->is_ours = false;
}

/* ---- Helpers of the grammar's actions ---- */

struct nodes nodes_add(struct nodes l, struct node *n)
{
    if (!n)
        return l;
    if (l.tail)
        l.tail->next = n;
    else
        l.head = n;
    l.tail = n;
    while (l.tail->next)
        l.tail = l.tail->next;
    return l;
}

struct declspec *ds_new(struct unit *u, uint32_t tok)
{
    struct declspec *ds = arena_new(&u->arena, struct declspec);

    ds->first = ds->last = tok;
    return ds;
}

void ds_basic(struct unit *u, struct declspec *ds, uint32_t tok)
{
    int sub = keyword_at(u, tok)->sub;

    if (sub == B_LONG)
        ds->longs++;
    else
        ds->basic |= 1u << sub;
    if (sub == B_OTHER_FLOAT)
        ds->other_float = u->toks.v[tok].id;
    ds->last = tok;
}

void ds_other(struct unit *u, struct declspec *ds, uint32_t tok)
{
    const struct keyword *k = keyword_at(u, tok);

    switch (k->token) {
    case T_QUAL:
        ds->quals |= k->sub;
        break;
    case T_STORAGE:
        ds->storage = k->sub;
        break;
    case T_FSPEC:
        ds->thread_local_ |= k->sub == F_THREAD;
        break;
    case T_AUTO_TYPE:
        ds->auto_type = true;
        break;
    }
    ds->last = tok;
}

void ds_type(struct declspec *ds, struct typespec t)
{
    ds->type = t.type;
    ds->last = t.last;
}

unsigned qualifier_of(struct unit *u, uint32_t tok)
{
    return keyword_at(u, tok)->sub;
}

void ds_enter(struct unit *u, struct declspec *ds)
{
    struct parser *p = u->parser;

    *vec_push(&p->outer_ds) = p->ds;
    p->ds = ds;
    attrs_take(u, ds);
}

struct declspec *ds_leave(struct unit *u)
{
    struct parser *p = u->parser;
    struct declspec *ds = p->ds;

    p->ds = p->outer_ds.n ? p->outer_ds.v[--p->outer_ds.n] : NULL;
    return ds;
}

struct declarator *declarator_new(struct unit *u, uint32_t name)
{
    struct declarator *d = arena_new(&u->arena, struct declarator);

    d->name = d->first = d->last = name;
    d->tail = &d->derives;
    return d;
}

struct derive *derive_new(struct unit *u, enum derive_kind kind)
{
    struct derive *d = arena_new(&u->arena, struct derive);

    d->kind = kind;
    return d;
}

struct derive *derive_append(struct derive *list, struct derive *d)
{
    struct derive *last = list;

    while (last->next)
        last = last->next;
    last->next = d;
    return list;
}

static void declarator_append(struct declarator *d, struct derive *derives)
{
    *d->tail = derives;
    while (*d->tail)
        d->tail = &(*d->tail)->next;
}

struct declarator *declarator_pointers(struct declarator *d, struct derive *p)
{
    declarator_append(d, p);
    return d;
}

struct derive *derive_array(struct unit *u, struct node *length, unsigned quals,
                            bool star, bool is_static)
{
    struct derive *d = derive_new(u, DERIVE_ARRAY);

    d->length = length;
    d->quals = (uint8_t)quals;
    d->star = star;
    d->static_ = is_static;
    return d;
}

void declarator_array(struct declarator *d, struct derive *array, uint32_t last)
{
    declarator_append(d, array);
    d->last = last;
}

void declarator_params(struct unit *u, struct declarator *d, struct params *ps, uint32_t last)
{
    struct derive *f = derive_new(u, DERIVE_FUNCTION);

    f->params = ps->head;
    f->names = ps->names;
    f->variadic = ps->variadic;
    f->unprototyped = ps->unprototyped;
    declarator_append(d, f);
    d->last = last;
}

struct params *params_new(struct unit *u)
{
    return arena_new(&u->arena, struct params);
}

struct params *params_add(struct params *l, struct param *p)
{
    if (l->tail)
        l->tail->next = p;
    else
        l->head = p;
    l->tail = p;
    return l;
}

struct params *params_name(struct unit *u, struct params *l, uint32_t tok)
{
    struct knr *k = arena_new(&u->arena, struct knr);

    k->token = tok;
    if (l->names_tail)
        l->names_tail->next = k;
    else
        l->names = k;
    l->names_tail = k;
    return l;
}

struct type *parse_typename(struct unit *u, uint32_t tok)
{
    struct symbol *s = u->toks.v[tok].id->symbol;

    check_use(u, s, tok);
    return type_typedef(u, s);
}

struct type *parse_record(struct unit *u)
{
    return *vec_last(&u->parser->records);
}

struct type *parse_begin_record(struct unit *u, enum type_kind kind, uint32_t keyword, uint32_t name)
{
    struct type *t = tag_begin(u, kind, keyword, name);

    *vec_push(&u->parser->records) = t;
    return t;
}

bool parse_alone(struct unit *u, uint32_t name)
{
    return kind_of(u, name + 1) == TOK_SEMI;
}

struct generic_assoc *parse_assoc(struct unit *u, struct type *t, struct node *e)
{
    struct generic_assoc *a = arena_new(&u->arena, struct generic_assoc);

    a->type = t;
    a->e = e;
    return a;
}

struct nodes parse_strings(struct unit *u, struct nodes l, uint32_t tok)
{
    if (!l.head)
        l.head = node_new(u, NODE_STRING, tok, tok);
    l.tail = l.head;
    l.head->last = tok;
    return l;
}

struct node *parse_asm_operand(struct unit *u, struct node *e)
{
    if (e->is_lvalue)
        check_write(u, e, false);
    return e;
}

/* ---- Entry ---- */

void parse(struct unit *u)
{
    struct parser *p = arena_new(&u->arena, struct parser);

    u->parser = p;
    p->noting = &p->attrs;
    scope_init(u);
    keywords_init(u);
    predeclare(u, "__builtin_va_list", TY_VA_LIST);
    predeclare(u, "__builtin_ms_va_list", TY_UNKNOWN);
    predeclare(u, "__int128_t", TY_INT128);
    predeclare(u, "__uint128_t", TY_UINT128);
    p->prev = T_SEMI;
    goc_yyparse(u);
    external_end(u);

    vec_free(&p->braces);
    vec_free(&p->parens);
    vec_free(&p->angles);
    vec_free(&p->records);
    vec_free(&p->outer_ds);
    vec_free(&p->blocks);
}
