// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Those who ask for the same key at the same time share one call; the key can
// be forgotten, and a context ends the waiting but not the call.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { MANY = 20 };

static goc_singleflight g;
static goc_waitgroup wg;
static goc_chan *started, *go_on;
static _Atomic int calls, dropped, shared_count;

static int slow(void *arg, void **value)
{
    calls++;
    goc_chan_send(started, NULL);
    goc_chan_recv(go_on, NULL);
    *value = arg;
    return -EIO;
}

static int quick(void *arg, void **value)
{
    calls++;
    *value = arg;
    return 0;
}

static void asker(void *arg)
{
    void *v = NULL;
    bool shared = false;
    CHECK_EQ(goc_singleflight_do(&g, "key", slow, arg, &v, &shared), -EIO);
    CHECK(v == arg);
    shared_count += shared;
    goc_waitgroup_done(&wg);
}

static void together(void)
{
    calls = 0;
    shared_count = 0;
    goc_waitgroup_add(&wg, MANY);
    goc_go(asker, &g);
    goc_chan_recv(started, NULL);
    for (int i = 1; i < MANY; i++)
        go_and_wait(asker, &g, "sync.WaitGroup.Wait");
    goc_chan_send(go_on, NULL);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, 1);
    CHECK_EQ(shared_count, MANY);

    /* It has ended: the next one calls anew, and so does another key. */
    void *v;
    bool shared = true;
    CHECK_EQ(goc_singleflight_do(&g, "key", quick, &wg, &v, &shared), 0);
    CHECK(v == &wg && !shared);
    CHECK_EQ(goc_singleflight_do(&g, "", quick, NULL, NULL, NULL), 0);
    CHECK_EQ(calls, 3);
}

static void forgotten(void)
{
    void *v;
    calls = 0;
    goc_waitgroup_add(&wg, 1);
    goc_go(asker, &g);
    goc_chan_recv(started, NULL);
    goc_singleflight_forget(&g, "key");
    goc_singleflight_forget(&g, "no such key");
    CHECK_EQ(goc_singleflight_do(&g, "key", quick, &calls, &v, NULL), 0);
    CHECK(v == &calls);
    goc_chan_send(go_on, NULL);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(calls, 2);
}

static void drop(void *value)
{
    CHECK(value == &dropped);
    dropped++;
    goc_waitgroup_done(&wg);
}

static void canceled(void)
{
    goc_context *ended = goc_with_cancel(NULL);
    goc_cancel(ended);
    calls = 0;
    CHECK_EQ(goc_singleflight_do_ctx(&g, ended, "key", quick, NULL, NULL, NULL,
                                     NULL), -ECANCELED);
    CHECK_EQ(calls, 0);

    /* Nobody waits any more: the value is dropped. */
    goc_waitgroup_add(&wg, 1);
    goc_context *ctx = goc_with_timeout(NULL, 5 * GOC_MILLISECOND);
    CHECK_EQ(goc_singleflight_do_ctx(&g, ctx, "key", slow, (void *)&dropped,
                                     NULL, NULL, drop), -ETIMEDOUT);
    goc_chan_recv(started, NULL);
    goc_chan_send(go_on, NULL);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(dropped, 1);

    /* Another waits on: it gets the value. */
    goc_context *ctx2 = goc_with_cancel(NULL);
    goc_waitgroup_add(&wg, 1);
    goc_after_func(ctx2, asker, (void *)&dropped);
    goc_context *ctx3 = goc_with_timeout(ctx2, 5 * GOC_MILLISECOND);
    CHECK_EQ(goc_singleflight_do_ctx(&g, ctx3, "key", slow, (void *)&dropped,
                                     NULL, NULL, drop), -ETIMEDOUT);
    goc_chan_recv(started, NULL);
    uint64_t before = waits("sync.WaitGroup.Wait");
    goc_cancel(ctx2);
    while (waits("sync.WaitGroup.Wait") == before)
        goc_sleep(200 * GOC_MICROSECOND);
    goc_chan_send(go_on, NULL);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(dropped, 1);
    void *v;
    CHECK_EQ(goc_singleflight_do_ctx(&g, NULL, "key", quick, &v, &v, NULL,
                                     NULL), 0);
    CHECK(v == &v);
    goc_context_free(ctx3);
    goc_context_free(ctx2);
    goc_context_free(ctx);
    goc_context_free(ended);
}

/* The group is gone as soon as nobody is in a call. */
static void racer(void *arg)
{
    goc_singleflight *mine = arg;
    void *v;
    CHECK_EQ(goc_singleflight_do(mine, "k", quick, mine, &v, NULL), 0);
    CHECK(v == mine);
    goc_waitgroup_done(&wg);
}

static void freed_early(void)
{
    for (int i = 0; i < 300; i++) {
        goc_singleflight *mine = calloc(1, sizeof *mine);
        goc_waitgroup_add(&wg, 4);
        for (int k = 0; k < 4; k++)
            goc_go(racer, mine);
        goc_waitgroup_wait(&wg);
        memset(mine, 0xff, sizeof *mine);
        free(mine);
    }
}

int main(void)
{
    started = goc_chan_new(0, 1);
    go_on = goc_chan_new(0, 0);
    together();
    forgotten();
    canceled();
    freed_early();
    return 0;
}
