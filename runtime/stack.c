/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stack.c: goroutine stacks.
 *
 * A slab is one mapping of 64 stacks of one class (size).  Each stack is a
 * guard page, the usable bytes, and at the very top the struct goc__g of the
 * goroutine that runs on it.  Pages are touched as used.  Slabs are never
 * unmapped: a report may walk them at any time.
 *
 *     | guard | usable ...  first frames | goc__g | colour |  next stack ...
 *
 * Colours.  Stacks of a power of two apart would put their hot ends into the
 * same few sets of the caches.  The guard page makes the distance odd in
 * pages, which spreads them over the second-level cache; the offset `colour`
 * within the top page spreads them over the first-level cache.
 *
 * A stack is in one of three places:
 *   - raw: its bit in slab->raw is set; it owns no memory but page tables;
 *   - free: in a worker's list, or in its class's list under `lock`;
 *   - in use: a goroutine's, or under a loop.
 * Lists are last-in first-out, for the hottest stack is the best one.
 */
#include "worker.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(lo, hi) ((void)(lo), (void)(hi), 0)
#endif

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

enum
{
    SLAB_STACKS = 64,
    LOCAL_MAX = 64,   /* free stacks that a worker keeps */
    LOCAL_BATCH = 32, /* moved at once */
    COLOURS = 16,
    COLOUR_STEP = 128,
    STACK_DEFAULT = 256 * 1024,
    STACK_MIN = 16 * 1024
};
static const size_t stack_max = (size_t)1 << 32;

struct slab
{
    struct slab *next;     /* all slabs of the class, newest first */
    char *base;
    size_t stride;
    uint64_t guarded;      /* under lock */
    _Atomic uint64_t raw;  /* under lock; reports read it */
    unsigned char class_;
};

struct stack_class
{
    size_t bytes;               /* usable, the record included */
    struct goc__g *free;        /* under lock */
    size_t nfree, low;          /* low: the least nfree since the last trim */
    struct slab *with_raw;      /* the slab to carve next; may be used up */
    _Atomic(struct slab *) slabs;
};

static struct goc__lock lock;
static struct stack_class classes[STACK_CLASSES];
static _Atomic unsigned nclasses;
static _Atomic size_t stack_bytes; /* carved, usable */
static size_t page_size;
_Atomic unsigned char goc__stack_default;

/* The class for stacks of so many bytes, made if need be.  When the table is
 * full, the smallest class that is large enough, or the largest. */
unsigned char goc__stack_class_for(size_t bytes)
{
    if (bytes < STACK_MIN)
        bytes = STACK_MIN;
    if (bytes > stack_max)
        bytes = stack_max;
    bytes = (bytes + page_size - 1) & ~(page_size - 1);

    goc__lock_acquire(&lock, GOC__RANK_STACK);
    unsigned n = atomic_load_explicit(&nclasses, memory_order_relaxed);
    unsigned best = n;
    for (unsigned i = 0; i < n; i++)
        if (classes[i].bytes == bytes)
            best = i;
    if (best == n && n < STACK_CLASSES) {
        classes[n].bytes = bytes;
        /* Pairs with the acquire in goc__stack_each(). */
        atomic_store_explicit(&nclasses, n + 1, memory_order_release);
    } else if (best == n) {
        best = 0;
        for (unsigned i = 1; i < n; i++) {
            bool fits = classes[i].bytes >= bytes;
            bool best_fits = classes[best].bytes >= bytes;
            if (fits == best_fits ? fits == (classes[i].bytes
                                             < classes[best].bytes)
                                  : fits)
                best = i;
        }
    }
    goc__lock_release(&lock);
    return (unsigned char)best;
}

void goc__stack_init(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    long long bytes = STACK_DEFAULT;
    goc__setting("GOC_STACK", STACK_MIN, (long long)stack_max, &bytes);
    atomic_store(&goc__stack_default, goc__stack_class_for((size_t)bytes));
}

size_t goc__stack_bytes(void)
{
    return atomic_load_explicit(&stack_bytes, memory_order_relaxed);
}

/* Makes the page at `at` fault on every access.  Guard markers cost no
 * mapping; where the kernel has none, mprotect does, until the process has no
 * mappings left, and then stacks go without. */
static void guard_install(char *at)
{
    /* LeakSanitizer reads whatever the mappings say is readable. */
    static _Atomic bool no_markers = GOC__HAS_ASAN;
    if (!atomic_load_explicit(&no_markers, memory_order_relaxed)) {
        if (madvise(at, page_size, MADV_GUARD_INSTALL) == 0)
            return;
        atomic_store_explicit(&no_markers, true, memory_order_relaxed);
    }
    (void)mprotect(at, page_size, PROT_NONE);
}

/* Needs: lock. */
static struct slab *slab_new(struct stack_class *c)
{
    struct slab *slab = calloc(1, sizeof *slab);
    size_t stride = c->bytes + page_size;
    char *base = MAP_FAILED;
    if (slab)
        base = mmap(NULL, stride * SLAB_STACKS, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
                    -1, 0);
    if (base == MAP_FAILED) {
        free(slab);
        return NULL;
    }
    /* A huge page would give eight stacks their memory at the first touch. */
    (void)madvise(base, stride * SLAB_STACKS, MADV_NOHUGEPAGE);
    slab->base = base;
    slab->stride = stride;
    slab->class_ = (unsigned char)(c - classes);
    atomic_init(&slab->raw, UINT64_MAX);
    slab->next = atomic_load_explicit(&c->slabs, memory_order_relaxed);
    c->with_raw = slab;
    /* Pairs with the acquire in goc__stack_each(). */
    atomic_store_explicit(&c->slabs, slab, memory_order_release);
    return slab;
}

static struct goc__g *slab_record(const struct slab *slab, unsigned i)
{
    size_t colour = i % COLOURS * COLOUR_STEP;
    char *end = slab->base + (i + 1) * slab->stride - colour;
    return (struct goc__g *)((uintptr_t)(end - sizeof(struct goc__g))
                             & ~(uintptr_t)(GOC__CACHE_LINE - 1));
}

/* Needs: lock.  Turns a raw stack into a free one; null: no memory. */
static struct goc__g *stack_carve(struct stack_class *c)
{
    struct slab *slab = c->with_raw;
    if (!slab || !atomic_load_explicit(&slab->raw, memory_order_relaxed)) {
        slab = atomic_load_explicit(&c->slabs, memory_order_relaxed);
        while (slab
               && !atomic_load_explicit(&slab->raw, memory_order_relaxed))
            slab = slab->next;
        c->with_raw = slab;
    }
    if (!slab && !(slab = slab_new(c)))
        return NULL;

    uint64_t raw = atomic_load_explicit(&slab->raw, memory_order_relaxed);
    unsigned i = (unsigned)__builtin_ctzll(raw);
    char *low = slab->base + i * slab->stride;
    if (!(slab->guarded & (uint64_t)1 << i)) {
        guard_install(low);
        slab->guarded |= (uint64_t)1 << i;
    }
    struct goc__g *s = slab_record(slab, i);
    s->stack_class = slab->class_;
    s->stack_lo = low + page_size;
    s->stack_size = (size_t)((char *)s - s->stack_lo);
    atomic_store_explicit(&s->state, G_DEAD, memory_order_relaxed);
    (void)VALGRIND_STACK_REGISTER(s->stack_lo, (char *)s);
#if GOC_ASAN
    __lsan_register_root_region(s->stack_lo, s->stack_size + sizeof *s);
#endif
    atomic_store_explicit(&slab->raw, raw & (raw - 1), memory_order_release);
    atomic_fetch_add_explicit(&stack_bytes, c->bytes, memory_order_relaxed);
    return s;
}

/* Gives a list of free stacks to their classes. */
static void class_put(struct goc__g *s)
{
    goc__lock_acquire(&lock, GOC__RANK_STACK);
    while (s) {
        struct goc__g *next = s->next;
        struct stack_class *c = &classes[s->stack_class];
        s->next = c->free;
        c->free = s;
        c->nfree++;
        s = next;
    }
    goc__lock_release(&lock);
}

/* Moves the coldest of w's stacks to their class. */
static void local_spill(struct goc__worker *w, unsigned keep)
{
    struct goc__g **tail = &w->stacks;
    for (unsigned i = 0; i < keep && *tail; i++)
        tail = &(*tail)->next;
    struct goc__g *s = *tail;
    *tail = NULL;
    w->nstacks = (uint16_t)(keep < w->nstacks ? keep : w->nstacks);

    class_put(s);
}

/* Takes up to n free stacks of a class, or makes one raw one free. */
static struct goc__g *class_take(unsigned class_, unsigned n, unsigned *got)
{
    struct stack_class *c = &classes[class_];
    struct goc__g *list = NULL;
    *got = 0;
    goc__lock_acquire(&lock, GOC__RANK_STACK);
    while (*got < n && c->free) {
        struct goc__g *s = c->free;
        c->free = s->next;
        c->nfree--;
        s->next = list;
        list = s;
        ++*got;
    }
    if (c->nfree < c->low)
        c->low = c->nfree;
    if (!list && (list = stack_carve(c))) {
        list->next = NULL;
        *got = 1;
    }
    goc__lock_release(&lock);
    if (!list)
        goc__fatal("out of memory (goroutine stacks)");
    return list;
}

/* Sees to it that w has a free stack, for park to take under any lock. */
void goc__stack_reserve(struct goc__worker *w)
{
    unsigned class_ =
        atomic_load_explicit(&goc__stack_default, memory_order_relaxed);
    if (goc__unlikely(w->stack_class != class_)) {
        local_spill(w, 0);
        w->stack_class = (uint8_t)class_;
    }
    if (w->stacks)
        return;
    unsigned got;
    w->stacks = class_take(class_, LOCAL_BATCH / 2, &got);
    w->nstacks = (uint16_t)got;
}

struct goc__g *goc__stack_get(struct goc__worker *w, unsigned class_)
{
    unsigned got;
    if (class_ != w->stack_class)
        return class_take(class_, 1, &got);
    goc__stack_reserve(w);
    if (class_ != w->stack_class)
        return class_take(class_, 1, &got);
    struct goc__g *s = w->stacks;
    w->stacks = s->next;
    w->nstacks--;
    return s;
}

/* The caller still runs on s, for some instructions more; so s must stay with
 * this worker until it has left.  One of another class is kept aside until the
 * next of them comes. */
void goc__stack_put(struct goc__worker *w, struct goc__g *s)
{
    if (goc__unlikely(s->stack_class != w->stack_class)) {
        struct goc__g *left = w->left_stack;
        w->left_stack = s;
        if (left) {
            left->next = NULL;
            class_put(left);
        }
        return;
    }
    s->next = w->stacks;
    w->stacks = s;
    if (goc__unlikely(++w->nstacks > LOCAL_MAX))
        local_spill(w, LOCAL_MAX - LOCAL_BATCH);
}

/* ThreadSanitizer remembers who wrote to a stack that another goroutine had
 * before, and nothing orders the two.  To order them would hide races between
 * them, so the memory is mapped anew, which makes it forget.  A loop cannot do
 * that to the stack that it runs on: in such builds each goroutine begins on a
 * stack that the loop has moved to.  The loops' own use of stacks it is told
 * to ignore. */
void goc__stack_forget(struct goc__g *s)
{
#if GOC_TSAN
    struct goc__g copy = *s;
    uintptr_t end = ((uintptr_t)s + sizeof *s + page_size - 1)
        & ~(uintptr_t)(page_size - 1);
    void *p = mmap(s->stack_lo, end - (uintptr_t)s->stack_lo,
                   PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK
                       | MAP_FIXED, -1, 0);
    if (p == MAP_FAILED)
        goc__fatal("out of memory (goroutine stacks)");
    *s = copy;
#else
    (void)s;
#endif
}

/* Gives back the memory of stacks that have lain free since the last call:
 * they become raw.  A bounded number at a time. */
void goc__stack_trim(int64_t now)
{
    enum { KEEP = 64, AT_ONCE = 256 };
    (void)now;
    if (GOC__HAS_ASAN)
        return; /* a raw stack would be a root region still */
    unsigned n = atomic_load_explicit(&nclasses, memory_order_relaxed);
    for (unsigned k = 0; k < n; k++) {
        struct stack_class *c = &classes[k];
        goc__lock_acquire(&lock, GOC__RANK_STACK);
        size_t excess = c->low > KEEP ? c->low - KEEP : 0;
        if (excess > AT_ONCE)
            excess = AT_ONCE;
        /* The coldest are at the far end, but the list may be long; what is
         * excess all the same may as well be taken from the near end. */
        struct goc__g *list = NULL;
        for (size_t i = 0; i < excess; i++) {
            struct goc__g *s = c->free;
            c->free = s->next;
            c->nfree--;
            s->next = list;
            list = s;
        }
        c->low = c->nfree;
        goc__lock_release(&lock);

        while (list) {
            struct goc__g *s = list;
            list = s->next;
            char *low = s->stack_lo;
            uintptr_t end = ((uintptr_t)s + sizeof *s + page_size - 1)
                & ~(uintptr_t)(page_size - 1);
            goc__lock_acquire(&lock, GOC__RANK_STACK);
            struct slab *slab =
                atomic_load_explicit(&c->slabs, memory_order_relaxed);
            while (low < slab->base
                   || low >= slab->base + slab->stride * SLAB_STACKS)
                slab = slab->next;
            unsigned i = (unsigned)((size_t)(low - slab->base) / slab->stride);
            (void)madvise(low, end - (uintptr_t)low, MADV_DONTNEED);
            atomic_fetch_or_explicit(&slab->raw, (uint64_t)1 << i,
                                     memory_order_release);
            c->with_raw = slab;
            atomic_fetch_sub_explicit(&stack_bytes, c->bytes,
                                      memory_order_relaxed);
            goc__lock_release(&lock);
        }
    }
}

/* Visits every goroutine that has a stack of ours.  Others may run meanwhile:
 * what is read of them is a moment's view. */
void goc__stack_each(void (*visit)(struct goc__g *g, void *arg), void *arg)
{
    unsigned n = atomic_load_explicit(&nclasses, memory_order_acquire);
    for (unsigned k = 0; k < n; k++) {
        struct slab *slab =
            atomic_load_explicit(&classes[k].slabs, memory_order_acquire);
        for (; slab; slab = slab->next) {
            uint64_t raw =
                atomic_load_explicit(&slab->raw, memory_order_acquire);
            for (unsigned i = 0; i < SLAB_STACKS; i++) {
                if (raw & (uint64_t)1 << i)
                    continue;
                struct goc__g *g = slab_record(slab, i);
                if (atomic_load_explicit(&g->state, memory_order_acquire)
                    != G_DEAD)
                    visit(g, arg);
            }
        }
    }
}

/* Whether a fault at addr is g running off the low end of its stack. */
bool goc__stack_overflowed(struct goc__g *g, const void *addr)
{
    const char *a = addr;
    return g->stack_lo && a < g->stack_lo && a >= g->stack_lo - page_size;
}
