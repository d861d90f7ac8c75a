// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_close waits for calls on files that are under way, also for the file that is being sent.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t %t.file
// RUN: env GOC_PROCS=2 %t %t.file
// RUN: env GOC_PROCS=8 %t %t.file
#include "Inputs/net.h"

static _Atomic int begun, ended;
static goc_waitgroup wg;
static int file;

/* The C library's, for the runtime, too: a disk that takes its time. */
ssize_t pread(int fd, void *buf, size_t n, off_t offset)
{
    (void)buf, (void)offset;
    begun = 1;
    usleep(20000);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    ended = 1;
    return (ssize_t)n;
}

ssize_t preadv2(int fd, const struct iovec *iov, int n, off_t offset, int flags)
{
    (void)fd, (void)iov, (void)n, (void)offset, (void)flags;
    errno = EAGAIN; /* nothing is in memory */
    return -1;
}

static void reads(void *arg)
{
    char c;
    (void)arg;
    CHECK_EQ(goc_pread(file, &c, 1, 0), 1);
    goc_waitgroup_done(&wg);
}

static int open_with(const char *name, char letter, off_t size)
{
    int fd = goc_open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0);
    CHECK_EQ(goc_pwrite(fd, &letter, 1, size - 1), 1);
    return fd;
}

static void close_in_read(const char *name)
{
    file = open_with(name, 'a', 1);
    goc_waitgroup_add(&wg, 1);
    goc_go(reads, NULL);
    while (!begun)
        goc_yield();
    CHECK_EQ(goc_close(file), 0);
    CHECK(ended);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_pwrite(file, &file, 1, 0), -EBADF);
    CHECK_EQ(goc_fsync(file), -EBADF);
}

static void sends(void *arg)
{
    CHECK_EQ(goc_sendfile(*(int *)arg, file, NULL, 64 << 20), -EBADF);
    goc_close(*(int *)arg);
    goc_waitgroup_done(&wg);
}

/* While there is no room at the other end the file can be closed; what comes
 * after that is none of the next file with its number. */
static void close_in_sending(const char *name)
{
    int fd[2];
    static char text[65536], other[4096];
    ssize_t n;
    tcp_pair(fd);
    file = open_with(name, 'a', 64 << 20);
    goc_waitgroup_add(&wg, 1);
    go_and_wait(sends, &fd[0], "IO wait");
    CHECK_EQ(goc_close(file), 0);
    snprintf(other, sizeof other, "%s.other", name);
    CHECK_EQ(open_with(other, 'b', 1), file);
    while ((n = goc_read(fd[1], text, sizeof text)) > 0)
        CHECK(!memchr(text, 'b', (size_t)n));
    goc_waitgroup_wait(&wg);
    goc_close(fd[1]);
    goc_close(file);
}

int main(int argc, char **argv)
{
    (void)argc;
    close_in_read(argv[1]);
    close_in_sending(argv[1]);
    return 0;
}
