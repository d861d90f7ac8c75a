/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fd.h: operations on descriptors that park, for io.c and net.c.
 *
 *     struct goc__io io;
 *     ssize_t r = goc__io_begin(&io, fd, GOC__READS, at);
 *     while (r == 0 && (r = goc__sys(recv(...))) == -EAGAIN)
 *         r = goc__io_wait(&io);
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

struct goc__fd;
struct goc__io
{
    int fd;
    enum goc__direction direction;
    struct goc__fd *state;
    uint32_t opened;  /* state->opened when the operation began */
    const char *at;
};

/* 0, -EBADF, or -ETIMEDOUT when the deadline has passed. */
int goc__io_begin(struct goc__io *io, int fd, enum goc__direction direction,
                  const char *at);

/* After an EAGAIN.  0: try again; -ETIMEDOUT; -EBADF when fd is closed by
 * goc_close meanwhile; -EPERM when fd is nothing that one can wait for. */
int goc__io_wait(struct goc__io *io);

/* The same with a deadline beside fd's own; INT64_MAX: none. */
int goc__io_wait_until(struct goc__io *io, int64_t deadline);

/* 0 if the error that a system call has returned is none that matters: try
 * again, after waiting if it was -EAGAIN.  Else what to return. */
int goc__io_retry(struct goc__io *io, ssize_t error);

/* A descriptor that the library has made, or that has become known not to
 * block: no deadlines yet. */
void goc__fd_opened(int fd);

/* Whether fd does not block.  Asks the kernel if need be. */
bool goc__fd_nonblocking(int fd);

/* Calls that may raise SIGPIPE run between these two. */
struct goc__sigpipe
{
    bool blocked;
    unsigned long old[16]; /* a sigset_t */
};
void goc__sigpipe_block(struct goc__sigpipe *s);
void goc__sigpipe_restore(struct goc__sigpipe *s, bool raised);

#endif
