// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An echo server serves many clients at once, over IPv4 and IPv6.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

enum { CLIENTS = 50, MESSAGES = 40 };

static goc_waitgroup wg;
static char port[8];

static void serve(void *arg)
{
    int fd = *(int *)arg;
    char buf[300];
    ssize_t n;
    free(arg);
    while ((n = goc_read(fd, buf, sizeof buf)) > 0)
        CHECK_EQ(goc_write_all(fd, buf, (size_t)n), n);
    CHECK_EQ(n, 0);
    CHECK_EQ(goc_close(fd), 0);
    goc_waitgroup_done(&wg);
}

static void accept_all(void *arg)
{
    int l = *(int *)arg;
    for (;;) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        int fd = goc_accept(l, (struct sockaddr *)&from, &len);
        if (fd == -EBADF)
            break;
        CHECK(fd >= 0);
        CHECK(len > 0);
        CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        int *copy = malloc(sizeof *copy);
        *copy = fd;
        goc_waitgroup_add(&wg, 1);
        goc_go(serve, copy);
    }
    goc_waitgroup_done(&wg);
}

static void client(void *arg)
{
    int i = *(int *)arg;
    int fd = goc_dial(i % 2 ? "127.0.0.1" : "localhost", port, GOC_MINUTE);
    CHECK(fd >= 0);
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    for (int k = 0; k < MESSAGES; k++) {
        char out[64], in[64] = { 0 };
        int n = snprintf(out, sizeof out, "client %d message %d\n", i, k);
        CHECK_EQ(goc_write_all(fd, out, (size_t)n), n);
        CHECK_EQ(goc_read_full(fd, in, (size_t)n), n);
        CHECK(strcmp(in, out) == 0);
    }
    CHECK_EQ(goc_close(fd), 0);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    int number[CLIENTS];
    int l = goc_listen(NULL, "0", 0);
    CHECK(l >= 0);
    port_of(l, port);
    goc_waitgroup_add(&wg, 1 + CLIENTS);
    goc_go(accept_all, &l);
    for (int i = 0; i < CLIENTS; i++) {
        number[i] = i;
        goc_go(client, &number[i]);
    }
    while (goc_num_goroutine() > 2)
        goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(goc_close(l), 0);
    goc_waitgroup_wait(&wg);
    return 0;
}
