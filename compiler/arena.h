/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arena.h: memory that lives as long as its translation unit. */
#ifndef GOC_ARENA_H
#define GOC_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena_block;

/* Zero-initialised is ready for use. */
struct arena
{
    struct arena_block *blocks;
    char *next, *end; /* the part of the newest block not handed out */
};

/* Zeroed, aligned to 16 for sizes of 16 or more, else to 8.  Never null: out of
 * memory ends in fatal().  arena_alloc(a, 0) is a valid distinct pointer. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of the n bytes at s with a NUL behind them. */
char *arena_strndup(struct arena *a, const char *s, size_t n);

/* sprintf into the arena. */
char *arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list ap);

void arena_free(struct arena *a);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
