// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walking up from a goroutine ends at goc__bottom, without an error, before and after it has
// waited, with the unwinder of gcc's library and with libunwind; main's goes on to the C library.
// REQUIRES: libunwind, nosan
// RUN: %cc -O0 -g %s -o %t %runtime -lunwind -rdynamic && env GOC_PROCS=1 %t && env GOC_PROCS=8 %t
// RUN: %cc -O2 -g %s -o %t %runtime -lunwind -rdynamic && env GOC_PROCS=2 %t
// RUN: %clang -O0 -g %s -o %t %runtime -lunwind -rdynamic && env GOC_PROCS=2 %t
// RUN: %clang -O2 -g %s -o %t %runtime -lunwind -rdynamic && env GOC_PROCS=1 %t
// RUN: %cc -O2 -g %s -o %t -L%build -lgocrt -Wl,-rpath,%build -lunwind && %t
#define UNW_LOCAL_ONLY
#include <libunwind.h>
#include <unwind.h>

#include "../runtime/Inputs/check.h"

enum { MAX = 100 };
struct frames
{
    int n;
    uintptr_t pc[MAX];
};

static _Unwind_Reason_Code add(struct _Unwind_Context *context, void *arg)
{
    struct frames *f = arg;
    CHECK(f->n < MAX);
    f->pc[f->n++] = _Unwind_GetIP(context);
    return _URC_NO_REASON;
}

/* The name of the outermost function, and how many frames below it there are. */
static __attribute__((noinline)) void outermost(char *name, size_t size, int *depth)
{
    unw_context_t context;
    unw_cursor_t cursor;
    unw_word_t offset, ip = 0;
    int r;
    CHECK_EQ(unw_getcontext(&context), 0);
    CHECK_EQ(unw_init_local(&cursor, &context), 0);
    *depth = 0;
    do {
        CHECK_EQ(unw_get_reg(&cursor, UNW_REG_IP, &ip), 0);
        CHECK_EQ(unw_get_proc_name(&cursor, name, size, &offset), 0);
        CHECK(++*depth < MAX);
    } while ((r = unw_step(&cursor)) > 0);
    CHECK_EQ(r, 0); /* negative: something was wrong */

    struct frames all = { 0, { 0 } };
    CHECK_EQ(_Unwind_Backtrace(add, &all), _URC_END_OF_STACK);
    while (all.n && !all.pc[all.n - 1])
        all.n--; /* libgcc shows the end as a frame */
    CHECK(all.n > 0 && all.pc[all.n - 1] == ip);
    CHECK_EQ(all.n, *depth);
}

static goc_chan *c, *done;

static __attribute__((noinline)) int deep(int n)
{
    char name[100];
    int depth;
    if (n > 0)
        return deep(n - 1) + 1;
    outermost(name, sizeof name, &depth);
    CHECK(!strcmp(name, "goc__bottom"));
    CHECK(depth >= 5); /* outermost, body, run_task, loop, bottom */
    return depth;
}

static void body(void *arg)
{
    (void)arg;
    int before = deep(3);
    int value;
    goc_chan_recv(c, &value);
    goc_sleep(GOC_MILLISECOND);
    CHECK_EQ(deep(3), before);
    goc_chan_send(done, NULL);
}

static void ends(void *arg)
{
    (void)arg;
    goc_sleep(GOC_MILLISECOND);
    goc_exit_goroutine(); /* a fresh loop on this stack */
}

int main(void)
{
    char name[100];
    int depth, value = 1;
    c = goc_chan_new(sizeof(int), 0);
    done = goc_chan_new(0, 0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++)
            goc_go(body, NULL);
        for (int i = 0; i < 4; i++)
            goc_chan_send(c, &value);
        for (int i = 0; i < 4; i++)
            goc_chan_recv(done, NULL);
        goc_go(ends, NULL);
        goc_sleep(2 * GOC_MILLISECOND);
    }
    outermost(name, sizeof name, &depth);
    CHECK(!strcmp(name, "_start"));
    return 0;
}
