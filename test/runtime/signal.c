// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Signals come on channels; what is full drops; stop gives the default back.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
// RUN: %t stopped; test $? = 138
// RUN: %t context; test $? = 130
// RUN: %t freed; test $? = 130
// RUN: env GOC_PROCS=1 %t alive; test $? = 0
#include "Inputs/check.h"

#include <signal.h>
#include <unistd.h>

static goc_chan *c, *d;

static int receive(goc_chan *from)
{
    int s;
    CHECK(goc_chan_recv(from, &s));
    return s;
}

static void notify(void)
{
    int usr[] = { SIGUSR1, SIGUSR2 };
    c = goc_chan_new(sizeof(int), 4);
    d = goc_chan_new(sizeof(int), 1);
    goc_signal_notify(c, 1, usr);
    kill(getpid(), SIGUSR1);
    CHECK_EQ(receive(c), SIGUSR1);
    goc_signal_notify(c, 1, usr + 1); /* adds up */
    goc_signal_notify(d, 1, usr);
    kill(getpid(), SIGUSR2);
    CHECK_EQ(receive(c), SIGUSR2);
    kill(getpid(), SIGUSR1);
    CHECK_EQ(receive(c), SIGUSR1);
    CHECK_EQ(receive(d), SIGUSR1);

    /* What does not fit is dropped, and holds up nobody. */
    for (int i = 0; i < 3; i++) {
        kill(getpid(), SIGUSR1);
        CHECK_EQ(receive(c), SIGUSR1);
    }
    CHECK_EQ(goc_chan_len(d), 1);
    goc_signal_stop(d);
    kill(getpid(), SIGUSR1);
    CHECK_EQ(receive(c), SIGUSR1);
    CHECK_EQ(goc_chan_len(d), 1);
    goc_signal_stop(d); /* no harm */
    goc_chan_free(d);
}

static void all(void)
{
    d = goc_chan_new(sizeof(int), 4);
    goc_signal_notify(d, 0, NULL);
    kill(getpid(), SIGHUP);
    CHECK_EQ(receive(d), SIGHUP);
    goc_signal_stop(d);
    goc_chan_free(d);
}

static goc_context *context(void)
{
    int sigs[] = { SIGINT, SIGTERM };
    goc_context *parent = goc_with_cancel(NULL);
    goc_context *ctx = goc_signal_context(parent, 2, sigs);
    goc_context *below = goc_with_cancel(ctx);
    CHECK_EQ(goc_err(ctx), 0);
    kill(getpid(), SIGINT);
    CHECK(!goc_chan_recv(goc_done(below), NULL));
    CHECK_EQ(goc_err(below), -ECANCELED);
    CHECK_EQ(goc_err(ctx), -ECANCELED);
    CHECK_EQ(goc_err(parent), 0);
    goc_context_free(below);
    goc_context_free(parent);
    return ctx;
}

static void late(void *arg)
{
    (void)arg;
    usleep(20000); /* no timer: only the signal can wake main */
    kill(getpid(), SIGUSR1);
}

int main(int argc, char **argv)
{
    int usr = SIGUSR1, intr = SIGINT;
    const char *what = argc > 1 ? argv[1] : "";
    signal(SIGINT, SIG_DFL); /* a runner of tests may have it ignored */
    if (strcmp(what, "alive") == 0) {
        c = goc_chan_new(sizeof(int), 1);
        goc_signal_notify(c, 1, &usr);
        goc_go(late, NULL);
        return receive(c) != SIGUSR1;
    }
    if (strcmp(what, "freed") == 0) {
        goc_context_free(goc_signal_context(NULL, 1, &intr));
        kill(getpid(), SIGINT);
        return 0;
    }
    notify();
    all();
    goc_context *ctx = context();
    if (strcmp(what, "context") == 0) {
        kill(getpid(), SIGINT); /* the second kills */
        return 0;
    }
    goc_context_free(ctx);
    goc_signal_stop(c);
    if (strcmp(what, "stopped") == 0) {
        kill(getpid(), SIGUSR1);
        return 0;
    }
    goc_chan_free(c);
    return 0;
}
