// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Deadlines that change all the time, by several at once, while others read and write: no byte is
// lost, and every timeout is one.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

enum { TURNS = 400 };

static int fd[2];
static goc_waitgroup wg, echo;
static _Atomic int stop, setters;
static _Atomic long sent, received;

/* Sets both deadlines to next to nothing, over and over. */
static void sets(void *arg)
{
    goc_duration d = *(goc_duration *)arg;
    for (int i = 0; i < TURNS; i++) {
        CHECK_EQ(goc_set_deadline(fd[0], goc_now() + d, 0), 0);
        CHECK_EQ(goc_set_deadline(fd[0], 0, goc_now() + d), 0);
        if (i % 10 == 0)
            goc_sleep(d);
        else
            goc_yield();
    }
    setters++;
    goc_waitgroup_done(&wg);
}

static void reads(void *arg)
{
    char b[64];
    (void)arg;
    while (!stop) {
        ssize_t n = goc_read(fd[0], b, sizeof b);
        CHECK(n > 0 || n == -ETIMEDOUT);
        if (n > 0)
            received += n;
        else
            goc_yield();
    }
    goc_waitgroup_done(&wg);
}

static void writes(void *arg)
{
    char b[64] = { 0 };
    (void)arg;
    while (!stop) {
        ssize_t n = goc_write(fd[0], b, sizeof b);
        CHECK(n > 0 || n == -ETIMEDOUT);
        if (n > 0)
            sent += n;
        else
            goc_yield();
    }
    goc_waitgroup_done(&wg);
}

/* The other end sends everything back. */
static void echoes(void *arg)
{
    char b[512];
    ssize_t n;
    (void)arg;
    while ((n = goc_read(fd[1], b, sizeof b)) > 0)
        CHECK_EQ(goc_write_all(fd[1], b, (size_t)n), n);
    goc_waitgroup_done(&echo);
}

static void race(void)
{
    static goc_duration d[2] = { 2 * GOC_MICROSECOND, 50 * GOC_MICROSECOND };
    char b[512];
    tcp_pair(fd);
    goc_waitgroup_add(&wg, 4);
    goc_waitgroup_add(&echo, 1);
    goc_go(echoes, NULL);
    goc_go(reads, NULL);
    goc_go(writes, NULL);
    goc_go(sets, &d[0]);
    goc_go(sets, &d[1]);
    while (sent < 6400 && setters < 2)
        goc_yield();
    stop = 1;
    while (setters < 2)
        goc_yield();
    CHECK_EQ(goc_set_deadline(fd[0], 1, 1), 0);
    goc_waitgroup_wait(&wg);
    /* Without deadlines what was sent comes back to the last byte. */
    CHECK_EQ(goc_set_deadline(fd[0], 0, 0), 0);
    while (received < sent) {
        ssize_t n = goc_read(fd[0], b, sizeof b);
        CHECK(n > 0);
        received += n;
    }
    CHECK_EQ(received, sent);
    CHECK_EQ(goc_close(fd[0]), 0);
    goc_waitgroup_wait(&echo);
    CHECK_EQ(goc_close(fd[1]), 0);
}

/* A deadline of every length: the read times out, not before. */
static void lengths(void)
{
    char b;
    tcp_pair(fd);
    for (goc_duration d = 1; d < 20 * GOC_MILLISECOND; d = d * 5 + 1) {
        goc_time start = goc_now();
        CHECK_EQ(goc_set_deadline(fd[0], start + d, 0), 0);
        CHECK_EQ(goc_read(fd[0], &b, 1), -ETIMEDOUT);
        CHECK(goc_since(start) >= d);
    }
    goc_close(fd[0]);
    goc_close(fd[1]);
}

/* Moved nearer and nearer on many connections by many goroutines. */
enum { CONNECTIONS = 6, SETTERS = 8 };
static int many[CONNECTIONS][2];

static void moves_nearer(void *arg)
{
    int me = *(int *)arg;
    goc_time now = goc_now();
    for (int j = 60; j > 0; j--)
        for (int k = 0; k < CONNECTIONS; k++) {
            goc_time when = now + GOC_HOUR + (goc_time)me * j * k * GOC_SECOND;
            CHECK_EQ(goc_set_deadline(many[k][0], when + GOC_HOUR, when), 0);
        }
    goc_waitgroup_done(&wg);
}

static void concurrently(void)
{
    int number[SETTERS];
    char b;
    for (int k = 0; k < CONNECTIONS; k++)
        tcp_pair(many[k]);
    goc_waitgroup_add(&wg, SETTERS);
    for (int i = 0; i < SETTERS; i++) {
        number[i] = i;
        goc_go(moves_nearer, &number[i]);
    }
    goc_waitgroup_wait(&wg);
    for (int k = 0; k < CONNECTIONS; k++) {
        CHECK_EQ(goc_write(many[k][0], "x", 1), 1);
        CHECK_EQ(goc_read(many[k][1], &b, 1), 1);
        goc_close(many[k][0]);
        goc_close(many[k][1]);
    }
}

/* Pushed back before each of many reads and writes: it never comes. */
static void prolonged_side(void *arg)
{
    char b;
    (void)arg;
    for (int i = 0; i < TURNS; i++) {
        CHECK_EQ(goc_set_deadline(fd[1], goc_now() + GOC_HOUR, 0), 0);
        CHECK_EQ(goc_read(fd[1], &b, 1), 1);
        CHECK_EQ(goc_set_deadline(fd[1], 0, goc_now() + GOC_HOUR), 0);
        CHECK_EQ(goc_write(fd[1], &b, 1), 1);
    }
    goc_waitgroup_done(&wg);
}

static void prolonged(void)
{
    char b = 'p';
    tcp_pair(fd);
    goc_waitgroup_add(&wg, 1);
    goc_go(prolonged_side, NULL);
    for (int i = 0; i < TURNS; i++) {
        CHECK_EQ(goc_write(fd[0], &b, 1), 1);
        CHECK_EQ(goc_read(fd[0], &b, 1), 1);
    }
    goc_waitgroup_wait(&wg);
    goc_close(fd[0]);
    goc_close(fd[1]);
}

int main(void)
{
    race();
    lengths();
    concurrently();
    prolonged();
    return 0;
}
