// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports show the place of each call that waits, panics, makes a channel or starts a goroutine, in plain C, too.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t | FileCheck %s
// RUN: env GOC_PROCS=2 %t | FileCheck %s
// RUN: (env GOC_DEBUG=leaks=1 %t leaks 2>&1) | FileCheck %s --check-prefix=LEAKS
// RUN: for i in 0 1 2 3 4 5; do (env GOC_TRACEBACK=single %t panic $i; test $? = 2) 2>&1; done | FileCheck %s --check-prefix=PANIC
#include "Inputs/net.h"

#include <netdb.h>

static goc_chan *c, *closed;
static int fd[2];
static _Atomic int go_on;

/* A name that takes as long to look up as the test likes. */
int getaddrinfo(const char *host, const char *service,
                const struct addrinfo *hints, struct addrinfo **found)
{
    (void)host, (void)service, (void)found;
    while (!(hints->ai_flags & AI_NUMERICHOST) && !go_on)
        usleep(1000);
    return EAI_NONAME;
}

static void receives(void *arg)
{
    goc_chan_recv(arg, NULL);                          // 28
}
static void sends(void *arg)
{
    goc_chan_send(arg, &go_on);                        // 32
}
static void selects(void *arg)
{
    goc_case k = { .chan = arg, .op = GOC_RECV };
    goc_select(&k, 1, GOC_HOUR);                       // 37
}
static void listens(void *arg)
{
    goc_listen("a-name", arg, 0);                      // 41
}
static void dials(void *arg)
{
    goc_dial_udp("a-name", arg);                       // 45
}
static void reads(void *arg)
{
    goc_read(*(int *)arg, arg, 1);                     // 49
}

static void start(void)
{
    goc_go(receives, c);                               // 54
    goc_go(sends, NULL);                               // 55
    goc_go(selects, c);                                // 56
    goc_go(listens, "1");                              // 57
    goc_go(dials, "1");                                // 58
    goc_go(reads, &fd[0]);                             // 59
    while (waits("chan receive") < 1 || waits("chan send (nil chan)") < 1
           || waits("select") < 1 || waits("syscall") < 2
           || waits("IO wait") < 1)
        goc_sleep(GOC_MILLISECOND);
}

static void called(void *arg)
{
    (void)arg;
    goc_dump(stdout);
    fflush(stdout);
    exit(0);
}

static void panics(int which)
{
    goc_chan_close(closed);                            // 76
    switch (which) {
    case 0: goc_chan_close(closed); break;             // 78
    case 1: goc_chan_send(closed, &go_on); break;      // 79
    case 2: goc_chan_try_send(closed, &go_on); break;  // 80
    case 3: goc_chan_new(1, -1); break;                // 81
    case 4: goc_select(&(goc_case){ .chan = closed, .elem = &go_on, .op = GOC_SEND }, 1, 0); break; // 82
    case 5: goc_go(receives, c); while (!waits("chan receive")) goc_yield(); goc_chan_free(c); // 83
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    c = goc_chan_new(1, 0);                            // 90
    closed = goc_chan_new(1, 0);
    if (!strcmp(what, "panic"))
        panics(atoi(argv[2]));
    CHECK_EQ(goc_pipe(fd), 0);
    goc_context *ctx = goc_with_cancel(NULL);
    if (!strcmp(what, "leaks"))
        return goc_done(ctx) == NULL;                  // 97
    start();
    goc_after_func(ctx, called, NULL);                 // 99
    goc_cancel(ctx);
    goc_sleep(GOC_HOUR);                               // 101
}
// CHECK: goroutine 1 [{{sleep|runn.*}}]:
// CHECK-DAG: {{^.}}{{.*}}report-places.c:28{{$}}
// CHECK-DAG: created by goroutine 1 at {{.*}}report-places.c:54
// CHECK-DAG: {{^.}}{{.*}}report-places.c:32{{$}}
// CHECK-DAG: created by goroutine 1 at {{.*}}report-places.c:55
// CHECK-DAG: {{^.}}{{.*}}report-places.c:37{{$}}
// CHECK-DAG: created by goroutine 1 at {{.*}}report-places.c:56
// CHECK-DAG: {{^.}}{{.*}}report-places.c:41{{$}}
// CHECK-DAG: created by goroutine 1 at {{.*}}report-places.c:57
// CHECK-DAG: {{^.}}{{.*}}report-places.c:45{{$}}
// CHECK-DAG: created by goroutine 1 at {{.*}}report-places.c:58
// CHECK-DAG: {{^.}}{{.*}}report-places.c:49{{$}}
// CHECK-DAG: created by goroutine 1 at {{.*}}report-places.c:59
// CHECK-DAG: on channel {{.*}} made at {{.*}}report-places.c:90
// CHECK-DAG: created by goroutine 1 at {{.*}}report-places.c:99
// LEAKS: goc: leaks: 0 goroutines, 3 channels
// LEAKS-DAG: channel of 0 made at {{.*}}report-places.c:90
// LEAKS-DAG: channel of 0 made at {{.*}}report-places.c:97
// PANIC: panic: close of closed channel
// PANIC: report-places.c:78
// PANIC: panic: send on closed channel
// PANIC: report-places.c:79
// PANIC: panic: send on closed channel
// PANIC: report-places.c:80
// PANIC: panic: makechan: size out of range
// PANIC: report-places.c:81
// PANIC: panic: send on closed channel
// PANIC: report-places.c:82
// PANIC: panic: free of channel in use
// PANIC: report-places.c:83
