/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fd.h: operations on descriptors that park, for io.c and net.c.
 *
 *     struct goc__io io;
 *     ssize_t r = goc__io_begin(&io, fd, GOC__READS, at);
 *     while (r == 0 && (r = goc__sys(recv(...))) == -EAGAIN)
 *         r = goc__io_wait(&io);
 *     return goc__io_end(&io, r);
 *
 * goc__sys makes a system call's result a count or a negative errno and leaves
 * errno alone.  It stands in functions that do not park and are not inlined
 * into others that do: the address of errno must not live over a park.
 */
#ifndef GOC_FD_H
#define GOC_FD_H

#include "internal.h"

#include <goc/io.h>

#include <errno.h>
#include <sys/types.h>

#define goc__sys(call)                        \
    __extension__({                           \
        int goc__saved = errno;               \
        goc__tsan_ignore_begin();             \
        ssize_t goc__result = (call);         \
        goc__tsan_ignore_end();               \
        if (goc__result < 0) {                \
            goc__result = -errno;             \
            errno = goc__saved;               \
        }                                     \
        goc__result;                          \
    })
#define GOC__SYS_FUNCTION __attribute__((noinline))

/* ThreadSanitizer takes a close while another goroutine uses the descriptor
 * for a race, which here it is not.  So it does not look at the calls, and is
 * told of what matters to the caller: the buffer.  (That what was written is
 * seen by whoever reads it, it learns from the calls nevertheless.) */
#if GOC__HAS_TSAN
void __tsan_read_range(void *at, unsigned long size);
void __tsan_write_range(void *at, unsigned long size);
#define goc__tsan_was_read(at, n) __tsan_read_range((void *)(at), (size_t)(n))
#define goc__tsan_was_written(at, n) \
    __tsan_write_range((void *)(at), (size_t)(n))
#else
#define goc__tsan_was_read(at, n) ((void)(at), (void)(n))
#define goc__tsan_was_written(at, n) ((void)(at), (void)(n))
#endif

enum goc__direction { GOC__READS, GOC__WRITES };

/* Bits of goc__fd.flags. */
enum
{
    GOC__FD_NONBLOCKING = 1, /* known not to block */
    GOC__FD_EDGE = 2,   /* the library has made it: stays in the epoll set */
    GOC__FD_STREAM = 4, /* TCP: a short read has emptied it */
    GOC__FD_MORE = 8    /* not data alone: its end, an error, an urgent byte */
};
#define GOC__FD_CLOSING 0x80000000u

/* What the library knows of a descriptor's number, never freed; see fd.c and
 * poll.c for the rules.  One cache line. */
struct goc__fd
{
    _Alignas(GOC__CACHE_LINE) struct goc__lock lock; /* GOC__RANK_POLL */
    _Atomic uint32_t users;   /* operations under way, and GOC__FD_CLOSING */
    _Atomic uint32_t seq;     /* counts changes of deadlines, and closes */
    _Atomic uint32_t reports; /* counts what the poller has reported */
    _Atomic uint32_t drained; /* `reports` when nothing was left to read */
    _Atomic unsigned char flags;
    _Atomic unsigned char doubt; /* poll.c: enum doubt */
    uint16_t registered;      /* lock: what for it is in the epoll set to
                                 stay, as EDGE says; 0: it is not */
    uint32_t generation;      /* lock: tells one user of the number from the
                                 next in what epoll reports */
    _Atomic int64_t deadline[2]; /* by direction; 0: none */
    struct goc__poll_waiter *waiters; /* lock */
    struct closing *closer;   /* lock: waits for `users` to leave */
};
_Static_assert(sizeof(struct goc__fd) == GOC__CACHE_LINE, "one cache line");

/* The record of fd; null if fd is no descriptor's number. */
struct goc__fd *goc__fd_get(int fd);

/* The numbers whose records lie together, and how many such pages there are.
 * The page is null when none of its numbers was ever asked for. */
enum { GOC__FD_PAGE = 1024, GOC__FD_PAGES = 4096 };
struct goc__fd *goc__fd_page(int page);

struct goc__io
{
    int fd;
    enum goc__direction direction;
    struct goc__fd *state;
    uint32_t reports; /* state->reports before the last try */
    const char *at;
};

/* 0, -EBADF, or -ETIMEDOUT when the deadline has passed.  To be followed by
 * goc__io_end in any case; until then goc_close does not give the number
 * back, so that nothing reads from the next one that bears it. */
int goc__io_begin(struct goc__io *io, int fd, enum goc__direction direction,
                  const char *at);

/* Ends the operation; returns result. */
ssize_t goc__io_end(struct goc__io *io, ssize_t result);

/* 0 while nobody closes the descriptor and its deadline has not passed. */
int goc__io_still(struct goc__io *io);

/* After an EAGAIN.  0: try again; -ETIMEDOUT; -EBADF when fd is closed by
 * goc_close meanwhile; -EPERM when fd is nothing that one can wait for. */
int goc__io_wait(struct goc__io *io);

/* The same with a deadline beside fd's own; INT64_MAX: none. */
int goc__io_wait_until(struct goc__io *io, int64_t deadline);

/* 0 if the error that a system call has returned is none that matters: try
 * again, after waiting if it was -EAGAIN.  Else what to return. */
int goc__io_retry(struct goc__io *io, ssize_t error);

/* A read has returned `got` of the `wanted` bytes.  If that has emptied a
 * stream, the next read waits before it tries: that saves a system call in
 * most requests. */
static inline void goc__io_was_read(struct goc__io *io, size_t wanted,
                                    ssize_t got)
{
    struct goc__fd *s = io->state;
    if (got > 0 && (size_t)got < wanted
        && (atomic_load_explicit(&s->flags, memory_order_relaxed)
            & (GOC__FD_STREAM | GOC__FD_MORE))
            == GOC__FD_STREAM)
        atomic_store_explicit(&s->drained, io->reports, memory_order_relaxed);
}

/* Whether there is nothing to read: the last read has emptied the stream, and
 * nothing was reported since. */
static inline bool goc__io_drained(const struct goc__io *io)
{
    return atomic_load_explicit(&io->state->drained, memory_order_relaxed)
        == io->reports
        && atomic_load_explicit(&io->state->flags, memory_order_relaxed)
        & GOC__FD_STREAM;
}

/* A descriptor that the library has made: forgets what its number stood for,
 * should that have been closed behind our back. */
void goc__fd_opened(int fd, unsigned flags);

/* Counts what the number has stood for: it changes with each close by goc_close,
 * before others may get the number. */
uint32_t goc__fd_life(struct goc__fd *s);

/* Whether fd does not block.  Asks the kernel if need be. */
bool goc__fd_nonblocking(int fd);

/* ---- poll.c ------------------------------------------------------------- */

/* Waits until one of `events` (poll's bits) holds for fd, or the deadline
 * passes (INT64_MAX: none).  Returns the bits that hold (POLLERR and POLLHUP
 * are always looked for), a negative errno (-EPERM for what epoll does not
 * take), or 0: the time is up, or s->seq is not seq or s->reports not reports,
 * so that the caller should look again at what it had looked at before. */
int goc__poll_wait(struct goc__fd *s, int fd, int events, int64_t deadline,
                   uint32_t seq, uint32_t reports, const char *site);

/* Wakes those who wait; they return `result` (0 or negative). */
void goc__poll_cancel(struct goc__fd *s, int result);

/* The number stands for nothing from now on, or for something else: wakes who
 * waits with -EBADF.  `closing`: its descriptor is still open, and is to leave
 * the epoll set. */
void goc__poll_forget(struct goc__fd *s, int fd, bool closing);

/* Calls that may raise SIGPIPE run between these two. */
struct goc__sigpipe
{
    bool blocked;
    unsigned long old[16]; /* a sigset_t */
};
void goc__sigpipe_block(struct goc__sigpipe *s);
void goc__sigpipe_restore(struct goc__sigpipe *s, bool raised);

#endif
