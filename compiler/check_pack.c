/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_pack.c: #pragma pack.
 *
 *     pack(1)  pack()  pack(push)  pack(push, 1)  pack(push, name, 1)
 *     pack(pop)  pack(pop, name)
 *
 * The parser skips pragmas.  When a record ends, those up to there are looked for
 * in the tokens; what cannot be read (a macro in its place) leaves the layout
 * unknown until the next pragma that can.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "unit.h"

struct pushed
{
    struct pushed *outer;
    int pack;
    const char *name; /* n bytes; n 0: none */
    size_t n;
};

struct packing
{
    uint32_t next;   /* tokens before it have been seen */
    int pack, initial;
    struct pushed *pushed;
};

/* -fpack-struct and -fpack-struct=2. */
static struct packing *packing_of(struct unit *u)
{
    static const char flag[] = "-fpack-struct";
    if (u->packing)
        return u->packing;
    struct packing *p = u->packing = arena_new(&u->arena, struct packing);
    for (size_t i = 0; i < u->opt->host_flags.n; i++)
    {
        const char *f = u->opt->host_flags.v[i];
        if (strncmp(f, flag, sizeof flag - 1))
            continue;
        f += sizeof flag - 1;
        p->initial = *f == '=' ? atoi(f + 1) : 1;
    }
    p->pack = p->initial;
    return p;
}

/* ---- the words between the parentheses ---- */

struct words
{
    const char *at, *end;
};

static void skip_space(struct words *w)
{
    while (w->at < w->end && isspace((unsigned char)*w->at))
        w->at++;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* A name or a number; its length, 0: none. */
static size_t next_word(struct words *w, const char **word)
{
    skip_space(w);
    *word = w->at;
    while (w->at < w->end && is_word(*w->at))
        w->at++;
    size_t n = (size_t)(w->at - *word);
    skip_space(w);
    return n;
}

static bool take(struct words *w, char c)
{
    skip_space(w);
    if (w->at == w->end || *w->at != c)
        return false;
    w->at++;
    return true;
}

/* 1, 2, 4, ...; -1: it is none of these. */
static int alignment(const char *word, size_t n)
{
    char *end;
    long v = strtol(word, &end, 0);
    return n && end == word + n && v > 0 && v <= 16 && !(v & (v - 1)) ? (int)v : -1;
}

/* ---- the pragma ---- */

static void push(struct unit *u, struct packing *p, struct words *w)
{
    struct pushed *s = arena_new(&u->arena, struct pushed);
    s->outer = p->pushed;
    s->pack = p->pack;
    p->pushed = s;
    while (take(w, ','))
    {
        const char *word;
        size_t n = next_word(w, &word);
        if (n && !isdigit((unsigned char)*word) && !s->n)
            s->name = word, s->n = n;
        else
            p->pack = alignment(word, n);
    }
}

static void pop(struct packing *p, struct words *w)
{
    struct pushed *s = p->pushed;
    int pack = 0;
    while (take(w, ','))
    {
        const char *word;
        size_t n = next_word(w, &word);
        if (n && isdigit((unsigned char)*word))
            pack = alignment(word, n);
        else
            while (s && (s->n != n || memcmp(s->name, word, n)))
                s = s->outer;
    }
    if (s)
    {
        p->pack = s->pack;
        p->pushed = s->outer;
    }
    if (pack)
        p->pack = pack;
}

static void pragma(struct unit *u, struct packing *p, const char *text, uint32_t len)
{
    struct words w = {text, text + len};
    const char *word;
    size_t n = next_word(&w, &word);
    if (n != 4 || memcmp(word, "pack", 4) || !take(&w, '('))
        return;
    n = next_word(&w, &word);
    if (!n)
        p->pack = p->initial;
    else if (n == 4 && !memcmp(word, "push", 4))
        push(u, p, &w);
    else if (n == 3 && !memcmp(word, "pop", 3))
        pop(p, &w);
    else if (n != 4 || memcmp(word, "show", 4))
        p->pack = alignment(word, n);
}

int pack_at(struct unit *u, uint32_t tok)
{
    struct packing *p = packing_of(u);
    for (; p->next < tok; p->next++)
    {
        const struct token *t = &u->toks.v[p->next];
        if (t->kind != TOK_PRAGMA)
            continue;
        uint32_t len;
        const char *text = token_text(u, t, &len);
        pragma(u, p, text, len);
    }
    return p->pack;
}
