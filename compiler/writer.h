/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* writer.h: the text of the output, and the line that its reader believes in.
 *
 * Text of the user's is given by place.  Where the C compiler would count it as
 * another line than the one it stands on in the source, a #line directive is put
 * before it; glue counts as the line that it happens to stand on.  In text that
 * nobody but the compiler reads it is moved to its column, too: what glue has
 * pushed aside goes to a line of its own.
 *
 * Invariant: name and line are what a compiler reports for the next byte of the
 * output.  Neighbouring source text is held back as one chunk until something
 * else is written.
 */
#ifndef GOC_WRITER_H
#define GOC_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

struct unit;
struct output;

struct writer
{
    struct unit *u;
    struct output *out;
    bool lines;        /* write #line directives */
    size_t line_start; /* where the current line of the output begins */
    const char *name;  /* null: nothing said yet */
    int line;
    struct source *source; /* the chunk held back: bytes [from, to) */
    uint32_t from, to;
    bool loose;
};

/* The source's bytes [from, to).  loose: they may count as any line. */
void write_source(struct writer *w, struct source *s, uint32_t from, uint32_t to,
                  bool loose);

/* Text of goc's own. */
void write_glue(struct writer *w, const char *text);
void write_bytes(struct writer *w, const char *text, size_t n);

/* The next byte stands at place, or begins a line that does. */
void write_sync(struct writer *w, struct place place);
void write_fresh_line(struct writer *w);

/* Whether only blanks stand on the current line so far. */
bool write_at_line_start(struct writer *w);

void write_flush(struct writer *w);

#endif
