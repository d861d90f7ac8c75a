/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ppexpr.c: the expressions of #if.  C11 6.10.1.
 *
 * Precedence climbing over tokens as they come from macro expansion.  Values are
 * 64 bits wide and signed or not; an operand that is not evaluated is parsed with
 * eval off, which silences what only a value can have wrong.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "host.h"
#include "ppstate.h"
#include "unit.h"

struct value
{
    uint64_t v;
    bool is_unsigned;
};

struct expr
{
    struct pp *pp;
    struct token t;      /* the next token */
    struct token *start; /* the directive's #, for messages at its end */
    bool minus_next;     /* t was a <-, its < is used up: - comes next */
    bool failed;
    unsigned depth;
};

static void advance(struct expr *e);
static struct value parse_conditional(struct expr *e, bool eval);

static void fail_at(struct expr *e, const struct token *t, const char *format, const char *arg)
{
    if (!e->failed && !e->pp->stopped)
        error_at(e->pp->u, t->kind == TOK_NEWLINE || t->kind == TOK_EOF ? e->start->loc : t->loc,
                 format, arg);
    e->failed = true;
}

static bool at_end(const struct expr *e)
{
    return e->t.kind == TOK_NEWLINE || e->t.kind == TOK_EOF;
}

static const char *spelling(struct expr *e)
{
    uint32_t n;
    const char *s = token_text(e->pp->u, &e->t, &n);
    return arena_strndup(&e->pp->u->arena, s, n);
}

static struct value number(uint64_t v)
{
    return (struct value){.v = v};
}

/* ---- operators on names ---- */

static void next_unexpanded(struct pp *pp, struct token *t)
{
    pp->no_expand++;
    pp_next_token(pp, t);
    pp->no_expand--;
}

/* e->t is the word defined. */
static struct value parse_defined(struct expr *e)
{
    struct pp *pp = e->pp;
    struct token t;
    next_unexpanded(pp, &t);
    bool paren = t.kind == TOK_LPAREN;
    if (paren)
        next_unexpanded(pp, &t);
    if (t.kind != TOK_IDENT)
    {
        fail_at(e, &t, "operator \"defined\" requires an identifier", "");
        e->t = t;
        return number(0);
    }
    bool yes = t.id->macro != NULL;
    pp_note_use(pp, t.id);
    if (paren)
    {
        next_unexpanded(pp, &t);
        if (t.kind != TOK_RPAREN)
        {
            fail_at(e, &t, "missing ')' after \"defined\"", "");
            e->t = t;
            return number(0);
        }
    }
    advance(e);
    return number(yes);
}

/* The operand of __has_include, from behind its ( to the ) included; null after a
 * message.  NUL-terminated, with its delimiters. */
static char *include_operand(struct pp *pp, const struct token *op)
{
    struct token t;
    struct lexer *lx = &pp->in->lx;
    uint32_t n;
    char *name = NULL;
    if (!pp->contexts.n && lex_header_name(lx, &t))
    {
        const char *s = token_text(pp->u, &t, &n);
        name = arena_strndup(&pp->u->arena, s, n);
    }
    else
    {
        pp_next_token(pp, &t);
        if (t.kind == TOK_STRING)
            name = arena_strndup(&pp->u->arena, token_text(pp->u, &t, &n), t.len);
        else if (t.kind == TOK_LT || t.kind == TOK_LARROW)
        {
            name = "";
            for (bool first = true;; first = false, pp_next_token(pp, &t))
            {
                if (t.kind == TOK_NEWLINE || t.kind == TOK_EOF)
                {
                    error_at(pp->u, op->loc, "missing terminating > character");
                    return NULL;
                }
                const char *s = token_text(pp->u, &t, &n);
                name = arena_printf(&pp->u->arena, "%s%s%.*s", name,
                                    !first && t.flags & TF_SPACE ? " " : "", (int)n, s);
                if (t.kind == TOK_GT)
                    break;
            }
        }
    }
    if (!name)
    {
        error_at(pp->u, op->loc, "operator \"%s\" requires a header-name", op->id->name);
        return NULL;
    }
    pp_next_token(pp, &t);
    if (t.kind != TOK_RPAREN)
    {
        error_at(pp->u, t.loc, "missing ')' after \"%s\" operand", op->id->name);
        return NULL;
    }
    return name;
}

static bool has_include(struct pp *pp, const struct token *op)
{
    char *name = include_operand(pp, op);
    size_t n = name ? strlen(name) : 0;
    if (n <= 2)
        return false;
    bool quoted = name[0] == '"';
    name[n - 1] = 0;
    return search_header(pp->u, name + 1, quoted, pp->in->source,
                         op->id == pp->has_include_next).file != NULL;
}

/* The operand of __has_attribute and its kind as one word, to the ) included;
 * null after a message.  GCC expands macros in it, Clang only in attributes. */
static const char *has_operand(struct pp *pp, const struct token *op)
{
    struct arena *a = &pp->u->arena;
    struct token t;
    const char *name = "";
    bool expand = !pp->u->host.is_clang || strstr(op->id->name, "attribute");
    for (;;)
    {
        if (!expand)
            next_unexpanded(pp, &t);
        else
            pp_next_token(pp, &t);
        if (t.kind == TOK_RPAREN && *name)
        {
            macro_extend(pp, &t);
            return name;
        }
        uint32_t n;
        const char *s = token_text(pp->u, &t, &n);
        if (t.kind != TOK_IDENT && t.kind != TOK_COLONCOLON && t.kind != TOK_COLON &&
            t.kind != TOK_STRING && t.kind != TOK_NUMBER)
            break;
        name = arena_printf(a, "%s%.*s", name, (int)n, s);
    }
    if (t.kind == TOK_NEWLINE || t.kind == TOK_EOF)
        error_at(pp->u, op->loc, "missing ')' after \"%s\" operand", op->id->name);
    else
        error_at(pp->u, t.loc, "\"%s\" requires an identifier", op->id->name);
    return NULL;
}

long ppexpr_has(struct pp *pp, const struct token *op)
{
    struct token paren;
    pp_next_token(pp, &paren);
    if (paren.kind != TOK_LPAREN)
    {
        error_at(pp->u, op->loc, "missing '(' after \"%s\"", op->id->name);
        return 0;
    }
    if (op->id == pp->has_include || op->id == pp->has_include_next)
        return has_include(pp, op);
    const char *name = has_operand(pp, op);
    return name ? host_has(pp->u, op->id->name, name) : 0;
}

/* ---- constants ---- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'z')
        return (c | 32) - 'a' + 10;
    return 99;
}

/* True if s is an integer's suffix. */
static bool integer_suffix(struct expr *e, const char *s, size_t n, bool *is_unsigned)
{
    bool u = false, l = false, wb = false;
    while (n)
        if (!u && (*s | 32) == 'u')
            u = true, s++, n--;
        else if (!l && n >= 2 && (*s | 32) == 'l' && s[1] == *s)
            l = true, s += 2, n -= 2;
        else if (!l && (*s | 32) == 'l')
            l = true, s++, n--;
        else if (!l && !wb && n >= 2 && e->pp->u->opt->std >= STD_C23 &&
                 ((s[0] == 'w' && s[1] == 'b') || (s[0] == 'W' && s[1] == 'B')))
            wb = true, s += 2, n -= 2;
        else
            return false;
    *is_unsigned = u;
    return true;
}

static struct value parse_number(struct expr *e)
{
    uint32_t n;
    const char *s = token_text(e->pp->u, &e->t, &n);
    unsigned base = 10;
    size_t i = 0;
    struct value r = {0};
    if (n > 2 && *s == '0' && (s[1] | 32) == 'x')
        base = 16, i = 2;
    else if (n > 2 && *s == '0' && (s[1] | 32) == 'b')
        base = 2, i = 2;
    else if (*s == '0')
        base = 8;
    size_t first = i;
    for (; i < n; i++)
    {
        if (s[i] == '\'')
            continue;
        unsigned d = (unsigned)digit_value(s[i]);
        if (d >= (base == 8 ? 10 : base))
            break;
        if (d >= base)
        {
            fail_at(e, &e->t, "invalid digit in octal constant \"%s\"", spelling(e));
            return number(0);
        }
        r.v = r.v * base + d; /* of overflow the host compiler warns */
    }
    if (i == first || !integer_suffix(e, s + i, n - i, &r.is_unsigned))
    {
        bool floating = memchr(s, '.', n) || (base != 16 && i < n && (s[i] | 32) == 'e') ||
                        (base == 16 && i < n && (s[i] | 32) == 'p');
        fail_at(e, &e->t, floating ? "floating constant in preprocessor expression"
                                   : "\"%s\" is not an integer constant", spelling(e));
        return number(0);
    }
    if (r.v > INT64_MAX)
        r.is_unsigned = true;
    return r;
}

/* One character or escape of a constant; *s is passed. */
static uint32_t char_value(const char **s, const char *end, bool wide)
{
    const unsigned char *p = (const unsigned char *)*s;
    uint32_t c = *p++;
    if (c == '\\' && (const char *)p < end)
    {
        c = *p++;
        static const char from[] = "abfnrtveE", to[] = "\a\b\f\n\r\t\v\033\033";
        const char *q = strchr(from, (int)c);
        if (c >= '0' && c <= '7')
        {
            c -= '0';
            for (int i = 0; i < 2 && *p >= '0' && *p <= '7'; i++)
                c = c * 8 + *p++ - '0';
        }
        else if (c == 'x' || c == 'u' || c == 'U')
        {
            int max = c == 'x' ? 1000 : c == 'u' ? 4 : 8;
            c = 0;
            for (; max-- && digit_value((char)*p) < 16; p++)
                c = c * 16 + (uint32_t)digit_value((char)*p);
        }
        else if (q && *q)
            c = (uint32_t)to[q - from];
    }
    else if (wide && c >= 0xC2)
    {
        int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
        c &= 0x3Fu >> more;
        while (more-- && (*p & 0xC0) == 0x80)
            c = c << 6 | (*p++ & 0x3F);
    }
    *s = (const char *)p;
    return c;
}

static struct value parse_char(struct expr *e)
{
    uint32_t n;
    const char *s = token_text(e->pp->u, &e->t, &n), *end = s + n - 1;
    char prefix = *s == '\'' ? 0 : *s;
    bool u8 = *s == 'u' && s[1] == '8', wide = prefix && !u8;
    s = (const char *)memchr(s, '\'', n) + 1;
    if (s >= end)
    {
        fail_at(e, &e->t, "empty character constant", "");
        return number(0);
    }
    bool is_signed = !ident_of(e->pp->u, "__CHAR_UNSIGNED__")->macro;
    uint32_t v = 0;
    unsigned count = 0;
    for (; s < end; count++)
    {
        uint32_t c = char_value(&s, end, wide);
        v = wide ? c : v << 8 | (c & 0xff);
    }
    if (wide)
    {
        bool wchar_unsigned = ident_of(e->pp->u, "__WCHAR_UNSIGNED__")->macro;
        if (prefix == 'L' && !wchar_unsigned)
            return number((uint64_t)(int64_t)(int32_t)v);
        return (struct value){prefix == 'u' ? v & 0xffff : v, true};
    }
    if (u8)
        return (struct value){v & 0xff, true};
    if (count == 1 && is_signed)
        return number((uint64_t)(int64_t)(signed char)v);
    return number((uint64_t)(int64_t)(int32_t)v);
}

/* ---- the grammar ---- */

static void advance(struct expr *e)
{
    if (e->minus_next)
    {
        e->minus_next = false;
        e->t.kind = TOK_MINUS;
        return;
    }
    pp_next_token(e->pp, &e->t);
    if (e->t.kind == TOK_LARROW)
    {
        e->t.kind = TOK_LT;
        e->minus_next = true;
    }
}

static struct value parse_ident(struct expr *e)
{
    struct ident *id = e->t.id;
    if (id == e->pp->defined)
        return parse_defined(e);
    bool yes = e->pp->u->opt->std >= STD_C23 && !strcmp(id->name, "true");
    advance(e);
    return number(yes);
}

/* #if #machine(x86_64): GNU's assertions. */
static struct value parse_assertion(struct expr *e)
{
    struct pp *pp = e->pp;
    const char *text = "";
    struct token t;
    next_unexpanded(pp, &t);
    if (t.kind != TOK_IDENT)
    {
        fail_at(e, &t, "assertion without predicate", "");
        return number(0);
    }
    text = t.id->name;
    advance(e);
    if (e->t.kind == TOK_LPAREN)
    {
        do
        {
            text = arena_printf(&pp->u->arena, "%s%s%s", text,
                                e->t.flags & TF_SPACE ? " " : "", spelling(e));
            next_unexpanded(pp, &e->t);
        } while (e->t.kind != TOK_RPAREN && !at_end(e));
        text = directive_assertion_text(pp, arena_printf(&pp->u->arena, "%s)", text));
        advance(e);
    }
    size_t n = strlen(text);
    for (struct assertion *a = pp->assertions; a; a = a->next)
        if (!strncmp(a->text, text, n) && (!a->text[n] || a->text[n] == '('))
            return number(1);
    return number(0);
}

static bool enter(struct expr *e)
{
    if (++e->depth > MAX_IF_NESTING)
        fail_at(e, &e->t, "#if expression is nested too deeply", "");
    return !e->failed;
}

static struct value parse_unary(struct expr *e, bool eval)
{
    struct value v = {0};
    if (!enter(e))
        return v;
    switch (e->t.kind)
    {
    case TOK_PLUS:
        advance(e);
        v = parse_unary(e, eval);
        break;
    case TOK_MINUS:
        advance(e);
        v = parse_unary(e, eval);
        v.v = -v.v;
        break;
    case TOK_TILDE:
        advance(e);
        v = parse_unary(e, eval);
        v.v = ~v.v;
        break;
    case TOK_NOT:
        advance(e);
        v = number(!parse_unary(e, eval).v);
        break;
    case TOK_LPAREN:
        advance(e);
        v = parse_conditional(e, eval);
        while (e->t.kind == TOK_COMMA && !e->failed)
        {
            advance(e);
            v = parse_conditional(e, eval);
        }
        if (e->t.kind != TOK_RPAREN)
            fail_at(e, &e->t, at_end(e) ? "missing ')' in expression"
                                        : "missing binary operator before token \"%s\"",
                    spelling(e));
        else
            advance(e);
        break;
    case TOK_NUMBER:
        v = parse_number(e);
        advance(e);
        break;
    case TOK_CHAR:
        v = parse_char(e);
        advance(e);
        break;
    case TOK_IDENT:
        v = parse_ident(e);
        break;
    case TOK_HASH:
        v = parse_assertion(e);
        break;
    case TOK_NEWLINE: case TOK_EOF:
        fail_at(e, &e->t, "#if with no expression, or an operator without its right operand", "");
        break;
    default:
        fail_at(e, &e->t, "token \"%s\" is not valid in preprocessor expressions", spelling(e));
        break;
    }
    e->depth--;
    return v;
}

static int precedence(enum token_kind k)
{
    switch ((int)k)
    {
    case TOK_STAR: case TOK_SLASH: case TOK_PERCENT: return 10;
    case TOK_PLUS: case TOK_MINUS: return 9;
    case TOK_SHL: case TOK_SHR: return 8;
    case TOK_LT: case TOK_GT: case TOK_LE: case TOK_GE: return 7;
    case TOK_EQEQ: case TOK_NE: return 6;
    case TOK_AMP: return 5;
    case TOK_CARET: return 4;
    case TOK_PIPE: return 3;
    case TOK_ANDAND: return 2;
    case TOK_OROR: return 1;
    default: return 0;
    }
}

static struct value shift(struct value a, struct value b, bool left)
{
    int64_t by = (int64_t)b.v;
    if (!b.is_unsigned && by < 0)
    {
        left = !left;
        by = by == INT64_MIN ? INT64_MAX : -by;
    }
    else if (by < 0)
        by = INT64_MAX;
    bool negative = !a.is_unsigned && (int64_t)a.v < 0;
    if (left)
        a.v = by > 63 ? 0 : a.v << by;
    else if (by > 63)
        a.v = negative ? UINT64_MAX : 0;
    else
        a.v = a.v >> by | (negative && by ? ~(UINT64_MAX >> by) : 0);
    return a;
}

static struct value divide(struct expr *e, struct value a, struct value b, bool remainder,
                           bool is_unsigned, bool eval)
{
    struct value r = {.is_unsigned = is_unsigned};
    if (!b.v)
    {
        if (eval)
            fail_at(e, &e->t, "division by zero in #if", "");
        return r;
    }
    if (is_unsigned)
        r.v = remainder ? a.v % b.v : a.v / b.v;
    else if (b.v == UINT64_MAX) /* INT64_MIN / -1 traps */
        r.v = remainder ? 0 : -a.v;
    else
        r.v = (uint64_t)(remainder ? (int64_t)a.v % (int64_t)b.v : (int64_t)a.v / (int64_t)b.v);
    return r;
}

static struct value compare(enum token_kind op, struct value a, struct value b, bool is_unsigned)
{
    bool less = is_unsigned ? a.v < b.v : (int64_t)a.v < (int64_t)b.v;
    switch ((int)op)
    {
    case TOK_LT: return number(less);
    case TOK_GE: return number(!less);
    case TOK_GT: return number(!less && a.v != b.v);
    case TOK_LE: return number(less || a.v == b.v);
    case TOK_EQEQ: return number(a.v == b.v);
    default: return number(a.v != b.v);
    }
}

static struct value binary(struct expr *e, enum token_kind op, struct value a, struct value b,
                           bool eval)
{
    struct value r = {.is_unsigned = a.is_unsigned || b.is_unsigned};
    switch ((int)op)
    {
    case TOK_STAR: r.v = a.v * b.v; return r;
    case TOK_SLASH: return divide(e, a, b, false, r.is_unsigned, eval);
    case TOK_PERCENT: return divide(e, a, b, true, r.is_unsigned, eval);
    case TOK_PLUS: r.v = a.v + b.v; return r;
    case TOK_MINUS: r.v = a.v - b.v; return r;
    case TOK_SHL: return shift(a, b, true);
    case TOK_SHR: return shift(a, b, false);
    case TOK_AMP: r.v = a.v & b.v; return r;
    case TOK_CARET: r.v = a.v ^ b.v; return r;
    case TOK_PIPE: r.v = a.v | b.v; return r;
    case TOK_ANDAND: return number(a.v && b.v);
    case TOK_OROR: return number(a.v || b.v);
    default: return compare(op, a, b, r.is_unsigned);
    }
}

static struct value parse_binary(struct expr *e, int min, bool eval)
{
    struct value a = parse_unary(e, eval);
    for (int level; !e->failed && (level = precedence(e->t.kind)) >= min && level;)
    {
        enum token_kind op = e->t.kind;
        bool wanted = eval && !(op == TOK_ANDAND && !a.v) && !(op == TOK_OROR && a.v);
        advance(e);
        struct value b = parse_binary(e, level + 1, wanted);
        a = binary(e, op, a, b, wanted);
    }
    return a;
}

static struct value parse_conditional(struct expr *e, bool eval)
{
    struct value c = parse_binary(e, 1, eval);
    if (e->t.kind != TOK_QUESTION || e->failed || !enter(e))
        return c;
    advance(e);
    struct value a = parse_conditional(e, eval && c.v);
    while (e->t.kind == TOK_COMMA && !e->failed)
    {
        advance(e);
        a = parse_conditional(e, eval && c.v);
    }
    if (e->t.kind != TOK_COLON)
    {
        fail_at(e, &e->t, "'?' without following ':'", "");
        return c;
    }
    advance(e);
    struct value b = parse_conditional(e, eval && !c.v);
    e->depth--;
    return (struct value){c.v ? a.v : b.v, a.is_unsigned || b.is_unsigned};
}

bool ppexpr_true(struct pp *pp, struct token *directive)
{
    struct expr e = {.pp = pp, .start = directive};
    advance(&e);
    if (at_end(&e))
    {
        fail_at(&e, &e.t, "#if with no expression", "");
        return false;
    }
    struct value v = parse_conditional(&e, true);
    while (e.t.kind == TOK_COMMA && !e.failed)
    {
        advance(&e);
        v = parse_conditional(&e, true);
    }
    if (!e.failed && !at_end(&e))
        fail_at(&e, &e.t, e.t.kind == TOK_RPAREN ? "missing '(' in expression"
                        : e.t.kind == TOK_COLON ? "':' without preceding '?'"
                        : "missing binary operator before token \"%s\"", spelling(&e));
    return v.v && !e.failed;
}
