/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stack.c: goroutine stacks.
 *
 * A slab is one mapping of 64 stacks of one class (size).  Each stack is a
 * guard (a page, as a rule), the usable bytes, and at the very top the struct
 * goc__g of the goroutine that runs on it.  Pages are touched as used.  Slabs
 * are never unmapped: a report may walk them at any time.
 *
 * The first touch of a page and its guard are most of what a goroutine that
 * parks costs while there are not yet enough stacks.  So a program that has
 * filled a slab gets the next ones by the dozen: guarded, and their top pages
 * there, by one system call each.  The lock is held over no system call.
 *
 *     | guard | usable ...  first frames | goc__g | colour |  next stack ...
 *
 * Colours.  Stacks of a power of two apart would put their hot ends into the
 * same few sets of the caches.  The guard page makes the distance odd in
 * pages, which spreads them over the second-level cache; the offset `colour`
 * within the top page spreads them over the first-level cache.
 *
 * A stack is in one of three places:
 *   - raw: its bit in slab->raw is set; it owns no memory but page tables, and
 *     its record reads as zero, which is G_DEAD;
 *   - free: in a worker's list, or in its class's list under `lock`;
 *   - in use: a goroutine's, or under a loop.
 * Lists are last-in first-out, for the hottest stack is the best one.
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(lo, hi) ((void)(lo), (void)(hi), 0)
#define RUNNING_ON_VALGRIND 0
#endif

/* What the C library's headers may be too old to know. */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#ifndef PIDFD_SELF
#define PIDFD_SELF (-10000)
#endif

enum
{
    SLAB_STACKS = 64,
    LOCAL_MAX = 64,   /* free stacks that a worker keeps */
    LOCAL_BATCH = 32, /* moved at once */
    CARVE_BATCH = 16, /* made at once, when many are wanted */
    COLOURS = 16,
    COLOUR_STEP = 128,
    PROBES_APART = 64 * 1024,
    STACK_DEFAULT = 256 * 1024,
    STACK_MIN = 16 * 1024
};
static const size_t stack_max = (size_t)1 << 32;

struct slab
{
    struct slab *next;     /* all slabs of the class, newest first */
    struct slab *next_raw; /* under lock: those that have raw stacks */
    char *base;
    size_t stride;
    uint64_t guarded;      /* under lock; by who is about to, if not yet */
    _Atomic uint64_t raw;  /* under lock; reports read it */
    unsigned char class_;
};

struct stack_class
{
    size_t bytes;               /* usable, the record included */
    struct goc__g *free;        /* under lock */
    size_t nfree, low;          /* low: the least nfree since the last trim */
    struct slab *with_raw;      /* exactly the slabs whose raw is not 0 */
    unsigned nslabs;            /* under lock */
    _Atomic(struct slab *) slabs;
};

static struct goc__lock lock;
static struct stack_class classes[STACK_CLASSES];
static _Atomic unsigned nclasses;
static _Atomic size_t stack_bytes; /* carved, usable */
static size_t page_size, guard_size;
static _Atomic bool no_markers; /* see guards_install() */
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
    guard_size = page_size;
#if defined(__aarch64__)
    /* Code that probes its stack (-fstack-clash-protection) relies on a guard
     * of 64 KiB there; and the distance of stacks stays odd in pages. */
    if (page_size < PROBES_APART)
        guard_size += PROBES_APART;
#endif
    /* LeakSanitizer reads whatever the mappings say is readable; and an
     * emulator to which all advice is good does not follow this one. */
    atomic_store(&no_markers, GOC__HAS_ASAN || madvise(NULL, 0, -1) == 0);
    long long bytes = STACK_DEFAULT;
    goc__setting("GOC_STACK", STACK_MIN, (long long)stack_max, &bytes);
    atomic_store(&goc__stack_default, goc__stack_class_for((size_t)bytes));
}

size_t goc__stack_bytes(void)
{
    return atomic_load_explicit(&stack_bytes, memory_order_relaxed);
}

/* The same advice for several ranges of one size by one call, where the kernel takes it
 * for the calling process (6.14). */
static bool advise(const struct iovec *range, unsigned n, int advice)
{
    static _Atomic bool refused;
    if (n < 2 || atomic_load_explicit(&refused, memory_order_relaxed))
        return false;
    int e = errno;
    long done = RUNNING_ON_VALGRIND ? -1
        : syscall(SYS_process_madvise, PIDFD_SELF, range, (unsigned long)n,
                  advice, 0);
    if (done < 0)
        atomic_store_explicit(&refused, true, memory_order_relaxed);
    errno = e;
    return done == (long)(n * range->iov_len);
}

/* How many guards mprotect may still make.  Each makes two mappings more, and a
 * process may have only so many; half of them are left to the program. */
static _Atomic long guards_left;

static void guards_count(void)
{
    char text[32] = "";
    long most = 0;
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, text, sizeof text - 1) > 0)
            most = atol(text);
        close(fd);
    }
    atomic_store(&guards_left, (most > 0 ? most : 65530) / 4);
}

/* Makes guards fault on every access.  Guard markers cost no mapping; where the
 * kernel has none, mprotect does, for as many stacks as it may. */
static void guards_install(const struct iovec *guard, unsigned n)
{
    static pthread_once_t counted = PTHREAD_ONCE_INIT;
    bool markers = !atomic_load_explicit(&no_markers, memory_order_relaxed);
    if (markers && advise(guard, n, MADV_GUARD_INSTALL))
        return;
    for (unsigned i = 0; i < n; i++) {
        if (markers
            && madvise(guard[i].iov_base, guard_size, MADV_GUARD_INSTALL)) {
            atomic_store_explicit(&no_markers, true, memory_order_relaxed);
            markers = false;
        }
        if (markers)
            continue;
        pthread_once(&counted, guards_count);
        if (atomic_fetch_sub_explicit(&guards_left, 1, memory_order_relaxed) > 0)
            (void)mprotect(guard[i].iov_base, guard_size, PROT_NONE);
    }
}

static struct slab *slab_new(struct stack_class *c)
{
    struct slab *slab = calloc(1, sizeof *slab);
    size_t stride = c->bytes + guard_size;
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
#if GOC_ASAN
    /* By the slab: LeakSanitizer goes through all mappings for each region. */
    __lsan_register_root_region(base, stride * SLAB_STACKS);
#endif
    return slab;
}

/* Needs: lock. */
static void slab_add(struct stack_class *c, struct slab *slab)
{
    slab->next = atomic_load_explicit(&c->slabs, memory_order_relaxed);
    slab->next_raw = c->with_raw;
    c->with_raw = slab;
    c->nslabs++;
    /* Pairs with the acquire in goc__stack_each(). */
    atomic_store_explicit(&c->slabs, slab, memory_order_release);
}

static struct goc__g *slab_record(const struct slab *slab, unsigned i)
{
    size_t colour = i % COLOURS * COLOUR_STEP;
    char *end = slab->base + (i + 1) * slab->stride - colour;
    return (struct goc__g *)((uintptr_t)(end - sizeof(struct goc__g))
                             & ~(uintptr_t)(GOC__CACHE_LINE - 1));
}

/* Stacks that are raw no more, on their way to be free. */
struct carving
{
    struct slab *slab;
    uint64_t taken, unguarded; /* bits */
};

/* Needs: lock.  Up to n raw stacks of one slab, if there is one. */
static bool carve_begin(struct stack_class *c, unsigned n, struct carving *k)
{
    struct slab *slab = c->with_raw;
    if (!slab)
        return false;
    uint64_t raw = atomic_load_explicit(&slab->raw, memory_order_relaxed);
    uint64_t left = raw;
    while (n-- > 0)
        left &= left - (left != 0);
    k->slab = slab;
    k->taken = raw & ~left;
    k->unguarded = k->taken & ~slab->guarded;
    slab->guarded |= k->taken;
    if (!left)
        c->with_raw = slab->next_raw;
    atomic_store_explicit(&slab->raw, left, memory_order_release);
    return true;
}

/* Without the lock: makes a list of them. */
static struct goc__g *carve_end(struct stack_class *c, const struct carving *k,
                                unsigned *got)
{
    struct iovec guard[CARVE_BATCH], top[CARVE_BATCH];
    unsigned nguards = 0, n = 0;
    struct goc__g *list = NULL;
    for (uint64_t left = k->taken; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        char *low = k->slab->base + i * k->slab->stride;
        if (k->unguarded & (uint64_t)1 << i)
            guard[nguards++] = (struct iovec){ low, guard_size };
        char *end = low + guard_size + c->bytes;
        top[n++] = (struct iovec){ end - page_size, page_size };
    }
    guards_install(guard, nguards);
    (void)advise(top, n, MADV_POPULATE_WRITE);
    for (unsigned j = n; j-- > 0;) {
        char *end = (char *)top[j].iov_base + page_size;
        char *low = end - c->bytes - guard_size;
        unsigned i = (unsigned)((size_t)(low - k->slab->base)
                                / k->slab->stride);
        struct goc__g *s = slab_record(k->slab, i);
        s->slab = k->slab;
        s->stack_class = k->slab->class_;
        s->stack_lo = low + guard_size;
        s->stack_size = (size_t)((char *)s - s->stack_lo);
        (void)VALGRIND_STACK_REGISTER(s->stack_lo, (char *)s);
        s->next = list;
        list = s;
    }
    atomic_fetch_add_explicit(&stack_bytes, n * c->bytes,
                              memory_order_relaxed);
    *got = n;
    return list;
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

/* Needs: lock.  Takes up to n free stacks of a class. */
static struct goc__g *free_take(struct stack_class *c, unsigned n,
                                unsigned *got)
{
    struct goc__g *list = NULL;
    *got = 0;
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
    return list;
}

/* Up to n free stacks of a class, at least one; if need be made of raw ones:
 * one, or a batch when the class has filled a slab. */
static struct goc__g *class_take(unsigned class_, unsigned n, unsigned *got)
{
    struct stack_class *c = &classes[class_];
    struct carving k;
    for (;;) {
        goc__lock_acquire(&lock, GOC__RANK_STACK);
        struct goc__g *list = free_take(c, n, got);
        unsigned batch = c->nslabs > 1 && n > 1 ? CARVE_BATCH : 1;
        bool carved = !list && carve_begin(c, batch, &k);
        goc__lock_release(&lock);
        if (list)
            return list;
        if (carved)
            return carve_end(c, &k, got);
        struct slab *slab = slab_new(c);
        if (!slab)
            goc__fatal("out of memory (goroutine stacks)");
        goc__lock_acquire(&lock, GOC__RANK_STACK);
        slab_add(c, slab);
        goc__lock_release(&lock);
    }
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
            struct slab *slab = s->slab;
            char *low = s->stack_lo;
            uintptr_t end = ((uintptr_t)s + sizeof *s + page_size - 1)
                & ~(uintptr_t)(page_size - 1);
            unsigned i = (unsigned)((size_t)(low - slab->base) / slab->stride);
            (void)madvise(low, end - (uintptr_t)low, MADV_DONTNEED);
            goc__lock_acquire(&lock, GOC__RANK_STACK);
            uint64_t raw =
                atomic_load_explicit(&slab->raw, memory_order_relaxed);
            if (!raw) {
                slab->next_raw = c->with_raw;
                c->with_raw = slab;
            }
            atomic_store_explicit(&slab->raw, raw | (uint64_t)1 << i,
                                  memory_order_release);
            goc__lock_release(&lock);
            atomic_fetch_sub_explicit(&stack_bytes, c->bytes,
                                      memory_order_relaxed);
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
    return g->stack_lo && a < g->stack_lo && a >= g->stack_lo - guard_size;
}

/* For goc-gdb.py, which calls it while every other thread is stopped, so that
 * a core may be written: takes all guard markers away, or puts them back. */
void goc__stack_guards(int on)
{
    unsigned n = atomic_load(&nclasses);
    for (unsigned k = 0; k < n && !atomic_load(&no_markers); k++) {
        struct slab *slab = atomic_load(&classes[k].slabs);
        for (; slab; slab = slab->next)
            for (unsigned i = 0; i < SLAB_STACKS; i++)
                if (slab->guarded & (uint64_t)1 << i)
                    (void)madvise(slab->base + i * slab->stride, guard_size,
                                  on ? MADV_GUARD_INSTALL
                                     : MADV_GUARD_REMOVE);
    }
}
