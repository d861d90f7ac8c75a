// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Connections that are closed, timed out and made anew all the time by several
// goroutines never get each other's bytes, and nobody waits for ever.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "../runtime/Inputs/net.h"

#include <sys/ioctl.h>

enum { CLIENTS = 16, ROUNDS = 40, MESSAGES = 8 };

static char port[8];
static int listener;
static goc_waitgroup clients, servers;
static _Atomic int finished;

struct message
{
    int client, round, number;
};

/* Sends back what comes until the end.  Every byte of a connection must be of
 * the same client and round. */
static void serve(void *arg)
{
    int fd = (int)(intptr_t)arg;
    struct message first = { .client = -1 }, m;
    ssize_t n;
    while ((n = goc_read_full(fd, &m, sizeof m)) == sizeof m) {
        if (first.client < 0)
            first = m;
        CHECK_EQ(m.client, first.client);
        CHECK_EQ(m.round, first.round);
        CHECK_EQ(m.number, first.number++);
        if (goc_write_all(fd, &m, sizeof m) < 0)
            break;
    }
    CHECK_EQ(goc_close(fd), 0);
    goc_waitgroup_done(&servers);
}

static void accept_all(void *arg)
{
    (void)arg;
    for (;;) {
        int fd = goc_accept(listener, NULL, NULL);
        if (fd < 0) {
            CHECK_EQ(fd, -EBADF);
            break;
        }
        goc_waitgroup_add(&servers, 1);
        goc_go(serve, (void *)(intptr_t)fd);
    }
    goc_waitgroup_done(&servers);
}

struct reading
{
    int fd;
    goc_chan *done;
};

/* More than comes: it ends with the close. */
static void read_until_closed(void *arg)
{
    struct reading *r = arg;
    char buf[sizeof(struct message) + 1];
    CHECK_EQ(goc_read_full(r->fd, buf, sizeof buf), -EBADF);
    goc_chan_send(r->done, NULL);
}

/* Once the reader has what is there it is within the call for good. */
static void close_under_reader(int fd, int client, int round, bool parked)
{
    struct message m = { client, round, MESSAGES };
    struct reading r = { fd, goc_chan_new(0, 0) };
    int left;
    CHECK_EQ(goc_write_all(fd, &m, sizeof m), sizeof m);
    do
        CHECK_EQ(goc_wait_fd(fd, POLLIN, GOC_FOREVER), POLLIN);
    while (ioctl(fd, FIONREAD, &left) == 0 && left < (int)sizeof m);
    goc_go(read_until_closed, &r);
    while (CHECK_EQ(ioctl(fd, FIONREAD, &left), 0), left > 0)
        goc_yield();
    for (int i = 0; parked && i < 10; i++)
        goc_yield();
    CHECK_EQ(goc_close(fd), 0);
    goc_chan_recv(r.done, NULL);
    goc_chan_free(r.done);
}

static void exchange(int fd, int client, int round)
{
    for (int i = 0; i < MESSAGES; i++) {
        struct message m = { client, round, i }, back;
        CHECK_EQ(goc_write_all(fd, &m, sizeof m), sizeof m);
        CHECK_EQ(goc_read_full(fd, &back, sizeof back), sizeof back);
        CHECK_EQ(memcmp(&m, &back, sizeof m), 0);
    }
}

/* Ends in one of several ways, with others who wait on the connection. */
static void client(void *arg)
{
    int self = (int)(intptr_t)arg;
    for (int round = 0; round < ROUNDS; round++) {
        int fd = goc_dial("127.0.0.1", port, GOC_FOREVER);
        CHECK(fd >= 0);
        exchange(fd, self, round);
        switch ((self + round) % 4) {
        case 0:
            CHECK_EQ(goc_close(fd), 0);
            break;
        case 1:
        case 2:
            close_under_reader(fd, self, round, (self + round) % 4 == 1);
            break;
        case 3:
            CHECK_EQ(goc_set_deadline(fd, goc_now() + round * GOC_MICROSECOND,
                                      0), 0);
            char c;
            CHECK_EQ(goc_read(fd, &c, 1), -ETIMEDOUT);
            CHECK_EQ(goc_set_deadline(fd, 0, 0), 0);
            CHECK_EQ(shutdown(fd, SHUT_WR), 0);
            CHECK_EQ(goc_read(fd, &c, 1), 0);
            CHECK_EQ(goc_close(fd), 0);
            break;
        }
    }
    finished++;
    goc_waitgroup_done(&clients);
}

int main(void)
{
    listener = goc_listen("127.0.0.1", "0", 0);
    CHECK(listener >= 0);
    port_of(listener, port);
    goc_waitgroup_add(&servers, 2);
    goc_go(accept_all, NULL);
    goc_go(accept_all, NULL);
    goc_waitgroup_add(&clients, CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        goc_go(client, (void *)(intptr_t)i);
    goc_waitgroup_wait(&clients);
    CHECK_EQ(finished, CLIENTS);
    CHECK_EQ(goc_close(listener), 0);
    goc_waitgroup_wait(&servers);
    return 0;
}
