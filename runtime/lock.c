/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lock.c: the waiting half of struct goc__lock, and its checks.
 *
 * A holder is at most a few hundred instructions from its release, unless the
 * kernel has taken its processor away.  So: spin a little, yield the
 * processor, and then sleep for moments, which also lets a holder of lower
 * priority run.  A futex would need an atomic exchange at each release to find
 * out whether somebody sleeps; the release is on every path, sleeping hardly
 * ever happens.
 */
#include "worker.h"

#include <sched.h>
#include <time.h>

void goc__pause(unsigned *round)
{
    enum
    {
        SPINS = 200, /* some microseconds: longer than any critical section */
        YIELDS = 20  /* then the holder is not running */
    };
    unsigned n = (*round)++;
    if (n < SPINS) {
        goc__relax();
        return;
    }
    struct goc__worker *w = goc__worker();
    goc__inside_begin(w);
    if (n < SPINS + YIELDS) {
        sched_yield();
    } else {
        struct timespec moment = { 0, 50 * 1000 };
        nanosleep(&moment, NULL);
    }
    goc__inside_end(w);
}

void goc__lock_slow(struct goc__lock *l)
{
    struct goc__worker *w = goc__worker();
    unsigned round = 0;
    if (w)
        w->contended++;
    do
        goc__pause(&round);
    while (!goc__lock_try(l));
}

#if GOC_DEBUG_CHECKS
/* The locks that a thread holds.  A lock may be released on another stack
 * than it was taken on, but always by the same thread. */
enum { HELD_MAX = 1024 };

static _Thread_local struct
{
    struct goc__lock *lock;
    enum goc__rank rank;
} held[HELD_MAX];
static _Thread_local int nheld;

/* Not inlined: the addresses of thread-locals must not live over a park. */
__attribute__((noinline)) void goc__lock_check(struct goc__lock *l,
                                               enum goc__rank rank)
{
    for (int i = 0; i < nheld; i++) {
        bool in_order = held[i].rank < rank
            || (held[i].rank == rank && rank == GOC__RANK_CHAN
                && held[i].lock < l);
        if (!in_order) {
            int was = held[i].rank;
            nheld = 0;
            goc__fatal("lock order: rank %d taken under rank %d", (int)rank,
                       was);
        }
    }
    if (nheld < HELD_MAX) {
        held[nheld].lock = l;
        held[nheld].rank = rank;
        nheld++;
    }
}

__attribute__((noinline)) void goc__unlock_check(struct goc__lock *l)
{
    for (int i = nheld; i-- > 0;) {
        if (held[i].lock == l) {
            goc__lock_invariants(l, held[i].rank);
            for (int n = goc__shuffled(16) ? 200 : 0; n > 0; n--)
                goc__relax(); /* held for longer than usual */
            held[i] = held[--nheld];
            return;
        }
    }
    goc__fatal("lock order: release of a lock that is not held");
}

__attribute__((noinline)) int goc__locks_held(void)
{
    return nheld;
}

__attribute__((noinline)) void goc__assert_held(struct goc__lock *l)
{
    for (int i = 0; i < nheld; i++)
        if (held[i].lock == l)
            return;
    goc__fatal("lock order: the lock should be held");
}
#endif
