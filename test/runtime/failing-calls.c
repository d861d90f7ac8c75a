// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// When the k-th call for memory, a thread or a descriptor fails, for every k,
// the program goes on or ends with a fatal error that says what ran out.
// REQUIRES: nosan
// RUN: %cc %s -o %t -Wl,--wrap=malloc,--wrap=calloc,--wrap=mmap,--wrap=pthread_create,--wrap=epoll_create1,--wrap=eventfd,--wrap=madvise,--wrap=posix_memalign %runtime
// RUN: %t
#include "Inputs/check.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *failing = "";
static int when, calls;

/* Whether this is the call that has to fail. */
static int fails(const char *name)
{
    return !strcmp(failing, name)
        && __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) == when;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return fails("malloc") ? NULL : __real_malloc(size);
}
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    return fails("calloc") ? NULL : __real_calloc(n, size);
}
int __real_posix_memalign(void **p, size_t align, size_t size);
int __wrap_posix_memalign(void **p, size_t align, size_t size)
{
    return fails("posix_memalign") ? ENOMEM
                                   : __real_posix_memalign(p, align, size);
}
void *__real_mmap(void *at, size_t n, int prot, int flags, int fd, off_t o);
void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t o)
{
    errno = ENOMEM;
    return fails("mmap") ? MAP_FAILED
                         : __real_mmap(at, n, prot, flags, fd, o);
}
int __real_madvise(void *at, size_t n, int advice);
int __wrap_madvise(void *at, size_t n, int advice)
{
    errno = EINVAL;
    return fails("madvise") ? -1 : __real_madvise(at, n, advice);
}
int __real_pthread_create(pthread_t *t, const pthread_attr_t *attr,
                          void *(*fn)(void *), void *arg);
int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *attr,
                          void *(*fn)(void *), void *arg)
{
    return fails("pthread_create") ? EAGAIN
                                   : __real_pthread_create(t, attr, fn, arg);
}
int __real_epoll_create1(int flags);
int __wrap_epoll_create1(int flags)
{
    errno = EMFILE;
    return fails("epoll_create1") ? -1 : __real_epoll_create1(flags);
}
int __real_eventfd(unsigned n, int flags);
int __wrap_eventfd(unsigned n, int flags)
{
    errno = EMFILE;
    return fails("eventfd") ? -1 : __real_eventfd(n, flags);
}

/* ---- A bit of everything ---- */

static goc_chan *c;

static void sender(void *arg)
{
    char big[200];
    memset(big, 1, sizeof big);
    goc_sleep(GOC_MILLISECOND);
    goc_chan_send(c, arg);
}

static void *blocking(void *arg)
{
    usleep(100);
    return arg;
}

static void waiter(void *arg)
{
    int fd = *(int *)arg, v = 3;
    CHECK(goc_wait_fd(fd, POLLIN, -1) & POLLIN);
    goc_chan_send(c, &v);
}

static void everything(void)
{
    enum { N = 300 };
    char large[256] = { 0 };
    int fd[2], v;
    c = goc_chan_new(sizeof(int), 0);
    for (int i = 0; i < N; i++)
        goc__go(sender, large, i % 3 ? sizeof(int) : sizeof large, "x");
    for (int i = 0; i < N; i++)
        goc_chan_recv(c, &v);
    CHECK(goc_blocking(blocking, &v) == &v);
    CHECK_EQ(pipe(fd), 0);
    goc__go(waiter, &fd[0], sizeof fd[0], "x");
    goc_yield();
    CHECK_EQ(write(fd[1], "x", 1), 1);
    goc_chan_recv(c, &v);
    goc_stack_size(1 << 20);
    goc_go(sender, &v);
    goc_chan_recv(c, &v);
    goc_chan_free(c);
}

/* One run in a process of its own.  False: so many calls there are not. */
static int run(const char *name, int k)
{
    int report[2], status;
    char text[2000];
    size_t n = 0;
    ssize_t got;
    CHECK_EQ(pipe(report), 0);
    fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        dup2(report[1], 2);
        failing = name;
        when = k;
        alarm(20);
        everything();
        _exit(calls < when ? 100 : 0);
    }
    close(report[1]);
    while (n < sizeof text - 1
           && (got = read(report[0], text + n, sizeof text - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    close(report[0]);
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status)
        || (WEXITSTATUS(status) == 2 && strncmp(text, "fatal error: ", 13))
        || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 2
            && WEXITSTATUS(status) != 100)) {
        fprintf(stderr, "%s, call %d: status %x\n%s\n", name, k, status, text);
        exit(1);
    }
    return WEXITSTATUS(status) != 100;
}

int main(void)
{
    static const char *const names[] = { "malloc", "calloc",
                                         "posix_memalign", "mmap",
                                         "madvise", "pthread_create",
                                         "epoll_create1", "eventfd" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int k = 1;
        while (k < 150 && run(names[i], k))
            k++;
        CHECK(k > 1); /* the library makes such calls at all */
    }
    return 0;
}
