/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* worker.h: workers, tasks and stacks, for the scheduler's own files.
 *
 * A worker is a thread that runs goroutines.  Its scheduler loop lies at the
 * bottom of a stack and calls a new goroutine as a plain function on top of
 * itself.  A goroutine that parks keeps that stack, loop frame included; the
 * worker starts another loop at the bottom of a stack from its cache, or
 * switches straight to the next goroutine.  When the goroutine later ends it
 * returns into the loop frame below it, on whichever worker runs it then.  So
 * a loop frame belongs to its stack, never to a worker.
 */
#ifndef GOC_WORKER_H
#define GOC_WORKER_H

#include "internal.h"

#include "deque.h"

#include <pthread.h>

/* ---- Tasks: goroutines that have not begun to run ----------------------- */

struct goc__task
{
    union
    {
        void (*fn)(void *);
        struct goc__task *next; /* in a free list */
    };
    const char *at;
    _Atomic uint64_t id; /* 0: the record is free */
    uint64_t parent;
    void *inherited;
    uint32_t size;       /* of the arguments */
    uint8_t kind;        /* enum goc__task_kind */
    uint8_t stack_class; /* see stack.c */
    _Alignas(16) union
    {
        void *heap;      /* arguments of TASK_HEAP */
        unsigned char arg[16];
    };
};

enum goc__task_kind
{
    TASK_SMALL,  /* 64 bytes, arguments up to 16 */
    TASK_MEDIUM, /* 128 bytes, arguments up to 80 */
    TASK_KINDS,
    TASK_HEAP = TASK_KINDS /* a small record; the arguments lie elsewhere */
};
enum { TASK_SMALL_ARG = 16, TASK_MEDIUM_ARG = 80 };
_Static_assert(sizeof(struct goc__task) == 64, "one cache line");

/* ---- The queue of woken goroutines --------------------------------------
 *
 * A ring that its owner alone fills.  Owner and thieves take at the head, each
 * by compare-and-swap, so that the oldest goes first whoever takes it. */
enum { FIFO_SIZE = 256 };
struct fifo
{
    _Atomic uint32_t head; /* anyone advances */
    _Atomic uint32_t tail; /* owner writes */
    _Atomic(struct goc__g *) item[FIFO_SIZE];
};

/* ---- Wheels (timer.c) --------------------------------------------------- */

enum
{
    WHEEL_BITS = 6,
    WHEEL_SLOTS = 1 << WHEEL_BITS,
    WHEEL_LEVELS = 9
};
/* A slot is an array, for a list would lead through the cold stacks of the
 * goroutines that sleep. */
struct goc__wheel_entry
{
    int64_t when;
    struct goc__timer *timer;
};
struct goc__wheel_slot
{
    struct goc__wheel_entry *entry;
    uint32_t n, max;
};
struct goc__wheel
{
    struct goc__lock lock;
    _Atomic uint32_t count;  /* timers in it, or being fired */
    _Atomic int64_t next;    /* not after the earliest deadline; or INT64_MAX */
    uint64_t tick;           /* everything before is done */
    uint64_t used[WHEEL_LEVELS]; /* a bit for each slot that is not empty */
    struct goc__wheel_slot slot[WHEEL_LEVELS * WHEEL_SLOTS];
};

void goc__wheel_init(struct goc__wheel *wheel);

/* Fires what is due.  Returns how many fired.  Any thread. */
unsigned goc__wheel_run(struct goc__wheel *wheel, int64_t now);

/* ---- Workers ------------------------------------------------------------ */

enum goc__mode
{
    MODE_IDLE,   /* in the idle list; its thread sleeps or is about to */
    MODE_ACTIVE, /* counted in sched.active, of which there are procs */
    MODE_STUCK,  /* has run one goroutine for long; another was let in */
    MODE_LOCKED, /* its thread waits with a goroutine that is locked to it */
    MODE_OUTSIDE /* not a worker: stands for a thread of the program's */
};

enum { STACK_CLASSES = 8 };

struct goc__worker
{
    /* The owner's, touched at every switch. */
    struct goc__g *cur;           /* the record of the stack it runs on */
    struct goc__lock *after_lock; /* released after the switch; or null */
    void (*after)(void *);        /* called after the switch; or null */
    void *after_arg;
    int *errno_at;                /* of this thread */
    int *at_ease;                 /* likewise; see goc__hurry() */
    _Atomic int32_t countdown;    /* switches until the next check() */
    _Atomic uint64_t ticks;       /* switches and starts; the monitor reads */
    bool real;                    /* a worker, not an outside thread */
    bool thread_spoilt;           /* by a goroutine that has ended while it was
                                     locked to it: goc__thread_renew() */
    uint8_t stack_class;          /* of the stacks in `stacks` */
    uint16_t nstacks;
    struct goc__g *stacks;        /* free stacks, the hottest first */
    struct goc__g *left_stack;    /* of another class, left last; or null */
    unsigned yields;
    _Atomic bool hurried;         /* see goc__hurry() */
    _Atomic bool inside;          /* see goc__inside_begin() */
    bool moved;                   /* the loop has just come to its stack */
    struct goc__task *first;      /* to run before the loop looks; or null */

    struct goc__task *tasks[TASK_KINDS]; /* free records */
    unsigned ntasks[TASK_KINDS];
    struct alarm *alarms;         /* spare ones: time.c */
    unsigned nalarms;
    uint64_t next_id, end_id;     /* ids not yet given out */
    int32_t period;               /* what countdown started from */
    int32_t spawn_left;           /* spawns until the next look at the pace */
    int64_t checked;              /* when check() last ran */
    int64_t mean, mean_from;      /* see pace_measure() */
    uint64_t mean_ticks;
    unsigned overstayed;          /* checks since it should have gone */
    unsigned spin_vain, spin_skip; /* see spin() */
    unsigned contended;           /* locks found taken since the last check */
    unsigned crowded;             /* checks in turn that found many of those */
    unsigned turn;                /* which queue check() looks at first */
    uint64_t random;

    /* Counters; written by the owner, summed by readers. */
    _Atomic uint64_t spawned, ended, steals;
    _Atomic uint64_t parked[GOC__WAIT_COUNT];

    /* Shared. */
    _Alignas(GOC__CACHE_LINE) _Atomic(struct goc__g *) slot; /* hand-off: the
                       owner fills it when empty, anyone takes by exchange */
    _Atomic uint32_t pace;    /* nanoseconds a switch, as last measured */
    struct fifo ready;
    struct deque fresh;       /* of struct goc__task */

    /* Under sched.lock. */
    _Alignas(GOC__CACHE_LINE) _Atomic int mode; /* enum goc__mode */
    struct goc__worker *idle_next;
    struct goc__worker *next_outside; /* all outside ones ever */
    bool has_thread;
    _Atomic uint32_t wake;    /* futex of the idle thread: 1 when woken */
    _Atomic bool polling;     /* sleeps in the poller, not on `wake` */

    /* The monitor's. */
    uint64_t seen_ticks;
    int64_t seen_at;
    int64_t seen_time;        /* processor time of the thread then */

    int index;
    _Atomic pid_t tid;
    _Atomic(struct goc__g *) frozen; /* the goroutine with which the thread
                                        stands still for a report */
    struct goc__g thread_g;   /* outside threads, and goroutine 1 */
    struct goc__g *base;      /* the context of the thread's own stack; null on
                                 the process's, which is goroutine 1's */
    void *altstack;
#if GOC_TSAN
    void *fiber;              /* of the loops this worker runs */
#endif
#if GOC_ASAN
    const void *thread_lo;
    size_t thread_size;
#endif
    struct goc__wheel wheel;
};

/* A pointer to this thread's worker; null before the thread's first call.
 * The access is spelled in assembler because a compiler may compute the
 * address of a thread-local once and keep it over a call that comes back on
 * another thread. */
extern _Thread_local struct goc__worker *goc__tls_worker
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

static inline struct goc__worker *goc__worker(void)
{
    struct goc__worker *w;
#if defined(__x86_64__)
    __asm__ volatile("movq goc__tls_worker@gottpoff(%%rip), %0\n\t"
                     "movq %%fs:(%0), %0"
                     : "=r"(w));
#elif defined(__aarch64__)
    void *tp;
    __asm__ volatile("mrs %1, tpidr_el0\n\t"
                     "adrp %0, :gottprel:goc__tls_worker\n\t"
                     "ldr %0, [%0, #:gottprel_lo12:goc__tls_worker]\n\t"
                     "ldr %0, [%1, %0]"
                     : "=&r"(w), "=&r"(tp));
#else
#error "goc knows x86-64 and aarch64"
#endif
    return w;
}

/* Not zero: the runtime knows this thread, and does not want it back.  Locks
 * look here before they do anything else (sync.c), in the program's own code,
 * too: <goc/sync.h>. */
extern __thread int goc__at_ease;

/* Asks the goroutine that w runs, or no longer asks it, to let others run when
 * it comes to take a lock.  In builds that check nothing is done where no one
 * sees it. */
static inline void goc__hurry(struct goc__worker *w, bool yes)
{
    atomic_store_explicit(&w->hurried, yes, memory_order_relaxed);
    __atomic_store_n(w->at_ease, !yes && !GOC_DEBUG_CHECKS && !GOC__HAS_TSAN,
                     __ATOMIC_RELAXED);
}

/* Around what makes w's thread sleep for a moment inside the runtime: it comes
 * back by itself, and one more thread would only be in its way.  w may be null. */
static inline void goc__inside_begin(struct goc__worker *w)
{
    if (w)
        atomic_store_explicit(&w->inside, true, memory_order_relaxed);
}
static inline void goc__inside_end(struct goc__worker *w)
{
    if (w)
        atomic_store_explicit(&w->inside, false, memory_order_relaxed);
}

void goc__thread_bind(struct goc__worker *w);

/* The worker of this thread, made on the first call. */
struct goc__worker *goc__attach(void);
static inline struct goc__worker *goc__worker_here(void)
{
    struct goc__worker *w = goc__worker();
    return goc__likely(w != NULL) ? w : goc__attach();
}

/* ---- The scheduler's state ---------------------------------------------- */

/* Something to run: a struct goc__g *, or a struct goc__task * plus one. */
typedef uintptr_t goc__work;
static inline goc__work goc__work_g(struct goc__g *g) { return (uintptr_t)g; }
static inline goc__work goc__work_task(struct goc__task *t)
{
    return (uintptr_t)t + 1;
}
static inline struct goc__task *goc__work_as_task(goc__work k)
{
    return k & 1 ? (struct goc__task *)(k - 1) : NULL;
}

enum { WORKERS_MAX = 4096 };

struct goc__ring
{
    goc__work *item;
    size_t mask, head, count;
};

struct goc__sched
{
    struct goc__lock lock;
    /* Under lock.  The atomic ones may be read without, as a hint. */
    struct goc__ring queue[2];  /* the global queue: woken, and tasks */
    unsigned queue_turn;
    _Atomic size_t queue_count; /* of both */
    struct goc__worker *idle;
    _Atomic int nidle;
    _Atomic int active;         /* in MODE_ACTIVE */
    int locked;                 /* in MODE_LOCKED */
    /* No worker is let in for the backlog's sake before this time; and how
     * long that was.  Any worker sets them. */
    _Atomic int64_t alone_until, alone_for;
    _Atomic int procs;
    _Atomic int nworkers;       /* slots of `worker` that are filled */
    _Atomic(struct goc__worker *) worker[WORKERS_MAX];

    _Atomic int searching;      /* woken workers that have found nothing yet */
    _Atomic int outside;        /* living outside threads */
    _Atomic int external;       /* goc__external_add */
    _Atomic uint64_t ids;       /* ids given to workers in blocks */
    _Atomic bool monitor_started;
    int64_t start;              /* goc__now() at initialisation */
};
extern struct goc__sched goc__sched;
extern struct goc__worker *goc__outside_all; /* under sched.lock */
extern struct goc__worker *goc__main_worker; /* null: no goroutine 1 */

extern const char goc__main __attribute__((weak));

/* sched.c */
void goc__initialise(void);
void goc__submit(goc__work k);
void goc__task_ready(struct goc__worker *w, struct goc__task *t);
void goc__deadlock_check(void);
void goc__flush_local(struct goc__worker *w);
bool goc__flush_slot(struct goc__worker *w);
_Noreturn void goc__loop(void);
bool goc__wake_worker(void);
extern _Atomic int goc__own_threads;
struct goc__worker *goc__worker_pick(struct goc__worker *prefer);
void goc__worker_wake(struct goc__worker *w);
struct goc__worker *goc__worker_new(void);
int goc__futex_wait(_Atomic uint32_t *at, uint32_t expected,
                    int64_t deadline);
void goc__futex_wake(_Atomic uint32_t *at, int n);
void goc__thread_setup(struct goc__worker *w);
int goc__thread_try(void *(*main)(void *), void *arg);
void goc__thread_create(void *(*main)(void *), void *arg, const char *what);
void goc__thread_ends(void); /* the calling one, of those */
void goc__detach(void);

/* thread.c */
void goc__thread_start(struct goc__worker *w);
_Noreturn void goc__thread_renew(struct goc__worker *w);

/* monitor.c */
int goc__procs_default(void);
int goc__monitor_try(void);
void goc__monitor_start(void);
void goc__monitor_nudge(void);
void goc__monitor_rouse(void);
void goc__monitor_trace(int64_t every);
bool goc__monitor_dump(void);
bool goc__monitor_flush(void);
extern struct goc__wheel goc__shared_wheel;

/* goroutine.c */
void goc__tasks_return(struct goc__worker *w);
void goc__task_each(void (*visit)(struct goc__task *t, void *arg), void *arg);
void goc__run_task(struct goc__worker *w, struct goc__g *s,
                   struct goc__task *t);

/* stack.c */
void goc__stack_init(void);
extern _Atomic unsigned char goc__stack_default; /* class of new goroutines */
struct goc__g *goc__stack_get(struct goc__worker *w, unsigned class_);
void goc__stack_put(struct goc__worker *w, struct goc__g *s);
void goc__stack_forget(struct goc__g *s);
void goc__stack_reserve(struct goc__worker *w);
void goc__stack_each(void (*visit)(struct goc__g *g, void *arg), void *arg);
void goc__stack_trim(int64_t now);
bool goc__stack_overflowed(struct goc__g *g, const void *addr);
unsigned char goc__stack_class_for(size_t bytes);
size_t goc__stack_bytes(void);
void goc__stack_guards(int on);

/* poll.c */
extern _Atomic int goc__poll_waiters; /* goroutines waiting on descriptors */
extern _Atomic int goc__poll_sleepers; /* workers that sleep in the poller */
extern _Atomic int64_t goc__polled;   /* when somebody last ran the poller */
/* Waits for events until the deadline (-1: does not wait) and wakes whom they
 * concern.  awake(the worker) is called before, if there are any; or null. */
int goc__poll_run(int64_t deadline, void (*awake)(struct goc__worker *w));
void goc__poll_break(void);

/* panic.c */
extern struct goc__lock goc__names_lock; /* of goc__g.name */
void goc__panic_init(void);
_Noreturn void goc__report_deadlock(void);
_Noreturn void goc__report_quit(struct goc__g *g);
bool goc__setting(const char *name, long long lo, long long hi,
                  long long *value);

#endif
