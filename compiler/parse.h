/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parse.h: tokens -> tree, typed and checked as it grows (see ast.h).
 *
 * needs: unit.toks; leaves: unit.tree.  The grammar is grammar/parser.y; parse.c
 * feeds it: keywords of the dialect, typedef names and goc's words by scope and
 * by the tokens that follow, all in one place.
 */
#ifndef GOC_PARSE_H
#define GOC_PARSE_H

#include <stdint.h>

struct unit;

void parse(struct unit *u);

/* Where a declaration that begins at token i begins with the attributes and the
 * __extension__ before it, which are no part of the tree. */
uint32_t parse_attributes_before(struct unit *u, uint32_t i);

#endif
