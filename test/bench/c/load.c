/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Load for an echo server on the loopback interface.
 * usage: load PORT CONNECTIONS MILLISECONDS
 *
 * Every connection sends a message, waits for it to come back, and sends the
 * next.  After a quarter of the time, in which everything warms up, counts what
 * comes back and how long it took: prints the requests, the time in ns, and the
 * 50th and 99th percentile in ns.  With 0 MILLISECONDS it only connects, prints
 * a line, and holds the connections until its input ends. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum
{
    SIZE = 64,
    EVENTS = 128,
    FINE = 1 << 14, /* of the histogram, in steps of 1/64 of a power of two */
};

struct connection
{
    int fd;
    size_t have;
    int64_t sent;
};

static uint64_t histogram[FINE];

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * (int64_t)1000000000 + t.tv_nsec;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static unsigned slot(int64_t ns)
{
    uint64_t v = ns < 64 ? 64 : (uint64_t)ns;
    unsigned top = 63 - (unsigned)__builtin_clzll(v);
    return (top - 6) * 64 + (unsigned)(v >> (top - 6)) - 64;
}

static double percentile(uint64_t total, double part)
{
    uint64_t want = (uint64_t)((double)total * part), seen = 0;
    for (unsigned i = 0; i < FINE; i++)
        if ((seen += histogram[i]) > want)
            return (double)((uint64_t)(64 + i % 64) << (i / 64));
    return 0;
}

static void ask(struct connection *c)
{
    static const char message[SIZE] = "the quick brown fox";
    c->have = 0;
    c->sent = now();
    if (send(c->fd, message, SIZE, MSG_NOSIGNAL) != SIZE)
        fail("send");
}

/* True when a whole message has come back. */
static int answered(struct connection *c)
{
    char buf[SIZE];
    ssize_t n = recv(c->fd, buf, SIZE - c->have, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return 0;
    if (n <= 0)
        fail("recv");
    c->have += (size_t)n;
    return c->have == SIZE;
}

static int dial(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    /* A reset at the end leaves no port behind that nobody may use. */
    struct linger hard = { 1, 0 };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a))
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int port = atoi(argv[1]), n = atoi(argv[2]);
    int64_t time = atoi(argv[3]) * (int64_t)1000000;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    struct connection *all = calloc((size_t)n, sizeof *all);
    int set = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < n; i++) {
        struct epoll_event e = { .events = EPOLLIN, .data.ptr = &all[i] };
        all[i].fd = dial(port);
        if (epoll_ctl(set, EPOLL_CTL_ADD, all[i].fd, &e))
            fail("epoll_ctl");
        /* All of them are served by now, not only in the backlog. */
        ask(&all[i]);
        while (!answered(&all[i]))
            epoll_wait(set, &e, 1, -1);
    }
    if (time == 0) {
        puts("connected");
        fflush(stdout);
        while (getchar() != EOF)
            ;
        return 0;
    }
    for (int i = 0; i < n; i++)
        ask(&all[i]);
    int64_t start = now() + time / 4, end = start + time, t = 0;
    uint64_t done = 0;
    while (t < end) {
        struct epoll_event events[EVENTS];
        int got = epoll_wait(set, events, EVENTS, 1000);
        if (got == 0)
            fail("no answer");
        for (int i = 0; i < got; i++) {
            struct connection *c = events[i].data.ptr;
            if (!answered(c))
                continue;
            t = now();
            if (t >= start) {
                unsigned s = slot(t - c->sent);
                histogram[s < FINE ? s : FINE - 1]++;
                done++;
            }
            ask(c);
        }
    }
    printf("%llu %lld %.0f %.0f\n", (unsigned long long)done,
           (long long)(t - start), percentile(done, 0.5),
           percentile(done, 0.99));
    return 0;
}
