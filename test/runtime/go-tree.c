// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tree of goroutines, each waiting for its children.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

struct node
{
    goc_chan *c;
    long num, size;
};

static void node(void *arg)
{
    struct node *a = arg;
    long sum = 0;
    if (a->size == 1) {
        goc_chan_send(a->c, &a->num);
        return;
    }
    goc_chan *children = goc_chan_new(sizeof(long), 0);
    for (int i = 0; i < 10; i++) {
        struct node child = { children, a->num + i * (a->size / 10),
                              a->size / 10 };
        goc__go(node, &child, sizeof child, "x");
    }
    for (int i = 0; i < 10; i++) {
        long v;
        goc_chan_recv(children, &v);
        sum += v;
    }
    goc_chan_free(children);
    goc_chan_send(a->c, &sum);
}

int main(void)
{
    enum { LEAVES = 1000 };
    for (int i = 0; i < 5; i++) {
        struct node root = { goc_chan_new(sizeof(long), 0), 0, LEAVES };
        long sum;
        goc__go(node, &root, sizeof root, "x");
        goc_chan_recv(root.c, &sum);
        CHECK_EQ(sum, LEAVES * (LEAVES - 1L) / 2);
        goc_chan_free(root.c);
    }
    for (int i = 0; goc_num_goroutine() > 1; i++)
        goc_yield();
    return 0;
}
