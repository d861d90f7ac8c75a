/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* park.c: park and ready, the long ways; waits with a deadline; yield.
 *
 * park.h has the short way.  A goroutine that waits leaves its stack for that
 * of the next one; one that holds its thread (an outside thread, or a
 * goroutine locked to a worker's thread) sleeps on a futex of its own.
 */
#include "park.h"

#include <goc/sched.h>

#include <errno.h>
#include <sched.h>

/* Threads that wait on a futex of their own. */
__attribute__((noinline)) void goc__ready_thread(struct goc__g *g)
{
    goc__setstate(g, G_WAITING, G_RUNNABLE);
    /* Its worker counts as asleep until the thread runs: something is awake
     * nevertheless.  goc__park_thread() takes it back. */
    if (g->flags & GOC__G_LOCKED)
        goc__external_add(1);
    /* Pairs with the acquire in goc__park_thread().  The record
     * stays readable: a thread that ends meanwhile does not free it (see
     * outside_end()). */
    atomic_store_explicit(&g->futex, 1, memory_order_release);
    goc__futex_wake(&g->futex, 1);
}

void goc__ready(struct goc__g *g)
{
    goc__ready_inline(g);
}

void goc__ready_tail(struct goc__g *g)
{
    struct goc__worker *w = goc__worker();
    if (goc__unlikely(g->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED))) {
        goc__ready_thread(g);
        return;
    }
    goc__setstate(g, G_WAITING, G_RUNNABLE);
    if (goc__unlikely(!w || !w->real))
        goc__submit(goc__work_g(g));
    else if (goc__unlikely(!fifo_push(&w->ready, g)))
        goc__ready_overflow(w, g);
}

/* ---- park --------------------------------------------------------------- */

/* A worker whose thread waits with its goroutine gives up its place.  Another
 * has to see to what is left, descriptors included. */
static void locked_wait_begin(struct goc__worker *w)
{
    struct goc__sched *s = &goc__sched;
    goc__flush_local(w);
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    if (atomic_load(&w->mode) == MODE_ACTIVE)
        atomic_fetch_sub(&s->active, 1);
    atomic_store(&w->mode, MODE_LOCKED);
    s->locked++;
    struct goc__worker *other = NULL;
    bool poll = atomic_load(&s->active) == 0
        && atomic_load(&goc__poll_waiters)
        && !atomic_load(&goc__poll_sleepers);
    if (poll || atomic_load(&s->queue_count))
        other = goc__worker_pick(NULL);
    goc__lock_release(&s->lock);
    if (other)
        goc__worker_wake(other);
    else
        goc__deadlock_check();
}

static void locked_wait_end(struct goc__worker *w)
{
    struct goc__sched *s = &goc__sched;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    s->locked--;
    atomic_store(&w->mode, MODE_ACTIVE);
    atomic_fetch_add(&s->active, 1);
    goc__lock_release(&s->lock);
    goc__monitor_rouse();
}

/* Blocks the thread until g is ready.  False: the deadline passed first. */
static bool futex_until(struct goc__worker *w, struct goc__g *g,
                        int64_t deadline)
{
    /* Pairs with the release in goc__ready_thread(). */
    while (!atomic_load_explicit(&g->futex, memory_order_acquire)) {
        int64_t next = w->real
            ? atomic_load(&w->wheel.next) : INT64_MAX;
        int r = goc__futex_wait(&g->futex, 0,
                                next < deadline ? next : deadline);
        if (r == -ETIMEDOUT) {
            int64_t now = goc__now();
            if (deadline <= now)
                return atomic_load_explicit(&g->futex, memory_order_acquire);
            if (w->real) {
                w->real = false; /* what fires goes to the global queue */
                unsigned fired = goc__wheel_run(&w->wheel, now);
                w->real = true;
                if (fired) /* it may have been the last hope */
                    goc__deadlock_check();
            }
        }
    }
    return true;
}

/* Park for goroutines that hold their thread. */
bool goc__park_thread(struct goc__worker *w, struct goc__g *g,
                      void (*unlock)(void *), void *arg, int64_t deadline)
{
    int e = errno;
    bool won = true, timed = w->real && deadline != INT64_MAX;
    goc__context_here(g); /* reports walk these frames */
    goc__setstate(g, G_RUNNING, G_WAITING);
    atomic_store_explicit(&g->futex, 0, memory_order_relaxed);
    if (timed)
        goc__external_add(1); /* no timer tells of this deadline */
    if (unlock)
        unlock(arg);
    if (w->real)
        locked_wait_begin(w);
    if (!futex_until(w, g, deadline)) {
        if (goc__claim(g)) {
            goc__setstate(g, G_WAITING, G_RUNNABLE);
            won = false;
        } else {
            futex_until(w, g, INT64_MAX);
        }
    }
    if (w->real) {
        locked_wait_end(w);
        goc__external_add(-(timed + won));
    }
    goc__setstate(g, G_RUNNABLE, G_RUNNING);
    errno = e;
    return won;
}

void goc__release_lock(void *l)
{
    goc__lock_release(l);
}

GOC__NOSAN void goc__park_lock(struct goc__lock *l, enum goc__reason reason,
                               const char *site)
{
    park(l, NULL, NULL, reason, site);
}

GOC__NOSAN void goc__park(void (*unlock)(void *), void *arg,
                          enum goc__reason reason, const char *site)
{
    park(NULL, unlock, arg, reason, site);
}

/* ---- park with a deadline -----------------------------------------------
 *
 * The timer is started before the goroutine is visible anywhere, so it may
 * fire while the goroutine is still on its way to sleep.  `phase` settles who
 * makes it runnable: the second of the two to exchange it, the timer that has
 * claimed the goroutine or the goroutine that has left its stack. */
enum { PHASE_RUNNING, PHASE_PARKED, PHASE_FIRED };

static void deadline_fire(struct goc__timer *t)
{
    struct goc__deadline *d = (struct goc__deadline *)
        ((char *)t - offsetof(struct goc__deadline, timer));
    if (!goc__claim(d->g))
        return;
    struct goc__g *g = d->g;
    if (atomic_exchange(&d->phase, PHASE_FIRED) == PHASE_PARKED)
        goc__ready_tail(g);
}

void goc__deadline_begin(struct goc__deadline *d, int64_t when)
{
    struct goc__g *g = goc__self();
    goc__arm(g);
    d->g = g;
    d->when = when;
    d->timer = (struct goc__timer){ .fire = deadline_fire };
    atomic_init(&d->phase, PHASE_RUNNING);
    if (when != INT64_MAX
        && !(g->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED)))
        goc__timer_start(&d->timer, when);
    goc__shuffle_deadline(when);
}

void goc__deadline_end(struct goc__deadline *d)
{
    if (d->timer.wheel)
        goc__timer_stop(&d->timer);
}

/* Runs after the goroutine has left its stack.  The phase changes first: once
 * unlocked, another waker may let the goroutine go and d with it. */
static void deadline_parked(void *p)
{
    struct goc__deadline *d = p;
    struct goc__g *g = d->g;
    uint32_t running = PHASE_RUNNING;
    bool fired = !atomic_compare_exchange_strong(&d->phase, &running,
                                                 PHASE_PARKED);
    d->unlock(d->arg);
    if (fired)
        goc__ready_tail(g);
}

static void unlock_nothing(void *arg)
{
    (void)arg;
}

bool goc__park_timed(struct goc__deadline *d, void (*unlock)(void *),
                     void *arg, enum goc__reason reason, const char *site)
{
    struct goc__worker *w = goc__worker();
    struct goc__g *g = w->cur;
    if (g->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED)) {
        note_wait(w, g, reason, site);
        bool won = goc__park_thread(w, g, unlock, arg, d->when);
        g->on = NULL;
        return won;
    }
    d->unlock = unlock ? unlock : unlock_nothing;
    d->arg = arg;
    goc__park(deadline_parked, d, reason, site);
    goc__deadline_end(d);
    return atomic_load(&d->phase) != PHASE_FIRED;
}

/* ---- yield -------------------------------------------------------------- */

static void yield_parked(void *p)
{
    goc__ready_tail(p);
}

void goc__yield(void)
{
    struct goc__worker *w = goc__worker_here();
    struct goc__g *g = w->cur;
    if (g->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED)) {
        if (w->real)
            goc__flush_local(w);
        if (w->real && atomic_load(&goc__sched.queue_count)) {
            /* Others may have its place for as long as it takes. */
            goc__external_add(1);
            locked_wait_begin(w);
            sched_yield();
            locked_wait_end(w);
            goc__external_add(-1);
        } else {
            sched_yield();
        }
        return;
    }
    /* Woken ones and new ones by turns, the oldest first.  When it is time to
     * look elsewhere, or there is only the global queue, the loop does.  What
     * is new on a stuck worker is for others. */
    int32_t left = atomic_load_explicit(&w->countdown, memory_order_relaxed);
    struct goc__g *n = NULL;
    struct goc__task *t = NULL;
    if (atomic_load_explicit(&w->mode, memory_order_relaxed) == MODE_ACTIVE
        && (w->yields++ & 1 || (!slot_full(w) && !fifo_size(&w->ready))))
        t = deque_steal(&w->fresh);
    if (left > 0) {
        atomic_store_explicit(&w->countdown, left - 1, memory_order_relaxed);
        if (!t && !(n = slot_take(w)) && !(n = fifo_pop(&w->ready))
            && !atomic_load_explicit(&goc__sched.queue_count,
                                     memory_order_relaxed))
            return; /* alone */
    }
    const char *site = g->site;
    g->reason = GOC__WAIT_NONE;
    goc__setstate(g, G_RUNNING, G_WAITING);
    w->first = t;
    w->after = yield_parked;
    w->after_arg = g;
    leave(w, g, n);
    g->site = site;
}

void goc_yield(void)
{
    goc__yield();
}
