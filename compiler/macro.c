/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* macro.c: macro expansion.
 *
 * Expansion reads from a stack of contexts: an invocation pushes its replacement
 * list, in which arguments are put in their places, and reading goes on there;
 * what is left when all contexts are used up is the text.  The standard's rule
 * that a macro is not expanded within its own expansion is kept without hide sets
 * on the tokens: a macro is disabled while its replacement list is on the stack,
 * and a name read while its macro is disabled is painted for good (C11
 * 6.10.3.4p2).  Where an invocation's arguments reach beyond the replacement list
 * its name came from, that list is off the stack by then and its macro enabled
 * again, which is the reading that GCC and Clang share.  It ends: each level of
 * the stack disables one more macro.
 *
 * Placemarkers (TOK_PLACEMARKER) in the lists carry white space: where a macro or
 * a parameter began (spare is 1, TF_SPACE as its name had it) and where one ended
 * (spare is 0).  # and the text form of the output read spaces off them.
 */
#include "macro.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "diag.h"
#include "host.h"
#include "ppstate.h"
#include "unit.h"

/* ---- buffers and contexts ---- */

static struct tokbuf *buf_get(struct pp *pp)
{
    struct tokbuf *b = pp->free_bufs;
    if (b)
        pp->free_bufs = b->next;
    else
        b = arena_new(&pp->u->arena, struct tokbuf);
    b->n = 0;
    return b;
}

static void buf_put(struct pp *pp, struct tokbuf *b)
{
    if (b->cap > 65536)
    {
        free(b->v);
        b->v = NULL;
        b->cap = 0;
    }
    b->next = pp->free_bufs;
    pp->free_bufs = b;
}

static void buf_append(struct pp *pp, struct tokbuf *b, const struct token *t, size_t n)
{
    pp->made += n;
    if (pp->made > MAX_MACRO_TOKENS)
    {
        if (!pp->stopped)
            fatal_at(pp->u, pp->u->expansions.v[pp->exp].start, 0,
                     "the expansion of this macro is too large");
        pp_stop(pp);
        return;
    }
    while (b->cap - b->n < n)
        b->v = vec__grow(b->v, &b->cap, sizeof *b->v);
    if (n)
        memcpy(b->v + b->n, t, n * sizeof *t);
    b->n += n;
}

static void buf_add(struct pp *pp, struct tokbuf *b, struct token t)
{
    buf_append(pp, b, &t, 1);
}

static struct token padding(bool has_source, unsigned space)
{
    return (struct token){.kind = TOK_PLACEMARKER, .spare = has_source,
                          .flags = (uint8_t)(space & TF_SPACE)};
}

static void context_push(struct pp *pp, struct context c)
{
    *vec_push(&pp->contexts) = c;
}

void macro_context_pop(struct pp *pp)
{
    struct context *c = vec_last(&pp->contexts);
    if (c->macro)
        c->macro->disabled = false;
    if (c->buf)
        buf_put(pp, c->buf);
    pp->contexts.n--;
}

void macro_free(struct pp *pp)
{
    while (pp->contexts.n)
        macro_context_pop(pp);
    for (struct tokbuf *b = pp->free_bufs; b; b = b->next)
        free(b->v);
    vec_free(&pp->contexts);
    vec_free(&pp->args);
}

/* ---- # and ## ---- */

struct string
{
    char *v;
    size_t n, cap;
};

static void string_add(struct string *s, const char *text, size_t n)
{
    while (s->cap - s->n < n)
        s->v = vec__grow(s->v, &s->cap, 1);
    if (n)
        memcpy(s->v + s->n, text, n);
    s->n += n;
}

static void string_add_quoted(struct string *s, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] == '\n')
            string_add(s, "\\n", 2);
        else
        {
            if (text[i] == '\\' || text[i] == '"')
                string_add(s, "\\", 1);
            string_add(s, text + i, 1);
        }
}

/* C11 6.10.3.2. */
static struct token stringify(struct pp *pp, const struct token *hash,
                              const struct token *v, size_t n)
{
    struct string s = {0};
    unsigned backslashes = 0;
    int pad = -1; /* the space that placemarkers ask for: unknown, 0, 1 */
    string_add(&s, "\"", 1);
    for (size_t i = 0; i < n; i++)
    {
        const struct token *t = &v[i];
        if (t->kind == TOK_PLACEMARKER)
        {
            if (pad < 0 || (pad == 0 && !t->spare))
                pad = t->spare ? (t->flags & TF_SPACE) != 0 : -1;
            continue;
        }
        if (s.n > 1 && (pad < 0 ? (t->flags & TF_SPACE) != 0 : pad))
            string_add(&s, " ", 1);
        pad = -1;
        uint32_t len;
        const char *text = token_text(pp->u, t, &len);
        if (t->kind == TOK_STRING || t->kind == TOK_CHAR || t->kind == TOK_HEADER)
            string_add_quoted(&s, text, len);
        else
            string_add(&s, text, len);
        backslashes = t->kind == TOK_OTHER && len == 1 && *text == '\\' ? backslashes + 1 : 0;
    }
    if (backslashes & 1) /* it would escape the closing quote */
        s.n--;
    string_add(&s, "\"", 1);
    struct token r = {.kind = TOK_STRING, .loc = hash->loc, .len = (uint32_t)s.n,
                      .flags = (uint8_t)((hash->flags & TF_SPACE) | TF_TEXT)};
    r.text = arena_strndup(&pp->u->arena, s.v, s.n);
    free(s.v);
    return r;
}

static bool is_word(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
              (s[i] >= '0' && s[i] <= '9') || s[i] == '_' || s[i] == '$'))
            return false;
    return true;
}

/* C11 6.10.3.3: joins b to *a.  False, after a message, if that is no token. */
static bool paste(struct pp *pp, struct token *a, const struct token *b)
{
    uint32_t an, bn;
    const char *at = token_text(pp->u, a, &an), *bt = token_text(pp->u, b, &bn);
    char small[256], *text = an + bn + 16 <= sizeof small ? small : malloc(an + bn + 16u);
    if (!text)
        fatal("out of memory");
    memcpy(text, at, an);
    memcpy(text + an, bt, bn);
    memset(text + an + bn, 0, 16);
    struct token t;
    bool ok;
    if (a->kind == TOK_IDENT && (b->kind == TOK_IDENT || b->kind == TOK_NUMBER) &&
        is_word(bt, bn))
    {
        t = (struct token){.kind = TOK_IDENT, .id = ident_get(pp->u, text, an + bn)};
        ok = true;
    }
    else
    {
        struct lexer lx;
        lexer_init_text(&lx, pp->u, text, an + bn);
        lx.quiet = true;
        lex(&lx, &t);
        ok = t.kind != TOK_EOF && lx.cursor == lx.limit && !(t.flags & TF_SPACE) &&
             (t.kind != TOK_OTHER || (an + bn > 1 && t.len == an + bn));
        if (t.kind == TOK_OTHER)
            ok = false;
    }
    if (ok)
    {
        if (t.kind != TOK_IDENT)
            t.text = arena_strndup(&pp->u->arena, text, an + bn);
        t.loc = a->loc;
        t.exp = 0;
        t.len = an + bn;
        t.flags = (uint8_t)((a->flags & TF_SPACE) | TF_TEXT);
        t.spare = 0;
        *a = t;
    }
    else
        error_at(pp->u, pp->exp ? pp->u->expansions.v[pp->exp].start : a->loc,
                 "pasting \"%.*s\" and \"%.*s\" does not give a valid preprocessing token",
                 (int)an, at, (int)bn, bt);
    if (text != small)
        free(text);
    return ok;
}

/* ---- arguments ---- */

struct args
{
    struct tokbuf *raw, *done;
    size_t base;   /* pp->args.v[base + i] */
    bool omitted;  /* nothing for the variable argument: GNU's , ## takes the
                      comma away */
};

static void args_free(struct pp *pp, struct args *a)
{
    if (a->raw)
        buf_put(pp, a->raw);
    if (a->done)
        buf_put(pp, a->done);
    pp->args.n = a->base;
}

/* Fully macro-replaces an argument as if it were the rest of the file. */
static void arg_expand(struct pp *pp, struct args *args, size_t i)
{
    struct arg *a = &pp->args.v[args->base + i];
    size_t k = a->start, end = a->start + a->n;
    if (a->done)
        return;
    a->done = true;
    while (k < end && !(args->raw->v[k].kind == TOK_IDENT && args->raw->v[k].id->macro))
        k++;
    if (k == end)
    {
        a->done_start = (size_t)-1; /* the same as it was */
        return;
    }
    if (!args->done)
        args->done = buf_get(pp);
    size_t start = args->done->n;
    unsigned no_expand = pp->no_expand;
    bool collecting = pp->collecting;
    if (++pp->nesting > MAX_NESTING)
    {
        if (!pp->stopped)
            fatal_at(pp->u, pp->u->expansions.v[pp->exp].start, 0,
                     "macro arguments are nested too deeply");
        pp_stop(pp);
    }
    size_t level = pp->contexts.n;
    context_push(pp, (struct context){.next = args->raw->v + a->start,
                                      .end = args->raw->v + end, .floor = true});
    pp->no_expand = 0;
    pp->collecting = false;
    for (struct token t; pp_next(pp, &t), t.kind != TOK_EOF;)
        buf_add(pp, args->done, t);
    while (pp->contexts.n > level)
        macro_context_pop(pp);
    pp->nesting--;
    pp->no_expand = no_expand;
    pp->collecting = collecting;
    a = &pp->args.v[args->base + i];
    a->done_start = start;
    a->done_n = args->done->n - start;
}

/* The same where the text goes on. */
static bool text_pass_lparen(struct lexer *lx)
{
    struct lexer saved = *lx;
    struct token t;
    const char *p = lx->cursor;
    while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == '\f' || *p == '\v')
        p++;
    if (*p != '(' && *p != '/' && *p != '\\' && *p != '?' && *p != 0)
        return false; /* nearly always */
    lex(lx, &t);
    if (t.kind != TOK_LPAREN)
        *lx = saved;
    return t.kind == TOK_LPAREN;
}

/* True if a ( is next, and passes it. */
static bool pass_lparen(struct pp *pp)
{
    bool popped = false;
    while (pp->contexts.n)
    {
        struct context *c = vec_last(&pp->contexts);
        const struct token *t = c->next;
        while (t < c->end && t->kind == TOK_PLACEMARKER)
            t++;
        if (t < c->end)
        {
            if (t->kind == TOK_LPAREN)
            {
                c->next = t + 1;
                return true;
            }
            break;
        }
        if (c->floor)
            break;
        macro_context_pop(pp);
        popped = true;
    }
    if (!pp->contexts.n && !pp->stopped && text_pass_lparen(&pp->in->lx))
        return true;
    if (popped) /* the ends of macros stay known as white space */
        context_push(pp, (struct context){0});
    return false;
}

static void arg_count_error(struct pp *pp, const struct macro *m, loc_t loc, unsigned argc)
{
    if (argc < m->n_params)
        error_at(pp->u, loc, "macro \"%s\" requires %u arguments, but only %u given",
                 m->name->name, (unsigned)m->n_params, argc);
    else
        error_at(pp->u, loc, "macro \"%s\" passed %u arguments, but takes just %u",
                 m->name->name, argc, (unsigned)m->n_params);
    if (m->loc)
        note_at(pp->u, m->loc, "macro \"%s\" defined here", m->name->name);
}

/* Ends the argument that began at start in the raw tokens. */
static void arg_end(struct pp *pp, struct args *args, unsigned argc, unsigned params,
                    size_t start)
{
    size_t n = args->raw->n;
    while (n > start && args->raw->v[n - 1].kind == TOK_PLACEMARKER)
        n--;
    args->raw->n = n;
    if (argc <= params)
        pp->args.v[args->base + argc - 1] = (struct arg){.start = start, .n = n - start};
    else
        args->raw->n = start; /* one too many: it is only counted */
}

/* Reads the arguments behind the (.  Returns their number, or -1 after a message
 * that they do not end. */
static int args_read(struct pp *pp, const struct macro *m, struct args *args, loc_t loc)
{
    unsigned argc = 1, parens = 0;
    size_t start = 0;
    for (;;)
    {
        struct token t;
        pp_next(pp, &t);
        bool from_text = !t.exp && !pp->in_directive && t.kind != TOK_PLACEMARKER;
        switch (t.kind)
        {
        case TOK_PLACEMARKER:
            if (args->raw->n == start)
                continue;
            break;
        case TOK_LPAREN:
            parens++;
            break;
        case TOK_RPAREN:
            if (parens--)
                break;
            arg_end(pp, args, argc, m->n_params, start);
            if (from_text)
                macro_extend(pp, &t);
            return (int)argc;
        case TOK_COMMA:
            if (parens || (m->variadic && argc >= m->n_params))
                break;
            arg_end(pp, args, argc, m->n_params, start);
            start = args->raw->n;
            argc++;
            continue;
        case TOK_EOF:
        case TOK_NEWLINE:
            if (!pp->stopped)
                error_at(pp->u, loc, "unterminated argument list invoking macro \"%s\"",
                         m->name->name);
            return -1;
        }
        if (from_text)
            t.flags |= TF_MACRO_ARG;
        t.flags &= (uint8_t)~TF_BOL;
        buf_add(pp, args->raw, t);
    }
}

/* The ( is passed.  False after a message. */
static bool args_collect(struct pp *pp, const struct macro *m, struct args *args, loc_t loc)
{
    bool collecting = pp->collecting;
    *args = (struct args){.raw = buf_get(pp), .base = pp->args.n};
    for (unsigned i = 0; i < m->n_params; i++)
        *vec_push(&pp->args) = (struct arg){0};
    pp->collecting = true;
    pp->no_expand++;
    int argc = args_read(pp, m, args, loc);
    pp->no_expand--;
    pp->collecting = collecting;
    if (argc == 1 && m->n_params == 0 && args->raw->n == 0)
        argc = 0;
    bool ok = argc == m->n_params || (m->variadic && argc + 1 == m->n_params);
    if (argc >= 0 && !ok)
        arg_count_error(pp, m, loc, (unsigned)argc);
    if (ok && m->variadic)
        args->omitted = argc < m->n_params ||
                        (argc == 1 && pp->args.v[args->base].n == 0 && pp->u->opt->gnu);
    if (!ok)
        args_free(pp, args);
    return ok;
}

/* ---- substitution, C11 6.10.3.1 to 3 ---- */

struct list
{
    const struct token *v;
    size_t n;
    struct tokbuf *buf; /* holds v, or null */
    bool empty_first, empty_last; /* see struct edges */
};

/* Whether a substituted body began and ended with something that came to nothing:
 * beside __VA_OPT__ that counts as a placemarker of the standard's. */
struct edges
{
    bool empty_first, empty_last;
};

static struct edges substitute(struct pp *pp, const struct macro *m, struct args *args,
                               const struct token *body, size_t n, struct tokbuf *out);

static bool va_opt_wanted(struct pp *pp, const struct macro *m, struct args *args)
{
    size_t last = m->n_params - 1u;
    arg_expand(pp, args, last);
    const struct arg *a = &pp->args.v[args->base + last];
    if (a->done_start == (size_t)-1)
        return a->n > 0;
    for (size_t i = 0; i < a->done_n; i++)
        if (args->done->v[a->done_start + i].kind != TOK_PLACEMARKER)
            return true;
    return false;
}

/* What is behind n tokens at v; v may be null if there are none. */
static const struct token *tokens_behind(const struct token *v, size_t n)
{
    return n ? v + n : v;
}

/* What the group of a __VA_OPT__ at b comes to. */
static struct list va_opt_list(struct pp *pp, const struct macro *m, struct args *args,
                               const struct token *b)
{
    struct list l = {.buf = buf_get(pp)};
    if (va_opt_wanted(pp, m, args))
    {
        struct edges edges = substitute(pp, m, args, b + 1, b->len - 1, l.buf);
        l.empty_first = edges.empty_first;
        l.empty_last = edges.empty_last;
    }
    size_t start = 0, end = l.buf->n;
    while (start < end && l.buf->v[start].kind == TOK_PLACEMARKER)
        start++;
    while (end > start && l.buf->v[end - 1].kind == TOK_PLACEMARKER)
        end--;
    if (start < end)
        l.v = l.buf->v + start;
    l.n = end - start;
    return l;
}

static struct list param_list(struct pp *pp, struct args *args, size_t i, bool raw)
{
    if (!raw)
        arg_expand(pp, args, i);
    const struct arg *a = &pp->args.v[args->base + i];
    if (!raw && a->done_start != (size_t)-1)
        return (struct list){.v = tokens_behind(args->done->v, a->done_start), .n = a->done_n};
    return (struct list){.v = tokens_behind(args->raw->v, a->start), .n = a->n};
}

static bool is_substituted(const struct token *b)
{
    return b->kind == TOK_PARAM || b->kind == TOK_VA_OPT;
}

/* The tokens that stand for the body's token b; *one is room for one token. */
static struct list body_list(struct pp *pp, const struct macro *m, struct args *args,
                             const struct token *b, bool raw, struct token *one)
{
    struct list l = {.v = one, .n = 1};
    if (b->kind == TOK_PARAM)
        return param_list(pp, args, b->spare, raw);
    if (b->kind == TOK_STRINGIFY && b->spare == UINT16_MAX) /* #__VA_OPT__ */
    {
        struct list inner = va_opt_list(pp, m, args, b);
        *one = stringify(pp, b, inner.v, inner.n);
        buf_put(pp, inner.buf);
        return l;
    }
    if (b->kind == TOK_STRINGIFY)
    {
        struct list arg = param_list(pp, args, b->spare, true);
        *one = stringify(pp, b, arg.v, arg.n);
        return l;
    }
    if (b->kind == TOK_VA_OPT)
        return va_opt_list(pp, m, args, b);
    *one = *b;
    one->flags &= (uint8_t)~TF_PASTE;
    return l;
}

/* Adds a list whose first token is to be joined to the last one there. */
static void append_pasted(struct pp *pp, struct tokbuf *out, struct list l)
{
    struct token *a = &out->v[out->n - 1];
    bool joined = paste(pp, a, &l.v[0]);
    if (joined && l.n > 1)
        buf_add(pp, out, padding(false, 0));
    buf_append(pp, out, l.v + joined, l.n - joined);
}

/* True for the parameter that takes the variable arguments. */
static bool is_variable(const struct macro *m, const struct token *b)
{
    return b->kind == TOK_PARAM && m->variadic && b->spare == m->n_params - 1;
}

static bool holds_token(const struct tokbuf *b, size_t from)
{
    while (from < b->n && b->v[from].kind == TOK_PLACEMARKER)
        from++;
    return from < b->n;
}

static struct edges substitute(struct pp *pp, const struct macro *m, struct args *args,
                               const struct token *body, size_t n, struct tokbuf *out)
{
    struct edges edges = {0};
    bool empty_left = false; /* of ##: nothing there to join to */
    bool first = true, pasted = false;
    size_t chain = 0;        /* out->n before the operands of ## at hand */
    for (size_t i = 0, len; i < n && !pp->stopped; i += len)
    {
        const struct token *b = &body[i];
        bool right_side = i && body[i - 1].flags & TF_PASTE;
        bool left_side = b->flags & TF_PASTE;
        struct token one;
        len = 1;
        bool swallow = left_side && b->kind == TOK_COMMA && i + 1 < n && args->omitted &&
                       is_variable(m, b + 1);
        if (swallow) /* GNU's , ## __VA_ARGS__ with nothing for it */
        {
            len = 2;
            left_side = b[1].flags & TF_PASTE;
        }
        if (b->kind == TOK_VA_OPT || (b->kind == TOK_STRINGIFY && b->spare == UINT16_MAX))
        {
            len += b->len;
            left_side = body[i + len - 1].flags & TF_PASTE;
        }
        struct list l = {0};
        if (!swallow)
            l = body_list(pp, m, args, b, left_side || right_side, &one);
        if (!right_side && is_substituted(b) && i)
            buf_add(pp, out, padding(true, b->flags));
        if (!right_side)
        {
            empty_left = left_side && l.n == 0;
            chain = out->n;
            pasted = false;
        }
        bool gnu_comma = right_side && is_variable(m, b) && !empty_left && out->n &&
                         out->v[out->n - 1].kind == TOK_COMMA;
        if (right_side && l.n && !empty_left && !l.empty_first && !gnu_comma && out->n)
        {
            append_pasted(pp, out, l);
            pasted = true;
        }
        else
            buf_append(pp, out, l.v, l.n);
        if (l.n)
            empty_left = l.empty_last;
        if (l.buf)
            buf_put(pp, l.buf);
        if (left_side)
            continue;
        edges.empty_last = !holds_token(out, chain);
        edges.empty_first |= first && edges.empty_last;
        first = false;
        if (is_substituted(b) || pasted)
            buf_add(pp, out, padding(false, 0));
    }
    return edges;
}

/* ---- dynamic macros ---- */

static const char *const dynamic_names[] = {
    [DYN_LINE] = "__LINE__", [DYN_FILE] = "__FILE__", [DYN_FILE_NAME] = "__FILE_NAME__",
    [DYN_BASE_FILE] = "__BASE_FILE__", [DYN_COUNTER] = "__COUNTER__",
    [DYN_INCLUDE_LEVEL] = "__INCLUDE_LEVEL__", [DYN_DATE] = "__DATE__",
    [DYN_TIME] = "__TIME__", [DYN_TIMESTAMP] = "__TIMESTAMP__",
};

/* They are macros where the host has them. */
static const char *const has_operators[] = {
    "__has_include", "__has_include_next", "__has_attribute", "__has_cpp_attribute",
    "__has_c_attribute", "__has_declspec_attribute", "__has_builtin",
    "__has_constexpr_builtin", "__has_feature", "__has_extension", "__has_warning",
    "__has_embed", "__is_identifier", "__is_target_arch", "__is_target_vendor",
    "__is_target_os", "__is_target_environment", "__building_module",
};

const char *macro_dynamic_name(int dynamic)
{
    return dynamic_names[dynamic];
}

void macro_define_dynamic(struct pp *pp)
{
    for (int i = DYN_NONE + 1; i < (int)(sizeof dynamic_names / sizeof *dynamic_names); i++)
    {
        struct macro *m = arena_new(&pp->u->arena, struct macro);
        m->name = ident_of(pp->u, dynamic_names[i]);
        m->dynamic = (uint8_t)i;
        m->name->macro = m;
    }
    for (size_t i = 0; i < sizeof has_operators / sizeof *has_operators; i++)
        if (host_has(pp->u, has_operators[i], ""))
        {
            struct macro *m = arena_new(&pp->u->arena, struct macro);
            m->name = ident_of(pp->u, has_operators[i]);
            m->dynamic = DYN_HAS;
            m->name->macro = m;
        }
}

static const char *quoted(struct pp *pp, const char *s)
{
    struct string q = {0};
    string_add(&q, "\"", 1);
    string_add_quoted(&q, s, strlen(s));
    string_add(&q, "\"", 1);
    const char *r = arena_strndup(&pp->u->arena, q.v, q.n);
    free(q.v);
    return r;
}

/* Time is asked of SOURCE_DATE_EPOCH only: the output must not depend on when it
 * is made.  The unknown values are GCC's. */
static const char *date_text(struct pp *pp, int dynamic)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char text[64], *end;
    struct tm tm;
    time_t seconds = epoch && *epoch ? (time_t)strtoll(epoch, &end, 10) : -1;
    if (dynamic == DYN_TIMESTAMP)
        return "\"??? ??? ?? ??:??:?? ????\"";
    if (seconds < 0 || *end || !gmtime_r(&seconds, &tm))
        return dynamic == DYN_DATE ? "\"??? ?? ????\"" : "\"??:??:??\"";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (dynamic == DYN_DATE)
        snprintf(text, sizeof text, "\"%.3s %2d %4d\"", months + tm.tm_mon * 3, tm.tm_mday,
                 tm.tm_year + 1900);
    else
        snprintf(text, sizeof text, "\"%02d:%02d:%02d\"", tm.tm_hour, tm.tm_min, tm.tm_sec);
    return arena_printf(&pp->u->arena, "%s", text);
}

/* The line of an invocation: GCC's start, Clang's end of it. */
static struct place invocation_place(struct pp *pp, const struct token *t)
{
    loc_t loc = t->loc;
    if (pp->exp)
    {
        const struct expansion *e = &pp->u->expansions.v[pp->exp];
        loc = pp->u->host.is_clang ? e->end - 1 : e->start;
    }
    return source_place(pp->u, loc);
}

static const char *dynamic_text(struct pp *pp, const struct token *t, int dynamic)
{
    struct arena *a = &pp->u->arena;
    struct place p;
    const char *slash;
    unsigned depth = 0;
    switch ((enum dynamic_macro)dynamic)
    {
    case DYN_LINE:
        return arena_printf(a, "%d", invocation_place(pp, t).line);
    case DYN_FILE:
        return quoted(pp, invocation_place(pp, t).name);
    case DYN_FILE_NAME:
        p = invocation_place(pp, t);
        slash = strrchr(p.name, '/');
        return quoted(pp, slash ? slash + 1 : p.name);
    case DYN_BASE_FILE:
        return quoted(pp, pp->u->main->name);
    case DYN_COUNTER:
        if (pp->in_directive)
            pp->u->counter_asked = true;
        else if (pp->exp)
            pp->u->expansions.v[pp->exp].counts = true;
        return arena_printf(a, "%u", pp->counter++);
    case DYN_INCLUDE_LEVEL:
        for (struct source *s = pp->in->source; s->includer; s = s->includer)
            depth++;
        return arena_printf(a, "%u", depth);
    case DYN_DATE: case DYN_TIME: case DYN_TIMESTAMP:
        return date_text(pp, dynamic);
    case DYN_NONE: case DYN_HAS:
        break;
    }
    unreachable();
}

static void push_dynamic(struct pp *pp, const struct token *t, const struct macro *m)
{
    struct token r = {.loc = t->loc, .flags = TF_TEXT};
    if (m->dynamic == DYN_HAS)
        r.text = arena_printf(&pp->u->arena, "%ld", ppexpr_has(pp, t));
    else
    {
        r.text = dynamic_text(pp, t, m->dynamic);
        r.spare = (uint16_t)(1 + m->dynamic);
    }
    r.len = (uint32_t)strlen(r.text);
    r.kind = *r.text == '"' ? TOK_STRING : TOK_NUMBER;
    struct tokbuf *b = buf_get(pp);
    buf_add(pp, b, r);
    context_push(pp, (struct context){.next = b->v, .end = tokens_behind(b->v, b->n), .buf = b});
}

/* ---- invocations ---- */

void macro_extend(struct pp *pp, const struct token *t)
{
    if (pp->exp && !t->exp && !pp->in_directive)
        pp->u->expansions.v[pp->exp].end = t->loc + t->len;
}

/* t starts an outermost invocation unless it came out of one, or stands in a
 * directive. */
static void begin_expansion(struct pp *pp, const struct token *t, struct macro *m)
{
    struct unit *u = pp->u;
    if (pp->in_directive || t->exp)
    {
        if (!pp->exp)
            pp->made = 0;
        return;
    }
    pp->exp = (uint32_t)u->expansions.n;
    pp->made = 0;
    *vec_push(&u->expansions) = (struct expansion){
        .start = t->loc, .end = t->loc + t->len, .first = (uint32_t)u->toks.n,
        .last = (uint32_t)u->toks.n, .macro = m};
}

bool macro_expand(struct pp *pp, struct token *t)
{
    struct macro *m = t->id->macro;
    struct args args = {.base = pp->args.n};
    if (m->dynamic == DYN_HAS && !pp->in_directive &&
        (t->id == pp->has_include || t->id == pp->has_include_next))
        return false;
    if (m->function && !pass_lparen(pp))
        return false;
    if (t->id->pp_flags)
        pp_note_use(pp, t->id);
    begin_expansion(pp, t, m);
    /* Messages are about the text, where an outermost invocation stands. */
    loc_t loc = t->exp ? pp->u->expansions.v[t->exp].start : t->loc;
    if (m->function && !args_collect(pp, m, &args, loc))
        return false;
    if (m->dynamic)
        push_dynamic(pp, t, m);
    else if (m->function || m->pastes)
    {
        struct tokbuf *out = buf_get(pp);
        substitute(pp, m, &args, m->body, m->n_body, out);
        args_free(pp, &args);
        context_push(pp, (struct context){.next = out->v, .end = tokens_behind(out->v, out->n),
                                          .macro = m, .buf = out});
    }
    else
        context_push(pp, (struct context){.next = m->body, .end = tokens_behind(m->body, m->n_body),
                                          .macro = m});
    if (!m->dynamic)
        m->disabled = true;
    *t = padding(true, t->flags);
    return true;
}
