/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fd.c: what the library knows of a descriptor: deadlines, and its closing.
 *
 * A record for each number, never freed.  All fields are atomic and belong to
 * nobody.  No wake-up is lost: an operation notes goc__poll_seq() first, then
 * looks at the deadline and at `opened`; who changes those changes the seq
 * after, and goc__poll_wait_seq() compares it under the poller's lock.
 */
#include "fd.h"

#include <goc/net.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

enum { TABLE_PAGE = 1024, TABLE_PAGES = 4096 };

struct goc__fd
{
    _Atomic uint32_t opened;      /* counts closes by goc_close */
    _Atomic bool nonblocking;     /* known not to block */
    _Atomic int64_t deadline[2];  /* by direction; 0: none */
};

static _Atomic(struct goc__fd *) table[TABLE_PAGES];

static __attribute__((noinline)) struct goc__fd *page_make(int i)
{
    struct goc__fd *page = NULL;
    struct goc__fd *fresh = goc__calloc(TABLE_PAGE, sizeof *fresh);
    if (atomic_compare_exchange_strong(&table[i], &page, fresh))
        return fresh;
    free(fresh);
    return page;
}

static struct goc__fd *state_of(int fd)
{
    if (fd < 0 || fd >= TABLE_PAGE * TABLE_PAGES)
        return NULL;
    struct goc__fd *page = atomic_load_explicit(&table[fd / TABLE_PAGE],
                                                memory_order_acquire);
    if (goc__unlikely(!page))
        page = page_make(fd / TABLE_PAGE);
    return &page[fd % TABLE_PAGE];
}

/* ---- Operations --------------------------------------------------------- */

static bool passed(int64_t deadline)
{
    return goc__unlikely(deadline != 0) && deadline <= goc__now();
}

int goc__io_begin(struct goc__io *io, int fd, enum goc__direction direction,
                  const char *at)
{
    io->fd = fd;
    io->direction = direction;
    io->at = at;
    io->state = state_of(fd);
    if (!io->state)
        return -EBADF;
    io->opened = atomic_load_explicit(&io->state->opened,
                                      memory_order_relaxed);
    return passed(atomic_load_explicit(&io->state->deadline[direction],
                                       memory_order_relaxed))
        ? -ETIMEDOUT : 0;
}

int goc__io_wait_until(struct goc__io *io, int64_t until)
{
    uint32_t seq = goc__poll_seq(io->fd);
    if (atomic_load(&io->state->opened) != io->opened)
        return -EBADF;
    int64_t own = atomic_load(&io->state->deadline[io->direction]);
    int64_t deadline = own && own < until ? own : until;
    if (deadline != INT64_MAX && deadline <= goc__now())
        return -ETIMEDOUT;
    int r = goc__poll_wait_seq(io->fd,
                               io->direction == GOC__READS ? POLLIN : POLLOUT,
                               deadline, seq, io->at);
    if (atomic_load(&io->state->opened) != io->opened)
        return -EBADF;
    return r < 0 ? r : 0;
}

int goc__io_wait(struct goc__io *io)
{
    return goc__io_wait_until(io, INT64_MAX);
}

int goc__io_retry(struct goc__io *io, ssize_t error)
{
    if (error == -EAGAIN || error == -EWOULDBLOCK)
        return goc__io_wait(io);
    return error == -EINTR ? 0 : (int)error;
}

/* ---- Descriptors -------------------------------------------------------- */

void goc__fd_opened(int fd)
{
    struct goc__fd *s = state_of(fd);
    if (!s)
        return;
    atomic_store_explicit(&s->nonblocking, true, memory_order_relaxed);
    atomic_store_explicit(&s->deadline[GOC__READS], 0, memory_order_relaxed);
    atomic_store_explicit(&s->deadline[GOC__WRITES], 0, memory_order_relaxed);
}

static GOC__SYS_FUNCTION ssize_t flags_of(int fd)
{
    return goc__sys(fcntl(fd, F_GETFL));
}

bool goc__fd_nonblocking(int fd)
{
    struct goc__fd *s = state_of(fd);
    if (s && atomic_load_explicit(&s->nonblocking, memory_order_relaxed))
        return true;
    ssize_t flags = flags_of(fd);
    return flags >= 0 && (flags & O_NONBLOCK);
}

int goc_set_deadline(int fd, goc_time reads, goc_time writes)
{
    struct goc__fd *s = state_of(fd);
    if (!s || flags_of(fd) < 0)
        return -EBADF;
    atomic_store(&s->deadline[GOC__READS], reads);
    atomic_store(&s->deadline[GOC__WRITES], writes);
    goc__poll_cancel(fd, ~0, 0);
    return 0;
}

static GOC__SYS_FUNCTION ssize_t sys_close(int fd)
{
    return goc__sys(close(fd));
}

int goc_close(int fd)
{
    struct goc__fd *s = state_of(fd);
    if (!s || flags_of(fd) < 0)
        return -EBADF;
    atomic_fetch_add(&s->opened, 1);
    atomic_store(&s->nonblocking, false);
    atomic_store(&s->deadline[GOC__READS], 0);
    atomic_store(&s->deadline[GOC__WRITES], 0);
    goc__poll_close(fd);
    ssize_t r = sys_close(fd);
    /* Linux has closed it all the same. */
    return r == -EINTR ? 0 : (int)r;
}

/* ---- SIGPIPE ------------------------------------------------------------ */

_Static_assert(sizeof(sigset_t) <= sizeof(unsigned long[16]), "sigset_t");

static void sigpipe_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGPIPE);
}

/* One that is pending already is not ours to take away: then nothing is. */
void goc__sigpipe_block(struct goc__sigpipe *s)
{
    sigset_t pending, set;
    sigset_t *old = (sigset_t *)(void *)s->old;
    sigpending(&pending);
    s->blocked = !sigismember(&pending, SIGPIPE);
    if (s->blocked) {
        sigpipe_set(&set);
        pthread_sigmask(SIG_BLOCK, &set, old);
    }
}

void goc__sigpipe_restore(struct goc__sigpipe *s, bool raised)
{
    static const struct timespec now = { 0, 0 };
    sigset_t set;
    if (!s->blocked)
        return;
    if (raised) {
        sigpipe_set(&set);
        while (sigtimedwait(&set, NULL, &now) < 0 && errno == EINTR)
            ;
    }
    pthread_sigmask(SIG_SETMASK, (sigset_t *)(void *)s->old, NULL);
}
