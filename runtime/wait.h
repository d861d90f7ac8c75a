/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wait.h: waits that a deadline or a context may end, for the toolbox.
 *
 *     struct goc__wait w;
 *     goc__wait_begin(&w, ctx, when);       no SYNC or CHAN lock held
 *     lock; if (what we wait for is there) { take it; unlock; done }
 *     put self, marked as one to claim, on the queue;
 *     if (!goc__wait_park(&w, unlock, arg, reason, at))
 *         { lock; take self off the queue; unlock; goc__wait_why(&w, ctx); }
 *     goc__wait_end(&w);                    in every case
 *
 * Wakers must win goc__claim(w->g) before they may call goc__ready(w->g).
 * The deadline and the context may win while the goroutine is still on its way
 * to sleep; `phase` settles who makes it runnable then: the second of the two
 * that exchange it.  Works on threads that the runtime did not start, too.
 */
#ifndef GOC_WAIT_H
#define GOC_WAIT_H

#include "internal.h"

#include <goc/base.h>

/* Something to be told when a context ends.  fire(w) runs once, under a lock
 * of rank GOC__RANK_SYNC: it may take locks of higher ranks and call
 * goc__ready and goc__spawn; it may not park or free the watch. */
struct goc__watch
{
    struct goc__watch *next, **prev; /* prev is null when in no list */
    void (*fire)(struct goc__watch *w);
};

/* Puts w on ctx's list, which keeps ctx; false, and nothing done, when ctx has
 * ended. */
bool goc__context_watch(goc_context *ctx, struct goc__watch *w);

/* Takes w off, in every case where goc__context_watch was true; lets ctx go.
 * When it returns fire is not, and will not be, running. */
void goc__context_unwatch(goc_context *ctx, struct goc__watch *w);

/* Keeps ctx's memory beyond goc_context_free, until let go again. */
void goc__context_keep(goc_context *ctx);
void goc__context_release(goc_context *ctx);

/* goc_with_value, and drop(value) once no context needs it any more. */
goc_context *goc__with_value(goc_context *parent, const void *key,
                             void *value, void (*drop)(void *value));

/* fn(ctx) runs at the beginning of goc_context_free(ctx), without locks. */
void goc__context_on_free(goc_context *ctx, void (*fn)(goc_context *ctx));

struct goc__wait
{
    struct goc__g *g;
    goc_context *ctx;        /* or null */
    struct goc__timer timer; /* idle when there is no deadline */
    struct goc__watch watch;
    _Atomic uint32_t phase;
    _Atomic int cause;       /* wait.c: who has won, if no waker has */
    void (*unlock)(void *);
    void *arg;
};

/* when is INT64_MAX for no deadline, ctx null for no context. */
void goc__wait_begin(struct goc__wait *w, goc_context *ctx, int64_t when);

/* True: a waker has won.  False: the deadline or the context. */
bool goc__wait_park(struct goc__wait *w, void (*unlock)(void *), void *arg,
                    enum goc__reason reason, const char *at);

/* Takes w out of the world: neither the deadline nor the context knows it any
 * more. */
void goc__wait_end(struct goc__wait *w);

/* What ended the wait when goc__wait_park was false: -ETIMEDOUT, or
 * goc_err(ctx).  Before goc__wait_end, for ctx may go after it. */
int goc__wait_why(struct goc__wait *w, goc_context *ctx);

/* Likewise: whether it was the deadline. */
bool goc__wait_timed_out(struct goc__wait *w);

/* goc__spawn on behalf of a goroutine that is not the caller: `inherited` is
 * that one's. */
void goc__spawn_for(void *inherited, void (*fn)(void *), void *arg,
                    const char *at);

/* As goc__deadline, but negative stands for never. */
int64_t goc__when(goc_duration timeout);

#endif
