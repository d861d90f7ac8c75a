// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pipes, whoever made them: they block nobody else, and carry everything in order.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

enum { TOTAL = 3000000 };

static goc_waitgroup wg;

static unsigned char byte_at(size_t i)
{
    return (unsigned char)(i * 31 + i / 256);
}

static void write_side(void *arg)
{
    int fd = *(int *)arg;
    static unsigned char piece[100000];
    for (size_t i = 0; i < TOTAL; i += sizeof piece) {
        for (size_t k = 0; k < sizeof piece; k++)
            piece[k] = byte_at(i + k);
        CHECK_EQ(goc_write_all(fd, piece, sizeof piece), sizeof piece);
    }
    goc_close(fd);
    goc_waitgroup_done(&wg);
}

static void through(int p[2])
{
    unsigned char buf[7777];
    size_t have = 0;
    ssize_t n;
    goc_waitgroup_add(&wg, 1);
    goc_go(write_side, &p[1]);
    while ((n = goc_read(p[0], buf, sizeof buf)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            CHECK_EQ(buf[i], byte_at(have + (size_t)i));
        have += (size_t)n;
    }
    CHECK_EQ(n, 0);
    CHECK_EQ(have, TOTAL);
    goc_waitgroup_wait(&wg);
    goc_close(p[0]);
}

static void sleeper(void *arg)
{
    for (int i = 0; i < 5; i++)
        goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(goc_write(*(int *)arg, "x", 1), 1);
    goc_waitgroup_done(&wg);
}

/* A read of a blocking pipe holds up no other goroutine. */
static void others_go_on(void)
{
    int p[2];
    char c;
    CHECK_EQ(pipe(p), 0);
    goc_waitgroup_add(&wg, 1);
    goc_go(sleeper, &p[1]);
    CHECK_EQ(goc_read(p[0], &c, 1), 1);
    goc_waitgroup_wait(&wg);
    goc_set_deadline(p[0], goc_now() + GOC_MILLISECOND, 0);
    CHECK_EQ(goc_read(p[0], &c, 1), -ETIMEDOUT);
    goc_close(p[0]);
    goc_close(p[1]);
}

int main(void)
{
    int p[2];
    CHECK_EQ(goc_pipe(p), 0);
    CHECK(fcntl(p[0], F_GETFD) & FD_CLOEXEC);
    CHECK(fcntl(p[1], F_GETFD) & FD_CLOEXEC);
    through(p);
    CHECK_EQ(pipe(p), 0);
    through(p);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, p), 0);
    int swap[2] = { p[0], p[1] };
    through(swap);
    others_go_on();
    return 0;
}
