/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* source.h: files in memory, and the places in them.
 *
 * A place is a 32-bit number.  Every time a file is opened or included it gets a
 * source of its own, and with it a range of numbers: source.base stands for its
 * first byte, base + size for its end.  So one number tells the byte, the file
 * and the inclusion.  0 is no place.
 */
#ifndef GOC_SOURCE_H
#define GOC_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "vec.h"

struct unit;
struct ident;
struct source;

typedef uint32_t loc_t; /* the one typedef: it would be a bare uint32_t else */

/* The contents of a file, shared by all its inclusions. */
struct file
{
    const char *path; /* as opened */
    const char *text; /* size bytes, then at least 16 NUL bytes */
    uint32_t size;
    bool once;            /* holds #pragma once */
    struct ident *guard;  /* the macro of an include guard around the whole file,
                             or null */
    bool read;            /* by an #include, or as the main file */
    struct file *first;   /* the first file that has this one's identity; once
                             and read are kept there */
    uint64_t dev, ino;    /* identity, for #pragma once */
    struct file *same;    /* source.c's chain by identity */
};

enum directive_kind
{
    DIR_OTHER,   /* conditionals, #error, #line, null directives, ... */
    DIR_INCLUDE, /* #include, #include_next, #import */
    DIR_MACRO,   /* #define, #undef */
    DIR_PRAGMA,
};

/* A directive in a part of a source that was not skipped.  Conditionals are
 * recorded too; the lines of a skipped group are not. */
struct directive
{
    enum directive_kind kind;
    loc_t start, end;      /* from the # to the end of the logical line, the
                              newline not included */
    uint32_t next_token;   /* index in unit.toks of the next token behind it */
    struct source *child;  /* DIR_INCLUDE: what was included; null if a guard or
                              #pragma once left it out */
    struct file *file;     /* DIR_INCLUDE: the file it names, never null */
};

struct line_mark { uint32_t offset; int line; const char *name; };

struct source
{
    struct file *file;
    const char *name; /* as messages and #line show it: never absolute unless
                         the user named it so and a map did not change it */
    loc_t base;
    struct source *includer; /* null for the main file */
    loc_t include_loc;       /* the # of the directive that included this */
    int dir_index;           /* the element of the search path it came from, or
                                -1; for #include_next */
    bool system;             /* from a system directory */
    bool own;                /* from goc's own headers: edits there are dropped */
    bool lowered;            /* an edit falls into it or into a child: written
                                out in place.  Set by emit. */
    VEC(struct directive) dirs;
    VEC(uint32_t) lines;     /* offsets of line starts; filled on first use */
    VEC(struct line_mark) marks; /* the user's #line directives, in order: from
                                offset on, lines count from line in name */
};

/* Opens the main file; path "-" is standard input, shown as <stdin>.  Null if
 * it cannot be read, after an error message. */
struct source *source_open(struct unit *u, const char *path);

/* Makes a source of an included file, or of text that goc made (name like
 * "<command-line>"); see pp.c for the search. */
struct source *source_include(struct unit *u, struct file *file,
                              const char *name, struct source *includer,
                              loc_t include_loc);

/* A file that goc made. */
struct file *file_from_text(struct unit *u, const char *path, const char *text,
                            size_t size);

/* The folders that #include searches, from opt->pp_args and the host's; once,
 * after host_query. */
void search_init(struct unit *u);

struct found_header
{
    struct file *file;  /* null: not found, for the reason error */
    const char *name;   /* as messages show it */
    int dir_index;      /* see struct source */
    bool system, own;
    int error;
};

/* Looks a header up as the #include in source from would: quoted ("...") or not,
 * with next as #include_next does. */
struct found_header search_header(struct unit *u, const char *name, bool quoted,
                                  const struct source *from, bool next);

/* The path of an included file from where it was found: from the folder of the
 * search path, or from that of the file that includes it. */
const char *search_relative(struct unit *u, const struct source *s);

/* The source that holds loc; null for 0. */
struct source *source_at(struct unit *u, loc_t loc);

struct place
{
    struct source *source;
    const char *name; /* after #line directives of the user's */
    int line;         /* likewise; from 1 */
    int column;       /* in bytes, from 1 */
    int physical_line;
};
struct place source_place(struct unit *u, loc_t loc);

/* For unit_free. */
void sources_free(struct unit *u);

#endif
