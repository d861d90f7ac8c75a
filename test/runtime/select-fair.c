// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Of several cases that are ready each is chosen equally often.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { CASES = 5, N = 20000 };

int main(void)
{
    goc_case k[CASES + 1];
    int v = 1, count[CASES] = { 0 };
    for (int i = 0; i < CASES; i++) {
        k[i] = (goc_case){ .chan = goc_chan_new(sizeof v, 1), .elem = &v };
        if (i % 2)
            k[i].op = GOC_SEND;
        else
            goc_chan_send(k[i].chan, &v);
    }
    k[CASES] = (goc_case){ .chan = NULL, .elem = &v };
    for (int n = 0; n < N; n++) {
        int i = goc_select(k, CASES + 1, n % 2 ? 0 : GOC_FOREVER);
        CHECK(i >= 0 && i < CASES);
        count[i]++;
        if (i % 2)
            goc_chan_recv(k[i].chan, &v);
        else
            goc_chan_send(k[i].chan, &v);
    }
    /* Expected 4000, standard deviation 57: ten of them either way. */
    for (int i = 0; i < CASES; i++)
        CHECK(count[i] > 3400 && count[i] < 4600);
    for (int i = 0; i < CASES; i++)
        goc_chan_free(k[i].chan);
    return 0;
}
