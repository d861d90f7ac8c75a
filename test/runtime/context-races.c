// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contexts cancelled from everywhere at once, while children are made, and in layers of every
// kind: all below end, with the right cause.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { TREE = 100, LAYERS = 40 };

static goc_waitgroup wg;

static void cancel(void *arg)
{
    goc_cancel(arg);
    goc_waitgroup_done(&wg);
}

static void cancel_why(void *arg)
{
    goc_cancel_cause(arg, -EPIPE);
    goc_waitgroup_done(&wg);
}

/* A tree of contexts, each cancelled by a goroutine of its own. */
static void simultaneous(void)
{
    goc_context *node[TREE];
    node[0] = goc_with_cancel(NULL);
    for (int i = 1; i < TREE; i++)
        node[i] = goc_with_cancel(node[(i - 1) / 4]);
    goc_waitgroup_add(&wg, TREE);
    for (int i = 0; i < TREE; i++)
        goc_go(cancel, node[(i * 37) % TREE]);
    for (int i = 0; i < TREE; i++)
        CHECK(!goc_chan_recv(goc_done(node[i]), NULL));
    goc_waitgroup_wait(&wg);
    for (int i = 0; i < TREE; i++)
        goc_context_free(node[i]);
}

struct pair
{
    goc_context *parent, *child;
};

static void cancels_child(void *arg)
{
    struct pair *p = arg;
    goc_chan_recv(goc_done(p->parent), NULL);
    goc_cancel(p->child);
    goc_waitgroup_done(&wg);
}

/* The child is cancelled because its parent ends, while it does so. */
static void interlocked(void)
{
    struct pair p = { goc_with_cancel(NULL), NULL };
    p.child = goc_with_cancel(p.parent);
    goc_waitgroup_add(&wg, 1);
    goc_go(cancels_child, &p);
    goc_yield();
    goc_cancel(p.parent);
    CHECK(!goc_chan_recv(goc_done(p.child), NULL));
    goc_waitgroup_wait(&wg);
    goc_context_free(p.parent);
    goc_context_free(p.child);
}

/* A child made while its parent ends is not forgotten, and has its cause. */
static void made_meanwhile(void)
{
    goc_context *parent = goc_with_cancel(NULL);
    goc_waitgroup_add(&wg, 1);
    goc_go(cancel_why, parent);
    goc_context *child = goc_with_cancel(parent);
    goc_context *timed = goc_with_timeout(parent, GOC_HOUR);
    CHECK(!goc_chan_recv(goc_done(child), NULL));
    CHECK(!goc_chan_recv(goc_done(timed), NULL));
    CHECK_EQ(goc_err(child), -ECANCELED);
    CHECK_EQ(goc_cause(child), -EPIPE);
    CHECK_EQ(goc_cause(timed), -EPIPE);
    goc_waitgroup_wait(&wg);
    goc_context_free(child);
    goc_context_free(timed);
    goc_context_free(parent);
}

/* Layers of values, cancellations and deadlines in any order. */
static void layers(bool by_time, unsigned seed)
{
    goc_context *ctx[LAYERS + 1], *cancels[LAYERS];
    int value[LAYERS], ncancels = 0;
    bool has_value[LAYERS];
    ctx[0] = goc_with_timeout(NULL, by_time ? GOC_MILLISECOND : GOC_HOUR);
    for (int i = 0; i < LAYERS; i++) {
        seed = seed * 1664525 + 1013904223;
        int kind = (int)(seed >> 20) % 3;
        has_value[i] = kind == 0;
        if (kind == 0)
            ctx[i + 1] = goc_with_value(ctx[i], &value[i], &value[i]);
        else if (kind == 1)
            ctx[i + 1] = goc_with_cancel(ctx[i]);
        else
            ctx[i + 1] = goc_with_timeout(ctx[i], GOC_HOUR);
        if (kind)
            cancels[ncancels++] = ctx[i + 1];
    }
    goc_context *last = ctx[LAYERS];
    if (by_time) {
        CHECK(!goc_chan_recv(goc_done(last), NULL));
        CHECK_EQ(goc_err(last), -ETIMEDOUT);
    } else {
        CHECK_EQ(goc_err(last), 0);
        CHECK_EQ(goc_chan_try_recv(goc_done(last), NULL), GOC_EMPTY);
        goc_cancel(cancels[(seed >> 8) % (unsigned)ncancels]);
        /* At once, not some time later. */
        CHECK_EQ(goc_chan_try_recv(goc_done(last), NULL), GOC_CLOSED);
        CHECK_EQ(goc_err(last), -ECANCELED);
    }
    for (int i = 0; i < LAYERS; i++)
        CHECK(goc_value(last, &value[i])
              == (has_value[i] ? (void *)&value[i] : NULL));
    for (int i = 0; i <= LAYERS; i++)
        goc_context_free(ctx[(i + (int)(seed >> 4)) % (LAYERS + 1)]);
}

/* A nearer value hides a farther one, also when it is null. */
static void values_hide(void)
{
    static int a, b, key, other;
    goc_context *c1 = goc_with_value(NULL, &key, &a);
    goc_context *c2 = goc_with_value(c1, &other, &b);
    goc_context *c3 = goc_with_value(c2, &key, NULL);
    CHECK(goc_value(c2, &key) == &a);
    CHECK(goc_value(c3, &key) == NULL);
    CHECK(goc_value(c3, &other) == &b);
    goc_context_free(c1);
    goc_context_free(c2);
    goc_context_free(c3);
}

/* Whichever cause comes first is the one that everybody sees. */
static void one_cause(void)
{
    goc_context *ctx = goc_with_cancel(NULL);
    goc_waitgroup_add(&wg, 2);
    goc_go(cancel, ctx);
    goc_go(cancel_why, ctx);
    CHECK(!goc_chan_recv(goc_done(ctx), NULL));
    int cause = goc_cause(ctx);
    CHECK(cause == -ECANCELED || cause == -EPIPE);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_cause(ctx), cause);
    goc_context_free(ctx);
}

int main(void)
{
    for (unsigned i = 0; i < 50; i++) {
        simultaneous();
        interlocked();
        made_meanwhile();
        one_cause();
        layers(false, i);
        layers(i % 5 == 0, i + 1000);
    }
    values_hide();
    return 0;
}
