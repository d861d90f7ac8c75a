// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Work goes on, and comes out right, under a storm of signals without SA_RESTART, through stops of the
// process, while goroutines fork and execute programs, and when the wall clock jumps.
// RUN: %cc %s -o %t -Wl,--wrap=clock_gettime,--wrap=time,--wrap=gettimeofday %runtime
// RUN: for n in 1 2 8; do env GOC_PROCS=$n %t storm || exit 1; done
// RUN: for n in 1 2 8; do env GOC_PROCS=$n %t stop || exit 1; done
// RUN: for n in 1 2 8; do env GOC_PROCS=$n %t exec || exit 1; done
// RUN: for n in 1 2 8; do env GOC_PROCS=$n %t clock || exit 1; done
#include "../runtime/Inputs/check.h"

#include <goc/io.h>
#include <goc/net.h>
#include <goc/time.h>

#include <netinet/in.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- The wall clock ---- */

static _Atomic int jumps; /* how often it has been asked while it jumps */
static _Atomic int jumping;

static void jump(time_t *seconds)
{
    if (jumping) {
        int n = jumps++;
        *seconds += n % 2 ? 86400 * 365 : -86400 * 365;
    }
}
int __real_clock_gettime(clockid_t clock, struct timespec *t);
int __wrap_clock_gettime(clockid_t clock, struct timespec *t)
{
    int r = __real_clock_gettime(clock, t);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        jump(&t->tv_sec);
    return r;
}
time_t __real_time(time_t *at);
time_t __wrap_time(time_t *at)
{
    time_t t = __real_time(NULL);
    jump(&t);
    return at ? *at = t : t;
}
int __real_gettimeofday(struct timeval *t, void *zone);
int __wrap_gettimeofday(struct timeval *t, void *zone)
{
    int r = __real_gettimeofday(t, zone);
    jump(&t->tv_sec);
    return r;
}

/* ---- Work ---- */

static _Atomic int stop;
static goc_waitgroup wg;
static goc_chan *values, *sum_out;
static long sent;
static char port[8];

static void producer(void *arg)
{
    goc_chan *count = *(goc_chan **)arg;
    long n = 0;
    while (!stop) {
        for (int i = 0; i < 50; i++, n++)
            goc_chan_send(values, &n);
        goc_sleep(GOC_MILLISECOND / 5);
    }
    goc_chan_send(count, &n);
}

static void consumer(void *arg)
{
    long n = 0, v;
    (void)arg;
    while (goc_chan_recv(values, &v))
        n++;
    goc_chan_send(sum_out, &n);
}

/* A timeout is never early, a select wakes by its channel or its time. */
static void timed(void *arg)
{
    goc_chan *never = goc_chan_new(0, 0);
    goc_timer *t = goc_timer_new(GOC_HOUR);
    (void)arg;
    while (!stop) {
        goc_case k = { .chan = never, .op = GOC_RECV };
        goc_time at, begin = goc_now();
        CHECK_EQ(goc_select(&k, 1, 2 * GOC_MILLISECOND), -1);
        CHECK(goc_since(begin) >= 2 * GOC_MILLISECOND);
        begin = goc_now();
        goc_timer_reset(t, GOC_MILLISECOND);
        CHECK(goc_chan_recv(t->c, &at));
        CHECK(goc_since(begin) >= GOC_MILLISECOND);
    }
    goc_timer_free(t);
    goc_chan_free(never);
    goc_waitgroup_done(&wg);
}

static void serve(void *arg)
{
    int fd = *(int *)arg;
    char text[256];
    ssize_t n;
    while ((n = goc_read(fd, text, sizeof text)) > 0)
        CHECK_EQ(goc_write_all(fd, text, (size_t)n), n);
    CHECK_EQ(n, 0);
    goc_close(fd);
    goc_waitgroup_done(&wg);
}

static void acceptor(void *arg)
{
    int fd;
    while ((fd = goc_accept(*(int *)arg, NULL, NULL)) >= 0) {
        goc_waitgroup_add(&wg, 1);
        goc__go(serve, &fd, sizeof fd, "d");
    }
    CHECK_EQ(fd, -EBADF);
    goc_waitgroup_done(&wg);
}

static void client(void *arg)
{
    char out[200], in[200];
    (void)arg;
    int fd = goc_dial("127.0.0.1", port, 20 * GOC_SECOND);
    CHECK(fd >= 0);
    for (unsigned i = 0; !stop; i++) {
        memset(out, (int)i, sizeof out);
        CHECK_EQ(goc_write_all(fd, out, sizeof out), sizeof out);
        CHECK_EQ(goc_read_full(fd, in, sizeof in), sizeof in);
        CHECK_EQ(memcmp(in, out, sizeof in), 0);
        goc_yield();
    }
    goc_close(fd);
    goc_waitgroup_done(&wg);
}

static void *call(void *arg)
{
    struct timespec t = { 0, 1000000 };
    nanosleep(&t, NULL);
    return arg;
}

static void caller(void *arg)
{
    while (!stop)
        CHECK(goc_blocking(call, arg) == arg);
    goc_waitgroup_done(&wg);
}

/* ---- Disturbances ---- */

static _Atomic long signals;
static void on_signal(int n)
{
    (void)n;
    signals++;
}

static void storm(void)
{
    struct sigaction a = { .sa_handler = on_signal };
    struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
    CHECK_EQ(sigaction(SIGALRM, &a, NULL), 0);
    CHECK_EQ(setitimer(ITIMER_REAL, &often, NULL), 0);
}

/* A child stops and continues us, for this long. */
static pid_t stopper(int rounds)
{
    pid_t us = getpid(), pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        for (int i = 0; i < rounds; i++) {
            usleep(20000);
            if (kill(us, SIGSTOP))
                _exit(1);
            usleep(20000);
            kill(us, SIGCONT);
        }
        _exit(0);
    }
    return pid;
}

static void execs(void *arg)
{
    int rounds = 0;
    while (!stop) {
        int status, fd[2];
        char text[20];
        CHECK_EQ(pipe(fd), 0);
        pid_t pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
            dup2(fd[1], 1);
            execl("/bin/sh", "sh", "-c", "echo hello; exit 7", (char *)NULL);
            _exit(1);
        }
        close(fd[1]);
        CHECK_EQ(goc_read(fd[0], text, sizeof text), 6);
        CHECK_EQ(memcmp(text, "hello\n", 6), 0);
        goc_close(fd[0]);
        CHECK_EQ(goc_wait_child(pid, &status, -1), 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
        rounds++;
    }
    CHECK(rounds > 0);
    goc_waitgroup_done(arg);
}

static void begin(void (*fn)(void *), void *arg)
{
    goc_waitgroup_add(&wg, 1);
    goc_go(fn, arg);
}

int main(int argc, char **argv)
{
    enum { PRODUCERS = 4, CONSUMERS = 3 };
    const char *how = argc > 1 ? argv[1] : "";
    struct sockaddr_in addr;
    socklen_t size = sizeof addr;
    pid_t child = 0;
    long n, got = 0;
    values = goc_chan_new(sizeof(long), 7);
    sum_out = goc_chan_new(sizeof(long), 0);
    goc_chan *counts = goc_chan_new(sizeof(long), 0);
    int l = goc_listen("127.0.0.1", "0", 16);
    CHECK(l >= 0);
    CHECK_EQ(getsockname(l, (struct sockaddr *)&addr, &size), 0);
    snprintf(port, sizeof port, "%d", ntohs(addr.sin_port));
    goc_waitgroup_add(&wg, 1);
    goc__go(acceptor, &l, sizeof l, "d");
    for (int i = 0; i < PRODUCERS; i++)
        goc__go(producer, &counts, sizeof counts, "d");
    for (int i = 0; i < CONSUMERS; i++)
        goc_go(consumer, NULL);
    for (int i = 0; i < 4; i++) {
        begin(timed, NULL);
        begin(client, NULL);
        begin(caller, &stop);
    }
    if (!strcmp(how, "storm"))
        storm();
    else if (!strcmp(how, "stop"))
        child = stopper(10);
    else if (!strcmp(how, "exec"))
        begin(execs, &wg), begin(execs, &wg);
    else
        jumping = 1;

    goc_time start = goc_now();
    goc_sleep(800 * GOC_MILLISECOND);
    CHECK(goc_since(start) >= 800 * GOC_MILLISECOND);
    if (jumping)
        goc_now_wall();
    stop = 1;
    for (int i = 0; i < PRODUCERS; i++) {
        CHECK(goc_chan_recv(counts, &n));
        sent += n;
    }
    goc_chan_close(values);
    for (int i = 0; i < CONSUMERS; i++) {
        CHECK(goc_chan_recv(sum_out, &n));
        got += n;
    }
    CHECK_EQ(got, sent);
    CHECK_EQ(goc_close(l), 0);
    goc_waitgroup_wait(&wg);
    if (!strcmp(how, "storm"))
        CHECK(signals > 20);
    if (jumping)
        CHECK(jumps > 0);
    if (child) {
        int status;
        while (waitpid(child, &status, 0) < 0)
            CHECK_EQ(errno, EINTR);
        CHECK_EQ(status, 0);
    }
    return 0;
}
