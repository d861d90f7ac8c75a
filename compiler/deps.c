/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* deps.c: rules for make about what a unit has read.
 *
 * A space in a name is written as "\ ", with backslashes before it doubled, '#'
 * as "\#" and '$' as "$$": what make, ninja and CMake take for GCC's files.
 */
#include "deps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "options.h"
#include "unit.h"

enum { LINE = 72 };

struct rule
{
    FILE *out;
    size_t column;
};

static const char *munge(struct arena *a, const char *name)
{
    char *text = arena_alloc(a, 3 * strlen(name) + 1), *t = text;
    size_t slashes = 0;
    for (; *name; name++)
    {
        if (*name == ' ' || *name == '\t')
        {
            memset(t, '\\', slashes + 1);
            t += slashes + 1;
        }
        else if (*name == '$')
            *t++ = '$';
        else if (*name == '#')
            *t++ = '\\';
        slashes = *name == '\\' ? slashes + 1 : 0;
        *t++ = *name;
    }
    *t = 0;
    return text;
}

static void put(struct rule *r, const char *word)
{
    size_t n = strlen(word);
    if (r->column && r->column + n + 1 > LINE)
    {
        fputs(" \\\n ", r->out);
        r->column = 1;
    }
    if (r->column)
        fputc(' ', r->out);
    fputs(word, r->out);
    r->column += n + 1;
}

struct names { VEC(const char *) v; };

/* True if name is new; a hash would be overkill for a few hundred. */
static bool add_name(struct names *list, const char *name)
{
    for (size_t i = 0; i < list->v.n; i++)
        if (!strcmp(list->v.v[i], name))
            return false;
    *vec_push(&list->v) = name;
    return true;
}

static void collect(struct unit *u, const struct dep_options *d, const char *abi,
                    struct names *list)
{
    if (strcmp(u->opt->input, "-"))
        add_name(list, u->opt->input);
    if (abi && d->system)
        add_name(list, abi);
    for (size_t i = 0; i < u->sources.n; i++)
    {
        const struct source *s = u->sources.v[i];
        const char *path = s->file->path;
        if (s == u->main || !path || path[0] == '<' || !strcmp(path, "-"))
            continue;
        if (d->system || (!s->system && !s->own))
            add_name(list, path);
    }
}

static void put_targets(struct rule *r, struct arena *a, const struct dep_options *d,
                        const char *target)
{
    for (size_t i = 0; i < d->targets.n; i++)
    {
        const struct dep_target *t = &d->targets.v[i];
        put(r, t->quote ? munge(a, t->name) : t->name);
    }
    if (!d->targets.n)
        put(r, munge(a, target));
    fputc(':', r->out);
    r->column++;
}

const char *deps_rule(struct arena *a, const struct dep_options *d, struct unit *u,
                      const char *target, const char *abi, size_t *size)
{
    struct names list = {0};
    char *text = NULL;
    struct rule r = {.out = open_memstream(&text, size)};
    if (!r.out)
        fatal("out of memory");
    collect(u, d, abi, &list);
    put_targets(&r, a, d, target);
    for (size_t i = 0; i < list.v.n; i++)
        put(&r, munge(a, list.v.v[i]));
    fputc('\n', r.out);
    for (size_t i = 0; d->phony && i < list.v.n; i++)
        if (strcmp(list.v.v[i], u->opt->input))
            fprintf(r.out, "%s:\n", munge(a, list.v.v[i]));
    vec_free(&list.v);
    if (fclose(r.out))
        fatal("out of memory");
    const char *copy = arena_strndup(a, text, *size);
    free(text);
    return copy;
}
