// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Deadlines hold for one direction, for those that wait already, and can be taken away.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static int fd[2];
static goc_waitgroup wg;

static void reader(void *arg)
{
    char c;
    *(ssize_t *)arg = goc_read(fd[0], &c, 1);
    goc_waitgroup_done(&wg);
}

static ssize_t fill(int to)
{
    static char zeros[65536];
    ssize_t n, sum = 0;
    while ((n = goc_write(to, zeros, sizeof zeros)) > 0)
        sum += n;
    CHECK(sum > 0);
    return n;
}

int main(void)
{
    char c = 'x';
    ssize_t result = 1;
    tcp_pair(fd);

    goc_time start = goc_now();
    CHECK_EQ(goc_set_deadline(fd[0], start + 5 * GOC_MILLISECOND, 0), 0);
    CHECK_EQ(goc_read(fd[0], &c, 1), -ETIMEDOUT);
    CHECK(goc_since(start) >= 5 * GOC_MILLISECOND);
    CHECK_EQ(goc_recv(fd[0], &c, 1, 0), -ETIMEDOUT);
    CHECK_EQ(goc_write(fd[0], &c, 1), 1); /* the other direction */
    CHECK_EQ(goc_write(fd[1], &c, 1), 1);
    CHECK_EQ(goc_read(fd[0], &c, 1), -ETIMEDOUT); /* even with data */
    CHECK_EQ(goc_set_deadline(fd[0], 0, 0), 0);
    CHECK_EQ(goc_read(fd[0], &c, 1), 1);

    /* Set while somebody waits. */
    for (int i = 0; i < 50; i++) {
        goc_waitgroup_add(&wg, 1);
        goc_go(reader, &result);
        if (i % 2)
            goc_sleep(200 * GOC_MICROSECOND);
        goc_set_deadline(fd[0], goc_now() + GOC_HOUR, 0);
        goc_set_deadline(fd[0], 1, 0); /* long ago */
        goc_waitgroup_wait(&wg);
        CHECK_EQ(result, -ETIMEDOUT);
        goc_set_deadline(fd[0], 0, 0);
    }
    goc_waitgroup_add(&wg, 1);
    goc_go(reader, &result);
    goc_set_deadline(fd[0], goc_now() + 10 * GOC_MILLISECOND, 0);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(result, -ETIMEDOUT);

    /* Taken away in time. */
    goc_set_deadline(fd[0], goc_now() + 20 * GOC_MILLISECOND, 0);
    goc_waitgroup_add(&wg, 1);
    goc_go(reader, &result);
    goc_sleep(GOC_MILLISECOND);
    goc_set_deadline(fd[0], 0, 0);
    goc_sleep(30 * GOC_MILLISECOND);
    CHECK_EQ(goc_write(fd[1], &c, 1), 1);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(result, 1);

    goc_set_deadline(fd[1], 0, goc_now() + 20 * GOC_MILLISECOND);
    CHECK_EQ(fill(fd[1]), -ETIMEDOUT);
    CHECK_EQ(goc_close(fd[0]), 0);
    CHECK_EQ(goc_close(fd[1]), 0);
    CHECK_EQ(goc_set_deadline(fd[0], 0, 0), -EBADF);
    CHECK_EQ(goc_set_deadline(-1, 0, 0), -EBADF);

    int l = goc_listen("127.0.0.1", "0", 1);
    goc_set_deadline(l, goc_now() + 5 * GOC_MILLISECOND, 0);
    CHECK_EQ(goc_accept(l, NULL, NULL), -ETIMEDOUT);
    CHECK_EQ(goc_close(l), 0);
    return 0;
}
