// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A listener without a host takes connections over IPv4 and, where there is IPv6, over that, on one port.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static bool has_ipv6(void)
{
    struct sockaddr_in6 a = { .sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

static void try(int l, const char *host, const char *port)
{
    char c = 'x';
    int fd = goc_dial(host, port, 10 * GOC_SECOND);
    CHECK(fd >= 0);
    int other = goc_accept(l, NULL, NULL);
    CHECK(other >= 0);
    CHECK_EQ(goc_write(fd, &c, 1), 1);
    CHECK_EQ(goc_read(other, &c, 1), 1);
    CHECK_EQ(goc_close(other), 0);
    CHECK_EQ(goc_close(fd), 0);
}

static void datagram(int u, const char *host, const char *port)
{
    char c = 'y';
    int fd = goc_dial_udp(host, port);
    CHECK(fd >= 0);
    CHECK_EQ(goc_write(fd, &c, 1), 1);
    CHECK_EQ(goc_read(u, &c, 1), 1);
    CHECK_EQ(goc_close(fd), 0);
}

int main(void)
{
    char port[8];
    int l = goc_listen(NULL, "0", 0), u = goc_listen_udp("", "0");
    CHECK(l >= 0 && u >= 0);
    port_of(l, port);
    try(l, "127.0.0.1", port);
    try(l, NULL, port);
    if (has_ipv6())
        try(l, "::1", port);
    port_of(u, port);
    datagram(u, "127.0.0.1", port);
    if (has_ipv6())
        datagram(u, "::1", port);
    CHECK_EQ(goc_close(l), 0);
    CHECK_EQ(goc_close(u), 0);
    return 0;
}
