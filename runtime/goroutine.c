/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* goroutine.c: the life of a goroutine, from `go` to its end.
 *
 * `go` fills a struct goc__task and puts it on the worker's deque: no stack is
 * involved.  When a worker takes it, goc__run_task() turns it into a goroutine
 * on the stack that the worker's loop runs on, frees the record, and calls the
 * function.
 *
 * Records come from chunks that are never given back, so that a report may
 * look at any record at any time; id is 0 in a free one.
 */
#include "park.h"

#include <goc/sched.h>

#include <stdalign.h>
#include <sys/mman.h>

enum
{
    CHUNK_BYTES = 256 * 1024,
    TASKS_LOCAL_MAX = 512, /* free records that a worker keeps */
    TASKS_BATCH = 64,
    ID_BLOCK = 16
};

static const size_t task_bytes[TASK_KINDS] = { 64, 128 };

/* A chunk is one cache line of header and records of one kind. */
struct chunk
{
    struct chunk *next;
    unsigned kind;
    _Atomic size_t used; /* bytes, the header included */
};

static struct goc__lock lock;
static _Atomic(struct chunk *) chunks[TASK_KINDS]; /* the newest is filled */
static struct goc__task *free_tasks[TASK_KINDS];   /* under lock */

/* Needs: lock. */
static struct chunk *chunk_new(unsigned kind)
{
    struct chunk *c = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c == MAP_FAILED)
        return NULL;
    c->kind = kind;
    atomic_store_explicit(&c->used, GOC__CACHE_LINE, memory_order_relaxed);
    c->next = atomic_load_explicit(&chunks[kind], memory_order_relaxed);
    /* Pairs with the acquire in goc__task_each(). */
    atomic_store_explicit(&chunks[kind], c, memory_order_release);
    return c;
}

/* A batch of records for w. */
static __attribute__((noinline)) void tasks_refill(struct goc__worker *w,
                                                   unsigned kind)
{
    unsigned n = 0;
    goc__lock_acquire(&lock, GOC__RANK_STACK);
    while (n < TASKS_BATCH && free_tasks[kind]) {
        struct goc__task *t = free_tasks[kind];
        free_tasks[kind] = t->next;
        t->next = w->tasks[kind];
        w->tasks[kind] = t;
        n++;
    }
    struct chunk *c = atomic_load_explicit(&chunks[kind],
                                           memory_order_relaxed);
    while (n < TASKS_BATCH) {
        size_t used = c ? atomic_load_explicit(&c->used, memory_order_relaxed)
                        : CHUNK_BYTES;
        if (used + task_bytes[kind] > CHUNK_BYTES) {
            if (n > 0 || !(c = chunk_new(kind)))
                break;
            continue;
        }
        struct goc__task *t = (void *)((char *)c + used);
        t->kind = (uint8_t)kind;
        t->next = w->tasks[kind];
        w->tasks[kind] = t;
        n++;
        atomic_store_explicit(&c->used, used + task_bytes[kind],
                              memory_order_release);
    }
    goc__lock_release(&lock);
    if (n == 0)
        goc__fatal("out of memory (goroutine records)");
    w->ntasks[kind] += n;
}

static __attribute__((noinline)) void tasks_spill(struct goc__worker *w,
                                                  unsigned kind, unsigned n)
{
    goc__lock_acquire(&lock, GOC__RANK_STACK);
    while (n-- > 0 && w->tasks[kind]) {
        struct goc__task *t = w->tasks[kind];
        w->tasks[kind] = t->next;
        w->ntasks[kind]--;
        t->next = free_tasks[kind];
        free_tasks[kind] = t;
    }
    goc__lock_release(&lock);
}

/* A record with room for so many bytes of arguments. */
static inline struct goc__task *task_new(struct goc__worker *w, size_t size)
{
    unsigned kind = size <= TASK_SMALL_ARG || size > TASK_MEDIUM_ARG
        ? TASK_SMALL : TASK_MEDIUM;
    if (goc__unlikely(!w->tasks[kind]))
        tasks_refill(w, kind);
    struct goc__task *t = w->tasks[kind];
    w->tasks[kind] = t->next;
    w->ntasks[kind]--;
    return t;
}

static inline void task_free(struct goc__worker *w, struct goc__task *t)
{
    unsigned kind = t->kind;
    if (goc__unlikely(kind == TASK_HEAP))
        t->kind = kind = TASK_SMALL;
    atomic_store_explicit(&t->id, 0, memory_order_relaxed);
    t->next = w->tasks[kind];
    w->tasks[kind] = t;
    if (goc__unlikely(++w->ntasks[kind] > TASKS_LOCAL_MAX))
        tasks_spill(w, kind, TASKS_LOCAL_MAX / 2);
}

/* For an outside thread that ends. */
void goc__tasks_return(struct goc__worker *w)
{
    for (unsigned kind = 0; kind < TASK_KINDS; kind++)
        tasks_spill(w, kind, w->ntasks[kind]);
}

/* Visits every goroutine that has not begun to run. */
void goc__task_each(void (*visit)(struct goc__task *t, void *arg), void *arg)
{
    for (unsigned kind = 0; kind < TASK_KINDS; kind++) {
        struct chunk *c = atomic_load_explicit(&chunks[kind],
                                               memory_order_acquire);
        for (; c; c = c->next) {
            size_t used = atomic_load_explicit(&c->used,
                                               memory_order_acquire);
            for (size_t at = GOC__CACHE_LINE; at < used;
                 at += task_bytes[kind]) {
                struct goc__task *t = (void *)((char *)c + at);
                if (atomic_load_explicit(&t->id, memory_order_acquire))
                    visit(t, arg);
            }
        }
    }
}

/* Ids are unique, small, and in order of creation as far as one worker goes. */
static inline uint64_t id_new(struct goc__worker *w)
{
    if (goc__unlikely(w->next_id == w->end_id)) {
        w->next_id = atomic_fetch_add_explicit(&goc__sched.ids, ID_BLOCK,
                                               memory_order_relaxed);
        w->end_id = w->next_id + ID_BLOCK;
    }
    return w->next_id++;
}

static inline void arguments_copy(void *to, const void *from, size_t size)
{
    goc__tsan_ignore_begin();
    if (goc__likely(size == sizeof(uint64_t)))
        memcpy(to, from, sizeof(uint64_t));
    else if (size)
        memcpy(to, from, size);
    goc__tsan_ignore_end();
}

void goc__go(void (*fn)(void *), const void *arg, size_t size, const char *at)
{
    struct goc__worker *w = goc__worker_here();
    struct goc__g *self = w->cur;
    struct goc__task *t = task_new(w, size);

    t->fn = fn;
    t->at = at;
    t->parent = self->id;
    t->inherited = self->inherited;
    t->size = (uint32_t)size;
    t->stack_class =
        atomic_load_explicit(&goc__stack_default, memory_order_relaxed);
    if (goc__likely(size <= TASK_MEDIUM_ARG)) {
        arguments_copy(t->arg, arg, size);
    } else {
        t->kind = TASK_HEAP;
        t->heap = goc__malloc(size);
        memcpy(t->heap, arg, size);
    }
    goc__tsan_release(t);
    count(&w->spawned);
    atomic_store_explicit(&t->id, id_new(w), memory_order_release);
    goc__task_ready(w, t);
}

/* A thunk, so that fn gets the pointer itself. */
struct call
{
    void (*fn)(void *);
    void *arg;
};
static void call_run(void *p)
{
    struct call *c = p;
    c->fn(c->arg);
}

void goc__spawn(void (*fn)(void *), void *arg, const char *at)
{
    struct call c = { fn, arg };
    goc__go(call_run, &c, sizeof c, at);
}

void (goc_go)(void (*fn)(void *), void *arg)
{
    goc__spawn(fn, arg, NULL);
}

static __attribute__((noinline)) void name_set(struct goc__g *g, char *name)
{
    goc__lock_acquire(&goc__names_lock, GOC__RANK_LEAF);
    char *old = g->name;
    g->name = name;
    goc__lock_release(&goc__names_lock);
    free(old);
}

/* The goroutine g has ended, by returning or not. */
static inline void goroutine_end(struct goc__worker *w, struct goc__g *g)
{
    if (goc__unlikely(g->heap_arg != NULL)) {
        free(g->heap_arg);
        g->heap_arg = NULL;
    }
    if (goc__unlikely(g->name != NULL))
        name_set(g, NULL);
    if (goc__unlikely(g->locks)) {
        goc__tsan_release(w); /* as goc_unlock_thread() */
        w->thread_spoilt = true;
        /* So that the loop, which comes next, calls check(). */
        atomic_store_explicit(&w->countdown, 0, memory_order_relaxed);
    }
    g->flags = 0;
    g->locks = 0;
    g->id = 0;
    /* Release, for goc_num_goroutine(): who sees this sees the spawn. */
    atomic_store_explicit(
        &w->ended, atomic_load_explicit(&w->ended, memory_order_relaxed) + 1,
        memory_order_release);
    goc__setstate(g, G_RUNNING, G_DEAD);
}

/* Runs t as a goroutine on the stack whose record is s, called by the loop at
 * the bottom of that stack.  Returns when the goroutine has ended, on whatever
 * worker runs it then.  The arguments move to this frame, so that a parked
 * goroutine holds no record besides its stack. */
GOC__NOSAN void goc__run_task(struct goc__worker *w, struct goc__g *s,
                              struct goc__task *t)
{
    alignas(16) unsigned char args[TASK_MEDIUM_ARG];
    void (*fn)(void *) = t->fn;
    void *arg = args;

    s->id = atomic_load_explicit(&t->id, memory_order_relaxed);
    s->parent = t->parent;
    s->created = t->at;
    s->inherited = t->inherited;
    s->site = NULL;
    s->on = NULL;
    if (goc__unlikely(t->kind == TASK_HEAP))
        arg = s->heap_arg = t->heap;
    else
        arguments_copy(args, t->arg, t->size);
#if GOC_TSAN
    s->fiber = __tsan_create_fiber(0);
    goc__tsan_switch(s->fiber);
    thread_seen(w);
    goc__tsan_acquire(t);
#endif
    task_free(w, t);
    goc__setstate(s, G_DEAD, G_RUNNING);

    fn(arg);

    w = goc__worker();
    goroutine_end(w, s);
#if GOC_TSAN
    goc__tsan_switch(w->fiber);
    __tsan_destroy_fiber(s->fiber);
#endif
}

/* ---- <goc/sched.h>, what concerns the goroutine itself ------------------ */

void (*goc__exiting)(void);

GOC__NOSAN void goc_exit_goroutine(void)
{
    if (goc__unlikely(goc__exiting != NULL))
        goc__exiting();
    struct goc__worker *w = goc__worker_here();
    struct goc__g *g = w->cur;
    if (!w->real)
        pthread_exit(NULL);
#if GOC_ASAN
    __asan_handle_no_return();
#endif
    unsigned char flags = g->flags;
    goroutine_end(w, g);
#if GOC_TSAN
    goc__tsan_switch(w->fiber);
    if (!(flags & GOC__G_MAIN))
        __tsan_destroy_fiber(g->fiber);
#endif
    /* A fresh loop on this stack, or, as the process's own stack is not a
     * worker's to run loops on, on another. */
    struct goc__g *s = g;
    if (flags & GOC__G_MAIN) {
        s = goc__stack_get(w, w->stack_class);
        w->cur = s;
    }
#if GOC_ASAN
    __sanitizer_start_switch_fiber(NULL, s->stack_lo, s->stack_size);
#endif
    goc__start(s);
}

uint64_t goc_id(void)
{
    struct goc__worker *w = goc__worker_here();
    return w->real ? w->cur->id : 0;
}

void goc_set_name(const char *name)
{
    struct goc__g *g = goc__self();
    char *copy = NULL;
    if (name) {
        size_t size = strlen(name) + 1;
        copy = goc__malloc(size);
        memcpy(copy, name, size);
    }
    name_set(g, copy);
}

void goc_stack_size(size_t bytes)
{
    goc__worker_here();
    atomic_store(&goc__stack_default, goc__stack_class_for(bytes));
}
