/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parse.h: tokens -> tree, typed and checked as it grows (see ast.h).
 *
 * needs: unit.toks; leaves: unit.tree.  The grammar is grammar/parser.y; parse.c
 * feeds it: keywords of the dialect, typedef names and goc's words by scope and
 * by the tokens that follow, all in one place.
 */
#ifndef GOC_PARSE_H
#define GOC_PARSE_H

struct unit;

void parse(struct unit *u);

#endif
