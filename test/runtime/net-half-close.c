// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One half of a connection may be closed; EPIPE comes as an error, never as a signal.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

#include <signal.h>

static goc_waitgroup wg;
static int fd[2];

/* Answers only when it has seen the end of what was sent. */
static void sum(void *arg)
{
    unsigned char buf[1000];
    unsigned total = 0;
    ssize_t n;
    (void)arg;
    while ((n = goc_read(fd[1], buf, sizeof buf)) > 0)
        for (ssize_t i = 0; i < n; i++)
            total += buf[i];
    CHECK_EQ(n, 0);
    CHECK_EQ(goc_write_all(fd[1], &total, sizeof total), sizeof total);
    goc_close(fd[1]);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    static unsigned char data[300000];
    unsigned total = 0, expected = 0;

    signal(SIGPIPE, SIG_DFL);
    tcp_pair(fd);
    goc_waitgroup_add(&wg, 1);
    goc_go(sum, NULL);
    for (size_t i = 0; i < sizeof data; i++)
        expected += data[i] = (unsigned char)(i * 7);
    CHECK_EQ(goc_write_all(fd[0], data, sizeof data), sizeof data);
    CHECK_EQ(shutdown(fd[0], SHUT_WR), 0);
    CHECK_EQ(goc_read_full(fd[0], &total, sizeof total), sizeof total);
    CHECK_EQ(total, expected);
    CHECK_EQ(goc_read(fd[0], &total, 1), 0);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_write(fd[0], data, 1), -EPIPE);
    struct iovec iov = { data, 1 };
    CHECK_EQ(goc_writev(fd[0], &iov, 1), -EPIPE);
    CHECK_EQ(goc_send(fd[0], data, 1, 0), -EPIPE);
    goc_close(fd[0]);

    int p[2];
    CHECK_EQ(goc_pipe(p), 0);
    goc_close(p[0]);
    CHECK_EQ(goc_write(p[1], data, 1), -EPIPE);
    CHECK_EQ(goc_writev(p[1], &iov, 1), -EPIPE);
    goc_close(p[1]);
    CHECK_EQ(pipe(p), 0); /* blocking, from elsewhere */
    goc_close(p[0]);
    CHECK_EQ(goc_write(p[1], data, sizeof data), -EPIPE);
    goc_close(p[1]);

    sigset_t pending;
    sigpending(&pending);
    CHECK(!sigismember(&pending, SIGPIPE));
    return 0;
}
