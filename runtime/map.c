/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map.c: goc_map, a hash table in shards.
 *
 * A shard is a chained hash table under a mutex.  An entry is kept by its
 * table and by each range that has come by it, so that a range can call the
 * user's function without a lock, whatever happens to the entry meanwhile.
 * Value and `gone` are atomic for that reason alone.
 */
#include "internal.h"

#include <goc/sync.h>

enum { SHARDS = 32, BUCKETS_MIN = 8 };

struct entry
{
    struct entry *next;
    uint64_t hash;
    _Atomic(void *) value;
    _Atomic int refs;
    _Atomic bool gone;
    goc_key key; /* key.s is `text` */
    char text[];
};

struct shard
{
    _Alignas(GOC__CACHE_LINE) goc_mutex mutex;
    size_t n, size; /* entries, buckets (a power of two, or 0) */
    struct entry **bucket;
};

/* ---- Keys and entries --------------------------------------------------- */

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

static uint64_t key_hash(const goc_map *map, goc_key key)
{
    if (map->kind == GOC_MAP_INT)
        return mix(key.i + 0x9e3779b97f4a7c15u);
    if (!key.s)
        goc__panic("goc_map: a map of strings needs goc_skey");
    uint64_t h = 0xcbf29ce484222325u;
    for (const char *s = key.s; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return mix(h);
}

static bool entry_is(const goc_map *map, const struct entry *e, uint64_t hash,
                     goc_key key)
{
    return e->hash == hash
        && (map->kind == GOC_MAP_INT ? e->key.i == key.i
                                     : strcmp(e->key.s, key.s) == 0);
}

static struct entry *entry_new(const goc_map *map, uint64_t hash, goc_key key,
                               void *value)
{
    size_t size = map->kind == GOC_MAP_STR ? strlen(key.s) + 1 : 0;
    struct entry *e = goc__malloc(sizeof *e + size);
    e->hash = hash;
    e->key.i = map->kind == GOC_MAP_STR ? 0 : key.i;
    e->key.s = size ? memcpy(e->text, key.s, size) : NULL;
    atomic_init(&e->value, value);
    atomic_init(&e->refs, 1);
    atomic_init(&e->gone, false);
    return e;
}

static void entry_unref(struct entry *e)
{
    goc__tsan_release(e);
    if (atomic_fetch_sub_explicit(&e->refs, 1, memory_order_acq_rel) == 1) {
        goc__tsan_acquire(e);
        free(e);
    }
}

/* ---- Shards ------------------------------------------------------------- */

static _Atomic(struct shard *) *shards_of(goc_map *map)
{
    return (_Atomic(struct shard *) *)&map->shards;
}

static struct shard *shards_get(goc_map *map)
{
    struct shard *s =
        atomic_load_explicit(shards_of(map), memory_order_acquire);
    if (goc__likely(s != NULL))
        return s;
    struct shard *fresh;
    if (posix_memalign((void **)&fresh, GOC__CACHE_LINE,
                       SHARDS * sizeof *fresh))
        goc__fatal("out of memory (map)");
    memset(fresh, 0, SHARDS * sizeof *fresh);
    if (atomic_compare_exchange_strong(shards_of(map), &s, fresh))
        return fresh;
    free(fresh);
    return s;
}

/* The shard takes the upper bits, the bucket the lower. */
static struct shard *shard_lock(goc_map *map, uint64_t hash)
{
    struct shard *s = &shards_get(map)[hash >> 59];
    goc__mutex_lock(&s->mutex, NULL);
    return s;
}
_Static_assert(SHARDS == 1 << (64 - 59), "five bits choose the shard");

static void shard_unlock(struct shard *s)
{
    goc__mutex_unlock(&s->mutex, NULL);
}

/* Needs: the shard's lock.  Where key's entry hangs, or would hang; null in a
 * shard without buckets. */
static struct entry **shard_find(const goc_map *map, struct shard *s,
                                 uint64_t hash, goc_key key)
{
    if (!s->size)
        return NULL;
    struct entry **at = &s->bucket[hash & (s->size - 1)];
    while (*at && !entry_is(map, *at, hash, key))
        at = &(*at)->next;
    return at;
}

/* Needs: the shard's lock.  Room for one more. */
static void shard_grow(struct shard *s)
{
    if (s->n < s->size)
        return;
    size_t size = s->size ? 2 * s->size : BUCKETS_MIN;
    struct entry **bucket = goc__calloc(size, sizeof *bucket);
    for (size_t i = 0; i < s->size; i++)
        for (struct entry *e = s->bucket[i], *next; e; e = next) {
            struct entry **at = &bucket[e->hash & (size - 1)];
            next = e->next;
            e->next = *at;
            *at = e;
        }
    free(s->bucket);
    s->bucket = bucket;
    s->size = size;
}

/* Needs: the shard's lock, and that key is not there. */
static void shard_insert(goc_map *map, struct shard *s, uint64_t hash,
                         goc_key key, void *value)
{
    shard_grow(s);
    struct entry *e = entry_new(map, hash, key, value);
    struct entry **at = &s->bucket[hash & (s->size - 1)];
    e->next = *at;
    *at = e;
    s->n++;
}

/* ---- Operations --------------------------------------------------------- */

void goc_map_init(goc_map *map, goc_map_kind kind)
{
    *map = (goc_map){ .kind = kind };
}

bool goc_map_load(goc_map *map, goc_key key, void **value)
{
    uint64_t hash = key_hash(map, key);
    struct shard *s = shard_lock(map, hash);
    struct entry **at = shard_find(map, s, hash, key);
    bool found = at && *at;
    void *v = found ? atomic_load(&(*at)->value) : NULL;
    shard_unlock(s);
    if (found && value)
        *value = v;
    return found;
}

void goc_map_store(goc_map *map, goc_key key, void *value)
{
    uint64_t hash = key_hash(map, key);
    struct shard *s = shard_lock(map, hash);
    struct entry **at = shard_find(map, s, hash, key);
    if (at && *at)
        atomic_store(&(*at)->value, value);
    else
        shard_insert(map, s, hash, key, value);
    shard_unlock(s);
}

bool goc_map_load_or_store(goc_map *map, goc_key key, void *value,
                           void **actual)
{
    uint64_t hash = key_hash(map, key);
    struct shard *s = shard_lock(map, hash);
    struct entry **at = shard_find(map, s, hash, key);
    bool found = at && *at;
    if (found)
        value = atomic_load(&(*at)->value);
    else
        shard_insert(map, s, hash, key, value);
    shard_unlock(s);
    if (actual)
        *actual = value;
    return found;
}

bool goc_map_swap(goc_map *map, goc_key key, void *value, void **previous)
{
    uint64_t hash = key_hash(map, key);
    struct shard *s = shard_lock(map, hash);
    struct entry **at = shard_find(map, s, hash, key);
    bool found = at && *at;
    void *old = NULL;
    if (found)
        old = atomic_exchange(&(*at)->value, value);
    else
        shard_insert(map, s, hash, key, value);
    shard_unlock(s);
    if (previous)
        *previous = old;
    return found;
}

bool goc_map_compare_and_swap(goc_map *map, goc_key key, void *old,
                              void *value)
{
    uint64_t hash = key_hash(map, key);
    struct shard *s = shard_lock(map, hash);
    struct entry **at = shard_find(map, s, hash, key);
    bool swapped = at && *at && atomic_load(&(*at)->value) == old;
    if (swapped)
        atomic_store(&(*at)->value, value);
    shard_unlock(s);
    return swapped;
}

/* Removes key's entry, if there is one and *only (may be null) is its value.
 * True, and *value set, if so. */
static bool map_remove(goc_map *map, goc_key key, void *const *only,
                       void **value)
{
    uint64_t hash = key_hash(map, key);
    struct shard *s = shard_lock(map, hash);
    struct entry **at = shard_find(map, s, hash, key);
    struct entry *e = at ? *at : NULL;
    void *v = e ? atomic_load(&e->value) : NULL;
    if (e && only && v != *only)
        e = NULL;
    if (e) {
        *at = e->next;
        s->n--;
        atomic_store(&e->gone, true);
    }
    shard_unlock(s);
    if (!e)
        return false;
    entry_unref(e);
    if (value)
        *value = v;
    return true;
}

bool goc_map_delete(goc_map *map, goc_key key)
{
    return map_remove(map, key, NULL, NULL);
}

bool goc_map_load_and_delete(goc_map *map, goc_key key, void **value)
{
    return map_remove(map, key, NULL, value);
}

bool goc_map_compare_and_delete(goc_map *map, goc_key key, void *old)
{
    return map_remove(map, key, &old, NULL);
}

/* The entries of a shard, each with a reference. */
static struct entry **shard_snapshot(struct shard *s, size_t *n)
{
    goc__mutex_lock(&s->mutex, NULL);
    *n = s->n;
    struct entry **all = goc__malloc(s->n * sizeof *all);
    size_t k = 0;
    for (size_t i = 0; i < s->size; i++)
        for (struct entry *e = s->bucket[i]; e; e = e->next) {
            atomic_fetch_add_explicit(&e->refs, 1, memory_order_relaxed);
            all[k++] = e;
        }
    goc__mutex_unlock(&s->mutex, NULL);
    return all;
}

void goc_map_range(goc_map *map,
                   bool (*fn)(goc_key key, void *value, void *arg), void *arg)
{
    struct shard *shards = shards_get(map);
    bool more = true;
    for (unsigned i = 0; i < SHARDS && more; i++) {
        size_t n;
        struct entry **all = shard_snapshot(&shards[i], &n);
        for (size_t k = 0; k < n; k++) {
            struct entry *e = all[k];
            if (more && !atomic_load(&e->gone))
                more = fn(e->key, atomic_load(&e->value), arg);
            entry_unref(e);
        }
        free(all);
    }
}

size_t goc_map_len(goc_map *map)
{
    struct shard *shards = shards_get(map);
    size_t n = 0;
    for (unsigned i = 0; i < SHARDS; i++) {
        goc__mutex_lock(&shards[i].mutex, NULL);
        n += shards[i].n;
        goc__mutex_unlock(&shards[i].mutex, NULL);
    }
    return n;
}

/* Needs: the shard's lock, or to be alone with it. */
static void shard_clear(struct shard *s)
{
    for (size_t k = 0; k < s->size; k++)
        for (struct entry *e = s->bucket[k], *next; e; e = next) {
            next = e->next;
            atomic_store(&e->gone, true);
            entry_unref(e);
        }
    free(s->bucket);
    s->bucket = NULL;
    s->n = s->size = 0;
}

void goc_map_clear(goc_map *map)
{
    struct shard *shards = shards_get(map);
    for (unsigned i = 0; i < SHARDS; i++) {
        goc__mutex_lock(&shards[i].mutex, NULL);
        shard_clear(&shards[i]);
        goc__mutex_unlock(&shards[i].mutex, NULL);
    }
}

void goc_map_destroy(goc_map *map)
{
    struct shard *shards = atomic_exchange(shards_of(map), NULL);
    if (!shards)
        return;
    for (unsigned i = 0; i < SHARDS; i++)
        shard_clear(&shards[i]);
    free(shards);
}
