// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who is told -EBADF finds the descriptor closed; who comes while it is being closed is told, too.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

#include <sys/syscall.h>

static _Atomic int hold, held = -1;

/* The C library's, for the runtime, too. */
int close(int fd)
{
    if (hold == fd)
        for (held = fd; hold == fd;)
            usleep(100);
    return (int)syscall(SYS_close, fd);
}

static goc_waitgroup wg;

static void accepts(void *arg)
{
    int l = *(int *)arg;
    CHECK_EQ(goc_accept(l, NULL, NULL), -EBADF);
    CHECK(fcntl(l, F_GETFD) < 0);
    goc_waitgroup_done(&wg);
}

static void told_after_the_close(void)
{
    for (int i = 0; i < 100; i++) {
        int l = goc_listen("127.0.0.1", "0", 1);
        goc_waitgroup_add(&wg, 1);
        go_and_wait(accepts, &l, "IO wait");
        CHECK_EQ(goc_close(l), 0);
        goc_waitgroup_wait(&wg);
    }
}

static void closes(void *arg)
{
    CHECK_EQ(goc_close(*(int *)arg), 0);
    goc_waitgroup_done(&wg);
}

static void reads(void *arg)
{
    char c;
    CHECK_EQ(goc_read(*(int *)arg, &c, 1), -EBADF);
    goc_waitgroup_done(&wg);
}

static void late(int fd)
{
    hold = fd;
    held = -1;
    goc_waitgroup_add(&wg, 2);
    goc_go(closes, &fd);
    while (held != fd)
        goc_sleep(100 * GOC_MICROSECOND);
    go_and_wait(reads, &fd, "IO wait");
    hold = -1;
    goc_waitgroup_wait(&wg);
}

int main(void)
{
    int fd[2];
    told_after_the_close();
    tcp_pair(fd);
    late(fd[0]);
    goc_close(fd[1]);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    late(fd[0]);
    goc_close(fd[1]);
    CHECK_EQ(goc_pipe(fd), 0);
    late(fd[0]);
    goc_close(fd[1]);
    return 0;
}
