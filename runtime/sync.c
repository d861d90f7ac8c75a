/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sync.c: mutex, read-write mutex, wait group, once, condition, semaphore.
 *
 * The first four keep all that decides in one word, with a bit QUEUE in it:
 * who sets it owns the queue of waiters, and nobody else changes the word
 * until it is clear.  So the word, the queue and the bit change together by
 * one store, and that store is the last time that an unlocker touches the
 * object: whoever takes it next may free it.  A lock beside the word would
 * still have to be released after the word had let others in.  It is also why
 * an addition, which changes the word regardless, has to tell the one that adds
 * all it needs to know: it may not look at the object again.
 *
 * Waiters lie on their goroutines' stacks.  Whoever takes one off the queue
 * owns the wake-up and calls goc__ready() after that last store; a waiter that
 * a deadline or a context may wake must be claimed as well (wait.h).
 *
 * Acquire and release on the words pair with each other: what was done before
 * an unlock, a done or the end of a once is seen after the lock, wait or once
 * that it lets through.
 */
#include "wait.h"
#include "worker.h"

#include <goc/context.h>
#include <goc/sync.h>

#include <errno.h>

static inline _Atomic uintptr_t *atom(uintptr_t *p)
{
    return (_Atomic uintptr_t *)p;
}
static inline _Atomic uint32_t *atom32(uint32_t *p)
{
    return (_Atomic uint32_t *)p;
}
/* A guess at a word that is about to be exchanged: its lowest byte.  It brings
 * in the cache line for writing, or the exchange would have to ask once more.
 * Where the branch on the guess is predicted the exchange need not wait for
 * it, for the value to compare with does not come from it.  Not to look at all
 * costs more whenever the guess is wrong. */
static inline unsigned char word_guess(uintptr_t *p)
{
#if defined(__x86_64__)
    __asm__ volatile("prefetchw %0" : : "m"(*p));
#else
    __builtin_prefetch(p, 1);
#endif
    return atomic_load_explicit((_Atomic unsigned char *)p,
                                memory_order_relaxed);
}
static inline _Atomic uint64_t *atom64(uint64_t *p)
{
    return (_Atomic uint64_t *)p;
}
static inline struct goc__lock *as_lock(uint32_t *p)
{
    return (struct goc__lock *)p;
}
_Static_assert(sizeof(_Atomic uintptr_t) == sizeof(uintptr_t)
                   && sizeof(struct goc__lock) == sizeof(uint32_t),
               "public headers declare these without _Atomic");

#define relaxed memory_order_relaxed
#define acquire memory_order_acquire
#define release memory_order_release

/* A thread that takes part counts as one that may wake others, also if it has
 * never had to wait itself: else those who wait for what it holds would seem
 * to be deadlocked. */
static inline void thread_known(void)
{
    if (goc__unlikely(!goc__worker()))
        goc__attach();
}

/* What the thread has to do before a lock is taken if it is not at ease: make
 * itself known, or let others run, for it has run one goroutine for long. */
static __attribute__((noinline)) void ease_slow(void)
{
    struct goc__worker *w = goc__worker_here();
    if (!atomic_load_explicit(&w->hurried, relaxed))
        return;
    goc__hurry(w, false);
    goc__yield();
}
static inline void ease(void)
{
    if (goc__unlikely(!__atomic_load_n(&goc__at_ease, __ATOMIC_RELAXED)))
        ease_slow();
}

/* ---- Queues of waiters --------------------------------------------------
 *
 * A ring; the queue is a pointer to its first, whose prev is the last. */

struct waiter
{
    struct waiter *next, *prev; /* next is null when in no queue */
    struct goc__g *g;
    bool claim;                 /* the wait has several wakers */
    _Atomic int got;            /* out: what the waker did; see each use */
    int64_t since;              /* mutex: when it first waited */
    int64_t units;              /* semaphore */
    uintptr_t *word;            /* what to store where when it has parked */
    uintptr_t value;
} __attribute__((aligned(16))); /* a mutex keeps bits beside the pointer */

/* The links of a queue, in builds that check. */
static struct waiter *queue_checked(struct waiter *first)
{
#if GOC_DEBUG_CHECKS
    struct waiter *w = first;
    if (w)
        do
            goc__assert(w->next->prev == w);
        while ((w = w->next) != first);
#endif
    return first;
}

static struct waiter *queue_push(struct waiter *first, struct waiter *w,
                                 bool at_front)
{
    if (!first)
        return w->next = w->prev = w;
    w->next = first;
    w->prev = first->prev;
    first->prev->next = w;
    first->prev = w;
    return queue_checked(at_front ? w : first);
}

static struct waiter *queue_remove(struct waiter *first, struct waiter *w)
{
    struct waiter *next = w->next;
    w->prev->next = next;
    next->prev = w->prev;
    w->next = NULL;
    return queue_checked(next == w ? NULL : first == w ? next : first);
}

/* Takes the oldest waiter that can still be had; null when there is none.
 * What loses its claim has given up, and knows from `next` that it is out. */
static struct waiter *queue_pop(struct waiter **first)
{
    struct waiter *w;
    while ((w = *first)) {
        *first = queue_remove(w, w);
        if (!w->claim || goc__claim(w->g))
            return w;
    }
    return NULL;
}

/* Takes all of them, linked by prev, oldest first. */
static struct waiter *queue_pop_all(struct waiter **first)
{
    struct waiter *all = NULL, **tail = &all, *w;
    while ((w = queue_pop(first))) {
        *tail = w;
        tail = &w->prev;
    }
    *tail = NULL;
    return all;
}

/* w belongs to its goroutine from the store on. */
static void waiter_wake(struct waiter *w, int got)
{
    struct goc__g *g = w->g;
    /* Pairs with the acquire in waiter_got(). */
    atomic_store_explicit(&w->got, got, release);
    goc__ready(g);
}

static int waiter_got(struct waiter *w)
{
    return atomic_load_explicit(&w->got, acquire);
}

static void waiters_wake(struct waiter *all, int got)
{
    while (all) {
        struct waiter *w = all;
        all = w->prev;
        waiter_wake(w, got);
    }
}

/* Runs after w's goroutine has left its stack: clears QUEUE. */
static void word_release(void *p)
{
    struct waiter *w = p;
    atomic_store_explicit(atom(w->word), w->value, release);
}

/* Parks after storing value to word, until woken; with a context, or timed,
 * within `wait`.  `on` is what the program calls it.  True if woken by a
 * waker. */
static bool waiter_park(struct waiter *w, uintptr_t *word, uintptr_t value,
                        struct goc__wait *wait, void *on,
                        enum goc__reason reason, const char *at)
{
    w->word = word;
    w->value = value;
    w->g->on = on;
    if (wait)
        return goc__wait_park(wait, word_release, w, reason, at);
    goc__park(word_release, w, reason, at);
    return true;
}

/* Sets `bit` in *word, which keeps others from changing it.  The rest of it,
 * once that was possible. */
static uintptr_t word_own(uintptr_t *word, uintptr_t bit)
{
    unsigned round = 0;
    for (;;) {
        uintptr_t old = atomic_load_explicit(atom(word), relaxed);
        if (old & bit)
            goc__pause(&round);
        else if (atomic_compare_exchange_weak_explicit(
                     atom(word), &old, old | bit, acquire, relaxed))
            return old;
    }
}

/* Whether the holder of something is likely to run on another processor while
 * this one has nothing else to do. */
static bool spin_pays(void)
{
    struct goc__worker *w = goc__worker();
    if (atomic_load_explicit(&goc__sched.procs, relaxed) < 2)
        return false;
    if (!w || !w->real)
        return true;
    return atomic_load_explicit(&goc__sched.active, relaxed) > 1
        && !atomic_load_explicit(&w->slot, relaxed)
        && !deque_size(&w->fresh)
        && atomic_load_explicit(&w->ready.head, relaxed)
            == atomic_load_explicit(&w->ready.tail, relaxed);
}

/* See crowded() in sched.c. */
static void contended(void)
{
    struct goc__worker *w = goc__worker();
    if (w)
        w->contended++;
}

/* Spins for a moment; false when it has done so often enough. */
static bool spin(unsigned *spins)
{
    enum { SPINS = 4, RELAXES = 30 };
    if (*spins >= SPINS || !spin_pays())
        return false;
    ++*spins;
    for (int i = 0; i < RELAXES; i++)
        goc__relax();
    return true;
}

/* ---- Mutex --------------------------------------------------------------
 *
 * The word: the first waiter, and these bits.  STARVING implies that it is
 * LOCKED, that somebody waits, and that nobody is WOKEN.
 *
 * Normal mode: an unlock wakes the first waiter, which then has to compete;
 * WOKEN says that one is on its way (or spins), and keeps others asleep.
 * Starving mode, entered by a waiter that has waited for 1 ms and lost again:
 * an unlock leaves LOCKED set and hands the mutex to the first waiter; nobody
 * else may take it.  It ends with a waiter that has waited less, or the last.
 */
enum
{
    MUTEX_LOCKED = 1,
    MUTEX_QUEUE = 2,
    MUTEX_WOKEN = 4,
    MUTEX_STARVING = 8,
    MUTEX_BITS = 15
};
enum { WOKEN = 1, GRANTED = 2 }; /* waiter.got */
static const int64_t starving_ns = 1000 * 1000;

static struct waiter *mutex_first(uintptr_t word)
{
    return (struct waiter *)(word & ~(uintptr_t)MUTEX_BITS);
}

/* A word that is about to be stored. */
static uintptr_t mutex_word(struct waiter *first, uintptr_t bits)
{
    goc__assert(!(bits & MUTEX_STARVING)
                || (first && (bits & MUTEX_LOCKED) && !(bits & MUTEX_WOKEN)));
    goc__assert(!(bits & MUTEX_QUEUE));
    return (uintptr_t)first | bits;
}

/* Takes w, whose wait has ended otherwise, off the queue. */
static void mutex_leave(goc_mutex *m, struct waiter *w)
{
    uintptr_t old = word_own(&m->word, MUTEX_QUEUE);
    struct waiter *first = mutex_first(old);
    if (w->next)
        first = queue_remove(first, w);
    uintptr_t bits = old & MUTEX_BITS;
    if (!first)
        bits &= ~(uintptr_t)MUTEX_STARVING;
    atomic_store_explicit(atom(&m->word), mutex_word(first, bits), release);
}

/* The caller owns the queue, old is the word without the bit.  Queues w and
 * parks until woken, or ctx ends: then false.  rw: see mutex_lock_slow(). */
static bool mutex_wait(goc_mutex *m, goc_rwmutex *rw, struct waiter *w,
                       uintptr_t old, struct goc__wait *wait, const char *at)
{
    w->claim = wait != NULL;
    atomic_store_explicit(&w->got, 0, relaxed);
    struct waiter *first =
        queue_push(mutex_first(old), w, /* at_front */ w->since != 0);
    uintptr_t bits = old & MUTEX_BITS;
    int64_t now = goc__now();
    if (!w->since)
        w->since = now;
    else if (now - w->since > starving_ns)
        bits |= MUTEX_STARVING;
    return waiter_park(w, &m->word, mutex_word(first, bits), wait,
                       rw ? (void *)rw : m,
                       rw ? GOC__WAIT_RWMUTEX_LOCK : GOC__WAIT_MUTEX_LOCK, at);
}

/* True when this call took the mutex or has changed `*old` to try again; the
 * mutex was free. */
static bool mutex_take(goc_mutex *m, uintptr_t old, bool woken)
{
    uintptr_t new = old | MUTEX_LOCKED;
    if (woken)
        new &= ~(uintptr_t)MUTEX_WOKEN;
    return atomic_compare_exchange_strong_explicit(atom(&m->word), &old, new,
                                                   acquire, relaxed);
}

/* Marks the caller as one who is awake and wants the mutex. */
static bool mutex_mark_woken(goc_mutex *m, uintptr_t old)
{
    return mutex_first(old) && !(old & (MUTEX_WOKEN | MUTEX_QUEUE))
        && atomic_compare_exchange_strong_explicit(
            atom(&m->word), &old, old | MUTEX_WOKEN, relaxed, relaxed);
}

/* 0, or goc_err(ctx).  rw: the one that m belongs to, for reports, or null. */
static __attribute__((noinline)) int mutex_lock_slow(goc_mutex *m,
                                                     goc_rwmutex *rw,
                                                     goc_context *ctx,
                                                     const char *at)
{
    struct waiter w = { .g = NULL };
    struct goc__wait wait;
    unsigned spins = 0, round = 0;
    bool woken = false; /* the caller's is the bit WOKEN */
    for (;;) {
        uintptr_t old = atomic_load_explicit(atom(&m->word), relaxed);
        if (!(old & (MUTEX_LOCKED | MUTEX_QUEUE))) {
            if (mutex_take(m, old, woken))
                return 0;
            continue;
        }
        if ((old & MUTEX_LOCKED) && !(old & MUTEX_STARVING)
            && spin(&spins)) {
            if (!woken)
                woken = mutex_mark_woken(m, old);
            continue;
        }
        if (old & MUTEX_QUEUE) {
            goc__pause(&round);
            continue;
        }
        w.g = goc__self();
        if (ctx)
            goc__wait_begin(&wait, ctx, INT64_MAX);
        if (!atomic_compare_exchange_strong_explicit(
                atom(&m->word), &old, old | MUTEX_QUEUE, acquire, relaxed)) {
            if (ctx)
                goc__wait_end(&wait);
            continue;
        }
        if (woken)
            old &= ~(uintptr_t)MUTEX_WOKEN;
        bool alive = mutex_wait(m, rw, &w, old, ctx ? &wait : NULL, at);
        int why = 0;
        if (!alive) {
            mutex_leave(m, &w);
            why = goc__wait_why(&wait, ctx);
        }
        if (ctx)
            goc__wait_end(&wait);
        if (!alive || waiter_got(&w) == GRANTED)
            return why;
        woken = true;
        spins = 0;
    }
}

static inline bool mutex_lock_fast(goc_mutex *m)
{
    uintptr_t old = 0;
    if (goc__likely(word_guess(&m->word) == 0)
        && goc__likely(atomic_compare_exchange_strong_explicit(
            atom(&m->word), &old, MUTEX_LOCKED, acquire, relaxed)))
        return true;
    /* Others wait, but it is free. */
    old = atomic_load_explicit(atom(&m->word), relaxed);
    return !(old & (MUTEX_LOCKED | MUTEX_QUEUE))
        && atomic_compare_exchange_strong_explicit(
            atom(&m->word), &old, old | MUTEX_LOCKED, acquire, relaxed);
}

void goc__mutex_lock(goc_mutex *m, const char *at)
{
    goc__shuffle_yield();
    ease();
    if (!mutex_lock_fast(m))
        mutex_lock_slow(m, NULL, NULL, at);
    goc__tsan_acquire(m);
}

int goc__mutex_lock_ctx(goc_mutex *m, goc_context *ctx, const char *at)
{
    int r = ctx ? goc_err(ctx) : 0;
    thread_known();
    if (r == 0 && !mutex_lock_fast(m))
        r = mutex_lock_slow(m, NULL, ctx, at);
    if (r == 0)
        goc__tsan_acquire(m);
    return r;
}

bool goc_mutex_try_lock(goc_mutex *m)
{
    thread_known();
    uintptr_t old = atomic_load_explicit(atom(&m->word), relaxed);
    while (!(old & (MUTEX_LOCKED | MUTEX_QUEUE)))
        if (atomic_compare_exchange_weak_explicit(
                atom(&m->word), &old, old | MUTEX_LOCKED, acquire, relaxed)) {
            goc__tsan_acquire(m);
            return true;
        }
    return false;
}

/* Owns the queue; hands the mutex on, or lets it go and wakes one.  True if it
 * was handed on. */
static bool mutex_pass(goc_mutex *m, uintptr_t old)
{
    struct waiter *first = mutex_first(old);
    struct waiter *w = queue_pop(&first);
    uintptr_t bits = 0;
    bool handed = w && (old & MUTEX_STARVING);
    if (handed) {
        bits = MUTEX_LOCKED;
        if (first && goc__now() - w->since > starving_ns)
            bits |= MUTEX_STARVING;
    } else if (w) {
        bits = MUTEX_WOKEN;
    }
    atomic_store_explicit(atom(&m->word), mutex_word(first, bits), release);
    if (w)
        waiter_wake(w, handed ? GRANTED : WOKEN);
    return handed;
}

/* True if the mutex was handed on. */
static __attribute__((noinline)) bool mutex_unlock_slow(goc_mutex *m,
                                                        const char *at)
{
    unsigned round = 0;
    for (;;) {
        uintptr_t old = atomic_load_explicit(atom(&m->word), relaxed);
        if (!(old & MUTEX_LOCKED))
            goc__panic_at("sync: unlock of unlocked mutex", at);
        if (old & MUTEX_QUEUE) {
            goc__pause(&round);
        } else if (!mutex_first(old) || (old & MUTEX_WOKEN)) {
            if (atomic_compare_exchange_weak_explicit(
                    atom(&m->word), &old, old & ~(uintptr_t)MUTEX_LOCKED,
                    release, relaxed))
                return false;
        } else if (atomic_compare_exchange_weak_explicit(
                       atom(&m->word), &old, old | MUTEX_QUEUE,
                       memory_order_acq_rel, relaxed)) {
            return mutex_pass(m, old);
        }
    }
}

static inline bool mutex_unlock_fast(goc_mutex *m)
{
    uintptr_t old = MUTEX_LOCKED;
    goc__tsan_release(m);
    if (goc__likely(word_guess(&m->word) == MUTEX_LOCKED)
        && goc__likely(atomic_compare_exchange_strong_explicit(
            atom(&m->word), &old, 0, release, relaxed)))
        return true;
    /* Others wait, but one of them is awake. */
    old = atomic_load_explicit(atom(&m->word), relaxed);
    return (old & MUTEX_BITS) == (MUTEX_LOCKED | MUTEX_WOKEN)
        && atomic_compare_exchange_strong_explicit(
            atom(&m->word), &old, old & ~(uintptr_t)MUTEX_LOCKED, release,
            relaxed);
}

/* True if the mutex was handed on. */
static inline bool mutex_let_go(goc_mutex *m, const char *at)
{
    return !mutex_unlock_fast(m) && mutex_unlock_slow(m, at);
}

void goc__mutex_unlock(goc_mutex *m, const char *at)
{
    goc__shuffle_yield();
    /* Who is handed the mutex should run at once, for all wait for it. */
    if (mutex_let_go(m, at))
        goc__yield();
}

/* ---- Read-write mutex ---------------------------------------------------
 *
 * The word counts in its lower half the readers, those who have the lock and
 * those who wait alike, and has these bits:
 *
 *   WRITER   a writer has the lock;
 *   WANTED   a writer waits, in the queue `writers`;
 *   QUEUE    somebody owns both queues and `passes`; nobody else changes a bit
 *            of the word.
 *
 * It is closed while WRITER or WANTED is set, else open.  A reader comes in by
 * adding one to the readers.  If the word was open it has the lock, else it
 * stays counted, and waits.  It leaves by taking one off the lower half and
 * adding one to the upper, in one addition.
 *
 * The upper half matters only while the word is closed.  The writer that closes
 * it sets it to minus the readers, all of whom have the lock, so that the one
 * that leaves last sees by its own addition that it is: no other may look at
 * the object again.  The word stays closed then, and nobody gets in, until the
 * last has given the lock to the first writer, or has opened the word as none
 * is left.  So the upper half is 0 while a writer has the lock.
 *
 * A writer that has done lets those come next who wait in `readers`.  If there
 * are writers, too, the word stays closed, and these readers are the ones to
 * leave.  Else it is opened, and all who are counted have the lock.  Of these,
 * some may not have come to queue yet.  They cannot tell from the word that they
 * have it, for a writer may close it again, with them among those to leave; so
 * `passes` is how many they are, and each takes one instead of queueing.  As
 * nobody queues while there is a pass to be had, it does not matter who takes
 * which.
 *
 * Writers that cannot have the lock at once first take the mutex `turn`, so at
 * most one of them waits in `writers` and keeps the word closed.  The next one is
 * woken before the lock is let go, but closes the word only when it runs: until
 * then who is running may go on.  The writer that has the lock tells by
 * `has_turn` that it also has the mutex.
 *
 * Nobody who is woken by the word has to compete.  A reader whose wait has ended otherwise
 * while it was let in leaves as if it had read.
 *
 * Readers that were let in have the lock before they run.  A writer that comes
 * then and closes the word makes each of them wait again after one turn, and so
 * it goes on: a convoy, in which everybody waits for each turn.  Hence
 * `granted`, how many have yet to run; for their sake a writer waits for one
 * round of the queue before it closes the word.  Where that has taken long, for
 * readers compute or read again and again, the next writers, `hasty` of them, do
 * without, so that on the average writers wait little longer for their turn.
 */
enum { RW_QUEUE = 1 };
#define RW_WRITER GOC__RW_WRITER
#define RW_WANTED GOC__RW_WANTED
#define RW_READER GOC__RW_READER
#define RW_LEFT GOC__RW_LEFT

/* How many have the lock for reading, or wait for it. */
static uint32_t rw_readers(uintptr_t word)
{
    return (uint32_t)(word & (RW_WANTED - 1)) / RW_READER;
}

/* How many of them are to leave before the writer that waits may come in. */
static uint32_t rw_to_leave(uintptr_t word)
{
    return -(uint32_t)(word / RW_LEFT);
}

/* The caller owns the queues: changes the word, and clears QUEUE. */
static void rw_change(goc_rwmutex *rw, uintptr_t difference)
{
    atomic_fetch_add_explicit(atom(&rw->word), difference - RW_QUEUE, release);
}

static void rw_disown(void *rw)
{
    rw_change(rw, 0);
}

/* Takes the first writer's waiter off its queue; what that changes in the word
 * is added to *difference. */
static struct waiter *rw_pop_writer(goc_rwmutex *rw, uintptr_t *difference)
{
    struct waiter *writers = rw->writers, *next = queue_pop(&writers);
    rw->writers = writers;
    if (!writers)
        *difference -= RW_WANTED;
    return next;
}

/* Takes all waiters of readers off their queue; *queued is how many there were,
 * with those that cannot be had. */
static struct waiter *rw_pop_readers(goc_rwmutex *rw, uint32_t *queued)
{
    struct waiter *readers = rw->readers, *w = readers;
    *queued = 0;
    if (w)
        do
            ++*queued;
        while ((w = w->next) != readers);
    rw->readers = NULL;
    return queue_pop_all(&readers);
}

/* Wakes readers that have the lock now. */
static void rw_wake_readers(goc_rwmutex *rw, struct waiter *all)
{
    uint32_t n = 0;
    for (struct waiter *w = all; w; w = w->prev)
        n++;
    if (n == 0)
        return; /* others may have freed rw */
    atomic_fetch_add_explicit(atom32(&rw->granted), n, relaxed);
    waiters_wake(all, GRANTED);
}

/* Nobody has the lock, the word is closed and the caller owns the queues: lets
 * in all who wait to read. */
static void rw_open(goc_rwmutex *rw)
{
    uint32_t queued;
    struct waiter *next = rw_pop_readers(rw, &queued);
    goc__assert(rw->passes == 0);
    uintptr_t old = atomic_load_explicit(atom(&rw->word), relaxed), new;
    do {
        goc__assert(rw_to_leave(old) == 0);
        rw->passes = rw_readers(old) - queued;
        new = rw_readers(old) * RW_READER;
    } while (!atomic_compare_exchange_weak_explicit(atom(&rw->word), &old, new,
                                                    release, relaxed));
    rw_wake_readers(rw, next);
}

/* Takes the lock for writing if it is free. */
static inline bool rw_lock_fast(goc_rwmutex *rw)
{
    uintptr_t old = atomic_load_explicit(atom(&rw->word), relaxed);
    return goc__likely(!(uint32_t)old)
        && goc__likely(atomic_compare_exchange_strong_explicit(
            atom(&rw->word), &old, RW_WRITER, acquire, relaxed));
}

/* The same, or else comes to own the queues with the word closed. */
static bool rw_lock_or_close(goc_rwmutex *rw)
{
    unsigned round = 0;
    for (;;) {
        uintptr_t old = atomic_load_explicit(atom(&rw->word), relaxed);
        uintptr_t new = old | RW_WANTED | RW_QUEUE;
        if (old & RW_QUEUE) {
            goc__pause(&round);
            continue;
        }
        if (!(uint32_t)old)
            new = RW_WRITER;
        else if (goc__rw_open(old))
            new = (uint32_t)new - rw_readers(old) * RW_LEFT;
        if (atomic_compare_exchange_weak_explicit(atom(&rw->word), &old, new,
                                                  acquire, relaxed))
            return new == RW_WRITER;
    }
}

/* Parks w, which is in one of the queues; the caller owns them.  True when it
 * has the lock, false when `wait`, which may be null, ended otherwise. */
static bool rw_park(goc_rwmutex *rw, struct waiter *w, struct goc__wait *wait,
                    enum goc__reason reason, const char *at)
{
    w->g->on = rw;
    if (!wait)
        goc__park(rw_disown, rw, reason, at);
    else if (!goc__wait_park(wait, rw_disown, rw, reason, at))
        return false;
    waiter_got(w);
    return true;
}

/* The wait of a writer has ended otherwise.  If it was the only one, the
 * readers behind it join those who have the lock; if these have all left, the
 * last of them is about to see to it. */
static void rw_leave_writer(goc_rwmutex *rw, struct waiter *w)
{
    uintptr_t old = word_own(&rw->word, RW_QUEUE);
    if (w->next)
        rw->writers = queue_remove(rw->writers, w);
    if (rw->writers || !(old & RW_WANTED)) {
        rw_disown(rw);
        return;
    }
    if (old & RW_WRITER) {
        rw_change(rw, -RW_WANTED);
        return;
    }
    do
        if (rw_to_leave(old) == 0) {
            rw_disown(rw);
            return;
        }
    while (!atomic_compare_exchange_weak_explicit(
        atom(&rw->word), &old, old - RW_WANTED, relaxed, relaxed));
    /* Others get in from here on, but nobody can know that this call, which
     * has not returned, will not use the object. */
    uint32_t queued;
    struct waiter *next = rw_pop_readers(rw, &queued);
    rw->passes += rw_readers(old) - rw_to_leave(old) - queued;
    rw_disown(rw);
    rw_wake_readers(rw, next);
}

/* The caller has the turn.  0, or goc_err(ctx). */
static int rw_close(goc_rwmutex *rw, goc_context *ctx, const char *at)
{
    struct waiter w = { .g = goc__self(), .claim = ctx != NULL };
    struct goc__wait wait;
    int why = 0;
    if (ctx)
        goc__wait_begin(&wait, ctx, INT64_MAX);
    if (!rw_lock_or_close(rw)) {
        rw->writers = queue_push(rw->writers, &w, false);
        if (!rw_park(rw, &w, ctx ? &wait : NULL, GOC__WAIT_RWMUTEX_LOCK, at)) {
            rw_leave_writer(rw, &w);
            why = goc__wait_why(&wait, ctx);
        }
    }
    if (ctx)
        goc__wait_end(&wait);
    return why;
}

/* A writer finds readers that have been let in but have not run. */
static void rw_let_run(goc_rwmutex *rw)
{
    enum { HASTY_PER_MS = 16 };
    uint32_t hasty = atomic_load_explicit(atom32(&rw->hasty), relaxed);
    if (hasty) {
        atomic_store_explicit(atom32(&rw->hasty), hasty - 1, relaxed);
        return;
    }
    int64_t begin = goc__now();
    goc__yield();
    int64_t ms = (goc__now() - begin) / (1000 * 1000);
    if (ms > 0)
        atomic_store_explicit(
            atom32(&rw->hasty),
            (uint32_t)(ms < 1000 ? ms : 1000) * HASTY_PER_MS, relaxed);
}

/* 0, or goc_err(ctx). */
static __attribute__((noinline)) int rw_lock_slow(goc_rwmutex *rw,
                                                  goc_context *ctx,
                                                  const char *at)
{
    unsigned spins = 0;
    int why = 0;
    contended();
    if (atomic_load_explicit(atom32(&rw->granted), relaxed))
        rw_let_run(rw);
    do
        if (rw_lock_fast(rw))
            return 0;
    while (!(atomic_load_explicit(atom(&rw->word), relaxed) & RW_WANTED)
           && spin(&spins));
    if (!mutex_lock_fast(&rw->turn))
        why = mutex_lock_slow(&rw->turn, rw, ctx, at);
    if (why)
        return why;
    why = rw_close(rw, ctx, at);
    if (why)
        mutex_let_go(&rw->turn, at);
    else
        rw->has_turn = true;
    return why;
}

static int rw_lock(goc_rwmutex *rw, goc_context *ctx, const char *at)
{
    int r = ctx ? goc_err(ctx) : 0;
    ease();
    if (r == 0 && !rw_lock_fast(rw))
        r = rw_lock_slow(rw, ctx, at);
    if (r == 0) {
        goc__tsan_acquire(&rw->word);
        goc__tsan_acquire(&rw->readers);
    }
    return r;
}

void goc__rwmutex_lock(goc_rwmutex *rw, const char *at)
{
    goc__shuffle_yield();
    rw_lock(rw, NULL, at);
}

int goc__rwmutex_lock_ctx(goc_rwmutex *rw, goc_context *ctx, const char *at)
{
    return rw_lock(rw, ctx, at);
}

bool goc_rwmutex_try_lock(goc_rwmutex *rw)
{
    thread_known();
    if (!rw_lock_fast(rw))
        return false;
    goc__tsan_acquire(&rw->word);
    goc__tsan_acquire(&rw->readers);
    return true;
}

static __attribute__((noinline)) void rw_unlock_slow(goc_rwmutex *rw,
                                                     const char *at)
{
    if (!(atomic_load_explicit(atom(&rw->word), relaxed) & RW_WRITER))
        goc__panic_at("sync: Unlock of unlocked RWMutex", at);
    uintptr_t difference = 0;
    struct waiter *next;
    word_own(&rw->word, RW_QUEUE);
    if (rw->readers && rw->writers) {
        uint32_t queued;
        next = rw_pop_readers(rw, &queued);
        rw_change(rw, -RW_WRITER - queued * RW_LEFT);
        rw_wake_readers(rw, next);
    } else if (!rw->readers && rw->writers
               && (next = rw_pop_writer(rw, &difference))) {
        rw_change(rw, difference);
        waiter_wake(next, GRANTED);
    } else {
        rw_open(rw);
    }
}

void goc__rwmutex_unlock(goc_rwmutex *rw, const char *at)
{
    goc__shuffle_yield();
    uintptr_t old = RW_WRITER;
    bool handed = false;
    goc__tsan_release(&rw->word);
    /* Before the lock is let go: then others may free rw. */
    if (goc__unlikely(rw->has_turn)) {
        rw->has_turn = false;
        handed = mutex_let_go(&rw->turn, at);
    }
    if (goc__unlikely(!atomic_compare_exchange_strong_explicit(
            atom(&rw->word), &old, 0, release, relaxed)))
        rw_unlock_slow(rw, at);
    if (goc__unlikely(handed))
        goc__yield();
}

/* A reader has left a word that was not open, or had no readers. */
void goc__rwmutex_runlock_late(goc_rwmutex *rw, uintptr_t old, const char *at)
{
    if (rw_readers(old) == 0 || (old & RW_WRITER) || rw_to_leave(old) == 0)
        goc__panic_at("sync: RUnlock of unlocked RWMutex", at);
    if (rw_to_leave(old) > 1)
        return;
    uintptr_t difference = RW_WRITER;
    word_own(&rw->word, RW_QUEUE);
    struct waiter *next = rw_pop_writer(rw, &difference);
    if (next) {
        rw_change(rw, difference);
        waiter_wake(next, GRANTED);
    } else {
        rw_open(rw);
    }
}

static inline void rw_runlock(goc_rwmutex *rw, const char *at)
{
    uintptr_t old = atomic_fetch_add_explicit(
        atom(&rw->word), RW_LEFT - RW_READER, release);
    if (goc__unlikely(!goc__rw_read(old)))
        goc__rwmutex_runlock_late(rw, old, at);
}

void goc__rwmutex_runlock(goc_rwmutex *rw, const char *at)
{
    goc__shuffle_yield();
    goc__tsan_release(&rw->readers);
    rw_runlock(rw, at);
}

static inline bool rw_rlock_fast(goc_rwmutex *rw)
{
    return goc__likely(goc__rw_open(
        atomic_fetch_add_explicit(atom(&rw->word), RW_READER, acquire)));
}

/* The wait of a reader has ended otherwise. */
static void rw_leave_reader(goc_rwmutex *rw, struct waiter *w)
{
    word_own(&rw->word, RW_QUEUE);
    if (w->next) {
        rw->readers = queue_remove(rw->readers, w);
        rw_change(rw, -RW_READER);
    } else {
        rw_disown(rw);
        rw_runlock(rw, NULL);
    }
}

/* The caller is counted among the readers of a word that was closed.  0, or
 * goc_err(ctx). */
static __attribute__((noinline)) int rw_rlock_slow(goc_rwmutex *rw,
                                                   goc_context *ctx,
                                                   const char *at)
{
    struct waiter w = { .g = goc__self(), .claim = ctx != NULL };
    struct goc__wait wait;
    unsigned spins = 0;
    int why = 0;
    contended();
    uintptr_t old;
    do
        old = atomic_load_explicit(atom(&rw->word), relaxed);
    while ((old & (RW_WRITER | RW_WANTED)) == RW_WRITER && spin(&spins));
    if (ctx)
        goc__wait_begin(&wait, ctx, INT64_MAX);
    word_own(&rw->word, RW_QUEUE);
    if (rw->passes) {
        rw->passes--;
        rw_disown(rw);
    } else {
        rw->readers = queue_push(rw->readers, &w, false);
        if (!rw_park(rw, &w, ctx ? &wait : NULL, GOC__WAIT_RWMUTEX_RLOCK,
                     at)) {
            rw_leave_reader(rw, &w);
            why = goc__wait_why(&wait, ctx);
        } else {
            atomic_fetch_sub_explicit(atom32(&rw->granted), 1, relaxed);
        }
    }
    if (ctx)
        goc__wait_end(&wait);
    return why;
}

void goc__rwmutex_rlock_late(goc_rwmutex *rw, const char *at)
{
    rw_rlock_slow(rw, NULL, at);
    goc__tsan_acquire(&rw->word);
}

void goc__rwmutex_rlock(goc_rwmutex *rw, const char *at)
{
    goc__shuffle_yield();
    ease();
    if (!rw_rlock_fast(rw))
        rw_rlock_slow(rw, NULL, at);
    goc__tsan_acquire(&rw->word);
}

int goc__rwmutex_rlock_ctx(goc_rwmutex *rw, goc_context *ctx, const char *at)
{
    int r = ctx ? goc_err(ctx) : 0;
    thread_known();
    if (r == 0 && !rw_rlock_fast(rw))
        r = rw_rlock_slow(rw, ctx, at);
    if (r == 0)
        goc__tsan_acquire(&rw->word);
    return r;
}

bool goc_rwmutex_try_rlock(goc_rwmutex *rw)
{
    uintptr_t old = atomic_load_explicit(atom(&rw->word), relaxed);
    thread_known();
    while (goc__rw_open(old))
        if (atomic_compare_exchange_weak_explicit(
                atom(&rw->word), &old, old + RW_READER, acquire, relaxed)) {
            goc__tsan_acquire(&rw->word);
            return true;
        }
    return false;
}

/* ---- Wait group ---------------------------------------------------------
 *
 * The word: the counter in the upper half, these bits in the lower.  The
 * counter is zero only when nobody waits. */
enum { WG_QUEUE = 1, WG_WAITERS = 2, WG_BITS = 3 };

static inline int64_t wg_counter(uint64_t word)
{
    return (int64_t)word >> 32;
}

/* The counter has come to zero while others wait; the caller owns the queue. */
static __attribute__((noinline)) void wg_finish(goc_waitgroup *wg)
{
    struct waiter *first = wg->waiters;
    struct waiter *all = queue_pop_all(&first);
    wg->waiters = NULL;
    atomic_store_explicit(atom64(&wg->word), 0, release);
    waiters_wake(all, WOKEN);
}

void goc__waitgroup_add(goc_waitgroup *wg, int n, const char *at)
{
    unsigned round = 0;
    uint64_t old = atomic_load_explicit(atom64(&wg->word), relaxed);
    thread_known();
    goc__tsan_release(wg);
    for (;;) {
        int64_t counter = wg_counter(old) + n;
        if (goc__unlikely(counter < 0 || counter > INT32_MAX))
            goc__panic_at("sync: negative WaitGroup counter", at);
        if (goc__unlikely(old & WG_QUEUE)) {
            goc__pause(&round);
            old = atomic_load_explicit(atom64(&wg->word), relaxed);
            continue;
        }
        bool last = counter == 0 && (old & WG_WAITERS);
        uint64_t new = last
            ? old | WG_QUEUE : (uint64_t)counter << 32 | (old & WG_BITS);
        if (goc__likely(atomic_compare_exchange_weak_explicit(
                atom64(&wg->word), &old, new, memory_order_acq_rel,
                relaxed))) {
            if (last)
                wg_finish(wg);
            return;
        }
    }
}

void goc__waitgroup_done(goc_waitgroup *wg, const char *at)
{
    goc__waitgroup_add(wg, -1, at);
}

static void wg_release(void *p)
{
    struct waiter *w = p;
    atomic_store_explicit((_Atomic uint64_t *)w->word, w->value, release);
}

/* Sets WG_QUEUE unless the counter is zero: then false. */
static bool wg_own(goc_waitgroup *wg, uint64_t *old)
{
    unsigned round = 0;
    for (;;) {
        *old = atomic_load_explicit(atom64(&wg->word), acquire);
        if (wg_counter(*old) == 0)
            return false;
        if (*old & WG_QUEUE)
            goc__pause(&round);
        else if (atomic_compare_exchange_weak_explicit(
                     atom64(&wg->word), old, *old | WG_QUEUE, acquire,
                     relaxed))
            return true;
    }
}

/* The wait has ended otherwise. */
static void wg_leave(goc_waitgroup *wg, struct waiter *w)
{
    uint64_t old;
    if (!wg_own(wg, &old))
        return; /* with the counter at zero, w has been taken off */
    if (w->next)
        wg->waiters = queue_remove(wg->waiters, w);
    old &= ~(uint64_t)WG_BITS;
    atomic_store_explicit(atom64(&wg->word),
                          old | (wg->waiters ? WG_WAITERS : 0), release);
}

/* Parks until the counter is zero; true unless `wait` ended it. */
static bool wg_wait(goc_waitgroup *wg, struct goc__wait *wait, const char *at)
{
    struct waiter w = { .g = goc__self(), .claim = wait != NULL };
    uint64_t old;
    if (!wg_own(wg, &old))
        return true;
    wg->waiters = queue_push(wg->waiters, &w, false);
    w.word = (uintptr_t *)&wg->word;
    w.value = (uintptr_t)(old | WG_WAITERS);
    w.g->on = wg;
    if (wait) {
        if (!goc__wait_park(wait, wg_release, &w, GOC__WAIT_WAITGROUP_WAIT,
                            at)) {
            wg_leave(wg, &w);
            return false;
        }
    } else {
        goc__park(wg_release, &w, GOC__WAIT_WAITGROUP_WAIT, at);
    }
    waiter_got(&w);
    return true;
}

void goc__waitgroup_wait(goc_waitgroup *wg, const char *at)
{
    if (wg_counter(atomic_load_explicit(atom64(&wg->word), acquire)) != 0)
        wg_wait(wg, NULL, at);
    goc__tsan_acquire(wg);
}

int goc__waitgroup_wait_for(goc_waitgroup *wg, goc_context *ctx,
                            goc_duration timeout, const char *at)
{
    int why = 0;
    if (wg_counter(atomic_load_explicit(atom64(&wg->word), acquire)) != 0) {
        struct goc__wait wait;
        if (timeout == 0)
            return -ETIMEDOUT;
        goc__wait_begin(&wait, ctx, goc__when(timeout));
        if (!wg_wait(wg, &wait, at))
            why = goc__wait_why(&wait, ctx);
        goc__wait_end(&wait);
    }
    if (why == 0)
        goc__tsan_acquire(wg);
    return why;
}

/* ---- Once ---------------------------------------------------------------
 *
 * The word: 0, then RUNNING and the first waiter, then DONE for ever. */
enum { ONCE_RUNNING = 1, ONCE_QUEUE = 2, ONCE_DONE = 4, ONCE_BITS = 15 };

static bool once_done(goc_once *once)
{
    if (goc__unlikely(atomic_load_explicit(atom(&once->word), acquire)
                      != ONCE_DONE))
        return false;
    goc__tsan_acquire(once);
    return true;
}

/* True: the caller is to run the function.  False: it has been run. */
static bool once_begin(goc_once *once, const char *at)
{
    unsigned round = 0;
    thread_known();
    for (;;) {
        uintptr_t old = 0;
        if (atomic_compare_exchange_strong_explicit(
                atom(&once->word), &old, ONCE_RUNNING, acquire, acquire))
            return true;
        if (old == ONCE_DONE)
            break;
        if (old & ONCE_QUEUE) {
            goc__pause(&round);
        } else if (atomic_compare_exchange_strong_explicit(
                       atom(&once->word), &old, old | ONCE_QUEUE, acquire,
                       relaxed)) {
            struct waiter w = { .g = goc__self() };
            struct waiter *first = queue_push(
                (struct waiter *)(old & ~(uintptr_t)ONCE_BITS), &w, false);
            waiter_park(&w, &once->word, (uintptr_t)first | ONCE_RUNNING,
                        NULL, once, GOC__WAIT_MUTEX_LOCK, at);
            waiter_got(&w);
            break;
        }
    }
    goc__tsan_acquire(once);
    return false;
}

static void once_end(goc_once *once)
{
    goc__tsan_release(once);
    uintptr_t old = word_own(&once->word, ONCE_QUEUE);
    struct waiter *first = (struct waiter *)(old & ~(uintptr_t)ONCE_BITS);
    struct waiter *all = queue_pop_all(&first);
    atomic_store_explicit(atom(&once->word), ONCE_DONE, release);
    waiters_wake(all, WOKEN);
}

void goc__once_do(goc_once *once, void (*fn)(void), const char *at)
{
    if (once_done(once) || !once_begin(once, at))
        return;
    fn();
    once_end(once);
}

void goc__once_do_with(goc_once *once, void (*fn)(void *), void *arg,
                       const char *at)
{
    if (once_done(once) || !once_begin(once, at))
        return;
    fn(arg);
    once_end(once);
}

void *goc__once_value(goc_once *once, void *(*fn)(void *), void *arg,
                      const char *at)
{
    if (!once_done(once) && once_begin(once, at)) {
        once->value = fn(arg);
        once_end(once);
    }
    return once->value;
}

/* ---- Condition ----------------------------------------------------------
 *
 * `lock` guards the queue.  A goroutine that waits keeps it until it has left
 * its stack and has unlocked the mutex: a signal that comes after the unlock
 * finds it ready to be woken. */

void goc_cond_init(goc_cond *cond, goc_mutex *mutex)
{
    *cond = (goc_cond){ .mutex = mutex };
}

static void cond_parked(void *p)
{
    goc_cond *cond = p;
    if (!mutex_unlock_fast(cond->mutex))
        mutex_unlock_slow(cond->mutex, NULL);
    goc__lock_release(as_lock(&cond->lock));
}

/* Queues w, whose goroutine is to park with cond_parked. */
static void cond_push(goc_cond *cond, struct waiter *w, const char *at)
{
    if (!cond->mutex)
        goc__panic_at("sync: Cond without a mutex", at);
    if (!(atomic_load_explicit(atom(&cond->mutex->word), relaxed)
          & MUTEX_LOCKED))
        goc__panic_at("sync: unlock of unlocked mutex", at);
    goc__lock_acquire(as_lock(&cond->lock), GOC__RANK_SYNC);
    cond->waiters = queue_push(cond->waiters, w, false);
    w->g->on = cond;
    goc__tsan_release(cond->mutex);
}

void goc__cond_wait(goc_cond *cond, const char *at)
{
    struct waiter w = { .g = goc__self() };
    goc_mutex *m = cond->mutex;
    cond_push(cond, &w, at);
    goc__park(cond_parked, cond, GOC__WAIT_COND_WAIT, at);
    waiter_got(&w);
    goc__tsan_acquire(cond);
    goc__mutex_lock(m, at);
}

/* As goc__cond_wait, with an end: 0, -ETIMEDOUT or goc_err(ctx). */
static int cond_wait_until(goc_cond *cond, goc_context *ctx, int64_t when,
                           const char *at)
{
    struct waiter w = { .claim = true };
    struct goc__wait wait;
    goc_mutex *m = cond->mutex;
    int why = 0;
    goc__wait_begin(&wait, ctx, when);
    w.g = wait.g;
    cond_push(cond, &w, at);
    if (!goc__wait_park(&wait, cond_parked, cond, GOC__WAIT_COND_WAIT, at)) {
        goc__lock_acquire(as_lock(&cond->lock), GOC__RANK_SYNC);
        if (w.next)
            cond->waiters = queue_remove(cond->waiters, &w);
        goc__lock_release(as_lock(&cond->lock));
        why = goc__wait_why(&wait, ctx);
    } else {
        waiter_got(&w);
        goc__tsan_acquire(cond);
    }
    goc__wait_end(&wait);
    goc__mutex_lock(m, at);
    return why;
}

bool goc__cond_wait_for(goc_cond *cond, goc_duration timeout, const char *at)
{
    return cond_wait_until(cond, NULL, goc__when(timeout), at) == 0;
}

int goc__cond_wait_ctx(goc_cond *cond, goc_context *ctx, const char *at)
{
    return cond_wait_until(cond, ctx, INT64_MAX, at);
}

static void cond_wake(goc_cond *cond, bool everyone)
{
    goc__tsan_release(cond);
    goc__lock_acquire(as_lock(&cond->lock), GOC__RANK_SYNC);
    struct waiter *first = cond->waiters, *woken;
    if (everyone)
        woken = queue_pop_all(&first);
    else if ((woken = queue_pop(&first)))
        woken->prev = NULL;
    cond->waiters = first;
    goc__lock_release(as_lock(&cond->lock));
    waiters_wake(woken, WOKEN);
}

void goc_cond_signal(goc_cond *cond)
{
    cond_wake(cond, false);
}

void goc_cond_broadcast(goc_cond *cond)
{
    cond_wake(cond, true);
}

/* ---- Semaphore ----------------------------------------------------------
 *
 * `lock` guards everything.  While somebody waits, the units that are left are
 * too few for the first of them. */

void goc_sem_init(goc_sem *sem, int64_t units)
{
    *sem = (goc_sem){ .size = units };
}

/* Needs: sem->lock.  Grants what can be granted; those to be woken. */
static struct waiter *sem_grant(goc_sem *sem)
{
    struct waiter *all = NULL, **tail = &all, *w;
    while ((w = sem->waiters) && w->units <= sem->size - sem->held) {
        sem->waiters = queue_remove(w, w);
        if (w->claim && !goc__claim(w->g))
            continue;
        sem->held += w->units;
        *tail = w;
        tail = &w->prev;
    }
    *tail = NULL;
    return all;
}

/* Needs: sem->lock. */
static bool sem_take(goc_sem *sem, int64_t n)
{
    thread_known();
    if (sem->waiters || n > sem->size - sem->held)
        return false;
    sem->held += n;
    return true;
}

/* Needs: sem->lock.  One that wants more than there is waits apart: it holds
 * nobody up. */
static void sem_queue(goc_sem *sem, struct waiter *w)
{
    if (w->units <= sem->size)
        sem->waiters = queue_push(sem->waiters, w, false);
    w->g->on = sem;
}

static void sem_parked(void *p)
{
    goc_sem *sem = p;
    goc__lock_release(as_lock(&sem->lock));
}

void goc__sem_acquire(goc_sem *sem, int64_t n, const char *at)
{
    goc__lock_acquire(as_lock(&sem->lock), GOC__RANK_SYNC);
    if (goc__likely(sem_take(sem, n))) {
        goc__lock_release(as_lock(&sem->lock));
    } else {
        struct waiter w = { .g = goc__self(), .units = n };
        sem_queue(sem, &w);
        goc__park(sem_parked, sem, GOC__WAIT_SEMACQUIRE, at);
        waiter_got(&w);
    }
    goc__tsan_acquire(sem);
}

bool goc_sem_try_acquire(goc_sem *sem, int64_t n)
{
    goc__lock_acquire(as_lock(&sem->lock), GOC__RANK_SYNC);
    bool taken = sem_take(sem, n);
    goc__lock_release(as_lock(&sem->lock));
    if (taken)
        goc__tsan_acquire(sem);
    return taken;
}

/* The wait has ended otherwise; w may have been all that those behind it were
 * waiting for. */
static void sem_leave(goc_sem *sem, struct waiter *w)
{
    goc__lock_acquire(as_lock(&sem->lock), GOC__RANK_SYNC);
    if (w->next)
        sem->waiters = queue_remove(sem->waiters, w);
    struct waiter *granted = sem_grant(sem);
    goc__lock_release(as_lock(&sem->lock));
    waiters_wake(granted, GRANTED);
}

int goc__sem_acquire_ctx(goc_sem *sem, int64_t n, goc_context *ctx,
                         const char *at)
{
    int why = ctx ? goc_err(ctx) : 0;
    if (why)
        return why;
    if (goc_sem_try_acquire(sem, n))
        return 0;
    struct goc__wait wait;
    goc__wait_begin(&wait, ctx, INT64_MAX);
    goc__lock_acquire(as_lock(&sem->lock), GOC__RANK_SYNC);
    if (sem_take(sem, n)) {
        goc__lock_release(as_lock(&sem->lock));
    } else {
        struct waiter w = { .g = wait.g, .claim = true, .units = n };
        sem_queue(sem, &w);
        if (!goc__wait_park(&wait, sem_parked, sem, GOC__WAIT_SEMACQUIRE,
                            at)) {
            sem_leave(sem, &w);
            why = goc__wait_why(&wait, ctx);
        } else {
            waiter_got(&w);
        }
    }
    goc__wait_end(&wait);
    if (why == 0)
        goc__tsan_acquire(sem);
    return why;
}

void goc__sem_release(goc_sem *sem, int64_t n, const char *at)
{
    goc__tsan_release(sem);
    goc__lock_acquire(as_lock(&sem->lock), GOC__RANK_SYNC);
    if (goc__unlikely(n > sem->held)) {
        goc__lock_release(as_lock(&sem->lock));
        goc__panic_at("semaphore: released more than held", at);
    }
    sem->held -= n;
    struct waiter *granted =
        goc__unlikely(sem->waiters != NULL) ? sem_grant(sem) : NULL;
    goc__lock_release(as_lock(&sem->lock));
    if (goc__unlikely(granted != NULL))
        waiters_wake(granted, GRANTED);
}

/* ---- The functions behind the macros ------------------------------------ */

void (goc_mutex_lock)(goc_mutex *m)
{
    goc__mutex_lock(m, NULL);
}
int (goc_mutex_lock_ctx)(goc_mutex *m, goc_context *ctx)
{
    return goc__mutex_lock_ctx(m, ctx, NULL);
}
void (goc_mutex_unlock)(goc_mutex *m)
{
    goc__mutex_unlock(m, NULL);
}
void (goc_rwmutex_lock)(goc_rwmutex *rw)
{
    goc__rwmutex_lock(rw, NULL);
}
int (goc_rwmutex_lock_ctx)(goc_rwmutex *rw, goc_context *ctx)
{
    return goc__rwmutex_lock_ctx(rw, ctx, NULL);
}
void (goc_rwmutex_unlock)(goc_rwmutex *rw)
{
    goc__rwmutex_unlock(rw, NULL);
}
void (goc_rwmutex_rlock)(goc_rwmutex *rw)
{
    goc__rwmutex_rlock(rw, NULL);
}
int (goc_rwmutex_rlock_ctx)(goc_rwmutex *rw, goc_context *ctx)
{
    return goc__rwmutex_rlock_ctx(rw, ctx, NULL);
}
void (goc_rwmutex_runlock)(goc_rwmutex *rw)
{
    goc__rwmutex_runlock(rw, NULL);
}
void (goc_waitgroup_add)(goc_waitgroup *wg, int n)
{
    goc__waitgroup_add(wg, n, NULL);
}
void (goc_waitgroup_done)(goc_waitgroup *wg)
{
    goc__waitgroup_add(wg, -1, NULL);
}
void (goc_waitgroup_wait)(goc_waitgroup *wg)
{
    goc__waitgroup_wait(wg, NULL);
}
int (goc_waitgroup_wait_for)(goc_waitgroup *wg, goc_context *ctx,
                             goc_duration timeout)
{
    return goc__waitgroup_wait_for(wg, ctx, timeout, NULL);
}
void (goc_once_do)(goc_once *once, void (*fn)(void))
{
    goc__once_do(once, fn, NULL);
}
void (goc_once_do_with)(goc_once *once, void (*fn)(void *), void *arg)
{
    goc__once_do_with(once, fn, arg, NULL);
}
void *(goc_once_value)(goc_once *once, void *(*fn)(void *), void *arg)
{
    return goc__once_value(once, fn, arg, NULL);
}
void (goc_cond_wait)(goc_cond *cond)
{
    goc__cond_wait(cond, NULL);
}
bool (goc_cond_wait_for)(goc_cond *cond, goc_duration timeout)
{
    return goc__cond_wait_for(cond, timeout, NULL);
}
int (goc_cond_wait_ctx)(goc_cond *cond, goc_context *ctx)
{
    return goc__cond_wait_ctx(cond, ctx, NULL);
}
void (goc_sem_acquire)(goc_sem *sem, int64_t n)
{
    goc__sem_acquire(sem, n, NULL);
}
int (goc_sem_acquire_ctx)(goc_sem *sem, int64_t n, goc_context *ctx)
{
    return goc__sem_acquire_ctx(sem, n, ctx, NULL);
}
void (goc_sem_release)(goc_sem *sem, int64_t n)
{
    goc__sem_release(sem, n, NULL);
}
