/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* select.c: the general select.
 *
 * First it looks for a case that can proceed without holding anything, and
 * locks the one channel that it has chosen.  That none is ready cannot be told
 * so: each may have been when another was looked at.  So then it does as Go:
 * (1) With every channel locked, in the order of their addresses, look again,
 * and choose among those that are ready by lot.  (2) Else queue a waiter on
 * every channel and park, which unlocks them.  (3) Woken, take the other
 * waiters out of their queues.
 *
 * One waker wins the claim on the goroutine (see internal.h) and leaves in
 * g->wake the waiter by which it came; the deadline's timer leaves none.  A
 * waker that finds a waiter whose claim it loses drops it from the queue, and
 * marks it by prev == itself: the third pass must not remove it again.  Until
 * that pass has seen it, the channel counts it in `leaving` and stays there.
 *
 * A channel may occur in several cases; it is locked once.
 */
#include "chan.h"
#include "park.h"

static inline goc_chan *case_chan(const goc_case *k)
{
    return k->op == GOC_AFTER ? NULL : k->chan;
}

/* ---- Which case --------------------------------------------------------- */

/* Whether case k could proceed.  With the lock: exactly, but for waiters that
 * turn out to be gone; without: as things were a moment ago.  The count is read
 * before `closed`: who finds a channel empty that was closed, then drained,
 * must find it closed, too. */
static inline bool case_ready(const goc_case *k)
{
    goc_chan *c = case_chan(k);
    if (!c)
        return false;
    uint32_t count = atomic_load_explicit(&c->count, memory_order_acquire);
    bool closed = atomic_load_explicit(&c->closed, memory_order_relaxed);
    if (k->op == GOC_SEND)
        return (count < c->cap) | closed | !!waitq_first(&c->recvq);
    return !!((uintptr_t)waitq_first(&c->sendq) | count | closed);
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

/* One of the cases that are ready, each with the same probability; -1: none.
 * No branch depends on which are, for nobody could predict it.  Of many cases
 * a later batch takes the place of the choice so far with the probability that
 * its share of the ready ones has. */
static inline int pick_ready(const goc_case *cases, int n)
{
    enum { BATCH = 64 };
    uint32_t total = 0;
    int pick = -1;
    for (int from = 0; from < n; from += BATCH) {
        unsigned char ready[BATCH];
        uint32_t count = 0;
        int size = n - from < BATCH ? n - from : BATCH;
        for (int i = 0; i < size; i++) {
            ready[count] = (unsigned char)i;
            count += case_ready(&cases[from + i]);
        }
        if (count == 0)
            continue;
        total += count;
        uint32_t k = total > 1 ? random_below(total) : 0;
        if (k < count)
            pick = from + ready[k];
    }
    return pick;
}

/* Needs: the channel's lock, which is released if it returns true: done. */
static inline bool case_do_locked(goc_case *k, const char *at)
{
    goc_chan *c = k->chan;
    if (k->op != GOC_SEND)
        return goc__chan_recv_locked(c, k->elem, &k->ok);
    if (goc__unlikely(
            atomic_load_explicit(&c->closed, memory_order_relaxed))) {
        goc__lock_release(&c->lock);
        goc__panic_at("send on closed channel", at);
    }
    return goc__chan_send_locked(c, k->elem);
}

/* Does a case that is ready, taking one lock at a time: the case that is
 * chosen was ready at some moment during the call, and that is all that anyone
 * can tell.  -1: none is. */
static inline int try_cases(goc_case *cases, int n, const char *at)
{
    int i;
    if (GOC__HAS_ASAN)
        for (i = 0; i < n; i++)
            if (cases[i].op != GOC_AFTER)
                chan_check(cases[i].chan);
    while ((i = pick_ready(cases, n)) >= 0) {
        goc_chan *c = cases[i].chan;
        goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
        if (case_do_locked(&cases[i], at))
            break;
        goc__lock_release(&c->lock); /* things have changed meanwhile */
    }
    return i;
}

/* ---- All locks ---------------------------------------------------------- */

static void select_unlock(void *p)
{
    struct select *s = p;
    /* Once the last lock is free the goroutine may run, and s be gone. */
    goc_chan **lock = s->locks, **end = lock + s->nlocks;
    while (lock < end)
        goc__lock_release(&(*lock++)->lock);
}

static inline void select_lock(struct select *s)
{
    for (int i = 0; i < s->nlocks; i++)
        goc__lock_acquire(&s->locks[i]->lock, GOC__RANK_CHAN);
}

/* Unlocks all but c, which the case that was done has released. */
static void select_unlock_others(struct select *s, goc_chan *c)
{
    for (int i = 0; i < s->nlocks; i++)
        if (s->locks[i] != c)
            goc__lock_release(&s->locks[i]->lock);
}

/* Orders the channels by insertion, each once: for few. */
static inline void locks_order_few(struct select *s)
{
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        goc_chan *c = case_chan(&s->cases[i]);
        int at = n;
        if (!c)
            continue;
        while (at > 0 && s->locks[at - 1] > c)
            at--;
        if (at > 0 && s->locks[at - 1] == c)
            continue;
        for (int j = n++; j > at; j--)
            s->locks[j] = s->locks[j - 1];
        s->locks[at] = c;
    }
    s->nlocks = n;
}

static void heap_sift(goc_chan **heap, int at, int n)
{
    goc_chan *c = heap[at];
    for (int child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= c)
            break;
        heap[at] = heap[child];
    }
    heap[at] = c;
}

/* The same for many, by heapsort, which needs no memory and is never slow. */
static void locks_order_many(struct select *s)
{
    goc_chan **lock = s->locks;
    int n = 0;
    for (int i = 0; i < s->n; i++)
        if ((lock[n] = case_chan(&s->cases[i])))
            n++;
    for (int i = n / 2; i-- > 0;)
        heap_sift(lock, i, n);
    for (int end = n; end > 1;) {
        goc_chan *top = lock[0];
        lock[0] = lock[--end];
        lock[end] = top;
        heap_sift(lock, 0, end);
    }
    s->nlocks = 0;
    for (int i = 0; i < n; i++)
        if (i == 0 || lock[i] != lock[s->nlocks - 1])
            lock[s->nlocks++] = lock[i];
}

/* ---- Waiting ------------------------------------------------------------ */

/* Needs: all locks.  Pass 1: does a case that can proceed; the locks are then
 * released.  -1: there is none. */
static int do_ready(struct select *s, const char *at)
{
    int i;
    while ((i = pick_ready(s->cases, s->n)) >= 0) {
        goc_case *k = &s->cases[i];
        if (k->op == GOC_SEND
            && atomic_load_explicit(&k->chan->closed, memory_order_relaxed)) {
            select_unlock(s);
            goc__panic_at("send on closed channel", at);
        }
        if (case_do_locked(k, at)) {
            select_unlock_others(s, k->chan);
            break;
        } /* else it lost waiters that were gone: look again */
    }
    return i;
}

/* Needs: the queue's lock.  The select waits there more than once, and w is the
 * last of its waiters: the lot decides which case comes first, so w exchanges
 * its own with any of them, itself included. */
static __attribute__((noinline)) void shuffle(struct goc__waiter *w)
{
    uint32_t n = 1;
    struct goc__waiter *other = w;
    while ((other = other->prev) && other->g == w->g)
        n++;
    other = w;
    for (uint32_t back = random_below(n); back > 0; back--)
        other = other->prev;
    void *elem = other->elem;
    int index = other->index;
    other->elem = w->elem;
    other->index = w->index;
    w->elem = elem;
    w->index = index;
}

/* Needs: all locks.  Pass 2: one waiter for each case. */
static inline void enqueue(struct select *s, struct goc__g *g)
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
        if (goc__unlikely(w->prev && w->prev->g == g))
            shuffle(w);
    }
    g->wake = NULL;
}

/* Pass 3: out of all queues, one at a time; the winner has taken `won` out. */
static inline void dequeue(struct select *s, const struct goc__waiter *won)
{
    for (int i = 0; i < s->n; i++) {
        goc_case *k = &s->cases[i];
        goc_chan *c = case_chan(k);
        struct goc__waiter *w = &s->waiters[i];
        if (!c || w == won)
            continue;
        goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
        bool last = false;
        if (w->prev != w)
            waitq_remove(k->op == GOC_SEND ? &c->sendq : &c->recvq, w);
        else
            last = --c->leaving == 0 && c->orphan;
        goc__lock_release(&c->lock);
        if (goc__unlikely(last))
            free(c->memory);
    }
}

/* What the wait has come to. */
static inline int finish(struct select *s, struct goc__waiter *w, const char *at)
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

/* Waits for a case, or until the deadline; -1 then.  `timed` is known where
 * this is inlined. */
static inline __attribute__((always_inline)) int wait(
    struct select *s, bool timed, int64_t deadline, const char *at)
{
    struct goc__deadline end;
    struct goc__g *g = goc__self();
    if (timed)
        goc__deadline_begin(&end, deadline);
    else
        goc__arm(g);
    select_lock(s);
    int i = do_ready(s, at);
    if (i >= 0) {
        if (timed)
            goc__deadline_end(&end);
        return i;
    }
    enqueue(s, g);
    g->on = s;
    bool won = true;
    enum goc__reason reason =
        s->n > 0 ? GOC__WAIT_SELECT : GOC__WAIT_SELECT_NO_CASES;
    if (timed)
        won = goc__park_timed(&end, select_unlock, s, reason, at);
    else
        goc__park_inline(select_unlock, s, reason, at);
    struct goc__waiter *w = won ? g->wake : NULL;
    dequeue(s, w);
    return w ? finish(s, w, at) : -1;
}

/* Room for the waiters: on the stack while they are few. */
enum { SMALL = 16 };

/* Without a deadline: entered as switch_x86_64.S tells, so the switch has to be
 * in this very function. */
int goc__select_park_body(goc_case *cases, int n, const char *at)
{
    struct goc__waiter waiters[SMALL];
    goc_chan *locks[SMALL];
    struct select s = { .cases = cases, .n = n, .locks = locks,
                        .waiters = waiters };
    locks_order_few(&s);
    return wait(&s, false, INT64_MAX, at);
}

static __attribute__((noinline)) int wait_few(goc_case *cases, int n,
                                              int64_t deadline,
                                              const char *at)
{
    struct goc__waiter waiters[SMALL];
    goc_chan *locks[SMALL];
    struct select s = { .cases = cases, .n = n, .locks = locks,
                        .waiters = waiters };
    locks_order_few(&s);
    return wait(&s, true, deadline, at);
}

static __attribute__((noinline)) int wait_many(goc_case *cases, int n,
                                               int64_t deadline,
                                               const char *at)
{
    struct select s = { .cases = cases, .n = n };
    s.waiters = goc__malloc((size_t)n
                            * (sizeof *s.waiters + sizeof *s.locks));
    s.locks = (goc_chan **)(s.waiters + n);
    locks_order_many(&s);
    int i = wait(&s, true, deadline, at);
    free(s.waiters);
    return i;
}

/* No case was ready.  Of those that are a goc_after(), and the deadline, the
 * first to come counts. */
static int wait_first(goc_case *cases, int n, int64_t deadline, const char *at)
{
    int first = -1;
    for (int i = 0; i < n; i++) {
        int64_t after = INT64_MAX;
        if (cases[i].op == GOC_AFTER)
            after = goc__deadline(cases[i].delay);
        if (after < deadline) {
            deadline = after;
            first = i;
        }
    }
    int i = n <= SMALL ? wait_few(cases, n, deadline, at)
                       : wait_many(cases, n, deadline, at);
    if (i < 0 && first >= 0) {
        i = first;
        cases[i].ok = true;
        if (cases[i].elem) {
            int64_t now = goc__now();
            memcpy(cases[i].elem, &now, sizeof now);
        }
    }
    return i;
}

static int try_locked(struct select *s, const char *at)
{
    select_lock(s);
    int i = do_ready(s, at);
    if (i < 0)
        select_unlock(s);
    return i;
}

/* No case was ready, each at a time of its own; this is about one moment. */
static __attribute__((noinline)) int try_at_once(goc_case *cases, int n,
                                                 const char *at)
{
    goc_chan *few[SMALL];
    struct select s = { .cases = cases, .n = n, .locks = few };
    if (n <= SMALL) {
        locks_order_few(&s);
        return try_locked(&s, at);
    }
    s.locks = goc__malloc((size_t)n * sizeof *s.locks);
    locks_order_many(&s);
    int i = try_locked(&s, at);
    free(s.locks);
    return i;
}

int goc__select_try(goc_case *cases, int n, const char *at)
{
    goc__shuffle_yield();
    int i = try_cases(cases, n, at);
    return i >= 0 || n < 2 ? i : try_at_once(cases, n, at);
}

int goc__select_after(goc_case *cases, int n, const char *at)
{
    goc__shuffle_yield();
    int i = try_cases(cases, n, at);
    return i >= 0 ? i : wait_first(cases, n, INT64_MAX, at);
}

int goc__select_wait(goc_case *cases, int n, const char *at)
{
    goc__shuffle_yield();
    int i = try_cases(cases, n, at);
    if (i >= 0)
        return i;
    if (goc__unlikely(n > SMALL))
        return wait_many(cases, n, INT64_MAX, at);
    return goc__select_park(cases, n, at);
}

int goc__select_for(goc_case *cases, int n, goc_duration timeout,
                    const char *at)
{
    if (timeout == 0)
        return goc__select_try(cases, n, at);
    int i = try_cases(cases, n, at);
    if (i >= 0)
        return i;
    return wait_first(cases, n, timeout < 0 ? INT64_MAX
                                            : goc__deadline(timeout), at);
}

int (goc_select)(goc_case *cases, int n, goc_duration timeout)
{
    return goc__select_for(cases, n, timeout, NULL);
}
