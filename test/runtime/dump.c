// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_dump and SIGQUIT show every goroutine; GOC_DEBUG and GOC_PROCS are checked.
// RUN: %cc %s -o %t %runtime
// RUN: %t dump | FileCheck %s --check-prefix=DUMP
// RUN: (env --default-signal=QUIT %t quit; test $? = 2) 2>&1 | FileCheck %s --check-prefix=QUIT
// RUN: env GOC_PROCS=2 GOC_DEBUG=schedtrace=5 %t trace 2>&1 | FileCheck %s --check-prefix=TRACE
// RUN: (env GOC_DEBUG=leaks=1 %t leaks; test $? = 9) 2>&1 | FileCheck %s --check-prefix=LEAKS
// RUN: env GOC_PROCS=0 GOC_STACK=12k GOC_DEBUG=foo=1 %t 2>&1 | FileCheck %s --check-prefix=BAD
#include "Inputs/check.h"

#include <signal.h>
#include <unistd.h>

static goc_chan *c, *ready;

static void body(void *arg)
{
    (void)arg;
    goc_set_name("waiting one");
    goc_chan_send(ready, NULL);
    goc__recv(c, NULL, "d.gc:7");
}

/* Waits for a line of the trace, however long its thread is kept waiting. */
static void trace_wait(void)
{
    int p[2];
    char line[1024];
    CHECK(pipe(p) == 0 && dup2(p[1], STDERR_FILENO) >= 0);
    ssize_t n = read(p[0], line, sizeof line);
    CHECK(n > 0 && write(STDOUT_FILENO, line, (size_t)n) == n);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    c = goc__make(sizeof(int), 3, "d.gc:1");
    ready = goc_chan_new(0, 0);
    goc__go(body, NULL, 0, "d.gc:8");
    goc_chan_recv(ready, NULL);
    goc_sleep(GOC_MILLISECOND);
    if (!strcmp(what, "dump"))
        goc_dump(stdout);
    else if (!strcmp(what, "quit"))
        raise(SIGQUIT), goc_sleep(10 * GOC_SECOND);
    else if (!strcmp(what, "trace"))
        trace_wait();
    else if (!strcmp(what, "leaks"))
        return 9;
    return 0;
}
// DUMP-DAG: goroutine 1 [running]:
// DUMP: goroutine {{[0-9]+}} [chan receive, waiting one]:
// DUMP-NEXT: on channel 0x{{[0-9a-f]+}} (len 0, cap 3) made at d.gc:1{{$}}
// DUMP-NEXT: {{^}}{{[[:space:]]}}d.gc:7
// DUMP-NEXT: created by goroutine 1 at d.gc:8
// QUIT: SIGQUIT: quit
// QUIT: [chan receive, waiting one]:
// TRACE: SCHED {{[0-9]+}}ms: procs=2
// LEAKS: goc: leaks: 1 goroutines, 2 channels
// LEAKS: [chan receive, waiting one]:
// LEAKS: created by goroutine 1 at d.gc:8
// LEAKS: made at d.gc:1
// BAD-DAG: goc: GOC_PROCS=0 ignored: not a number from 1 to
// BAD-DAG: goc: GOC_STACK=12k ignored: not a number from
// BAD-DAG: goc: GOC_DEBUG=foo=1 ignored
