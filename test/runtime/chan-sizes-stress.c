// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elements of all sizes between many goroutines, by every operation there is: each arrives once,
// and whole.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static const size_t sizes[] = { 0, 1, 4, 8, 24, 64, 4096, 65536 };
enum { SENDERS = 4, RECEIVERS = 3, MOST = 2000 };

static goc_chan *c, *nobody, *nothing; /* the latter two are never ready */
static goc_waitgroup senders, receivers;
static size_t size;
static int each;
static _Atomic int arrived;
static _Atomic unsigned char seen[SENDERS * MOST];

/* An element of one byte has no room for the number: many are alike then. */
static void fill(unsigned char *p, uint32_t n)
{
    memset(p, (int)(n % 251), size);
    memcpy(p, &n, size < sizeof n ? size : sizeof n);
}

static void check(const unsigned char *p)
{
    uint32_t n = 0;
    if (size >= sizeof n) {
        memcpy(&n, p, sizeof n);
        CHECK(n < (uint32_t)(SENDERS * each));
        CHECK_EQ(seen[n]++, 0);
        for (size_t i = sizeof n; i < size; i++)
            CHECK(p[i] == n % 251);
    } else if (size > 0) {
        seen[p[0]]++;
    }
    arrived++;
}

static void sender(void *arg)
{
    int me = *(int *)arg;
    unsigned char *p = malloc(size + 4);
    for (int i = 0; i < each; i++) {
        fill(p, (uint32_t)(me * each + i));
        goc_case k[2] = { { .chan = nobody, .elem = p, .op = GOC_SEND },
                          { .chan = c, .elem = p, .op = GOC_SEND } };
        switch (i % 3) {
        case 0:
            goc_chan_send(c, p);
            break;
        case 1:
            CHECK_EQ(goc_select(k, 2, GOC_FOREVER), 1);
            break;
        case 2:
            while (!goc_chan_try_send(c, p))
                goc_yield();
            break;
        }
        memset(p, 0xa5, size);
    }
    free(p);
    goc_waitgroup_done(&senders);
}

static bool receive(unsigned char *p, int how)
{
    goc_case k[2] = { { .chan = c, .elem = p }, { .chan = nothing } };
    goc_try t;
    switch (how) {
    case 0:
        return goc_chan_recv(c, p);
    case 1:
        CHECK_EQ(goc_select(k, 2, GOC_FOREVER), 0);
        return k[0].ok;
    default:
        while ((t = goc_chan_try_recv(c, p)) == GOC_EMPTY)
            goc_yield();
        return t == GOC_RECEIVED;
    }
}

static void receiver(void *arg)
{
    unsigned char *p = malloc(size + 1);
    p[size] = 0x77;
    /* Without a buffer one side has to wait, or the two never meet. */
    int ways = goc_chan_cap(c) ? 3 : 2;
    for (int i = *(int *)arg; receive(p, i % ways); i++) {
        CHECK(p[size] == 0x77);
        check(p);
    }
    for (size_t i = 0; i < size; i++)
        CHECK(p[i] == 0);
    free(p);
    goc_waitgroup_done(&receivers);
}

static void stress(int cap)
{
    int number[SENDERS] = { 0, 1, 2, 3 };
    memset(seen, 0, sizeof seen);
    arrived = 0;
    c = goc_chan_new(size, cap);
    goc_waitgroup_add(&senders, SENDERS);
    goc_waitgroup_add(&receivers, RECEIVERS);
    for (int i = 0; i < SENDERS; i++)
        goc_go(sender, &number[i]);
    for (int i = 0; i < RECEIVERS; i++)
        goc_go(receiver, &number[i]);
    goc_waitgroup_wait(&senders);
    goc_chan_close(c);
    goc_waitgroup_wait(&receivers);
    CHECK_EQ(arrived, SENDERS * each);
    for (int i = 0; size >= 4 && i < SENDERS * each; i++)
        CHECK_EQ(seen[i], 1);
    for (int i = 0; size == 1 && i < 256; i++) {
        int all = SENDERS * each, n = all / 256 + (i < all % 256);
        CHECK_EQ(seen[i], n);
    }
    goc_chan_free(c);
}

int main(void)
{
    static const int caps[] = { 0, 1, 5, 64 };
    nobody = goc_chan_new(65536, 0);
    nothing = goc_chan_new(65536, 0);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size = sizes[s];
        each = size >= 65536 ? 20 : size >= 4096 ? 100 : 400;
        for (int i = 0; i < 4; i++)
            stress(caps[i]);
    }
    goc_chan_free(nobody);
    goc_chan_free(nothing);
    return 0;
}
