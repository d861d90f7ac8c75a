/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/sched.h>: goroutines and the scheduler, as Go's package runtime.
 *
 * Any thread may call these, also one that the library did not start, unless
 * a comment says otherwise.  None of them parks unless it says so.
 */
#ifndef GOC_SCHED_H
#define GOC_SCHED_H

#include <goc/abi.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#define GOC__NORETURN [[noreturn]]
#elif defined(__GNUC__) && __STDC_VERSION__ < 201112L
#define GOC__NORETURN __attribute__((noreturn))
#else
#define GOC__NORETURN _Noreturn
#endif

/* runtime.NumGoroutine: the program's goroutines that have been started and
 * have not ended, goroutine 1 included. */
int goc_num_goroutine(void);

/* runtime.GOMAXPROCS: how many goroutines may compute at the same time.  Sets
 * it unless n < 1; returns the old value. */
int goc_procs(int n);

/* The id of the calling goroutine: 1 is main's, no other is used twice; 0 on
 * a thread that the library did not start.  A main that is not goc source runs
 * on such a thread. */
uint64_t goc_id(void);

/* runtime.Gosched: lets other goroutines run; the caller stays runnable. */
void goc_yield(void);

/* runtime.Goexit: ends the calling goroutine.  Like longjmp it runs no
 * deferred statement.  When goroutine 1 does it the others go on, and the
 * process ends when one of them calls exit or all are asleep.  Another thread
 * that calls it ends as by pthread_exit. */
GOC__NORETURN void goc_exit_goroutine(void);

/* runtime.LockOSThread: from now on the calling goroutine runs on the thread
 * that it is on, and no other goroutine does, until it has called
 * goc_unlock_thread as often or has ended.  For libraries that keep state in
 * the thread.  If it ends while it is locked the thread ends with it, whatever
 * state it has left there; the process's first thread stays, but runs no
 * goroutine any more.  Has no effect on other threads. */
void goc_lock_thread(void);
void goc_unlock_thread(void);

/* panic: prints "panic: ", the text (as printf makes it) and the goroutine's
 * paragraph to standard error and exits with status 2. */
GOC__NORETURN void goc_panic(const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 1, 2)))
#endif
    ;

/* Names the calling goroutine, in reports and logs.  The name is copied; null
 * takes it away. */
void goc_set_name(const char *name);

/* Bytes of stack for goroutines started from now on, rounded up to pages; at
 * least 16 KiB.  Reserved, and touched as used.  Default: GOC_STACK, else
 * 256 KiB.  Few distinct sizes are kept apart: the eighth and later ones get
 * the next larger that is in use. */
void goc_stack_size(size_t bytes);

/* Writes every goroutine's paragraph: id, state, how long it has waited, name,
 * where it waits and where it was created.  The others go on running: what is
 * shown of them is a moment's view, and those that run now have no call stack
 * in it.  SIGQUIT, which ends the process, shows theirs, too. */
void goc_dump(FILE *out);

/* How many reasons there are to wait. */
enum { GOC_WAIT_REASONS = 16 };

/* What the scheduler has done so far.  Counts are since the start. */
typedef struct goc_stats
{
    uint64_t goroutines;     /* living now */
    uint64_t threads;        /* of the library's, now */
    uint64_t procs;          /* goc_procs(0) */
    uint64_t spawned;        /* goroutines started */
    uint64_t switches;       /* times a goroutine was resumed or begun */
    uint64_t steals;         /* times a worker took work from another */
    uint64_t parked[GOC_WAIT_REASONS]; /* waits by reason; goc_wait_reason() */
    uint64_t stack_bytes;    /* reserved for stacks in use or kept at hand */
    uint64_t timers;         /* pending now */
} goc_stats;

/* Stores a moment's view of them. */
void goc_read_stats(goc_stats *stats);

/* The words for goc_stats.parked[i], such as "chan receive"; null when i is
 * out of range. */
const char *goc_wait_reason(int i);

/* ---- The same with the caller's place ----------------------------------- */

GOC__NORETURN void goc__panic_with(const char *at, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 2, 3)))
#endif
    ;

#define goc_panic(...) goc__panic_with(GOC_HERE, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
