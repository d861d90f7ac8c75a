// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Any sequence of calls on a map has the results of the same calls on a plain table.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

enum { KEYS = 40, CALLS = 300 };

static int things[KEYS * 4];
static void *model[KEYS]; /* null: not there */

struct both
{
    goc_map *map;
    bool strings;
    int seen[KEYS];
    int n;
};

static goc_key key_of(const struct both *b, int i, char text[8])
{
    if (!b->strings)
        return goc_ikey((uint64_t)i * 0x9e3779b97f4a7c15u);
    snprintf(text, 8, "%.*s%d", i % 3, "abc", i);
    return goc_skey(text);
}

static bool visit(goc_key key, void *value, void *arg)
{
    struct both *b = arg;
    char text[8];
    for (int i = 0; i < KEYS; i++) {
        goc_key k = key_of(b, i, text);
        if (b->strings ? strcmp(k.s, key.s) == 0 : k.i == key.i) {
            CHECK(model[i] == value);
            CHECK_EQ(b->seen[i]++, 0);
            b->n++;
            return true;
        }
    }
    CHECK(!"a key that nobody stored");
    return false;
}

static void compare(struct both *b)
{
    int n = 0;
    memset(b->seen, 0, sizeof b->seen);
    b->n = 0;
    goc_map_range(b->map, visit, b);
    for (int i = 0; i < KEYS; i++)
        n += model[i] != NULL;
    CHECK_EQ(b->n, n);
    CHECK_EQ(goc_map_len(b->map), n);
}

static bool same(struct both *b, goc_rand *r)
{
    memset(model, 0, sizeof model);
    for (int n = 0; n < CALLS; n++) {
        char text[8];
        int i = (int)goc_rand_int(r, 0, KEYS - 1);
        void *new = &things[i * 4 + goc_rand_int(r, 0, 3)], *got = &n;
        goc_key key = key_of(b, i, text);
        bool there = model[i] != NULL;
        switch (goc_rand_int(r, 0, 4)) {
        case 0:
            goc_map_store(b->map, key, new);
            model[i] = new;
            break;
        case 1:
            if (goc_map_load(b->map, key, &got) != there
                || (there && got != model[i]))
                return false;
            break;
        case 2:
            if (goc_map_load_or_store(b->map, key, new, &got) != there)
                return false;
            if (!there)
                model[i] = new;
            if (got != model[i])
                return false;
            break;
        case 3:
            if (goc_map_delete(b->map, key) != there)
                return false;
            model[i] = NULL;
            break;
        case 4:
            if (goc_map_load(b->map, key, NULL) != there)
                return false;
            break;
        }
    }
    compare(b);
    return true;
}

static bool ints(goc_rand *r)
{
    goc_map m = { 0 };
    struct both b = { .map = &m };
    bool ok = same(&b, r);
    goc_map_destroy(&m);
    return ok;
}

static bool strings(goc_rand *r)
{
    goc_map m = { 0 };
    struct both b = { .map = &m, .strings = true };
    goc_map_init(&m, GOC_MAP_STR);
    bool ok = same(&b, r);
    goc_map_destroy(&m);
    return ok;
}

int main(void)
{
    CHECK(goc_quick(ints, 100));
    CHECK(goc_quick(strings, 100));
    return 0;
}
