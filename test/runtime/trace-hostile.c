// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A report is complete and comes soon whatever goc-trace does, and whatever state the process is in.
// RUN: %cc -g -O1 %s -o %t -Wl,--wrap=malloc %runtime && rm -rf %t.d && mkdir %t.d
// RUN: printf '#!/bin/sh\nexec sleep 100\n' >%t.d/hangs && printf '#!/bin/sh\nexit 3\n' >%t.d/ends && printf '#!/bin/sh\nhead -c 99999 /dev/urandom >&0\n' >%t.d/babbles && printf 'no program\n' >%t.d/text && chmod +x %t.d/*
// RUN: for n in ends babbles text missing none; do (env GOC_TRACER=%t.d/$n %t panic; test $? = 2) 2>&1 | FileCheck %s --check-prefix=PLAIN || exit 1; done
// RUN: (env GOC_TRACER=none %t panic; test $? = 2) 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: (env GOC_TRACER=%t.d/hangs timeout 40 %t panic; test $? = 2) 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: (env GOC_TRACER=%build/goc-trace %t panic; test $? = 2) 2>&1 | FileCheck %s --check-prefixes=TRACE
// RUN: (env GOC_TRACER=%build/goc-trace %t heap; test $? = 2) 2>&1 | FileCheck %s --check-prefixes=HEAP
// RUN: (env GOC_TRACER=%build/goc-trace %t smashed; test $? = 2) 2>&1 | FileCheck %s --check-prefixes=SMASHED
// RUN: (env GOC_TRACER=%build/goc-trace %t circle; test $? = 2) 2>&1 | FileCheck %s --check-prefixes=SMASHED
// RUN: (env GOC_TRACER=%build/goc-trace %t closed; test $? = 2) 2>&1 | FileCheck %s --check-prefixes=TRACE
// RUN: (env GOC_TRACER=%build/goc-trace %t full; test $? = 2) 2>&1 | FileCheck %s --check-prefixes=PLAIN
// RUN: (env GOC_TRACER=%build/goc-trace %t deleted; test $? = 2) 2>&1 | FileCheck %s --check-prefixes=TRACE
// REQUIRES: nosan
#include "Inputs/check.h"

#include <sys/resource.h>
#include <unistd.h>

/* A heap that is locked: the thread that overflowed its stack had the lock. */
static volatile int heap_locked;
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n)
{
    while (heap_locked)
        pause();
    return __real_malloc(n);
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
static __attribute__((noinline)) int deep(volatile int *p)
{
    volatile int a[64];
    a[0] = *p;
    return deep(a) + a[63];
}

/* Puts rubbish, or a circle, where the frames of its callers are. */
static __attribute__((noinline)) void smash(int circle)
{
    void **frame = __builtin_frame_address(0);
    struct goc__rubbish { void *word[64]; } *above = (void *)(frame + 2);
    for (int i = 0; i < 20; i++)
        above->word[i] = circle ? (void *)(frame - 4 + i % 8)
                                : (void *)(uintptr_t)(0x41414141u * (unsigned)i);
    frame[0] = circle ? frame : (void *)8;
    goc_panic("on purpose");
}

static __attribute__((noinline)) void fault(void)
{
    goc_panic("on purpose");
}

static void body(void *arg)
{
    const char *what = *(const char **)arg;
    volatile char room[400];
    memset((char *)room, 1, sizeof room);
    if (!strcmp(what, "heap")) {
        int zero = 0;
        heap_locked = 1;
        deep(&zero);
    }
    if (!strcmp(what, "smashed") || !strcmp(what, "circle"))
        smash(what[0] == 'c');
    if (!strcmp(what, "closed"))
        for (int fd = 0; fd < 2; fd++)
            close(fd);
    if (!strcmp(what, "full")) {
        struct rlimit none = { 0, 0 };
        setrlimit(RLIMIT_NOFILE, &none);
    }
    fault();
    room[0] = 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "deleted"))
        unlink(argv[0]);
    goc__go(body, &what, sizeof what, "h.gc:7");
    goc__recv(NULL, NULL, "h.gc:8");
}
// PLAIN: {{^}}panic: on purpose
// PLAIN-EMPTY:
// PLAIN-NEXT: goroutine {{[0-9]+}} [running]:
// PLAIN-NEXT: trace-hostile.c:
// PLAIN-NEXT: created by goroutine 1 at h.gc:7
// PLAIN-NOT: {{.}}
// TRACE: {{^}}panic: on purpose
// TRACE-EMPTY:
// TRACE-NEXT: goroutine {{[0-9]+}} [running]:
// TRACE-NEXT: {{^}}fault(...)
// TRACE-NEXT: trace-hostile.c:
// TRACE-NEXT: {{^}}body(...)
// TRACE: created by goroutine 1 at h.gc:7
// HEAP: fatal error: goroutine stack overflow
// HEAP: {{^}}deep(...)
// HEAP: {{^}}body(...)
// HEAP: created by goroutine 1 at h.gc:7
// SMASHED: {{^}}panic: on purpose
// SMASHED-EMPTY:
// SMASHED-NEXT: goroutine {{[0-9]+}} [running]:
// SMASHED: trace-hostile.c:
// SMASHED: created by goroutine 1 at h.gc:7
