/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fd.c: what the library knows of a descriptor: deadlines, and its closing.
 *
 * A record for each number, never freed.
 *
 * No wake-up is lost: an operation notes s->seq first, then looks at the
 * deadline and whether fd is being closed; who changes those changes the seq
 * after, and goc__poll_wait() compares it under the record's lock.  In the
 * same way it notes s->reports before it tries.
 *
 * Closing.  Operations are counted in s->users from begin to end.  goc_close
 * sets GOC__FD_CLOSING, so that none begins, and wakes those that wait; the last
 * to leave gives the number back to the system.  Without that, one that has
 * just been woken could try once more and get what belongs to the next
 * descriptor with the number.  That it is the last one, and not goc_close when
 * it wakes, makes sure that who has been told -EBADF finds it closed.
 */
#include "fd.h"

#include <goc/net.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static _Atomic(struct goc__fd *) table[GOC__FD_PAGES];

static __attribute__((noinline)) struct goc__fd *page_make(int i)
{
    size_t size = GOC__FD_PAGE * sizeof(struct goc__fd);
    struct goc__fd *page = NULL, *fresh;
    if (posix_memalign((void **)&fresh, GOC__CACHE_LINE, size))
        goc__fatal("out of memory (descriptors)");
    memset(fresh, 0, size);
    for (int k = 0; k < GOC__FD_PAGE; k++)
        atomic_init(&fresh[k].drained, UINT32_MAX);
    if (atomic_compare_exchange_strong(&table[i], &page, fresh))
        return fresh;
    free(fresh);
    return page;
}

struct goc__fd *goc__fd_page(int page)
{
    return atomic_load_explicit(&table[page], memory_order_acquire);
}

struct goc__fd *goc__fd_get(int fd)
{
    if (fd < 0 || fd >= GOC__FD_PAGE * GOC__FD_PAGES)
        return NULL;
    struct goc__fd *page = goc__fd_page(fd / GOC__FD_PAGE);
    if (goc__unlikely(!page))
        page = page_make(fd / GOC__FD_PAGE);
    return &page[fd % GOC__FD_PAGE];
}

/* ---- Operations --------------------------------------------------------- */

static bool passed(int64_t deadline)
{
    return goc__unlikely(deadline != 0) && deadline <= goc__now();
}

static bool closing(struct goc__fd *s)
{
    return atomic_load(&s->users) & GOC__FD_CLOSING;
}

int goc__io_begin(struct goc__io *io, int fd, enum goc__direction direction,
                  const char *at)
{
    struct goc__fd *s = goc__fd_get(fd);
    io->fd = fd;
    io->direction = direction;
    io->at = at;
    io->state = s;
    if (!s)
        return -EBADF;
    if (goc__unlikely(atomic_fetch_add_explicit(&s->users, 1,
                                                memory_order_acquire)
                      & GOC__FD_CLOSING))
        return -EBADF;
    /* Pairs with the release in goc__poll_run's reports. */
    io->reports = atomic_load_explicit(&s->reports, memory_order_acquire);
    return passed(atomic_load_explicit(&s->deadline[direction],
                                       memory_order_relaxed))
        ? -ETIMEDOUT : 0;
}

/* A goc_close that waits for others to leave. */
struct closing
{
    struct goc__g *g;
    int result;
};

static void set(struct goc__fd *s, unsigned flags)
{
    atomic_store_explicit(&s->flags, (unsigned char)flags,
                          memory_order_relaxed);
    atomic_store_explicit(&s->deadline[GOC__READS], 0, memory_order_relaxed);
    atomic_store_explicit(&s->deadline[GOC__WRITES], 0, memory_order_relaxed);
}

static GOC__SYS_FUNCTION ssize_t sys_close(int fd)
{
    return goc__sys(close(fd));
}

/* Gives back the number of a descriptor that nobody uses any more.  It is open
 * to new operations before it is closed, for when that is done it may be
 * another's already; what has begun in between looks again. */
static int give_back(struct goc__fd *s, int fd)
{
    set(s, 0);
    atomic_fetch_and(&s->users, ~GOC__FD_CLOSING);
    ssize_t r = sys_close(fd);
    if (goc__unlikely(atomic_load(&s->users)))
        goc__poll_cancel(s, 0);
    /* Linux has closed it all the same. */
    return r == -EINTR ? 0 : (int)r;
}

/* By the last to leave a descriptor that is being closed; who comes late finds
 * another closer, and looks whether that still waits for somebody. */
static __attribute__((noinline)) void last_has_left(struct goc__fd *s, int fd)
{
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    struct closing *c = s->closer;
    if (c && atomic_load(&s->users) == GOC__FD_CLOSING)
        s->closer = NULL;
    else
        c = NULL;
    goc__lock_release(&s->lock);
    if (c) {
        c->result = give_back(s, fd);
        goc__ready(c->g);
    }
}

ssize_t goc__io_end(struct goc__io *io, ssize_t result)
{
    if (io->state
        && goc__unlikely(atomic_fetch_sub_explicit(&io->state->users, 1,
                                                   memory_order_release)
                         == (GOC__FD_CLOSING | 1)))
        last_has_left(io->state, io->fd);
    return result;
}

int goc__io_still(struct goc__io *io)
{
    if (closing(io->state))
        return -EBADF;
    return passed(atomic_load(&io->state->deadline[io->direction]))
        ? -ETIMEDOUT : 0;
}

int goc__io_wait_until(struct goc__io *io, int64_t until)
{
    struct goc__fd *s = io->state;
    uint32_t seq = atomic_load(&s->seq);
    if (closing(s))
        return -EBADF;
    int64_t own = atomic_load(&s->deadline[io->direction]);
    int64_t deadline = own && own < until ? own : until;
    if (deadline != INT64_MAX && deadline <= goc__now())
        return -ETIMEDOUT;
    int r = goc__poll_wait(s, io->fd,
                           io->direction == GOC__READS ? POLLIN : POLLOUT,
                           deadline, seq, io->reports, io->at);
    io->reports = atomic_load_explicit(&s->reports, memory_order_acquire);
    if (closing(s))
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

void goc__fd_opened(int fd, unsigned flags)
{
    struct goc__fd *s = goc__fd_get(fd);
    if (!s)
        return;
    set(s, flags);
    goc__poll_forget(s, fd, false);
}

uint32_t goc__fd_life(struct goc__fd *s)
{
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    uint32_t life = s->generation;
    goc__lock_release(&s->lock);
    return life;
}

static GOC__SYS_FUNCTION ssize_t flags_of(int fd)
{
    return goc__sys(fcntl(fd, F_GETFL));
}

bool goc__fd_nonblocking(int fd)
{
    struct goc__fd *s = goc__fd_get(fd);
    if (s
        && atomic_load_explicit(&s->flags, memory_order_relaxed)
            & GOC__FD_NONBLOCKING)
        return true;
    ssize_t flags = flags_of(fd);
    return flags >= 0 && (flags & O_NONBLOCK);
}

int goc_set_deadline(int fd, goc_time reads, goc_time writes)
{
    struct goc__fd *s = goc__fd_get(fd);
    if (!s || closing(s))
        return -EBADF;
    /* What the library has made is open until goc_close; else ask. */
    if (!atomic_load_explicit(&s->flags, memory_order_relaxed)
        && flags_of(fd) < 0)
        return -EBADF;
    atomic_store(&s->deadline[GOC__READS], reads);
    atomic_store(&s->deadline[GOC__WRITES], writes);
    goc__poll_cancel(s, 0);
    return 0;
}

static void lock_release(void *l)
{
    goc__lock_release(l);
}

int goc__close_fd(int fd, const char *at)
{
    struct goc__fd *s = goc__fd_get(fd);
    if (!s
        || atomic_fetch_or(&s->users, GOC__FD_CLOSING) & GOC__FD_CLOSING)
        return -EBADF;
    goc__poll_forget(s, fd, true);
    goc__lock_acquire(&s->lock, GOC__RANK_POLL);
    if (atomic_load(&s->users) == GOC__FD_CLOSING) {
        goc__lock_release(&s->lock);
        return give_back(s, fd);
    }
    struct closing c = { goc__self(), 0 };
    s->closer = &c;
    goc__park(lock_release, &s->lock, GOC__WAIT_IO_WAIT, at);
    return c.result;
}

int (goc_close)(int fd)
{
    return goc__close_fd(fd, NULL);
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

/* A transfer of which a part succeeded may have raised it as well. */
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
