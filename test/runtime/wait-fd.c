// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Waiting for descriptors: readiness, timeouts, several at a time, files.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS = 20, TURNS = 50 };
static goc_chan *done;

struct pair
{
    int in, out;
};

static void echo(void *arg)
{
    struct pair *p = arg;
    char b;
    for (int i = 0; i < TURNS; i++) {
        while (read(p->in, &b, 1) != 1) {
            CHECK(errno == EAGAIN);
            CHECK(goc_wait_fd(p->in, POLLIN, -1) & POLLIN);
        }
        CHECK_EQ(write(p->out, &b, 1), 1);
    }
    goc_chan_send(done, NULL);
}

static void all_wait(void)
{
    int s[PAIRS + 1][2];
    done = goc_chan_new(0, 0);
    for (int i = 0; i <= PAIRS; i++)
        CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s[i]), 0);
    for (int i = 0; i < PAIRS; i++) {
        struct pair p = { s[i][1], s[i + 1][0] };
        goc__go(echo, &p, sizeof p, "x");
    }
    for (int i = 0; i < TURNS; i++) {
        char b = (char)i;
        CHECK_EQ(write(s[0][0], &b, 1), 1);
        CHECK(goc_wait_fd(s[PAIRS][1], POLLIN, -1) & POLLIN);
        CHECK_EQ(read(s[PAIRS][1], &b, 1), 1);
        CHECK_EQ(b, i);
    }
    for (int i = 0; i < PAIRS; i++)
        goc_chan_recv(done, NULL);
}

static void both(void *arg)
{
    int fd = *(int *)arg;
    CHECK(goc_wait_fd(fd, POLLIN, GOC_SECOND) & POLLIN);
    goc_chan_send(done, NULL);
}

int main(void)
{
    int fd[2];
    all_wait();
    CHECK_EQ(pipe(fd), 0);
    CHECK_EQ(goc_wait_fd(fd[0], POLLIN, 0), 0);
    goc_time start = goc_now();
    CHECK_EQ(goc_wait_fd(fd[0], POLLIN, 2 * GOC_MILLISECOND), 0);
    CHECK(goc_since(start) >= 2 * GOC_MILLISECOND);
    CHECK(goc_wait_fd(fd[1], POLLOUT, -1) & POLLOUT);
    for (int i = 0; i < 3; i++)
        goc__go(both, &fd[0], sizeof fd[0], "x");
    goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(write(fd[1], "x", 1), 1);
    for (int i = 0; i < 3; i++)
        goc_chan_recv(done, NULL);
    close(fd[1]);
    CHECK(goc_wait_fd(fd[0], POLLIN, -1) > 0);
    close(fd[0]);
    CHECK_EQ(goc_wait_fd(fd[0], POLLIN, -1), -EBADF);
    CHECK_EQ(goc_wait_fd(-1, POLLIN, -1), -EBADF);
    int file = open(__FILE__, O_RDONLY);
    CHECK(file >= 0 && goc_wait_fd(file, POLLIN, -1) == POLLIN);
    return 0;
}
