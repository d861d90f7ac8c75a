/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* failing.h: calls for memory, threads and descriptors of which the k-th fails,
 * or the k-th and all after it.
 *
 * The program is linked with -Wl,--wrap=NAME for each NAME in FAILING.  It runs
 * a part of itself in a process of its own for each name and each k, until the
 * part ends with fewer than k such calls.  A run is good if the part ends (what
 * it was told by an error it may have left out), or if it ends with status 2
 * and the runtime's words for what ran out. */
#ifndef FAILING_H
#define FAILING_H

#include "check.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *failing_name = "";
static int failing_k, failing_calls, failing_stays;

/* Whether this is the call that has to fail. */
static int failing(const char *name, int error)
{
    if (strcmp(failing_name, name) != 0)
        return 0;
    int n = __atomic_add_fetch(&failing_calls, 1, __ATOMIC_RELAXED);
    if (n < failing_k || (n > failing_k && !failing_stays))
        return 0;
    errno = error;
    return 1;
}

/* name, error, what the failing call returns, result, parameters, arguments */
#define FAILING(X)                                                            \
    X(malloc, ENOMEM, NULL, void *, (size_t n), (n))                          \
    X(calloc, ENOMEM, NULL, void *, (size_t n, size_t m), (n, m))             \
    X(realloc, ENOMEM, NULL, void *, (void *p, size_t n), (p, n))             \
    X(posix_memalign, ENOMEM, ENOMEM, int, (void **p, size_t a, size_t n),    \
      (p, a, n))                                                              \
    X(strdup, ENOMEM, NULL, char *, (const char *s), (s))                     \
    X(strndup, ENOMEM, NULL, char *, (const char *s, size_t n), (s, n))       \
    X(mmap, ENOMEM, MAP_FAILED, void *,                                       \
      (void *p, size_t n, int prot, int flags, int fd, off_t o),              \
      (p, n, prot, flags, fd, o))                                             \
    X(mprotect, ENOMEM, -1, int, (void *p, size_t n, int prot), (p, n, prot)) \
    X(madvise, EINVAL, -1, int, (void *p, size_t n, int advice),              \
      (p, n, advice))                                                         \
    X(pthread_create, EAGAIN, EAGAIN, int,                                    \
      (pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *p),  \
      (t, a, fn, p))                                                          \
    X(pthread_key_create, EAGAIN, EAGAIN, int,                                \
      (pthread_key_t *key, void (*end)(void *)), (key, end))                  \
    X(epoll_create1, EMFILE, -1, int, (int flags), (flags))                   \
    X(epoll_ctl, ENOSPC, -1, int,                                             \
      (int ep, int op, int fd, struct epoll_event *e), (ep, op, fd, e))       \
    X(eventfd, EMFILE, -1, int, (unsigned n, int flags), (n, flags))          \
    X(pipe2, ENFILE, -1, int, (int *fd, int flags), (fd, flags))              \
    X(socket, EMFILE, -1, int, (int d, int t, int p), (d, t, p))              \
    X(socketpair, EMFILE, -1, int, (int d, int t, int p, int *fd),            \
      (d, t, p, fd))                                                          \
    X(accept4, ENFILE, -1, int,                                               \
      (int fd, struct sockaddr *a, socklen_t *n, int flags),                  \
      (fd, a, n, flags))                                                      \
    X(poll, ENOMEM, -1, int, (struct pollfd *p, nfds_t n, int ms), (p, n, ms)) \
    X(clone, EAGAIN, -1, int,                                                 \
      (int (*fn)(void *), void *stack, int flags, void *p),                   \
      (fn, stack, flags, p))                                                  \
    X(sigaltstack, ENOMEM, -1, int, (const stack_t *s, stack_t *old),         \
      (s, old))                                                               \
    X(open_memstream, ENOMEM, NULL, FILE *, (char **at, size_t *n), (at, n))

int clone(int (*fn)(void *), void *stack, int flags, void *arg, ...);

#define X(name, error, result, type, parameters, arguments) \
    type __real_##name parameters;                          \
    type __wrap_##name parameters;                          \
    type __wrap_##name parameters                           \
    {                                                       \
        return failing(#name, error) ? result               \
                                     : __real_##name arguments; \
    }
FAILING(X)
#undef X

static const char *const failing_names[] = {
#define X(name, error, result, type, parameters, arguments) #name,
    FAILING(X)
#undef X
};
enum { FAILING_NAMES = sizeof failing_names / sizeof failing_names[0] };

/* One run.  False: there are not so many calls. */
static int failing_run(const char *part, void (*fn)(void), const char *name,
                       int k, int stays)
{
    int report[2], status;
    static char text[1 << 16];
    size_t n = 0;
    ssize_t got;
    CHECK_EQ(pipe(report), 0);
    fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        dup2(report[1], 2);
        failing_name = name;
        failing_k = k;
        failing_stays = stays;
        alarm(30);
        fn();
        _exit(failing_calls < k ? 100 : 0);
    }
    close(report[1]);
    while ((got = read(report[0], text + n, sizeof text - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    close(report[0]);
    waitpid(pid, &status, 0);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    int fatal = code == 2
        && (strstr(text, "fatal error: out of ")
            || strstr(text, "fatal error: cannot "));
    if (code != 0 && code != 100 && !fatal) {
        fprintf(stderr, "%s: %s, call %d%s: status %x\n%s\n", part, name, k,
                stays ? " and later ones" : "", status, text);
        exit(1);
    }
    return code != 100;
}

/* Every k of every name.  How many runs there were. */
static int failing_each(const char *part, void (*fn)(void))
{
    enum { MAX = 400 };
    int runs = 0;
    for (int i = 0; i < FAILING_NAMES; i++)
        for (int k = 1; k < MAX
             && failing_run(part, fn, failing_names[i], k, 0)
             && failing_run(part, fn, failing_names[i], k, 1); k++)
            runs++;
    return runs;
}

#endif
