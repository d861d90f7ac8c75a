/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.c: the growing of growable arrays. */
#include "vec.h"

#include <stdlib.h>

#include "diag.h"

void *vec__grow(void *v, size_t *cap, size_t elem_size)
{
    size_t n = *cap ? *cap * 2 : 16;
    if (n > (size_t)-1 / 2 / elem_size)
        fatal("out of memory");
    v = realloc(v, n * elem_size);
    if (!v)
        fatal("out of memory");
    *cap = n;
    return v;
}

void vec__free(void *v)
{
    free(v);
}
