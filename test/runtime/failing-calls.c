// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// When the k-th call for memory, a thread or a descriptor fails, for every k,
// the program goes on or ends with a fatal error that says what ran out.
// REQUIRES: nosan
// RUN: %cc %s -o %t $(grep -o 'X([a-z_0-9]*, E' %S/Inputs/failing.h | sed 's/X(\(.*\), E/-Wl,--wrap=\1/') %runtime
// RUN: %t
#include "Inputs/failing.h"

static goc_chan *c;

static void sender(void *arg)
{
    char big[200];
    memset(big, 1, sizeof big);
    goc_sleep(GOC_MILLISECOND);
    goc_chan_send(c, arg);
}

static void *blocking(void *arg)
{
    usleep(100);
    return arg;
}

static void waiter(void *arg)
{
    int fd = *(int *)arg, v = 3;
    goc_wait_fd(fd, POLLIN, -1);
    goc_chan_send(c, &v);
}

static void everything(void)
{
    enum { N = 150 };
    char large[256] = { 0 };
    int fd[2], v;
    c = goc_chan_new(sizeof(int), 0);
    for (int i = 0; i < N; i++)
        goc__go(sender, large, i % 3 ? sizeof(int) : sizeof large, "x");
    for (int i = 0; i < N; i++)
        goc_chan_recv(c, &v);
    CHECK(goc_blocking(blocking, &v) == &v);
    CHECK_EQ(pipe(fd), 0);
    goc__go(waiter, &fd[0], sizeof fd[0], "x");
    goc_yield();
    CHECK_EQ(write(fd[1], "x", 1), 1);
    goc_chan_recv(c, &v);
    goc_stack_size(1 << 20);
    goc_go(sender, &v);
    goc_chan_recv(c, &v);
    goc_chan_free(c);
}

int main(void)
{
    CHECK(failing_each("everything", everything) > 20);
    return 0;
}
