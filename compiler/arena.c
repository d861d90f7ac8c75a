/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arena.c: bump allocation.
 *
 * Blocks come zeroed from calloc, each twice the last up to a limit, and are
 * only given back all at once.  Under AddressSanitizer what is not handed out is
 * poisoned, and a red zone is left between two pieces.
 */
#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__
#define ARENA_POISON 1
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
enum { RED_ZONE = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

enum { BLOCK_MIN = 64 * 1024, BLOCK_MAX = 4 * 1024 * 1024 };

struct arena_block
{
    struct arena_block *older;
    size_t size; /* of the bytes behind this head */
};

static struct arena_block *block_new(size_t size)
{
    struct arena_block *b = calloc(1, sizeof *b + size);
    if (!b)
        fatal("out of memory");
    b->size = size;
    return b;
}

/* A piece too large for the current block's rest.  Very large ones get a block
 * of their own, put behind the current one so that its rest stays in use. */
static void *alloc_slow(struct arena *a, size_t size)
{
    if (size > (size_t)-1 / 2)
        fatal("out of memory");
    if (size > BLOCK_MAX / 4 && a->blocks)
    {
        struct arena_block *b = block_new(size + 16);
        b->older = a->blocks->older;
        a->blocks->older = b;
        return b + 1;
    }
    size_t want = a->blocks ? a->blocks->size * 2 : BLOCK_MIN;
    if (want > BLOCK_MAX)
        want = BLOCK_MAX;
    if (want < size + RED_ZONE + 16)
        want = size + RED_ZONE + 16;
    struct arena_block *b = block_new(want);
    b->older = a->blocks;
    a->blocks = b;
    a->next = (char *)(b + 1);
    a->end = a->next + want;
    ASAN_POISON_MEMORY_REGION(a->next, want);
    return arena_alloc(a, size);
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t align = size >= 16 ? 16 : 8;
    size_t pad = -(uintptr_t)a->next & (align - 1);
    size_t take = (size ? size : 1) + RED_ZONE;
    size_t rest = (size_t)(a->end - a->next);
    if (!a->next || rest < pad || rest - pad < take)
        return alloc_slow(a, size);
    char *p = a->next + pad;
    a->next = p + take;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p = arena_alloc(a, n + 1);
    memcpy(p, s, n);
    return p;
}

char *arena_vprintf(struct arena *a, const char *format, va_list ap)
{
    va_list again;
    if (!format)
        unreachable();
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    if (n < 0)
        fatal("cannot format '%s'", format);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *p = arena_vprintf(a, format, ap);
    va_end(ap);
    return p;
}

void arena_free(struct arena *a)
{
    for (struct arena_block *b = a->blocks, *older; b; b = older)
    {
        older = b->older;
        ASAN_UNPOISON_MEMORY_REGION(b, sizeof *b + b->size);
        free(b);
    }
    *a = (struct arena){0};
}
