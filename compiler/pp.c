/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pp.c: the preprocessor's loop, and the stack of files it reads.
 *
 * One loop reads tokens into unit.toks: from the macro expansions in progress
 * (macro.c) while there are any, else from the innermost file, with its directives
 * (directive.c) obeyed on the way.  Warnings about plain C are left to the host
 * compiler, which reads the same text later; errors are reported, for there is no
 * output then.
 */
#include "pp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "ppstate.h"
#include "unit.h"

/* ---- the stack of files ---- */

void pp_input_push(struct pp *pp, struct source *s)
{
    struct input *in = &pp->inputs[pp->depth++];
    *in = (struct input){.source = s, .conds = pp->conds.n, .state = GUARD_START,
                         .mark_toks = pp->u->toks.n, .mark_exps = pp->u->expansions.n};
    lexer_init(&in->lx, pp->u, s);
    pp->in = in;
}

bool pp_no_token_since(struct pp *pp)
{
    return pp->in->mark_toks == pp->u->toks.n && pp->in->mark_exps == pp->u->expansions.n;
}

static void input_pop(struct pp *pp)
{
    struct input *in = pp->in;
    while (pp->conds.n > in->conds)
    {
        struct cond *c = &pp->conds.v[--pp->conds.n];
        if (!pp->stopped)
            error_at(pp->u, c->loc, "unterminated #%s", c->name);
    }
    if (in->state == GUARD_AFTER && pp_no_token_since(pp))
        in->source->file->guard = in->guard;
    pp->depth--;
    pp->in = pp->depth ? &pp->inputs[pp->depth - 1] : NULL;
}

void pp_stop(struct pp *pp)
{
    pp->stopped = true;
    pp->u->cut_short = true;
    for (unsigned i = 0; i < pp->depth; i++)
        pp->inputs[i].lx.cursor = pp->inputs[i].lx.limit;
}

/* ---- small helpers ---- */

bool pp_macros_changed(struct unit *u, uint32_t from, uint32_t to)
{
    size_t lo = 0, hi = u->pp->changes.n; /* the first change behind from */
    while (lo < hi)
    {
        size_t mid = lo + (hi - lo) / 2;
        if (u->pp->changes.v[mid] <= from)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < u->pp->changes.n && u->pp->changes.v[lo] <= to;
}

void pp_note_use(struct pp *pp, struct ident *id)
{
    struct source *s = pp->in ? pp->in->source : NULL;
    if (id->pp_flags & IDENT_GOC_MACRO && s && !s->own)
        pp->u->goc_macro_used = true;
    if (id->pp_flags & IDENT_ERRNO && s && !s->system && !s->own)
        pp->u->errno_used = true;
}

void pp_note_change(struct pp *pp)
{
    uint32_t at = (uint32_t)pp->u->toks.n;
    if (!pp->changes.n || *vec_last(&pp->changes) != at)
        *vec_push(&pp->changes) = at;
}

/* ---- reading ---- */

/* t was read from the text: obeys directives and ends files, until t is a token
 * that goes on. */
static void settle(struct pp *pp, struct token *t)
{
    for (;; lex(&pp->in->lx, t))
        if (pp->in_directive)
            return;
        else if (t->kind == TOK_HASH && t->flags & TF_BOL)
        {
            if (directive_obey(pp, t))
                return;
        }
        else if (t->kind == TOK_EOF && !pp->collecting && pp->depth > pp->bottom + 1)
            input_pop(pp);
        else
            return;
}

/* Expands t if it is a macro that is to be expanded here. */
static void try_macro(struct pp *pp, struct token *t)
{
    if (t->kind != TOK_IDENT || !t->id->macro || t->flags & TF_NOEXPAND)
        return;
    if (t->id->macro->disabled)
        t->flags |= TF_NOEXPAND;
    else if (!pp->no_expand)
        macro_expand(pp, t);
}

void pp_next(struct pp *pp, struct token *t)
{
    if (pp->contexts.n)
    {
        struct context *c = vec_last(&pp->contexts);
        if (c->next < c->end && !pp->stopped)
        {
            *t = *c->next++;
            t->exp = pp->exp;
        }
        else if (c->floor || pp->stopped)
        {
            *t = (struct token){.kind = TOK_EOF, .text = ""};
            return;
        }
        else
        {
            macro_context_pop(pp);
            *t = (struct token){.kind = TOK_PLACEMARKER, .exp = pp->exp};
            return;
        }
    }
    else
    {
        lex(&pp->in->lx, t);
        settle(pp, t);
    }
    try_macro(pp, t);
}

/* What the placemarkers before a token say about space: see macro.c. */
enum pad { PAD_NONE, PAD_UNKNOWN, PAD_NO_SPACE, PAD_SPACE };

static enum pad pad_add(enum pad pad, const struct token *t)
{
    if (pad > PAD_UNKNOWN && !(pad == PAD_NO_SPACE && !t->spare))
        return pad;
    return !t->spare ? PAD_UNKNOWN : t->flags & TF_SPACE ? PAD_SPACE : PAD_NO_SPACE;
}

static void pad_apply(enum pad pad, struct token *t)
{
    if (pad == PAD_SPACE)
        t->flags |= TF_SPACE;
    else if (pad == PAD_NO_SPACE)
        t->flags &= (uint8_t)~TF_SPACE;
}

void pp_next_token(struct pp *pp, struct token *t)
{
    enum pad pad = PAD_NONE;
    for (pp_next(pp, t); t->kind == TOK_PLACEMARKER; pp_next(pp, t))
        pad = pad_add(pad, t);
    pad_apply(pad, t);
}

/* ---- the loop ---- */

/* What a token tells about the unit, once it is sure to be in it. */
static void inspect(struct pp *pp, struct token *t)
{
    struct unit *u = pp->u;
    if (t->kind == TOK_IDENT)
    {
        if (t->id->pp_flags & IDENT_WORD)
            u->has_words = true;
        if (t->id->pp_flags & IDENT_PRAGMA)
            directive_pragma_operator(pp, t);
    }
    else if (t->kind == TOK_LARROW || t->kind == TOK_DEFINE)
        u->has_words = true;
    else if (t->kind == TOK_OTHER && t->len)
    {
        uint32_t n;
        const char *s = token_text(u, t, &n), *q = s;
        while (q < s + n && *q != '"' && *q != '\'')
            q++;
        if (q < s + n)
            error_at(u, t->exp ? u->expansions.v[t->exp].start : t->loc,
                     "missing terminating %c character", *q);
    }
}

/* Appends a token that needs a look; padded: placemarkers came before it. */
static void push_token(struct pp *pp, struct token *t, bool padded)
{
    struct unit *u = pp->u;
    inspect(pp, t);
    if (padded && !(t->flags & TF_SPACE) && u->toks.n &&
        token_would_paste(u, vec_last(&u->toks), t))
        t->flags |= TF_AVOID_PASTE;
    *vec_push(&u->toks) = *t;
    if (t->exp)
    {
        struct expansion *e = &u->expansions.v[t->exp];
        if (e->first == e->last)
            e->first = (uint32_t)u->toks.n - 1;
        e->last = (uint32_t)u->toks.n;
    }
    if (u->toks.n > MAX_TOKENS && !pp->stopped)
    {
        fatal_at(u, t->exp ? u->expansions.v[t->exp].start : t->loc, 0,
                 "the translation unit is too large");
        pp_stop(pp);
    }
}

/* True for a token that goes into unit.toks as it is. */
static bool is_plain(const struct token *t)
{
    if (t->kind == TOK_IDENT)
        return !t->id->macro && !t->id->pp_flags;
    return t->kind != TOK_HASH && t->kind < TOK_LARROW && t->kind != TOK_EOF &&
           t->kind != TOK_OTHER;
}

/* Reads all of the innermost input, and what it includes, into unit.toks. */
static void read_input(struct pp *pp)
{
    struct unit *u = pp->u;
    enum pad pad = PAD_NONE;
    const unsigned bottom = pp->bottom;
    pp->bottom = pp->depth - 1;
    for (;;)
    {
        struct token got;
        if (!pp->contexts.n)
        {
            struct token *t = vec_push(&u->toks);
            lex(&pp->in->lx, t);
            if (pad == PAD_NONE && is_plain(t))
                continue; /* nearly always */
            got = *t;
            u->toks.n--;
            settle(pp, &got);
            try_macro(pp, &got);
        }
        else
            pp_next(pp, &got);
        if (got.kind == TOK_EOF)
            break;
        if (got.kind == TOK_PLACEMARKER)
            pad = pad_add(pad, &got);
        else
        {
            pad_apply(pad, &got);
            push_token(pp, &got, pad != PAD_NONE);
            pad = PAD_NONE;
        }
    }
    input_pop(pp);
    pp->bottom = bottom;
}

/* ---- before the main file ---- */

static void read_text(struct pp *pp, const char *name, const char *text, size_t n, bool system)
{
    struct file *f = file_from_text(pp->u, name, text, n);
    struct source *s = source_include(pp->u, f, name, NULL, 0);
    s->system = system;
    pp_input_push(pp, s);
    read_input(pp);
}

/* The options as the text of directives; imacros: the -imacros alone. */
static void read_options(struct pp *pp)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        fatal("out of memory");
    for (size_t i = 0; i < pp->u->opt->pp_args.n; i++)
    {
        const char *arg = pp->u->opt->pp_args.v[i];
        if (!strncmp(arg, "-D", 2))
        {
            const char *eq = strchr(arg, '=');
            size_t len = strcspn(arg, "\n");
            if (eq)
                fprintf(out, "#define %.*s %.*s\n", (int)(eq - arg - 2), arg + 2,
                        eq < arg + len ? (int)(arg + len - eq - 1) : 0, eq + 1);
            else
                fprintf(out, "#define %.*s 1\n", (int)len - 2, arg + 2);
        }
        else if (!strncmp(arg, "-U", 2))
            fprintf(out, "#undef %.*s\n", (int)strcspn(arg + 2, "\n"), arg + 2);
    }
    if (fclose(out))
        fatal("out of memory");
    read_text(pp, "<command-line>", text, size, false);
    free(text);
}

/* -imacros: only what they define counts; then -include. */
static void read_forced(struct pp *pp, const char *option)
{
    size_t n = strlen(option);
    for (size_t i = 0; i < pp->u->opt->pp_args.n && !pp->stopped; i++)
    {
        const char *arg = pp->u->opt->pp_args.v[i];
        if (strncmp(arg, option, n))
            continue;
        char *text = arena_printf(&pp->u->arena, "#include \"%s\"\n", arg + n);
        size_t toks = pp->u->toks.n, exps = pp->u->expansions.n;
        read_text(pp, "<command-line>", text, strlen(text), false);
        if (option[2] == 'm')
        {
            pp->u->toks.n = toks;
            pp->u->expansions.n = exps;
        }
    }
}

static void pp_init(struct unit *u)
{
    struct pp *pp = arena_new(&u->arena, struct pp);
    u->pp = pp;
    pp->u = u;
    directive_init(u);
    pp->defined = ident_of(u, "defined");
    pp->va_args = ident_of(u, "__VA_ARGS__");
    pp->va_opt = ident_of(u, "__VA_OPT__");
    pp->has_include = ident_of(u, "__has_include");
    pp->has_include_next = ident_of(u, "__has_include_next");
    ident_of(u, "_Pragma")->pp_flags |= IDENT_PRAGMA;
    ident_of(u, "errno")->pp_flags |= IDENT_ERRNO;
    ident_of(u, "__GOC__")->pp_flags |= IDENT_GOC_MACRO;
    search_init(u);
    macro_define_dynamic(pp);
}

static void reserve_tokens(struct unit *u, size_t n)
{
    u->toks.v = malloc(n * sizeof *u->toks.v);
    if (!u->toks.v)
        fatal("out of memory");
    u->toks.cap = n;
}

void pp_run(struct unit *u, struct source *main)
{
    static const char own[] = "#define __GOC__ " GOC_VERSION "\n"
                              "#define __GOC_TRANSLATING__ 1\n";
    u->main = main;
    pp_init(u);
    reserve_tokens(u, 16384 + main->file->size / 2);
    struct pp *pp = u->pp;
    read_text(pp, "<built-in>", u->host.predefined, u->host.predefined_size, true);
    read_text(pp, "<built-in>", own, sizeof own - 1, true);
    directive_predefine_assertions(pp);
    u->goc_macro_used = u->errno_used = false;
    read_options(pp);
    read_forced(pp, "-imacros");
    read_forced(pp, "-include");
    if (!pp->stopped)
    {
        main->file->first->read = true;
        pp_input_push(pp, main);
        read_input(pp);
    }
    struct token *end = vec_push(&u->toks);
    *end = (struct token){.kind = TOK_EOF, .loc = main->base + main->file->size,
                          .flags = TF_BOL, .text = ""};
}

void pp_free(struct unit *u)
{
    if (!u->pp)
        return;
    macro_free(u->pp);
    vec_free(&u->pp->conds);
    vec_free(&u->pp->changes);
    u->pp = NULL;
}

/* ---- --dump=pp ---- */

static bool is_within(const struct source *s, const struct source *outer)
{
    while (s && s != outer)
        s = s->includer;
    return s != NULL;
}

static void put_marker(FILE *out, const struct place *p, const struct source *before)
{
    fprintf(out, "# %d \"", p->line);
    for (const char *s = p->name; *s; s++)
    {
        if (*s == '"' || *s == '\\')
            putc('\\', out);
        putc(*s, out);
    }
    fputs("\"", out);
    if (before && before != p->source && is_within(p->source, before))
        fputs(" 1", out);
    else if (before && before != p->source && is_within(before, p->source))
        fputs(" 2", out);
    fputs(p->source->system ? " 3\n" : "\n", out);
}

void pp_dump(struct unit *u, FILE *out)
{
    const struct source *source = NULL;
    const char *name = NULL;
    int line = 0;
    bool fresh = true; /* at the start of an output line */
    for (size_t i = 0; i + 1 < u->toks.n; i++)
    {
        const struct token *t = &u->toks.v[i];
        struct place p = source_place(u, t->exp ? u->expansions.v[t->exp].start : t->loc);
        if (p.source != source || p.name != name || p.line < line || p.line > line + 8)
        {
            if (!fresh)
                putc('\n', out);
            put_marker(out, &p, source);
            fresh = true;
        }
        else
            for (; line < p.line; line++, fresh = true)
                putc('\n', out);
        source = p.source;
        name = p.name;
        line = p.line;
        uint32_t n;
        const char *text = token_text(u, t, &n);
        if (t->kind == TOK_PRAGMA)
        {
            fprintf(out, "%s#pragma %.*s\n", fresh ? "" : "\n", (int)n, text);
            line++;
            fresh = true;
            continue;
        }
        if (fresh)
            fprintf(out, "%*s", p.column > 1 ? p.column - 1 : t->kind == TOK_HASH, "");
        else if (t->flags & (TF_SPACE | TF_AVOID_PASTE))
            putc(' ', out);
        fwrite(text, 1, n, out);
        fresh = false;
    }
    if (!fresh)
        putc('\n', out);
}
