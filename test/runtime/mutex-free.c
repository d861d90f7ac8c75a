// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The last to unlock a mutex may free it while the other's unlock has not returned.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

struct object
{
    goc_mutex mu;
    int owners;
};

static goc_waitgroup wg;

static void leave(void *arg)
{
    struct object *o = arg;
    goc_mutex_lock(&o->mu);
    int left = --o->owners;
    goc_mutex_unlock(&o->mu);
    if (left == 0) {
        memset(o, 0xff, sizeof *o);
        free(o);
    }
    goc_waitgroup_done(&wg);
}

int main(void)
{
    enum { OBJECTS = 1000, OWNERS = 3 };

    for (int i = 0; i < OBJECTS; i++) {
        struct object *o = calloc(1, sizeof *o);
        o->owners = OWNERS;
        goc_waitgroup_add(&wg, OWNERS);
        for (int k = 0; k < OWNERS; k++)
            goc_go(leave, o);
        if (i % 16 == 0)
            goc_waitgroup_wait(&wg);
    }
    goc_waitgroup_wait(&wg);
    return 0;
}
