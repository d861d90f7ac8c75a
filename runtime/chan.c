/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* chan.c: channels.
 *
 * A channel is a ring buffer and two queues of waiting goroutines, under one
 * lock.
 *
 * Invariants, whenever c->lock is free:
 *   - sendq or recvq is empty, unless selects wait on both sides of c;
 *   - count > 0 implies recvq empty; count < cap implies sendq empty (but for
 *     waiters of selects that have gone another way);
 *   - once closed, both queues are empty for good, but for such waiters.
 *
 * A waiter lives on its goroutine's stack.  Whoever dequeues it, and claims
 * its goroutine if it is a select's, owns the wake-up: copies the value,
 * releases c->lock, and only then calls goc__ready().  Values go straight from
 * sender to receiver; when the buffer is full a receiver takes the oldest
 * element and moves the first waiting sender's into the place that came free.
 *
 * What ThreadSanitizer is told, in builds where it does not see the lock: a
 * send releases and the receive acquires the slot of the buffer, and the other
 * way round for the next turn; channels without a buffer use the channel.
 */
#include "chan.h"
#include "park.h"

int goc__chan_track = -1;
static struct goc__lock track_lock;
static struct goc_chan *tracked; /* under track_lock */

/* ---- Making and freeing ------------------------------------------------- */

static void track(struct goc_chan *c)
{
    goc__lock_acquire(&track_lock, GOC__RANK_LEAF);
    c->next = tracked;
    c->prev = &tracked;
    if (tracked)
        tracked->prev = &c->next;
    tracked = c;
    goc__lock_release(&track_lock);
}

static void untrack(struct goc_chan *c)
{
    goc__lock_acquire(&track_lock, GOC__RANK_LEAF);
    *c->prev = c->next;
    if (c->next)
        c->next->prev = c->prev;
    goc__lock_release(&track_lock);
}

void goc__chan_each(void (*visit)(struct goc_chan *c, void *arg), void *arg)
{
    goc__lock_acquire(&track_lock, GOC__RANK_LEAF);
    for (struct goc_chan *c = tracked; c; c = c->next)
        visit(c, arg);
    goc__lock_release(&track_lock);
}

goc_chan *goc__make(size_t elem_size, long long cap, const char *at)
{
    size_t buffer;
    if (cap < 0 || cap > INT32_MAX || elem_size > INT32_MAX
        || __builtin_mul_overflow(elem_size, (size_t)cap, &buffer)
        || buffer > PTRDIFF_MAX - sizeof(struct goc_chan))
        goc__panic_at("makechan: size out of range", at);

    /* Aligned by hand: posix_memalign takes three times as long as malloc. */
    size_t size = sizeof(struct goc_chan) + buffer + GOC__CACHE_LINE;
    char *memory = malloc(size);
    if (!memory)
        goc__fatal("out of memory (channel of %zu bytes)", size);
    struct goc_chan *c =
        (struct goc_chan *)(((uintptr_t)memory + GOC__CACHE_LINE - 1)
                            & ~(uintptr_t)(GOC__CACHE_LINE - 1));
    atomic_init(&c->lock.held, 0);
    atomic_init(&c->count, 0);
    c->head = 0;
    c->cap = (uint32_t)cap;
    c->elem_size = (uint32_t)elem_size;
    atomic_init(&c->closed, false);
    c->recvq = c->sendq = (struct goc__waitq){ NULL, NULL };
    c->at = at;
    c->leaving = 0;
    c->orphan = false;
    c->next = NULL;
    c->prev = NULL;
    c->memory = memory;
    if (goc__unlikely(goc__chan_track != 0)) {
        goc__initialise();
        if (goc__chan_track)
            track(c);
    }
    return c;
}

/* A select that is decided does not wait on its other channels any more, but
 * has yet to take itself out of their queues.  For the program it has left, so
 * they may be freed: then it is the select that gives the memory back. */
void goc__free(goc_chan *c, const char *at)
{
    chan_check(c);
    if (!c)
        return;
    if (goc__unlikely(c->prev != NULL))
        untrack(c);
    goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
    bool in_use = goc__unlikely(c->recvq.first || c->sendq.first)
                  && (waitq_pop(c, &c->recvq) || waitq_pop(c, &c->sendq));
    bool now = c->leaving == 0;
    c->orphan = !now;
    goc__lock_release(&c->lock);
    if (in_use)
        goc__panic_at("free of channel in use", at);
    if (now)
        free(c->memory);
}

int goc_chan_len(const goc_chan *c)
{
    return c ? (int)atomic_load_explicit(&c->count, memory_order_relaxed) : 0;
}

int goc_chan_cap(const goc_chan *c)
{
    return c ? (int)c->cap : 0;
}

/* ---- The buffer --------------------------------------------------------- */

static inline unsigned char *buffer_slot(struct goc_chan *c, uint32_t i)
{
    return c->buf + (size_t)i * c->elem_size;
}

static inline void *tsan_slot(struct goc_chan *c, uint32_t i)
{
    return c->elem_size ? (void *)buffer_slot(c, i) : (void *)c;
}

static inline void count_set(struct goc_chan *c, uint32_t n)
{
    atomic_store_explicit(&c->count, n, memory_order_relaxed);
}

/* Needs: c->lock, room.  `word` is known where this is inlined. */
static inline void buffer_put(struct goc_chan *c, const void *elem, bool word)
{
    uint32_t n = atomic_load_explicit(&c->count, memory_order_relaxed);
    uint32_t i = c->head + n; /* no overflow: both are below 2^31 */
    if (i >= c->cap)
        i -= c->cap;
    goc__tsan_acquire(tsan_slot(c, i));
    if (word)
        word_copy(buffer_slot(c, i), elem, c->elem_size);
    else
        elem_copy(buffer_slot(c, i), elem, c->elem_size);
    goc__tsan_release(tsan_slot(c, i));
    count_set(c, n + 1);
}

/* Needs: c->lock, an element.  Leaves count to the caller. */
static inline void buffer_take(struct goc_chan *c, void *elem, bool word)
{
    uint32_t i = c->head;
    goc__tsan_acquire(tsan_slot(c, i));
    if (elem && word)
        word_copy(elem, buffer_slot(c, i), c->elem_size);
    else if (elem)
        elem_copy(elem, buffer_slot(c, i), c->elem_size);
    goc__tsan_release(tsan_slot(c, i));
    c->head = i + 1 == c->cap ? 0 : i + 1;
}

/* A value goes from one goroutine to another without the buffer. */
static inline void hand_over(struct goc_chan *c, void *to, const void *from,
                             struct goc__waiter *w)
{
    goc__tsan_acquire(c);
    if (to)
        elem_copy(to, from, c->elem_size);
    goc__tsan_release(c);
    w->ok = true;
}

/* ---- Operations under the lock ------------------------------------------
 *
 * Each returns with the lock released. */

static _Noreturn __attribute__((noinline)) void panic_closed(
    struct goc_chan *c, const char *at)
{
    goc__lock_release(&c->lock);
    goc__panic_at("send on closed channel", at);
}

static inline bool is_closed(struct goc_chan *c)
{
    return atomic_load_explicit(&c->closed, memory_order_relaxed);
}

static inline uint32_t count_get(struct goc_chan *c)
{
    return atomic_load_explicit(&c->count, memory_order_relaxed);
}

/* Wakes a waiter that has been served.  It comes next, but for a select: by the
 * time that those before it have run more of its cases may be ready, and each of
 * them takes one lock, where to wait takes two for every case. */
static inline void waiter_ready(const struct goc__waiter *w)
{
    ready(w->g, !w->claimed);
}

/* Gives elem to the oldest receiver that waits; false, and the lock kept, when
 * there turns out to be none. */
static inline bool give(struct goc_chan *c, const void *elem)
{
    struct goc__waiter *w = waitq_pop(c, &c->recvq);
    if (!w)
        return false;
    goc__lock_release(&c->lock);
    hand_over(c, w->elem, elem, w);
    waiter_ready(w);
    return true;
}

/* The buffer holds n > 0 elements: takes the oldest, and moves the oldest
 * waiting sender's element into the buffer. */
static inline void take_buffered(struct goc_chan *c, void *elem, uint32_t n)
{
    buffer_take(c, elem, false);
    count_set(c, n - 1);
    struct goc__waiter *w =
        goc__unlikely(c->sendq.first != NULL) ? waitq_pop(c, &c->sendq) : NULL;
    if (w) {
        goc__tsan_acquire(c);
        buffer_put(c, w->elem, false);
        goc__tsan_release(c);
        w->ok = true;
    }
    goc__lock_release(&c->lock);
    if (w)
        waiter_ready(w);
}

/* Takes the element of the oldest sender that waits at a channel without
 * elements; false, and the lock kept, when there turns out to be none. */
static inline bool take_direct(struct goc_chan *c, void *elem)
{
    struct goc__waiter *w = waitq_pop(c, &c->sendq);
    if (!w)
        return false;
    goc__lock_release(&c->lock);
    hand_over(c, elem, w->elem, w);
    waiter_ready(w);
    return true;
}

static inline void take_closed(struct goc_chan *c, void *elem)
{
    goc__tsan_acquire(&c->closed);
    goc__lock_release(&c->lock);
    if (elem)
        memset(elem, 0, c->elem_size);
}

bool goc__chan_send_locked(struct goc_chan *c, const void *elem)
{
    if (c->recvq.first && give(c, elem))
        return true;
    if (count_get(c) >= c->cap)
        return false;
    buffer_put(c, elem, false);
    goc__lock_release(&c->lock);
    return true;
}

bool goc__chan_recv_locked(struct goc_chan *c, void *elem, bool *ok)
{
    uint32_t n = count_get(c);
    *ok = true;
    if (n > 0) {
        take_buffered(c, elem, n);
        return true;
    }
    if (take_direct(c, elem))
        return true;
    if (!is_closed(c))
        return false;
    take_closed(c, elem);
    *ok = false;
    return true;
}

/* ---- Send, receive, close ----------------------------------------------- */

static _Noreturn __attribute__((noinline)) void block_for_ever(
    enum goc__reason reason, const char *at)
{
    goc__worker_here();
    goc__park(NULL, NULL, reason, at);
    goc__fatal("a wait that has no end has ended");
}

/* The operation has to wait: queues the caller and parks.  True if it was
 * woken by a value, false by a close. */
static inline __attribute__((always_inline)) bool wait(
    struct goc_chan *c, struct goc__waitq *q, void *elem,
    enum goc__reason reason, const char *at)
{
    struct goc__waiter w;
    struct goc__g *g = goc__worker_here()->cur;
    goc__tsan_release(c);
    w.g = g;
    w.elem = elem;
    w.claimed = false;
    w.ok = false;
    g->on = c;
    waitq_push(q, &w);
    goc__park_lock_inline(&c->lock, reason, at);
    goc__tsan_acquire(c);
    return w.ok;
}

void goc__send_wait_body(goc_chan *c, const void *elem, const char *at)
{
    if (!wait(c, &c->sendq, (void *)elem, GOC__WAIT_CHAN_SEND, at))
        goc__panic_at("send on closed channel", at);
}

/* Elements of words go by the ways that call nothing, and so need no frame: the
 * stores of one would hold up the exchange that takes the lock. */
static inline bool is_word(const goc_chan *c)
{
    return c->elem_size == sizeof(uint64_t)
        || c->elem_size == sizeof(uint32_t);
}

/* Needs: c->lock. */
static __attribute__((noinline)) void send_locked(goc_chan *c,
                                                  const void *elem,
                                                  const char *at)
{
    if (goc__unlikely(is_closed(c)))
        panic_closed(c, at);
    if (c->recvq.first && give(c, elem))
        return;
    if (goc__likely(count_get(c) >= c->cap)) {
        goc__send_wait(c, elem, at);
        return;
    }
    buffer_put(c, elem, false);
    goc__lock_release(&c->lock);
}

/* The lock was not to be had, or there is no channel. */
static __attribute__((noinline)) void send_slow(goc_chan *c, const void *elem,
                                                const char *at)
{
    if (!c)
        block_for_ever(GOC__WAIT_CHAN_SEND_NIL, at);
    goc__shuffle_yield();
    goc__lock_slow(&c->lock);
    send_locked(c, elem, at);
}

void goc__send(goc_chan *c, const void *elem, const char *at)
{
    chan_check(c);
    if (goc__unlikely(!c) || !goc__lock_begin(&c->lock, GOC__RANK_CHAN)) {
        send_slow(c, elem, at);
        return;
    }
    if (c->recvq.first || count_get(c) >= c->cap || is_closed(c)
        || !is_word(c)) {
        send_locked(c, elem, at);
        return;
    }
    buffer_put(c, elem, true);
    goc__lock_release(&c->lock);
}

static inline __attribute__((always_inline)) bool recv_wait(
    goc_chan *c, void *elem, const char *at)
{
    bool ok = wait(c, &c->recvq, elem, GOC__WAIT_CHAN_RECEIVE, at);
    if (goc__unlikely(!ok) && elem)
        memset(elem, 0, c->elem_size);
    return ok;
}

void *goc__recv_wait_body(goc_chan *c, void *elem, const char *at)
{
    recv_wait(c, elem, at);
    return elem;
}

bool goc__recv_ok_wait_body(goc_chan *c, void *elem, const char *at)
{
    return recv_wait(c, elem, at);
}

/* Needs: c->lock.  False: it has to wait, and the lock is kept. */
static inline __attribute__((always_inline)) bool recv_locked(
    goc_chan *c, void *elem, bool *ok)
{
    uint32_t n = count_get(c);
    *ok = true;
    if (n > 0) {
        take_buffered(c, elem, n);
        return true;
    }
    if (c->sendq.first && take_direct(c, elem))
        return true;
    if (goc__likely(!is_closed(c)))
        return false;
    take_closed(c, elem);
    *ok = false;
    return true;
}

static __attribute__((noinline)) void *recv_elem_locked(goc_chan *c,
                                                        void *elem,
                                                        const char *at)
{
    bool ok;
    return recv_locked(c, elem, &ok) ? elem : goc__recv_wait(c, elem, at);
}

static __attribute__((noinline)) bool recv_ok_locked(goc_chan *c, void *elem,
                                                     const char *at)
{
    bool ok;
    return recv_locked(c, elem, &ok) ? ok : goc__recv_ok_wait(c, elem, at);
}

static void recv_lock_slow(goc_chan *c, const char *at)
{
    if (!c)
        block_for_ever(GOC__WAIT_CHAN_RECEIVE_NIL, at);
    goc__shuffle_yield();
    goc__lock_slow(&c->lock);
}

static __attribute__((noinline)) void *recv_elem_slow(goc_chan *c, void *elem,
                                                      const char *at)
{
    recv_lock_slow(c, at);
    return recv_elem_locked(c, elem, at);
}

static __attribute__((noinline)) bool recv_ok_slow(goc_chan *c, void *elem,
                                                   const char *at)
{
    recv_lock_slow(c, at);
    return recv_ok_locked(c, elem, at);
}

/* Needs: c->lock.  True: done through the buffer, and the lock released. */
static inline bool recv_buffered(goc_chan *c, void *elem)
{
    uint32_t n = count_get(c);
    if (n == 0 || c->sendq.first || !is_word(c))
        return false;
    buffer_take(c, elem, true);
    count_set(c, n - 1);
    goc__lock_release(&c->lock);
    return true;
}

void *goc__recv(goc_chan *c, void *elem, const char *at)
{
    chan_check(c);
    if (goc__unlikely(!c) || !goc__lock_begin(&c->lock, GOC__RANK_CHAN))
        return recv_elem_slow(c, elem, at);
    return recv_buffered(c, elem) ? elem : recv_elem_locked(c, elem, at);
}

bool goc__recv_ok(goc_chan *c, void *elem, const char *at)
{
    chan_check(c);
    if (goc__unlikely(!c) || !goc__lock_begin(&c->lock, GOC__RANK_CHAN))
        return recv_ok_slow(c, elem, at);
    return recv_buffered(c, elem) || recv_ok_locked(c, elem, at);
}

void *goc__recv_after(long long d, void *elem, const char *at)
{
    goc__sleep_until(goc__deadline(d), at);
    if (elem) {
        int64_t now = goc__now();
        memcpy(elem, &now, sizeof now);
    }
    return elem;
}

void goc__close(goc_chan *c, const char *at)
{
    chan_check(c);
    if (!c)
        goc__panic_at("close of nil channel", at);
    goc__shuffle_yield();
    goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
    if (atomic_load_explicit(&c->closed, memory_order_relaxed)) {
        goc__lock_release(&c->lock);
        goc__panic_at("close of closed channel", at);
    }
    goc__tsan_release(&c->closed);
    goc__tsan_release(c);
    atomic_store_explicit(&c->closed, true, memory_order_release);

    /* Collect all waiters, then wake them unlocked: once the lock is free the
     * channel may be freed by one of them. */
    struct goc__waiter *all = NULL, **tail = &all, *w;
    while ((w = waitq_pop(c, &c->recvq)) || (w = waitq_pop(c, &c->sendq))) {
        *tail = w;
        tail = &w->next;
    }
    *tail = NULL;
    goc__lock_release(&c->lock);
    while ((w = all)) {
        all = w->next;
        w->ok = false;
        goc__ready(w->g);
    }
}

/* ---- <goc/chan.h> ------------------------------------------------------- */

bool goc__try_send(goc_chan *c, const void *elem, const char *at)
{
    chan_check(c);
    if (!c)
        return false;
    goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
    if (atomic_load_explicit(&c->closed, memory_order_relaxed))
        panic_closed(c, at);
    if (goc__chan_send_locked(c, elem))
        return true;
    goc__lock_release(&c->lock);
    return false;
}

goc_try goc_chan_try_recv(goc_chan *c, void *elem)
{
    chan_check(c);
    if (!c)
        return GOC_EMPTY;
    bool ok;
    goc__lock_acquire(&c->lock, GOC__RANK_CHAN);
    if (goc__chan_recv_locked(c, elem, &ok))
        return ok ? GOC_RECEIVED : GOC_CLOSED;
    goc__lock_release(&c->lock);
    return GOC_EMPTY;
}

/* ---- The functions behind the macros ------------------------------------ */

goc_chan *(goc_chan_new)(size_t elem_size, ptrdiff_t cap)
{
    return goc__make(elem_size, cap, NULL);
}
void (goc_chan_free)(goc_chan *c)
{
    goc__free(c, NULL);
}
void (goc_chan_send)(goc_chan *c, const void *elem)
{
    goc__send(c, elem, NULL);
}
bool (goc_chan_recv)(goc_chan *c, void *elem)
{
    return goc__recv_ok(c, elem, NULL);
}
bool (goc_chan_try_send)(goc_chan *c, const void *elem)
{
    return goc__try_send(c, elem, NULL);
}
void (goc_chan_close)(goc_chan *c)
{
    goc__close(c, NULL);
}
