// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Goroutines that spin for one another all run, however many there are and whatever else goes on.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

enum { P = 4, ROUNDS = 3 };

static goc_chan *done;
static _Atomic int turn, begun;

/* Takes every P-th turn, and only spins until then. */
static void take_turns(void *arg)
{
    int me = *(int *)arg;
    for (int i = 0; i < ROUNDS; i++) {
        int mine = P * i + me;
        while (turn != mine)
            ;
        turn = mine + 1;
    }
    goc_chan_send(done, NULL);
}

static void two_more(void *arg)
{
    int me = *(int *)arg;
    for (int i = 0; i < 2; i++, me++)
        goc__go(take_turns, &me, sizeof me, "x");
}

static void all_begin(void *arg)
{
    (void)arg;
    if (++begun == P)
        goc_chan_send(done, NULL);
    else
        while (begun != P)
            ;
}

static void nested(bool load)
{
    if (load) {
        begun = 0;
        for (int i = 0; i < P; i++)
            goc_go(all_begin, NULL);
        goc_chan_recv(done, NULL);
    }
    turn = 0;
    for (int i = 0; i < P; i += 2)
        goc__go(two_more, &i, sizeof i, "x");
    for (int i = 0; i < P; i++)
        goc_chan_recv(done, NULL);
    while (goc_num_goroutine() > 1)
        goc_yield();
}

int main(void)
{
    int procs = goc_procs(0);
    done = goc_chan_new(0, 0);
    goc_procs(P);
    for (int i = 0; i < 3; i++) {
        turn = 0;
        for (int k = 0; k < P; k++)
            goc__go(take_turns, &k, sizeof k, "x");
        for (int k = 0; k < P; k++)
            goc_chan_recv(done, NULL);
        nested(i % 2);
    }
    /* The same with as many workers as were asked for, and with a socket that
     * the library watches. */
    goc_procs(procs);
    int l = goc_listen("127.0.0.1", "0", 1);
    CHECK(l >= 0);
    goc_set_deadline(l, goc_now() + GOC_MICROSECOND, 0);
    CHECK_EQ(goc_accept(l, NULL, NULL), -ETIMEDOUT);
    nested(false);
    nested(true);
    goc_close(l);
    return 0;
}
