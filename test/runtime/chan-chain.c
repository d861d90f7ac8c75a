// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Goroutines that wait for one another in a long chain, and a daisy chain that takes turns at one
// channel.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { LINKS = CROWD(10000), TURNS = CROWD(200) };

struct link
{
    goc_chan *left, *right;
};

static void pass_on(void *arg)
{
    struct link *l = arg;
    int v;
    goc_chan_recv(l->right, &v);
    v++;
    goc_chan_send(l->left, &v);
}

/* The value enters at the far right and comes out at the far left. */
static void long_chain(void)
{
    goc_chan **c = malloc((LINKS + 1) * sizeof *c);
    int v = 1;
    for (int i = 0; i <= LINKS; i++)
        c[i] = goc_chan_new(sizeof v, 0);
    for (int i = 0; i < LINKS; i++) {
        struct link l = { c[i], c[i + 1] };
        goc__go(pass_on, &l, sizeof l, "x");
    }
    goc_chan_send(c[LINKS], &v);
    goc_chan_recv(c[0], &v);
    CHECK_EQ(v, LINKS + 1);
    for (int i = 0; i <= LINKS; i++)
        goc_chan_free(c[i]);
    free(c);
}

struct turn
{
    goc_chan *values, *in, *out;
    int expected;
};

static void take_turn(void *arg)
{
    struct turn *t = arg;
    int v;
    goc_chan_recv(t->in, NULL);
    goc_chan_recv(t->values, &v);
    CHECK_EQ(v, t->expected);
    goc_chan_send(t->out, NULL);
}

static void daisy_chain(void)
{
    goc_chan *values = goc_chan_new(sizeof(int), 0);
    goc_chan *link[TURNS + 1];
    link[0] = goc_chan_new(0, 0);
    for (int i = 0; i < TURNS; i++) {
        link[i + 1] = goc_chan_new(0, 0);
        struct turn t = { values, link[i], link[i + 1], i };
        goc__go(take_turn, &t, sizeof t, "x");
    }
    goc_chan_send(link[0], NULL);
    for (int i = 0; i < TURNS; i++)
        goc_chan_send(values, &i);
    goc_chan_recv(link[TURNS], NULL);
    goc_chan_free(values);
    for (int i = 0; i <= TURNS; i++)
        goc_chan_free(link[i]);
}

int main(void)
{
    long_chain();
    daisy_chain();
    return 0;
}
