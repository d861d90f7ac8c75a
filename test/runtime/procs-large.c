// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// As many workers as anybody could want, from the environment or asked for while running.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1024 %t
// RUN: env GOC_PROCS=64 %t
// RUN: env GOC_PROCS=1 %t
#include "Inputs/check.h"

#ifdef __SANITIZE_ADDRESS__
enum { N = 400 }; /* to each thread that comes to run one AddressSanitizer gives 30 mappings */
#else
enum { N = CROWD(2000) };
#endif

static goc_chan *c;

static void body(void *arg)
{
    int v = *(int *)arg;
    goc_yield();
    goc_chan_send(c, &v);
}

int main(void)
{
    long sum = 0;
    int v;
    c = goc_chan_new(sizeof(int), 0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < N; i++)
            goc__go(body, &i, sizeof i, "x");
        for (int i = 0; i < N; i++) {
            goc_chan_recv(c, &v);
            sum += v;
        }
        goc_procs(round == 0 ? 1000000 : 3);
        CHECK(goc_procs(0) >= 1);
    }
    CHECK_EQ(sum, 3l * N * (N - 1) / 2);
    goc_chan_free(c);
    return 0;
}
