/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* thread.c: the threads that goroutines run on, and those that come from
 * outside; what <goc/sched.h> says about them all.
 *
 * A thread is known by its record, a struct goc__worker: a worker's, which
 * runs goroutines, or one that stands for a thread of the program's.  Workers
 * are never given up; records of outside threads are used again.
 */
#include "park.h"

#include <goc/sched.h>

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#if GOC_TSAN
#include <dlfcn.h>

void goc__libc_function(const char *name, void *own)
{
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    void *found = libc ? dlsym(libc, name) : NULL;
    if (found)
        memcpy(own, &found, sizeof found);
}
#endif

/* ---- Threads ------------------------------------------------------------ */

static pthread_key_t outside_key;
static struct goc__worker *outside_free; /* under sched.lock */
struct goc__worker *goc__outside_all;
struct goc__worker *goc__main_worker;

/* Needs: sched.lock.  Null when there are too many. */
struct goc__worker *goc__worker_new(void)
{
    struct goc__sched *s = &goc__sched;
    int n = atomic_load_explicit(&s->nworkers, memory_order_relaxed);
    if (n == WORKERS_MAX)
        return NULL;
    struct goc__worker *w = NULL;
    if (posix_memalign((void **)&w, GOC__CACHE_LINE, sizeof *w)) {
        goc__lock_release(&s->lock);
        goc__fatal("out of memory (worker)");
    }
    memset(w, 0, sizeof *w);
    w->real = true;
    w->index = n;
    w->random = 0x9e3779b97f4a7c15u * (uint64_t)(n + 1)
        ^ goc__shuffle_seed << 8;
    w->checked = w->mean_from = goc__now();
    w->period = 1;
    deque_init(&w->fresh);
    goc__wheel_init(&w->wheel);
    w->stack_class =
        atomic_load_explicit(&goc__stack_default, memory_order_relaxed);
    atomic_store_explicit(&s->worker[n], w, memory_order_release);
    atomic_store_explicit(&s->nworkers, n + 1, memory_order_release);
    return w;
}

/* From here on w stands for this thread. */
void goc__thread_bind(struct goc__worker *w)
{
    w->errno_at = &errno;
    w->at_ease = &goc__at_ease;
    goc__tls_worker = w;
    goc__hurry(w, false);
}

/* What a worker's thread needs: its errno, and a stack for SIGSEGV. */
void goc__thread_setup(struct goc__worker *w)
{
    enum { ALTSTACK = 32 * 1024 };
    goc__thread_bind(w);
    /* Last: it tells the monitor that the rest is there. */
    atomic_store(&w->tid, (pid_t)syscall(SYS_gettid));
#if GOC_TSAN
    /* A thread's errno is that of all its goroutines in turn. */
    AnnotateBenignRaceSized(__FILE__, __LINE__, w->errno_at,
                            sizeof *w->errno_at, "errno");
#endif
    stack_t old;
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE)) {
        stack_t alt = { .ss_sp = goc__malloc(ALTSTACK), .ss_size = ALTSTACK };
        w->altstack = alt.ss_sp;
        sigaltstack(&alt, NULL);
    }
}

#if GOC_ASAN
/* The bounds of the calling thread's own stack. */
static void thread_stack(const void **lo, size_t *size)
{
    pthread_attr_t attr;
    void *at;
    if (pthread_getattr_np(pthread_self(), &attr) == 0) {
        pthread_attr_getstack(&attr, &at, size);
        pthread_attr_destroy(&attr);
        *lo = at;
    }
}
#endif

static sigset_t program_mask; /* as it was at the first call */

/* Leaves the thread to itself: another goes on with w, and with its queues and
 * its timers. */
static void hand_on(struct goc__worker *w)
{
    static int nowhere; /* for goc__hurry() while there is no thread */
    stack_t none = { .ss_flags = SS_DISABLE };
    if (w->altstack && sigaltstack(&none, NULL) == 0) {
        free(w->altstack);
        w->altstack = NULL;
    }
    atomic_store(&w->tid, 0);
    goc__tls_worker = NULL;
    goc__at_ease = 0;
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    w->at_ease = &nowhere;
    goc__lock_release(&goc__sched.lock);
    goc__thread_start(w);
}

/* Whatever a goroutine has done to the thread that it was locked to when it
 * ended, no other shall find it: the thread ends.  The process's first thread
 * cannot end alone; it rests.  Called by the loop. */
GOC__NOSAN void goc__thread_renew(struct goc__worker *w)
{
    w->thread_spoilt = false;
    if (w->base) {
#if GOC_ASAN
        __sanitizer_start_switch_fiber(NULL, w->thread_lo, w->thread_size);
#endif
        goc__jump(w->base);
    }
    hand_on(w);
    for (;;)
        pause();
}

static GOC__NOSAN void *thread_main(void *arg)
{
    struct goc__worker *w = arg;
    goc__thread_setup(w);
    /* A goroutine may raise() a signal wherever it runs. */
    pthread_sigmask(SIG_SETMASK, &program_mask, NULL);
#if GOC_TSAN
    w->fiber = __tsan_get_current_fiber();
    goc__tsan_release(&w->fiber);
    goc__tsan_ignore_begin(); /* for good: see goc__stack_forget() */
#endif
    struct goc__g *s = goc__stack_get(w, w->stack_class), base;
    w->cur = s;
    w->base = &base;
    goc__context_fresh(s);
#if GOC_ASAN
    thread_stack(&w->thread_lo, &w->thread_size);
    __sanitizer_start_switch_fiber(NULL, s->stack_lo, s->stack_size);
#endif
    goc__switch(&base, s);
    /* Back from goc__thread_renew(). */
#if GOC_ASAN
    __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
    goc__tsan_ignore_end();
    goc__tsan_acquire(w); /* for destructors of what the goroutine has left */
    goc__stack_put(w, w->cur);
    hand_on(w);
    goc__thread_ends();
    return NULL;
}

/* A thread of the runtime's.  A worker leaves the thread's own stack at once
 * for a goroutine's, and the others need little, so it is small.  It begins
 * with all signals blocked: those are for the program's code.  0, or an errno
 * value. */
int goc__thread_try(void *(*main)(void *), void *arg)
{
    atomic_fetch_add(&goc__own_threads, 1);
    pthread_t thread;
    pthread_attr_t attr;
    sigset_t all, old;
    sigfillset(&all);
    static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP,
                               SIGABRT, SIGSYS, SIGPROF };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, 128 * 1024);
    int r = pthread_create(&thread, &attr, main, arg);
    if (r == EINVAL) { /* the program's thread-locals need more */
        pthread_attr_destroy(&attr);
        pthread_attr_init(&attr);
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
        r = pthread_create(&thread, &attr, main, arg);
    }
    pthread_attr_destroy(&attr);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (r)
        atomic_fetch_sub(&goc__own_threads, 1);
    return r;
}

void goc__thread_create(void *(*main)(void *), void *arg, const char *what)
{
    int r = goc__thread_try(main, arg);
    if (r)
        goc__fatal("out of threads (%s): %s", what, strerror(r));
}

void goc__thread_ends(void)
{
    atomic_fetch_sub(&goc__own_threads, 1);
}

void goc__thread_start(struct goc__worker *w)
{
    goc__thread_create(thread_main, w, "worker");
}

/* An outside thread has ended. */
static void outside_end(void *p)
{
    struct goc__worker *w = p;
    goc__tls_worker = NULL;
    goc__at_ease = 0;
    goc__tasks_return(w);
    free(w->thread_g.name);
    w->thread_g.name = NULL;
    /* Whoever woke this thread last may still be about to touch the futex of
     * its record (goc__ready_thread()), so the record is used again, never freed. */
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    w->idle_next = outside_free;
    outside_free = w;
    goc__lock_release(&goc__sched.lock);
    if (atomic_fetch_sub(&goc__sched.outside, 1) == 1)
        goc__deadlock_check();
}

/* For threads of the runtime's that ran the program's code for a while. */
void goc__detach(void)
{
    struct goc__worker *w = goc__worker();
    if (w && atomic_load(&w->mode) == MODE_OUTSIDE) {
        pthread_setspecific(outside_key, NULL);
        outside_end(w);
    }
}

static void outside_attach(void)
{
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    struct goc__worker *w = outside_free;
    if (w)
        outside_free = w->idle_next;
    goc__lock_release(&goc__sched.lock);
    if (!w) {
        if (posix_memalign((void **)&w, GOC__CACHE_LINE, sizeof *w))
            goc__fatal("out of memory (thread record)");
        memset(w, 0, sizeof *w);
        w->random = (uintptr_t)w | 1;
        goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
        w->next_outside = goc__outside_all;
        goc__outside_all = w;
        goc__lock_release(&goc__sched.lock);
    }
    atomic_store(&w->mode, MODE_OUTSIDE);
    w->thread_g.flags = GOC__G_OUTSIDE;
    atomic_store(&w->thread_g.state, G_RUNNING);
    w->cur = &w->thread_g;
    goc__thread_bind(w);
    atomic_fetch_add(&goc__sched.outside, 1);
    pthread_setspecific(outside_key, w);
}

static GOC__NOSAN void main_attach(void)
{
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    struct goc__worker *w = goc__worker_new();
    atomic_store(&w->mode, MODE_ACTIVE);
    atomic_fetch_add(&goc__sched.active, 1);
    w->has_thread = true;
    goc__lock_release(&goc__sched.lock);
    struct goc__g *g = &w->thread_g;
    g->id = 1;
    g->flags = GOC__G_MAIN;
    atomic_store(&g->state, G_RUNNING);
#if GOC_TSAN
    g->fiber = __tsan_get_current_fiber();
    w->fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(w->fiber, 1);
    goc__tsan_ignore_begin();
    __tsan_switch_to_fiber(g->fiber, 1);
#endif
#if GOC_ASAN
    const void *lo = NULL;
    thread_stack(&lo, &g->stack_size);
    g->stack_lo = (char *)lo;
#endif
    w->cur = g;
    goc__main_worker = w;
    goc__thread_setup(w);
    goc__stack_reserve(w);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void)
{
    struct goc__sched *s = &goc__sched;
    s->start = goc__now();
    pthread_sigmask(SIG_SETMASK, NULL, &program_mask);
    atomic_store(&s->ids, 2); /* 1 is main's */
    pthread_key_create(&outside_key, outside_end);
    goc__stack_init();
    goc__wheel_init(&goc__shared_wheel);
    atomic_store(&s->procs, goc__procs_default());
    goc__panic_init();
}

/* What is needed before the first channel or goroutine. */
void goc__initialise(void)
{
    int e = errno;
    pthread_once(&once, initialise);
    errno = e;
}

/* The first call of a thread. */
__attribute__((noinline)) struct goc__worker *goc__attach(void)
{
    int e = errno;
    goc__initialise();
    if (&goc__main && (pid_t)syscall(SYS_gettid) == getpid()
        && !goc__main_worker)
        main_attach();
    else
        outside_attach();
    errno = e;
    return goc__worker();
}

struct goc__g *goc__self(void)
{
    return goc__worker_here()->cur;
}

/* ---- <goc/sched.h> ------------------------------------------------------ */

int goc_procs(int n)
{
    goc__worker_here();
    struct goc__sched *s = &goc__sched;
    if (n < 1)
        return atomic_load(&s->procs);
    if (n > WORKERS_MAX / 2)
        n = WORKERS_MAX / 2;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    int old = atomic_exchange(&s->procs, n);
    goc__lock_release(&s->lock);
    return old;
}

void goc_lock_thread(void)
{
    struct goc__g *g = goc__self();
    if (!(g->flags & GOC__G_OUTSIDE)) {
        g->flags |= GOC__G_LOCKED;
        /* What the last one that was locked here left in the thread. */
        if (g->locks++ == 0)
            goc__tsan_acquire(goc__worker());
    }
}

void goc_unlock_thread(void)
{
    struct goc__g *g = goc__self();
    if (g->locks && --g->locks == 0) {
        goc__tsan_release(goc__worker());
        g->flags &= (unsigned char)~GOC__G_LOCKED;
    }
}

int goc_num_goroutine(void)
{
    goc__worker_here();
    int64_t n = goc__main_worker ? 1 : 0;
    uint64_t ended = 0, spawned = 0;
    int k = atomic_load(&goc__sched.nworkers);
    /* The ends first: one that is missed counts as living, never as less. */
    for (int i = 0; i < k; i++)
        ended += atomic_load(&atomic_load(&goc__sched.worker[i])->ended);
    for (int i = 0; i < k; i++)
        spawned += atomic_load(&atomic_load(&goc__sched.worker[i])->spawned);
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    for (struct goc__worker *w = goc__outside_all; w; w = w->next_outside)
        spawned += atomic_load(&w->spawned);
    goc__lock_release(&goc__sched.lock);
    n += (int64_t)(spawned - ended);
    return n > 0 ? (int)n : 0;
}

void goc_read_stats(goc_stats *out)
{
    goc__worker_here();
    struct goc__sched *s = &goc__sched;
    memset(out, 0, sizeof *out);
    out->goroutines = (uint64_t)goc_num_goroutine();
    out->procs = (uint64_t)atomic_load(&s->procs);
    out->stack_bytes = goc__stack_bytes();
    out->timers = atomic_load(&goc__shared_wheel.count);
    int n = atomic_load(&s->nworkers);
    out->threads = (uint64_t)n + atomic_load(&s->monitor_started);
    for (int i = 0; i < n; i++) {
        struct goc__worker *w = atomic_load(&s->worker[i]);
        out->spawned += atomic_load(&w->spawned);
        out->switches += atomic_load(&w->ticks);
        out->steals += atomic_load(&w->steals);
        out->timers += atomic_load(&w->wheel.count);
        for (int r = 0; r < GOC__WAIT_COUNT; r++)
            out->parked[r] += atomic_load(&w->parked[r]);
    }
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    for (struct goc__worker *w = goc__outside_all; w; w = w->next_outside)
        out->spawned += atomic_load(&w->spawned);
    goc__lock_release(&s->lock);
}
_Static_assert((int)GOC_WAIT_REASONS == (int)GOC__WAIT_COUNT, "<goc/sched.h>");

const char *goc_wait_reason(int i)
{
    return i >= 0 && i < GOC__WAIT_COUNT ? goc__reason_text[i] : NULL;
}
