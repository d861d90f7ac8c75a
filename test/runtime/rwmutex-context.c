// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A writer whose context ends lets the readers behind it in.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_rwmutex rw;
static goc_waitgroup wg, in;
static goc_context *ctx;
static int result = 1;

static void writer(void *arg)
{
    (void)arg;
    result = goc_rwmutex_lock_ctx(&rw, ctx);
    goc_waitgroup_done(&wg);
}

static void reader(void *arg)
{
    (void)arg;
    goc_rwmutex_rlock(&rw);
    goc_waitgroup_done(&in);
    goc_waitgroup_wait(&in); /* both are in at once */
    goc_rwmutex_runlock(&rw);
    goc_waitgroup_done(&wg);
}

static void read_ctx(void *arg)
{
    *(int *)arg = goc_rwmutex_rlock_ctx(&rw, ctx);
    goc_waitgroup_done(&wg);
}

int main(void)
{
    ctx = goc_with_cancel(NULL);
    goc_rwmutex_rlock(&rw);
    goc_waitgroup_add(&wg, 3);
    goc_waitgroup_add(&in, 2);
    go_and_wait(writer, NULL, "sync.RWMutex.Lock");
    go_and_wait(reader, NULL, "sync.RWMutex.RLock");
    go_and_wait(reader, NULL, "sync.RWMutex.RLock");
    goc_cancel(ctx);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(result, -ECANCELED);
    goc_rwmutex_runlock(&rw);

    goc_context_free(ctx);
    ctx = goc_with_timeout(NULL, 5 * GOC_MILLISECOND);
    goc_waitgroup_add(&wg, 1);
    goc_rwmutex_lock(&rw);
    goc_go(read_ctx, &result);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(result, -ETIMEDOUT);
    CHECK_EQ(goc_rwmutex_lock_ctx(&rw, ctx), -ETIMEDOUT);
    goc_rwmutex_unlock(&rw);
    CHECK_EQ(goc_rwmutex_lock_ctx(&rw, NULL), 0);
    goc_rwmutex_unlock(&rw);
    goc_context_free(ctx);
    return 0;
}
