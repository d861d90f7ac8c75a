/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* poll.c: waiting for descriptors, over epoll.
 *
 * Each descriptor that was ever waited on has a record, found by number and
 * never freed: a lock and a list of waiters.  A wait arms the descriptor for
 * the events of all its waiters, edge-triggered and for one report; the kernel
 * looks at the descriptor's state when it is armed, so readiness that came
 * before is not lost.  Arming anew each time also makes it harmless that a
 * program closes a descriptor behind our back and the number is used again.
 *
 * Invariants, whenever the record's lock is free:
 *   - a waiter is in the list exactly if nobody has woken it for an event;
 *     one whose deadline won takes itself off;
 *   - the descriptor is armed for the events of all waiters in the list, or
 *     its report is on the way.
 *
 * Idle workers run the poller; one at a time sleeps in it.  Threads that the
 * runtime did not start use poll() and an eventfd of their own.
 */
#include "worker.h"

#include <goc/net.h>

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { TABLE_PAGE = 1024, TABLE_PAGES = 4096, EVENTS = 128 };

struct waiter
{
    struct waiter *next, **prev; /* prev is null when in no list */
    struct goc__g *g;            /* null: an outside thread */
    int wake_fd;                 /* its eventfd */
    int events;                  /* wanted, poll's bits */
    int result;                  /* bits that hold, or a negative errno */
    uint32_t seq;                /* the desc's, when the caller last looked */
};

struct desc
{
    struct goc__lock lock;
    int fd;
    _Atomic uint32_t seq; /* counts cancels; changes under lock */
    struct waiter *waiters;
};

_Atomic int goc__poll_waiters;

static _Atomic(_Atomic(struct desc *) *) table[TABLE_PAGES];
static _Atomic int epoll_fd = -1;
static int break_fd;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ThreadSanitizer would take a descriptor's close for a race with the poller's
 * use of it.  It does not look at what the poller does. */
static void initialise(void)
{
    goc__tsan_ignore_begin();
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        goc__fatal("cannot create the poller (epoll): %s", strerror(errno));
    break_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (break_fd < 0)
        goc__fatal("cannot create the poller (eventfd): %s", strerror(errno));
    struct epoll_event e = { .events = EPOLLIN, .data.fd = -1 };
    if (epoll_ctl(fd, EPOLL_CTL_ADD, break_fd, &e))
        goc__fatal("cannot create the poller (epoll_ctl): %s",
                   strerror(errno));
    goc__tsan_ignore_end();
    atomic_store(&epoll_fd, fd);
}

/* The record of fd; null when there is none and `make` is false, or fd is no
 * descriptor's number. */
static struct desc *desc_get(int fd, bool make)
{
    if (fd < 0 || fd >= TABLE_PAGE * TABLE_PAGES)
        return NULL;
    _Atomic(struct desc *) *page = atomic_load(&table[fd / TABLE_PAGE]);
    if (!page) {
        if (!make)
            return NULL;
        _Atomic(struct desc *) *fresh = goc__calloc(TABLE_PAGE, sizeof *fresh);
        if (atomic_compare_exchange_strong(&table[fd / TABLE_PAGE], &page,
                                           fresh))
            page = fresh;
        else
            free(fresh);
    }
    struct desc *d = atomic_load(&page[fd % TABLE_PAGE]);
    if (!d && make) {
        struct desc *fresh = goc__calloc(1, sizeof *fresh);
        fresh->fd = fd;
        if (atomic_compare_exchange_strong(&page[fd % TABLE_PAGE], &d, fresh))
            d = fresh;
        else
            free(fresh);
    }
    return d;
}

static void waiter_add(struct desc *d, struct waiter *w)
{
    w->next = d->waiters;
    w->prev = &d->waiters;
    if (w->next)
        w->next->prev = &w->next;
    d->waiters = w;
}

static void waiter_remove(struct waiter *w)
{
    *w->prev = w->next;
    if (w->next)
        w->next->prev = w->prev;
    w->prev = NULL;
}

/* Needs: d->lock.  Arms d for all its goroutines; 0 or a negative errno. */
static int desc_arm(struct desc *d)
{
    uint32_t events = 0;
    for (struct waiter *w = d->waiters; w; w = w->next)
        if (w->g)
            events |= (uint32_t)w->events;
    if (!events)
        return 0;
    struct epoll_event e = {
        /* poll's bits and epoll's have the same values. */
        .events = events | EPOLLET | EPOLLONESHOT,
        .data.fd = d->fd
    };
    int ep = atomic_load_explicit(&epoll_fd, memory_order_relaxed);
    goc__tsan_ignore_begin();
    int r = epoll_ctl(ep, EPOLL_CTL_MOD, d->fd, &e);
    if (r < 0 && errno == ENOENT)
        r = epoll_ctl(ep, EPOLL_CTL_ADD, d->fd, &e);
    if (r < 0 && errno == EEXIST)
        r = epoll_ctl(ep, EPOLL_CTL_MOD, d->fd, &e);
    goc__tsan_ignore_end();
    return r < 0 ? -errno : 0;
}

/* Needs: d->lock.  Takes w off the list and wakes it with `result`, unless
 * another cause was faster. */
static void waiter_wake(struct waiter *w, int result)
{
    if (!w->g) {
        waiter_remove(w);
        w->result = result;
        uint64_t one = 1;
        while (write(w->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
            ;
        return;
    }
    if (!goc__claim(w->g))
        return;
    waiter_remove(w);
    w->result = result;
    goc__ready_tail(w->g); /* w may be gone */
    atomic_fetch_sub(&goc__poll_waiters, 1);
}

/* What epoll reports for d: wakes whom it concerns, arms for the others. */
static void desc_report(struct desc *d, int events)
{
    goc__lock_acquire(&d->lock, GOC__RANK_POLL);
    struct waiter *w = d->waiters;
    while (w) {
        struct waiter *next = w->next;
        int hold = events & (w->events | POLLERR | POLLHUP);
        if (hold && w->g)
            waiter_wake(w, hold);
        w = next;
    }
    (void)desc_arm(d);
    goc__lock_release(&d->lock);
}

int goc__poll_run(int64_t deadline)
{
    struct epoll_event events[EVENTS];
    int ep = atomic_load_explicit(&epoll_fd, memory_order_acquire);
    if (ep < 0)
        return 0;
    int timeout = 0;
    if (deadline == INT64_MAX) {
        timeout = -1;
    } else if (deadline >= 0) {
        int64_t ms = (deadline - goc__now() + 999999) / 1000000;
        timeout = ms < 0 ? 0 : ms > 1000000 ? 1000000 : (int)ms;
    }
    goc__tsan_ignore_begin();
    int n = epoll_wait(ep, events, EVENTS, timeout);
    goc__tsan_ignore_end();
    for (int i = 0; i < n; i++) {
        if (events[i].data.fd < 0) {
            uint64_t value;
            while (read(break_fd, &value, sizeof value) < 0 && errno == EINTR)
                ;
            continue;
        }
        struct desc *d = desc_get(events[i].data.fd, false);
        if (d)
            desc_report(d, (int)events[i].events);
    }
    return n;
}

/* Makes the worker that sleeps in the poller come out. */
void goc__poll_break(void)
{
    uint64_t one = 1;
    while (write(break_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void lock_release(void *l)
{
    goc__lock_release(l);
}

static int wait_goroutine(struct desc *d, struct waiter *w, int64_t deadline,
                          const char *site)
{
    struct goc__deadline end;
    goc__deadline_begin(&end, deadline);
    goc__lock_acquire(&d->lock, GOC__RANK_POLL);
    waiter_add(d, w);
    atomic_fetch_add(&goc__poll_waiters, 1);
    bool stale = atomic_load(&d->seq) != w->seq;
    int r = stale ? 0 : desc_arm(d);
    if (r < 0 || stale) {
        waiter_remove(w);
        atomic_fetch_sub(&goc__poll_waiters, 1);
        goc__lock_release(&d->lock);
        goc__deadline_end(&end);
        return r;
    }
    w->g->on = d;
    if (goc__park_timed(&end, lock_release, &d->lock, GOC__WAIT_IO_WAIT,
                        site))
        return w->result;
    goc__lock_acquire(&d->lock, GOC__RANK_POLL);
    waiter_remove(w);
    goc__lock_release(&d->lock);
    atomic_fetch_sub(&goc__poll_waiters, 1);
    return 0;
}

/* A thread waits in poll(), with a descriptor through which it is told of a
 * close. */
static int wait_thread(struct desc *d, struct waiter *w, int64_t deadline)
{
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->wake_fd < 0)
        return -errno;
    goc__lock_acquire(&d->lock, GOC__RANK_POLL);
    if (atomic_load(&d->seq) != w->seq)
        deadline = 0;
    waiter_add(d, w);
    goc__lock_release(&d->lock);
    struct pollfd p[2] = { { d->fd, (short)w->events, 0 },
                           { w->wake_fd, POLLIN, 0 } };
    int n;
    do {
        struct timespec t, *tp = NULL;
        if (deadline != INT64_MAX) {
            int64_t left = deadline - goc__now();
            if (left < 0)
                left = 0;
            t.tv_sec = (time_t)(left / 1000000000);
            t.tv_nsec = (long)(left % 1000000000);
            tp = &t;
        }
        n = ppoll(p, 2, tp, NULL);
    } while (n < 0 && errno == EINTR);
    int r = n < 0 ? -errno : 0;
    if (n > 0)
        r = p[0].revents & POLLNVAL ? -EBADF : p[0].revents;
    goc__lock_acquire(&d->lock, GOC__RANK_POLL);
    if (w->prev)
        waiter_remove(w);
    else
        r = w->result;
    goc__lock_release(&d->lock);
    close(w->wake_fd);
    return r;
}

uint32_t goc__poll_seq(int fd)
{
    struct desc *d = desc_get(fd, true);
    return d ? atomic_load(&d->seq) : 0;
}

int goc__poll_wait(int fd, int events, int64_t deadline, const char *site)
{
    return goc__poll_wait_seq(fd, events, deadline, goc__poll_seq(fd), site);
}

int goc__poll_wait_seq(int fd, int events, int64_t deadline, uint32_t seq,
                       const char *site)
{
    struct goc__g *g = goc__self();
    struct desc *d = desc_get(fd, true);
    if (!d)
        return -EBADF;
    struct waiter w = { .events = events, .seq = seq };
    if (g->flags & GOC__G_OUTSIDE)
        return wait_thread(d, &w, deadline);
    w.g = g;
    pthread_once(&once, initialise);
    return wait_goroutine(d, &w, deadline, site);
}

void goc__poll_cancel(int fd, int events, int result)
{
    struct desc *d = desc_get(fd, false);
    if (!d)
        return; /* nobody has asked for its seq */
    goc__lock_acquire(&d->lock, GOC__RANK_POLL);
    atomic_fetch_add(&d->seq, 1);
    struct waiter *w = d->waiters;
    while (w) {
        struct waiter *next = w->next;
        if (w->events & events)
            waiter_wake(w, result);
        w = next;
    }
    goc__lock_release(&d->lock);
}

void goc__poll_close(int fd)
{
    goc__poll_cancel(fd, ~0, -EBADF);
}

int goc__wait_fd(int fd, int events, goc_duration timeout, const char *at)
{
    /* What holds already needs no poller, and this is what is right for
     * regular files, which epoll does not take. */
    struct pollfd p = { fd, (short)events, 0 };
    int n;
    int e = errno, r = 0;
    while ((n = poll(&p, 1, 0)) < 0 && errno == EINTR)
        ;
    if (n < 0)
        r = -errno;
    else if (n > 0)
        r = p.revents & POLLNVAL ? -EBADF : p.revents;
    if (r == 0 && timeout != 0) {
        int64_t end = timeout < 0 ? INT64_MAX : goc__deadline(timeout);
        /* 0 may also mean that somebody has set a deadline for fd. */
        while ((r = goc__poll_wait(fd, events, end, at)) == 0
               && goc__now() < end)
            ;
    }
    errno = e;
    return r;
}

int (goc_wait_fd)(int fd, int events, goc_duration timeout)
{
    return goc__wait_fd(fd, events, timeout, NULL);
}
