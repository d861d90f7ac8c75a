// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Unwinding from a goroutine, before and after it has waited, ends at the bottom of its stack: the same
// frames, none of them unknown, and no walk that goes on into other memory.
// REQUIRES: nosan
// RUN: %cc -O0 -funwind-tables %s -o %t %runtime && env GOC_PROCS=1 %t && env GOC_PROCS=8 %t
// RUN: %cc -O2 -funwind-tables %s -o %t %runtime && env GOC_PROCS=2 %t
#include "Inputs/check.h"

#include <unwind.h>

enum { MAX = 100 };
struct frames
{
    int n;
    uintptr_t start[MAX]; /* of the functions; 0: beyond the outermost */
};

static _Unwind_Reason_Code add(struct _Unwind_Context *context, void *arg)
{
    struct frames *f = arg;
    CHECK(f->n < MAX);
    if (_Unwind_GetIP(context))
        f->start[f->n++] = _Unwind_GetRegionStart(context);
    return _URC_NO_REASON;
}

static __attribute__((noinline)) void walk(struct frames *f, int depth)
{
    if (depth > 0) {
        walk(f, depth - 1);
        __asm__ volatile(""); /* no sibling call */
        return;
    }
    f->n = 0;
    CHECK_EQ(_Unwind_Backtrace(add, f), _URC_END_OF_STACK);
    for (int i = 0; i < f->n; i++)
        CHECK(f->start[i]);
}

static goc_chan *c, *done;
static uintptr_t bottom;

static void body(void *arg)
{
    struct frames before, after;
    int value;
    (void)arg;
    walk(&before, 5);
    goc_chan_recv(c, &value);
    goc_sleep(GOC_MILLISECOND);
    walk(&after, 5);
    CHECK_EQ(before.n, after.n);
    for (int i = 0; i < before.n; i++)
        CHECK(before.start[i] == after.start[i]);
    goc_chan_send(done, &before.start[before.n - 1]);
}

int main(void)
{
    struct frames f;
    int value = 1;
    uintptr_t outermost;
    c = goc_chan_new(sizeof(int), 0);
    done = goc_chan_new(sizeof(uintptr_t), 0);
    for (int i = 0; i < 20; i++)
        goc_go(body, NULL);
    for (int i = 0; i < 20; i++)
        goc_chan_send(c, &value);
    for (int i = 0; i < 20; i++) {
        goc_chan_recv(done, &outermost);
        if (!bottom)
            bottom = outermost;
        CHECK(outermost == bottom);
    }
    walk(&f, 5);
    CHECK(f.start[f.n - 1] != bottom); /* main's outermost is the C library's */
    return 0;
}
