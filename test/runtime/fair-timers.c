// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A timeout comes though its channels are always ready; those who compute long leave those who
// compute little their share.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <unistd.h>

static goc_chan *c, *done;
static goc_waitgroup wg;

static void sends(void *arg)
{
    (void)arg;
    goc_case k[2] = { { .chan = c, .op = GOC_SEND }, { .chan = done } };
    while (goc_select(k, 2, GOC_FOREVER) == 0)
        ;
    goc_waitgroup_done(&wg);
}

/* One timer beside a channel that never is empty. */
static void one_timer(void)
{
    c = goc_chan_new(0, 0);
    done = goc_chan_new(0, 0);
    goc_waitgroup_add(&wg, 2);
    for (int i = 0; i < 2; i++)
        goc_go(sends, NULL);
    goc_timer *t = goc_timer_new(5 * GOC_MILLISECOND);
    goc_case k[2] = { { .chan = c }, { .chan = t->c } };
    while (goc_select(k, 2, GOC_FOREVER) == 0)
        ;
    goc_chan_close(done);
    goc_waitgroup_wait(&wg);
    goc_timer_free(t);
    goc_chan_free(c);
    goc_chan_free(done);
}

static void reads_and_talks(void *arg)
{
    char b;
    (void)arg;
    goc_timer *t = goc_timer_new(5 * GOC_MILLISECOND);
    for (;;) {
        goc_case k[3] = { { .chan = c, .op = GOC_SEND }, { .chan = c },
                          { .chan = t->c } };
        CHECK_EQ(read(0, &b, 0), 0);
        if (goc_select(k, 3, GOC_FOREVER) == 2)
            break;
    }
    goc_timer_free(t);
    goc_chan_send(done, NULL);
}

/* Two talk to each other, with system calls in between. */
static void two_timers(void)
{
    c = goc_chan_new(0, 0);
    done = goc_chan_new(0, 0);
    for (int i = 0; i < 2; i++)
        goc_go(reads_and_talks, NULL);
    for (int i = 0; i < 2; i++)
        goc_chan_recv(done, NULL);
    goc_chan_free(c);
    goc_chan_free(done);
}

struct work
{
    long turns;
    goc_chan *wake;
    _Atomic long count;
};


/* Two of these take turns at counting so far without a pause. */
static void counts(void *arg)
{
    struct work *w = arg;
    goc_case k[2] = { { .chan = w->wake }, { .chan = done } };
    while (goc_select(k, 2, GOC_FOREVER) == 0) {
        for (volatile long i = 0; i < w->turns; i++)
            ;
        w->count += w->turns;
        if (goc_chan_try_recv(done, NULL) == GOC_CLOSED)
            break;
        goc_case s[2] = { { .chan = w->wake, .op = GOC_SEND },
                          { .chan = done } };
        if (goc_select(s, 2, GOC_FOREVER) == 1)
            break;
    }
    goc_waitgroup_done(&wg);
}

/* Pairs that hand over seldom and often: each has its part of the time. */
static void hogs(void)
{
    static struct work hog = { .turns = 1000000 }, light = { .turns = 1000 };
    hog.wake = goc_chan_new(0, 0);
    light.wake = goc_chan_new(0, 0);
    done = goc_chan_new(0, 0);
    goc_waitgroup_add(&wg, 4);
    for (int i = 0; i < 2; i++) {
        goc_go(counts, &hog);
        goc_go(counts, &light);
    }
    goc_chan_send(hog.wake, NULL);
    goc_chan_send(light.wake, NULL);
    /* How fast is up to the machine; but both get on. */
    while (hog.count < 10 * hog.turns || light.count < 100 * light.turns)
        goc_sleep(GOC_MILLISECOND);
    goc_chan_close(done);
    goc_waitgroup_wait(&wg);
    goc_chan_free(hog.wake);
    goc_chan_free(light.wake);
    goc_chan_free(done);
}

int main(void)
{
    one_timer();
    two_timers();
    hogs();
    return 0;
}
