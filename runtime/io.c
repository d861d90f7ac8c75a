/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* io.c: reading and writing whatever a descriptor is, files, pipes, children.
 *
 * The kind of a descriptor is found out by trying, for a number may come to
 * mean something else behind our back:
 *   1. recvmsg or sendmsg with MSG_DONTWAIT: right for every socket, blocking
 *      or not, and what matters most costs one call;
 *   2. preadv2 or pwritev2 with RWF_NOWAIT: right for pipes, and for files
 *      whose pages are in memory;
 *   3. where the kernel cannot do that: wait in the poller, then a plain call,
 *      of at most PIPE_BUF bytes if it writes, for that much there is room;
 *   4. what cannot be polled: a plain call on a helper thread.
 * goc_pread begins with the second; the fourth sees to what is left.
 */
#include "fd.h"

#include <goc/io.h>

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x8
#endif
#ifndef RWF_NOSIGNAL
#define RWF_NOSIGNAL 0x100
#endif

/* ---- System calls ------------------------------------------------------- */

static GOC__SYS_FUNCTION ssize_t sys_recv(int fd, void *buf, size_t n)
{
    return goc__sys(recv(fd, buf, n, MSG_DONTWAIT));
}

static GOC__SYS_FUNCTION ssize_t sys_send(int fd, const void *buf, size_t n)
{
    return goc__sys(send(fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL));
}

static GOC__SYS_FUNCTION ssize_t sys_recv_iov(int fd, const struct iovec *iov,
                                              int n)
{
    struct msghdr m = { .msg_iov = (struct iovec *)iov,
                        .msg_iovlen = (size_t)n };
    return goc__sys(recvmsg(fd, &m, MSG_DONTWAIT));
}

static GOC__SYS_FUNCTION ssize_t sys_send_iov(int fd, const struct iovec *iov,
                                              int n)
{
    struct msghdr m = { .msg_iov = (struct iovec *)iov,
                        .msg_iovlen = (size_t)n };
    return goc__sys(sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL));
}

static GOC__SYS_FUNCTION ssize_t sys_readv(int fd, const struct iovec *iov,
                                           int n, bool nowait)
{
    if (nowait)
        return goc__sys(preadv2(fd, iov, n, -1, RWF_NOWAIT));
    return goc__sys(readv(fd, iov, n));
}

/* Without SIGPIPE, one way or the other. */
static GOC__SYS_FUNCTION ssize_t sys_writev(int fd, const struct iovec *iov,
                                            int n, bool nowait)
{
    static _Atomic bool no_flag; /* the kernel is older than RWF_NOSIGNAL */
    int flags = nowait ? RWF_NOWAIT : 0;
    if (!atomic_load_explicit(&no_flag, memory_order_relaxed)) {
        ssize_t r =
            goc__sys(pwritev2(fd, iov, n, -1, flags | RWF_NOSIGNAL));
        if (r != -EOPNOTSUPP)
            return r;
        /* It may as well have been RWF_NOWAIT. */
        if (!nowait)
            atomic_store_explicit(&no_flag, true, memory_order_relaxed);
    }
    struct goc__sigpipe s;
    goc__sigpipe_block(&s);
    ssize_t r = nowait ? goc__sys(pwritev2(fd, iov, n, -1, flags))
                       : goc__sys(writev(fd, iov, n));
    goc__sigpipe_restore(&s, r == -EPIPE || r >= 0);
    return r;
}

/* ---- Not a socket ------------------------------------------------------- */

struct transfer
{
    struct goc__io *io;
    const struct iovec *iov;
    int n;
    ssize_t result;
};

static ssize_t transfer_now(struct transfer *t, bool nowait)
{
    return t->io->direction == GOC__READS
        ? sys_readv(t->io->fd, t->iov, t->n, nowait)
        : sys_writev(t->io->fd, t->iov, t->n, nowait);
}

static void *transfer_blocking(void *p)
{
    struct transfer *t = p;
    do
        t->result = transfer_now(t, false);
    while (t->result == -EINTR);
    return NULL;
}

static ssize_t transfer_on_helper(struct transfer *t)
{
    goc__blocking(transfer_blocking, t, t->io->at);
    return t->result;
}

/* Whether a plain call would return at once. */
static GOC__SYS_FUNCTION bool is_ready(const struct goc__io *io)
{
    struct pollfd p = {
        io->fd, io->direction == GOC__READS ? POLLIN : POLLOUT, 0
    };
    return goc__sys(poll(&p, 1, 0)) != 0;
}

/* A plain call on something that can be polled and may block. */
static ssize_t transfer_polled(struct transfer *t)
{
    struct iovec piece = t->n ? t->iov[0] : (struct iovec){ NULL, 0 };
    struct transfer small = { t->io, &piece, 1, 0 };
    bool nonblocking = goc__fd_nonblocking(t->io->fd);
    for (;;) {
        int r = nonblocking ? 0 : goc__io_wait(t->io);
        if (r == -EPERM)
            return transfer_on_helper(t);
        if (r < 0)
            return r;
        /* The deadline may have passed, or changed: then wait tells. */
        if (!nonblocking && !is_ready(t->io))
            continue;
        if (!nonblocking && t->io->direction == GOC__WRITES) {
            if (piece.iov_len > PIPE_BUF)
                piece.iov_len = PIPE_BUF;
            t = &small;
        }
        ssize_t n = transfer_now(t, false);
        if (n >= 0)
            return n;
        if ((r = goc__io_retry(t->io, n)))
            return r == -EPERM ? transfer_on_helper(t) : r;
    }
}

/* Kernels say in many ways that they cannot do it without waiting. */
static bool no_nowait(ssize_t r)
{
    return r == -EOPNOTSUPP || r == -EINVAL || r == -ENOSYS || r == -ESPIPE;
}

static __attribute__((noinline)) ssize_t transfer(struct goc__io *io,
                                                  const struct iovec *iov,
                                                  int n)
{
    struct transfer t = { io, iov, n, 0 };
    for (;;) {
        ssize_t done = transfer_now(&t, true);
        if (done >= 0)
            return done;
        if (no_nowait(done))
            return transfer_polled(&t);
        int r = goc__io_retry(io, done);
        if (r == -EPERM)
            return transfer_on_helper(&t);
        if (r)
            return r;
    }
}

/* ---- Reading and writing ------------------------------------------------ */

/* read(2) of nothing never waits, as recv(2) does. */
static GOC__SYS_FUNCTION ssize_t sys_read_nothing(int fd, void *buf)
{
    return goc__sys(read(fd, buf, 0));
}

static ssize_t read_begun(struct goc__io *io, void *buf, size_t n)
{
    if (goc__unlikely(n == 0))
        return sys_read_nothing(io->fd, buf);
    int r = goc__io_drained(io) ? goc__io_wait(io) : 0;
    while (r == 0) {
        ssize_t done = sys_recv(io->fd, buf, n);
        if (goc__likely(done >= 0)) {
            goc__tsan_was_written(buf, done);
            goc__io_was_read(io, n, done);
            return done;
        }
        if (done == -ENOTSOCK)
            return transfer(io, &(struct iovec){ buf, n }, 1);
        r = goc__io_retry(io, done);
    }
    return r;
}

ssize_t goc__read(int fd, void *buf, size_t n, const char *at)
{
    struct goc__io io;
    int r = goc__io_begin(&io, fd, GOC__READS, at);
    return goc__io_end(&io, r ? r : read_begun(&io, buf, n));
}

static ssize_t write_begun(struct goc__io *io, const void *buf, size_t n)
{
    int r = 0;
    while (r == 0) {
        ssize_t done = sys_send(io->fd, buf, n);
        if (goc__likely(done >= 0)) {
            goc__tsan_was_read(buf, done);
            return done;
        }
        if (done == -ENOTSOCK)
            return transfer(io, &(struct iovec){ (void *)buf, n }, 1);
        r = goc__io_retry(io, done);
    }
    return r;
}

ssize_t goc__write(int fd, const void *buf, size_t n, const char *at)
{
    struct goc__io io;
    int r = goc__io_begin(&io, fd, GOC__WRITES, at);
    return goc__io_end(&io, r ? r : write_begun(&io, buf, n));
}

/* readv or writev, as the operation's direction says. */
static ssize_t vector(int fd, enum goc__direction direction,
                      const struct iovec *iov, int n, const char *at)
{
    struct goc__io io;
    if (n < 0 || n > IOV_MAX)
        return -EINVAL;
    ssize_t done = 0;
    int r = goc__io_begin(&io, fd, direction, at);
    while (r == 0) {
        done = direction == GOC__READS ? sys_recv_iov(fd, iov, n)
                                       : sys_send_iov(fd, iov, n);
        if (done == -ENOTSOCK)
            done = transfer(&io, iov, n);
        if (done >= 0)
            break;
        r = goc__io_retry(&io, done);
    }
    return goc__io_end(&io, r ? r : done);
}

ssize_t goc__readv(int fd, const struct iovec *iov, int n, const char *at)
{
    return vector(fd, GOC__READS, iov, n, at);
}

ssize_t goc__writev(int fd, const struct iovec *iov, int n, const char *at)
{
    return vector(fd, GOC__WRITES, iov, n, at);
}

/* The whole of it is one operation: when fd is closed between two pieces, the
 * next does not go to whatever bears the number then. */
ssize_t goc__read_full(int fd, void *buf, size_t n, const char *at)
{
    struct goc__io io;
    size_t have = 0;
    ssize_t r = goc__io_begin(&io, fd, GOC__READS, at);
    while (r == 0 && have < n) {
        ssize_t got = read_begun(&io, (char *)buf + have, n - have);
        if (got == 0)
            break;
        if (got > 0) {
            have += (size_t)got;
            got = have < n ? goc__io_still(&io) : 0;
        }
        r = got;
    }
    return goc__io_end(&io, r ? r : (ssize_t)have);
}

ssize_t goc__write_all(int fd, const void *buf, size_t n, const char *at)
{
    struct goc__io io;
    size_t done = 0;
    ssize_t r = goc__io_begin(&io, fd, GOC__WRITES, at);
    while (r == 0 && done < n) {
        ssize_t put = write_begun(&io, (const char *)buf + done, n - done);
        if (put >= 0) {
            done += (size_t)put;
            put = done < n ? goc__io_still(&io) : 0;
        }
        r = put;
    }
    return goc__io_end(&io, r ? r : (ssize_t)done);
}

/* ---- Files -------------------------------------------------------------- */

struct file_call
{
    ssize_t (*call)(struct file_call *c);
    const char *path;
    void *buf;
    size_t n;
    off_t offset;
    int fd, flags;
    mode_t mode;
    ssize_t result;
};

static ssize_t call_pread(struct file_call *c)
{
    return goc__sys(pread(c->fd, c->buf, c->n, c->offset));
}
static ssize_t call_pwrite(struct file_call *c)
{
    return goc__sys(pwrite(c->fd, c->buf, c->n, c->offset));
}
static ssize_t call_open(struct file_call *c)
{
    return goc__sys(open(c->path, c->flags | O_CLOEXEC, c->mode));
}
static ssize_t call_fsync(struct file_call *c)
{
    return goc__sys(fsync(c->fd));
}

static void *file_call_run(void *p)
{
    struct file_call *c = p;
    do
        c->result = c->call(c);
    while (c->result == -EINTR);
    return NULL;
}

static ssize_t file_call_begun(struct file_call *c, struct goc__io *io)
{
    c->fd = io->fd;
    goc__blocking(file_call_run, c, io->at);
    return c->result;
}

/* What can be read without waiting.  Of a file that goes past the page cache the
 * kernel would wait for the disk nevertheless. */
static GOC__SYS_FUNCTION ssize_t sys_pread_now(const struct file_call *c,
                                               int fd)
{
    struct iovec v = { c->buf, c->n };
    ssize_t flags = goc__sys(fcntl(fd, F_GETFL));
    if (flags < 0 || (flags & O_DIRECT) || c->offset < 0)
        return -EAGAIN;
    return goc__sys(preadv2(fd, &v, 1, c->offset, RWF_NOWAIT));
}

static ssize_t pread_begun(struct file_call *c, struct goc__io *io)
{
    ssize_t done = 0, r;
    while ((r = sys_pread_now(c, io->fd)) > 0 && (size_t)r < c->n) {
        done += r;
        c->buf = (char *)c->buf + r;
        c->n -= (size_t)r;
        c->offset += r;
    }
    if (r < 0) /* for whatever reason: the plain call tells */
        r = file_call_begun(c, io);
    return r >= 0 ? done + r : done ? done : r;
}

/* On a helper thread, as one operation on fd: goc_close waits for it. */
static ssize_t file_call(struct file_call *c, int fd, const char *at)
{
    struct goc__io io;
    int r = goc__io_begin(&io, fd, GOC__WRITES, at);
    return goc__io_end(&io, r ? r : file_call_begun(c, &io));
}

ssize_t goc__pread(int fd, void *buf, size_t n, off_t offset, const char *at)
{
    struct file_call c = { call_pread, .buf = buf, .n = n, .offset = offset };
    struct goc__io io;
    int r = goc__io_begin(&io, fd, GOC__READS, at);
    return goc__io_end(&io, r ? r : pread_begun(&c, &io));
}

ssize_t goc__pwrite(int fd, const void *buf, size_t n, off_t offset,
                    const char *at)
{
    struct file_call c = { call_pwrite, .buf = (void *)buf, .n = n,
                           .offset = offset };
    return file_call(&c, fd, at);
}

int goc__fsync(int fd, const char *at)
{
    struct file_call c = { .call = call_fsync };
    return (int)file_call(&c, fd, at);
}

int goc__open(const char *path, int flags, mode_t mode, const char *at)
{
    struct file_call c = { call_open, .path = path, .flags = flags,
                           .mode = mode };
    goc__blocking(file_call_run, &c, at);
    if (c.result >= 0)
        goc__fd_opened((int)c.result, 0);
    return (int)c.result;
}

/* ---- From a file to a descriptor ---------------------------------------- */

static GOC__SYS_FUNCTION ssize_t sys_sendfile(int out, int in, off_t *offset,
                                              size_t n)
{
    struct goc__sigpipe s;
    goc__sigpipe_block(&s);
    ssize_t r = goc__sys(sendfile(out, in, offset, n));
    goc__sigpipe_restore(&s, r == -EPIPE || (r >= 0 && (size_t)r < n));
    return r;
}

/* The file that is sent.  It is in use for a piece at a time, not while there
 * is no room at the other end, and so may be closed; what bears its number then
 * is another one. */
struct source
{
    int fd;
    uint32_t life;
    off_t *offset; /* or null */
    const char *at;
};

/* 0, or why it cannot be read; to be followed by goc__io_end. */
static int source_begin(struct goc__io *io, const struct source *in)
{
    int r = goc__io_begin(io, in->fd, GOC__READS, in->at);
    return r ? r : goc__fd_life(io->state) == in->life ? 0 : -EBADF;
}

static ssize_t source_send(const struct source *in, int out, size_t n)
{
    struct goc__io io;
    int r = source_begin(&io, in);
    return goc__io_end(&io, r ? r : sys_sendfile(out, in->fd, in->offset, n));
}

static ssize_t source_read(const struct source *in, void *buf, size_t n)
{
    struct goc__io io;
    struct file_call c = { call_pread, .buf = buf, .n = n,
                           .offset = in->offset ? *in->offset : 0 };
    int r = source_begin(&io, in);
    return goc__io_end(&io, r ? r : in->offset ? pread_begun(&c, &io)
                                               : read_begun(&io, buf, n));
}

/* What sendfile does, for what it cannot. */
static ssize_t copy(int out, const struct source *in, size_t n)
{
    enum { PIECE = 64 * 1024 };
    char *buf = goc__malloc(PIECE);
    size_t sent = 0;
    ssize_t r = 0;
    while (sent < n) {
        r = source_read(in, buf, n - sent < PIECE ? n - sent : PIECE);
        if (r <= 0 || (r = goc__write_all(out, buf, (size_t)r, in->at)) < 0)
            break;
        sent += (size_t)r;
        if (in->offset)
            *in->offset += r;
    }
    free(buf);
    return r < 0 ? r : (ssize_t)sent;
}

static ssize_t sendfile_begun(struct goc__io *io, const struct source *in,
                              size_t n)
{
    enum { PIECE = 1024 * 1024 }; /* a worker is not away for long */
    size_t sent = 0;
    int r = 0;
    while (r == 0 && sent < n) {
        ssize_t done = source_send(in, io->fd,
                                   n - sent < PIECE ? n - sent : PIECE);
        if (done == 0)
            break;
        if (done > 0) {
            sent += (size_t)done;
        } else if (done == -EINVAL || done == -ENOSYS) {
            done = copy(io->fd, in, n - sent);
            return done < 0 ? done : (ssize_t)sent + done;
        } else {
            r = goc__io_retry(io, done);
        }
    }
    return r ? r : (ssize_t)sent;
}

ssize_t goc__sendfile(int out, int in, off_t *offset, size_t n,
                      const char *at)
{
    struct goc__io io;
    struct goc__fd *s = goc__fd_get(in);
    struct source source = { in, s ? goc__fd_life(s) : 0, offset, at };
    int r = goc__io_begin(&io, out, GOC__WRITES, at);
    return goc__io_end(&io, r ? r : sendfile_begun(&io, &source, n));
}

/* ---- Pipes -------------------------------------------------------------- */

static GOC__SYS_FUNCTION ssize_t sys_pipe(int fd[2])
{
    return goc__sys(pipe2(fd, O_CLOEXEC | O_NONBLOCK));
}

int goc_pipe(int fd[2])
{
    ssize_t r = sys_pipe(fd);
    for (int i = 0; r == 0 && i < 2; i++)
        goc__fd_opened(fd[i], GOC__FD_NONBLOCKING);
    return (int)r;
}

/* ---- Children ----------------------------------------------------------- */

extern char **environ;

/* Descriptors for the child that are clear of the numbers 0 to 2, so that
 * putting one in place does not overwrite another. */
static GOC__SYS_FUNCTION ssize_t spare_fds(const int fd[3], int spare[3])
{
    for (int i = 0; i < 3; i++) {
        ssize_t flags;
        if (fd[i] < 0)
            continue;
        spare[i] = (int)goc__sys(fcntl(fd[i], F_DUPFD_CLOEXEC, 3));
        if (spare[i] < 0)
            return spare[i];
        flags = goc__sys(fcntl(spare[i], F_GETFL));
        if (flags >= 0 && (flags & O_NONBLOCK))
            fcntl(spare[i], F_SETFL, (int)flags & ~O_NONBLOCK);
    }
    return 0;
}

static pid_t spawn(const char *file, char *const argv[], char *const envp[],
                   const int spare[3])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    pid_t pid;
    int r = posix_spawn_file_actions_init(&actions);
    if (r)
        return -r;
    if ((r = posix_spawnattr_init(&attr))) {
        posix_spawn_file_actions_destroy(&actions);
        return -r;
    }
    sigemptyset(&none);
    r = posix_spawnattr_setsigmask(&attr, &none);
    if (!r)
        r = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    for (int i = 0; i < 3 && !r; i++)
        if (spare[i] >= 0)
            r = posix_spawn_file_actions_adddup2(&actions, spare[i], i);
    if (!r)
        r = posix_spawnp(&pid, file, &actions, &attr, argv,
                         envp ? envp : environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    return r ? -r : pid;
}

pid_t goc_spawn(const char *file, char *const argv[], char *const envp[],
                const int fd[3])
{
    static const int none[3] = { -1, -1, -1 };
    int spare[3] = { -1, -1, -1 }, e = errno;
    ssize_t r = spare_fds(fd ? fd : none, spare);
    if (r == 0)
        r = spawn(file, argv, envp, spare);
    for (int i = 0; i < 3; i++)
        if (spare[i] >= 0)
            close(spare[i]);
    errno = e;
    return (pid_t)r;
}

static GOC__SYS_FUNCTION ssize_t sys_waitpid(pid_t pid, int *status)
{
    return goc__sys(waitpid(pid, status, WNOHANG));
}

static GOC__SYS_FUNCTION ssize_t sys_pidfd_open(pid_t pid)
{
#ifdef SYS_pidfd_open
    return goc__sys(syscall(SYS_pidfd_open, pid, 0));
#else
    (void)pid;
    return -ENOSYS;
#endif
}

/* Waits a moment for the child: by its descriptor, which is made the first
 * time, or without one until it is time to look. */
static void child_pause(pid_t pid, int *fd, int64_t *pause, int64_t deadline,
                        const char *at)
{
    if (*fd == -1) {
        *fd = (int)sys_pidfd_open(pid);
        if (*fd >= 0)
            goc__fd_opened(*fd, 0);
    }
    if (*fd >= 0) {
        struct goc__fd *s = goc__fd_get(*fd);
        goc__poll_wait(s, *fd, POLLIN, deadline, atomic_load(&s->seq),
                       atomic_load(&s->reports), at);
        return;
    }
    int64_t end = goc__deadline(*pause);
    goc__sleep_until(end < deadline ? end : deadline, at);
    if (*pause < 50 * 1000 * 1000)
        *pause *= 2;
}

int goc__wait_child(pid_t pid, int *status, goc_duration timeout,
                    const char *at)
{
    int64_t deadline = timeout < 0 ? INT64_MAX : goc__deadline(timeout);
    int64_t pause = 1000 * 1000;
    int fd = -1, result;
    for (;;) {
        ssize_t r = sys_waitpid(pid, status);
        if (r != 0 && r != -EINTR) {
            result = r < 0 ? (int)r : 0;
            break;
        }
        if (goc__now() >= deadline) {
            result = -ETIMEDOUT;
            break;
        }
        child_pause(pid, &fd, &pause, deadline, at);
    }
    if (fd >= 0)
        close(fd);
    return result;
}

/* ---- The functions behind the macros ------------------------------------ */

ssize_t (goc_read)(int fd, void *buf, size_t n)
{
    return goc__read(fd, buf, n, NULL);
}
ssize_t (goc_write)(int fd, const void *buf, size_t n)
{
    return goc__write(fd, buf, n, NULL);
}
ssize_t (goc_readv)(int fd, const struct iovec *iov, int n)
{
    return goc__readv(fd, iov, n, NULL);
}
ssize_t (goc_writev)(int fd, const struct iovec *iov, int n)
{
    return goc__writev(fd, iov, n, NULL);
}
ssize_t (goc_read_full)(int fd, void *buf, size_t n)
{
    return goc__read_full(fd, buf, n, NULL);
}
ssize_t (goc_write_all)(int fd, const void *buf, size_t n)
{
    return goc__write_all(fd, buf, n, NULL);
}
ssize_t (goc_pread)(int fd, void *buf, size_t n, off_t offset)
{
    return goc__pread(fd, buf, n, offset, NULL);
}
ssize_t (goc_pwrite)(int fd, const void *buf, size_t n, off_t offset)
{
    return goc__pwrite(fd, buf, n, offset, NULL);
}
int (goc_open)(const char *path, int flags, mode_t mode)
{
    return goc__open(path, flags, mode, NULL);
}
int (goc_fsync)(int fd)
{
    return goc__fsync(fd, NULL);
}
ssize_t (goc_sendfile)(int out, int in, off_t *offset, size_t n)
{
    return goc__sendfile(out, in, offset, n, NULL);
}
int (goc_wait_child)(pid_t pid, int *status, goc_duration timeout)
{
    return goc__wait_child(pid, status, timeout, NULL);
}
