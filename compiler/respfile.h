/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* respfile.h: @file on the command line. */
#ifndef GOC_RESPFILE_H
#define GOC_RESPFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "vec.h"

struct words { VEC(char *) w; };

/* Appends the words of the file to list; false if it cannot be read.  Quoting is
 * GCC's: ' and " enclose, a backslash takes the next character as it is. */
bool respfile_read(struct arena *a, const char *path, struct words *list);

/* The word as a response file must hold it. */
const char *respfile_quote(struct arena *a, const char *word);

#endif
