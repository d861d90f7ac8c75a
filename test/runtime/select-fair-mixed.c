// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fairness among ready cases holds beside cases that are never ready, in selects that wait, and
// between two sends on one channel.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { TRIALS = 10000, SENDS = 2000 };

static goc_chan *c1, *c2, *c3, *c4, *out, *quit;
static goc_waitgroup wg;

static void mixer(void *arg)
{
    char b;
    goc_case in[4] = { { .chan = c3, .elem = &b },
                       { .chan = c4, .elem = &b },
                       { .chan = c1, .elem = &b },
                       { .chan = c2, .elem = &b } };
    goc_case pass[2] = { { .chan = out, .elem = &b, .op = GOC_SEND },
                         { .chan = quit } };
    (void)arg;
    do
        goc_select(in, 4, GOC_FOREVER);
    while (goc_select(pass, 2, GOC_FOREVER) == 0);
    goc_waitgroup_done(&wg);
}

/* Of 10000 fair choices one side gets 5000, standard deviation 50. */
static void between_channels(void)
{
    int count[3] = { 0 };
    char one = 1, two = 2, b;
    c1 = goc_chan_new(1, TRIALS + 1);
    c2 = goc_chan_new(1, TRIALS + 1);
    c3 = goc_chan_new(1, 0);
    c4 = goc_chan_new(1, 0);
    out = goc_chan_new(1, 0);
    quit = goc_chan_new(0, 0);
    for (int i = 0; i < TRIALS + 1; i++) {
        goc_chan_send(c1, &one);
        goc_chan_send(c2, &two);
    }
    goc_waitgroup_add(&wg, 1);
    goc_go(mixer, NULL);
    for (int i = 0; i < TRIALS; i++) {
        goc_chan_recv(out, &b);
        CHECK(b == 1 || b == 2);
        count[(int)b]++;
    }
    CHECK(count[1] > 4500 && count[1] < 5500);
    goc_chan_close(quit);
    goc_waitgroup_wait(&wg);
    goc_chan_free(c1);
    goc_chan_free(c2);
    goc_chan_free(c3);
    goc_chan_free(c4);
    goc_chan_free(out);
    goc_chan_free(quit);
}

static int got[SENDS];

static void collector(void *arg)
{
    for (int i = 0; i < SENDS; i++) {
        goc_yield();
        goc_chan_recv(arg, &got[i]);
    }
    goc_waitgroup_done(&wg);
}

/* Which of two sends on one channel is done is a matter of chance, too,
 * whether the receiver waits for the select or the select for the receiver. */
static void between_sends(int cap)
{
    goc_chan *c = goc_chan_new(sizeof(int), cap);
    int zero = 0, one = 1, ones = 0;
    goc_waitgroup_add(&wg, 1);
    goc_go(collector, c);
    for (int i = 0; i < SENDS; i++) {
        goc_case k[2] = { { .chan = c, .elem = &one, .op = GOC_SEND },
                          { .chan = c, .elem = &zero, .op = GOC_SEND } };
        goc_select(k, 2, GOC_FOREVER);
    }
    goc_waitgroup_wait(&wg);
    for (int i = 0; i < SENDS; i++)
        ones += got[i];
    CHECK(ones > SENDS / 4 && ones < SENDS * 3 / 4);
    goc_chan_free(c);
}

int main(void)
{
    between_channels();
    between_sends(0);
    between_sends(SENDS);
    return 0;
}
