/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* context.c: trees of cancellation.
 *
 * A context is kept by its owner, by each context below it, and by each watch
 * on it; `refs` counts them.  A parent does not keep its children: its list of
 * them is there to end them, and a child takes itself off when it is freed.
 *
 * Under c->lock: the list of children, the list of watches, and the change of
 * c->err from 0, which happens once.  Afterwards both lists stay empty.  No
 * two contexts are locked at once: ending a tree takes the children over into
 * a list of its own, keeping them alive, and goes on with each of them.
 *
 * A deadline ends its context from the timer's callback, where no timer may be
 * stopped; timers of contexts that have ended fire in vain.
 */
#include "wait.h"

#include <goc/context.h>

#include <errno.h>

struct goc_context
{
    struct goc__lock lock;
    _Atomic int refs;
    _Atomic int err;          /* 0, -ECANCELED or -ETIMEDOUT */
    int cause;                /* set before err */
    goc_context *parent;      /* for values; null at the top */
    bool below;               /* ends with its parent */
    goc_context *children;
    goc_context *next, **prev; /* among the parent's children: its lock */
    goc_context *todo;        /* list of those that are being ended */
    struct goc__watch *watches;
    _Atomic(goc_chan *) done; /* made when asked for */
    goc_time deadline;        /* of this one and those above it; 0: none */
    struct goc__timer timer;
    const void *key;
    void *value;
    void (*drop)(void *value);       /* when c's memory is freed; or null */
    void (*on_free)(goc_context *c); /* when the owner frees it; or null */
};

static goc_context background;

goc_context *goc_background(void)
{
    return &background;
}

/* ---- Life --------------------------------------------------------------- */

static void context_ref(goc_context *c)
{
    atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
}

static void context_unref(goc_context *c)
{
    while (c && c != &background) {
        goc__tsan_release(&c->refs);
        if (atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
            break;
        goc__tsan_acquire(&c->refs);
        goc_context *parent = c->parent;
        goc__free(atomic_load_explicit(&c->done, memory_order_relaxed), NULL);
        if (c->drop)
            c->drop(c->value);
        free(c);
        c = parent;
    }
}

/* Needs: the lock of c's parent. */
static void child_remove(goc_context *c)
{
    *c->prev = c->next;
    if (c->next)
        c->next->prev = c->prev;
    c->prev = NULL;
}

void goc__context_keep(goc_context *c)
{
    context_ref(c);
}

void goc__context_release(goc_context *c)
{
    context_unref(c);
}

/* ---- Ending ------------------------------------------------------------- */

/* Ends c alone.  Its children go to *todo, each with a reference.  False if it
 * had ended before. */
static bool context_end(goc_context *c, int err, int cause,
                        goc_context **todo)
{
    goc__tsan_release(c);
    goc__lock_acquire(&c->lock, GOC__RANK_SYNC);
    if (atomic_load_explicit(&c->err, memory_order_relaxed)) {
        goc__lock_release(&c->lock);
        return false;
    }
    c->cause = cause;
    /* Pairs with the acquire in goc_err(). */
    atomic_store_explicit(&c->err, err, memory_order_release);
    goc_chan *done = atomic_load_explicit(&c->done, memory_order_relaxed);
    if (done)
        goc__close(done, NULL);
    while (c->watches) {
        struct goc__watch *w = c->watches;
        c->watches = w->next;
        if (w->next)
            w->next->prev = &c->watches;
        w->prev = NULL;
        w->fire(w);
    }
    while (c->children) {
        goc_context *child = c->children;
        child_remove(child);
        context_ref(child);
        child->todo = *todo;
        *todo = child;
    }
    goc__lock_release(&c->lock);
    return true;
}

/* Ends c and all below it. */
static void tree_end(goc_context *c, int err, int cause, bool stop_timers)
{
    goc_context *todo = NULL;
    context_ref(c);
    while (c) {
        if (context_end(c, err, cause, &todo) && stop_timers)
            goc__timer_stop(&c->timer);
        context_unref(c);
        c = todo;
        if (c)
            todo = c->todo;
    }
}

static void deadline_fire(struct goc__timer *t)
{
    goc_context *c =
        (goc_context *)((char *)t - offsetof(struct goc_context, timer));
    tree_end(c, -ETIMEDOUT, -ETIMEDOUT, false);
}

void goc_cancel_cause(goc_context *c, int cause)
{
    if (c && c != &background)
        tree_end(c, -ECANCELED, cause ? cause : -ECANCELED, true);
}

void goc_cancel(goc_context *c)
{
    goc_cancel_cause(c, 0);
}

void goc_context_free(goc_context *c)
{
    if (!c || c == &background)
        return;
    if (c->on_free)
        c->on_free(c);
    goc_cancel(c);
    if (c->below) {
        goc__lock_acquire(&c->parent->lock, GOC__RANK_SYNC);
        if (c->prev)
            child_remove(c);
        goc__lock_release(&c->parent->lock);
    }
    /* Also waits for a callback that is under way. */
    goc__timer_stop(&c->timer);
    context_unref(c);
}

/* ---- Making ------------------------------------------------------------- */

/* Hangs c below its parent, or ends it if that has ended. */
static void context_link(goc_context *c)
{
    goc_context *p = c->parent;
    c->below = true;
    goc__lock_acquire(&p->lock, GOC__RANK_SYNC);
    int err = atomic_load_explicit(&p->err, memory_order_relaxed);
    int cause = p->cause;
    if (!err) {
        c->next = p->children;
        c->prev = &p->children;
        if (c->next)
            c->next->prev = &c->next;
        p->children = c;
    }
    goc__lock_release(&p->lock);
    if (err)
        tree_end(c, err, cause, true);
}

static goc_context *context_new(goc_context *parent)
{
    goc_context *c = goc__calloc(1, sizeof *c);
    c->parent = parent ? parent : &background;
    if (c->parent != &background)
        context_ref(c->parent);
    c->deadline = c->parent->deadline;
    c->timer.fire = deadline_fire;
    atomic_init(&c->refs, 1);
    return c;
}

/* goc_background() never ends, so that it needs no children, and programs that
 * share nothing do not meet at its lock. */
static goc_context *context_start(goc_context *c)
{
    if (c->parent != &background)
        context_link(c);
    return c;
}

goc_context *goc_with_cancel(goc_context *parent)
{
    return context_start(context_new(parent));
}

/* The timer starts before the parent knows c, and may end it; a parent that has
 * ended comes first. */
goc_context *goc_with_deadline(goc_context *parent, goc_time deadline)
{
    goc_context *c = context_new(parent);
    bool earlier = deadline && (!c->deadline || deadline < c->deadline);
    if (earlier)
        c->deadline = deadline;
    if (earlier && !goc_err(c->parent)) {
        if (deadline <= goc__now())
            tree_end(c, -ETIMEDOUT, -ETIMEDOUT, true);
        else if (deadline != INT64_MAX)
            goc__timer_start(&c->timer, deadline);
    }
    return context_start(c);
}

goc_context *goc_with_timeout(goc_context *parent, goc_duration timeout)
{
    return goc_with_deadline(parent, goc__deadline(timeout));
}

goc_context *goc__with_value(goc_context *parent, const void *key,
                             void *value, void (*drop)(void *value))
{
    goc_context *c = context_new(parent);
    c->key = key;
    c->value = value;
    c->drop = drop;
    return context_start(c);
}

goc_context *goc_with_value(goc_context *parent, const void *key, void *value)
{
    return goc__with_value(parent, key, value, NULL);
}

void goc__context_on_free(goc_context *c, void (*fn)(goc_context *c))
{
    c->on_free = fn;
}

goc_context *goc_without_cancel(goc_context *parent)
{
    goc_context *c = context_new(parent);
    c->deadline = 0;
    return c;
}

/* ---- Asking ------------------------------------------------------------- */

int goc_err(goc_context *c)
{
    if (!c)
        return 0;
    /* Pairs with the release in context_end(). */
    int err = atomic_load_explicit(&c->err, memory_order_acquire);
    if (err)
        goc__tsan_acquire(c);
    return err;
}

int goc_cause(goc_context *c)
{
    return goc_err(c) ? c->cause : 0;
}

goc_chan *goc__done(goc_context *c, const char *at)
{
    if (!c || c == &background)
        return NULL;
    goc_chan *done = atomic_load_explicit(&c->done, memory_order_acquire);
    if (done)
        return done;
    goc_chan *fresh = goc__make(0, 0, at);
    goc__lock_acquire(&c->lock, GOC__RANK_SYNC);
    done = atomic_load_explicit(&c->done, memory_order_relaxed);
    if (!done) {
        done = fresh;
        fresh = NULL;
        if (atomic_load_explicit(&c->err, memory_order_relaxed))
            goc__close(done, NULL);
        /* Pairs with the acquire above. */
        atomic_store_explicit(&c->done, done, memory_order_release);
    }
    goc__lock_release(&c->lock);
    goc__free(fresh, NULL);
    return done;
}

bool goc_get_deadline(goc_context *c, goc_time *deadline)
{
    if (!c || !c->deadline)
        return false;
    if (deadline)
        *deadline = c->deadline;
    return true;
}

void *goc_value(goc_context *c, const void *key)
{
    for (; c; c = c->parent)
        if (c->key == key && key)
            return c->value;
    return NULL;
}

/* ---- Being told --------------------------------------------------------- */

bool goc__context_watch(goc_context *c, struct goc__watch *w)
{
    w->prev = NULL;
    if (c == &background)
        return true;
    goc__lock_acquire(&c->lock, GOC__RANK_SYNC);
    bool alive = !atomic_load_explicit(&c->err, memory_order_relaxed);
    if (alive) {
        w->next = c->watches;
        w->prev = &c->watches;
        if (w->next)
            w->next->prev = &w->next;
        c->watches = w;
        context_ref(c);
    }
    goc__lock_release(&c->lock);
    return alive;
}

void goc__context_unwatch(goc_context *c, struct goc__watch *w)
{
    if (c == &background)
        return;
    goc__lock_acquire(&c->lock, GOC__RANK_SYNC);
    if (w->prev) {
        *w->prev = w->next;
        if (w->next)
            w->next->prev = w->prev;
        w->prev = NULL;
    }
    goc__lock_release(&c->lock);
    context_unref(c);
}

/* A function to run.  The call is freed by whoever comes last, its maker or
 * the end of the context; without a maker's interest, by the latter. */
struct goc_after_call
{
    struct goc__watch watch;
    goc_context *ctx;
    void (*fn)(void *);
    void *arg;
    void *inherited; /* the maker's */
    const char *at;
    bool called;  /* ctx->lock, then whoever has left its list */
    bool watched; /* the call was on ctx's list */
};

static void after_fire(struct goc__watch *w)
{
    struct goc_after_call *call = (struct goc_after_call *)w;
    call->called = true;
    goc__tsan_acquire(call);
    goc__spawn_for(call->inherited, call->fn, call->arg, call->at);
}

goc_after_call *goc__after_func_new(goc_context *c, void (*fn)(void *),
                                    void *arg, const char *at)
{
    struct goc_after_call *call = goc__malloc(sizeof *call);
    *call = (struct goc_after_call){ .ctx = c ? c : &background,
                                     .fn = fn, .arg = arg, .at = at };
    call->inherited = goc__self()->inherited;
    call->watch.fire = after_fire;
    goc__tsan_release(call);
    call->watched = goc__context_watch(call->ctx, &call->watch);
    if (!call->watched)
        after_fire(&call->watch);
    return call;
}

bool goc_after_func_stop(goc_after_call *call)
{
    if (call->watched)
        goc__context_unwatch(call->ctx, &call->watch);
    bool stopped = !call->called;
    free(call);
    return stopped;
}

/* One that nobody will stop: it keeps no reference, and the context's end is
 * its own. */
static void after_fire_free(struct goc__watch *w)
{
    struct goc_after_call *call = (struct goc_after_call *)w;
    goc__tsan_acquire(call);
    goc__spawn_for(call->inherited, call->fn, call->arg, call->at);
    free(call);
}

void goc__after_func(goc_context *c, void (*fn)(void *), void *arg,
                     const char *at)
{
    if (!c || c == &background)
        return;
    struct goc_after_call *call = goc__malloc(sizeof *call);
    *call = (struct goc_after_call){ .ctx = c, .fn = fn, .arg = arg,
                                     .at = at };
    call->inherited = goc__self()->inherited;
    call->watch.fire = after_fire_free;
    goc__tsan_release(call);
    if (goc__context_watch(c, &call->watch))
        context_unref(c); /* the owner ends it before it goes */
    else
        after_fire_free(&call->watch);
}

/* ---- The functions behind the macros ------------------------------------ */

goc_chan *(goc_done)(goc_context *c)
{
    return goc__done(c, NULL);
}
void (goc_after_func)(goc_context *c, void (*fn)(void *), void *arg)
{
    goc__after_func(c, fn, arg, NULL);
}
goc_after_call *(goc_after_func_new)(goc_context *c, void (*fn)(void *),
                                     void *arg)
{
    return goc__after_func_new(c, fn, arg, NULL);
}
