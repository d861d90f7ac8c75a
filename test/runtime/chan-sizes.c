// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elements of every size arrive whole, straight and through a buffer.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static const size_t sizes[] = { 0,  1,  2,   3,   4,    5,    7,     8,    9,
                                12, 16, 24,  31,  64,   65,   100,   127,  128,
                                255, 1000, 4096, 5000, 65536, 100001 };
enum { N = 40 };

struct job
{
    goc_chan *c;
    size_t size;
};

static void fill(unsigned char *p, size_t size, int i)
{
    for (size_t k = 0; k < size; k++)
        p[k] = (unsigned char)(i * 31 + (int)k);
}

static void sender(void *arg)
{
    struct job *j = arg;
    unsigned char *p = malloc(j->size + 1);
    for (int i = 0; i < N; i++) {
        fill(p, j->size, i);
        goc_chan_send(j->c, j->size ? p : NULL);
        memset(p, 0xee, j->size);
    }
    free(p);
    goc_chan_close(j->c);
}

static void check(size_t size, int cap)
{
    struct job j = { goc_chan_new(size, cap), size };
    unsigned char *got = malloc(size + 1), *want = malloc(size + 1);
    int n = 0;
    got[size] = 0x5a;
    goc__go(sender, &j, sizeof j, "x");
    while (goc_chan_recv(j.c, size ? got : NULL)) {
        fill(want, size, n++);
        CHECK(memcmp(got, want, size) == 0);
        CHECK_EQ(got[size], 0x5a);
    }
    CHECK_EQ(n, N);
    memset(want, 0, size);
    CHECK(memcmp(got, want, size) == 0);
    free(got);
    free(want);
    goc_chan_free(j.c);
}

int main(void)
{
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int cap = 0; cap < 4; cap++)
            check(sizes[i], cap);
    return 0;
}
