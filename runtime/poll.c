/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* poll.c: waiting for descriptors, over epoll.
 *
 * Each descriptor has a record (fd.h) with a list of waiters.
 *
 * A socket that the library has made enters the epoll set once, edge-triggered,
 * the first time that somebody waits for it.  What
 * epoll reports is counted in s->reports.  An operation notes the count, tries,
 * and if it has to wait gives the count to goc__poll_wait: when it has changed
 * meanwhile there is something to try again, else the report is still to come.
 *
 * Other descriptors are armed for one report at each wait.  The kernel looks at
 * the descriptor's state when it is armed, so readiness that came before is not
 * lost, and that a program closes such a descriptor behind our back, and its
 * number is used again, is harmless.
 *
 * If it does that to a socket of ours, the record still says that the number is
 * in the epoll set.  Hence `doubt`: a wait on that word alone is looked at every
 * SWEEP_NS, and when it has lasted for two looks the descriptor is registered
 * anew.  That is one system call for a wait that has been long already, and it
 * also repairs whatever else should keep a report from coming.
 *
 * Invariants, whenever the record's lock is free:
 *   - a waiter is in the list exactly if nobody has woken it for an event;
 *     one whose deadline won takes itself off;
 *   - the descriptor is armed for the events of all waiters in the list, or
 *     its report is on the way, or its wait is in doubt and will be swept.
 *
 * Idle workers run the poller; one at a time sleeps in it.  Threads that the
 * runtime did not start use poll() and an eventfd of their own.
 */
#include "fd.h"
#include "park.h"

#include <goc/net.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

enum
{
    EVENTS = 128,
    SWEEP_NS = 100 * 1000 * 1000,
    SWEEP_PAGES = 8 /* looked at in one sweep, at most */
};

enum doubt
{
    DOUBT_NONE, /* nobody waits, or the registration is known to hold */
    DOUBT_NEW,
    DOUBT_OLD   /* a sweep has seen it */
};

struct goc__poll_waiter
{
    struct goc__poll_waiter *next, **prev; /* prev: null when in no list */
    struct goc__g *g; /* null: an outside thread */
    bool timed;       /* it has a deadline, which may win */
    int wake_fd;      /* an outside thread's eventfd */
    int events;       /* wanted, poll's bits */
    int result;       /* bits that hold, or a negative errno */
};

_Atomic int goc__poll_waiters;
_Atomic int goc__poll_sleepers;
_Atomic int64_t goc__polled;

static _Atomic int epoll_fd = -1;
static int break_fd;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Not where a standard stream was closed: the program prints there, or opens
 * another in its place. */
static int above_streams(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), e = errno;
    close(fd);
    errno = e;
    return moved;
}

/* ThreadSanitizer would take a descriptor's close for a race with the poller's
 * use of it.  It does not look at what the poller does. */
static void initialise(void)
{
    goc__tsan_ignore_begin();
    int fd = above_streams(epoll_create1(EPOLL_CLOEXEC));
    if (fd < 0)
        goc__fatal("cannot create the poller (epoll): %s", strerror(errno));
    break_fd = above_streams(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (break_fd < 0)
        goc__fatal("cannot create the poller (eventfd): %s", strerror(errno));
    struct epoll_event e = { .events = EPOLLIN, .data.u64 = UINT64_MAX };
    if (epoll_ctl(fd, EPOLL_CTL_ADD, break_fd, &e))
        goc__fatal("cannot create the poller (epoll_ctl): %s",
                   strerror(errno));
    goc__tsan_ignore_end();
    atomic_store(&epoll_fd, fd);
}

/* ---- The epoll set ------------------------------------------------------ */

/* Needs: s->lock. */
static int set_control(struct goc__fd *s, int fd, uint32_t events, bool add)
{
    struct epoll_event e = {
        .events = events | EPOLLET,
        .data.u64 = (uint64_t)s->generation << 32 | (uint32_t)fd
    };
    int ep = atomic_load_explicit(&epoll_fd, memory_order_relaxed);
    int saved = errno;
    goc__tsan_ignore_begin();
    int r = epoll_ctl(ep, add ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &e);
    if (r < 0 && errno == (add ? EEXIST : ENOENT))
        r = epoll_ctl(ep, add ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e);
    goc__tsan_ignore_end();
    r = r < 0 ? -errno : 0;
    errno = saved;
    return r;
}

/* Needs: s->lock.  Registers fd for good, for `events` and what it is registered
 * for already.  EPOLLRDHUP and EPOLLPRI tell when a short read need not have
 * been the last: GOC__FD_MORE.  EPOLLOUT waits until somebody needs it, for it
 * would hold at once. */
static int set_enter(struct goc__fd *s, int fd, int events)
{
    uint32_t all = s->registered | (uint32_t)events | EPOLLIN | EPOLLRDHUP
        | EPOLLPRI;
    int r = set_control(s, fd, all, !s->registered);
    s->registered = r == 0 ? (uint16_t)all : 0;
    return r;
}

/* Closing does that, too, unless a child or a duplicate keeps the socket. */
static void set_leave(int fd)
{
    int saved = errno;
    goc__tsan_ignore_begin();
    epoll_ctl(atomic_load_explicit(&epoll_fd, memory_order_relaxed),
              EPOLL_CTL_DEL, fd, NULL);
    goc__tsan_ignore_end();
    errno = saved;
}

/* Needs: s->lock.  Arms fd for all goroutines that wait for it, once. */
static int set_arm(struct goc__fd *s, int fd)
{
    uint32_t events = 0;
    for (struct goc__poll_waiter *w = s->waiters; w; w = w->next)
        if (w->g)
            events |= (uint32_t)w->events;
    /* poll's bits and epoll's have the same values. */
    return events ? set_control(s, fd, events | EPOLLONESHOT, false) : 0;
}

/* ---- Waiters ------------------------------------------------------------ */

static void waiter_add(struct goc__fd *s, struct goc__poll_waiter *w)
{
    w->next = s->waiters;
    w->prev = &s->waiters;
    if (w->next)
        w->next->prev = &w->next;
    s->waiters = w;
}

static void waiter_remove(struct goc__poll_waiter *w)
{
    *w->prev = w->next;
    if (w->next)
        w->next->prev = w->prev;
    w->prev = NULL;
}

/* Needs: s->lock.  Takes w off the list and wakes it with `result`, unless
 * another cause was faster. */
static void waiter_wake(struct goc__poll_waiter *w, int result)
{
    if (!w->g) {
        waiter_remove(w);
        w->result = result;
        uint64_t one = 1;
        while (write(w->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
            ;
        return;
    }
    if (w->timed && !goc__claim(w->g))
        return;
    waiter_remove(w);
    w->result = result;
    goc__ready_tail(w->g); /* w may be gone */
    atomic_fetch_sub(&goc__poll_waiters, 1);
}

/* Needs: s->lock.  Wakes all. */
static void waiters_wake(struct goc__fd *s, int result)
{
    struct goc__poll_waiter *w = s->waiters;
    while (w) {
        struct goc__poll_waiter *next = w->next;
        waiter_wake(w, result);
        w = next;
    }
}

/* ---- Doubt -------------------------------------------------------------- */

/* Waits of these pages are in doubt.  Who raises a doubt stores it and then
 * looks at these two; a sweep clears them and then looks at the doubts: one of
 * the two sees the other's.  All of it is sequentially consistent. */
static _Atomic bool doubtful[GOC__FD_PAGES];
static _Atomic int64_t sweep_at = INT64_MAX; /* when the next sweep is due */

static void sweep_order(int64_t when)
{
    atomic_store(&sweep_at, when);
    if (atomic_load(&goc__poll_sleepers))
        goc__poll_break();
}

/* Needs: s->lock. */
static void doubt_raise(struct goc__fd *s, int fd)
{
    if (atomic_load_explicit(&s->doubt, memory_order_relaxed) != DOUBT_NONE)
        return;
    atomic_store(&s->doubt, DOUBT_NEW);
    if (!atomic_load(&doubtful[fd / GOC__FD_PAGE]))
        atomic_store(&doubtful[fd / GOC__FD_PAGE], true);
    if (atomic_load(&sweep_at) == INT64_MAX)
        sweep_order(goc__now() + SWEEP_NS);
}

/* A wait has lasted: makes sure that fd is what it was. */
static void doubt_settle(struct goc__fd *s, int fd)
{
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    if (atomic_load(&s->doubt) == DOUBT_OLD) {
        atomic_store(&s->doubt, DOUBT_NONE);
        if (s->waiters) {
            int r = set_enter(s, fd, 0);
            if (r < 0)
                waiters_wake(s, r);
        }
    }
    goc__lock_release(&s->lock);
}

/* True: doubts are left. */
static bool page_sweep(int page)
{
    struct goc__fd *s = goc__fd_page(page);
    bool left = false;
    for (int i = 0; i < GOC__FD_PAGE; i++, s++) {
        unsigned char doubt = atomic_load(&s->doubt);
        if (doubt == DOUBT_OLD)
            doubt_settle(s, page * GOC__FD_PAGE + i);
        else if (doubt == DOUBT_NEW)
            left |= atomic_compare_exchange_strong(&s->doubt, &doubt,
                                                   DOUBT_OLD);
    }
    return left;
}

static void sweep(int64_t now)
{
    static _Atomic bool at_work;
    static int page; /* the next to look at */
    if (atomic_exchange(&at_work, true))
        return;
    int budget = SWEEP_PAGES;
    bool left = false;
    atomic_store(&sweep_at, INT64_MAX);
    for (int i = 0; i < GOC__FD_PAGES; i++) {
        page = (page + 1) % GOC__FD_PAGES;
        if (!atomic_load_explicit(&doubtful[page], memory_order_relaxed))
            continue;
        atomic_store(&doubtful[page], false);
        if (page_sweep(page)) {
            atomic_store(&doubtful[page], true);
            left = true;
        }
        if (--budget == 0) {
            left = true; /* there may be more */
            break;
        }
    }
    atomic_store(&at_work, false);
    if (left)
        sweep_order(now + SWEEP_NS);
}

/* ---- The poller --------------------------------------------------------- */

/* What epoll reports: wakes whom it concerns. */
static void report(uint64_t data, uint32_t events)
{
    int fd = (int)(uint32_t)data;
    struct goc__fd *s = goc__fd_get(fd);
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    if (s->generation != (uint32_t)(data >> 32)) {
        goc__lock_release(&s->lock); /* of a descriptor that is gone */
        return;
    }
    if (events & (EPOLLRDHUP | EPOLLPRI | EPOLLERR | EPOLLHUP))
        atomic_fetch_or_explicit(&s->flags, GOC__FD_MORE,
                                 memory_order_relaxed);
    /* Pairs with the acquire in goc__io_begin(). */
    atomic_fetch_add_explicit(&s->reports, 1, memory_order_release);
    struct goc__poll_waiter *w = s->waiters;
    bool woken = false;
    while (w) {
        struct goc__poll_waiter *next = w->next;
        int hold = (int)events & (w->events | POLLERR | POLLHUP);
        if (hold && w->g) {
            waiter_wake(w, hold);
            woken = true;
        }
        w = next;
    }
    if (!(atomic_load_explicit(&s->flags, memory_order_relaxed)
          & GOC__FD_EDGE))
        (void)set_arm(s, fd);
    else if (woken)
        /* It came: those who go on waiting do so on a word that is good. */
        atomic_store_explicit(&s->doubt, DOUBT_NONE, memory_order_relaxed);
    goc__lock_release(&s->lock);
}

/* Where there are many descriptors, what belongs to one is cold.  Asks for the
 * record of one whose report comes soon, and for the waiter of one for whose
 * record it has asked before.  It looks without the lock, for nothing but speed
 * depends on what it sees; ThreadSanitizer cannot know. */
static inline void reports_prefetch(const struct epoll_event *next,
                                    const struct epoll_event *end)
{
    enum { RECORD = 5, WAITER = 2 };
    if (GOC__HAS_TSAN || end - next <= RECORD)
        return;
    __builtin_prefetch(goc__fd_get((int)(uint32_t)next[RECORD].data.u64));
    struct goc__fd *s = goc__fd_get((int)(uint32_t)next[WAITER].data.u64);
    if (s)
        __builtin_prefetch(s->waiters);
}

/* Waits in epoll until the deadline; how many events. */
static int events_get(int ep, struct epoll_event *events, int64_t deadline)
{
    static _Atomic bool coarse; /* the kernel is older than epoll_pwait2 */
    if (deadline < 0)
        return epoll_wait(ep, events, EVENTS, 0);
    if (deadline == INT64_MAX)
        return epoll_wait(ep, events, EVENTS, -1);
    int64_t left = deadline - goc__now();
    if (left < 0)
        left = 0;
#ifdef SYS_epoll_pwait2
    if (!atomic_load_explicit(&coarse, memory_order_relaxed)) {
        struct timespec t = { (time_t)(left / 1000000000),
                              (long)(left % 1000000000) };
        int n = (int)syscall(SYS_epoll_pwait2, ep, events, EVENTS, &t, NULL,
                             (size_t)0);
        if (n >= 0 || errno != ENOSYS)
            return n;
        atomic_store_explicit(&coarse, true, memory_order_relaxed);
    }
#endif
    int64_t ms = (left + 999999) / 1000000;
    return epoll_wait(ep, events, EVENTS, ms > 1000000 ? 1000000 : (int)ms);
}

int goc__poll_run(int64_t deadline, void (*awake)(struct goc__worker *w))
{
    struct epoll_event events[EVENTS];
    int ep = atomic_load_explicit(&epoll_fd, memory_order_acquire);
    if (ep < 0)
        return 0;
    if (deadline >= 0) {
        atomic_fetch_add(&goc__poll_sleepers, 1);
        int64_t next = atomic_load(&sweep_at);
        if (next < deadline)
            deadline = next;
    }
    goc__tsan_ignore_begin();
    int n = events_get(ep, events, deadline);
    goc__tsan_ignore_end();
    if (deadline >= 0)
        atomic_fetch_sub(&goc__poll_sleepers, 1);
    if (awake && n > 0 && events[0].data.u64 != UINT64_MAX)
        awake(goc__worker());
    for (int i = 0; i < n; i++) {
        uint64_t value;
        reports_prefetch(events + i, events + n);
        if (events[i].data.u64 != UINT64_MAX)
            report(events[i].data.u64, events[i].events);
        else if (deadline >= 0) /* it is for who sleeps here, not in passing */
            while (read(break_fd, &value, sizeof value) < 0
                   && errno == EINTR)
                ;
    }
    int64_t now = goc__now();
    atomic_store_explicit(&goc__polled, now, memory_order_relaxed);
    if (atomic_load_explicit(&sweep_at, memory_order_relaxed) <= now)
        sweep(now);
    return n;
}

/* Makes the worker that sleeps in the poller come out. */
void goc__poll_break(void)
{
    uint64_t one = 1;
    goc__tsan_ignore_begin();
    while (write(break_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
    goc__tsan_ignore_end();
}

/* ---- Waiting ------------------------------------------------------------ */

static void lock_release(void *l)
{
    goc__lock_release(l);
}

/* Needs: s->lock, a waiter for `events` in the list.  Sees to it that a report
 * comes. */
static int expect_report(struct goc__fd *s, int fd, int events)
{
    if (!(atomic_load_explicit(&s->flags, memory_order_relaxed)
          & GOC__FD_EDGE))
        return set_arm(s, fd);
    if (!s->registered || events & ~(int)s->registered)
        return set_enter(s, fd, events);
    doubt_raise(s, fd);
    return 0;
}

/* Puts w on the list, and keeps the lock: true, and the caller is to park.
 * Else w->result is what the wait returns. */
static bool waiter_enlist(struct goc__fd *s, int fd,
                          struct goc__poll_waiter *w, uint32_t seq,
                          uint32_t reports)
{
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    waiter_add(s, w);
    atomic_fetch_add(&goc__poll_waiters, 1);
    bool news = atomic_load(&s->seq) != seq
        || atomic_load(&s->reports) != reports;
    int r = news ? 0 : expect_report(s, fd, w->events);
    if (r < 0 || news) {
        waiter_remove(w);
        atomic_fetch_sub(&goc__poll_waiters, 1);
        goc__lock_release(&s->lock);
        w->result = r;
        return false;
    }
    w->g->on = goc__on_fd(fd);
    return true;
}

static __attribute__((noinline)) int wait_until(
    struct goc__fd *s, int fd, struct goc__poll_waiter *w, int64_t deadline,
    uint32_t seq, uint32_t reports, const char *site)
{
    struct goc__deadline end;
    w->timed = true;
    goc__deadline_begin(&end, deadline);
    if (!waiter_enlist(s, fd, w, seq, reports)) {
        goc__deadline_end(&end);
        return w->result;
    }
    if (goc__park_timed(&end, lock_release, &s->lock, GOC__WAIT_IO_WAIT,
                        site))
        return w->result;
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    waiter_remove(w);
    goc__lock_release(&s->lock);
    atomic_fetch_sub(&goc__poll_waiters, 1);
    return 0;
}

/* A thread waits in poll(), with a descriptor through which it is told of a
 * close. */
static int wait_thread(struct goc__fd *s, int fd, struct goc__poll_waiter *w,
                       int64_t deadline, uint32_t seq)
{
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->wake_fd < 0)
        return -errno;
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    if (atomic_load(&s->seq) != seq)
        deadline = 0;
    waiter_add(s, w);
    goc__lock_release(&s->lock);
    struct pollfd p[2] = { { fd, (short)w->events, 0 },
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
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    if (w->prev)
        waiter_remove(w);
    else
        r = w->result;
    goc__lock_release(&s->lock);
    close(w->wake_fd);
    return r;
}

int goc__poll_wait(struct goc__fd *s, int fd, int events, int64_t deadline,
                   uint32_t seq, uint32_t reports, const char *site)
{
    struct goc__g *g = goc__worker_here()->cur;
    struct goc__poll_waiter w = { .events = events };
    if (g->flags & GOC__G_OUTSIDE)
        return wait_thread(s, fd, &w, deadline, seq);
    w.g = g;
    if (atomic_load_explicit(&epoll_fd, memory_order_acquire) < 0)
        pthread_once(&once, initialise);
    if (deadline != INT64_MAX)
        return wait_until(s, fd, &w, deadline, seq, reports, site);
    /* In few frames, for each connection's are cold when its turn comes, and
     * without a claim: who takes w off the list is the only one. */
    if (waiter_enlist(s, fd, &w, seq, reports))
        goc__park_lock_inline(&s->lock, GOC__WAIT_IO_WAIT, site);
    return w.result;
}

void goc__poll_cancel(struct goc__fd *s, int result)
{
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    atomic_fetch_add(&s->seq, 1);
    waiters_wake(s, result);
    goc__lock_release(&s->lock);
}

void goc__poll_forget(struct goc__fd *s, int fd, bool closing)
{
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    if (closing && s->registered)
        set_leave(fd);
    s->registered = 0;
    s->generation++;
    atomic_store(&s->doubt, DOUBT_NONE);
    atomic_store(&s->drained, atomic_fetch_add(&s->reports, 1));
    atomic_fetch_add(&s->seq, 1);
    waiters_wake(s, -EBADF);
    goc__lock_release(&s->lock);
}

static GOC__SYS_FUNCTION int poll_now(int fd, int events)
{
    struct pollfd p = { fd, (short)events, 0 };
    int n;
    while ((n = (int)goc__sys(poll(&p, 1, 0))) == -EINTR)
        ;
    return n <= 0 ? n : p.revents & POLLNVAL ? -EBADF : p.revents;
}

int goc__wait_fd(int fd, int events, goc_duration timeout, const char *at)
{
    struct goc__io io;
    int r = goc__io_begin(&io, fd, GOC__READS, at);
    int64_t end = timeout < 0 ? INT64_MAX : goc__deadline(timeout);
    if (r == -ETIMEDOUT)
        r = 0; /* deadlines are for the operations, not for this */
    while (r == 0) {
        uint32_t seq = atomic_load(&io.state->seq);
        uint32_t reports = atomic_load(&io.state->reports);
        if (atomic_load(&io.state->users) & GOC__FD_CLOSING) {
            r = -EBADF;
            break;
        }
        /* What holds already needs no poller, and this is what is right for
         * regular files, which epoll does not take. */
        r = poll_now(fd, events);
        if (r != 0 || timeout == 0 || goc__now() >= end)
            break;
        r = goc__poll_wait(io.state, fd, events, end, seq, reports, at);
        if (r > 0)
            r = 0; /* it may be old news: look */
    }
    return (int)goc__io_end(&io, r);
}

int (goc_wait_fd)(int fd, int events, goc_duration timeout)
{
    return goc__wait_fd(fd, events, timeout, NULL);
}
