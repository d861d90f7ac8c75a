// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_close wakes whoever waits on the descriptor, with -EBADF, also those that are on their way to wait.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static goc_waitgroup wg;
static int fd[2];

static void reader(void *arg)
{
    char c;
    ssize_t r = goc_read(*(int *)arg, &c, 1);
    CHECK(r == -EBADF);
    goc_waitgroup_done(&wg);
}

static void writer(void *arg)
{
    static const char zeros[65536];
    ssize_t r;
    while ((r = goc_write(*(int *)arg, zeros, sizeof zeros)) > 0)
        ;
    CHECK_EQ(r, -EBADF);
    goc_waitgroup_done(&wg);
}

static void acceptor(void *arg)
{
    CHECK_EQ(goc_accept(*(int *)arg, NULL, NULL), -EBADF);
    goc_waitgroup_done(&wg);
}

static void waiter(void *arg)
{
    CHECK_EQ(goc_wait_fd(*(int *)arg, POLLIN, GOC_FOREVER), -EBADF);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    for (int i = 0; i < 100; i++) {
        tcp_pair(fd);
        int first = fd[0];
        goc_waitgroup_add(&wg, 3);
        goc_go(reader, &first);
        goc_go(reader, &first);
        goc_go(writer, &first);
        if (i % 3 == 0)
            goc_sleep(GOC_MILLISECOND);
        else
            for (int k = 0; k < i % 10; k++)
                goc_yield();
        CHECK_EQ(goc_close(first), 0);
        goc_waitgroup_wait(&wg);
        CHECK_EQ(goc_close(fd[1]), 0);
    }
    int l = goc_listen("127.0.0.1", "0", 1);
    goc_waitgroup_add(&wg, 2);
    goc_go(acceptor, &l);
    goc_go(waiter, &l);
    goc_sleep(5 * GOC_MILLISECOND);
    CHECK_EQ(goc_close(l), 0);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_close(l), -EBADF);
    CHECK_EQ(goc_close(-1), -EBADF);
    CHECK_EQ(goc_read(l, &l, 1), -EBADF);
    CHECK_EQ(goc_read(-1, &l, 1), -EBADF);
    CHECK_EQ(goc_write(-1, &l, 1), -EBADF);
    CHECK_EQ(goc_accept(-1, NULL, NULL), -EBADF);
    return 0;
}
