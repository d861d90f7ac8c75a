/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sched.c: run queues, the loop, idleness and deadlock.
 *
 * Where work waits:
 *   - w->slot, the hand-off: the goroutine that w's current one has woken, and
 *     that runs as soon as the current one waits;
 *   - w->ready, woken goroutines, oldest first;
 *   - w->fresh, goroutines that have not begun, newest first (depth first:
 *     a tree of goroutines then needs memory for its depth, not its breadth);
 *   - the global queue, for what no worker put there and what overflows.
 * A worker looks in this order, but every `period` switches check() looks
 * elsewhere first, so that nothing starves.
 *
 * Who is woken when.  Waking another processor costs 10 us and more, and moves
 * what the goroutines share from cache to cache, so a worker wakes another one
 * only if it has more to run than it will get to soon: check() knows how long
 * a switch takes of late (`pace`) and how much is queued.  A thief applies the
 * same measure.  The monitor catches what this misses: a worker that sits in
 * one goroutine while others wait behind it.
 *
 * Why no wake-up is lost.  Each item in a local queue has a worker that is
 * awake and will come to it; or, when it does not come back, the monitor marks
 * that worker stuck and lets in another that takes from it.  The global queue
 * is filled, and workers fall asleep, under sched.lock: who adds to it sees
 * whether somebody is awake, and who falls asleep sees whether it is empty.  A
 * worker that leaves a crowd puts what it has there, and goes only while
 * another is awake, which looks there before it sleeps.
 *
 * Deadlock: the last worker to fall asleep finds, under sched.lock, the global
 * queue empty and no timer, descriptor, outside thread or other cause that
 * could make something runnable.  Each such cause is counted until after what
 * it wakes is on a queue.  A thread that has used no channel yet is not counted,
 * but it may have been started just now in order to: while the process has such
 * threads, a deadlock is believed only when it has lasted for a while.
 */
#include "park.h"

#include <goc/sched.h>

#include <errno.h>
#include <linux/futex.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum
{
    PERIOD_MAX = 64,       /* switches between checks, at most */
    SPAWN_PERIOD = 256,    /* spawns between looks at the pace */
    PERIOD_NS = 10 * 1000, /* aim: a check each ... */
    MEAN_NS = 250 * 1000,  /* the mean pace is that of so long at least */
    SLOW_NS = 500,         /* a switch this slow gains from another core */
    BACKLOG_NS = 60 * 1000, /* so does a queue of this much work */
    SPIN_NS = 20 * 1000,   /* a worker looks for work before it sleeps */
    SPIN_VAIN_MAX = 5,     /* in vain so often: it does each 32nd time only */
    POLL_NS = 200 * 1000,  /* busy workers look for events this often ... */
    POLL_MAX_NS = 2000 * 1000, /* and very busy ones this often */
    GRAB_MAX = 64,         /* taken from a queue at once */
    OVERSTAY_MAX = 1000,   /* checks until a worker too many goes at last */
    CROWD_NS = 2500,       /* a lock found taken as often as this ... */
    CROWD_CHECKS = 8,      /* ... for so many checks: see crowded() */
    ALONE_MIN = 1000 * 1000,
    ALONE_MAX = 64 * 1000 * 1000
};

struct goc__sched goc__sched;
_Atomic uint32_t goc__coarse;

_Thread_local struct goc__worker *goc__tls_worker
    __attribute__((tls_model("initial-exec"), visibility("hidden"), used));
__thread int goc__at_ease;

/* ---- Time and futexes --------------------------------------------------- */

int64_t goc__now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t goc__deadline(int64_t d)
{
    int64_t now = goc__now();
    if (d < 0)
        d = 0;
    return d > INT64_MAX - now ? INT64_MAX : now + d;
}

static void coarse_update(int64_t now)
{
    atomic_store_explicit(&goc__coarse,
                          (uint32_t)((now - goc__sched.start) / 1000000),
                          memory_order_relaxed);
}

/* Sleeps while *at is as expected, until the deadline (INT64_MAX: none).
 * -ETIMEDOUT, or 0 for whatever reason else. */
int goc__futex_wait(_Atomic uint32_t *at, uint32_t expected, int64_t deadline)
{
    struct timespec t, *tp = NULL;
    if (goc__shuffled(8))
        return 0; /* for no reason, as a futex may */
    if (deadline != INT64_MAX) {
        if (deadline < 0)
            deadline = 0;
        t.tv_sec = (time_t)(deadline / 1000000000);
        t.tv_nsec = (long)(deadline % 1000000000);
        tp = &t;
    }
    /* WAIT_BITSET, for its timeout is absolute. */
    long r = syscall(SYS_futex, at, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG,
                     expected, tp, NULL, FUTEX_BITSET_MATCH_ANY);
    return r < 0 && errno == ETIMEDOUT ? -ETIMEDOUT : 0;
}

void goc__futex_wake(_Atomic uint32_t *at, int n)
{
    syscall(SYS_futex, at, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, n, NULL, NULL, 0);
}

/* ---- States ------------------------------------------------------------- */

#if GOC_DEBUG_CHECKS
void goc__state_wrong(struct goc__g *g, int from, int to)
{
    goc__fatal("goroutine %llu: state %d, expected %d, on the way to %d",
               (unsigned long long)g->id, (int)atomic_load(&g->state), from,
               to);
}
#endif

static uint64_t random_next(struct goc__worker *w)
{
    uint64_t x = w->random; /* xorshift64 */
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return w->random = x;
}

static size_t backlog(struct goc__worker *w)
{
    return fifo_size(&w->ready) + deque_size(&w->fresh);
}

/* ---- The global queue ---------------------------------------------------
 *
 * Two rings: what has begun to run goes first, for it holds stacks, and what
 * waits for it may be much.  Every eighth time it is the other way round. */

/* Needs: sched.lock. */
static void ring_grow(struct goc__ring *r)
{
    size_t size = r->item ? r->mask + 1 : 0;
    size_t bigger_size = size ? 2 * size : 1024;
    goc__work *bigger = malloc(bigger_size * sizeof *bigger);
    if (!bigger) {
        goc__lock_release(&goc__sched.lock);
        goc__fatal("out of memory (run queue)");
    }
    for (size_t i = 0; i < r->count; i++)
        bigger[i] = r->item[(r->head + i) & r->mask];
    goc__tsan_ignore_begin();
    free(r->item);
    goc__tsan_ignore_end();
    r->item = bigger;
    r->mask = bigger_size - 1;
    r->head = 0;
}

/* Needs: sched.lock. */
static void global_push(goc__work k)
{
    struct goc__sched *s = &goc__sched;
    struct goc__ring *r = &s->queue[goc__work_as_task(k) != NULL];
    if (!r->item || r->count == r->mask + 1)
        ring_grow(r);
    r->item[(r->head + r->count++) & r->mask] = k;
    atomic_store_explicit(
        &s->queue_count,
        atomic_load_explicit(&s->queue_count, memory_order_relaxed) + 1,
        memory_order_relaxed);
}

/* Needs: sched.lock, and a ring that is not empty. */
static goc__work ring_pop(struct goc__ring *r)
{
    struct goc__sched *s = &goc__sched;
    goc__work k = r->item[r->head++ & r->mask];
    r->count--;
    atomic_store_explicit(
        &s->queue_count,
        atomic_load_explicit(&s->queue_count, memory_order_relaxed) - 1,
        memory_order_relaxed);
    return k;
}

/* Needs: sched.lock.  0 when there is nothing. */
static goc__work global_pop(void)
{
    struct goc__sched *s = &goc__sched;
    unsigned first = s->queue_turn++ % 8 == 0;
    if (!s->queue[first].count)
        first = !first;
    return s->queue[first].count ? ring_pop(&s->queue[first]) : 0;
}

/* ---- Waking workers ----------------------------------------------------- */

/* Needs: sched.lock.  An idle worker, or a new one without a thread, made
 * active; null when enough are.  Follow it by goc__worker_wake() unlocked. */
struct goc__worker *goc__worker_pick(struct goc__worker *prefer)
{
    struct goc__sched *s = &goc__sched;
    if (atomic_load_explicit(&s->active, memory_order_relaxed)
        >= atomic_load_explicit(&s->procs, memory_order_relaxed))
        return NULL;
    struct goc__worker *w = s->idle;
    if (w) {
        struct goc__worker **at = &s->idle;
        if (prefer)
            while (*at && *at != prefer)
                at = &(*at)->idle_next;
        if (!*at)
            at = &s->idle;
        w = *at;
        *at = w->idle_next;
        atomic_fetch_sub_explicit(&s->nidle, 1, memory_order_relaxed);
    } else {
        w = goc__worker_new();
        if (!w)
            return NULL;
    }
    atomic_store_explicit(&w->mode, MODE_ACTIVE, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->active, 1, memory_order_relaxed);
    return w;
}

void goc__worker_wake(struct goc__worker *w)
{
    goc__monitor_rouse();
    if (!w->has_thread) {
        w->has_thread = true;
        goc__thread_start(w);
        return;
    }
    /* Sequentially consistent, as is the other side in worker_sleep(): either
     * it sees wake, or this sees polling. */
    atomic_store(&w->wake, 1);
    if (w == goc__worker())
        return;
    if (atomic_load(&w->polling))
        goc__poll_break();
    else
        goc__futex_wake(&w->wake, 1);
}

/* Lets one more worker in if there is one to spare and none is on its way. */
bool goc__wake_worker(void)
{
    struct goc__sched *s = &goc__sched;
    if (atomic_load_explicit(&s->active, memory_order_relaxed)
            >= atomic_load_explicit(&s->procs, memory_order_relaxed)
        || atomic_load_explicit(&s->searching, memory_order_relaxed))
        return false;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    struct goc__worker *w = goc__worker_pick(NULL);
    goc__lock_release(&s->lock);
    if (w)
        goc__worker_wake(w);
    return w != NULL;
}

/* Puts k on the global queue, from any thread.  Wakes a worker if none is
 * awake, or if the caller is not one and so does not know what the active ones
 * are busy with. */
void goc__submit(goc__work k)
{
    struct goc__sched *s = &goc__sched;
    struct goc__worker *self = goc__worker();
    bool is_worker = self && self->real;
    struct goc__worker *w = NULL;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    global_push(k);
    if (!is_worker
        || atomic_load_explicit(&s->active, memory_order_relaxed) == 0)
        w = goc__worker_pick(self);
    goc__lock_release(&s->lock);
    if (w)
        goc__worker_wake(w);
}

/* Moves all that waits at w to the global queue.  By w itself, or when it is
 * stuck. */
void goc__flush_local(struct goc__worker *w)
{
    struct goc__g *g;
    struct goc__task *t;
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    if ((g = slot_take(w)))
        global_push(goc__work_g(g));
    while ((g = fifo_pop(&w->ready)))
        global_push(goc__work_g(g));
    while (deque_size(&w->fresh))
        if ((t = deque_steal(&w->fresh)))
            global_push(goc__work_task(t));
    goc__lock_release(&goc__sched.lock);
}

/* The same of what is in w's slot, from any thread; false when that is empty.
 * Under the lock, for whoever looks whether all are asleep must find it. */
bool goc__flush_slot(struct goc__worker *w)
{
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    struct goc__g *g = slot_take(w);
    if (g)
        global_push(goc__work_g(g));
    goc__lock_release(&goc__sched.lock);
    return g != NULL;
}

/* ---- ready -------------------------------------------------------------- */

/* The ring is full: half of it goes to the global queue, and g after it. */
__attribute__((noinline)) void goc__ready_overflow(struct goc__worker *w,
                                                   struct goc__g *g)
{
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    for (int i = 0; i < FIFO_SIZE / 2; i++) {
        struct goc__g *old = fifo_pop(&w->ready);
        if (!old)
            break;
        global_push(goc__work_g(old));
    }
    global_push(goc__work_g(g));
    goc__lock_release(&goc__sched.lock);
}

static void pace_measure(struct goc__worker *w, int64_t now);
static void pace_apply(struct goc__worker *w, size_t at_once);

/* A new goroutine. */
void goc__task_ready(struct goc__worker *w, struct goc__task *t)
{
    if (goc__unlikely(!w->real)) {
        goc__submit(goc__work_task(t));
        return;
    }
    deque_push(&w->fresh, t);
    if (goc__unlikely(--w->spawn_left < 0)) {
        w->spawn_left = SPAWN_PERIOD;
        if (!atomic_load_explicit(&goc__sched.monitor_started,
                                  memory_order_relaxed))
            goc__monitor_start();
        pace_apply(w, 0);
    }
}

/* ---- The loop ----------------------------------------------------------- */

static inline goc__work next_local(struct goc__worker *w)
{
    goc__work k = goc__shuffle_next(w);
    if (k)
        return k;
    struct goc__g *g = slot_take(w);
    if (g || (g = fifo_pop(&w->ready)))
        return goc__work_g(g);
    struct goc__task *t = deque_take(&w->fresh);
    return t ? goc__work_task(t) : 0;
}

/* One item from the global queue, and a fair share of the rest to the local
 * ones. */
static goc__work next_global(struct goc__worker *w, bool share)
{
    struct goc__sched *s = &goc__sched;
    if (!atomic_load_explicit(&s->queue_count, memory_order_relaxed))
        return 0;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    goc__work first = global_pop();
    size_t parts = (size_t)atomic_load(&s->procs);
    for (int i = 0; share && i < 2; i++) {
        struct goc__ring *r = &s->queue[i];
        size_t more = r->count / parts;
        if (more > GRAB_MAX)
            more = GRAB_MAX;
        while (more-- > 0) {
            goc__work k = r->item[r->head & r->mask];
            if (i)
                deque_push(&w->fresh, goc__work_as_task(k));
            else if (!fifo_push(&w->ready, (struct goc__g *)k))
                break;
            ring_pop(r);
        }
    }
    goc__lock_release(&s->lock);
    return first;
}

/* The mean is measured from here on. */
static void pace_begin(struct goc__worker *w, int64_t now)
{
    w->mean_from = now;
    w->mean_ticks = atomic_load_explicit(&w->ticks, memory_order_relaxed);
}

/* How long a switch takes of late, and the period that makes a check every
 * PERIOD_NS.  Short ones in a row may be followed by one that is long, so what
 * counts is their mean since a while ago, if that is more. */
static void pace_measure(struct goc__worker *w, int64_t now)
{
    int32_t left = atomic_load_explicit(&w->countdown, memory_order_relaxed);
    int64_t done = w->period - left;
    int64_t pace = (now - w->checked) / (done > 0 ? done : 1);
    if (now - w->mean_from >= MEAN_NS) {
        uint64_t n = atomic_load_explicit(&w->ticks, memory_order_relaxed)
            - w->mean_ticks;
        w->mean = (now - w->mean_from) / (int64_t)(n > 0 ? n : 1);
        pace_begin(w, now);
    }
    if (pace < w->mean)
        pace = w->mean;
    if (pace > INT32_MAX)
        pace = INT32_MAX;
    atomic_store_explicit(&w->pace, (uint32_t)pace, memory_order_relaxed);
    int64_t period = pace > 0 ? PERIOD_NS / pace : PERIOD_MAX;
    w->period = period > PERIOD_MAX ? PERIOD_MAX : (int32_t)period;
    if (goc__shuffle_seed)
        w->period = goc__shuffled(2) ? 1 : 8; /* not by the clock */
    w->checked = now;
}

/* Where all that runs meets at a few channels, a second worker is slower than
 * none, for their cache lines go to and fro between the processors.  It shows
 * by how often a lock is found taken.  One of the workers then goes, and none
 * is let in for a while that grows each time that the attempt was in vain. */
static bool crowded(struct goc__worker *w, int64_t now)
{
    struct goc__sched *s = &goc__sched;
    int64_t met = (int64_t)w->contended * CROWD_NS;
    w->contended = 0;
    w->crowded = met > now - w->checked ? w->crowded + 1 : 0;
    if (goc__likely(w->crowded < CROWD_CHECKS))
        return false;
    w->crowded = 0;
    if (atomic_load_explicit(&s->active, memory_order_relaxed) < 2)
        return false;
    int64_t until = atomic_load_explicit(&s->alone_until, memory_order_relaxed);
    int64_t alone =
        atomic_load_explicit(&s->alone_for, memory_order_relaxed);
    alone = now - until > alone ? ALONE_MIN : 2 * alone;
    if (alone > ALONE_MAX)
        alone = ALONE_MAX;
    atomic_store_explicit(&s->alone_for, alone, memory_order_relaxed);
    atomic_store_explicit(&s->alone_until, now + alone, memory_order_relaxed);
    return true;
}

/* Whether w has more to run than it gets to soon.  `at_once` of what waits it
 * runs as soon as this is over. */
static bool overloaded(struct goc__worker *w, size_t at_once)
{
    size_t n = backlog(w);
    n -= n < at_once ? n : at_once;
    uint32_t pace = atomic_load_explicit(&w->pace, memory_order_relaxed);
    return n > 0 && (pace >= SLOW_NS || n * pace >= BACKLOG_NS);
}

static void pace_apply(struct goc__worker *w, size_t at_once)
{
    struct goc__sched *s = &goc__sched;
    if (atomic_load_explicit(&s->active, memory_order_relaxed)
            < atomic_load_explicit(&s->procs, memory_order_relaxed)
        && (overloaded(w, at_once) || goc__shuffled(4))
        && w->checked >= atomic_load_explicit(&s->alone_until,
                                              memory_order_relaxed))
        goc__wake_worker();
}

/* Comes back to its place after having been stuck; or gives up the place that
 * it has when there are too many workers.  True: w is to fall idle. */
static bool place_lost(struct goc__worker *w)
{
    struct goc__sched *s = &goc__sched;
    if (goc__likely(
            atomic_load_explicit(&w->mode, memory_order_relaxed)
                == MODE_ACTIVE
            && atomic_load_explicit(&s->active, memory_order_relaxed)
                <= atomic_load_explicit(&s->procs, memory_order_relaxed)))
        return false;
    bool lost = false;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    if (atomic_load(&w->mode) == MODE_STUCK) {
        atomic_store(&w->mode, MODE_ACTIVE);
        atomic_fetch_add(&s->active, 1);
    }
    lost = atomic_load(&s->active) > atomic_load(&s->procs);
    /* Much work is better not moved: perhaps another can go. */
    if (lost && backlog(w) > FIFO_SIZE && w->overstayed++ < OVERSTAY_MAX)
        lost = false;
    if (lost) {
        w->overstayed = 0;
        atomic_fetch_sub(&s->active, 1);
        atomic_store(&w->mode, MODE_STUCK); /* awake, but not counted */
    }
    goc__lock_release(&s->lock);
    if (lost)
        goc__flush_local(w);
    return lost;
}

static void idle(struct goc__worker *w, bool leave);

/* Whether a busy worker should look for events.  While it has plenty to do it
 * leaves them where they are: in the kernel's queue, first come, first served.
 * If it never gets to them the monitor does. */
static bool poll_due(struct goc__worker *w, int64_t now)
{
    int64_t since =
        now - atomic_load_explicit(&goc__polled, memory_order_relaxed);
    size_t n = fifo_size(&w->ready);
    if (n > FIFO_SIZE / 2)
        return false; /* there may be as many again at once */
    n += atomic_load_explicit(&goc__sched.queue_count, memory_order_relaxed);
    return since >= (n < FIFO_SIZE / 4 ? POLL_NS : POLL_MAX_NS);
}

/* Every `period` switches: time passes, and the last become the first. */
static __attribute__((noinline)) goc__work check(struct goc__worker *w)
{
    if (goc__unlikely(w->thread_spoilt))
        goc__thread_renew(w);
    int64_t now = goc__now();
    if (goc__unlikely(crowded(w, now))) {
        goc__flush_local(w);
        idle(w, true);
        return 0;
    }
    pace_measure(w, now);
    goc__worker_invariants(w);
    atomic_store_explicit(&w->countdown, w->period, memory_order_relaxed);
    if (atomic_load_explicit(&w->wheel.next, memory_order_relaxed) <= now)
        goc__wheel_run(&w->wheel, now);
    if (atomic_load_explicit(&goc__poll_waiters, memory_order_relaxed)
        && poll_due(w, now))
        goc__poll_run(-1, NULL);
    if (goc__unlikely(place_lost(w)))
        return 0;
    pace_apply(w, 1);

    struct goc__g *g;
    struct goc__task *t;
    goc__work k;
    switch (w->turn++ % 3) {
    case 0:
        if ((k = next_global(w, false)))
            return k;
        break;
    case 1:
        if ((g = fifo_pop(&w->ready)))
            return goc__work_g(g);
        break;
    case 2:
        if ((t = deque_steal(&w->fresh)))
            return goc__work_task(t);
        break;
    }
    return 0;
}

/* Takes from v for w.  A worker that is stuck loses everything; from others
 * a thief takes only what they will not get to soon. */
static goc__work steal_from(struct goc__worker *w, struct goc__worker *v)
{
    int mode = atomic_load_explicit(&v->mode, memory_order_relaxed);
    bool stuck = mode == MODE_STUCK || mode == MODE_LOCKED;
    if (!stuck && !overloaded(v, 0) && !goc__shuffled(2))
        return 0;
    size_t n = (deque_size(&v->fresh) + 1) / 2;
    struct goc__task *first = deque_steal(&v->fresh);
    if (first) {
        for (size_t i = 1; i < n && i < GRAB_MAX; i++) {
            struct goc__task *t = deque_steal(&v->fresh);
            if (!t)
                break;
            deque_push(&w->fresh, t);
        }
        return goc__work_task(first);
    }
    n = (fifo_size(&v->ready) + 1) / 2;
    struct goc__g *g = fifo_pop(&v->ready);
    if (!g && stuck)
        g = slot_take(v);
    if (!g)
        return 0;
    for (size_t i = 1; i < n && i < GRAB_MAX; i++) {
        struct goc__g *more = fifo_pop(&v->ready);
        if (!more)
            break;
        if (!fifo_push(&w->ready, more)) {
            goc__ready_overflow(w, more);
            break;
        }
    }
    return goc__work_g(g);
}

static goc__work steal(struct goc__worker *w)
{
    int n = atomic_load_explicit(&goc__sched.nworkers, memory_order_acquire);
    if (n < 2)
        return 0;
    int start = (int)(random_next(w) % (unsigned)n);
    for (int i = 0; i < n; i++) {
        struct goc__worker *v = atomic_load_explicit(
            &goc__sched.worker[(start + i) % n], memory_order_acquire);
        if (!v || v == w)
            continue;
        goc__work k = steal_from(w, v);
        if (k) {
            count(&w->steals);
            return k;
        }
    }
    return 0;
}

/* Before it sleeps, a worker that is not the only one looks around for a
 * moment; one at a time, and the more seldom the more often it was in vain. */
static goc__work spin(struct goc__worker *w)
{
    struct goc__sched *s = &goc__sched;
    if (w->spin_skip > 0) {
        w->spin_skip--;
        return 0;
    }
    if (atomic_load_explicit(&s->active, memory_order_relaxed) < 2
        || atomic_exchange(&s->searching, 1))
        return 0;
    goc__work k = 0;
    int64_t end = goc__now() + SPIN_NS;
    do {
        for (int i = 0; i < 20; i++)
            goc__relax();
        if ((k = next_global(w, true)) || (k = steal(w)))
            break;
    } while (goc__now() < end);
    atomic_store(&s->searching, 0);
    w->spin_vain = k ? 0 : w->spin_vain < SPIN_VAIN_MAX ? w->spin_vain + 1
                                                       : SPIN_VAIN_MAX;
    w->spin_skip = (1u << w->spin_vain) - 1;
    return k;
}

_Atomic int goc__own_threads = 1; /* the runtime's and main */

/* Needs: sched.lock.  Nothing runs, and nothing can make anything run.  A main
 * thread that is not goroutine 1 (a program in C, an interpreter that has loaded
 * a library) may come to use channels at any time: then there is no telling. */
static bool all_asleep(void)
{
    struct goc__sched *s = &goc__sched;
    if (!goc__main_worker)
        return false;
    int n = atomic_load(&s->nworkers);
    if (n == 0 || atomic_load(&s->nidle) + s->locked != n
        || atomic_load(&s->queue_count) || atomic_load(&s->outside)
        || atomic_load(&s->external) || atomic_load(&goc__poll_waiters))
        return false;
    if (atomic_load(&goc__shared_wheel.count))
        return false;
    for (int i = 0; i < n; i++)
        if (atomic_load(&atomic_load(&s->worker[i])->wheel.count))
            return false;
    return true;
}

/* Whether the process has threads that are neither main nor the runtime's; of
 * those that have used a channel, none lives. */
static bool has_strangers(void)
{
    struct stat task; /* two links and one for each thread */
    return stat("/proc/self/task", &task) == 0
        && (long)task.st_nlink - 2 > atomic_load(&goc__own_threads);
}

/* All are asleep, since the time given.  Returns if that may yet change.  The
 * threads are counted under the lock: a stranger that has come meanwhile, woken
 * somebody and gone has queued him before, and one that is about to is there. */
static void deadlock_found(int64_t since)
{
    static const int64_t grace = 1000 * 1000 * 1000;
    bool long_since = goc__now() - since >= grace;
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    /* A thread that came, woke a goroutine that is locked to its thread, and
     * was gone before it could be counted, has left its mark: asked again,
     * all_asleep() sees that.  Others it could not wake without the lock. */
    bool dead = all_asleep() && (long_since || !has_strangers())
        && all_asleep();
    goc__lock_release(&goc__sched.lock);
    if (dead)
        goc__report_deadlock();
}

/* Looks again after one of the causes that all_asleep() counts has gone.  If
 * there is doubt, a worker sees to it: see idle(). */
void goc__deadlock_check(void)
{
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    bool dead = all_asleep();
    goc__lock_release(&goc__sched.lock);
    if (dead) {
        deadlock_found(goc__now());
        goc__wake_worker();
    }
}

void goc__external_add(int n)
{
    if (atomic_fetch_add(&goc__sched.external, n) + n == 0)
        goc__deadlock_check();
}

/* The poller has come back with events: unless there are enough others, w is a
 * worker again, so that what they wake waits in its own queue, in order. */
static void poller_awake(struct goc__worker *w)
{
    struct goc__sched *s = &goc__sched;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    if (atomic_load(&w->mode) == MODE_IDLE
        && goc__worker_pick(w) == w)
        atomic_store(&w->wake, 1);
    if (atomic_load(&w->mode) == MODE_ACTIVE)
        w->real = true;
    goc__lock_release(&s->lock);
}

/* Sleeps until woken or the deadline; sees to the descriptors meanwhile if
 * nobody else does and there is a place for what they wake: as many workers as
 * may be active see to them on their own.  While w is idle it is no worker to goc__ready(): what
 * wakes goes to the global queue. */
static void worker_sleep(struct goc__worker *w, int64_t deadline)
{
    static _Atomic int poller;
    if (atomic_load(&goc__poll_waiters)
        && atomic_load(&goc__sched.active) < atomic_load(&goc__sched.procs)
        && !atomic_exchange(&poller, 1)) {
        /* Sequentially consistent: see goc__worker_wake(). */
        atomic_store(&w->polling, true);
        if (!atomic_load(&w->wake))
            goc__poll_run(deadline, poller_awake);
        atomic_store(&w->polling, false);
        atomic_store(&poller, 0);
    } else {
        goc__futex_wait(&w->wake, 0, deadline);
    }
}

/* Falls asleep until there may be something to run; with `leave`, leaves what
 * there is to the others that are awake. */
static void idle(struct goc__worker *w, bool leave)
{
    struct goc__sched *s = &goc__sched;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    bool active = atomic_load(&w->mode) == MODE_ACTIVE;
    /* Another that is awake looks at the global queue before it sleeps. */
    bool may_leave = leave && active && atomic_load(&s->active) > 1;
    if (atomic_load(&s->queue_count) && !may_leave
        && (active || atomic_load(&s->active) < atomic_load(&s->procs))) {
        if (!active) {
            atomic_store(&w->mode, MODE_ACTIVE);
            atomic_fetch_add(&s->active, 1);
        }
        goc__lock_release(&s->lock);
        return;
    }
    if (active)
        atomic_fetch_sub(&s->active, 1);
    atomic_store(&w->mode, MODE_IDLE);
    atomic_store(&w->wake, 0);
    w->idle_next = s->idle;
    s->idle = w;
    atomic_fetch_add(&s->nidle, 1);
    bool dead = all_asleep();
    goc__lock_release(&s->lock);
    int64_t since = goc__now(), now = since;

    w->real = false;
    while (!atomic_load(&w->wake)) {
        int64_t deadline = atomic_load(&w->wheel.next);
        if (dead) {
            deadlock_found(since);
            deadline = now + 5 * 1000 * 1000;
        }
        worker_sleep(w, deadline);
        now = goc__now();
        coarse_update(now);
        if (atomic_load(&w->wheel.next) <= now)
            goc__wheel_run(&w->wheel, now);
        if (!atomic_load(&w->wake)) {
            /* A cause that it has just seen to was counted until now, and
             * what that woke may be over already. */
            bool was = dead;
            goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
            dead = all_asleep();
            goc__lock_release(&s->lock);
            if (!was)
                since = now;
        }
    }
    w->real = true;
    w->checked = goc__now();
    w->period = 1;
    pace_begin(w, w->checked);
    atomic_store_explicit(&w->countdown, 1, memory_order_relaxed);
}

/* Nothing local: looks everywhere, and sleeps if need be. */
static __attribute__((noinline)) goc__work search(struct goc__worker *w)
{
    for (;;) {
        goc__work k;
        if (goc__unlikely(
                atomic_load_explicit(&w->mode, memory_order_relaxed)
                != MODE_ACTIVE)
            && place_lost(w)) {
            idle(w, false);
            continue;
        }
        if ((k = next_global(w, true)))
            return k;
        if (atomic_load_explicit(&w->wheel.next, memory_order_relaxed)
            != INT64_MAX)
            goc__wheel_run(&w->wheel, goc__now());
        if (atomic_load_explicit(&goc__poll_waiters, memory_order_relaxed))
            goc__poll_run(-1, NULL);
        if ((k = next_local(w)) || (k = steal(w)) || (k = spin(w)))
            return k;
        idle(w, false);
    }
}

static inline goc__work find(struct goc__worker *w)
{
    goc__work k;
    int32_t left = atomic_load_explicit(&w->countdown, memory_order_relaxed);
    if (goc__likely(left > 0))
        atomic_store_explicit(&w->countdown, left - 1, memory_order_relaxed);
    else if ((k = check(w)))
        return k;
    if ((k = next_local(w)))
        return k;
    return search(w);
}

/* Leaves the loop on stack s for the goroutine g. */
static GOC__NOSAN _Noreturn void resume(struct goc__worker *w,
                                        struct goc__g *s, struct goc__g *g)
{
    goc__stack_put(w, s);
    goc__setstate(g, G_RUNNABLE, G_RUNNING);
    w->cur = g;
    count(&w->ticks);
#if GOC_ASAN
    __sanitizer_start_switch_fiber(NULL, g->stack_lo, g->stack_size);
#endif
    goc__tsan_switch(g->fiber);
    goc__jump(g);
}

/* The task cannot run on stack s: the loop moves to another, and finds the
 * task in w->first. */
static GOC__NOSAN _Noreturn void move_to(struct goc__worker *w,
                                         struct goc__g *s,
                                         struct goc__task *t)
{
    struct goc__g *n = goc__stack_get(w, t->stack_class);
    goc__stack_put(w, s);
    w->cur = n;
    w->first = t;
    goc__stack_forget(n);
#if GOC_ASAN
    __sanitizer_start_switch_fiber(NULL, n->stack_lo, n->stack_size);
#endif
    goc__start(n);
}

/* The loop at the bottom of a stack; w->cur is the stack's record.  Whoever
 * comes here has left another stack for this one. */
GOC__NOSAN void goc__loop(void)
{
    struct goc__worker *w = goc__worker();
    struct goc__g *s = w->cur;
#if GOC_ASAN
    __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
    after_switch(w);
    struct goc__task *t = w->first;
    w->first = NULL;
    bool fresh = w->moved;
    w->moved = false;
    for (;;) {
        w = goc__worker();
        if (goc__unlikely(!w->stacks))
            goc__stack_reserve(w);
        if (goc__likely(!t)) {
            goc__work k = find(w);
            t = goc__work_as_task(k);
            if (!t)
                resume(w, s, (struct goc__g *)k);
        }
        if (goc__unlikely(t->stack_class != s->stack_class)
            || (GOC__HAS_TSAN && !fresh)) {
            w->moved = true;
            move_to(w, s, t);
        }
        fresh = false;
        count(&w->ticks);
        goc__run_task(w, s, t);
        t = NULL;
    }
}
