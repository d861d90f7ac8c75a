/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* select.c: the general select.
 *
 * First it looks for a case that can proceed without holding anything, and
 * locks the one channel that it has chosen.  If there is none it does as Go:
 * (1) With every channel locked, in the order of their addresses, look again,
 * and choose among those that are ready by lot.  (2) Else queue a waiter on
 * every channel and park, which unlocks them.  (3) Woken, take the other
 * waiters out of their queues.
 *
 * One waker wins the claim on the goroutine (see internal.h) and leaves in
 * g->wake the waiter by which it came; the deadline's timer leaves none.  A
 * waker that finds a waiter whose claim it loses drops it from the queue, and
 * marks it by prev == itself: the third pass must not remove it again.
 *
 * A channel may occur in several cases; it is locked once.
 */
#include "chan.h"
#include "worker.h"

struct select
{
    goc_case *cases;
    int n;
    uint16_t *order;             /* cases with a channel, by its address */
    int nlocks;                  /* how many there are */
    struct goc__waiter *waiters; /* by case */
};

static inline goc_chan *case_chan(const goc_case *k)
{
    return k->op == GOC_AFTER ? NULL : k->chan;
}

static void select_unlock(void *p)
{
    struct select *s = p;
    /* Once the last lock is free the goroutine may run, and s be gone: find
     * the next before releasing one. */
    goc_chan *c = NULL;
    int i = 0;
    int n = s->nlocks;
    while (i < n) {
        c = s->cases[s->order[i]].chan;
        do
            i++;
        while (i < n && s->cases[s->order[i]].chan == c);
        goc__lock_release(&c->lock);
    }
}

static void select_lock(struct select *s)
{
    goc_chan *last = NULL;
    for (int i = 0; i < s->nlocks; i++) {
        goc_chan *c = s->cases[s->order[i]].chan;
        if (c != last)
            goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
        last = c;
    }
}

/* Unlocks all but c, which the case that was done has released. */
static void select_unlock_others(struct select *s, goc_chan *c)
{
    goc_chan *last = NULL;
    for (int i = 0; i < s->nlocks; i++) {
        goc_chan *other = s->cases[s->order[i]].chan;
        if (other != last && other != c)
            goc__lock_release(&other->lock);
        last = other;
    }
}

static void order_heapsort(goc_case *cases, uint16_t *o, int n)
{
    for (int end = n, i = n / 2; end > 1;) {
        if (i > 0) {
            i--;
        } else {
            uint16_t top = o[0];
            o[0] = o[--end];
            o[end] = top;
        }
        for (int at = i;;) {
            int child = 2 * at + 1;
            if (child >= end)
                break;
            if (child + 1 < end
                && cases[o[child + 1]].chan > cases[o[child]].chan)
                child++;
            if (cases[o[child]].chan <= cases[o[at]].chan)
                break;
            uint16_t swap = o[at];
            o[at] = o[child];
            o[child] = swap;
            at = child;
        }
    }
}

/* Sorts the cases that have a channel by its address: by insertion while they
 * are few, else by heapsort, which needs no memory and is never slow. */
static void order_cases(struct select *s)
{
    enum { FEW = 24 };
    bool few = s->n <= FEW;
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        goc_chan *c = case_chan(&s->cases[i]);
        if (!c)
            continue;
        int j = n++;
        while (few && j > 0 && s->cases[s->order[j - 1]].chan > c) {
            s->order[j] = s->order[j - 1];
            j--;
        }
        s->order[j] = (uint16_t)i;
    }
    s->nlocks = n;
    if (!few)
        order_heapsort(s->cases, s->order, n);
}

/* Whether case k could proceed.  With the lock: exactly, but for waiters that
 * turn out to be gone; without: as things were a moment ago. */
static inline bool case_ready(const goc_case *k)
{
    goc_chan *c = case_chan(k);
    if (!c)
        return false;
    uint32_t count = atomic_load_explicit(&c->count, memory_order_relaxed);
    if (k->op == GOC_SEND)
        return count < c->cap || waitq_first(&c->recvq)
            || atomic_load_explicit(&c->closed, memory_order_relaxed);
    return count > 0 || waitq_first(&c->sendq)
        || atomic_load_explicit(&c->closed, memory_order_relaxed);
}

/* Needs: all locks.  True: done, and all are released. */
static bool case_do(struct select *s, goc_case *k, const char *at)
{
    goc_chan *c = k->chan;
    bool done;
    if (k->op == GOC_SEND) {
        if (atomic_load_explicit(&c->closed, memory_order_relaxed)) {
            select_unlock(s);
            goc__panic_at("send on closed channel", at);
        }
        done = goc__chan_send_locked(c, k->elem);
    } else {
        bool ok = false;
        done = goc__chan_recv_locked(c, k->elem, &ok);
        if (done)
            k->ok = ok;
    }
    if (done)
        select_unlock_others(s, c);
    return done;
}

static uint32_t random_below(uint32_t n)
{
    struct goc__worker *w = goc__worker_here();
    uint64_t x = w->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    w->random = x;
    return (uint32_t)((x >> 32) * n >> 32);
}

/* One of the cases that are ready, each with the same probability; -1: none. */
static int pick_ready(const goc_case *cases, int n)
{
    uint32_t ready = 0;
    int last = -1;
    for (int i = 0; i < n; i++)
        if (case_ready(&cases[i])) {
            ready++;
            last = i;
        }
    if (ready < 2)
        return last;
    uint32_t skip = random_below(ready);
    for (int i = 0; i < n; i++)
        if (case_ready(&cases[i]) && skip-- == 0)
            return i;
    return last; /* only without the locks: things have changed meanwhile */
}

/* Needs: all locks.  Pass 1: does a case that can proceed; the locks are then
 * released.  -1: there is none. */
static int do_ready(struct select *s, const char *at)
{
    int i;
    while ((i = pick_ready(s->cases, s->n)) >= 0)
        if (case_do(s, &s->cases[i], at))
            break; /* else it lost waiters that were gone: look again */
    return i;
}

/* Needs: all locks.  Pass 2: one waiter for each case. */
static void enqueue(struct select *s, struct goc__g *g)
{
    for (int i = 0; i < s->n; i++) {
        goc_case *k = &s->cases[i];
        goc_chan *c = case_chan(k);
        if (!c)
            continue;
        struct goc__waiter *w = &s->waiters[i];
        w->g = g;
        w->elem = k->elem;
        w->claimed = true;
        w->ok = false;
        w->index = i;
        goc__tsan_release(c);
        waitq_push(k->op == GOC_SEND ? &c->sendq : &c->recvq, w);
    }
    g->wake = NULL;
}

/* Pass 3: out of all queues, one at a time; the winner has taken `won` out. */
static void dequeue(struct select *s, const struct goc__waiter *won)
{
    for (int i = 0; i < s->n; i++) {
        goc_case *k = &s->cases[i];
        goc_chan *c = case_chan(k);
        struct goc__waiter *w = &s->waiters[i];
        if (!c || w == won)
            continue;
        goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
        if (w->prev != w)
            waitq_remove(k->op == GOC_SEND ? &c->sendq : &c->recvq, w);
        goc__lock_release(&c->lock);
    }
}

/* What the wait has come to. */
static int finish(struct select *s, struct goc__waiter *w, const char *at)
{
    goc_case *k = &s->cases[w->index];
    goc__tsan_acquire(k->chan);
    if (k->op == GOC_SEND) {
        if (!w->ok)
            goc__panic_at("send on closed channel", at);
    } else {
        k->ok = w->ok;
        if (!w->ok) {
            goc__tsan_acquire(&k->chan->closed);
            if (k->elem)
                memset(k->elem, 0, k->chan->elem_size);
        }
    }
    return w->index;
}

/* Does a case that is ready, taking one lock at a time: the case that is
 * chosen was ready at some moment during the call, and that is all that anyone
 * can tell.  -1: none is. */
static int try_cases(goc_case *cases, int n, const char *at)
{
    int i;
    while ((i = pick_ready(cases, n)) >= 0) {
        goc_case *k = &cases[i];
        goc_chan *c = k->chan;
        goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
        if (k->op == GOC_SEND) {
            if (atomic_load_explicit(&c->closed, memory_order_relaxed)) {
                goc__lock_release(&c->lock);
                goc__panic_at("send on closed channel", at);
            }
            if (goc__chan_send_locked(c, k->elem))
                return i;
        } else {
            bool ok;
            if (goc__chan_recv_locked(c, k->elem, &ok)) {
                k->ok = ok;
                return i;
            }
        }
        goc__lock_release(&c->lock); /* things have changed meanwhile */
    }
    return -1;
}

/* Waits for a case, or until the deadline; -1 then. */
static int wait(struct select *s, int64_t deadline, const char *at)
{
    struct goc__deadline end;
    struct goc__g *g = goc__self();
    if (deadline != INT64_MAX)
        goc__deadline_begin(&end, deadline);
    else
        goc__arm(g);
    select_lock(s);
    int i = do_ready(s, at);
    if (i >= 0) {
        if (deadline != INT64_MAX)
            goc__deadline_end(&end);
        return i;
    }
    enqueue(s, g);
    bool won = true;
    enum goc__reason reason =
        s->n > 0 ? GOC__WAIT_SELECT : GOC__WAIT_SELECT_NO_CASES;
    if (deadline != INT64_MAX)
        won = goc__park_timed(&end, select_unlock, s, reason, at);
    else
        goc__park(select_unlock, s, reason, at);
    struct goc__waiter *w = won ? g->wake : NULL;
    dequeue(s, w);
    return w ? finish(s, w, at) : -1;
}

/* Room for the waiters: on the stack while they are few. */
enum { SMALL = 16 };

static __attribute__((noinline)) int wait_small(struct select *s,
                                                int64_t deadline,
                                                const char *at)
{
    struct goc__waiter waiters[SMALL];
    uint16_t order[SMALL];
    s->waiters = waiters;
    s->order = order;
    order_cases(s);
    return wait(s, deadline, at);
}

static __attribute__((noinline)) int wait_large(struct select *s,
                                                int64_t deadline,
                                                const char *at)
{
    size_t n = (size_t)s->n;
    s->waiters = goc__malloc(n * (sizeof *s->waiters + sizeof *s->order));
    s->order = (uint16_t *)(s->waiters + n);
    order_cases(s);
    int i = wait(s, deadline, at);
    free(s->waiters);
    return i;
}

static int select_within(goc_case *cases, int n, int64_t deadline,
                         const char *at)
{
    int i = try_cases(cases, n, at);
    if (i >= 0)
        return i;
    if (n > UINT16_MAX)
        goc__panic_at("select: too many cases", at);
    struct select s = { .cases = cases, .n = n };
    return n <= SMALL ? wait_small(&s, deadline, at)
                      : wait_large(&s, deadline, at);
}

int goc__select(goc_case *cases, int n, int has_default, const char *at)
{
    if (has_default) {
        /* Mostly none is ready, and then this is all. */
        for (int i = 0; i < n; i++)
            if (goc__unlikely(case_ready(&cases[i])))
                return try_cases(cases, n, at);
        return -1;
    }
    int after = -1;
    for (int i = 0; i < n; i++)
        if (cases[i].op == GOC_AFTER
            && (after < 0 || cases[i].delay < cases[after].delay))
            after = i;
    int64_t deadline =
        after < 0 ? INT64_MAX : goc__deadline(cases[after].delay);
    int i = select_within(cases, n, deadline, at);
    if (i < 0) {
        i = after;
        cases[i].ok = true;
        if (cases[i].elem) {
            int64_t now = goc__now();
            memcpy(cases[i].elem, &now, sizeof now);
        }
    }
    return i;
}

int goc_select(goc_case *cases, int n, goc_duration timeout)
{
    if (timeout == 0)
        return try_cases(cases, n, NULL);
    if (timeout < 0)
        return goc__select(cases, n, 0, NULL);
    int64_t deadline = goc__deadline(timeout), after;
    int first = -1;
    for (int i = 0; i < n; i++)
        if (cases[i].op == GOC_AFTER
            && (after = goc__deadline(cases[i].delay)) < deadline) {
            deadline = after;
            first = i;
        }
    int i = select_within(cases, n, deadline, NULL);
    if (i < 0 && first >= 0) {
        i = first;
        cases[i].ok = true;
        if (cases[i].elem)
            memcpy(cases[i].elem, &deadline, sizeof deadline);
    }
    return i;
}
