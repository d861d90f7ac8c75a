// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A sleeper, a descriptor, a call out or a living thread is no deadlock.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static goc_chan *c;
static int fd[2], user_known;

static void sleeper(void *arg)
{
    (void)arg;
    goc_sleep(3 * GOC_MILLISECOND);
    goc_chan_send(c, NULL);
}

static void reader(void *arg)
{
    (void)arg;
    CHECK(goc_wait_fd(fd[0], POLLIN, -1) & POLLIN);
    goc_chan_send(c, NULL);
}

static void *write_later(void *arg)
{
    (void)arg;
    usleep(3000);
    CHECK_EQ(write(fd[1], "x", 1), 1);
    return NULL;
}

static void *call_out(void *arg)
{
    usleep(3000);
    errno = 12;
    return arg;
}

static void *user(void *arg)
{
    (void)arg;
    goc_chan_try_send(c, NULL); /* the library knows this thread now */
    goc_id();
    __atomic_store_n(&user_known, 1, __ATOMIC_RELEASE);
    usleep(5000);
    goc_chan_send(c, NULL);
    return NULL;
}

int main(void)
{
    pthread_t t;
    c = goc_chan_new(0, 0);
    goc_go(sleeper, NULL);
    goc_chan_recv(c, NULL);

    CHECK_EQ(pipe(fd), 0);
    goc_go(reader, NULL);
    CHECK_EQ(pthread_create(&t, NULL, write_later, NULL), 0);
    goc_chan_recv(c, NULL);
    pthread_join(t, NULL);

    int value;
    CHECK(goc_blocking(call_out, &value) == &value);
    CHECK_EQ(errno, 12);

    CHECK_EQ(pthread_create(&t, NULL, user, NULL), 0);
    while (__atomic_load_n(&user_known, __ATOMIC_ACQUIRE) == 0)
        usleep(100);
    goc_chan_recv(c, NULL);
    pthread_join(t, NULL);
    return 0;
}
