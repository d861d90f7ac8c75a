/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* internal.h: what the files of the runtime share.
 *
 * Names.  goc_ is public; goc__ is shared between the files of the runtime;
 * bare names are static.
 *
 * Blocking is two calls.  A goroutine puts itself on some queue under a lock,
 * then calls goc__park(unlock, arg, reason, site); `unlock` runs after the
 * goroutine has left its stack, so whoever takes the lock next may wake it at
 * once.  The waker takes it off the queue under the lock and calls
 * goc__ready(g), exactly once for each park.
 *
 * A wait that may end in several ways (a select, a deadline) has one winner:
 * the goroutine calls goc__arm(g) before it becomes visible on any queue, and
 * each waker must win goc__claim(g) before it may call goc__ready(g).  A waker
 * that loses leaves the goroutine alone; the goroutine takes itself off the
 * queues that it did not come from.
 *
 * Never keep a pointer that was derived from a thread-local variable (the
 * worker, the address of errno) over a park: the goroutine may come back on
 * another thread.  goc__worker() reads the current one afresh each time.
 *
 * Lock order (a lock may be taken only while holding locks of lower rank;
 * channels among themselves by address).  Checked in GOC_DEBUG_CHECKS builds:
 *
 *   GOC__RANK_USER < GOC__RANK_POLL < GOC__RANK_ALARM < GOC__RANK_TIMER
 *       < GOC__RANK_SYNC < GOC__RANK_CHAN < GOC__RANK_SCHED < GOC__RANK_STACK
 *       < GOC__RANK_LEAF
 *
 * A timer's callback runs under its wheel's lock, which is why TIMER lies
 * below SYNC and CHAN: a callback may send on a channel or take a lock of a
 * synchronisation object, and nobody may start or stop a timer while holding
 * one of those.
 */
#ifndef GOC_INTERNAL_H
#define GOC_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#ifndef GOC_DEBUG_CHECKS
#define GOC_DEBUG_CHECKS 0
#endif

#include <goc/abi.h>
#include <goc/chan.h>

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define goc__likely(x) __builtin_expect(!!(x), 1)
#define goc__unlikely(x) __builtin_expect(!!(x), 0)

#define GOC__CACHE_LINE 64

/* ---- Sanitizers ---------------------------------------------------------
 *
 * GOC_TSAN: ThreadSanitizer sees each goroutine as a fiber.  It is on when
 * this file is compiled with -fsanitize=thread, and may be set by hand in a
 * build without: then the runtime's own accesses are invisible, and only the
 * orderings that the language promises (goc__tsan_acquire and _release) count,
 * which is the more precise build for users.  GOC_ASAN: stack switches are
 * announced to AddressSanitizer. */
#ifdef __has_feature
#define GOC__HAS_FEATURE(x) __has_feature(x)
#else
#define GOC__HAS_FEATURE(x) 0
#endif
#ifdef __has_attribute
#define GOC__HAS_ATTRIBUTE(x) __has_attribute(x)
#else
#define GOC__HAS_ATTRIBUTE(x) 0
#endif

#if !defined(GOC_TSAN) \
    && (defined(__SANITIZE_THREAD__) || GOC__HAS_FEATURE(thread_sanitizer))
#define GOC_TSAN 1
#endif
#if !defined(GOC_ASAN) \
    && (defined(__SANITIZE_ADDRESS__) || GOC__HAS_FEATURE(address_sanitizer))
#define GOC_ASAN 1
#endif

#if GOC_TSAN
#define GOC__HAS_TSAN 1
/* Where it sees the runtime's own accesses, a lock taken by one goroutine and
 * released after the switch must order the two; else nothing should. */
#if defined(__SANITIZE_THREAD__) || GOC__HAS_FEATURE(thread_sanitizer)
#define goc__tsan_switch(fiber) __tsan_switch_to_fiber(fiber, 0)
#else
#define goc__tsan_switch(fiber) __tsan_switch_to_fiber(fiber, 1)
#endif
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
void AnnotateBenignRaceSized(const char *file, int line,
                             const volatile void *at, size_t size,
                             const char *why);
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
#define goc__tsan_acquire(p) __tsan_acquire((void *)(p))
#define goc__tsan_release(p) __tsan_release((void *)(p))
/* Around memcpy and the like, which it sees in any build, on memory of the
 * runtime's own that is handed on without an ordering it knows of. */
#define goc__tsan_ignore_begin() \
    (AnnotateIgnoreReadsBegin(__FILE__, __LINE__), \
     AnnotateIgnoreWritesBegin(__FILE__, __LINE__))
#define goc__tsan_ignore_end() \
    (AnnotateIgnoreWritesEnd(__FILE__, __LINE__), \
     AnnotateIgnoreReadsEnd(__FILE__, __LINE__))
/* Makes the function pointer at `own` the C library's own function of that
 * name, in whose place the sanitizer has put one; else leaves it. */
void goc__libc_function(const char *name, void *own);
#else
#define GOC__HAS_TSAN 0
#define goc__libc_function(name, own) ((void)(own))
#define goc__tsan_switch(fiber) ((void)0)
#define goc__tsan_ignore_begin() ((void)0)
#define goc__tsan_ignore_end() ((void)0)
#define goc__tsan_acquire(p) ((void)(p))
#define goc__tsan_release(p) ((void)(p))
#endif

#if GOC_ASAN
#define GOC__HAS_ASAN 1
void __sanitizer_start_switch_fiber(void **save, const void *bottom,
                                    size_t size);
void __sanitizer_finish_switch_fiber(void *save, const void **bottom,
                                     size_t *size);
void __asan_unpoison_memory_region(const volatile void *addr, size_t size);
void __asan_handle_no_return(void);
int __asan_address_is_poisoned(const volatile void *addr);
void __asan_report_load8(uintptr_t addr);
void __lsan_register_root_region(const void *lo, size_t size);
#else
#define GOC__HAS_ASAN 0
#endif

/* For functions that change stacks or fibers: what the sanitizers insert at
 * entry and exit would be unbalanced there. */
#if GOC__HAS_ATTRIBUTE(disable_sanitizer_instrumentation)
#define GOC__NOSAN \
    __attribute__((disable_sanitizer_instrumentation, noinline))
#else
#define GOC__NOSAN \
    __attribute__((no_sanitize_thread, no_sanitize_address, noinline))
#endif

/* ---- Locks (lock.c) -----------------------------------------------------
 *
 * Held for a few instructions and never over a wait of any kind; a park
 * releases it from the next stack.  It spins, then yields, then sleeps: a
 * futex would make every release an atomic exchange. */
enum goc__rank
{
    GOC__RANK_NONE = 0,
    GOC__RANK_USER,  /* contexts, errgroups, logs: may hold it over the rest */
    GOC__RANK_POLL,  /* one descriptor */
    GOC__RANK_ALARM, /* one goc_timer or goc_ticker */
    GOC__RANK_TIMER, /* one wheel */
    GOC__RANK_SYNC,  /* one mutex, wait group, condition, ... */
    GOC__RANK_CHAN,  /* one channel; several by ascending address */
    GOC__RANK_SCHED, /* the scheduler: global queue, idle workers */
    GOC__RANK_STACK, /* stacks and records that no worker holds */
    GOC__RANK_LEAF   /* takes nothing further */
};

struct goc__lock
{
    _Atomic uint32_t held;
};

void goc__lock_slow(struct goc__lock *l);

/* One step of waiting for a holder that is about to let go: spins, later
 * yields, and then sleeps.  *round counts the steps, from 0. */
void goc__pause(unsigned *round);

#if GOC_DEBUG_CHECKS
void goc__lock_check(struct goc__lock *l, enum goc__rank rank);
void goc__unlock_check(struct goc__lock *l);
void goc__assert_held(struct goc__lock *l);
#else
static inline void goc__lock_check(struct goc__lock *l, enum goc__rank rank)
{
    (void)l, (void)rank;
}
static inline void goc__unlock_check(struct goc__lock *l)
{
    (void)l;
}
static inline void goc__assert_held(struct goc__lock *l)
{
    (void)l;
}
#endif

/* One attempt.  False: goc__lock_slow() has to follow, and it will be had. */
static inline bool goc__lock_begin(struct goc__lock *l, enum goc__rank rank)
{
    goc__lock_check(l, rank);
    /* Pairs with the release in goc__lock_release(). */
    return goc__likely(
        !atomic_exchange_explicit(&l->held, 1, memory_order_acquire));
}

static inline void goc__lock_acquire(struct goc__lock *l, enum goc__rank rank)
{
    if (!goc__lock_begin(l, rank))
        goc__lock_slow(l);
}

static inline bool goc__lock_try(struct goc__lock *l)
{
    return !atomic_load_explicit(&l->held, memory_order_relaxed)
        && !atomic_exchange_explicit(&l->held, 1, memory_order_acquire);
}

static inline void goc__lock_release(struct goc__lock *l)
{
    goc__unlock_check(l);
    atomic_store_explicit(&l->held, 0, memory_order_release);
}

/* One pause of a spinning loop. */
static inline void goc__relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

/* ---- Goroutines ---------------------------------------------------------
 */

/* Who owns the stack, and which queue holds the goroutine.  Changed only by
 * goc__setstate(). */
enum goc__state
{
    /* Not a goroutine: the record of a free stack, or of one on which only a
     * scheduler loop runs. */
    G_DEAD = 0,
    /* On exactly one run queue; its context is saved, nobody runs on its
     * stack.  (A goroutine that has never run is a struct goc__task.) */
    G_RUNNABLE,
    /* A worker runs it; on no queue.  It owns its stack. */
    G_RUNNING,
    /* Parked, or on the last instructions of the way there, which the lock
     * that `unlock` releases covers.  On whatever queues it put itself. */
    G_WAITING
};

/* Why a goroutine waits, in Go's words: reports show them as they stand. */
#define GOC__REASONS(X)                          \
    X(NONE, "waiting")                           \
    X(CHAN_RECEIVE, "chan receive")              \
    X(CHAN_SEND, "chan send")                    \
    X(CHAN_RECEIVE_NIL, "chan receive (nil chan)") \
    X(CHAN_SEND_NIL, "chan send (nil chan)")     \
    X(SELECT, "select")                          \
    X(SELECT_NO_CASES, "select (no cases)")      \
    X(SLEEP, "sleep")                            \
    X(MUTEX_LOCK, "sync.Mutex.Lock")             \
    X(RWMUTEX_LOCK, "sync.RWMutex.Lock")         \
    X(RWMUTEX_RLOCK, "sync.RWMutex.RLock")       \
    X(WAITGROUP_WAIT, "sync.WaitGroup.Wait")     \
    X(COND_WAIT, "sync.Cond.Wait")               \
    X(SEMACQUIRE, "semacquire")                  \
    X(IO_WAIT, "IO wait")                        \
    X(SYSCALL, "syscall")

enum goc__reason
{
#define X(name, text) GOC__WAIT_##name,
    GOC__REASONS(X)
#undef X
    GOC__WAIT_COUNT
};

extern const char *const goc__reason_text[GOC__WAIT_COUNT];

/* Bits of goc__g.flags. */
enum
{
    GOC__G_OUTSIDE = 1, /* a thread that the runtime did not start */
    GOC__G_LOCKED = 2,  /* goc_lock_thread: parks its thread with it */
    GOC__G_MAIN = 4,    /* goroutine 1, on the process's own stack */
    GOC__G_TIMED = 8    /* waits with a deadline on an outside thread */
};

/* A goroutine that has begun to run.  It lies at the top of its stack, just
 * above the first frame, so that the two share their cache lines; goroutine 1
 * and outside threads have theirs elsewhere.  Fields without a remark belong
 * to the goroutine while it runs and to whoever may wake it while it waits. */
struct goc__g
{
    void *sp, *pc, *fp;           /* context when not running: switch.h */
    _Atomic unsigned char state;  /* enum goc__state */
    unsigned char reason;         /* enum goc__reason of the last park */
    unsigned char flags;          /* GOC__G_...; set before it is shared */
    unsigned char stack_class;    /* see stack.c */
    _Atomic uint32_t claim;       /* of a wait with several wakers */
    const char *site;             /* where it parked, "file.gc:12" */
    const void *on;               /* what it waits on, for reports; or null:
                                     a channel, a struct select, the
                                     number of a descriptor, else an object
                                     of <goc/sync.h>; see `reason` */
    void *wake;                   /* left by the waker for the woken */
    uint64_t id;
    uint32_t since;               /* goc__coarse when it parked */
    _Atomic uint32_t futex;       /* outside and locked ones sleep here */
    uint32_t locks;               /* goc_lock_thread, nested */

    uint64_t parent;              /* id of the creator */
    const char *created;          /* where, "file.gc:20" */
    void *inherited;              /* copied from creator to created; the
                                     testing library's, null otherwise */
    char *name;                   /* malloc'd, or null */
    void *heap_arg;               /* arguments too large to move, or null */
    char *stack_lo;               /* lowest usable byte of the stack */
    size_t stack_size;            /* up to and including this record */
    struct goc__g *next;          /* free list of stacks */
    struct slab *slab;            /* that the stack is part of: stack.c */
    void *lr;                     /* of a context that a signal interrupted:
                                     where its function returns to, if the
                                     machine may have that in a register */
#if GOC_TSAN
    void *fiber;
#endif
#if GOC_ASAN
    void *fake_stack;
#endif
};

/* The calling goroutine; on a thread that the runtime did not start, a record
 * that stands for the thread.  Never null.  Initialises the runtime. */
struct goc__g *goc__self(void);

/* goc__g.on of an IO wait, and back. */
static inline const void *goc__on_fd(int fd)
{
    return (const void *)((intptr_t)fd + 1);
}
static inline int goc__fd_of(const void *on)
{
    return (int)((intptr_t)on - 1);
}

/* Waits until goc__ready(self).  `unlock(arg)` is called when the goroutine
 * can be woken; it may not park, panic, or use the goroutine's frames except
 * through arg, before whose release nobody can wake it.  `site` is the user's
 * "file.gc:12".  May park only without a lock other than those that unlock
 * releases.  self()->on, if set before, is shown and then cleared. */
void goc__park(void (*unlock)(void *), void *arg, enum goc__reason reason,
               const char *site);

/* goc__park where unlocking is goc__lock_release(l). */
void goc__park_lock(struct goc__lock *l, enum goc__reason reason,
                    const char *site);

/* Makes a parked goroutine runnable.  Any thread may call it, under any lock
 * of a rank below GOC__RANK_SCHED. */
void goc__ready(struct goc__g *g);

/* As goc__ready, but at the tail of the queue: for a waker that has no reason
 * to expect that it is about to wait for g. */
void goc__ready_tail(struct goc__g *g);

/* One winner among several wakers. */
static inline void goc__arm(struct goc__g *g)
{
    atomic_store_explicit(&g->claim, 0, memory_order_relaxed);
}
static inline bool goc__claim(struct goc__g *g)
{
    uint32_t unclaimed = 0;
    /* Acquire and release: the loser's queue and the winner's value are
     * ordered by the queue's lock; this orders the claims themselves. */
    return atomic_compare_exchange_strong_explicit(
        &g->claim, &unclaimed, 1, memory_order_acq_rel, memory_order_relaxed);
}

/* A wait with a deadline, in three steps, because a timer may not be started
 * under a lock that its callback takes:
 *
 *     struct goc__deadline d;
 *     goc__deadline_begin(&d, when);   no SYNC or CHAN lock held; arms self
 *     lock; if (what we wait for is there) { take it; unlock;
 *         goc__deadline_end(&d); return true; }
 *     put self on the queue;
 *     won = goc__park_timed(&d, unlock, arg, reason, site);
 *     if (!won) { lock; take self off the queue; unlock; }
 *
 * Wakers claim.  goc__park_timed returns false when the deadline won, and
 * ends the deadline itself. */
struct goc__deadline;
void goc__deadline_begin(struct goc__deadline *d, int64_t when);
void goc__deadline_end(struct goc__deadline *d);
bool goc__park_timed(struct goc__deadline *d, void (*unlock)(void *),
                     void *arg, enum goc__reason reason, const char *site);

/* Lets others run; the caller stays runnable. */
void goc__yield(void);

/* Monotonic time in nanoseconds, and that time plus d without overflow
 * (INT64_MAX stands for never; d < 0 counts as 0). */
int64_t goc__now(void);
int64_t goc__deadline(int64_t d);

/* The time in milliseconds since the start, as last noticed: what reports
 * reckon waits with.  Written by the monitor and by idle workers. */
extern _Atomic uint32_t goc__coarse;

/* fn(arg) on a helper thread that nobody waits for. */
void goc__blocking_alone(void *(*fn)(void *), void *arg);

/* ---- Timers (timer.c) ---------------------------------------------------
 *
 * Zero-initialise one inside the object that it serves.  fire(t) runs once
 * per start, on some thread of the runtime, under the lock of the timer's
 * wheel: it may call goc__ready, goc__spawn, goc__timer_restart(t), take SYNC
 * and CHAN locks and try to send; it may not park, nor start or stop other
 * timers, nor free the timer. */
struct goc__wheel;
struct goc__timer
{
    int64_t when;                    /* deadline, goc__now's clock */
    void (*fire)(struct goc__timer *t);
    struct goc__wheel *wheel;        /* that holds it, or held it last */
    uint32_t slot;                   /* of the wheel, plus one; 0: idle */
    uint32_t index;                  /* in the slot */
};

/* Starts a timer that is idle.  fire must be set.  Starts and stops of the
 * same timer are serialised by its owner. */
void goc__timer_start(struct goc__timer *t, int64_t when);

/* Stops it.  True: it was pending, and fire will not be called.  False: fire
 * has been called, and has returned. */
bool goc__timer_stop(struct goc__timer *t);

/* From within fire(t) only: starts the same timer again. */
void goc__timer_restart(struct goc__timer *t, int64_t when);

/* The storage of a wait with a deadline; see goc__deadline_begin. */
struct goc__deadline
{
    struct goc__timer timer;
    struct goc__g *g;
    int64_t when;
    void (*unlock)(void *);
    void *arg;
    _Atomic uint32_t phase; /* timer.c */
};

/* Parks until `when` on the clock of goc__now(). */
void goc__sleep_until(int64_t when, const char *site);

/* ---- Things that may still wake somebody --------------------------------
 *
 * While this is not zero there is no deadlock: signal handlers registered
 * through the library, calls out on helper threads.  Add and subtract with
 * goc__external_add, which starts a check when it falls to zero. */
void goc__external_add(int n);

/* ---- Failure (panic.c) --------------------------------------------------
 */

/* The user's mistake: "panic: " and the text, exit status 2.  goc__panic_at
 * also names the place. */
_Noreturn void goc__panic(const char *text);
_Noreturn void goc__panic_at(const char *text, const char *site);

/* What the runtime needs and cannot get, or a broken invariant: "fatal error:
 * " and the text, every goroutine's paragraph, exit status 2. */
_Noreturn void goc__fatal(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Set by the testing library.  Called when the process is about to end by a
 * panic or a fault, also in a signal handler, with what the goroutine at fault
 * has inherited, and at the beginning of goc_exit_goroutine. */
extern void (*goc__dying)(void *inherited);
extern void (*goc__exiting)(void);

/* malloc, calloc that end in goc__fatal("out of memory (...)"). */
void *goc__malloc(size_t size);
void *goc__calloc(size_t n, size_t size);

/* checks.c: goc__shuffled is true one time in n by lot, if GOC_DEBUG=seed=N was
 * given; the others do what they do by it. */
struct goc__worker;
#if GOC_DEBUG_CHECKS
extern uint64_t goc__shuffle_seed; /* 0: none */
bool goc__shuffled(unsigned n);
void goc__shuffle_yield(void);
void goc__shuffle_deadline(int64_t when);
uintptr_t goc__shuffle_next(struct goc__worker *w);
void goc__worker_invariants(struct goc__worker *w);
void goc__lock_invariants(struct goc__lock *l, enum goc__rank rank);
int goc__locks_held(void);
#else
#define goc__shuffle_seed ((uint64_t)0)
#define goc__shuffled(n) false
#define goc__shuffle_yield() ((void)0)
#define goc__shuffle_deadline(when) ((void)0)
#define goc__shuffle_next(w) ((uintptr_t)0)
#define goc__worker_invariants(w) ((void)0)
#endif

#if GOC_DEBUG_CHECKS
#define goc__assert(x) \
    ((x) ? (void)0 : goc__fatal("%s:%d: assertion failed: %s", \
                                __FILE__, __LINE__, #x))
#else
#define goc__assert(x) ((void)0)
#endif

#endif
