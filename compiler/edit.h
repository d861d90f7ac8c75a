/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* edit.h: changes to the user's text, queued by lowering and applied by emit.
 *
 * All are given by tokens (indices in unit.toks).  Text is kept by range, never
 * re-printed: an insertion stands before or after a token, a replacement takes
 * the place of tokens first..last, and a piece of inserted text may be a range of
 * tokens that is moved there, with the edits that lie within it.
 *
 * At one token, insertions before it appear in the order they were queued (the
 * outermost construct is lowered first), insertions after it in the reverse
 * order.  One replacement may lie within another, not half in it; the inner one
 * then shows only where its tokens are moved to.  What stands after the last
 * token of a replacement, or of a range that is moved, belongs to the construct
 * around it if it was queued earlier, and else goes along with the tokens.
 */
#ifndef GOC_EDIT_H
#define GOC_EDIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct unit;

/* What is inserted: a list of pieces.  The text of one that is queued may still
 * be changed, and more be joined to it. */
struct piece
{
    struct piece *next;
    const char *text;     /* literal text; a newline in it is one in the output */
    uint32_t first, last; /* text null: the tokens moved or copied here, rendered
                             with their edits */
    uint32_t line_of;     /* not 0: glue code; put a #line directive before it so
                             that the piece counts as the line of this token */
    uint32_t seq;         /* when it was made, among the edits */
    bool loose;           /* tokens: may count as the line they are moved to */
    bool bare;            /* tokens: without what is inserted before the first */
};

struct piece *piece_text(struct unit *u, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct piece *piece_line(struct unit *u, uint32_t line_of, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct piece *piece_tokens(struct unit *u, uint32_t first, uint32_t last);
/* Appends b to a; returns the head. */
struct piece *piece_join(struct piece *a, struct piece *b);

void edit_before(struct unit *u, uint32_t token, struct piece *p);
void edit_after(struct unit *u, uint32_t token, struct piece *p);
/* p may be null: removed. */
void edit_replace(struct unit *u, uint32_t first, uint32_t last, struct piece *p);
/* Removes tokens, but not where a range that ends with them is moved to. */
void edit_remove_here(struct unit *u, uint32_t first, uint32_t last);

int edit_count(const struct unit *u);

/* --dump=lower: the edits in order. */
void edit_dump(struct unit *u, FILE *out);
void edit_free(struct unit *u);

/* ---- for emit.c ---- */

enum edit_kind { EDIT_BEFORE, EDIT_REPLACE, EDIT_AFTER };

struct edit
{
    enum edit_kind kind;
    uint32_t first, last; /* insertions: the same */
    uint32_t seq;         /* order of queueing */
    struct piece *pieces;
    struct edit *next;    /* at the same first token, in the order of queueing */
    bool here;            /* not in a moved range that ends here, too */
};

/* Sorts the edits by token and drops those in goc's own headers.  Two that
 * overlap by halves are an internal error that shows both. */
void edit_index(struct unit *u);
struct edit *edit_at(struct unit *u, uint32_t token);
size_t edit_indexed(struct unit *u, struct edit ***list); /* by token, then order */

#endif
