// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A socket that the program closes with close(2), and whose number comes to
// stand for something else, does not confuse those who use the number next.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static goc_waitgroup wg;

/* A connection whose end fd[0] has been read from, waited for, and emptied, so
 * that all there is to know about it is known. */
static void used_pair(int fd[2])
{
    char c[8];
    tcp_pair(fd);
    CHECK_EQ(goc_write(fd[1], "x", 1), 1);
    CHECK_EQ(goc_read(fd[0], c, sizeof c), 1);
    CHECK_EQ(goc_set_deadline(fd[0], goc_now() + GOC_MILLISECOND, 0), 0);
    CHECK_EQ(goc_read(fd[0], c, sizeof c), -ETIMEDOUT);
    CHECK_EQ(goc_set_deadline(fd[0], 0, 0), 0);
    CHECK_EQ(goc_write(fd[1], "y", 1), 1);
    CHECK_EQ(goc_read(fd[0], c, sizeof c), 1);
}

static void write_later(void *arg)
{
    goc_sleep(2 * GOC_MILLISECOND);
    CHECK_EQ(write(*(int *)arg, "late", 4), 4);
    goc_waitgroup_done(&wg);
}

/* The number stands for a socket that the library knows nothing of.  What
 * comes later is seen, and what is there already. */
static void foreign(bool already)
{
    int fd[2], s[2];
    char c[8];
    used_pair(fd);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
    CHECK_EQ(dup2(s[0], fd[0]), fd[0]); /* closes and reuses in one */
    CHECK_EQ(close(s[0]), 0);
    goc_waitgroup_add(&wg, 1);
    if (already)
        write_later(&s[1]);
    else
        goc_go(write_later, &s[1]);
    CHECK_EQ(goc_read(fd[0], c, sizeof c), 4);
    CHECK_EQ(memcmp(c, "late", 4), 0);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(close(s[1]), 0);
    CHECK_EQ(goc_read(fd[0], c, sizeof c), 0);
    CHECK_EQ(goc_close(fd[0]), 0);
    CHECK_EQ(goc_close(fd[1]), 0);
}

/* The number stands for another socket of the library's. */
static void own(void)
{
    int fd[2], next[2];
    char c[8];
    used_pair(fd);
    CHECK_EQ(goc_set_deadline(fd[0], 1, 1), 0);
    CHECK_EQ(close(fd[0]), 0);
    tcp_pair(next); /* takes the lowest numbers that are free */
    CHECK(next[0] == fd[0] || next[1] == fd[0]);
    for (int i = 0; i < 2; i++) {
        goc_waitgroup_add(&wg, 1);
        goc_go(write_later, &next[!i]);
        CHECK_EQ(goc_read(next[i], c, sizeof c), 4);
        goc_waitgroup_wait(&wg);
    }
    CHECK_EQ(goc_close(next[0]), 0);
    CHECK_EQ(goc_close(next[1]), 0);
    CHECK_EQ(goc_close(fd[1]), 0);
}

static void waits_for(void *arg)
{
    CHECK_EQ(goc_wait_fd(*(int *)arg, POLLIN, GOC_FOREVER) & POLLIN, POLLIN);
    goc_waitgroup_done(&wg);
}

/* goc_wait_fd likewise. */
static void waited(void)
{
    int fd[2], s[2];
    used_pair(fd);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
    CHECK_EQ(dup2(s[0], fd[0]), fd[0]);
    goc_waitgroup_add(&wg, 2);
    go_and_wait(waits_for, &fd[0], "IO wait");
    goc_go(write_later, &s[1]);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(close(s[0]), 0);
    CHECK_EQ(close(s[1]), 0);
    CHECK_EQ(goc_close(fd[0]), 0);
    CHECK_EQ(goc_close(fd[1]), 0);
}

int main(void)
{
    foreign(false);
    foreign(true);
    own();
    waited();
    return 0;
}
