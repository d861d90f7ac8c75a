/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* errgroup.c: see <goc/errgroup.h>.
 *
 * The wait group's done comes last in goc__errgroup_done(): the group may be
 * freed by the goroutine that it lets go.
 */
#include "internal.h"

#include <goc/context.h>
#include <goc/errgroup.h>
#include <goc/sync.h>

struct goc_errgroup
{
    goc_context *ctx;
    goc_waitgroup wg;
    goc_sem places;      /* used when limited */
    bool limited;
    _Atomic int err;     /* the first */
    _Atomic int working;
};

goc_errgroup *goc_errgroup_new(goc_context *parent)
{
    goc_errgroup *g = goc__calloc(1, sizeof *g);
    g->ctx = goc_with_cancel(parent);
    return g;
}

goc_context *goc_errgroup_context(goc_errgroup *g)
{
    return g->ctx;
}

void goc__errgroup_limit(goc_errgroup *g, int n, const char *at)
{
    if (atomic_load(&g->working))
        goc__panic_at("errgroup: modify limit while goroutines in the group"
                      " are still active", at);
    g->limited = n >= 0;
    goc_sem_init(&g->places, n);
}

static void begin(goc_errgroup *g, const char *at)
{
    atomic_fetch_add_explicit(&g->working, 1, memory_order_relaxed);
    goc__waitgroup_add(&g->wg, 1, at);
}

void goc__errgroup_add(goc_errgroup *g, const char *at)
{
    if (g->limited)
        goc__sem_acquire(&g->places, 1, at);
    begin(g, at);
}

int goc__errgroup_add_ctx(goc_errgroup *g, goc_context *ctx, const char *at)
{
    int r = goc_err(ctx);
    if (r == 0 && g->limited)
        r = goc__sem_acquire_ctx(&g->places, 1, ctx, at);
    if (r == 0)
        begin(g, at);
    return r;
}

bool goc_errgroup_try_add(goc_errgroup *g)
{
    if (g->limited && !goc_sem_try_acquire(&g->places, 1))
        return false;
    begin(g, NULL);
    return true;
}

void goc__errgroup_done(goc_errgroup *g, int err, const char *at)
{
    int none = 0;
    if (err && atomic_compare_exchange_strong(&g->err, &none, err))
        goc_cancel_cause(g->ctx, err);
    if (g->limited)
        goc__sem_release(&g->places, 1, at);
    atomic_fetch_sub_explicit(&g->working, 1, memory_order_relaxed);
    goc__waitgroup_done(&g->wg, at);
}

struct call
{
    goc_errgroup *g;
    int (*fn)(void *);
    void *arg;
    const char *at;
};

static void call_run(void *p)
{
    struct call *c = p;
    goc__errgroup_done(c->g, c->fn(c->arg), c->at);
}

void goc__errgroup_go(goc_errgroup *g, int (*fn)(void *), void *arg,
                      const char *at)
{
    struct call c = { g, fn, arg, at };
    goc__errgroup_add(g, at);
    goc__go(call_run, &c, sizeof c, at);
}

bool goc__errgroup_try_go(goc_errgroup *g, int (*fn)(void *), void *arg,
                          const char *at)
{
    struct call c = { g, fn, arg, at };
    if (!goc_errgroup_try_add(g))
        return false;
    goc__go(call_run, &c, sizeof c, at);
    return true;
}

/* All are done: the first error. */
static int end(goc_errgroup *g)
{
    int err = atomic_load(&g->err);
    goc_cancel_cause(g->ctx, err);
    return err;
}

int goc__errgroup_wait(goc_errgroup *g, const char *at)
{
    goc__waitgroup_wait(&g->wg, at);
    return end(g);
}

int goc__errgroup_wait_for(goc_errgroup *g, goc_context *ctx,
                           goc_duration timeout, int *err, const char *at)
{
    int r = goc__waitgroup_wait_for(&g->wg, ctx, timeout, at);
    if (r)
        return r;
    int first = end(g);
    if (err)
        *err = first;
    return 0;
}

void goc_errgroup_free(goc_errgroup *g)
{
    if (!g)
        return;
    goc_context_free(g->ctx);
    free(g);
}

/* ---- The functions behind the macros ------------------------------------ */

void (goc_errgroup_limit)(goc_errgroup *g, int n)
{
    goc__errgroup_limit(g, n, NULL);
}
void (goc_errgroup_add)(goc_errgroup *g)
{
    goc__errgroup_add(g, NULL);
}
void (goc_errgroup_done)(goc_errgroup *g, int err)
{
    goc__errgroup_done(g, err, NULL);
}
void (goc_errgroup_go)(goc_errgroup *g, int (*fn)(void *), void *arg)
{
    goc__errgroup_go(g, fn, arg, NULL);
}
bool (goc_errgroup_try_go)(goc_errgroup *g, int (*fn)(void *), void *arg)
{
    return goc__errgroup_try_go(g, fn, arg, NULL);
}
int (goc_errgroup_add_ctx)(goc_errgroup *g, goc_context *ctx)
{
    return goc__errgroup_add_ctx(g, ctx, NULL);
}
int (goc_errgroup_wait_for)(goc_errgroup *g, goc_context *ctx,
                            goc_duration timeout, int *err)
{
    return goc__errgroup_wait_for(g, ctx, timeout, err, NULL);
}
int (goc_errgroup_wait)(goc_errgroup *g)
{
    return goc__errgroup_wait(g, NULL);
}
