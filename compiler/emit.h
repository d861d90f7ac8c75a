/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.h: source + edits -> plain C. */
#ifndef GOC_EMIT_H
#define GOC_EMIT_H

#include <stddef.h>

struct unit;

struct output
{
    char *text;
    size_t size, cap;
};

/* needs: edits; leaves: the text of the C file in out (malloc'd). */
void emit(struct unit *u, struct output *out);

#endif
