/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/io.h>: reading, writing, files, pipes and child processes.
 *
 * The functions park the goroutine, not the thread, until the descriptor is
 * ready, whatever kind it is and whether or not O_NONBLOCK is set: sockets,
 * pipes and terminals wait in the poller, what cannot be polled (files) is
 * read and written on helper threads.  Threads that the library did not start
 * block.
 *
 * Errors come back as negative errno values; errno is not touched.  EINTR is
 * never returned.  Nothing raises SIGPIPE: the error is -EPIPE.  Descriptors
 * made here are close-on-exec.  -ETIMEDOUT: the deadline set by
 * goc_set_deadline has passed; -EBADF: also when goc_close has closed the
 * descriptor meanwhile.  Any thread may call any of these functions.
 */
#ifndef GOC_IO_H
#define GOC_IO_H

#include <goc/base.h>

#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* read(2): up to n bytes; 0 at the end.  Parks until there are some. */
ssize_t goc_read(int fd, void *buf, size_t n);

/* write(2): some of the n bytes, and how many.  Parks until there is room. */
ssize_t goc_write(int fd, const void *buf, size_t n);

/* readv(2), writev(2). */
ssize_t goc_readv(int fd, const struct iovec *iov, int n);
ssize_t goc_writev(int fd, const struct iovec *iov, int n);

/* Reads n bytes; fewer only at the end.  io.ReadFull. */
ssize_t goc_read_full(int fd, void *buf, size_t n);

/* Writes n bytes: n, or the error. */
ssize_t goc_write_all(int fd, const void *buf, size_t n);

/* pread(2), pwrite(2), for files. */
ssize_t goc_pread(int fd, void *buf, size_t n, off_t offset);
ssize_t goc_pwrite(int fd, const void *buf, size_t n, off_t offset);

/* open(2), on a helper thread; close-on-exec. */
int goc_open(const char *path, int flags, mode_t mode);

/* fsync(2), on a helper thread. */
int goc_fsync(int fd);

/* Sends n bytes of the file `in` to out, from *offset on, which is advanced;
 * from in's own position if offset is null.  The number sent, fewer than n only
 * at the end of the file.  sendfile(2), and without it where the kernel cannot. */
ssize_t goc_sendfile(int out, int in, off_t *offset, size_t n);

/* A pipe: fd[0] reads what is written to fd[1].  0, or the error.  pipe2(2). */
int goc_pipe(int fd[2]);

/* Closes fd.  Whoever waits on it returns with -EBADF; the last of those who are
 * in a call on fd closes it in leaving, for which goc_close parks, so that none
 * of them touches the next descriptor with the number.  Descriptors that the functions of this
 * library wait on are to be closed by this one. */
int goc_close(int fd);

/* Deadlines for reading (and accepting) and for writing, on goc_now's clock;
 * 0: none.  Operations that wait or begin after that return -ETIMEDOUT.  They
 * apply to those that wait now, too: a function for goc_after_func that sets
 * both to 1 ends them with a context.  0, or -EBADF. */
int goc_set_deadline(int fd, goc_time reads, goc_time writes);

/* Calls fn(arg) on a helper thread and returns its result; parks meanwhile.
 * errno goes with it, there and back. */
void *goc_blocking(void *(*fn)(void *), void *arg);

/* Starts a program, as posix_spawnp(3): argv[0] is its name, found by PATH;
 * envp null stands for the caller's environment.  fd, if not null, gives the
 * child its descriptors 0, 1 and 2; one that is -1 stays the caller's.  They
 * are borrowed, and made blocking for the child.  The child has no signals
 * blocked.  Its process id, or a negative errno value. */
pid_t goc_spawn(const char *file, char *const argv[], char *const envp[],
                const int fd[3]);

/* Waits until the child has ended, at most timeout nanoseconds (negative: no
 * limit).  0, and *status (may be null) as of waitpid(2); -ETIMEDOUT; or
 * -ECHILD when it is not the caller's child or has been waited for. */
int goc_wait_child(pid_t pid, int *status, goc_duration timeout);

/* ---- The same with the caller's place ----------------------------------- */

ssize_t goc__read(int fd, void *buf, size_t n, const char *at);
ssize_t goc__write(int fd, const void *buf, size_t n, const char *at);
ssize_t goc__readv(int fd, const struct iovec *iov, int n, const char *at);
ssize_t goc__writev(int fd, const struct iovec *iov, int n, const char *at);
ssize_t goc__read_full(int fd, void *buf, size_t n, const char *at);
ssize_t goc__write_all(int fd, const void *buf, size_t n, const char *at);
ssize_t goc__pread(int fd, void *buf, size_t n, off_t offset, const char *at);
ssize_t goc__pwrite(int fd, const void *buf, size_t n, off_t offset,
                    const char *at);
int goc__open(const char *path, int flags, mode_t mode, const char *at);
int goc__fsync(int fd, const char *at);
ssize_t goc__sendfile(int out, int in, off_t *offset, size_t n,
                      const char *at);
int goc__close_fd(int fd, const char *at);
void *goc__blocking(void *(*fn)(void *), void *arg, const char *at);
int goc__wait_child(pid_t pid, int *status, goc_duration timeout,
                    const char *at);

#define goc_read(...) goc__read(__VA_ARGS__, GOC_HERE)
#define goc_write(...) goc__write(__VA_ARGS__, GOC_HERE)
#define goc_readv(...) goc__readv(__VA_ARGS__, GOC_HERE)
#define goc_writev(...) goc__writev(__VA_ARGS__, GOC_HERE)
#define goc_read_full(...) goc__read_full(__VA_ARGS__, GOC_HERE)
#define goc_write_all(...) goc__write_all(__VA_ARGS__, GOC_HERE)
#define goc_pread(...) goc__pread(__VA_ARGS__, GOC_HERE)
#define goc_pwrite(...) goc__pwrite(__VA_ARGS__, GOC_HERE)
#define goc_open(...) goc__open(__VA_ARGS__, GOC_HERE)
#define goc_fsync(...) goc__fsync(__VA_ARGS__, GOC_HERE)
#define goc_sendfile(...) goc__sendfile(__VA_ARGS__, GOC_HERE)
#define goc_close(...) goc__close_fd(__VA_ARGS__, GOC_HERE)
#define goc_blocking(...) goc__blocking(__VA_ARGS__, GOC_HERE)
#define goc_wait_child(...) goc__wait_child(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
