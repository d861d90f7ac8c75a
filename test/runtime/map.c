// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A map keeps what is stored under integers or strings, whoever stores it.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { GOROUTINES = 8, KEYS = 2000 };

static goc_map ints, strs;
static goc_waitgroup wg;
static int values[KEYS];
static _Atomic int first;

static void basics(void)
{
    goc_map m = { 0 };
    int a, b;
    void *v;
    char key[4] = "one";
    CHECK_EQ(goc_map_len(&m), 0);
    CHECK(!goc_map_load(&m, goc_ikey(0), &v));
    goc_map_store(&m, goc_ikey(0), NULL);
    CHECK(goc_map_load(&m, goc_ikey(0), &v) && v == NULL);
    CHECK(!goc_map_load_or_store(&m, goc_ikey(UINT64_MAX), &a, &v) && v == &a);
    CHECK(goc_map_load_or_store(&m, goc_ikey(UINT64_MAX), &b, &v) && v == &a);
    CHECK(goc_map_load_or_store(&m, goc_ikey(UINT64_MAX), &b, NULL));
    CHECK(goc_map_load(&m, goc_ikey(UINT64_MAX), NULL));
    CHECK_EQ(goc_map_len(&m), 2);
    CHECK(goc_map_delete(&m, goc_ikey(0)));
    CHECK(!goc_map_delete(&m, goc_ikey(0)));
    goc_map_destroy(&m);
    CHECK_EQ(goc_map_len(&m), 0);
    goc_map_destroy(&m);

    goc_map_init(&m, GOC_MAP_STR);
    goc_map_store(&m, goc_skey(key), &a);
    memset(key, 0, sizeof key); /* the map has a copy */
    CHECK(goc_map_load(&m, goc_skey("one"), &v) && v == &a);
    goc_map_store(&m, goc_skey("one"), &b);
    CHECK(goc_map_load(&m, goc_skey("one"), &v) && v == &b);
    goc_map_store(&m, goc_skey(""), &a);
    CHECK_EQ(goc_map_len(&m), 2);
    goc_map_destroy(&m);
}

static void goroutine(void *arg)
{
    (void)arg;
    for (int i = 0; i < KEYS; i++) {
        char text[20];
        void *v;
        snprintf(text, sizeof text, "key %d", i);
        if (!goc_map_load_or_store(&ints, goc_ikey((uint64_t)i), &values[i],
                                   &v))
            first++;
        CHECK(v == &values[i]);
        goc_map_store(&strs, goc_skey(text), &values[i]);
        CHECK(goc_map_load(&strs, goc_skey(text), &v) && v == &values[i]);
    }
    goc_waitgroup_done(&wg);
}

struct seen
{
    int n;
    bool at[KEYS];
};

static bool visit(goc_key key, void *value, void *arg)
{
    struct seen *s = arg;
    int i = (int)((int *)value - values);
    CHECK(i >= 0 && i < KEYS && !s->at[i]);
    CHECK_EQ(atoi(key.s + 4), i);
    s->at[i] = true;
    s->n++;
    /* The function may use the map, also the key at hand. */
    goc_map_delete(&strs, key);
    CHECK(key.s[0] == 'k');
    return true;
}

static bool stop_at_ten(goc_key key, void *value, void *arg)
{
    (void)value;
    CHECK(key.i < KEYS);
    return ++*(int *)arg < 10;
}

int main(void)
{
    static struct seen seen;
    int n = 0;
    basics();
    goc_map_init(&ints, GOC_MAP_INT);
    goc_map_init(&strs, GOC_MAP_STR);
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++)
        goc_go(goroutine, NULL);
    goc_waitgroup_wait(&wg);
    CHECK_EQ(first, KEYS);
    CHECK_EQ(goc_map_len(&ints), KEYS);
    CHECK_EQ(goc_map_len(&strs), KEYS);
    goc_map_range(&strs, visit, &seen);
    CHECK_EQ(seen.n, KEYS);
    CHECK_EQ(goc_map_len(&strs), 0);
    goc_map_range(&ints, stop_at_ten, &n);
    CHECK_EQ(n, 10);
    goc_map_destroy(&ints);
    goc_map_destroy(&strs);
    return 0;
}
