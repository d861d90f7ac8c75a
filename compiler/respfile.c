/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* respfile.c: words in a file, quoted as GCC does (libiberty's buildargv). */
#include "respfile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diag.h"

/* Reads one word at *at into the buffer at to; false at the end of the text. */
static bool next_word(const char **at, char *to)
{
    const char *p = *at;
    char quote = 0;
    while (isspace((unsigned char)*p))
        p++;
    if (!*p)
        return false;
    for (; *p && (quote || !isspace((unsigned char)*p)); p++)
    {
        if (*p == '\\' && p[1])
            *to++ = *++p;
        else if (*p == quote)
            quote = 0;
        else if (!quote && (*p == '\'' || *p == '"'))
            quote = *p;
        else
            *to++ = *p;
    }
    *to = 0;
    *at = p;
    return true;
}

static char *read_text(struct arena *a, const char *path)
{
    struct stat st;
    FILE *f = fopen(path, "re");
    if (!f)
        return NULL;
    if (fstat(fileno(f), &st) || S_ISDIR(st.st_mode))
    {
        fclose(f);
        return NULL;
    }
    size_t size = 0, cap = 4096;
    char *text = malloc(cap);
    while (text)
    {
        size += fread(text + size, 1, cap - size, f);
        if (size < cap)
            break;
        text = realloc(text, cap *= 2);
    }
    fclose(f);
    if (!text)
        fatal("out of memory");
    char *copy = arena_strndup(a, text, size);
    free(text);
    return copy;
}

bool respfile_read(struct arena *a, const char *path, struct words *list)
{
    const char *text = read_text(a, path);
    if (!text)
        return false;
    char *word = arena_alloc(a, strlen(text) + 1);
    while (next_word(&text, word))
        *vec_push(&list->w) = arena_strndup(a, word, strlen(word));
    return true;
}

const char *respfile_quote(struct arena *a, const char *word)
{
    char *quoted = arena_alloc(a, 2 * strlen(word) + 3), *q = quoted;
    if (!*word)
        return "''";
    for (; *word; word++)
    {
        if (isspace((unsigned char)*word) || strchr("\\'\"", *word))
            *q++ = '\\';
        *q++ = *word;
    }
    *q = 0;
    return quoted;
}
