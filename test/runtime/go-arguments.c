// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// go copies its arguments, of any size, aligned to 16.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static goc_chan *done;
static const size_t sizes[] = { 0, 1, 7, 8, 9, 15, 16, 17, 64, 79, 80, 81,
                                100, 1000, 5000, 100000 };
static size_t size_now;

static void check(void *arg)
{
    const unsigned char *p = arg;
    CHECK((uintptr_t)p % 16 == 0);
    size_t size = size_now;
    for (size_t i = 0; i < size; i++)
        CHECK_EQ(p[i], (unsigned char)(i * 7 + size));
    goc_yield();
    for (size_t i = 0; i < size; i++)
        CHECK_EQ(p[i], (unsigned char)(i * 7 + size));
    goc_chan_send(done, NULL);
}

int main(void)
{
    unsigned char *p = malloc(100000);
    done = goc_chan_new(0, 0);
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        size_now = sizes[k];
        for (int n = 0; n < 20; n++) {
            for (size_t i = 0; i < sizes[k]; i++)
                p[i] = (unsigned char)(i * 7 + sizes[k]);
            goc__go(check, p, sizes[k], "x");
            memset(p, 0xff, sizes[k]);
            goc_chan_recv(done, NULL);
        }
    }
    free(p);
    return 0;
}
