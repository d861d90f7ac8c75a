/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The mutex's word: one goroutine at a time has the mutex, no wake-up is lost,
 * a waiter that starves is the next to have it, one that a context calls away
 * leaves nothing behind, and who has had it last may free it.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin -DCONTEXTS=2
 * RUN: %verify %s %t.spin -DN=2 -DROUNDS=3 -DCONTEXTS=2
 * RUN: %verify %s %t.spin --finds deadlock -DBREAK_WOKEN_TAKE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_WOKEN_WAIT
 * RUN: %verify %s %t.spin --finds deadlock -DBREAK_QUEUE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_BESIDE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_HAND_OVER
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_STARVING_WAKE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_STARVING_BACK
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_STARVING_SPIN
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_LEAVE_STARVING
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_LEAVE_QUEUED
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLAIM
 * RUN: %verify %s %t.spin --finds deadlock -DBREAK_POP
 *
 * N goroutines take the mutex ROUNDS times, the first CONTEXTS of them with a
 * context, which may end at any time.  Who has it the last time counts itself
 * out, and the last one frees the mutex.
 *
 *   lock     mutex_lock_slow(), mutex_take(), mutex_mark_woken(), mutex_wait()
 *            of runtime/sync.c; the fast path is its first round
 *   leave    mutex_leave()
 *   unlock   mutex_unlock_slow(); pass: mutex_pass()
 *   context  the context's wait_fire() of wait.c
 *
 * The word is a byte: the number of the first waiter, and the bits.  To read it
 * and to exchange it are one step: the exchange compares all of it, and what is
 * stored depends on nothing else, so that one which fails changes nothing.  What
 * its owner does to the queue while QUEUE is set is one step, for nobody else
 * looks; the store that clears QUEUE is another.  `alive`: the waiter's frame.
 * Whether a waiter that waits again has waited for long is left open, and
 * whether one that finds the mutex taken spins, once between two waits.
 *
 * Abstracted: park and ready (park.pml); pausing while QUEUE is set is waiting
 * until it is not; memory is sequentially consistent, for who owns the queue
 * has acquired what the last owner released.
 *
 * What is broken: WOKEN_TAKE, who was woken takes the mutex and leaves WOKEN
 * set; WOKEN_WAIT, it waits again and leaves WOKEN set; QUEUE, who waits queues
 * itself without owning the queue; BESIDE, the queue has a lock beside the
 * word, which unlock gives back after the store; HAND_OVER, it clears LOCKED
 * although it hands the mutex over; STARVING_WAKE, it wakes the first waiter
 * though that one starves; STARVING_BACK, who starves goes to the end of the
 * queue; STARVING_SPIN, others spin while one starves, and say that they are
 * awake; LEAVE_STARVING, the last waiter leaves STARVING behind; LEAVE_QUEUED,
 * a waiter that is called away stays in the queue; CLAIM, unlock does not claim
 * the waiter; POP, it gives up when it cannot have the first one.
 */
#ifndef N
#define N 3
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef CONTEXTS
#define CONTEXTS 1
#endif

#define LOCKED 1
#define QUEUE 2
#define WOKEN 4
#define STARVING 8
#define BITS 15
#define first(word) ((word) >> 4)
#define NONE 0

mtype = { NOTHING, TOLD, GRANTED };

byte word;
byte queue[N], waiting;      /* goroutines by number, from 1 on */
mtype got[N + 1] = NOTHING;
bool awake[N + 1], alive[N + 1];
bool with_context[N + 1], armed[N + 1], claim[N + 1], firing[N + 1], fired[N + 1];

byte holder;                 /* who has the mutex */
byte starves;                /* who is at the front in starving mode */
byte left = N;               /* under the mutex: who will yet take it */
bool freed;

/* An exchange that compares with what was read has to begin again if somebody
 * owns the queue. */
inline read()
{
    !(word & QUEUE);
    assert(!freed);
    old = word
}

/* The owner of the queue stores the word, and owns it no more. */
inline store()
{
    assert(!freed);
    assert(!(bits & STARVING) || (waiting > 0 && (bits & LOCKED)));
    assert((bits & (STARVING | WOKEN)) != (STARVING | WOKEN));
    word = (waiting > 0 -> queue[0] << 4 : 0) | bits
}

inline take(who)
{
    assert(holder == NONE);
    assert(starves == NONE || starves == who);
    holder = who;
    starves = NONE
}

inline queue_remove(at)
{
    waiting--;
    i = at;
    do
    :: i < waiting -> queue[i] = queue[i + 1]; i++
    :: else -> break
    od;
    queue[waiting] = NONE;
    i = 0
}

inline queue_push(at_front)
{
    i = waiting;
    do
    :: (at_front) && i > 0 -> queue[i] = queue[i - 1]; i--
    :: else -> break
    od;
    queue[i] = me;
    waiting++;
    i = 0
}

/* next: the oldest waiter that can still be had. */
inline queue_pop()
{
    next = NONE;
    do
    :: waiting > 0 && next == NONE ->
        next = queue[0];
        assert(alive[next]);
        queue_remove(0);
        if
#ifndef BREAK_CLAIM
        :: with_context[next] && claim[next] ->
            starves = (starves == next -> NONE : starves);
            next = NONE;
#ifdef BREAK_POP
            break
#endif
#endif
        :: else -> claim[next] = true
        fi
    :: else -> break
    od
}

/* The caller owns the queue.  Who has waited before may find that it starves. */
inline wait()
{
    starve = false;
    if
    :: waited -> starve = true
    :: true
    fi;
    d_step {
        got[me] = NOTHING;
        bits = (old & BITS);
#ifndef BREAK_WOKEN_WAIT
        bits = bits - (woken -> WOKEN : 0);
#endif
        bits = (starve -> bits | STARVING : bits);
#ifdef BREAK_STARVING_BACK
        queue_push(waited && !starve);
#else
        queue_push(waited);
#endif
        starves = (starve -> me : starves);
        waited = true
    };
    d_step { store(); old = 0; bits = 0; starve = false };
    atomic {
        awake[me] || fired[me];
        assert(!(awake[me] && fired[me]));
        awake[me] = false
    }
}

inline leave()
{
    atomic { read(); word = old | QUEUE };
    d_step {
        bits = old & BITS;
        i = 0;
        do
        :: i < waiting && queue[i] != me -> i++
        :: else -> break
        od;
#ifndef BREAK_LEAVE_QUEUED
        if
        :: i < waiting -> queue_remove(i)
        :: else
        fi;
#endif
        i = 0;
        starves = (starves == me -> NONE : starves);
#ifndef BREAK_LEAVE_STARVING
        if
        :: waiting == 0 && (bits & STARVING) -> bits = bits - STARVING
        :: else
        fi
#endif
    };
    d_step { store(); old = 0; bits = 0; fired[me] = false }
}

/* have: whether the mutex was had in the end. */
inline lock(context)
{
    do
    :: atomic {
        read();
        if
        :: !(old & LOCKED) ->
#ifdef BREAK_WOKEN_TAKE
            word = old | LOCKED;
#else
            word = (old | LOCKED) - (woken -> WOKEN : 0);
#endif
            old = 0;
            take(me);
            have = true;
            break
#ifdef BREAK_STARVING_SPIN
        :: (old & LOCKED) && !spun ->
#else
        :: (old & LOCKED) && !(old & STARVING) && !spun ->
#endif
            spun = true;
            if
            :: !woken && first(old) && !(old & WOKEN) ->
                word = old | WOKEN;
                woken = true
            :: else
            fi;
            old = 0
        :: old & LOCKED ->
#ifndef BREAK_QUEUE
            word = old | QUEUE;
#endif
            alive[me] = true;
            with_context[me] = context;
            claim[me] = false;
            armed[me] = context
        fi };
        if
        :: old ->
            wait();
            have = got[me] == GRANTED;
            gone = fired[me];
            if
            :: gone -> leave()
            :: else
            fi;
            atomic { !firing[me] -> armed[me] = false; alive[me] = false };
            woken = true;
            spun = false;
            if
            :: have || gone -> break
            :: else
            fi
        :: else
        fi
    od;
    woken = false;
    d_step { claim[me] = false; got[me] = NOTHING; waited = false; spun = false }
}

/* The caller owns the queue. */
inline pass()
{
    d_step {
        queue_pop();
        handed = next != NONE && (old & STARVING);
#ifdef BREAK_STARVING_WAKE
        handed = false;
#endif
        bits = (next != NONE -> WOKEN : 0);
#ifdef BREAK_HAND_OVER
        bits = (handed -> 0 : bits)
#else
        bits = (handed -> LOCKED : bits)
#endif
    };
    if
    :: handed && waiting > 0 -> bits = bits | STARVING
    :: true
    fi;
    atomic {
        store();
        if
        :: handed -> take(next)
        :: else
        fi
    };
#ifdef BREAK_BESIDE
    assert(!freed);
#endif
    if
    :: next != NONE ->
        d_step { assert(alive[next]); got[next] = (handed -> GRANTED : TOLD) };
        awake[next] = true
    :: else
    fi
}

inline unlock()
{
    atomic {
        read();
        assert(old & LOCKED);
        assert(holder == me);
        if
        :: !first(old) || (old & WOKEN) ->
            holder = NONE;
            word = old - LOCKED;
            old = 0
        :: else ->
            holder = NONE;
            word = old | QUEUE
        fi
    };
    if
    :: old -> pass()
    :: else
    fi;
    d_step { old = 0; bits = 0; next = NONE; handed = false }
}

proctype goroutine(byte me)
{
    byte old, bits, next, i, round;
    bool woken, waited, starve, spun, have, gone, handed, last;
    do
    :: round < ROUNDS ->
        round++;
        lock(me <= CONTEXTS);
        if
        :: have ->
            have = false;
            left = left - (round == ROUNDS -> 1 : 0);
            last = left == 0;
            unlock();
            if
            :: last -> freed = true
            :: else
            fi
        :: else -> gone = false
        fi
    :: else -> break
    od
}

proctype context(byte who)
{
end:
    do
    :: atomic { armed[who] && !claim[who] -> claim[who] = true; firing[who] = true };
        assert(alive[who]);
        d_step { fired[who] = true; firing[who] = false }
    od
}

init
{
    byte i;
    atomic {
        for (i : 1 .. N) {
            run goroutine(i)
        };
        i = 1;
        do
        :: i <= CONTEXTS -> run context(i); i++
        :: else -> break
        od
    }
}
