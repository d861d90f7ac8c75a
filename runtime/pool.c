/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pool.c: goc_pool, things to be used again.
 *
 * A stack of things for each of a few workers, under a lock of its own: a
 * goroutine puts and gets where it runs, so that things stay in that
 * processor's cache, and looks at the others' only when that is empty.  The
 * goroutine may move to another worker at any time; the locks make that
 * harmless.
 */
#include "worker.h"

#include <goc/sync.h>

enum
{
    SHARDS = 16,
    KEEP_MAX = 1024 /* things in a shard, if the pool can drop what is more */
};

struct shard
{
    _Alignas(GOC__CACHE_LINE) struct goc__lock lock;
    size_t n, max;
    void **thing;
};

static _Atomic(struct shard *) *shards_of(goc_pool *pool)
{
    return (_Atomic(struct shard *) *)&pool->shards;
}

/* The shards, made at the first put. */
static struct shard *shards_make(goc_pool *pool)
{
    struct shard *fresh, *old = NULL;
    if (posix_memalign((void **)&fresh, GOC__CACHE_LINE,
                       SHARDS * sizeof *fresh))
        goc__fatal("out of memory (pool)");
    memset(fresh, 0, SHARDS * sizeof *fresh);
    if (atomic_compare_exchange_strong(shards_of(pool), &old, fresh))
        return fresh;
    free(fresh);
    return old;
}

static unsigned shard_here(void)
{
    return (unsigned)goc__worker_here()->index % SHARDS;
}

static void *shard_pop(struct shard *s)
{
    void *thing = NULL;
    goc__lock_acquire(&s->lock, GOC__RANK_SYNC);
    if (s->n)
        thing = s->thing[--s->n];
    goc__lock_release(&s->lock);
    return thing;
}

/* False when the shard is full and `limit` says that this matters. */
static bool shard_push(struct shard *s, void *thing, bool limit)
{
    goc__lock_acquire(&s->lock, GOC__RANK_SYNC);
    if (s->n == s->max) {
        size_t max = s->max ? 2 * s->max : 16;
        goc__tsan_ignore_begin(); /* it does not see the lock */
        void **more = limit && max > KEEP_MAX
            ? NULL : realloc(s->thing, max * sizeof *more);
        goc__tsan_ignore_end();
        if (!more) {
            goc__lock_release(&s->lock);
            if (!limit)
                goc__fatal("out of memory (pool)");
            return false;
        }
        s->thing = more;
        s->max = max;
    }
    s->thing[s->n++] = thing;
    goc__lock_release(&s->lock);
    return true;
}

void goc_pool_init(goc_pool *pool, void *(*make)(void), void (*drop)(void *))
{
    *pool = (goc_pool){ .make = make, .drop = drop };
}

void *goc_pool_get(goc_pool *pool)
{
    struct shard *s = atomic_load_explicit(shards_of(pool),
                                           memory_order_acquire);
    if (s) {
        unsigned here = shard_here();
        for (unsigned i = 0; i < SHARDS; i++) {
            void *thing = shard_pop(&s[(here + i) % SHARDS]);
            if (thing) {
                goc__tsan_acquire(thing);
                return thing;
            }
        }
    }
    return pool->make ? pool->make() : NULL;
}

void goc_pool_put(goc_pool *pool, void *thing)
{
    if (!thing)
        return;
    struct shard *s = atomic_load_explicit(shards_of(pool),
                                           memory_order_acquire);
    if (!s)
        s = shards_make(pool);
    goc__tsan_release(thing);
    if (!shard_push(&s[shard_here()], thing, pool->drop != NULL))
        pool->drop(thing);
}

void goc_pool_destroy(goc_pool *pool)
{
    struct shard *s = atomic_exchange(shards_of(pool), NULL);
    if (!s)
        return;
    for (unsigned i = 0; i < SHARDS; i++) {
        for (size_t k = 0; pool->drop && k < s[i].n; k++)
            pool->drop(s[i].thing[k]);
        free(s[i].thing);
    }
    free(s);
}
