// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Swapping and comparing operations on a map are atomic; clearing empties it.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 8, TURNS = 500, KEYS = 4 };

static goc_map m;
static goc_waitgroup wg;
static _Atomic int deleted;

static void *number(uintptr_t n)
{
    return (void *)n;
}

static void add(void *arg)
{
    (void)arg;
    for (int i = 0; i < TURNS; i++) {
        goc_key key = goc_ikey((uint64_t)i % KEYS);
        void *old;
        do
            CHECK(goc_map_load(&m, key, &old));
        while (!goc_map_compare_and_swap(&m, key, old,
                                         number((uintptr_t)old + 1)));
    }
    goc_waitgroup_done(&wg);
}

static void take(void *arg)
{
    void *v;
    (void)arg;
    for (uint64_t i = 0; i < TURNS; i++) {
        if (goc_map_load_and_delete(&m, goc_ikey(i), &v)) {
            CHECK_EQ((uintptr_t)v, i + 1);
            deleted++;
        }
    }
    goc_waitgroup_done(&wg);
}

static void all(void (*fn)(void *))
{
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++)
        goc_go(fn, NULL);
    goc_waitgroup_wait(&wg);
}

int main(void)
{
    void *v = &v;
    for (uint64_t i = 0; i < KEYS; i++)
        goc_map_store(&m, goc_ikey(i), NULL);
    all(add);
    for (uint64_t i = 0; i < KEYS; i++) {
        CHECK(goc_map_load(&m, goc_ikey(i), &v));
        CHECK_EQ((uintptr_t)v, GOROUTINES * TURNS / KEYS);
    }
    for (uint64_t i = 0; i < TURNS; i++)
        goc_map_store(&m, goc_ikey(i), number(i + 1));
    all(take);
    CHECK_EQ(deleted, TURNS);
    CHECK_EQ(goc_map_len(&m), 0);

    goc_key k = goc_ikey(7);
    CHECK(!goc_map_swap(&m, k, number(1), &v) && v == NULL);
    CHECK(goc_map_swap(&m, k, number(2), &v) && v == number(1));
    CHECK(goc_map_swap(&m, k, number(3), NULL));
    CHECK(!goc_map_compare_and_swap(&m, k, number(2), number(4)));
    CHECK(!goc_map_compare_and_swap(&m, goc_ikey(8), NULL, number(4)));
    CHECK(!goc_map_compare_and_delete(&m, k, number(2)));
    CHECK(goc_map_compare_and_delete(&m, k, number(3)));
    CHECK(!goc_map_compare_and_delete(&m, k, number(3)));
    CHECK(!goc_map_load_and_delete(&m, k, &v));
    goc_map_store(&m, k, NULL);
    CHECK(goc_map_load_and_delete(&m, k, NULL));
    for (uint64_t i = 0; i < 100; i++)
        goc_map_store(&m, goc_ikey(i), NULL);
    goc_map_clear(&m);
    CHECK_EQ(goc_map_len(&m), 0);
    CHECK(!goc_map_load(&m, goc_ikey(3), NULL));
    goc_map_store(&m, k, NULL);
    CHECK_EQ(goc_map_len(&m), 1);
    goc_map_destroy(&m);
    return 0;
}
