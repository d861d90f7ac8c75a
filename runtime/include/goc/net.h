/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/net.h>: sockets whose calls park the goroutine, as Go's package net.
 *
 * What <goc/io.h> says of errors, signals, deadlines and threads holds here,
 * too; its functions read, write and close sockets.  Sockets are plain
 * descriptors: shutdown(2) closes one half, getsockname(2) and setsockopt(2)
 * do what they do.
 */
#ifndef GOC_NET_H
#define GOC_NET_H

#include <goc/base.h>
#include <goc/io.h>

#include <sys/socket.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A TCP socket that listens at host (null or "": every address, of IPv4 and of
 * IPv6) and service, a number or a name; "0": any free port.  backlog < 1:
 * the system's most.  Connections have TCP_NODELAY set.  Looks names up on a
 * helper thread.  The descriptor, which the caller closes with goc_close, or
 * the error: -ENOENT for a name that is not known, else errno's. */
int goc_listen(const char *host, const char *service, int backlog);

/* The same with a Unix socket at path; one that begins with '@' is abstract.
 * The file is not removed at the end. */
int goc_listen_unix(const char *path, int backlog);

/* goc_listen, but the look-up of a name ends with ctx (borrowed, may be null):
 * then the result is goc_err(ctx).  net.ListenConfig.Listen. */
int goc_listen_ctx(const char *host, const char *service, int backlog,
                   goc_context *ctx);

/* Waits for a connection: its descriptor, which the caller closes.  addr and
 * len as in accept(2); both may be null.  When descriptors or memory have run
 * out it tries again until it succeeds, the deadline passes or fd is closed:
 * those who connect wait in the backlog. */
int goc_accept(int fd, struct sockaddr *addr, socklen_t *len);

/* Connects to host (null or "": this machine) and service, at most timeout
 * nanoseconds in all (negative: no limit).  Tries the addresses in turn.  The
 * descriptor, which the caller closes; or -ETIMEDOUT, -ENOENT for a name that
 * is not known, or the last address's error. */
int goc_dial(const char *host, const char *service, goc_duration timeout);

/* The same with a Unix socket. */
int goc_dial_unix(const char *path, goc_duration timeout);

/* The same until ctx (borrowed, may be null) ends: then goc_err(ctx).
 * net.Dialer.DialContext. */
int goc_dial_ctx(const char *host, const char *service, goc_context *ctx);
int goc_dial_unix_ctx(const char *path, goc_context *ctx);

/* A UDP socket at host and service, as goc_listen's. */
int goc_listen_udp(const char *host, const char *service);

/* A UDP socket whose peer is host and service. */
int goc_dial_udp(const char *host, const char *service);

/* The two, but the look-up of a name ends with ctx: then goc_err(ctx). */
int goc_listen_udp_ctx(const char *host, const char *service,
                       goc_context *ctx);
int goc_dial_udp_ctx(const char *host, const char *service,
                     goc_context *ctx);

/* send(2), recv(2), sendto(2), recvfrom(2).  With MSG_DONTWAIT in flags they
 * return -EAGAIN instead of parking. */
ssize_t goc_send(int fd, const void *buf, size_t n, int flags);
ssize_t goc_recv(int fd, void *buf, size_t n, int flags);
ssize_t goc_sendto(int fd, const void *buf, size_t n, int flags,
                   const struct sockaddr *addr, socklen_t len);
ssize_t goc_recvfrom(int fd, void *buf, size_t n, int flags,
                     struct sockaddr *addr, socklen_t *len);

/* Waits until one of events (poll's bits) holds for fd, at most timeout
 * nanoseconds (negative: no limit).  Those that hold (POLLERR and POLLHUP
 * always count), 0 when the time is up, or an error.  For descriptors of other
 * libraries. */
int goc_wait_fd(int fd, int events, goc_duration timeout);

/* ---- The same with the caller's place ----------------------------------- */

int goc__listen(const char *host, const char *service, int backlog,
                const char *at);
int goc__listen_ctx(const char *host, const char *service, int backlog,
                    goc_context *ctx, const char *at);
int goc__listen_udp(const char *host, const char *service, const char *at);
int goc__listen_udp_ctx(const char *host, const char *service,
                        goc_context *ctx, const char *at);
int goc__dial_udp(const char *host, const char *service, const char *at);
int goc__dial_udp_ctx(const char *host, const char *service,
                      goc_context *ctx, const char *at);
int goc__accept(int fd, struct sockaddr *addr, socklen_t *len,
                const char *at);
int goc__dial(const char *host, const char *service, goc_duration timeout,
              const char *at);
int goc__dial_unix(const char *path, goc_duration timeout, const char *at);
int goc__dial_ctx(const char *host, const char *service, goc_context *ctx,
                  const char *at);
int goc__dial_unix_ctx(const char *path, goc_context *ctx, const char *at);
ssize_t goc__sendto(int fd, const void *buf, size_t n, int flags,
                    const struct sockaddr *addr, socklen_t len,
                    const char *at);
ssize_t goc__send_to_peer(int fd, const void *buf, size_t n, int flags,
                          const char *at);
ssize_t goc__recvfrom(int fd, void *buf, size_t n, int flags,
                      struct sockaddr *addr, socklen_t *len, const char *at);
ssize_t goc__recv_from_peer(int fd, void *buf, size_t n, int flags,
                            const char *at);
int goc__wait_fd(int fd, int events, goc_duration timeout, const char *at);

#define goc_listen(...) goc__listen(__VA_ARGS__, GOC_HERE)
#define goc_listen_ctx(...) goc__listen_ctx(__VA_ARGS__, GOC_HERE)
#define goc_listen_udp(...) goc__listen_udp(__VA_ARGS__, GOC_HERE)
#define goc_listen_udp_ctx(...) goc__listen_udp_ctx(__VA_ARGS__, GOC_HERE)
#define goc_dial_udp(...) goc__dial_udp(__VA_ARGS__, GOC_HERE)
#define goc_dial_udp_ctx(...) goc__dial_udp_ctx(__VA_ARGS__, GOC_HERE)
#define goc_accept(...) goc__accept(__VA_ARGS__, GOC_HERE)
#define goc_dial(...) goc__dial(__VA_ARGS__, GOC_HERE)
#define goc_dial_unix(...) goc__dial_unix(__VA_ARGS__, GOC_HERE)
#define goc_dial_ctx(...) goc__dial_ctx(__VA_ARGS__, GOC_HERE)
#define goc_dial_unix_ctx(...) goc__dial_unix_ctx(__VA_ARGS__, GOC_HERE)
#define goc_send(...) goc__send_to_peer(__VA_ARGS__, GOC_HERE)
#define goc_recv(...) goc__recv_from_peer(__VA_ARGS__, GOC_HERE)
#define goc_sendto(...) goc__sendto(__VA_ARGS__, GOC_HERE)
#define goc_recvfrom(...) goc__recvfrom(__VA_ARGS__, GOC_HERE)
#define goc_wait_fd(...) goc__wait_fd(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
