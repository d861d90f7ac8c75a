/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* deque.h: the work-stealing deque, and nothing else.
 *
 * The deque of Chase and Lev ("Dynamic Circular Work-Stealing Deque", SPAA
 * 2005), with the orderings of Le, Pop, Cohen and Zappa Nardelli ("Correct
 * and Efficient Work-Stealing for Weak Memory Models", PPoPP 2013).
 *
 * The owner pushes and takes at the bottom, the newest first; anyone steals
 * at the top, the oldest first.
 *
 * Invariants:
 *   - top never decreases; top <= bottom + 1 at every moment, and elements
 *     are those of [top, bottom);
 *   - whoever moves top past an element owns it; the owner alone moves bottom;
 *   - an array that was replaced stays readable for good, for a thief may
 *     still hold it: they are chained and their sizes sum to less than the
 *     newest.
 */
#ifndef GOC_DEQUE_H
#define GOC_DEQUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *goc__malloc(size_t size);

struct deque_array
{
    struct deque_array *older; /* replaced by this one */
    size_t mask;               /* size - 1; the size is a power of two */
    _Atomic(void *) item[];
};

struct deque
{
    _Atomic int64_t bottom;                  /* owner writes */
    _Atomic(struct deque_array *) array;     /* owner writes */
    _Alignas(64) _Atomic int64_t top;        /* any thread advances by CAS */
};

static inline struct deque_array *deque_array_new(size_t size)
{
    struct deque_array *a =
        goc__malloc(sizeof *a + size * sizeof a->item[0]);
    a->older = NULL;
    a->mask = size - 1;
    return a;
}

static inline void deque_init(struct deque *d)
{
    atomic_init(&d->bottom, 0);
    atomic_init(&d->top, 0);
    atomic_init(&d->array, deque_array_new(256));
}

/* Owner only.  Doubles the array; elements keep their indices. */
static __attribute__((noinline, unused)) struct deque_array *
deque_grow(struct deque *d, struct deque_array *a, int64_t top, int64_t bottom)
{
    struct deque_array *bigger = deque_array_new(2 * (a->mask + 1));
    for (int64_t i = top; i < bottom; i++) {
        void *x = atomic_load_explicit(&a->item[(size_t)i & a->mask],
                                       memory_order_relaxed);
        atomic_store_explicit(&bigger->item[(size_t)i & bigger->mask], x,
                              memory_order_relaxed);
    }
    bigger->older = a;
    /* Pairs with the acquire in deque_steal(). */
    atomic_store_explicit(&d->array, bigger, memory_order_release);
    return bigger;
}

/* Owner only. */
static inline void deque_push(struct deque *d, void *x)
{
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_relaxed);
    int64_t t = atomic_load_explicit(&d->top, memory_order_acquire);
    struct deque_array *a =
        atomic_load_explicit(&d->array, memory_order_relaxed);
    if (__builtin_expect(b - t > (int64_t)a->mask, 0))
        a = deque_grow(d, a, t, b);
    atomic_store_explicit(&a->item[(size_t)b & a->mask], x,
                          memory_order_relaxed);
    /* Pairs with the acquire of bottom in deque_steal(). */
    atomic_store_explicit(&d->bottom, b + 1, memory_order_release);
}

/* Owner only: the newest element, or null. */
static inline void *deque_take(struct deque *d)
{
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_relaxed) - 1;
    struct deque_array *a =
        atomic_load_explicit(&d->array, memory_order_relaxed);

    /* Nothing to take is the usual answer, and needs no fence: only the owner
     * adds, so an empty deque stays empty. */
    if (atomic_load_explicit(&d->top, memory_order_relaxed) > b)
        return NULL;

    /* The store of bottom and the load of top must not change places: an
     * exchange is x86's cheapest way to say so.  Pairs with the loads in
     * deque_steal(). */
    atomic_exchange_explicit(&d->bottom, b, memory_order_seq_cst);
    int64_t t = atomic_load_explicit(&d->top, memory_order_seq_cst);
    void *x = NULL;
    if (t <= b) {
        x = atomic_load_explicit(&a->item[(size_t)b & a->mask],
                                 memory_order_relaxed);
        if (t < b)
            return x;
        /* The last one: a thief may want it, too. */
        if (!atomic_compare_exchange_strong_explicit(
                &d->top, &t, t + 1, memory_order_seq_cst,
                memory_order_relaxed))
            x = NULL;
    }
    atomic_store_explicit(&d->bottom, b + 1, memory_order_relaxed);
    return x;
}

/* Any thread: the oldest element, or null when there is none or another
 * thread was faster. */
static inline void *deque_steal(struct deque *d)
{
    /* Sequentially consistent, in this order: whoever sees that top has come
     * to the owner's element also sees that the owner has taken it.  (Loads
     * in place of the paper's fence, for these cost nothing on x86.) */
    int64_t t = atomic_load_explicit(&d->top, memory_order_seq_cst);
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_seq_cst);
    if (t >= b)
        return NULL;
    struct deque_array *a =
        atomic_load_explicit(&d->array, memory_order_acquire);
    void *x = atomic_load_explicit(&a->item[(size_t)t & a->mask],
                                   memory_order_relaxed);
    if (!atomic_compare_exchange_strong_explicit(
            &d->top, &t, t + 1, memory_order_seq_cst, memory_order_relaxed))
        return NULL;
    return x;
}

/* Any thread; a moment's view. */
static inline size_t deque_size(const struct deque *d)
{
    int64_t b = atomic_load_explicit(&d->bottom, memory_order_relaxed);
    int64_t t = atomic_load_explicit(&d->top, memory_order_relaxed);
    return b > t ? (size_t)(b - t) : 0;
}

#endif
