/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* quick.c: properties checked with random inputs, and smaller ones for those
 * that fail.
 *
 * What a property draws comes down to a list of choices, 64-bit numbers, where
 * a smaller one stands for a simpler value.  To shrink an input is to shorten
 * the list or lower its numbers and to run the property on what that list
 * yields; a property that draws more than the list holds gets zeroes.  So any
 * structure that a property builds from its draws shrinks along.
 */
#include "internal.h"
#include "worker.h"

#include <goc/testing.h>

enum draw_kind { DRAW_INT, DRAW_U64, DRAW_BYTES };

/* What was drawn, for showing it. */
struct draw
{
    enum draw_kind kind;
    int64_t i;
    uint64_t u;
    unsigned char *bytes; /* malloc'd */
    size_t n;
};

struct goc_rand
{
    uint64_t state;   /* of the generator; used while not replaying */
    bool replay;
    uint64_t *choice;
    size_t n, max;    /* choices that there are */
    size_t at;        /* how many were used */
    struct draw *draw; /* recorded if show */
    size_t ndraws, maxdraws;
    bool show;
};

static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void *grow(void *at, size_t n, size_t *max, size_t size)
{
    if (n < *max)
        return at;
    size_t more = *max ? 2 * *max : 16;
    void *p = realloc(at, more * size);
    if (!p)
        goc__fatal("out of memory (quick check)");
    *max = more;
    return p;
}

/* A choice from 0 to most; `value` is what to choose when not replaying. */
static uint64_t choose(goc_rand *r, uint64_t value, uint64_t most)
{
    if (r->replay) {
        value = r->at < r->n ? r->choice[r->at] : 0;
        if (value > most)
            value = most;
    } else {
        r->choice = grow(r->choice, r->n, &r->max, sizeof *r->choice);
        r->choice[r->n++] = value;
    }
    r->at++;
    return value;
}

static uint64_t below_or_at(goc_rand *r, uint64_t most)
{
    uint64_t x = next_random(&r->state);
    return most == UINT64_MAX ? x : x % (most + 1);
}

static struct draw *draw_add(goc_rand *r, enum draw_kind kind)
{
    r->draw = grow(r->draw, r->ndraws, &r->maxdraws, sizeof *r->draw);
    struct draw *d = &r->draw[r->ndraws++];
    *d = (struct draw){ .kind = kind };
    return d;
}

/* The k-th number of lo..hi by distance from the base, the upper one first. */
static int64_t kth_from(int64_t base, int64_t lo, int64_t hi, uint64_t k)
{
    uint64_t above = (uint64_t)hi - (uint64_t)base;
    uint64_t below = (uint64_t)base - (uint64_t)lo;
    uint64_t both = above < below ? above : below;
    if (k <= 2 * both && both <= UINT64_MAX / 2)
        return k % 2 ? (int64_t)((uint64_t)base + (k + 1) / 2)
                     : (int64_t)((uint64_t)base - k / 2);
    return above > below ? (int64_t)((uint64_t)base + (k - both))
                         : (int64_t)((uint64_t)base - (k - both));
}

int64_t goc_rand_int(goc_rand *r, int64_t lo, int64_t hi)
{
    if (lo > hi) {
        int64_t swap = lo;
        lo = hi;
        hi = swap;
    }
    uint64_t most = (uint64_t)hi - (uint64_t)lo;
    uint64_t random = below_or_at(r, most);
    /* Now and then a small one: that is where the edges are. */
    if (next_random(&r->state) % 4 == 0 && random > 16)
        random %= 17;
    int64_t base = lo > 0 ? lo : hi < 0 ? hi : 0;
    int64_t value = kth_from(base, lo, hi, choose(r, random, most));
    if (r->show)
        draw_add(r, DRAW_INT)->i = value;
    return value;
}

uint64_t goc_rand_u64(goc_rand *r)
{
    unsigned shift = (unsigned)(next_random(&r->state) % 64);
    uint64_t value =
        choose(r, next_random(&r->state) >> shift, UINT64_MAX);
    if (r->show)
        draw_add(r, DRAW_U64)->u = value;
    return value;
}

/* Before each byte a choice tells whether there is one: leaving out those two
 * choices leaves out the byte. */
size_t goc_rand_bytes(goc_rand *r, void *buf, size_t max)
{
    unsigned char *bytes = buf;
    size_t n = 0, want = (size_t)below_or_at(r, max);
    if (next_random(&r->state) % 4 == 0 && want > 8)
        want %= 9;
    while (n < max && choose(r, n < want, 1))
        bytes[n++] = (unsigned char)choose(r, below_or_at(r, 255), 255);
    memset(bytes + n, 0, max - n);
    if (r->show) {
        struct draw *d = draw_add(r, DRAW_BYTES);
        d->bytes = memcpy(goc__malloc(n), bytes, n);
        d->n = n;
    }
    return n;
}

/* ---- Shrinking ---------------------------------------------------------- */

struct shrinker
{
    bool (*property)(goc_rand *);
    uint64_t *best; /* the smallest list that fails */
    size_t n;
    int budget;     /* calls of the property that are left */
};

/* Runs the property on a list; true, and the list is the best, if it fails. */
static bool attempt(struct shrinker *s, const uint64_t *choice, size_t n)
{
    if (s->budget-- <= 0)
        return false;
    goc_rand r = { .replay = true, .choice = (uint64_t *)choice, .n = n };
    if (s->property(&r))
        return false;
    if (r.at < n)
        n = r.at; /* the rest is not looked at */
    memmove(s->best, choice, n * sizeof *choice);
    s->n = n;
    return true;
}

static bool leave_out(struct shrinker *s, uint64_t *work, size_t at,
                      size_t size)
{
    memcpy(work, s->best, at * sizeof *work);
    memcpy(work + at, s->best + at + size,
           (s->n - at - size) * sizeof *work);
    return attempt(s, work, s->n - size);
}

/* In large pieces first; of the small ones, which may be single draws, every
 * size. */
static bool shorten(struct shrinker *s, uint64_t *work)
{
    enum { SMALL = 8 };
    bool any = false;
    for (size_t size = s->n; size > 0; size -= size > SMALL ? size / 2 : 1)
        for (size_t at = 0; at + size <= s->n;)
            if (leave_out(s, work, at, size))
                any = true;
            else
                at++;
    return any;
}

static bool set_to(struct shrinker *s, uint64_t *work, size_t at,
                   uint64_t value)
{
    memcpy(work, s->best, s->n * sizeof *work);
    work[at] = value;
    return attempt(s, work, s->n);
}

/* The least value at `at` that still fails, by halving. */
static bool lower(struct shrinker *s, uint64_t *work, size_t at)
{
    if (s->best[at] == 0)
        return false;
    if (set_to(s, work, at, 0))
        return true;
    uint64_t passes = 0;
    bool any = false;
    while (at < s->n && s->best[at] - passes > 1 && s->budget > 0) {
        uint64_t middle = passes + (s->best[at] - passes) / 2;
        if (set_to(s, work, at, middle))
            any = true;
        else
            passes = middle;
    }
    return any;
}

/* Two neighbours one at a time may be stuck where both together are not. */
static bool lower_both(struct shrinker *s, uint64_t *work, size_t a, size_t b)
{
    bool any = false;
    for (uint64_t by = UINT64_MAX / 2 + 1; by > 0; by /= 2)
        while (b < s->n && s->best[a] >= by && s->best[b] >= by) {
            memcpy(work, s->best, s->n * sizeof *work);
            work[a] -= by;
            work[b] -= by;
            if (!attempt(s, work, s->n))
                break;
            any = true;
        }
    return any;
}

static void shrink(struct shrinker *s)
{
    uint64_t *work = goc__malloc(s->n * sizeof *work);
    bool any = true;
    while (any && s->budget > 0) {
        any = shorten(s, work);
        for (size_t at = 0; at < s->n; at++)
            any |= lower(s, work, at);
        for (size_t at = 0; at + 1 < s->n; at++)
            any |= lower_both(s, work, at, at + 1);
    }
    free(work);
}

/* ---- Showing ------------------------------------------------------------ */

static void print_bytes(FILE *out, const struct draw *d)
{
    fputc('"', out);
    for (size_t i = 0; i < d->n; i++) {
        unsigned char c = d->bytes[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c >= ' ' && c < 0x7f)
            fputc(c, out);
        else
            fprintf(out, "\\x%02x", c);
    }
    fputc('"', out);
}

static void print_draws(FILE *out, const goc_rand *r)
{
    for (size_t i = 0; i < r->ndraws; i++) {
        const struct draw *d = &r->draw[i];
        fputs(i ? ", " : "", out);
        if (d->kind == DRAW_INT)
            fprintf(out, "%lld", (long long)d->i);
        else if (d->kind == DRAW_U64)
            fprintf(out, "%llu", (unsigned long long)d->u);
        else
            print_bytes(out, d);
    }
}

/* Runs the property once more on the best list, to see its draws. */
static void report(struct shrinker *s, uint64_t seed, int tries,
                   const char *at)
{
    char *text = NULL;
    size_t size = 0;
    goc_rand r = { .replay = true, .choice = s->best, .n = s->n,
                   .show = true };
    s->property(&r);
    FILE *out = open_memstream(&text, &size);
    if (!out)
        goc__fatal("out of memory (quick check)");
    print_draws(out, &r);
    fclose(out);
    goc__test_log(at, "property is false for input %d, seed %llu\n"
                      "shrunk input: %s",
                  tries, (unsigned long long)seed, text);
    for (size_t i = 0; i < r.ndraws; i++)
        free(r.draw[i].bytes);
    free(r.draw);
    free(text);
}

static long long chosen = -1; /* by GOC_TEST_SEED */

static void chosen_read(void)
{
    goc__setting("GOC_TEST_SEED", 0, INT64_MAX, &chosen);
}

bool goc__quick(bool (*property)(goc_rand *), int n, const char *at)
{
    enum { BUDGET = 20000 };
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, chosen_read);
    uint64_t seed = chosen >= 0 ? (uint64_t)chosen
                                : (uint64_t)goc__now() & INT64_MAX;
    goc_rand r = { .state = seed };
    for (int i = 1; i <= n; i++) {
        r.n = r.at = 0;
        if (property(&r))
            continue;
        struct shrinker s = { property, r.choice, r.n, BUDGET };
        shrink(&s);
        report(&s, seed, i, at);
        free(r.choice);
        return false;
    }
    free(r.choice);
    return true;
}

bool (goc_quick)(bool (*property)(goc_rand *), int n)
{
    return goc__quick(property, n, NULL);
}
