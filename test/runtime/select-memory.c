// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Selects, sends and closes give back what memory they take.
// REQUIRES: nosan
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <malloc.h>

enum { N = 50000, WIDE = 40 };

static goc_chan *c, *dummy;

static void sender(void *arg)
{
    (void)arg;
    for (int i = 0; i < N; i++)
        goc_chan_send(c, &i);
    goc_chan_close(c);
}

/* Waits in selects of two cases, of many (which need memory), and of those
 * that end by their timeout. */
static void turn(void)
{
    int v;
    goc_case k[WIDE];
    c = goc_chan_new(sizeof(int), 0);
    for (int i = 0; i < WIDE; i++)
        k[i] = (goc_case){ .chan = i ? dummy : c, .elem = &v };
    goc_go(sender, NULL);
    for (int i = 0;; i++) {
        CHECK_EQ(goc_select(k, i % 8 ? 2 : WIDE, GOC_FOREVER), 0);
        if (!k[0].ok)
            break;
        if (i % 1000 == 0)
            CHECK_EQ(goc_select(k + 1, WIDE - 1, 1000), -1);
    }
    goc_chan_free(c);
}

int main(void)
{
    dummy = goc_chan_new(sizeof(int), 0);
    turn();
    size_t before = mallinfo2().uordblks;
    turn();
    turn();
    size_t after = mallinfo2().uordblks;
    /* 16 bytes, the least that malloc gives, would be 1.6 MB in 100,000 selects;
     * threads that the library has started meanwhile take some of the rest. */
    CHECK(after < before + 700000);
    goc_chan_free(dummy);
    return 0;
}
