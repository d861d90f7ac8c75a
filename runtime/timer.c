/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* timer.c: timers, in hierarchical wheels.
 *
 * Each worker has a wheel for what its goroutines start; one more, the shared
 * wheel, serves threads that are not workers and is run by the monitor.  Time
 * is counted in ticks of 16 us.  A timer of tick T lies, relative to the
 * wheel's tick, on the level of the highest digit (base 64) in which the two
 * differ, in the slot that this digit of T names.  Starting and stopping touch
 * one slot; a timer moves down at most once a level before it fires.
 *
 * Invariants, whenever wheel->lock is free:
 *   - no timer lies in a slot before the wheel's tick, on any level;
 *   - a slot's bit in used[] is set exactly if it holds something;
 *   - next is not later than the earliest deadline.  It may be earlier: then
 *     somebody wakes once in vain and puts it right;
 *   - count is the number of timers in slots.  One that fires is counted until
 *     its callback has returned, so that whoever finds 0 also finds on a queue
 *     whatever the callback made runnable.
 *
 * Within a tick timers fire in the order of their deadlines, and never early.
 */
#include "worker.h"

enum { TICK_BITS = 14, FIRE_MAX = 256 };

void goc__wheel_init(struct goc__wheel *wheel)
{
    wheel->tick = (uint64_t)goc__now() >> TICK_BITS;
    atomic_init(&wheel->next, INT64_MAX);
}

/* Needs: wheel->lock.  Does not touch count. */
static void slot_append(struct goc__wheel *wheel, uint32_t k, int64_t when,
                        struct goc__timer *t)
{
    struct goc__wheel_slot *slot = &wheel->slot[k];
    if (goc__unlikely(slot->n == slot->max)) {
        uint32_t max = slot->max ? 2 * slot->max : 4;
        goc__tsan_ignore_begin(); /* it does not see the lock */
        goc__tsan_ignore_begin();
        void *bigger = realloc(slot->entry, max * sizeof *slot->entry);
        goc__tsan_ignore_end();
        goc__tsan_ignore_end();
        /* The lock stays taken: others would meet a timer in no slot. */
        if (!bigger)
            goc__fatal("out of memory (timers)");
        slot->entry = bigger;
        slot->max = max;
    }
    t->slot = k + 1;
    t->index = slot->n;
    slot->entry[slot->n++] = (struct goc__wheel_entry){ when, t };
    wheel->used[k / WHEEL_SLOTS] |= (uint64_t)1 << (k % WHEEL_SLOTS);
}

/* The slot is empty: a large array is not kept. */
static void slot_emptied(struct goc__wheel *wheel, uint32_t k)
{
    enum { KEEP = 64 };
    struct goc__wheel_slot *slot = &wheel->slot[k];
    wheel->used[k / WHEEL_SLOTS] &= ~((uint64_t)1 << (k % WHEEL_SLOTS));
    if (goc__unlikely(slot->max > KEEP)) {
        goc__tsan_ignore_begin();
        goc__tsan_ignore_begin();
        free(slot->entry);
        goc__tsan_ignore_end();
        goc__tsan_ignore_end();
        *slot = (struct goc__wheel_slot){ NULL, 0, 0 };
    }
}

/* Needs: wheel->lock.  Does not touch count. */
static void wheel_insert(struct goc__wheel *wheel, int64_t when,
                         struct goc__timer *t)
{
    uint64_t tick = (uint64_t)when >> TICK_BITS;
    if (when < 0 || tick < wheel->tick)
        tick = wheel->tick;
    uint64_t differ = (tick ^ wheel->tick) | (WHEEL_SLOTS - 1);
    unsigned level = (63u - (unsigned)__builtin_clzll(differ)) / WHEEL_BITS;
    unsigned digit =
        (unsigned)(tick >> (level * WHEEL_BITS)) & (WHEEL_SLOTS - 1);
    slot_append(wheel, level * WHEEL_SLOTS + digit, when, t);
}

/* Needs: wheel->lock.  Does not touch count.  The last of the slot takes the
 * place that comes free. */
static void wheel_remove(struct goc__wheel *wheel, struct goc__timer *t)
{
    uint32_t k = t->slot - 1;
    struct goc__wheel_slot *slot = &wheel->slot[k];
    uint32_t last = --slot->n;
    t->slot = 0;
    if (t->index != last) {
        slot->entry[t->index] = slot->entry[last];
        slot->entry[t->index].timer->index = t->index;
    }
    if (last == 0)
        slot_emptied(wheel, k);
}

static void next_lower(struct goc__wheel *wheel, int64_t when)
{
    if (when < atomic_load_explicit(&wheel->next, memory_order_relaxed))
        atomic_store(&wheel->next, when);
}

void goc__timer_start(struct goc__timer *t, int64_t when)
{
    struct goc__worker *w = goc__worker_here();
    struct goc__wheel *wheel = w->real ? &w->wheel : &goc__shared_wheel;
    if (!w->real)
        goc__monitor_start();
    t->when = when;
    goc__lock_acquire(&wheel->lock, GOC__RANK_TIMER);
    goc__assert(t->slot == 0);
    t->wheel = wheel;
    wheel_insert(wheel, when, t);
    atomic_store_explicit(
        &wheel->count,
        atomic_load_explicit(&wheel->count, memory_order_relaxed) + 1,
        memory_order_relaxed);
    bool earlier =
        when < atomic_load_explicit(&wheel->next, memory_order_relaxed);
    next_lower(wheel, when);
    goc__lock_release(&wheel->lock);
    if (wheel == &goc__shared_wheel && earlier)
        goc__monitor_nudge();
}

void goc__timer_restart(struct goc__timer *t, int64_t when)
{
    struct goc__wheel *wheel = t->wheel;
    goc__assert_held(&wheel->lock);
    t->when = when;
    wheel_insert(wheel, when, t);
    atomic_fetch_add_explicit(&wheel->count, 1, memory_order_relaxed);
    next_lower(wheel, when);
}

bool goc__timer_stop(struct goc__timer *t)
{
    struct goc__wheel *wheel = t->wheel;
    if (!wheel)
        return false;
    goc__lock_acquire(&wheel->lock, GOC__RANK_TIMER);
    bool pending = t->slot != 0;
    uint32_t left = 1;
    if (pending) {
        wheel_remove(wheel, t);
        left = atomic_load_explicit(&wheel->count, memory_order_relaxed) - 1;
        atomic_store(&wheel->count, left);
        if (left == 0)
            atomic_store(&wheel->next, INT64_MAX);
    }
    goc__lock_release(&wheel->lock);
    /* The last cause to hope may just have gone, and an outside thread does
     * not come by the scheduler to notice. */
    if (left == 0 && wheel == &goc__shared_wheel)
        goc__deadlock_check();
    return pending;
}

/* Needs: wheel->lock.  The earliest slot that is not empty. */
static bool wheel_earliest(struct goc__wheel *wheel, unsigned *level,
                           unsigned *slot, uint64_t *tick)
{
    for (unsigned l = 0; l < WHEEL_LEVELS; l++) {
        unsigned shift = l * WHEEL_BITS;
        unsigned now =
            (unsigned)(wheel->tick >> shift) & (WHEEL_SLOTS - 1);
        uint64_t later = wheel->used[l] & (UINT64_MAX << now);
        if (!later)
            continue;
        *level = l;
        *slot = (unsigned)__builtin_ctzll(later);
        uint64_t above = shift + WHEEL_BITS < 64
            ? wheel->tick >> (shift + WHEEL_BITS) << (shift + WHEEL_BITS) : 0;
        *tick = above | (uint64_t)*slot << shift;
        return true;
    }
    return false;
}

/* Moves the entry at `at` down to its place in a heap with the earliest on
 * top. */
static void sift(struct goc__wheel_entry *e, uint32_t at, uint32_t n)
{
    struct goc__wheel_entry x = e[at];
    for (uint32_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && e[child + 1].when < e[child].when)
            child++;
        if (e[child].when >= x.when)
            break;
        e[at] = e[child];
    }
    e[at] = x;
}

/* Sorts a slot by deadline, the latest first: they are fired from the end.
 * The indices of its timers are put right. */
static void slot_sort(struct goc__wheel_slot *slot)
{
    struct goc__wheel_entry *e = slot->entry;
    uint32_t n = slot->n;
    bool sorted = true;
    for (uint32_t i = 1; i < n && sorted; i++)
        sorted = e[i - 1].when >= e[i].when;
    if (sorted)
        return;
    for (uint32_t i = n / 2; i-- > 0;)
        sift(e, i, n);
    for (uint32_t end = n - 1; end > 0; end--) {
        struct goc__wheel_entry earliest = e[0];
        e[0] = e[end];
        e[end] = earliest;
        sift(e, 0, end);
    }
    for (uint32_t i = 0; i < n; i++)
        e[i].timer->index = i;
}

/* Needs: wheel->lock.  Fires at most `max` timers of a slot of level 0. */
static unsigned slot_fire(struct goc__wheel *wheel, unsigned k, int64_t now,
                          unsigned max)
{
    enum { AHEAD = 4 }; /* timers lie in cold memory: ask for it in time */
    struct goc__wheel_slot *slot = &wheel->slot[k];
    unsigned n = 0;
    slot_sort(slot);
    while (n < max && slot->n && slot->entry[slot->n - 1].when <= now) {
        struct goc__timer *t = slot->entry[slot->n - 1].timer;
        if (slot->n > AHEAD)
            __builtin_prefetch(slot->entry[slot->n - 1 - AHEAD].timer, 1);
        wheel_remove(wheel, t);
        t->fire(t); /* t may be gone when it returns */
        atomic_store(
            &wheel->count,
            atomic_load_explicit(&wheel->count, memory_order_relaxed) - 1);
        n++;
    }
    return n;
}

/* Needs: wheel->lock.  Moves the timers of a slot to lower levels. */
static void slot_cascade(struct goc__wheel *wheel, unsigned level,
                         unsigned digit)
{
    unsigned k = level * WHEEL_SLOTS + digit;
    struct goc__wheel_slot *slot = &wheel->slot[k];
    enum { AHEAD = 8 };
    for (uint32_t i = 0; i < slot->n; i++) {
        if (i + AHEAD < slot->n)
            __builtin_prefetch(slot->entry[i + AHEAD].timer, 1);
        wheel_insert(wheel, slot->entry[i].when, slot->entry[i].timer);
    }
    slot->n = 0;
    slot_emptied(wheel, k);
}

/* Needs: wheel->lock, and that nothing is due.  A time not after the earliest
 * deadline: exact when that is near, else when its slot begins. */
static int64_t wheel_next(struct goc__wheel *wheel)
{
    unsigned level, slot;
    uint64_t tick;
    if (!wheel_earliest(wheel, &level, &slot, &tick))
        return INT64_MAX;
    if (level > 0)
        return (int64_t)(tick << TICK_BITS);
    int64_t next = INT64_MAX;
    for (uint32_t i = 0; i < wheel->slot[slot].n; i++)
        if (wheel->slot[slot].entry[i].when < next)
            next = wheel->slot[slot].entry[i].when;
    return next;
}

unsigned goc__wheel_run(struct goc__wheel *wheel, int64_t now)
{
    unsigned fired = 0;
    uint64_t now_tick = (uint64_t)now >> TICK_BITS;
    for (;;) {
        if (atomic_load_explicit(&wheel->next, memory_order_relaxed) > now)
            return fired;
        unsigned level, slot, n = 0;
        uint64_t tick;
        goc__lock_acquire(&wheel->lock, GOC__RANK_TIMER);
        while (n < FIRE_MAX
               && wheel_earliest(wheel, &level, &slot, &tick)
               && tick <= now_tick) {
            if (tick > wheel->tick)
                wheel->tick = tick;
            if (level > 0) {
                slot_cascade(wheel, level, slot);
                continue;
            }
            unsigned k = slot_fire(wheel, slot, now, FIRE_MAX - n);
            if (k == 0)
                break; /* the rest of this tick is still to come */
            n += k;
        }
        fired += n;
        bool all = n < FIRE_MAX;
        if (all)
            atomic_store(&wheel->next, wheel_next(wheel));
        goc__lock_release(&wheel->lock);
        if (all)
            return fired;
    }
}

/* ---- Sleeping ----------------------------------------------------------- */

struct sleeper
{
    struct goc__timer timer;
    struct goc__g *g;
    int64_t when;
};

static void sleeper_fire(struct goc__timer *t)
{
    struct sleeper *s = (struct sleeper *)t;
    goc__ready_tail(s->g);
}

/* The goroutine has left its stack; from here on it may be woken. */
static void sleeper_start(void *p)
{
    struct sleeper *s = p;
    goc__timer_start(&s->timer, s->when);
}

void goc__sleep_until(int64_t when, const char *site)
{
    struct goc__g *g = goc__self();
    if (g->flags & (GOC__G_OUTSIDE | GOC__G_LOCKED)) {
        struct goc__deadline d;
        goc__deadline_begin(&d, when);
        goc__park_timed(&d, NULL, NULL, GOC__WAIT_SLEEP, site);
        return;
    }
    struct sleeper s = { .timer.fire = sleeper_fire, .g = g, .when = when };
    goc__park(when == INT64_MAX ? NULL : sleeper_start, &s, GOC__WAIT_SLEEP,
              site);
}
