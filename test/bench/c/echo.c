/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* A TCP echo server as one writes it by hand: each thread has an epoll set of
 * its own, level-triggered, and the connections are dealt out in turn.
 * usage: echo THREADS; prints the port, serves until it is killed. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 128, SIZE = 2048 };

static int sets[64];
static int nsets;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void add(int set, int fd)
{
    struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &e))
        fail("epoll_ctl");
}

static void answer(int fd)
{
    char buf[SIZE];
    ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || send(fd, buf, (size_t)n, MSG_NOSIGNAL) != n)
        close(fd);
}

static void take(int listener)
{
    static int turn;
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        add(sets[turn++ % nsets], fd);
    }
}

static void serve(int set, int listener)
{
    struct epoll_event events[EVENTS];
    for (;;) {
        int n = epoll_wait(set, events, EVENTS, -1);
        for (int i = 0; i < n; i++)
            if (events[i].data.fd == listener)
                take(listener);
            else
                answer(events[i].data.fd);
    }
}

static void *thread(void *set)
{
    serve(*(int *)set, -1);
    return NULL;
}

int main(int argc, char **argv)
{
    nsets = argc > 1 ? atoi(argv[1]) : 1;
    if (nsets < 1 || nsets > 64)
        nsets = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof a;
    if (listener < 0 || bind(listener, (struct sockaddr *)&a, len)
        || listen(listener, SOMAXCONN)
        || getsockname(listener, (struct sockaddr *)&a, &len))
        fail("listen");
    for (int i = 0; i < nsets; i++) {
        pthread_t id;
        sets[i] = epoll_create1(EPOLL_CLOEXEC);
        if (i && pthread_create(&id, NULL, thread, &sets[i]))
            fail("thread");
    }
    add(sets[0], listener);
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    serve(sets[0], listener);
}
