/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/sync.h>: mutexes, wait groups and the like, as Go's package sync.
 *
 * Every object is ready for use when it is zero, must not be copied once it is
 * in use, and needs no clean-up unless a _destroy function is named.  Who
 * waits parks its goroutine, not the thread; a thread that the runtime did not
 * start blocks.  Any thread may call any of these functions, also on behalf of
 * another: a mutex may be unlocked by another goroutine than locked it.
 *
 * An object may be freed by whoever knows that nobody will use it again, even
 * if the call that told so has not returned in another goroutine: the last
 * goc_mutex_unlock or goc_waitgroup_done leaves the object alone.
 *
 * Fields are private.
 */
#ifndef GOC_SYNC_H
#define GOC_SYNC_H

#include <goc/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Mutex ---------------------------------------------------------------
 *
 * Mutual exclusion, sync.Mutex.  A goroutine that arrives while the mutex is
 * free takes it, even if others wait: that keeps the mutex busy.  Once one has
 * waited for 1 ms the mutex is handed from each to the next in order, until
 * the waits are short again: nobody starves. */
typedef struct GOC_NO_COPY goc_mutex
{
    uintptr_t word;
} goc_mutex;

/* Takes mutex; parks while another has it.  Not recursive. */
void goc_mutex_lock(goc_mutex *mutex);

/* Takes mutex if it is free, and says so.  Never parks. */
bool goc_mutex_try_lock(goc_mutex *mutex);

/* Takes mutex unless ctx (borrowed, may be null) ends first: 0 or
 * goc_err(ctx).  An ended ctx does not take it. */
int goc_mutex_lock_ctx(goc_mutex *mutex, goc_context *ctx);

/* Lets mutex go.  Panics with "sync: unlock of unlocked mutex". */
void goc_mutex_unlock(goc_mutex *mutex);

/* ---- Read-write mutex ----------------------------------------------------
 *
 * Many readers or one writer, sync.RWMutex.  Once a writer waits, further
 * readers wait behind it; when it is done, all who wait to read come before
 * the next writer.  So a reader must not read-lock again what it holds. */
typedef struct GOC_NO_COPY goc_rwmutex
{
    uintptr_t word;
    goc_mutex turn;
    void *writers, *readers;
    uint32_t passes, granted, hasty;
    bool has_turn;
} goc_rwmutex;

/* Takes rw for writing; parks while others have it. */
void goc_rwmutex_lock(goc_rwmutex *rw);

/* Takes rw for writing if nobody has it, and says so.  Never parks. */
bool goc_rwmutex_try_lock(goc_rwmutex *rw);

/* As goc_rwmutex_lock, unless ctx ends first: 0 or goc_err(ctx). */
int goc_rwmutex_lock_ctx(goc_rwmutex *rw, goc_context *ctx);

/* Ends writing.  Panics with "sync: Unlock of unlocked RWMutex". */
void goc_rwmutex_unlock(goc_rwmutex *rw);

/* Takes rw for reading; parks while a writer has it or waits for it. */
void goc_rwmutex_rlock(goc_rwmutex *rw);

/* Takes rw for reading if that need not wait, and says so. */
bool goc_rwmutex_try_rlock(goc_rwmutex *rw);

/* As goc_rwmutex_rlock, unless ctx ends first: 0 or goc_err(ctx). */
int goc_rwmutex_rlock_ctx(goc_rwmutex *rw, goc_context *ctx);

/* Ends reading.  Panics with "sync: RUnlock of unlocked RWMutex". */
void goc_rwmutex_runlock(goc_rwmutex *rw);

/* ---- Wait group ----------------------------------------------------------
 *
 * Waits for a number of things to be done, sync.WaitGroup. */
typedef struct GOC_NO_COPY goc_waitgroup
{
    uint64_t word;
    void *waiters;
} goc_waitgroup;

/* Adds n, which may be negative, to the counter; who waits goes on when it
 * reaches zero.  To be called before what is waited for starts.  Panics with
 * "sync: negative WaitGroup counter". */
void goc_waitgroup_add(goc_waitgroup *wg, int n);

/* Takes one off the counter: what ends with it happens before the return of
 * goc_waitgroup_wait.  Panics as goc_waitgroup_add. */
void goc_waitgroup_done(goc_waitgroup *wg);

/* Parks until the counter is zero.  Many may wait at once. */
void goc_waitgroup_wait(goc_waitgroup *wg);

/* Waits until the counter is zero, at most timeout nanoseconds (negative: no
 * limit).  Returns 0, -ETIMEDOUT, or goc_err(ctx) if ctx (borrowed, may be
 * null) ends first.  Parks. */
int goc_waitgroup_wait_for(goc_waitgroup *wg, goc_context *ctx,
                           goc_duration timeout);

/* ---- Once ----------------------------------------------------------------
 *
 * Runs a function once, sync.Once. */
typedef struct GOC_NO_COPY goc_once
{
    uintptr_t word;
    void *value;
} goc_once;

/* Calls fn if this is the first call for once; returns after fn has returned,
 * whoever called it.  Others park meanwhile; fn calling it again for the same
 * once waits for ever, and so do all if fn does not return. */
void goc_once_do(goc_once *once, void (*fn)(void));

/* The same with an argument. */
void goc_once_do_with(goc_once *once, void (*fn)(void *), void *arg);

/* The same with a result: the first call's, for every call.  sync.OnceValue.
 * Use one once with one of these functions only. */
void *goc_once_value(goc_once *once, void *(*fn)(void *), void *arg);

/* ---- Condition -----------------------------------------------------------
 *
 * A meeting point for goroutines that wait for or announce an event,
 * sync.Cond.  Wait in a loop that checks for what is waited for. */
typedef struct GOC_NO_COPY goc_cond
{
    goc_mutex *mutex;
    uint32_t lock;
    void *waiters;
} goc_cond;

/* Ties cond to mutex (borrowed), which guards what is waited for. */
void goc_cond_init(goc_cond *cond, goc_mutex *mutex);

/* Unlocks the mutex, parks until woken, locks the mutex again.  The caller
 * holds the mutex; panics as goc_mutex_unlock otherwise. */
void goc_cond_wait(goc_cond *cond);

/* The same for at most timeout nanoseconds (negative: no limit).  False when
 * the time was up.  Holds the mutex again either way. */
bool goc_cond_wait_for(goc_cond *cond, goc_duration timeout);

/* The same until ctx (borrowed) ends: 0 when woken, else goc_err(ctx).  Holds
 * the mutex again either way. */
int goc_cond_wait_ctx(goc_cond *cond, goc_context *ctx);

/* Wakes the one that has waited longest, or all.  The mutex need not be held.
 * Never park. */
void goc_cond_signal(goc_cond *cond);
void goc_cond_broadcast(goc_cond *cond);

/* ---- Semaphore -----------------------------------------------------------
 *
 * A number of units shared by weight, golang.org/x/sync/semaphore.  Those who
 * wait are served in order: one that wants much is not overtaken. */
typedef struct GOC_NO_COPY goc_sem
{
    uint32_t lock;
    int64_t size, held;
    void *waiters;
} goc_sem;

/* Gives sem its units.  Not while it is in use. */
void goc_sem_init(goc_sem *sem, int64_t units);

/* Takes n units; parks until there are as many.  More than sem has are never
 * there: who wants them waits for ever, but holds nobody up. */
void goc_sem_acquire(goc_sem *sem, int64_t n);

/* Takes n units if they are there and nobody waits, and says so. */
bool goc_sem_try_acquire(goc_sem *sem, int64_t n);

/* As goc_sem_acquire, unless ctx (borrowed) ends first: 0, or goc_err(ctx) and
 * nothing is taken. */
int goc_sem_acquire_ctx(goc_sem *sem, int64_t n, goc_context *ctx);

/* Gives n units back.  Panics with "semaphore: released more than held". */
void goc_sem_release(goc_sem *sem, int64_t n);

/* ---- Pool ----------------------------------------------------------------
 *
 * A set of things that are costly to make and may be used again, sync.Pool. */
typedef struct GOC_NO_COPY goc_pool
{
    void *(*make)(void);
    void (*drop)(void *);
    void *shards;
} goc_pool;

/* Says how pool makes things, and how it gets rid of them; either may be null.
 * Not while it is in use. */
void goc_pool_init(goc_pool *pool, void *(*make)(void),
                   void (*drop)(void *));

/* One of the things that were put into pool, in no particular order, or a new
 * one; null if there is none and pool cannot make any.  The caller's until it
 * is put back. */
void *goc_pool_get(goc_pool *pool);

/* Gives thing to pool, which may drop it if it has many.  Null is ignored. */
void goc_pool_put(goc_pool *pool, void *thing);

/* Drops everything in pool, which may then be used or initialised again.  Not
 * while others use it. */
void goc_pool_destroy(goc_pool *pool);

/* ---- Map -----------------------------------------------------------------
 *
 * From integers or strings to pointers, for use by many at once: sync.Map.
 * The keys are spread over shards that are locked one by one.  Values are the
 * caller's; a zero value is a value. */
typedef enum goc_map_kind
{
    GOC_MAP_INT = 0,
    GOC_MAP_STR = 1
} goc_map_kind;

typedef struct GOC_NO_COPY goc_map
{
    goc_map_kind kind;
    void *shards;
} goc_map;

/* A key: i in a map of integers, s in a map of strings. */
typedef struct goc_key
{
    uint64_t i;
    const char *s;
} goc_key;

/* The key i of a map of integers. */
static inline goc_key goc_ikey(uint64_t i)
{
    goc_key key = { i, (const char *)0 };
    return key;
}

/* The key s of a map of strings.  s is borrowed for the call that the key is
 * given to; the map keeps a copy. */
static inline goc_key goc_skey(const char *s)
{
    goc_key key = { 0, s };
    return key;
}

/* Says what map's keys are.  Not while it is in use. */
void goc_map_init(goc_map *map, goc_map_kind kind);

/* True, and *value set (value may be null), if key is there. */
bool goc_map_load(goc_map *map, goc_key key, void **value);

/* Sets the value of key. */
void goc_map_store(goc_map *map, goc_key key, void *value);

/* True, and *actual set to what is there, if key is there; else false, value
 * stored and *actual set to it.  actual may be null. */
bool goc_map_load_or_store(goc_map *map, goc_key key, void *value,
                           void **actual);

/* Sets the value of key.  True, and *previous (may be null) what it was, if key
 * was there; else *previous is null. */
bool goc_map_swap(goc_map *map, goc_key key, void *value, void **previous);

/* Sets the value of key if it is old, and says so. */
bool goc_map_compare_and_swap(goc_map *map, goc_key key, void *old,
                              void *value);

/* Removes key; true if it was there. */
bool goc_map_delete(goc_map *map, goc_key key);

/* The same, and *value (may be null) is what it had. */
bool goc_map_load_and_delete(goc_map *map, goc_key key, void **value);

/* Removes key if its value is old, and says so. */
bool goc_map_compare_and_delete(goc_map *map, goc_key key, void *old);

/* Removes all keys.  Others may use the map meanwhile; what they store may
 * stay. */
void goc_map_clear(goc_map *map);

/* Calls fn for each key until it returns false, without a lock held: fn may
 * use the map.  No key comes twice; what is stored or deleted meanwhile may
 * come or not.  key.s is valid during the call. */
void goc_map_range(goc_map *map,
                   bool (*fn)(goc_key key, void *value, void *arg), void *arg);

/* How many keys there are. */
size_t goc_map_len(goc_map *map);

/* Removes all keys and frees the map's memory; it may then be used again.  Not
 * while others use it. */
void goc_map_destroy(goc_map *map);

/* ---- The same with the caller's place ----------------------------------- */

void goc__mutex_lock(goc_mutex *mutex, const char *at);
int goc__mutex_lock_ctx(goc_mutex *mutex, goc_context *ctx, const char *at);
void goc__mutex_unlock(goc_mutex *mutex, const char *at);
void goc__rwmutex_lock(goc_rwmutex *rw, const char *at);
int goc__rwmutex_lock_ctx(goc_rwmutex *rw, goc_context *ctx, const char *at);
void goc__rwmutex_unlock(goc_rwmutex *rw, const char *at);
void goc__rwmutex_rlock(goc_rwmutex *rw, const char *at);
void goc__rwmutex_rlock_late(goc_rwmutex *rw, const char *at);
int goc__rwmutex_rlock_ctx(goc_rwmutex *rw, goc_context *ctx, const char *at);
void goc__rwmutex_runlock(goc_rwmutex *rw, const char *at);
void goc__rwmutex_runlock_late(goc_rwmutex *rw, uintptr_t old, const char *at);
void goc__waitgroup_add(goc_waitgroup *wg, int n, const char *at);
void goc__waitgroup_done(goc_waitgroup *wg, const char *at);
void goc__waitgroup_wait(goc_waitgroup *wg, const char *at);
int goc__waitgroup_wait_for(goc_waitgroup *wg, goc_context *ctx,
                            goc_duration timeout, const char *at);
void goc__once_do(goc_once *once, void (*fn)(void), const char *at);
void goc__once_do_with(goc_once *once, void (*fn)(void *), void *arg,
                       const char *at);
void *goc__once_value(goc_once *once, void *(*fn)(void *), void *arg,
                      const char *at);
void goc__cond_wait(goc_cond *cond, const char *at);
bool goc__cond_wait_for(goc_cond *cond, goc_duration timeout, const char *at);
int goc__cond_wait_ctx(goc_cond *cond, goc_context *ctx, const char *at);
void goc__sem_acquire(goc_sem *sem, int64_t n, const char *at);
int goc__sem_acquire_ctx(goc_sem *sem, int64_t n, goc_context *ctx,
                         const char *at);
void goc__sem_release(goc_sem *sem, int64_t n, const char *at);

/* ---- Where nobody waits, without a call --------------------------------- */

/* The word of a read-write mutex, from the top: how many readers have left; a
 * writer has it; a writer waits for it; how many read or wait to; a bit. */
#define GOC__RW_LEFT ((uintptr_t)1 << 32)
#define GOC__RW_WRITER ((uintptr_t)1 << 31)
#define GOC__RW_WANTED ((uintptr_t)1 << 30)
#define GOC__RW_READER ((uintptr_t)2)

/* Whether who comes to read is in at once. */
static inline bool goc__rw_open(uintptr_t word)
{
    return (uint32_t)word < GOC__RW_WANTED;
}

/* The same, and somebody reads who may leave. */
static inline bool goc__rw_read(uintptr_t word)
{
    return (uint32_t)word - GOC__RW_READER < GOC__RW_WANTED - GOC__RW_READER;
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GOC__SEES_CALLS 1
#endif
#endif
#if defined(__GNUC__) && !defined(__TINYC__) && !defined(__SANITIZE_THREAD__) \
    && !defined(GOC__SEES_CALLS)

/* This thread is known to the runtime, and not asked to let others run. */
extern __thread int goc__at_ease;

/* The word is 0 while a mutex is free, 1 while it is held and nobody waits.
 * For everything else the functions take over. */
static inline bool goc__word_turn(uintptr_t *word, uintptr_t from,
                                  uintptr_t to, int order)
{
    return __atomic_load_n(&goc__at_ease, __ATOMIC_RELAXED)
        && __atomic_compare_exchange_n(word, &from, to, 0, order,
                                       __ATOMIC_RELAXED);
}

static inline void goc__mutex_lock_here(goc_mutex *mutex, const char *at)
{
    if (!goc__word_turn(&mutex->word, 0, 1, __ATOMIC_ACQUIRE))
        goc__mutex_lock(mutex, at);
}

static inline void goc__mutex_unlock_here(goc_mutex *mutex, const char *at)
{
    if (!goc__word_turn(&mutex->word, 1, 0, __ATOMIC_RELEASE))
        goc__mutex_unlock(mutex, at);
}

static inline void goc__rwmutex_rlock_here(goc_rwmutex *rw, const char *at)
{
    if (!__atomic_load_n(&goc__at_ease, __ATOMIC_RELAXED))
        goc__rwmutex_rlock(rw, at);
    else if (!goc__rw_open(__atomic_fetch_add(&rw->word, GOC__RW_READER,
                                              __ATOMIC_ACQUIRE)))
        goc__rwmutex_rlock_late(rw, at);
}

static inline void goc__rwmutex_runlock_here(goc_rwmutex *rw, const char *at)
{
    if (!__atomic_load_n(&goc__at_ease, __ATOMIC_RELAXED)) {
        goc__rwmutex_runlock(rw, at);
    } else {
        uintptr_t old = __atomic_fetch_add(
            &rw->word, GOC__RW_LEFT - GOC__RW_READER, __ATOMIC_RELEASE);
        if (!goc__rw_read(old))
            goc__rwmutex_runlock_late(rw, old, at);
    }
}

#else
#define goc__mutex_lock_here goc__mutex_lock
#define goc__mutex_unlock_here goc__mutex_unlock
#define goc__rwmutex_rlock_here goc__rwmutex_rlock
#define goc__rwmutex_runlock_here goc__rwmutex_runlock
#endif

#define goc_mutex_lock(...) goc__mutex_lock_here(__VA_ARGS__, GOC_HERE)
#define goc_mutex_lock_ctx(...) goc__mutex_lock_ctx(__VA_ARGS__, GOC_HERE)
#define goc_mutex_unlock(...) goc__mutex_unlock_here(__VA_ARGS__, GOC_HERE)
#define goc_rwmutex_lock(...) goc__rwmutex_lock(__VA_ARGS__, GOC_HERE)
#define goc_rwmutex_lock_ctx(...) goc__rwmutex_lock_ctx(__VA_ARGS__, GOC_HERE)
#define goc_rwmutex_unlock(...) goc__rwmutex_unlock(__VA_ARGS__, GOC_HERE)
#define goc_rwmutex_rlock(...) goc__rwmutex_rlock_here(__VA_ARGS__, GOC_HERE)
#define goc_rwmutex_rlock_ctx(...) \
    goc__rwmutex_rlock_ctx(__VA_ARGS__, GOC_HERE)
#define goc_rwmutex_runlock(...) goc__rwmutex_runlock_here(__VA_ARGS__, GOC_HERE)
#define goc_waitgroup_add(...) goc__waitgroup_add(__VA_ARGS__, GOC_HERE)
#define goc_waitgroup_done(...) goc__waitgroup_done(__VA_ARGS__, GOC_HERE)
#define goc_waitgroup_wait(...) goc__waitgroup_wait(__VA_ARGS__, GOC_HERE)
#define goc_waitgroup_wait_for(...) \
    goc__waitgroup_wait_for(__VA_ARGS__, GOC_HERE)
#define goc_once_do(...) goc__once_do(__VA_ARGS__, GOC_HERE)
#define goc_once_do_with(...) goc__once_do_with(__VA_ARGS__, GOC_HERE)
#define goc_once_value(...) goc__once_value(__VA_ARGS__, GOC_HERE)
#define goc_cond_wait(...) goc__cond_wait(__VA_ARGS__, GOC_HERE)
#define goc_cond_wait_for(...) goc__cond_wait_for(__VA_ARGS__, GOC_HERE)
#define goc_cond_wait_ctx(...) goc__cond_wait_ctx(__VA_ARGS__, GOC_HERE)
#define goc_sem_acquire(...) goc__sem_acquire(__VA_ARGS__, GOC_HERE)
#define goc_sem_acquire_ctx(...) goc__sem_acquire_ctx(__VA_ARGS__, GOC_HERE)
#define goc_sem_release(...) goc__sem_release(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
