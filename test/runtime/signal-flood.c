// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A flood of signals while a channel is given up: nothing is sent once stop has returned, and each signal is received or has its default effect.
// RUN: %cc %s -o %t %runtime
// RUN: for p in 1 2 8; do env GOC_PROCS=$p %t flood || exit 1; done
// RUN: for p in 1 2 8 1 2 8; do env GOC_PROCS=$p %t last; s=$?; test $s = 0 || test $s = 130 || exit 1; done
// RUN: for p in 1 2 8; do env GOC_PROCS=$p %t contexts || exit 1; done
#include "Inputs/check.h"

#include <signal.h>
#include <unistd.h>

static goc_chan *c;
static goc_waitgroup wg;
static int usr = SIGUSR1, intr = SIGINT;

static void floods(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3000; i++) {
        kill(getpid(), SIGUSR1);
        goc_yield();
    }
    goc_signal_stop(c);
    goc_chan_close(c); /* a send after this would panic */
}

static void flood(void)
{
    int n = 0, s;
    goc_chan *other = goc_chan_new(sizeof(int), 1);
    c = goc_chan_new(sizeof(int), 1);
    goc_signal_notify(other, 1, &usr); /* SIGUSR1 never kills */
    goc_signal_notify(c, 1, &usr);
    goc_go(floods, NULL);
    while (goc_chan_recv(c, &s)) {
        CHECK_EQ(s, SIGUSR1);
        n++;
    }
    CHECK(n > 0);
    goc_chan_free(c);
}

static void stops(void *arg)
{
    goc_signal_stop(arg);
    goc_waitgroup_done(&wg);
}

/* The signal races with the stop: it is received, or kills. */
static void last(void)
{
    signal(SIGINT, SIG_DFL);
    for (int i = 0; i < 10; i++) {
        c = goc_chan_new(sizeof(int), 1);
        goc_signal_notify(c, 1, &intr);
        goc_waitgroup_add(&wg, 1);
        goc_go(stops, c);
        if (i % 2)
            goc_yield();
        kill(getpid(), SIGINT);
        CHECK(goc_chan_recv(c, NULL));
        goc_waitgroup_wait(&wg);
        goc_chan_free(c);
    }
}

static void cancels(void *arg)
{
    goc_cancel(arg);
    goc_waitgroup_done(&wg);
}

static void contexts(void)
{
    signal(SIGINT, SIG_DFL);
    goc_context *parent = goc_with_cancel(NULL);
    goc_context *ctx = goc_signal_context(parent, 1, &intr);
    CHECK_EQ(goc_err(ctx), 0);
    goc_cancel(parent);
    CHECK(!goc_chan_recv(goc_done(ctx), NULL));
    CHECK_EQ(goc_err(ctx), -ECANCELED);
    goc_context_free(ctx);
    ctx = goc_signal_context(parent, 1, &intr); /* has ended already */
    CHECK(!goc_chan_recv(goc_done(ctx), NULL));
    goc_context_free(ctx);
    goc_context_free(parent);

    ctx = goc_signal_context(NULL, 1, &intr);
    goc_waitgroup_add(&wg, 10);
    for (int i = 0; i < 10; i++)
        goc_go(cancels, ctx);
    goc_waitgroup_wait(&wg);
    CHECK(!goc_chan_recv(goc_done(ctx), NULL));
    goc_context_free(ctx);

    ctx = goc_signal_context(NULL, 1, &intr);
    kill(getpid(), SIGINT);
    CHECK(!goc_chan_recv(goc_done(ctx), NULL));
    goc_context_free(ctx);
}

int main(int argc, char **argv)
{
    (void)argc;
    if (strcmp(argv[1], "flood") == 0)
        flood();
    else if (strcmp(argv[1], "last") == 0)
        last();
    else
        contexts();
    return 0;
}
