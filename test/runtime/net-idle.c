// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Thousands of connections that do nothing, a goroutine for each, take less than 10 KiB each.
// REQUIRES: nosan
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
#include "Inputs/net.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { MOST = 10000 };

static _Atomic int served;

static void serve(void *arg)
{
    char buf[512];
    int fd = (int)(intptr_t)arg;
    ssize_t n;
    while ((n = goc_read(fd, buf, sizeof buf)) > 0) {
        served++;
        if (goc_write_all(fd, buf, (size_t)n) < 0)
            break;
    }
    goc_close(fd);
}

/* The other side, in a process without goroutines: connects, exchanges a byte
 * over each, and stays. */
static void connect_all(int from, int n)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    ssize_t got = read(from, &a.sin_port, sizeof a.sin_port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < n && got > 0; i++) {
        struct linger hard = { 1, 0 };
        char c = 'x';
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a)
            || write(fd, &c, 1) != 1 || read(fd, &c, 1) != 1)
            _exit(1);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    while (read(from, &a, 1) > 0) /* until the parent closes its end */
        ;
    _exit(0);
}

static long resident_kib(void)
{
    long kib = 0;
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    fclose(f);
    return kib;
}

static void accept_some(void *arg)
{
    int l = (int)(intptr_t)arg, fd;
    while ((fd = goc_accept(l, NULL, NULL)) >= 0)
        goc_go(serve, (void *)(intptr_t)fd);
}

int main(void)
{
    struct rlimit files;
    int p[2];
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int n = files.rlim_cur < MOST + 100 ? (int)files.rlim_cur - 100 : MOST;
    CHECK_EQ(pipe(p), 0);
    pid_t child = fork();
    if (child == 0) {
        close(p[1]);
        connect_all(p[0], n);
    }
    close(p[0]);
    long before = resident_kib();
    int l = goc_listen("127.0.0.1", "0", 0);
    struct sockaddr_in a;
    socklen_t len = sizeof a;
    CHECK_EQ(getsockname(l, (struct sockaddr *)&a, &len), 0);
    goc_go(accept_some, (void *)(intptr_t)l);
    CHECK_EQ(write(p[1], &a.sin_port, sizeof a.sin_port), sizeof a.sin_port);
    int status = 0;
    while (served < n && goc_wait_child(child, &status, 0) == -ETIMEDOUT)
        goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(served, n);
    CHECK((resident_kib() - before) / n < 10);
    close(p[1]);
    CHECK_EQ(goc_wait_child(child, &status, GOC_FOREVER), 0);
    CHECK_EQ(status, 0);
    return 0;
}
