/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* park.h: the short way through park and ready.
 *
 * What a goroutine does between finding that it has to wait and the first
 * instruction of the next one, and back; inline, for on channels it is all
 * there is.  sched.c has the long ways, and the rules.
 */
#ifndef GOC_PARK_H
#define GOC_PARK_H

#include "switch.h"
#include "worker.h"

static inline void count(_Atomic uint64_t *n)
{
    atomic_store_explicit(
        n, atomic_load_explicit(n, memory_order_relaxed) + 1,
        memory_order_relaxed);
}

/* A goroutine's state changes here and nowhere else. */
#if GOC_DEBUG_CHECKS
void goc__state_wrong(struct goc__g *g, int from, int to);
#endif
static inline void goc__setstate(struct goc__g *g, enum goc__state from,
                                 enum goc__state to)
{
#if GOC_DEBUG_CHECKS
    if (atomic_load_explicit(&g->state, memory_order_relaxed) != from)
        goc__state_wrong(g, from, to);
#else
    (void)from;
#endif
    atomic_store_explicit(&g->state, (unsigned char)to, memory_order_relaxed);
}

/* ---- The queue of woken goroutines -------------------------------------- */

static inline uint32_t fifo_size(const struct fifo *q)
{
    uint32_t n = atomic_load_explicit(&q->tail, memory_order_relaxed)
        - atomic_load_explicit(&q->head, memory_order_relaxed);
    return n > FIFO_SIZE ? 0 : n; /* the two loads are not one */
}

/* Owner only.  False when full. */
static inline bool fifo_push(struct fifo *q, struct goc__g *g)
{
    uint32_t t = atomic_load_explicit(&q->tail, memory_order_relaxed);
    /* Pairs with the release in fifo_pop(): the place has been read. */
    uint32_t h = atomic_load_explicit(&q->head, memory_order_acquire);
    if (goc__unlikely(t - h >= FIFO_SIZE))
        return false;
    atomic_store_explicit(&q->item[t % FIFO_SIZE], g, memory_order_relaxed);
    /* Pairs with the acquire of tail in fifo_pop(). */
    atomic_store_explicit(&q->tail, t + 1, memory_order_release);
    return true;
}

/* Of many goroutines most are cold.  Asks for the record of one whose turn comes
 * soon, and for the frames through which a nearer one will return.  That may
 * have run elsewhere meanwhile, but stacks are never unmapped; to
 * ThreadSanitizer it would be a race. */
static inline void fifo_prefetch(const struct fifo *q, uint32_t next,
                                 uint32_t tail)
{
    enum { FEW = 16, RECORD = 5, FRAMES = 2, LINES = 6 };
    if (GOC__HAS_TSAN || tail - next <= FEW || tail - next > FIFO_SIZE)
        return;
    __builtin_prefetch(atomic_load_explicit(
        &q->item[(next + RECORD) % FIFO_SIZE], memory_order_relaxed));
    const struct goc__g *g = atomic_load_explicit(
        &q->item[(next + FRAMES) % FIFO_SIZE], memory_order_relaxed);
    const char *sp = g->sp;
    for (int i = 0; i < LINES; i++)
        __builtin_prefetch(sp + i * GOC__CACHE_LINE);
}

/* Anyone: the oldest, or null. */
static inline struct goc__g *fifo_pop(struct fifo *q)
{
    uint32_t h = atomic_load_explicit(&q->head, memory_order_acquire);
    for (;;) {
        uint32_t t = atomic_load_explicit(&q->tail, memory_order_acquire);
        if (t == h)
            return NULL;
        struct goc__g *g = atomic_load_explicit(&q->item[h % FIFO_SIZE],
                                                memory_order_relaxed);
        if (atomic_compare_exchange_weak_explicit(&q->head, &h, h + 1,
                                                  memory_order_acq_rel,
                                                  memory_order_acquire)) {
            fifo_prefetch(q, h + 1, t);
            return g;
        }
    }
}

static inline bool slot_full(struct goc__worker *w)
{
    return atomic_load_explicit(&w->slot, memory_order_relaxed) != NULL;
}

static inline struct goc__g *slot_take(struct goc__worker *w)
{
    if (!slot_full(w))
        return NULL;
    return atomic_exchange_explicit(&w->slot, NULL, memory_order_acquire);
}

/* ---- ready -------------------------------------------------------------- */

void goc__ready_thread(struct goc__g *g);
void goc__ready_overflow(struct goc__worker *w, struct goc__g *g);

/* Makes g runnable.  By the slot it is the next to run here, and what it is woken
 * for is still in the cache; else it goes behind those that are runnable. */
static inline void ready(struct goc__g *g, bool slot)
{
    struct goc__worker *w = goc__worker();
    if (goc__unlikely(g->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED))) {
        goc__ready_thread(g);
        return;
    }
    goc__setstate(g, G_WAITING, G_RUNNABLE);
    if (goc__unlikely(!w || !w->real)) {
        goc__submit(goc__work_g(g));
        return;
    }
    /* Only the owner fills the slot, so a store will do; release, for a thief
     * may take g from it. */
    if (slot && !atomic_load_explicit(&w->slot, memory_order_relaxed)
        && !goc__shuffled(4))
        atomic_store_explicit(&w->slot, g, memory_order_release);
    else if (goc__unlikely(!fifo_push(&w->ready, g)))
        goc__ready_overflow(w, g);
}

static inline void goc__ready_inline(struct goc__g *g)
{
    ready(g, true);
}

/* ---- park --------------------------------------------------------------- */

/* What the goroutine that was left has to have done for it. */
static inline void after_switch(struct goc__worker *w)
{
    struct goc__lock *l = w->after_lock;
    if (goc__likely(l != NULL)) {
        w->after_lock = NULL;
        goc__lock_release(l);
    } else if (w->after) {
        void (*after)(void *) = w->after;
        w->after = NULL;
        after(w->after_arg);
    }
}

#if GOC_TSAN
/* What the start of w's thread has written, its thread-locals above all, is
 * there for whatever runs on it; pairs with the release in thread.c. */
static inline void thread_seen(struct goc__worker *w)
{
    goc__tsan_acquire(&w->fiber);
}

/* Where ThreadSanitizer sees the lock being taken it must see the release. */
static __attribute__((noinline, unused)) void after_switch_seen(
    struct goc__worker *w)
{
    thread_seen(w);
    after_switch(w);
}
#define after_switch after_switch_seen
#endif

/* The next woken goroutine if it is time for one, else null. */
static inline struct goc__g *next_woken(struct goc__worker *w)
{
    int32_t left = atomic_load_explicit(&w->countdown, memory_order_relaxed);
    if (goc__unlikely(left <= 0) || goc__shuffled(4))
        return NULL;
    atomic_store_explicit(&w->countdown, left - 1, memory_order_relaxed);
    struct goc__g *g = slot_take(w);
    return g ? g : fifo_pop(&w->ready);
}

/* Leaves g, the current goroutine, for n, or for a fresh loop if n is null;
 * w->after or after_lock is set.  Returns when g is resumed, perhaps by
 * another worker. */
static inline __attribute__((always_inline)) void leave(struct goc__worker *w,
                                                        struct goc__g *g,
                                                        struct goc__g *n)
{
    int e = *w->errno_at;
    if (goc__likely(n != NULL)) {
        count(&w->ticks);
        goc__setstate(n, G_RUNNABLE, G_RUNNING);
        goc__tsan_switch(n->fiber);
    } else {
        n = w->stacks; /* there is one: goc__stack_reserve() */
        w->stacks = n->next;
        w->nstacks--;
        goc__context_fresh(n);
        goc__tsan_switch(w->fiber);
    }
    w->cur = n;
#if GOC_ASAN
    __sanitizer_start_switch_fiber(&g->fake_stack, n->stack_lo,
                                   n->stack_size);
#endif
    goc__switch(g, n);
#if GOC_ASAN
    __sanitizer_finish_switch_fiber(g->fake_stack, NULL, NULL);
#endif
    w = goc__worker();
    after_switch(w);
    *w->errno_at = e;
}

static inline void note_wait(struct goc__worker *w, struct goc__g *g,
                             enum goc__reason reason, const char *site)
{
    g->reason = (unsigned char)reason;
    g->site = site;
    g->since = atomic_load_explicit(&goc__coarse, memory_order_relaxed);
    count(&w->parked[reason]);
}

bool goc__park_thread(struct goc__worker *w, struct goc__g *g,
                      void (*unlock)(void *), void *arg, int64_t deadline);
void goc__release_lock(void *l);

/* Either lock or unlock is null. */
static inline __attribute__((always_inline)) void park(
    struct goc__lock *lock, void (*unlock)(void *), void *arg,
    enum goc__reason reason, const char *site)
{
    struct goc__worker *w = goc__worker();
    struct goc__g *g = w->cur;
    note_wait(w, g, reason, site);
    if (goc__unlikely(g->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED))) {
        goc__park_thread(w, g, lock ? goc__release_lock : unlock,
                         lock ? lock : arg, INT64_MAX);
    } else {
        goc__setstate(g, G_RUNNING, G_WAITING);
        if (lock) {
            w->after_lock = lock;
        } else {
            w->after = unlock;
            w->after_arg = arg;
        }
        leave(w, g, next_woken(w));
    }
    g->on = NULL;
}

/* goc__park and goc__park_lock, inline where the sanitizers allow it: they must
 * not see the function in which the stack changes. */
#if GOC_TSAN || GOC_ASAN
#define goc__park_inline goc__park
#define goc__park_lock_inline goc__park_lock
#else
static inline __attribute__((always_inline)) void goc__park_inline(
    void (*unlock)(void *), void *arg, enum goc__reason reason,
    const char *site)
{
    park(NULL, unlock, arg, reason, site);
}
static inline __attribute__((always_inline)) void goc__park_lock_inline(
    struct goc__lock *l, enum goc__reason reason, const char *site)
{
    park(l, NULL, NULL, reason, site);
}
#endif

#endif
