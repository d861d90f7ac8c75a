/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* singleflight.c: see <goc/singleflight.h>.
 *
 * A call is kept by whoever runs it and by each that waits for it; `users`
 * counts them.  It is on its group's list from its start until it has ended or
 * is forgotten.
 *
 * Under g->mutex: the lists, `users`, `takers` and `listed`.  Result and value
 * are written before the wait group's done, and read after its wait.
 */
#include "internal.h"

#include <goc/context.h>
#include <goc/singleflight.h>

struct call
{
    struct call *next;
    goc_singleflight *g;
    goc_waitgroup running;
    int users;    /* who runs it, who waits */
    int takers;   /* who has got the value, or will */
    bool listed;
    int result;
    void *value;
    int (*fn)(void *arg, void **value);
    void *arg;
    void (*drop)(void *value); /* of the one who started it; or null */
    char key[];
};

static struct call **list_of(goc_singleflight *g, const char *key)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (const char *s = key; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    size_t n = sizeof g->calls / sizeof g->calls[0];
    return (struct call **)&g->calls[(h ^ h >> 16) % n];
}

/* Needs: g->mutex.  Where key's call hangs, or the list's end. */
static struct call **find(goc_singleflight *g, const char *key)
{
    struct call **at = list_of(g, key);
    while (*at && strcmp((*at)->key, key) != 0)
        at = &(*at)->next;
    return at;
}

/* Needs: g->mutex.  Nobody finds k any more. */
static void unlist(struct call *k)
{
    if (!k->listed)
        return;
    struct call **at = list_of(k->g, k->key);
    while (*at != k)
        at = &(*at)->next;
    *at = k->next;
    k->listed = false;
}

/* Joins key's call, or makes one: then *mine. */
static struct call *join(goc_singleflight *g, const char *key, bool *mine)
{
    goc__mutex_lock(&g->mutex, NULL);
    struct call **at = find(g, key), *k = *at;
    *mine = !k;
    if (!k) {
        size_t size = strlen(key) + 1;
        k = goc__calloc(1, sizeof *k + size);
        memcpy(k->key, key, size);
        k->g = g;
        k->listed = true;
        k->users = 1; /* who runs it */
        goc_waitgroup_add(&k->running, 1);
        *at = k;
    }
    k->users++;
    k->takers++;
    goc__mutex_unlock(&g->mutex, NULL);
    return k;
}

/* After the last user has left. */
static void call_free(struct call *k)
{
    if (k->takers == 0 && k->drop && k->value)
        k->drop(k->value);
    free(k);
}

/* One that has waited leaves; `takes` false: without the value. */
static void leave(struct call *k, bool takes)
{
    goc_singleflight *g = k->g;
    goc__mutex_lock(&g->mutex, NULL);
    bool last = --k->users == 0;
    if (!takes)
        k->takers--;
    goc__mutex_unlock(&g->mutex, NULL);
    if (last)
        call_free(k);
}

/* The wait group's done comes under the mutex: those that wait leave through
 * the mutex, too, so that neither the call nor the group, which may go with the
 * last of them, is touched afterwards. */
static void run(struct call *k)
{
    goc_singleflight *g = k->g;
    k->result = k->fn(k->arg, &k->value);
    goc__mutex_lock(&g->mutex, NULL);
    unlist(k);
    bool last = --k->users == 0;
    if (!last)
        goc_waitgroup_done(&k->running);
    goc__mutex_unlock(&g->mutex, NULL);
    if (last)
        call_free(k);
}

static void run_in_goroutine(void *p)
{
    run(p);
}

/* k has ended: its result. */
static int take(struct call *k, void **value, bool *shared)
{
    int result = k->result;
    if (value)
        *value = k->value;
    if (shared) {
        goc__mutex_lock(&k->g->mutex, NULL);
        *shared = k->takers > 1;
        goc__mutex_unlock(&k->g->mutex, NULL);
    }
    leave(k, true);
    return result;
}

int goc__singleflight_do(goc_singleflight *g, const char *key,
                         int (*fn)(void *arg, void **value), void *arg,
                         void **value, bool *shared, const char *at)
{
    bool mine;
    struct call *k = join(g, key, &mine);
    if (mine) {
        k->fn = fn;
        k->arg = arg;
        run(k);
    } else {
        goc__waitgroup_wait(&k->running, at);
    }
    return take(k, value, shared);
}

int goc__singleflight_do_ctx(goc_singleflight *g, goc_context *ctx,
                             const char *key,
                             int (*fn)(void *arg, void **value), void *arg,
                             void **value, bool *shared,
                             void (*drop)(void *), const char *at)
{
    bool mine;
    if (goc_err(ctx))
        return goc_err(ctx);
    struct call *k = join(g, key, &mine);
    if (mine) {
        k->fn = fn;
        k->arg = arg;
        k->drop = drop;
        goc__spawn(run_in_goroutine, k, at);
    }
    int r = goc__waitgroup_wait_for(&k->running, ctx, GOC_FOREVER, at);
    if (r) {
        leave(k, false);
        return r;
    }
    return take(k, value, shared);
}

void goc_singleflight_forget(goc_singleflight *g, const char *key)
{
    goc__mutex_lock(&g->mutex, NULL);
    struct call *k = *find(g, key);
    if (k)
        unlist(k);
    goc__mutex_unlock(&g->mutex, NULL);
}

/* ---- The functions behind the macros ------------------------------------ */

int (goc_singleflight_do)(goc_singleflight *g, const char *key,
                          int (*fn)(void *arg, void **value), void *arg,
                          void **value, bool *shared)
{
    return goc__singleflight_do(g, key, fn, arg, value, shared, NULL);
}
int (goc_singleflight_do_ctx)(goc_singleflight *g, goc_context *ctx,
                              const char *key,
                              int (*fn)(void *arg, void **value), void *arg,
                              void **value, bool *shared,
                              void (*drop)(void *))
{
    return goc__singleflight_do_ctx(g, ctx, key, fn, arg, value, shared, drop,
                                    NULL);
}
