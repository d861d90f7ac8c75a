// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_accept survives a time without descriptors.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

#include <sys/resource.h>

enum { CLIENTS = 8 };

static goc_waitgroup wg;
static char port[8];
static int client[CLIENTS], hoard[200];

static void acceptor(void *arg)
{
    for (int i = 0; i < CLIENTS; i++) {
        int fd = goc_accept(*(int *)arg, NULL, NULL);
        CHECK(fd >= 0);
        goc_close(fd);
    }
    CHECK_EQ(goc_accept(*(int *)arg, NULL, NULL), -EBADF);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    struct rlimit limit = { 64, 64 };
    int l = goc_listen("127.0.0.1", "0", CLIENTS), n = 0;
    port_of(l, port);
    goc_wait_fd(l, POLLIN, GOC_MILLISECOND); /* makes the poller */
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int i = 0; i < CLIENTS; i++) {
        client[i] = goc_dial("127.0.0.1", port, GOC_SECOND);
        CHECK(client[i] >= 0);
    }
    while ((hoard[n] = dup(l)) >= 0)
        n++;
    goc_waitgroup_add(&wg, 1);
    goc_go(acceptor, &l);
    goc_sleep(30 * GOC_MILLISECOND);
    for (int i = 0; i < n; i++)
        close(hoard[i]);
    for (int i = 0; i < CLIENTS; i++) {
        char c;
        CHECK_EQ(goc_read(client[i], &c, 1), 0);
        goc_close(client[i]);
    }
    goc_sleep(5 * GOC_MILLISECOND);
    CHECK_EQ(goc_close(l), 0);
    goc_waitgroup_wait(&wg);
    return 0;
}
