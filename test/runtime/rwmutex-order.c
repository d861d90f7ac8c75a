// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A writer that waits keeps further readers out; readers that wait come before the next writer.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_rwmutex rw;
static goc_chan *order;

static void writer(void *arg)
{
    goc_rwmutex_lock(&rw);
    goc_chan_send(order, arg);
    goc_rwmutex_unlock(&rw);
}

static void reader(void *arg)
{
    goc_rwmutex_rlock(&rw);
    goc_chan_send(order, arg);
    goc_rwmutex_runlock(&rw);
}

static void start(void (*fn)(void *), const char *name)
{
    go_and_wait(fn, (void *)name,
                fn == writer ? "sync.RWMutex.Lock" : "sync.RWMutex.RLock");
}

int main(void)
{
    char name;

    order = goc_chan_new(1, 16);
    goc_rwmutex_rlock(&rw);
    CHECK(goc_rwmutex_try_rlock(&rw));
    goc_rwmutex_runlock(&rw);
    start(writer, "A");
    CHECK(!goc_rwmutex_try_rlock(&rw));
    start(writer, "B");
    start(reader, "r");
    start(reader, "r");
    CHECK_EQ(goc_chan_len(order), 0);
    goc_rwmutex_runlock(&rw);

    const char *expected = "ArrB";
    for (int i = 0; i < 4; i++) {
        CHECK(goc_chan_recv(order, &name));
        CHECK_EQ(name, expected[i]);
    }
    goc_chan_free(order);
    return 0;
}
