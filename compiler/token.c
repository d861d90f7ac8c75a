/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* token.c: interned identifiers, and how tokens are spelled.
 *
 * A token does not own its spelling: identifiers are interned, literals and
 * punctuators point into the file.  Only what the file does not hold in one
 * piece (splices within, pastes, results of #) has text of its own.
 */
#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "macro.h"
#include "unit.h"

/* ---- identifiers ---- */

struct idents
{
    struct ident **table; /* chains, by hash & mask */
    uint32_t mask, n;
};

static uint64_t load64(const char *s)
{
    uint64_t x;
    memcpy(&x, s, 8);
    return x;
}

static uint32_t load32(const char *s)
{
    uint32_t x;
    memcpy(&x, s, 4);
    return x;
}

/* Reads each byte once or twice, never one outside. */
static uint32_t hash_name(const char *s, size_t n)
{
    const uint64_t k1 = 0x9e3779b97f4a7c15u, k2 = 0xd6e8feb86659fd93u;
    uint64_t a = 0, b = 0, h = n * k1;
    for (; n > 16; s += 16, n -= 16)
    {
        h = (h ^ load64(s)) * k2;
        h = ((h ^ h >> 32) ^ load64(s + 8)) * k1;
    }
    if (n >= 8)
        a = load64(s), b = load64(s + n - 8);
    else if (n >= 4)
        a = load32(s), b = load32(s + n - 4);
    else if (n)
        a = (unsigned char)s[0] | (unsigned char)s[n / 2] << 8 |
            (unsigned char)s[n - 1] << 16;
    h = (h ^ a) * k2;
    h = ((h ^ h >> 32) ^ b) * k1;
    return (uint32_t)(h >> 32);
}

static void idents_grow(struct idents *ids)
{
    uint32_t cap = (ids->mask + 1) * 2;
    struct ident **table = calloc(cap, sizeof(struct ident *));
    if (!table)
        fatal("out of memory");
    for (uint32_t i = 0; i <= ids->mask; i++)
        for (struct ident *id = ids->table[i], *next; id; id = next)
        {
            next = id->next;
            id->next = table[id->hash & (cap - 1)];
            table[id->hash & (cap - 1)] = id;
        }
    free(ids->table);
    ids->table = table;
    ids->mask = cap - 1;
}

struct ident *ident_get(struct unit *u, const char *s, size_t n)
{
    struct idents *ids = u->idents;
    uint32_t hash = hash_name(s, n);
    for (struct ident *id = ids->table[hash & ids->mask]; id; id = id->next)
        if (id->hash == hash && id->len == n && !memcmp(id->name, s, n))
            return id;
    if (ids->n > ids->mask)
        idents_grow(ids);
    struct ident *id = arena_new(&u->arena, struct ident);
    id->name = arena_strndup(&u->arena, s, n);
    id->len = (uint32_t)n;
    id->hash = hash;
    id->next = ids->table[hash & ids->mask];
    ids->table[hash & ids->mask] = id;
    ids->n++;
    return id;
}

struct ident *ident_of(struct unit *u, const char *name)
{
    return ident_get(u, name, strlen(name));
}

static const struct { const char *name; uint8_t word, pp_flags; } words[] = {
    {"go", WORD_GO, IDENT_WORD},         {"chan", WORD_CHAN, IDENT_WORD},
    {"select", WORD_SELECT, IDENT_WORD}, {"make", WORD_MAKE, IDENT_WORD},
    {"range", WORD_RANGE, IDENT_WORD},   {"defer", WORD_DEFER, IDENT_WORD},
    {"close", WORD_CLOSE, 0},            {"len", WORD_LEN, 0},
    {"cap", WORD_CAP, 0},                {"free", WORD_FREE, 0},
    {"goc_after", WORD_AFTER, 0},
};

void idents_init(struct unit *u)
{
    u->idents = arena_new(&u->arena, struct idents);
    u->idents->mask = 4095;
    u->idents->table = calloc(4096, sizeof(struct ident *));
    if (!u->idents->table)
        fatal("out of memory");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    {
        struct ident *id = ident_of(u, words[i].name);
        id->word = words[i].word;
        id->pp_flags |= words[i].pp_flags;
    }
}

void idents_free(struct unit *u)
{
    if (u->idents)
        free(u->idents->table);
    u->idents = NULL;
}

/* ---- spelling ---- */

/* The text is kept behind its length. */
const char *token_keep_text(struct unit *u, const char *s, uint32_t n)
{
    char *p = arena_alloc(&u->arena, sizeof n + n + 1);
    memcpy(p, &n, sizeof n);
    memcpy(p + sizeof n, s, n);
    return p + sizeof n;
}

/* What the source holds at an identifier whose name is not its spelling. */
static const char *source_spelling(struct unit *u, const struct token *t, uint32_t *n)
{
    struct source *s = source_at(u, t->loc);
    const char *from = s->file->text + (t->loc - s->base);
    if (!(t->flags & TF_SPLICED))
    {
        *n = t->len;
        return from;
    }
    struct lexer lx;
    lexer_init(&lx, u, s);
    char *text = arena_alloc(&u->arena, t->len + 1);
    uint32_t len = 0;
    for (const char *p = from, *q; p < from + t->len;)
        if ((q = lex_splice(&lx, p)))
            p = q;
        else
            text[len++] = *p++;
    *n = len;
    return text;
}

const char *token_text(struct unit *u, const struct token *t, uint32_t *n)
{
    uint32_t ignored;
    if (!n)
        n = &ignored;
    if (t->kind == TOK_IDENT)
    {
        if (t->spare && !(t->flags & TF_TEXT))
            return source_spelling(u, t, n);
        *n = t->id->len;
        return t->id->name;
    }
    if (t->flags & TF_SPLICED && !(t->flags & TF_TEXT))
        memcpy(n, t->text - sizeof *n, sizeof *n);
    else
        *n = t->text ? t->len : 0;
    return t->text ? t->text : "";
}

const char *token_dynamic_name(const struct token *t)
{
    if (!t->spare || !(t->flags & TF_TEXT) ||
        (t->kind != TOK_NUMBER && t->kind != TOK_STRING))
        return NULL;
    return macro_dynamic_name(t->spare - 1);
}

const char *token_output_text(struct unit *u, const struct token *t, uint32_t *n)
{
    const char *name = token_dynamic_name(t);
    if (!name || (t->spare - 1 == DYN_COUNTER && !u->counter_asked))
        return token_text(u, t, n);
    if (n)
        *n = (uint32_t)strlen(name);
    return name;
}

/* Errs towards true: a space too many does no harm. */
bool token_would_paste(struct unit *u, const struct token *a, const struct token *b)
{
    uint32_t an, bn;
    const char *at = token_text(u, a, &an), *bt = token_text(u, b, &bn);
    if (!an || !bn)
        return false;
    char last = at[an - 1], first = bt[0];
    bool word = b->kind == TOK_IDENT || b->kind == TOK_NUMBER;
    switch (a->kind)
    {
    case TOK_IDENT:
        return word || b->kind == TOK_STRING || b->kind == TOK_CHAR || first == '\\';
    case TOK_NUMBER:
        return word || first == '.' || first == '\'' || first == '\\' ||
               first == '+' || first == '-';
    case TOK_STRING: case TOK_CHAR:
        return b->kind == TOK_IDENT;
    case TOK_OTHER:
        return true;
    case TOK_LPAREN: case TOK_RPAREN: case TOK_LBRACKET: case TOK_RBRACKET:
    case TOK_LBRACE: case TOK_RBRACE: case TOK_SEMI: case TOK_COMMA:
    case TOK_QUESTION: case TOK_TILDE:
        return false;
    case TOK_DOT:
        return first == '.' || b->kind == TOK_NUMBER;
    case TOK_LT:
        return strchr("<=-:%", first) != NULL;
    case TOK_GT: case TOK_SHL: case TOK_SHR:
        return first == '>' || first == '=';
    case TOK_PLUS: case TOK_AMP: case TOK_PIPE:
        return first == last || first == '=';
    case TOK_MINUS: case TOK_LARROW:
        return strchr("-=>", first) != NULL;
    case TOK_SLASH:
        return strchr("/*=", first) != NULL;
    case TOK_PERCENT:
        return strchr("=:>%", first) != NULL;
    case TOK_COLON:
        return strchr(":=>", first) != NULL;
    case TOK_HASH:
        return first == '#' || first == '%';
    case TOK_STAR: case TOK_NOT: case TOK_ASSIGN: case TOK_CARET:
        return first == '=';
    default:
        return false;
    }
}

/* ---- --dump=tokens ---- */

static const char *const dump_names[] = {
    [TOK_EOF] = "EOF", [TOK_IDENT] = "IDENT", [TOK_NUMBER] = "NUMBER",
    [TOK_CHAR] = "CHAR", [TOK_STRING] = "STRING", [TOK_HEADER] = "HEADER",
    [TOK_OTHER] = "OTHER", [TOK_NEWLINE] = "NEWLINE", [TOK_PRAGMA] = "PRAGMA",
    [TOK_PLACEMARKER] = "PLACEMARKER", [TOK_PARAM] = "PARAM",
    [TOK_STRINGIFY] = "STRINGIFY", [TOK_VA_OPT] = "VA_OPT",
#define X(name, text) [TOK_##name] = #name,
    TOKEN_PUNCTUATORS(X)
#undef X
};

void token_dump(struct unit *u, struct source *s)
{
    struct lexer lx;
    struct token t;
    lexer_init(&lx, u, s);
    do
    {
        lex(&lx, &t);
        struct place p = source_place(u, t.loc);
        uint32_t n;
        const char *text = token_text(u, &t, &n);
        const char *bol = t.flags & TF_BOL ? "bol" : "";
        const char *space = t.flags & TF_SPACE ? "space" : "";
        const char *spliced = t.flags & TF_SPLICED ? "spliced" : "";
        printf("%d:%d %s %s%s%s%s%s%s%s", p.line, p.column, dump_names[t.kind], bol,
               *bol && *space ? "," : "", space, (*bol || *space) && *spliced ? "," : "",
               spliced, *bol || *space || *spliced ? "" : "-", n ? " " : "");
        fwrite(text, 1, n, stdout);
        putchar('\n');
    } while (t.kind != TOK_EOF);
}
