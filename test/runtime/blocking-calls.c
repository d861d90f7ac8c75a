// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls that really block, of every kind and many at a time, hold up nobody.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIPES = 12, STEPS = 200 };

static goc_waitgroup wg;
static goc_chan *steps, *acks;
static int pipes[PIPES][2], locked[2];
static char path[] = "/tmp/goc-flock-XXXXXX";
static sem_t posted;
static _Atomic int begun, returned;

static void finish(void)
{
    returned++;
    goc_waitgroup_done(&wg);
}

static void reads(void *arg)
{
    char b;
    begun++;
    CHECK_EQ(read(*(int *)arg, &b, 1), 1);
    finish();
}

static void polls(void *arg)
{
    struct pollfd p = { .fd = *(int *)arg, .events = POLLIN };
    begun++;
    CHECK_EQ(poll(&p, 1, -1), 1);
    finish();
}

static void locks(void *arg)
{
    (void)arg;
    begun++;
    CHECK_EQ(flock(locked[1], LOCK_EX), 0);
    CHECK_EQ(flock(locked[1], LOCK_UN), 0);
    finish();
}

static void waits_for(void *arg)
{
    (void)arg;
    begun++;
    while (sem_wait(&posted) != 0)
        CHECK_EQ(errno, EINTR);
    finish();
}

static void sleeps(void *arg)
{
    struct timespec t = { 0, 5000000 };
    (void)arg;
    begun++;
    while (nanosleep(&t, &t) != 0)
        CHECK_EQ(errno, EINTR);
    finish();
}

static void child(void *arg)
{
    int status;
    pid_t pid = fork();
    begun++;
    if (pid == 0) {
        char b;
        if (read(*(int *)arg, &b, 1) != 1)
            _exit(9);
        _exit(3);
    }
    CHECK(pid > 0);
    while (waitpid(pid, &status, 0) < 0)
        CHECK_EQ(errno, EINTR);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    finish();
}

static void echo(void *arg)
{
    int v;
    (void)arg;
    while (goc_chan_recv(steps, &v))
        goc_chan_send(acks, &v);
}

int main(void)
{
    int fd = mkstemp(path), calls = 0;
    CHECK(fd >= 0);
    locked[0] = fd;
    locked[1] = open(path, O_RDWR | O_CLOEXEC);
    unlink(path);
    CHECK_EQ(flock(locked[0], LOCK_EX), 0);
    CHECK_EQ(sem_init(&posted, 0, 0), 0);
    for (int i = 0; i < PIPES; i++)
        CHECK_EQ(pipe(pipes[i]), 0);
    goc_waitgroup_add(&wg, PIPES + 4);
    for (int i = 0; i < PIPES; i++, calls++)
        goc_go(i % 4 == 3 ? child : i % 4 == 2 ? polls : reads,
               &pipes[i][0]);
    goc_go(locks, NULL);
    goc_go(waits_for, NULL);
    goc_go(sleeps, NULL);
    goc_go(sleeps, NULL);
    calls += 4;
    /* All of them are in their calls, or on their way, one after the other. */
    while (begun < calls)
        goc_sleep(GOC_MILLISECOND);

    steps = goc_chan_new(sizeof(int), 0);
    acks = goc_chan_new(sizeof(int), 0);
    goc_go(echo, NULL);
    for (int i = 0; i < STEPS; i++) {
        int v;
        goc_chan_send(steps, &i);
        goc_chan_recv(acks, &v);
        CHECK_EQ(v, i);
        if (i % 20 == 0)
            goc_sleep(50 * GOC_MICROSECOND);
    }
    CHECK(returned <= 2); /* the sleepers */

    for (int i = 0; i < PIPES; i++)
        CHECK_EQ(write(pipes[i][1], "x", 1), 1);
    CHECK_EQ(flock(locked[0], LOCK_UN), 0);
    CHECK_EQ(sem_post(&posted), 0);
    goc_waitgroup_wait(&wg);
    goc_chan_close(steps);
    return 0;
}
