/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.h: a growable array of any type.
 *
 *     VEC(struct token) toks = {0};
 *     *vec_push(&toks) = tok;
 *     for (size_t i = 0; i < toks.n; i++) use(toks.v[i]);
 *     vec_free(&toks);
 */
#ifndef GOC_VEC_H
#define GOC_VEC_H

#include <stddef.h>

#define VEC(type)                                                              \
    struct                                                                     \
    {                                                                          \
        type *v;                                                               \
        size_t n, cap;                                                         \
    }

/* The address of a new last element, not initialised. */
#define vec_push(a)                                                            \
    ((a)->n == (a)->cap                                                        \
         ? (void)((a)->v = vec__grow((a)->v, &(a)->cap, sizeof *(a)->v))       \
         : (void)0,                                                            \
     &(a)->v[(a)->n++])

#define vec_last(a) (&(a)->v[(a)->n - 1])
#define vec_free(a) (vec__free((a)->v), (a)->v = NULL, (a)->n = (a)->cap = 0)

/* Doubles *cap; ends in fatal() when memory runs out. */
void *vec__grow(void *v, size_t *cap, size_t elem_size);
void vec__free(void *v);

#endif
