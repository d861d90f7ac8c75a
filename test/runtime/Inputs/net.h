/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* net.h: what the tests of sockets share. */
#ifndef NET_H
#define NET_H

#include "check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The port that a socket is bound to, as text. */
static inline const char *port_of(int fd, char text[8])
{
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    CHECK_EQ(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    int port = a.ss_family == AF_INET6
        ? ntohs(((struct sockaddr_in6 *)&a)->sin6_port)
        : ntohs(((struct sockaddr_in *)&a)->sin_port);
    snprintf(text, 8, "%d", port);
    return text;
}

/* Two ends of a TCP connection over the loopback. */
static inline void tcp_pair(int fd[2])
{
    char port[8];
    int l = goc_listen("127.0.0.1", "0", 1);
    CHECK(l >= 0);
    fd[0] = goc_dial("127.0.0.1", port_of(l, port), GOC_SECOND);
    CHECK(fd[0] >= 0);
    fd[1] = goc_accept(l, NULL, NULL);
    CHECK(fd[1] >= 0);
    CHECK_EQ(goc_close(l), 0);
}

#endif
