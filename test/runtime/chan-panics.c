// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Misuse of a channel panics: its words, its place, status 2.
// RUN: %cc %s -o %t %runtime
// RUN: (%t send; test $? = 2) 2>&1 | FileCheck %s --check-prefix=SEND
// RUN: (%t send-waiting; test $? = 2) 2>&1 | FileCheck %s --check-prefix=WAITING
// RUN: (%t send-select; test $? = 2) 2>&1 | FileCheck %s --check-prefix=SELECT
// RUN: (%t try; test $? = 2) 2>&1 | FileCheck %s --check-prefix=TRY
// RUN: (%t close; test $? = 2) 2>&1 | FileCheck %s --check-prefix=CLOSE
// RUN: (%t close-nil; test $? = 2) 2>&1 | FileCheck %s --check-prefix=NIL
// RUN: (%t make; test $? = 2) 2>&1 | FileCheck %s --check-prefix=MAKE
// RUN: (%t make-large; test $? = 2) 2>&1 | FileCheck %s --check-prefix=MAKE
// RUN: (%t free; test $? = 2) 2>&1 | FileCheck %s --check-prefix=FREE
#include "Inputs/check.h"

static goc_chan *c;

static void closer(void *arg)
{
    (void)arg;
    goc__close(c, "t.gc:1");
}

static void receiver(void *arg)
{
    (void)arg;
    goc__recv(c, NULL, "t.gc:2");
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int v = 1;
    c = goc_chan_new(sizeof(int), 0);
    printf("buffered text\n");
    if (!strcmp(what, "send")) {
        goc_chan_close(c);
        goc__send(c, &v, "t.gc:10");
    } else if (!strcmp(what, "send-waiting")) {
        goc_go(closer, NULL);
        goc__send(c, &v, "t.gc:11");
    } else if (!strcmp(what, "send-select")) {
        goc_case k[2] = { { .chan = c, .elem = &v, .op = GOC_SEND }, { 0 } };
        goc_go(closer, NULL);
        goc__select(k, 2, 0, "t.gc:12");
    } else if (!strcmp(what, "try")) {
        goc_chan_close(c);
        goc_chan_try_send(c, &v);
    } else if (!strcmp(what, "close")) {
        goc_chan_close(c);
        goc__close(c, "t.gc:13");
    } else if (!strcmp(what, "close-nil")) {
        goc__close(NULL, "t.gc:14");
    } else if (!strcmp(what, "make")) {
        goc__make(8, -1, "t.gc:15");
    } else if (!strcmp(what, "make-large")) {
        goc__make(1 << 30, 1ll << 40, "t.gc:16");
    } else if (!strcmp(what, "free")) {
        goc_go(receiver, NULL);
        goc_stats s;
        do {
            goc_yield();
            goc_read_stats(&s);
        } while (s.parked[1] == 0);
        goc__free(c, "t.gc:17");
    }
    return 0;
}
// SEND: buffered text
// SEND: panic: send on closed channel
// SEND-EMPTY:
// SEND-NEXT: goroutine 1 [running]:
// SEND-NEXT: {{^}}{{[[:space:]]}}t.gc:10
// SEND-NOT: {{.}}
// WAITING: panic: send on closed channel
// WAITING: t.gc:11
// SELECT: panic: send on closed channel
// SELECT: t.gc:12
// TRY: panic: send on closed channel
// CLOSE: panic: close of closed channel
// CLOSE: t.gc:13
// NIL: panic: close of nil channel
// MAKE: panic: makechan: size out of range
// FREE: panic: free of channel in use
// FREE: goroutine 1 [running]:
// FREE: t.gc:17
