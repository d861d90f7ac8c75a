/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* diag.h: what the user is told.
 *
 *     pool.gc:12:9: error: cannot send 'char *' to 'chan<int>'
 *        12 |     c <- name;
 *           |          ^~~~
 *
 * error() counts and returns; the stage finishes, then the pipeline stops.
 * Format directives beyond printf's: %T takes a struct type * and prints it as
 * the user wrote it, between quotes ('chan<int>'); %I takes a struct ident *
 * and prints its name between quotes.
 */
#ifndef GOC_DIAG_H
#define GOC_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "source.h"

struct unit;

/* By the places of tokens in unit.toks: from token first to token last, both
 * included.  A place inside a macro's expansion is shown at the outermost
 * invocation, and a note tells of the macro. */
void error(struct unit *u, uint32_t first, uint32_t last, const char *format, ...);
void warning(struct unit *u, const char *option, uint32_t first, uint32_t last,
             const char *format, ...); /* option: "goc-unused" of -Wgoc-unused */
void note(struct unit *u, uint32_t first, uint32_t last, const char *format, ...);

/* By places, for the stages before there are tokens. */
void error_at(struct unit *u, loc_t loc, const char *format, ...);
void note_at(struct unit *u, loc_t loc, const char *format, ...);

/* From loc to end, an error after which the stage cannot go on: "compilation terminated." follows.
 * It returns; the caller ends the stage. */
void fatal_at(struct unit *u, loc_t loc, loc_t end, const char *format, ...);

/* The number of errors so far. */
int diag_errors(const struct unit *u);

/* "goc: fatal error: ...", exit status 2: wrong use, or I/O that failed.
 * Ends in exit(), so that atexit handlers remove temporary files. */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A bug in goc: says so and exits with status 70. */
_Noreturn void internal_error(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define unreachable() internal_error(__FILE__, __LINE__, "unreachable")

#endif
