/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* checks.c: invariants, and chance, in builds with GOC_DEBUG_CHECKS=1.
 *
 * Whenever a lock is about to be released goc__lock_invariants() looks at what
 * it guards, known by the lock's rank: the invariants that chan.c, timer.c and
 * worker.h state.  goc__worker_invariants() looks at a worker's own queues.
 *
 * GOC_DEBUG=seed=N has goc__shuffled() make the scheduler's choices: what runs
 * next, whether a hand-off is refused, who steals, whether an operation yields
 * first, whether a wake-up is early or late.  The numbers are the worker's own, so
 * that with one worker, and no clock in play, a seed gives the same run again.
 */
#include "internal.h"

#if GOC_DEBUG_CHECKS
#include "chan.h"
#include "park.h"

uint64_t goc__shuffle_seed;

bool goc__shuffled(unsigned n)
{
    struct goc__worker *w = goc__worker();
    if (!goc__shuffle_seed || !w || !w->random)
        return false;
    uint64_t x = w->random; /* xorshift64 */
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    w->random = x;
    return (x >> 32) % n == 0;
}

/* Only what runs as a goroutine, and holds no lock of the runtime's, yields. */
void goc__shuffle_yield(void)
{
    struct goc__worker *w = goc__worker();
    if (w && w->real && !(w->cur->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED))
        && atomic_load_explicit(&w->cur->state, memory_order_relaxed)
            == G_RUNNING
        && goc__locks_held() == 0 && goc__shuffled(4))
        goc__yield();
}

/* Any of w's own queues, in any order; 0 also when there is something. */
uintptr_t goc__shuffle_next(struct goc__worker *w)
{
    struct goc__g *g = NULL;
    struct goc__task *t = NULL;
    if (goc__shuffled(3))
        g = fifo_pop(&w->ready);
    else if (goc__shuffled(2))
        t = deque_steal(&w->fresh);
    else if (goc__shuffled(2))
        t = deque_take(&w->fresh);
    return g ? goc__work_g(g) : t ? goc__work_task(t) : 0;
}

/* The deadline comes before the goroutine that has set it parks. */
void goc__shuffle_deadline(int64_t when)
{
    enum { SOON = 200 * 1000 };
    struct goc__worker *w = goc__worker();
    if (!w || !w->real || when - goc__now() > SOON || !goc__shuffled(2))
        return;
    while (goc__now() <= when)
        goc__relax();
    goc__wheel_run(&w->wheel, goc__now());
}

/* ---- Invariants --------------------------------------------------------- */

static bool waiter_live(struct goc__waiter *w)
{
    return !w->claimed
        || !atomic_load_explicit(&w->g->claim, memory_order_relaxed);
}

/* The links of a queue; the first waiter that can still be had. */
static struct goc__waiter *waitq_check(struct goc__waitq *q)
{
    struct goc__waiter *live = NULL, *before = NULL;
    for (struct goc__waiter *w = q->first; w; before = w, w = w->next) {
        goc__assert(w->prev == before);
        if (!live && waiter_live(w))
            live = w;
    }
    goc__assert(q->last == before);
    return live;
}

static void chan_invariants(struct goc_chan *c)
{
    struct goc__waiter *s = waitq_check(&c->sendq);
    struct goc__waiter *r = waitq_check(&c->recvq);
    uint32_t count = atomic_load(&c->count);
    /* A select may wait on both sides, but then for others. */
    goc__assert(!s || !r || s->g == r->g);
    goc__assert(count <= c->cap && (c->head < c->cap || c->head == 0));
    goc__assert(count == 0 || !r);
    goc__assert(count == c->cap || !s);
    goc__assert(!atomic_load(&c->closed) || (!s && !r));
}

static void wheel_invariants(struct goc__wheel *wheel)
{
    int64_t next = atomic_load(&wheel->next);
    uint32_t n = 0;
    for (unsigned level = 0; level < WHEEL_LEVELS; level++) {
        unsigned now = (unsigned)(wheel->tick >> (level * WHEEL_BITS))
            & (WHEEL_SLOTS - 1);
        for (unsigned i = 0; i < WHEEL_SLOTS; i++) {
            unsigned k = level * WHEEL_SLOTS + i;
            struct goc__wheel_slot *slot = &wheel->slot[k];
            goc__assert((wheel->used[level] >> i & 1) == (slot->n > 0));
            goc__assert(slot->n == 0 || i >= now);
            n += slot->n;
            for (uint32_t j = 0; j < slot->n && j < 16; j++) {
                struct goc__timer *t = slot->entry[j].timer;
                goc__assert(t->slot == k + 1 && t->index == j);
                goc__assert(slot->entry[j].when == t->when);
                goc__assert(next <= t->when);
            }
        }
    }
    goc__assert(n == atomic_load(&wheel->count));
}

static void sched_invariants(struct goc__sched *s)
{
    goc__assert(atomic_load(&s->queue_count)
                == s->queue[0].count + s->queue[1].count);
    int active = 0, locked = 0, idle = 0;
    int n = atomic_load(&s->nworkers);
    for (int i = 0; i < n; i++) {
        int mode = atomic_load(&atomic_load(&s->worker[i])->mode);
        active += mode == MODE_ACTIVE;
        locked += mode == MODE_LOCKED;
    }
    for (struct goc__worker *w = s->idle; w; w = w->idle_next) {
        goc__assert(atomic_load(&w->mode) == MODE_IDLE);
        idle++;
    }
    goc__assert(active == atomic_load(&s->active));
    goc__assert(locked == s->locked);
    goc__assert(idle == atomic_load(&s->nidle));
}

void goc__lock_invariants(struct goc__lock *l, enum goc__rank rank)
{
    if (rank == GOC__RANK_CHAN)
        chan_invariants((struct goc_chan *)l);
    else if (rank == GOC__RANK_TIMER)
        wheel_invariants((struct goc__wheel *)l);
    else if (l == &goc__sched.lock)
        sched_invariants(&goc__sched);
}
_Static_assert(offsetof(struct goc_chan, lock) == 0
                   && offsetof(struct goc__wheel, lock) == 0,
               "known by their locks");

/* Owner only.  What thieves take meanwhile is not looked at. */
void goc__worker_invariants(struct goc__worker *w)
{
    uint32_t tail = atomic_load(&w->ready.tail);
    uint32_t head = atomic_load(&w->ready.head);
    goc__assert(tail - head <= FIFO_SIZE);
    for (uint32_t i = head; i != tail; i++) {
        struct goc__g *g = atomic_load(&w->ready.item[i % FIFO_SIZE]);
        int state = g ? (int)atomic_load(&g->state) : G_DEAD;
        if ((int32_t)(i - atomic_load(&w->ready.head)) >= 0)
            goc__assert(state == G_RUNNABLE);
    }
    int64_t bottom = atomic_load(&w->fresh.bottom);
    goc__assert(atomic_load(&w->fresh.top) <= bottom);
}
#endif
