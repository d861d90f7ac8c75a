// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What stops a read short, an urgent byte or the end, leaves the next read able to go on.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static int fd[2];
static goc_waitgroup wg;

/* Reads with room to spare until n bytes have come. */
static void expect(size_t n)
{
    char buf[64];
    size_t have = 0;
    while (have < n) {
        ssize_t r = goc_read(fd[0], buf, sizeof buf);
        CHECK(r > 0);
        have += (size_t)r;
    }
    CHECK_EQ(have, n);
}

static void send_urgent(void *arg)
{
    (void)arg;
    CHECK_EQ(goc_write(fd[1], "abc", 3), 3);
    CHECK_EQ(goc_send(fd[1], "!", 1, MSG_OOB), 1);
    CHECK_EQ(goc_write(fd[1], "defg", 4), 4);
    goc_waitgroup_done(&wg);
}

static void send_end(void *arg)
{
    (void)arg;
    CHECK_EQ(goc_write(fd[1], "xyz", 3), 3);
    CHECK_EQ(shutdown(fd[1], SHUT_WR), 0);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    char c;
    for (int i = 0; i < 20; i++) {
        tcp_pair(fd);
        CHECK_EQ(goc_write(fd[1], "warm", 4), 4);
        expect(4);
        goc_waitgroup_add(&wg, 1);
        goc_go(send_urgent, NULL);
        if (i % 2)
            goc_waitgroup_wait(&wg);
        expect(7);
        goc_waitgroup_wait(&wg);
        goc_waitgroup_add(&wg, 1);
        goc_go(send_end, NULL);
        if (i % 3)
            goc_waitgroup_wait(&wg);
        expect(3);
        CHECK_EQ(goc_read(fd[0], &c, 1), 0);
        CHECK_EQ(goc_read(fd[0], &c, 1), 0);
        goc_waitgroup_wait(&wg);
        CHECK_EQ(goc_close(fd[0]), 0);
        CHECK_EQ(goc_close(fd[1]), 0);
    }
    return 0;
}
