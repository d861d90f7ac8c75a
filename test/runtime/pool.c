// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pool hands out what was put into it, makes what is missing, and drops the rest.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 8, TURNS = 5000 };

static goc_pool pool;
static goc_waitgroup wg;
static _Atomic int made, dropped;

struct thing
{
    _Atomic int users;
};

static void *thing_new(void)
{
    made++;
    return calloc(1, sizeof(struct thing));
}

static void thing_free(void *p)
{
    dropped++;
    free(p);
}

static void goroutine(void *arg)
{
    (void)arg;
    for (int i = 0; i < TURNS; i++) {
        struct thing *t = goc_pool_get(&pool);
        CHECK_EQ(t->users++, 0);
        if (i % 100 == 0)
            goc_yield();
        t->users--;
        goc_pool_put(&pool, t);
    }
    goc_waitgroup_done(&wg);
}

int main(void)
{
    goc_pool zero = { 0 };
    int a;
    CHECK(goc_pool_get(&zero) == NULL);
    goc_pool_put(&zero, NULL);
    goc_pool_put(&zero, &a);
    CHECK(goc_pool_get(&zero) == &a);
    CHECK(goc_pool_get(&zero) == NULL);
    goc_pool_destroy(&zero);

    goc_pool_init(&pool, thing_new, thing_free);
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++)
        goc_go(goroutine, NULL);
    goc_waitgroup_wait(&wg);
    CHECK(made >= 1 && made < GOROUTINES * 20);

    enum { MANY = 50000 };
    for (int i = 0; i < MANY; i++)
        goc_pool_put(&pool, thing_new());
    goc_pool_destroy(&pool);
    CHECK_EQ(made, dropped);
    goc_pool_destroy(&pool);
    return 0;
}
