// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A walk over a map sees each key once while others store and load; walks may be nested, and may
// delete.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { SIZE = 512, WRITERS = 4, WALKS = 60 };

static goc_map map;
static goc_waitgroup wg;
static _Atomic int begun, stop;

/* The value of k is always a multiple of k. */
static void writer(void *arg)
{
    uintptr_t g = (uintptr_t)arg;
    begun++;
    for (uintptr_t i = 1; !stop; i++)
        for (uintptr_t k = 1; k <= SIZE; k++) {
            void *v;
            if ((k * 7 + i * 31 + g) % 64 == 0)
                goc_map_store(&map, goc_ikey(k), (void *)(k * i * g));
            else if ((k + i) % 64 == 1)
                CHECK(goc_map_load_or_store(&map, goc_ikey(k), NULL, &v));
            else
                CHECK(goc_map_load(&map, goc_ikey(k), &v)
                      && (uintptr_t)v % k == 0);
            if (k % 100 == 0)
                goc_yield();
        }
    goc_waitgroup_done(&wg);
}

struct walk
{
    bool seen[SIZE + 1];
    int n;
};

static bool visit(goc_key key, void *value, void *arg)
{
    struct walk *w = arg;
    CHECK(key.i >= 1 && key.i <= SIZE);
    CHECK_EQ((uintptr_t)value % key.i, 0);
    CHECK(!w->seen[key.i]);
    w->seen[key.i] = true;
    w->n++;
    return true;
}

static void walks(void)
{
    goc_waitgroup_add(&wg, WRITERS);
    for (uintptr_t k = 1; k <= SIZE; k++)
        goc_map_store(&map, goc_ikey(k), (void *)k);
    for (uintptr_t g = 1; g <= WRITERS; g++)
        goc_go(writer, (void *)g);
    while (begun < WRITERS)
        goc_yield();
    for (int i = 0; i < WALKS; i++) {
        struct walk w = { .n = 0 };
        goc_map_range(&map, visit, &w);
        CHECK_EQ(w.n, SIZE);
        goc_yield();
    }
    stop = 1;
    goc_waitgroup_wait(&wg);
    CHECK_EQ(goc_map_len(&map), SIZE);
}

/* Within a walk: look the key up, put another in and take it out again. */
static bool inner(goc_key key, void *value, void *arg)
{
    void *v;
    int extra;
    (*(int *)arg)++;
    if (key.i == 42)
        return true;
    CHECK(goc_map_load(&map, key, &v) && v == value);
    CHECK(!goc_map_load_or_store(&map, goc_ikey(42), &extra, &v));
    goc_map_store(&map, goc_ikey(42), arg);
    CHECK(goc_map_load(&map, goc_ikey(42), &v) && v == arg);
    CHECK(goc_map_delete(&map, goc_ikey(42)));
    return true;
}

static bool outer(goc_key key, void *value, void *arg)
{
    if (key.i == 42)
        return true;
    goc_map_range(&map, inner, arg);
    CHECK(goc_map_delete(&map, key));
    (void)value;
    return true;
}

static void nested(void)
{
    int calls = 0, value;
    for (uint64_t k = 0; k < 3; k++)
        goc_map_store(&map, goc_ikey(k), &value);
    goc_map_range(&map, outer, &calls);
    CHECK(calls >= 3 + 2 + 1);
    CHECK_EQ(goc_map_len(&map), 0);
}

int main(void)
{
    walks();
    goc_map_destroy(&map);
    nested();
    goc_map_destroy(&map);
    return 0;
}
