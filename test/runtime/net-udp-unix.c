// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// UDP and Unix sockets, vectors and flags.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static goc_waitgroup wg;

static void udp_echo(void *arg)
{
    int fd = *(int *)arg;
    char buf[100];
    for (int i = 0; i < 3; i++) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        ssize_t n = goc_recvfrom(fd, buf, sizeof buf, 0,
                                 (struct sockaddr *)&from, &len);
        CHECK(n > 0);
        CHECK_EQ(goc_sendto(fd, buf, (size_t)n, 0, (struct sockaddr *)&from,
                            len), n);
    }
    goc_waitgroup_done(&wg);
}

static void udp(void)
{
    char port[8], buf[100];
    int server = goc_listen_udp("127.0.0.1", "0");
    CHECK(server >= 0);
    int client = goc_dial_udp("127.0.0.1", port_of(server, port));
    CHECK(client >= 0);
    goc_waitgroup_add(&wg, 1);
    goc_go(udp_echo, &server);
    for (int i = 1; i <= 3; i++) {
        CHECK_EQ(goc_send(client, "abcdef", (size_t)i, 0), i);
        CHECK_EQ(goc_recv(client, buf, sizeof buf, 0), i); /* a datagram */
    }
    CHECK_EQ(goc_recv(client, buf, sizeof buf, MSG_DONTWAIT), -EAGAIN);
    goc_waitgroup_wait(&wg);
    goc_close(server);
    goc_close(client);
}

static void unix_serve(void *arg)
{
    char buf[8];
    int fd = goc_accept(*(int *)arg, NULL, NULL);
    CHECK(fd >= 0);
    struct iovec in[2] = { { buf, 3 }, { buf + 3, 3 } };
    CHECK_EQ(goc_readv(fd, in, 2), 6);
    CHECK(memcmp(buf, "abcdef", 6) == 0);
    goc_sleep(2 * GOC_MILLISECOND);
    CHECK_EQ(goc_write_all(fd, "gh", 2), 2);
    goc_sleep(2 * GOC_MILLISECOND);
    CHECK_EQ(goc_write_all(fd, "ij", 2), 2);
    goc_close(fd);
    goc_waitgroup_done(&wg);
}

static void unix_socket(const char *path)
{
    char buf[8];
    int l = goc_listen_unix(path, 0);
    CHECK(l >= 0);
    CHECK_EQ(goc_listen_unix(path, 0), -EADDRINUSE);
    goc_waitgroup_add(&wg, 1);
    goc_go(unix_serve, &l);
    int fd = goc_dial_unix(path, GOC_SECOND);
    CHECK(fd >= 0);
    struct iovec out[3] = { { "ab", 2 }, { "", 0 }, { "cdef", 4 } };
    CHECK_EQ(goc_writev(fd, out, 3), 6);
    CHECK_EQ(goc_recv(fd, buf, 4, MSG_WAITALL), 4);
    CHECK(memcmp(buf, "ghij", 4) == 0);
    CHECK_EQ(goc_read_full(fd, buf, 8), 0);
    goc_waitgroup_wait(&wg);
    goc_close(fd);
    goc_close(l);
}

int main(void)
{
    char path[60], abstract[60], long_path[300];
    udp();
    snprintf(path, sizeof path, "/tmp/goc-test-%d", (int)getpid());
    snprintf(abstract, sizeof abstract, "@goc-test-%d", (int)getpid());
    unix_socket(path);
    CHECK_EQ(goc_dial_unix(path, GOC_SECOND), -ECONNREFUSED);
    CHECK_EQ(unlink(path), 0);
    CHECK_EQ(goc_dial_unix(path, GOC_SECOND), -ENOENT);
    unix_socket(abstract);
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    CHECK_EQ(goc_dial_unix(long_path, GOC_SECOND), -ENAMETOOLONG);
    CHECK_EQ(goc_listen_unix("", 0), -EINVAL);
    return 0;
}
