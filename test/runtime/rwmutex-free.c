// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whoever has a read-write mutex last may free it while the others' unlocks have not returned.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { OBJECTS = CROWD(1000), READERS = 3 };

struct object
{
    goc_rwmutex rw;
    _Atomic int left;
    bool written;
};

static goc_waitgroup wg;

static void destroy(struct object *o)
{
    memset(o, 0xff, sizeof *o);
    free(o);
    goc_waitgroup_done(&wg);
}

static void reads_once(void *arg)
{
    struct object *o = arg;
    goc_rwmutex_rlock(&o->rw);
    o->left++;
    goc_rwmutex_runlock(&o->rw);
}

/* Frees it when all others have read. */
static void writes(void *arg)
{
    struct object *o = arg;
    bool last = false;
    while (!last) {
        goc_rwmutex_lock(&o->rw);
        last = o->left == READERS;
        goc_rwmutex_unlock(&o->rw);
        if (!last)
            goc_yield();
    }
    destroy(o);
}

/* The same, with waits that end. */
static void writes_with_context(void *arg)
{
    struct object *o = arg;
    goc_context *ctx = NULL;
    bool last = false;
    while (!last) {
        ctx = goc_with_timeout(NULL, GOC_MICROSECOND);
        if (goc_rwmutex_lock_ctx(&o->rw, ctx) == 0) {
            last = o->left == READERS;
            goc_rwmutex_unlock(&o->rw);
        }
        goc_context_free(ctx);
        if (!last)
            goc_yield();
    }
    destroy(o);
}

static void writes_once(void *arg)
{
    struct object *o = arg;
    goc_rwmutex_lock(&o->rw);
    o->written = true;
    goc_rwmutex_unlock(&o->rw);
}

/* Frees it when the other has written. */
static void reads(void *arg)
{
    struct object *o = arg;
    bool last = false;
    while (!last) {
        goc_rwmutex_rlock(&o->rw);
        last = o->written;
        goc_rwmutex_runlock(&o->rw);
        if (!last)
            goc_yield();
    }
    destroy(o);
}

static void run(void (*once)(void *), int times, void (*last)(void *))
{
    for (int i = 0; i < OBJECTS; i++) {
        struct object *o = calloc(1, sizeof *o);
        goc_waitgroup_add(&wg, 1);
        if (i % 2)
            goc_go(last, o);
        for (int k = 0; k < times; k++)
            goc_go(once, o);
        if (i % 2 == 0)
            goc_go(last, o);
        if (i % 16 == 0)
            goc_waitgroup_wait(&wg);
    }
    goc_waitgroup_wait(&wg);
}

int main(void)
{
    run(reads_once, READERS, writes);
    run(reads_once, READERS, writes_with_context);
    run(writes_once, 1, reads);
    return 0;
}
