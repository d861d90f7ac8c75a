/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* net.c: sockets.
 *
 * Every socket made here is non-blocking and close-on-exec.  Sockets from
 * elsewhere may block: MSG_DONTWAIT makes that irrelevant for data, and accept
 * waits before it asks.
 *
 * Names are looked up on a helper thread, but for those that are numbers.  A
 * look-up that takes longer than its caller can wait goes on without it and
 * frees what it finds.
 */
#include "fd.h"

#include <goc/context.h>
#include <goc/net.h>
#include <goc/sync.h>
#include <goc/time.h>

#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- Small things ------------------------------------------------------- */

static GOC__SYS_FUNCTION int sys_socket(int family, int type, int protocol)
{
    return (int)goc__sys(
        socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

static GOC__SYS_FUNCTION int option(int fd, int level, int name, int value)
{
    return (int)goc__sys(setsockopt(fd, level, name, &value, sizeof value));
}

static GOC__SYS_FUNCTION int sys_bind(int fd, const struct sockaddr *addr,
                                      socklen_t len)
{
    return (int)goc__sys(bind(fd, addr, len));
}

static GOC__SYS_FUNCTION int sys_listen(int fd, int backlog)
{
    return (int)goc__sys(listen(fd, backlog < 1 ? SOMAXCONN : backlog));
}

static GOC__SYS_FUNCTION int sys_connect(int fd, const struct sockaddr *addr,
                                         socklen_t len)
{
    return (int)goc__sys(connect(fd, addr, len));
}

static GOC__SYS_FUNCTION int socket_error(int fd)
{
    int error = 0;
    socklen_t len = sizeof error;
    int r = (int)goc__sys(
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
    return r < 0 ? r : -error;
}

static GOC__SYS_FUNCTION bool has_peer(int fd)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    return goc__sys(getpeername(fd, (struct sockaddr *)&peer, &len)) == 0;
}

static GOC__SYS_FUNCTION bool listens(int fd)
{
    int yes = 0;
    socklen_t len = sizeof yes;
    return goc__sys(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len)) == 0
        && yes;
}

static GOC__SYS_FUNCTION void sys_close(int fd)
{
    (void)goc__sys(close(fd));
}

/* ---- Names -------------------------------------------------------------- */

struct lookup
{
    _Atomic int refs;       /* who asked, and who looks */
    goc_chan *done;
    struct addrinfo hints, *found;
    int error;
    char *host, *service;   /* or null */
};

static GOC__SYS_FUNCTION int lookup_error(int error)
{
    switch (error) {
    case 0:
        return 0;
    case EAI_NONAME:
#ifdef EAI_NODATA
    case EAI_NODATA:
#endif
    case EAI_SERVICE:
        /* The C library says so as well when it could not read its files. */
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM
            ? -errno : -ENOENT;
    case EAI_AGAIN:
        return -EAGAIN;
    case EAI_MEMORY:
        return -ENOMEM;
    case EAI_SYSTEM:
        return -errno;
    case EAI_FAMILY:
    case EAI_SOCKTYPE:
    case EAI_BADFLAGS:
        return -EINVAL;
    default:
        return -EIO;
    }
}

static void lookup_unref(struct lookup *l)
{
    goc__tsan_release(l);
    if (atomic_fetch_sub(&l->refs, 1) != 1)
        return;
    goc__tsan_acquire(l);
    if (l->found)
        freeaddrinfo(l->found);
    goc__free(l->done, NULL);
    free(l->host);
    free(l->service);
    free(l);
}

static void *lookup_run(void *p)
{
    struct lookup *l = p;
    int e = errno;
    errno = 0;
    l->error = lookup_error(
        getaddrinfo(l->host, l->service, &l->hints, &l->found));
    errno = e;
    return NULL;
}

/* One that its caller may leave behind. */
static void *lookup_alone(void *p)
{
    struct lookup *l = p;
    lookup_run(l);
    goc__send(l->done, NULL, NULL);
    lookup_unref(l);
    return NULL;
}

static char *copy_or_null(const char *s)
{
    if (!s || !*s)
        return NULL;
    size_t n = strlen(s) + 1;
    return memcpy(goc__malloc(n), s, n);
}

static struct lookup *lookup_new(const char *host, const char *service,
                                 int type, int flags)
{
    struct lookup *l = goc__calloc(1, sizeof *l);
    l->host = copy_or_null(host);
    l->service = copy_or_null(service);
    if (!l->host && !l->service)
        l->service = copy_or_null("0");
    l->hints.ai_socktype = type;
    l->hints.ai_flags = flags;
    l->done = goc__make(0, 1, NULL);
    atomic_init(&l->refs, 1);
    return l;
}

/* getaddrinfo takes a port modulo 65536. */
static bool is_beyond_ports(const char *service)
{
    return service && strspn(service, "0123456789") == strlen(service)
        && strtoull(service, NULL, 10) > 65535;
}

/* Looks up; 0, or the error, goc_err(ctx) if ctx (may be null) ends first.
 * The addresses are in l->found. */
static int lookup(struct lookup *l, int64_t deadline, goc_context *ctx,
                  const char *at)
{
    int flags = l->hints.ai_flags;
    if (is_beyond_ports(l->service))
        return -EINVAL;
    l->hints.ai_flags |= AI_NUMERICHOST | AI_NUMERICSERV;
    lookup_run(l);
    if (l->error != -ENOENT)
        return l->error;
    l->hints.ai_flags = flags;
    if (goc_err(ctx))
        return goc_err(ctx);
    if (deadline == INT64_MAX && !goc_done(ctx)) {
        goc__blocking(lookup_run, l, at);
        return l->error;
    }
    atomic_fetch_add(&l->refs, 1);
    goc__blocking_alone(lookup_alone, l);
    goc_case c[] = { { .chan = l->done, .op = GOC_RECV },
                     { .chan = goc_done(ctx), .op = GOC_RECV } };
    int64_t left = GOC_FOREVER;
    if (deadline != INT64_MAX) {
        left = deadline - goc__now();
        if (left < 0)
            left = 0;
    }
    switch (goc__select_for(c, 2, left, at)) {
    case 0:
        return l->error;
    case 1:
        return goc_err(ctx);
    default:
        return -ETIMEDOUT;
    }
}

/* ---- Listening ---------------------------------------------------------- */

/* A socket bound to one address; type is SOCK_STREAM or SOCK_DGRAM. */
static int bind_one(const struct addrinfo *a, bool dual)
{
    int fd = sys_socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd < 0)
        return fd;
    int r = 0;
    if (a->ai_socktype == SOCK_STREAM) {
        r = option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        /* What is accepted inherits it. */
        if (r == 0)
            r = option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    }
    if (r == 0 && a->ai_family == AF_INET6)
        r = option(fd, IPPROTO_IPV6, IPV6_V6ONLY, !dual);
    if (r == 0)
        r = sys_bind(fd, a->ai_addr, a->ai_addrlen);
    if (r < 0) {
        sys_close(fd);
        return r;
    }
    return fd;
}

/* Without a host, IPv6's any-address serves IPv4, too; where there is no IPv6,
 * IPv4's. */
static int bind_any(const char *host, const char *service, int type,
                    goc_context *ctx, const char *at)
{
    bool any = !host || !*host;
    struct lookup *l = lookup_new(host, service, type, AI_PASSIVE);
    int r = lookup(l, INT64_MAX, ctx, at), fd = -EADDRNOTAVAIL;
    for (int pass = 0; r == 0 && pass < 2 && fd < 0; pass++)
        for (struct addrinfo *a = l->found; a && fd < 0; a = a->ai_next)
            if (!any || (a->ai_family == AF_INET6) == (pass == 0))
                fd = bind_one(a, any);
    lookup_unref(l);
    return r ? r : fd;
}

/* Finishes what makes a descriptor: notes it, or closes it. */
static int finish(int fd, int r, unsigned flags)
{
    if (r < 0) {
        sys_close(fd);
        return r;
    }
    goc__fd_opened(fd, GOC__FD_NONBLOCKING | GOC__FD_EDGE | flags);
    return fd;
}

int goc__listen_ctx(const char *host, const char *service, int backlog,
                    goc_context *ctx, const char *at)
{
    int fd = bind_any(host, service, SOCK_STREAM, ctx, at);
    return fd < 0 ? fd : finish(fd, sys_listen(fd, backlog), GOC__FD_STREAM);
}

int goc__listen(const char *host, const char *service, int backlog,
                const char *at)
{
    return goc__listen_ctx(host, service, backlog, NULL, at);
}

int goc__listen_udp_ctx(const char *host, const char *service,
                        goc_context *ctx, const char *at)
{
    int fd = bind_any(host, service, SOCK_DGRAM, ctx, at);
    return fd < 0 ? fd : finish(fd, 0, 0);
}

int goc__listen_udp(const char *host, const char *service, const char *at)
{
    return goc__listen_udp_ctx(host, service, NULL, at);
}

/* The address of a Unix socket: its length, or the error. */
static int unix_address(struct sockaddr_un *a, const char *path)
{
    size_t n = strlen(path);
    bool abstract = path[0] == '@';
    memset(a, 0, sizeof *a);
    a->sun_family = AF_UNIX;
    if (n == 0 || n >= sizeof a->sun_path)
        return n ? -ENAMETOOLONG : -EINVAL;
    memcpy(a->sun_path, path, n);
    if (abstract)
        a->sun_path[0] = '\0';
    return (int)(offsetof(struct sockaddr_un, sun_path) + n + !abstract);
}

int goc_listen_unix(const char *path, int backlog)
{
    struct sockaddr_un a;
    int len = unix_address(&a, path);
    if (len < 0)
        return len;
    int fd = sys_socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return fd;
    int r = sys_bind(fd, (struct sockaddr *)&a, (socklen_t)len);
    return finish(fd, r < 0 ? r : sys_listen(fd, backlog), 0);
}

/* ---- Accepting ---------------------------------------------------------- */

static GOC__SYS_FUNCTION int sys_accept(int fd, struct sockaddr *addr,
                                        socklen_t *len)
{
    return (int)goc__sys(
        accept4(fd, addr, len, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

/* Errors of a connection that has died in the backlog; see accept(2). */
static bool is_connections_own(int error)
{
    static const int own[] = { ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT,
                               EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH,
                               EPERM };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (error == -own[i])
            return true;
    return false;
}

static bool is_exhaustion(int error)
{
    return error == -EMFILE || error == -ENFILE || error == -ENOBUFS
        || error == -ENOMEM;
}

/* Nothing to accept with: waits a while for others to close something.  0, or
 * why there is no point in trying again. */
static int accept_pause(struct goc__io *io, int64_t *pause)
{
    enum { MOST = 1000 * 1000 * 1000 };
    *pause = *pause ? 2 * *pause : 5 * 1000 * 1000;
    if (*pause > MOST)
        *pause = MOST;
    int64_t end = goc__deadline(*pause);
    while (goc__now() < end) {
        /* In pieces, so that a close or a deadline is noticed. */
        int64_t piece = goc__deadline(10 * 1000 * 1000);
        int r = goc__io_still(io);
        if (r < 0)
            return r;
        goc__sleep_until(piece < end ? piece : end, io->at);
    }
    return 0;
}

/* A connection is like the listener that it comes from. */
static int accept_begun(struct goc__io *io, struct sockaddr *addr,
                        socklen_t *len)
{
    socklen_t size = len ? *len : 0;
    int64_t pause = 0;
    /* Where there is nothing to wait for accept(2) says at once why. */
    int r = goc__fd_nonblocking(io->fd) || !listens(io->fd)
        ? 0 : goc__io_wait(io);
    while (r == 0) {
        if (len)
            *len = size;
        int c = sys_accept(io->fd, addr, len);
        if (c >= 0) {
            goc__fd_opened(c, GOC__FD_NONBLOCKING | GOC__FD_EDGE
                           | (atomic_load_explicit(&io->state->flags,
                                                   memory_order_relaxed)
                              & GOC__FD_STREAM));
            return c;
        }
        if (is_exhaustion(c))
            r = accept_pause(io, &pause);
        else if (!is_connections_own(c))
            r = goc__io_retry(io, c);
    }
    return r;
}

int goc__accept(int fd, struct sockaddr *addr, socklen_t *len,
                const char *at)
{
    struct goc__io io;
    int r = goc__io_begin(&io, fd, GOC__READS, at);
    return (int)goc__io_end(&io, r ? r : accept_begun(&io, addr, len));
}

/* ---- Dialing ------------------------------------------------------------ */

/* How long a dial may take: to the deadline, and until ctx (may be null) ends.
 */
struct limits
{
    int64_t deadline;
    goc_context *ctx;
    const char *at;
};

static struct limits limits_for(goc_duration timeout, const char *at)
{
    return (struct limits){
        timeout < 0 ? INT64_MAX : goc__deadline(timeout), NULL, at
    };
}

static struct limits limits_of(goc_context *ctx, const char *at)
{
    struct limits l = { INT64_MAX, ctx, at };
    (void)goc_get_deadline(ctx, &l.deadline);
    return l;
}

static int connect_begun(struct goc__io *io, const struct sockaddr *addr,
                         socklen_t len, int64_t deadline)
{
    int64_t pause = 1000 * 1000;
    int r;
    while ((r = sys_connect(io->fd, addr, len)) == -EAGAIN) {
        /* A Unix socket whose backlog is full: there is nothing to wait on. */
        int64_t now = goc__now();
        if (now >= deadline)
            return -ETIMEDOUT;
        if ((r = goc__io_still(io)) < 0)
            return r;
        goc__sleep_until(now + pause < deadline ? now + pause : deadline,
                         io->at);
        if (pause < 20 * 1000 * 1000)
            pause *= 2;
    }
    if (r != -EINPROGRESS && r != -EINTR)
        return r;
    do {
        if ((r = goc__io_wait_until(io, deadline)) < 0)
            return r;
        r = socket_error(io->fd);
        /* Woken for another reason: without a peer it is not over. */
        if (r == 0 && has_peer(io->fd))
            return 0;
    } while (r == 0);
    return r;
}

/* The end of a context ends the operations on fd, by a deadline long ago. */
struct canceller
{
    int fd;
    goc_after_call *call; /* null when the context cannot end */
    goc_waitgroup done;
};

static void cancel_io(void *p)
{
    struct canceller *c = p;
    goc_set_deadline(c->fd, 1, 1);
    goc_waitgroup_done(&c->done);
}

static void canceller_begin(struct canceller *c, int fd,
                            const struct limits *l)
{
    *c = (struct canceller){ .fd = fd };
    if (!goc_done(l->ctx))
        return;
    goc_waitgroup_add(&c->done, 1);
    c->call = goc__after_func_new(l->ctx, cancel_io, c, l->at);
}

static void canceller_end(struct canceller *c)
{
    if (c->call && !goc_after_func_stop(c->call)) {
        goc_waitgroup_wait(&c->done);
        goc_set_deadline(c->fd, 0, 0);
    }
}

/* Connects fd, which is new: fd, or the error when it is closed again. */
static int connect_until(int fd, const struct sockaddr *addr, socklen_t len,
                         const struct limits *l, int64_t deadline,
                         unsigned flags)
{
    struct goc__io io;
    struct canceller c;
    goc__fd_opened(fd, GOC__FD_NONBLOCKING | GOC__FD_EDGE | flags);
    canceller_begin(&c, fd, l);
    int r = goc__io_begin(&io, fd, GOC__WRITES, l->at);
    r = (int)goc__io_end(
        &io, r ? r : connect_begun(&io, addr, len, deadline));
    canceller_end(&c);
    if (r == 0)
        return fd;
    goc__close_fd(fd, l->at);
    return goc_err(l->ctx) ? goc_err(l->ctx) : r;
}

static int dial_one(const struct addrinfo *a, const struct limits *l,
                    int64_t deadline)
{
    int fd = sys_socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd < 0)
        return fd;
    bool tcp = a->ai_socktype == SOCK_STREAM;
    int r = tcp ? option(fd, IPPROTO_TCP, TCP_NODELAY, 1) : 0;
    if (r < 0) {
        sys_close(fd);
        return r;
    }
    return connect_until(fd, a->ai_addr, a->ai_addrlen, l, deadline,
                         tcp ? GOC__FD_STREAM : 0);
}

/* While other addresses are left, one may take its share of the time, but two
 * seconds at least; package net does the same. */
static int64_t share_of(int64_t deadline, int left)
{
    enum { LEAST = 2 };
    if (deadline == INT64_MAX || left < 2)
        return deadline;
    int64_t now = goc__now(), least = LEAST * (int64_t)1000000000;
    int64_t share = (deadline - now) / left;
    if (share < least)
        share = deadline - now < least ? deadline - now : least;
    return now + share;
}

static int dial(const char *host, const char *service, int type,
                const struct limits *limits)
{
    struct lookup *l = lookup_new(host, service, type, 0);
    int r = lookup(l, limits->deadline, limits->ctx, limits->at), left = 0;
    for (struct addrinfo *a = l->found; r == 0 && a; a = a->ai_next)
        left++;
    if (r == 0) {
        r = -ENOENT;
        for (struct addrinfo *a = l->found; a && r < 0; a = a->ai_next) {
            if (goc_err(limits->ctx)) {
                r = goc_err(limits->ctx);
                break;
            }
            r = dial_one(a, limits, share_of(limits->deadline, left--));
        }
    }
    lookup_unref(l);
    return r;
}

static int dial_unix(const char *path, const struct limits *limits)
{
    struct sockaddr_un a;
    int len = unix_address(&a, path);
    if (len < 0)
        return len;
    if (goc_err(limits->ctx))
        return goc_err(limits->ctx);
    int fd = sys_socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return fd;
    return connect_until(fd, (struct sockaddr *)&a, (socklen_t)len, limits,
                         limits->deadline, 0);
}

int goc__dial(const char *host, const char *service, goc_duration timeout,
              const char *at)
{
    struct limits l = limits_for(timeout, at);
    return dial(host, service, SOCK_STREAM, &l);
}

int goc__dial_ctx(const char *host, const char *service, goc_context *ctx,
                  const char *at)
{
    struct limits l = limits_of(ctx, at);
    return dial(host, service, SOCK_STREAM, &l);
}

int goc__dial_unix(const char *path, goc_duration timeout, const char *at)
{
    struct limits l = limits_for(timeout, at);
    return dial_unix(path, &l);
}

int goc__dial_unix_ctx(const char *path, goc_context *ctx, const char *at)
{
    struct limits l = limits_of(ctx, at);
    return dial_unix(path, &l);
}

int goc__dial_udp_ctx(const char *host, const char *service,
                      goc_context *ctx, const char *at)
{
    struct limits l = limits_of(ctx, at);
    return dial(host, service, SOCK_DGRAM, &l);
}

int goc__dial_udp(const char *host, const char *service, const char *at)
{
    return goc__dial_udp_ctx(host, service, NULL, at);
}

/* ---- Data --------------------------------------------------------------- */

static GOC__SYS_FUNCTION ssize_t sys_sendto(int fd, const void *buf, size_t n,
                                            int flags,
                                            const struct sockaddr *addr,
                                            socklen_t len)
{
    return goc__sys(sendto(fd, buf, n, flags | MSG_DONTWAIT | MSG_NOSIGNAL,
                           addr, len));
}

static GOC__SYS_FUNCTION ssize_t sys_recvfrom(int fd, void *buf, size_t n,
                                              int flags,
                                              struct sockaddr *addr,
                                              socklen_t *len)
{
    return goc__sys(recvfrom(fd, buf, n, flags | MSG_DONTWAIT, addr, len));
}

ssize_t goc__sendto(int fd, const void *buf, size_t n, int flags,
                    const struct sockaddr *addr, socklen_t len,
                    const char *at)
{
    struct goc__io io;
    ssize_t done = 0;
    int r = goc__io_begin(&io, fd, GOC__WRITES, at);
    while (r == 0) {
        done = sys_sendto(fd, buf, n, flags, addr, len);
        if (done >= 0) {
            goc__tsan_was_read(buf, done);
            break;
        }
        r = done == -EAGAIN && (flags & MSG_DONTWAIT)
            ? (int)done : goc__io_retry(&io, done);
    }
    return goc__io_end(&io, r ? r : done);
}

ssize_t goc__send_to_peer(int fd, const void *buf, size_t n, int flags,
                          const char *at)
{
    return goc__sendto(fd, buf, n, flags, NULL, 0, at);
}

static ssize_t recv_some(int fd, void *buf, size_t n, int flags,
                         struct sockaddr *addr, socklen_t *len,
                         const char *at)
{
    struct goc__io io;
    socklen_t size = len ? *len : 0;
    ssize_t done = 0;
    int r = goc__io_begin(&io, fd, GOC__READS, at);
    if (r == 0 && n > 0 && flags == 0 && goc__io_drained(&io))
        r = goc__io_wait(&io);
    while (r == 0) {
        if (len)
            *len = size;
        done = sys_recvfrom(fd, buf, n, flags, addr, len);
        if (done >= 0) {
            goc__tsan_was_written(buf, done);
            if (flags == 0)
                goc__io_was_read(&io, n, done);
            break;
        }
        r = done == -EAGAIN && (flags & MSG_DONTWAIT)
            ? (int)done : goc__io_retry(&io, done);
    }
    return goc__io_end(&io, r ? r : done);
}

/* MSG_WAITALL means nothing together with MSG_DONTWAIT, so its waiting is done
 * here; only without MSG_PEEK is there a next piece. */
ssize_t goc__recvfrom(int fd, void *buf, size_t n, int flags,
                      struct sockaddr *addr, socklen_t *len, const char *at)
{
    bool all = (flags & (MSG_WAITALL | MSG_PEEK | MSG_DONTWAIT))
        == MSG_WAITALL;
    ssize_t have = recv_some(fd, buf, n, flags & ~MSG_WAITALL, addr, len, at);
    while (all && have > 0 && (size_t)have < n) {
        ssize_t r = recv_some(fd, (char *)buf + have, n - (size_t)have,
                              flags & ~MSG_WAITALL, NULL, NULL, at);
        if (r <= 0)
            break; /* the error comes with the next call */
        have += r;
    }
    return have;
}

ssize_t goc__recv_from_peer(int fd, void *buf, size_t n, int flags,
                            const char *at)
{
    return goc__recvfrom(fd, buf, n, flags, NULL, NULL, at);
}

/* ---- The functions behind the macros ------------------------------------ */

int (goc_listen)(const char *host, const char *service, int backlog)
{
    return goc__listen(host, service, backlog, NULL);
}
int (goc_listen_ctx)(const char *host, const char *service, int backlog,
                     goc_context *ctx)
{
    return goc__listen_ctx(host, service, backlog, ctx, NULL);
}
int (goc_listen_udp)(const char *host, const char *service)
{
    return goc__listen_udp(host, service, NULL);
}
int (goc_listen_udp_ctx)(const char *host, const char *service,
                         goc_context *ctx)
{
    return goc__listen_udp_ctx(host, service, ctx, NULL);
}
int (goc_dial_udp)(const char *host, const char *service)
{
    return goc__dial_udp(host, service, NULL);
}
int (goc_dial_udp_ctx)(const char *host, const char *service,
                       goc_context *ctx)
{
    return goc__dial_udp_ctx(host, service, ctx, NULL);
}
int (goc_accept)(int fd, struct sockaddr *addr, socklen_t *len)
{
    return goc__accept(fd, addr, len, NULL);
}
int (goc_dial)(const char *host, const char *service, goc_duration timeout)
{
    return goc__dial(host, service, timeout, NULL);
}
int (goc_dial_ctx)(const char *host, const char *service, goc_context *ctx)
{
    return goc__dial_ctx(host, service, ctx, NULL);
}
int (goc_dial_unix_ctx)(const char *path, goc_context *ctx)
{
    return goc__dial_unix_ctx(path, ctx, NULL);
}
int (goc_dial_unix)(const char *path, goc_duration timeout)
{
    return goc__dial_unix(path, timeout, NULL);
}
ssize_t (goc_send)(int fd, const void *buf, size_t n, int flags)
{
    return goc__sendto(fd, buf, n, flags, NULL, 0, NULL);
}
ssize_t (goc_recv)(int fd, void *buf, size_t n, int flags)
{
    return goc__recvfrom(fd, buf, n, flags, NULL, NULL, NULL);
}
ssize_t (goc_sendto)(int fd, const void *buf, size_t n, int flags,
                     const struct sockaddr *addr, socklen_t len)
{
    return goc__sendto(fd, buf, n, flags, addr, len, NULL);
}
ssize_t (goc_recvfrom)(int fd, void *buf, size_t n, int flags,
                       struct sockaddr *addr, socklen_t *len)
{
    return goc__recvfrom(fd, buf, n, flags, addr, len, NULL);
}
