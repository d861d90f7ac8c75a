/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* directive.c: what stands behind a # that begins a line.
 *
 * A directive is obeyed when its # is read, also in the middle of a macro's
 * arguments.  An #include only pushes a file, and a false #if passes lines until a
 * group is to be read again.  Nothing here recurses.
 *
 * The one conditional around a whole file is found on the way: it opens before
 * any token, has no #else, and nothing follows it.  Such a file is not read again
 * while its macro is defined.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "ppstate.h"
#include "unit.h"

enum directive_name
{
    D_NONE, D_DEFINE, D_UNDEF, D_INCLUDE, D_INCLUDE_NEXT, D_IMPORT, D_IF, D_IFDEF,
    D_IFNDEF, D_ELIF, D_ELIFDEF, D_ELIFNDEF, D_ELSE, D_ENDIF, D_LINE, D_ERROR,
    D_WARNING, D_PRAGMA, D_IDENT, D_ASSERT, D_UNASSERT, D_EMBED,
};

static const struct { const char *name; uint8_t number; } directive_names[] = {
    {"define", D_DEFINE}, {"undef", D_UNDEF}, {"include", D_INCLUDE},
    {"include_next", D_INCLUDE_NEXT}, {"import", D_IMPORT}, {"if", D_IF},
    {"ifdef", D_IFDEF}, {"ifndef", D_IFNDEF}, {"elif", D_ELIF},
    {"elifdef", D_ELIFDEF}, {"elifndef", D_ELIFNDEF}, {"else", D_ELSE},
    {"endif", D_ENDIF}, {"line", D_LINE}, {"error", D_ERROR},
    {"warning", D_WARNING}, {"pragma", D_PRAGMA}, {"ident", D_IDENT},
    {"sccs", D_IDENT}, {"assert", D_ASSERT}, {"unassert", D_UNASSERT},
    {"embed", D_EMBED},
};


void directive_init(struct unit *u)
{
    for (size_t i = 0; i < sizeof directive_names / sizeof *directive_names; i++)
        ident_of(u, directive_names[i].name)->directive = directive_names[i].number;
}

/* ---- #include ---- */

/* The name behind #include: as written, or made by macros; with its delimiters,
 * NUL-terminated; null after a message.  *t is its first token. */
static const char *include_name(struct pp *pp, struct token *t)
{
    struct lexer *lx = &pp->in->lx;
    uint32_t n;
    if (lex_header_name(lx, t))
    {
        const char *text = token_text(pp->u, t, &n);
        return arena_strndup(&pp->u->arena, text, n);
    }
    pp_next_token(pp, t);
    if (t->kind == TOK_STRING && *t->text == '"')
    {
        const char *text = token_text(pp->u, t, &n);
        return arena_strndup(&pp->u->arena, text, n);
    }
    if (t->kind == TOK_LT || t->kind == TOK_LARROW)
    {
        struct token part = *t;
        char *name = NULL;
        size_t len = 0, cap = 0;
        while (part.kind != TOK_NEWLINE && part.kind != TOK_EOF)
        {
            const char *text = token_text(pp->u, &part, &n);
            while (cap - len < n + 1u)
                name = vec__grow(name, &cap, 1);
            if (len && part.flags & TF_SPACE)
                name[len++] = ' ';
            memcpy(name + len, text, n);
            len += n;
            if (part.kind == TOK_GT)
                break;
            pp_next_token(pp, &part);
        }
        char *kept = part.kind == TOK_GT ? arena_strndup(&pp->u->arena, name, len) : NULL;
        vec__free(name);
        if (!kept)
            error_at(pp->u, t->loc, "missing terminating > character");
        return kept;
    }
    error_at(pp->u, t->loc, "#include expects \"FILENAME\" or <FILENAME>");
    return NULL;
}

/* True if the file need not be read again. */
static bool already_read(struct file *f, bool import)
{
    bool was_read = f->first->read;
    f->first->once |= import;
    f->first->read = true;
    if (f->guard && f->guard->macro)
        return true;
    return was_read && f->first->once;
}

static void include(struct pp *pp, enum directive_name name, struct directive *dir,
                    struct token *hash)
{
    struct token t = *hash;
    struct unit *u = pp->u;
    struct source *from = pp->in->source;
    const char *header = include_name(pp, &t);
    if (!header)
        return;
    size_t n = strlen(header);
    if (n <= 2)
    {
        error_at(u, t.loc, "empty filename in #include");
        return;
    }
    if (pp->in_arguments)
    {
        error_at(u, hash->loc, "#include in the arguments of a macro");
        return;
    }
    char *bare = arena_strndup(&u->arena, header + 1, n - 2);
    struct found_header found = search_header(u, bare, header[0] == '"', from,
                                              name == D_INCLUDE_NEXT);
    if (!found.file)
    {
        fatal_at(u, t.loc, t.loc + t.len, "%s: %s", bare, strerror(found.error));
        pp_stop(pp);
        return;
    }
    dir->kind = DIR_INCLUDE;
    dir->file = found.file;
    if (already_read(found.file, name == D_IMPORT))
        return;
    if (pp->depth >= MAX_INCLUDE_DEPTH)
    {
        fatal_at(u, t.loc, t.loc + t.len, "#include nested depth %d exceeds maximum of %d",
                 MAX_INCLUDE_DEPTH, MAX_INCLUDE_DEPTH);
        pp_stop(pp);
        return;
    }
    dir->child = source_include(u, found.file, found.name, from, hash->loc);
    dir->child->dir_index = found.dir_index;
    dir->child->system = found.system || (pp->in->source->system && found.dir_index < 0);
    dir->child->own = found.own;
}

/* ---- conditionals ---- */

static bool read_defined(struct pp *pp, const char *directive_text, struct token *hash,
                         struct ident **id)
{
    struct token t;
    *id = NULL;
    lex(&pp->in->lx, &t);
    if (t.kind == TOK_NEWLINE || t.kind == TOK_EOF)
    {
        error_at(pp->u, hash->loc, "no macro name given in #%s directive", directive_text);
        return false;
    }
    if (t.kind != TOK_IDENT)
    {
        error_at(pp->u, t.loc, "macro names must be identifiers");
        return false;
    }
    *id = t.id;
    pp_note_use(pp, t.id);
    return t.id->macro != NULL;
}

/* The X of "#if !defined X" or "#if !defined(X)" that is the whole line, or null;
 * reads nothing. */
static struct ident *negated_defined(struct pp *pp)
{
    struct lexer lx = pp->in->lx;
    struct token t;
    lex(&lx, &t);
    if (t.kind != TOK_NOT)
        return NULL;
    lex(&lx, &t);
    if (t.kind != TOK_IDENT || t.id != pp->defined)
        return NULL;
    lex(&lx, &t);
    bool paren = t.kind == TOK_LPAREN;
    if (paren)
        lex(&lx, &t);
    struct ident *id = t.kind == TOK_IDENT ? t.id : NULL;
    lex(&lx, &t);
    if (paren && t.kind == TOK_RPAREN)
        lex(&lx, &t);
    else if (paren)
        return NULL;
    return t.kind == TOK_NEWLINE || t.kind == TOK_EOF ? id : NULL;
}

/* A conditional may be the guard of its file if nothing came before it. */
static void guard_open(struct pp *pp, struct ident *id)
{
    struct input *in = pp->in;
    bool fits = in->state == GUARD_START && pp_no_token_since(pp) && id &&
                pp->conds.n == in->conds + 1;
    if (fits)
    {
        in->state = GUARD_INSIDE;
        in->guard = id;
    }
    else if (in->state != GUARD_INSIDE)
        in->state = GUARD_NONE;
}

static void guard_close(struct pp *pp)
{
    struct input *in = pp->in;
    if (in->state != GUARD_INSIDE || pp->conds.n != in->conds)
        return;
    in->state = GUARD_AFTER;
    in->mark_toks = pp->u->toks.n;
    in->mark_exps = pp->u->expansions.n;
}

/* A directive other than #if, or an #else of the guard's: no guard. */
static void guard_lost(struct pp *pp)
{
    struct input *in = pp->in;
    if (in->state == GUARD_START || in->state == GUARD_AFTER ||
        (in->state == GUARD_INSIDE && pp->conds.n == in->conds + 1))
        in->state = GUARD_NONE;
}

static const char *cond_name(enum directive_name d)
{
    return d == D_IF ? "if" : d == D_IFDEF ? "ifdef" : "ifndef";
}

/* #if, #ifdef, #ifndef.  True if the group is to be read. */
static bool cond_open(struct pp *pp, enum directive_name d, struct token *hash)
{
    struct ident *id = NULL;
    bool yes;
    if (d == D_IF)
    {
        id = negated_defined(pp);
        yes = ppexpr_true(pp, hash);
    }
    else
        yes = read_defined(pp, cond_name(d), hash, &id) == (d == D_IFDEF) && id;
    *vec_push(&pp->conds) = (struct cond){.loc = hash->loc, .name = cond_name(d), .taken = yes};
    guard_open(pp, d == D_IFDEF ? NULL : id);
    return yes;
}

static bool elif_known(struct pp *pp, enum directive_name d)
{
    return d == D_ELIF || pp->u->opt->gnu || pp->u->opt->std >= STD_C23 ||
           pp->u->host.is_clang;
}

/* #elif and its kin, #else, #endif.  True if what follows is to be read. */
static bool cond_next(struct pp *pp, enum directive_name d, struct token *hash)
{
    struct unit *u = pp->u;
    struct ident *id;
    static const char *const names[] = {
        [D_ELIF] = "elif", [D_ELIFDEF] = "elifdef", [D_ELIFNDEF] = "elifndef",
        [D_ELSE] = "else", [D_ENDIF] = "endif"};
    if (pp->conds.n == pp->in->conds)
    {
        error_at(u, hash->loc, "#%s without #if", names[d]);
        return true;
    }
    struct cond *c = vec_last(&pp->conds);
    if (d == D_ENDIF)
    {
        pp->conds.n--;
        guard_close(pp);
        return true;
    }
    guard_lost(pp);
    if (c->seen_else)
    {
        error_at(u, hash->loc, "#%s after #else", names[d]);
        note_at(u, c->loc, "the conditional began here");
    }
    if (d == D_ELSE)
        c->seen_else = true;
    bool yes = !c->taken;
    if (yes && d == D_ELIF)
        yes = ppexpr_true(pp, hash);
    else if (yes && d != D_ELSE)
        yes = read_defined(pp, names[d], hash, &id) == (d == D_ELIFDEF) && id;
    c = vec_last(&pp->conds);
    c->taken |= yes;
    return yes;
}

static void record(struct pp *pp, struct directive dir)
{
    struct lexer *lx = &pp->in->lx;
    lex_skip_line(lx);
    dir.end = lx->base + (loc_t)(lx->cursor - lx->text);
    *vec_push(&pp->in->source->dirs) = dir;
}

/* From the end of a conditional's line, passes groups until one is to be read. */
static void skip_groups(struct pp *pp)
{
    struct lexer *lx = &pp->in->lx;
    unsigned nested = 0;
    for (;;)
    {
        struct token hash, t;
        lx->in_directive = false;
        lex_skip_group(lx);
        lex(lx, &hash);
        if (hash.kind == TOK_EOF)
            return;
        lx->in_directive = true;
        lex(lx, &t);
        enum directive_name d = t.kind == TOK_IDENT ? t.id->directive : D_NONE;
        switch (d)
        {
        case D_IF: case D_IFDEF: case D_IFNDEF:
            nested++;
            break;
        case D_ENDIF:
            if (nested)
            {
                nested--;
                break;
            }
            goto at_level;
        case D_ELIFDEF: case D_ELIFNDEF:
            if (!elif_known(pp, d))
                break;
            goto at_level;
        case D_ELIF: case D_ELSE:
        at_level:
            if (nested)
                break;
            bool go_on = cond_next(pp, d, &hash);
            record(pp, (struct directive){.start = hash.loc,
                                          .next_token = (uint32_t)pp->u->toks.n});
            if (go_on)
                return;
            break;
        default:
            break;
        }
    }
}

/* ---- #line ---- */

/* A marker's flag, 1 for a file that is entered and 2 for one that is returned to,
 * whose name may be left out. */
static const char *marker_name(struct pp *pp, const char *name, const struct token *file)
{
    struct token flag;
    struct input *in = pp->in;
    struct source *s = in->source;
    if (file->kind != TOK_STRING)
        return name;
    pp_next_token(pp, &flag);
    if (flag.kind == TOK_NUMBER && *flag.text == '1')
    {
        struct name_stack *e = arena_new(&pp->u->arena, struct name_stack);
        e->name = s->marks.n ? vec_last(&s->marks)->name : NULL;
        e->outer = in->entered;
        in->entered = e;
    }
    else if (flag.kind == TOK_NUMBER && *flag.text == '2' && in->entered)
    {
        if (!*name)
            name = in->entered->name;
        in->entered = in->entered->outer;
    }
    return name && *name ? name : NULL;
}

/* line: behind the word line; else a line marker, # 1 "file". */
static void set_line(struct pp *pp, bool line_word, struct token t)
{
    struct unit *u = pp->u;
    struct lexer *lx = &pp->in->lx;
    uint32_t n;
    if (line_word)
        pp_next_token(pp, &t);
    const char *text = token_text(u, &t, &n);
    unsigned long line = 0;
    bool digits = t.kind == TOK_NUMBER;
    for (uint32_t i = 0; i < n && digits; i++)
        if (text[i] == '\'' && i)
            continue;
        else if (text[i] < '0' || text[i] > '9')
            digits = false;
        else if (line < 100000000000)
            line = line * 10 + (unsigned long)(text[i] - '0');
    if (!digits)
    {
        error_at(u, t.loc, line_word ? "\"%.*s\" after #line is not a positive integer"
                                     : "\"%.*s\" after # is not a positive integer",
                 t.kind == TOK_NEWLINE ? 0 : (int)n, text);
        return;
    }
    const char *name = NULL;
    pp_next_token(pp, &t);
    if (t.kind == TOK_STRING && *t.text == '"')
    {
        text = token_text(u, &t, &n);
        char *to = arena_strndup(&u->arena, text + 1, n - 2), *p = to;
        for (char *from = to; *from; from++)
        {
            if (*from == '\\' && from[1])
                from++;
            *p++ = *from;
        }
        *p = 0;
        name = to;
    }
    else if (t.kind != TOK_NEWLINE && t.kind != TOK_EOF)
    {
        error_at(u, t.loc, "invalid filename \"%.*s\"", (int)n, text);
        return;
    }
    struct source *s = pp->in->source;
    if (!name && s->marks.n)
        name = vec_last(&s->marks)->name;
    if (!line_word)
        name = marker_name(pp, name, &t);
    lex_skip_line(lx);
    *vec_push(&s->marks) = (struct line_mark){
        .offset = (uint32_t)(lx->cursor - lx->text) + (*lx->cursor == '\r') + 1,
        .line = line > MAX_LINE ? MAX_LINE : (int)line, .name = name};
}

/* ---- #pragma ---- */

/* The rest of a line, or of a _Pragma's string: tokens with single spaces. */
static struct token pragma_token(struct pp *pp, struct lexer *lx, struct token at)
{
    char *text = NULL;
    size_t len = 0, cap = 0;
    for (struct token t; lex(lx, &t), t.kind != TOK_NEWLINE && t.kind != TOK_EOF;)
    {
        uint32_t n;
        const char *s = token_text(pp->u, &t, &n);
        while (cap - len < n + 1u)
            text = vec__grow(text, &cap, 1);
        if (len && t.flags & TF_SPACE)
            text[len++] = ' ';
        memcpy(text + len, s, n);
        len += n;
    }
    at.kind = TOK_PRAGMA;
    at.flags = (at.flags & (TF_BOL | TF_SPACE)) | TF_TEXT;
    at.spare = 0;
    at.text = len ? arena_strndup(&pp->u->arena, text, len) : "";
    at.len = (uint32_t)len;
    vec__free(text);
    return at;
}

/* push_macro("X"), pop_macro("X"): the identifier, or null. */
static struct ident *pragma_macro(struct pp *pp, const char *text, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(text, word, n))
        return NULL;
    text += n;
    text += strspn(text, " ");
    if (*text++ != '(')
        return NULL;
    text += strspn(text, " ");
    if (*text++ != '"')
        return NULL;
    n = strcspn(text, "\"");
    return text[n] && n ? ident_get(pp->u, text, n) : NULL;
}

/* Does what a pragma asks of the preprocessor. */
static void pragma_obey(struct pp *pp, const char *text)
{
    struct ident *id;
    if (!strcmp(text, "once"))
        pp->in->source->file->first->once = true;
    else if (!strcmp(text, "GCC system_header") || !strcmp(text, "clang system_header"))
    {
        if (pp->depth > pp->bottom + 1)
            pp->in->source->system = true;
    }
    else if (!strncmp(text, "GCC optimize", 12) || !strncmp(text, "GCC target", 10) ||
             !strcmp(text, "GCC pop_options") || !strcmp(text, "GCC reset_options"))
        pp->options_changed = true;
    else if ((id = pragma_macro(pp, text, "push_macro")))
    {
        struct saved_macro *s = arena_new(&pp->u->arena, struct saved_macro);
        *s = (struct saved_macro){.id = id, .macro = id->macro, .next = pp->saved};
        pp->saved = s;
    }
    else if ((id = pragma_macro(pp, text, "pop_macro")))
    {
        for (struct saved_macro **p = &pp->saved; *p; p = &(*p)->next)
            if ((*p)->id == id)
            {
                id->macro = (*p)->macro;
                *p = (*p)->next;
                pp_note_change(pp);
                break;
            }
    }
}

/* C11 6.10.9. */
void directive_pragma_operator(struct pp *pp, struct token *t)
{
    struct token paren, string, end;
    pp_next_token(pp, &paren);
    if (paren.kind == TOK_LPAREN)
        pp_next_token(pp, &string);
    if (paren.kind == TOK_LPAREN && string.kind == TOK_STRING)
        pp_next_token(pp, &end);
    if (paren.kind != TOK_LPAREN || string.kind != TOK_STRING || end.kind != TOK_RPAREN)
    {
        if (!pp->stopped)
            error_at(pp->u, t->exp ? pp->u->expansions.v[t->exp].start : t->loc,
                     "_Pragma takes a parenthesized string literal");
        return;
    }
    uint32_t n, len = 0;
    const char *s = token_text(pp->u, &string, &n), *close = s + n - 1;
    while (*s != '"')
        s++;
    char *text = arena_alloc(&pp->u->arena, n + 16u);
    for (s++; s < close; s++)
    {
        if (*s == '\\' && (s[1] == '\\' || s[1] == '"'))
            s++;
        text[len++] = *s;
    }
    memset(text + len, 0, 16);
    struct lexer lx;
    lexer_init_text(&lx, pp->u, text, len);
    *t = pragma_token(pp, &lx, *t);
    pragma_obey(pp, t->text);
}

/* ---- the others ---- */

static void undef(struct pp *pp)
{
    struct token t;
    lex(&pp->in->lx, &t);
    if (t.kind != TOK_IDENT)
    {
        if (t.kind == TOK_NEWLINE || t.kind == TOK_EOF)
            error_at(pp->u, t.loc, "no macro name given in #undef directive");
        else
            error_at(pp->u, t.loc, "macro names must be identifiers");
        return;
    }
    if (t.id == pp->defined)
        error_at(pp->u, t.loc, "\"defined\" cannot be used as a macro name");
    pp_note_use(pp, t.id);
    t.id->macro = NULL;
    pp_note_change(pp);
}

/* The rest of the line as written: for #error. */
static const char *line_text(struct pp *pp)
{
    struct token t = pragma_token(pp, &pp->in->lx, (struct token){0});
    return t.text;
}

const char *directive_assertion_text(struct pp *pp, const char *text)
{
    char *copy = arena_strndup(&pp->u->arena, text, strlen(text)), *to = copy;
    for (const char *p = copy; *p; p++)
        if (*p != ' ' || (to > copy && to[-1] != '(' && p[1] != '(' && p[1] != ')'))
            *to++ = *p;
    *to = 0;
    return copy;
}

static const char *assertion_text(struct pp *pp)
{
    return directive_assertion_text(pp, line_text(pp));
}

static void assertion_add(struct pp *pp, const char *text)
{
    struct assertion *a = arena_new(&pp->u->arena, struct assertion);
    a->text = text;
    a->next = pp->assertions;
    pp->assertions = a;
}

/* The assertions that GCC makes of the target. */
void directive_predefine_assertions(struct pp *pp)
{
    static const struct { const char *macro, *text; } assertions[] = {
        {"__linux__", "system(linux)"}, {"__unix__", "system(unix)"},
        {"__unix__", "system(posix)"}, {"__x86_64__", "cpu(x86_64)"},
        {"__x86_64__", "machine(x86_64)"}, {"__aarch64__", "cpu(aarch64)"},
        {"__aarch64__", "machine(aarch64)"}, {"__i386__", "cpu(i386)"},
        {"__i386__", "machine(i386)"},
    };
    for (size_t i = 0; i < sizeof assertions / sizeof *assertions; i++)
        if (ident_of(pp->u, assertions[i].macro)->macro)
            assertion_add(pp, assertions[i].text);
}

static void unassert_directive(struct pp *pp)
{
    const char *text = assertion_text(pp);
    size_t n = strlen(text);
    for (struct assertion **p = &pp->assertions; *p;)
        if (!strcmp((*p)->text, text) ||
            (!strchr(text, '(') && !strncmp((*p)->text, text, n) && (*p)->text[n] == '('))
            *p = (*p)->next;
        else
            p = &(*p)->next;
}

/* ---- directives ---- */

/* Obeys one.  True if it yields a token, in *t: a pragma. */
static bool obey(struct pp *pp, enum directive_name d, struct token *t,
                 struct directive *dir, bool *skip)
{
    if (d != D_IF && d != D_IFNDEF && d != D_IFDEF && d != D_ENDIF && d != D_ELIF &&
        d != D_ELSE && pp->in->state != GUARD_INSIDE)
        guard_lost(pp);
    switch (d)
    {
    case D_DEFINE:
        dir->kind = DIR_MACRO;
        macro_define(pp);
        pp_note_change(pp);
        break;
    case D_UNDEF:
        dir->kind = DIR_MACRO;
        undef(pp);
        break;
    case D_INCLUDE: case D_INCLUDE_NEXT: case D_IMPORT:
        include(pp, d, dir, t);
        break;
    case D_IF: case D_IFDEF: case D_IFNDEF:
        *skip = !cond_open(pp, d, t);
        break;
    case D_ELIF: case D_ELIFDEF: case D_ELIFNDEF: case D_ELSE: case D_ENDIF:
        *skip = !cond_next(pp, d, t);
        break;
    case D_LINE:
        set_line(pp, true, *t);
        break;
    case D_ERROR:
        /* Macros of the target follow such pragmas in the host only: it judges. */
        if (pp->options_changed)
            pp->u->plain_trouble = true;
        else
            error_at(pp->u, t->loc, "#error %s", line_text(pp));
        break;
    case D_PRAGMA:
        dir->kind = DIR_PRAGMA;
        *t = pragma_token(pp, &pp->in->lx, *t);
        pragma_obey(pp, t->text);
        return strcmp(t->text, "once") != 0; /* which is nothing to a compiler */
    case D_ASSERT:
        assertion_add(pp, assertion_text(pp));
        break;
    case D_UNASSERT:
        unassert_directive(pp);
        break;
    case D_EMBED:
        error_at(pp->u, t->loc, "goc does not know #embed");
        break;
    case D_WARNING: case D_IDENT: case D_NONE:
        break;
    }
    return false;
}

bool directive_obey(struct pp *pp, struct token *hash)
{
    struct lexer *lx = &pp->in->lx;
    struct directive dir = {.start = hash->loc, .next_token = (uint32_t)pp->u->toks.n};
    const bool collecting = pp->collecting;
    const unsigned no_expand = pp->no_expand;
    const uint32_t exp = pp->exp;
    bool skip = false, token = false;
    struct token name;
    pp->in_arguments = collecting;
    pp->collecting = false;
    pp->no_expand = 0;
    pp->exp = 0;
    pp->in_directive = lx->in_directive = true;
    lex(lx, &name);
    enum directive_name d = name.kind == TOK_IDENT ? name.id->directive : D_NONE;
    if ((d == D_ELIFDEF || d == D_ELIFNDEF) && !elif_known(pp, d))
        d = D_NONE;
    if (d != D_NONE)
        token = obey(pp, d, hash, &dir, &skip);
    else if (name.kind == TOK_NUMBER)
    {
        guard_lost(pp);
        set_line(pp, false, name);
    }
    else if (name.kind != TOK_NEWLINE && name.kind != TOK_EOF)
    {
        uint32_t n;
        const char *text = token_text(pp->u, &name, &n);
        error_at(pp->u, name.loc, "invalid preprocessing directive #%.*s", (int)n, text);
    }
    while (pp->contexts.n && !vec_last(&pp->contexts)->floor)
        macro_context_pop(pp);
    record(pp, dir);
    if (skip && !pp->stopped)
        skip_groups(pp);
    pp->collecting = collecting;
    pp->no_expand = no_expand;
    pp->exp = exp;
    pp->in_directive = lx->in_directive = false;
    if (dir.child)
        pp_input_push(pp, dir.child);
    if (token && collecting)
    {
        *vec_push(&pp->u->toks) = *hash; /* as GCC does: before the expansion */
        return false;
    }
    return token;
}
