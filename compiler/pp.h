/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pp.h: the preprocessor: text -> preprocessing tokens after translation phase 4
 * (and phase 6's string literals still apart).
 */
#ifndef GOC_PP_H
#define GOC_PP_H

#include <stdbool.h>
#include <stdio.h>

#include "source.h"
#include "token.h"

struct unit;

/* needs: options and the host's facts (host.h); leaves: unit.toks, ending in a
 * TOK_EOF, unit.expansions, unit.sources with their directives. */
void pp_run(struct unit *u, struct source *main);

/* --dump=pp: the token stream as text with line markers, as cc -E prints it. */
void pp_dump(struct unit *u, FILE *out);

/* True if any macro was defined or undefined (by a directive in any source)
 * between tokens from and to.  Text moved across such a directive must not be
 * moved with its macros unexpanded. */
bool pp_macros_changed(struct unit *u, uint32_t from, uint32_t to);

/* For unit_free. */
void pp_free(struct unit *u);

#endif
