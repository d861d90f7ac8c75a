/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wait.c: see wait.h. */
#include "wait.h"

#include <goc/context.h>

#include <errno.h>

enum { PHASE_RUNNING, PHASE_PARKED, PHASE_FIRED };

/* Why a wait ended that no waker ended. */
enum { CAUSE_NONE, CAUSE_TIMER, CAUSE_CONTEXT };

/* The deadline or the context has come. */
static void wait_fire(struct goc__wait *w, int cause)
{
    struct goc__g *g = w->g;
    if (!goc__claim(g))
        return;
    atomic_store_explicit(&w->cause, cause, memory_order_relaxed);
    if (atomic_exchange(&w->phase, PHASE_FIRED) == PHASE_PARKED)
        goc__ready_tail(g);
}

static void wait_timer(struct goc__timer *t)
{
    wait_fire((struct goc__wait *)
                  ((char *)t - offsetof(struct goc__wait, timer)),
              CAUSE_TIMER);
}

static void wait_watch(struct goc__watch *w)
{
    wait_fire((struct goc__wait *)
                  ((char *)w - offsetof(struct goc__wait, watch)),
              CAUSE_CONTEXT);
}

void goc__wait_begin(struct goc__wait *w, goc_context *ctx, int64_t when)
{
    *w = (struct goc__wait){ .g = goc__self(), .ctx = ctx };
    w->timer.fire = wait_timer;
    w->watch.fire = wait_watch;
    goc__arm(w->g);
    if (ctx && !goc__context_watch(ctx, &w->watch)) {
        w->ctx = NULL;
        wait_fire(w, CAUSE_CONTEXT);
    } else if (when != INT64_MAX) {
        goc__timer_start(&w->timer, when);
    }
}

/* Runs after the goroutine has left its stack.  The phase changes first: once
 * unlocked, another waker may let the goroutine go and w with it. */
static void wait_parked(void *p)
{
    struct goc__wait *w = p;
    struct goc__g *g = w->g;
    bool fired = atomic_exchange(&w->phase, PHASE_PARKED) == PHASE_FIRED;
    if (w->unlock)
        w->unlock(w->arg);
    if (fired)
        goc__ready_tail(g);
}

bool goc__wait_park(struct goc__wait *w, void (*unlock)(void *), void *arg,
                    enum goc__reason reason, const char *at)
{
    w->unlock = unlock;
    w->arg = arg;
    goc__park(wait_parked, w, reason, at);
    return atomic_load_explicit(&w->cause, memory_order_relaxed)
        == CAUSE_NONE;
}

void goc__wait_end(struct goc__wait *w)
{
    if (w->timer.wheel)
        goc__timer_stop(&w->timer);
    if (w->ctx)
        goc__context_unwatch(w->ctx, &w->watch);
}

bool goc__wait_timed_out(struct goc__wait *w)
{
    return atomic_load_explicit(&w->cause, memory_order_relaxed)
        == CAUSE_TIMER;
}

int goc__wait_why(struct goc__wait *w, goc_context *ctx)
{
    return goc__wait_timed_out(w) ? -ETIMEDOUT : goc_err(ctx);
}

struct call
{
    void (*fn)(void *);
    void *arg;
    void *inherited;
};

static void call_run(void *p)
{
    struct call *c = p;
    goc__self()->inherited = c->inherited;
    c->fn(c->arg);
}

void goc__spawn_for(void *inherited, void (*fn)(void *), void *arg,
                    const char *at)
{
    struct call c = { fn, arg, inherited };
    goc__go(call_run, &c, sizeof c, at);
}

int64_t goc__when(goc_duration timeout)
{
    return timeout < 0 ? INT64_MAX : goc__deadline(timeout);
}
