/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* chan.h: the channel type, for chan.c and select.c. */
#ifndef GOC_CHAN_INTERNAL_H
#define GOC_CHAN_INTERNAL_H

#include "internal.h"

/* A goroutine that waits on a channel.  It lies on the goroutine's stack. */
struct goc__waiter
{
    struct goc__waiter *next, *prev; /* queue of the channel; c->lock */
    struct goc__g *g;
    void *elem;          /* to receive into (may be null) or to send from */
    bool claimed;        /* the wait has several wakers: claim g first */
    bool ok;             /* out: woken by a value, not by a close */
    int index;           /* of the case, in a select */
};

struct goc__waitq
{
    struct goc__waiter *first, *last;
};

/* See chan.c for the invariants.  The first line of the cache is all that an
 * operation needs besides the buffer; `lock` protects it.  cap and elem_size
 * are set once.  count, closed and the queues' first are also read without the
 * lock, by those who only ask whether it would be worth waiting. */
struct goc_chan
{
    struct goc__lock lock;
    _Atomic uint32_t count;  /* elements buffered */
    uint32_t head;           /* slot of the oldest */
    uint32_t cap;
    uint32_t elem_size;
    _Atomic bool closed;
    struct goc__waitq recvq, sendq;
    const char *at;          /* where it was made */

    uint32_t leaving;        /* waiters dropped by waitq_pop() whose select has
                              * yet to take note, under the lock */
    bool orphan;             /* the last of them frees the channel */
    struct goc_chan *next, **prev; /* all channels, with GOC_DEBUG=leaks=1 */
    void *memory;            /* what malloc gave: the channel is aligned */
    _Alignas(16) unsigned char buf[];
};

_Static_assert(offsetof(struct goc_chan, count) == offsetof(struct goc__view, count)
                   && offsetof(struct goc_chan, cap) == offsetof(struct goc__view, cap)
                   && offsetof(struct goc_chan, closed) == offsetof(struct goc__view, closed)
                   && offsetof(struct goc_chan, recvq) == offsetof(struct goc__view, receivers)
                   && offsetof(struct goc_chan, sendq) == offsetof(struct goc__view, senders),
               "<goc/abi.h>");

/* AddressSanitizer does not see the runtime's accesses: a channel that has been
 * freed is reported at the operation that uses it. */
static inline void chan_check(const struct goc_chan *c)
{
#if GOC_ASAN
    if (c && __asan_address_is_poisoned(c))
        __asan_report_load8((uintptr_t)c);
#else
    (void)c;
#endif
}

/* A select that looks or waits.  It lies on the goroutine's stack. */
struct select
{
    goc_case *cases;
    int n;
    int nlocks;
    goc_chan **locks;            /* each channel once, by address */
    struct goc__waiter *waiters; /* by case */
};

/* `first` is read without the lock by those who only look. */
static inline struct goc__waiter *waitq_first(const struct goc__waitq *q)
{
    return __atomic_load_n(&q->first, __ATOMIC_RELAXED);
}
static inline void waitq_set_first(struct goc__waitq *q,
                                   struct goc__waiter *w)
{
    __atomic_store_n(&q->first, w, __ATOMIC_RELAXED);
}

static inline void waitq_push(struct goc__waitq *q, struct goc__waiter *w)
{
    w->next = NULL;
    w->prev = q->last;
    if (q->last)
        q->last->next = w;
    else
        waitq_set_first(q, w);
    q->last = w;
}

static inline void waitq_remove(struct goc__waitq *q, struct goc__waiter *w)
{
    if (w->prev)
        w->prev->next = w->next;
    else
        waitq_set_first(q, w->next);
    if (w->next)
        w->next->prev = w->prev;
    else
        q->last = w->prev;
}

/* Takes the oldest waiter of q, one of c's queues, that can still be had; null
 * when there is none.  What loses its claim is left to its goroutine, but out
 * of the queue. */
static inline struct goc__waiter *waitq_pop(struct goc_chan *c,
                                            struct goc__waitq *q)
{
    for (;;) {
        struct goc__waiter *w = q->first;
        if (!w)
            return NULL;
        waitq_set_first(q, w->next);
        if (w->next)
            w->next->prev = NULL;
        else
            q->last = NULL;
        if (goc__unlikely(w->claimed)) {
            /* Marks it as out of the queue, for select's last pass. */
            w->prev = w;
            if (!goc__claim(w->g)) {
                c->leaving++;
                continue;
            }
            w->g->wake = w;
        }
        return w;
    }
}

/* Of 8 bytes, or else of 4. */
static inline void word_copy(void *to, const void *from, size_t size)
{
    if (size == sizeof(uint64_t))
        memcpy(to, from, sizeof(uint64_t));
    else
        memcpy(to, from, sizeof(uint32_t));
}

static inline void elem_copy(void *to, const void *from, size_t size)
{
    if (goc__likely(size == sizeof(uint64_t)))
        memcpy(to, from, sizeof(uint64_t));
    else if (size == sizeof(uint32_t))
        memcpy(to, from, sizeof(uint32_t));
    else if (size)
        memcpy(to, from, size);
}

/* The one-channel operations under the lock; both return with it released
 * when true, and held when false (then it would have to wait). */
bool goc__chan_send_locked(struct goc_chan *c, const void *elem);
bool goc__chan_recv_locked(struct goc_chan *c, void *elem, bool *ok);

/* Needs: c->lock; goc__select_park none.  The waiting halves of the operations;
 * they release it.  switch_x86_64.S tells why they come in two. */
#define GOC__HIDDEN __attribute__((visibility("hidden")))
GOC__HIDDEN void goc__send_wait_body(struct goc_chan *c, const void *elem,
                                     const char *at);
GOC__HIDDEN void *goc__recv_wait_body(struct goc_chan *c, void *elem,
                                      const char *at);
GOC__HIDDEN bool goc__recv_ok_wait_body(struct goc_chan *c, void *elem,
                                        const char *at);
GOC__HIDDEN int goc__select_park_body(goc_case *cases, int n, const char *at);
#if defined(__x86_64__)
void goc__send_wait(struct goc_chan *c, const void *elem, const char *at);
void *goc__recv_wait(struct goc_chan *c, void *elem, const char *at);
bool goc__recv_ok_wait(struct goc_chan *c, void *elem, const char *at);
int goc__select_park(goc_case *cases, int n, const char *at);
#else
#define goc__send_wait goc__send_wait_body
#define goc__recv_wait goc__recv_wait_body
#define goc__recv_ok_wait goc__recv_ok_wait_body
#define goc__select_park goc__select_park_body
#endif

/* For reports with leaks=1. */
extern int goc__chan_track; /* -1: settings not read yet */
void goc__chan_each(void (*visit)(struct goc_chan *c, void *arg), void *arg);

#endif
