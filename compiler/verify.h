/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verify.h: goc -verify, which checks diagnostics against comments in the source.
 *
 *     c <- p;   // expected-error {{cannot send}}
 *     // expected-error@-1 {{...}}      one line up; @+2: two lines down
 *     // expected-note@#decl {{...}}    on the line with a comment that has #decl
 *     // expected-error@:12 {{...}}     column 12 of this line; @+1:12, @#decl:3
 *     // expected-warning 2 {{...}}     twice
 *     // expected-no-diagnostics
 *
 * The text between the braces must occur in the message.  Every diagnostic
 * needs its comment, notes too, and every comment its diagnostic.
 */
#ifndef GOC_VERIFY_H
#define GOC_VERIFY_H

#include <stddef.h>

#include "source.h"

struct unit;

/* From now on diagnostics are collected, not shown.  Call it first. */
void verify_begin(struct unit *u);

/* For diag.c.  severity: "error", "warning", "note". */
void verify_add(struct unit *u, const char *severity, loc_t loc,
                const char *text, size_t n);

/* Compares with the comments of all sources outside the system's folders, says
 * on standard error what does not match, and returns the exit status, 0 or 1. */
int verify_end(struct unit *u);

#endif
