/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Close against send and receive: every value that was sent is received once
 * and in order, whoever waits at a close is let go, nobody touches the channel
 * or a waiter after its time.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin -DCAP=1
 * RUN: %verify %s %t.spin -DVALUES=2 -DRECEIVERS=1
 * RUN: %verify %s %t.spin -DVALUES=2 -DRECEIVERS=1 -DCAP=1
 * RUN: %verify %s %t.spin -DCAP=1 --ltl waiters_go_on
 * RUN: %verify %s %t.spin --ltl waiters_go_on
 * RUN: %verify %s %t.spin --finds assertion -DCAP=1 -DBREAK_CHECK
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLOSE_ONE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLOSE_NEXT
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLOSE_LOCKED
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_HAND_OVER
 * RUN: %verify %s %t.spin --finds assertion -DCAP=1 -DVALUES=2 -DRECEIVERS=1 -DBREAK_REFILL
 * RUN: %verify %s %t.spin --finds assertion -DCAP=1 -DVALUES=2 -DRECEIVERS=1 -DBREAK_ORDER
 *
 * SENDERS send VALUES each; RECEIVERS receive until the channel is closed; one closes
 * it at any time, and the last receiver to be told so frees it.  A send on
 * the closed channel panics, which here ends the sender.
 *
 *   send     goc__send(), send_slow(), give() and wait() of runtime/chan.c
 *   receive  goc__recv_ok(), take_buffered(), take_direct(), take_closed()
 *   close    goc__close()
 *   pop      waitq_pop() of chan.h (no claims here: see select.pml)
 *
 * The channel is a buffer and two queues under a lock; what is done under the
 * lock is one step, and ends with `invariants`, those at the top of chan.c.
 * What follows the release of the lock is done step by step: copying a value to
 * a waiter, telling it, making it ready.  A waiter lives (`alive`) until its
 * goroutine goes on.
 *
 * Bounds: as above, a buffer of CAP elements, 0 or 1.  Abstracted: park and
 * ready (park.pml); memory is sequentially consistent under the lock.
 *
 * What is broken: CHECK, send looks whether the channel is closed before it
 * takes the lock; CLOSE_ONE, close wakes one of each queue; CLOSE_NEXT, it
 * reads the link of a waiter that it has woken; CLOSE_LOCKED, it wakes first
 * and unlocks afterwards; HAND_OVER, a waiter is woken before it has the
 * value; REFILL, who receives from a full buffer leaves the senders waiting;
 * ORDER, it is given the waiting sender's value instead of the oldest.
 */
#ifndef CAP
#define CAP 0
#endif
#ifndef VALUES
#define VALUES 1
#endif
#define SENDERS 2
#ifndef RECEIVERS
#define RECEIVERS 2
#endif
#define N (SENDERS + RECEIVERS) /* goroutines with a waiter: by number */
#define NONE 9

bool lock, closed, freed;
byte count, buffer;
chan sendq = [SENDERS] of { byte };
chan recvq = [RECEIVERS] of { byte };

/* Of each waiter. */
byte elem[N], next[N];
bool ok[N], alive[N], waiting[N];

/* What came of each value; a value is its sender and its number there. */
#define VALUE(s, i) ((s) * VALUES + (i))
bool delivered[SENDERS * VALUES + 1], was_sent[SENDERS * VALUES + 1];
byte newest[SENDERS * RECEIVERS];
byte told, sending = SENDERS;

inline acquire()
{
    atomic { !lock -> assert(!freed); lock = true }
}

inline invariants()
{
    assert(len(sendq) == 0 || len(recvq) == 0);
    assert(count == 0 || len(recvq) == 0);
    assert(count == CAP || len(sendq) == 0);
    assert(!closed || len(sendq) + len(recvq) == 0)
}

inline release()
{
    d_step { assert(!freed && lock); invariants(); lock = false }
}

inline ready(w)
{
    d_step { assert(waiting[w]); waiting[w] = false }
}

/* Queues the caller, releases the lock and waits. */
inline wait(q)
{
    d_step {
        alive[me] = true;
        waiting[me] = true;
        ok[me] = false;
        q!me;
        assert(!freed && lock);
        invariants();
        lock = false
    };
    !waiting[me]
}

/* The other half of give() and take_direct(), without the lock. */
inline woken(w)
{
    assert(alive[w]);
    ok[w] = true;
    ready(w)
}

inline got(value, who)
{
    d_step {
        assert(value < SENDERS * VALUES && !delivered[value]);
        delivered[value] = true;
        /* The values of a sender come to one receiver in order. */
        assert(newest[(value / VALUES) * RECEIVERS + who] <= value % VALUES);
        newest[(value / VALUES) * RECEIVERS + who] = value % VALUES
    }
}

proctype sender(byte me)
{
    byte i, w, v;
    bool panics;
    do
    :: i < VALUES && !panics ->
        atomic { v = VALUE(me, i); i++ };
        if
        :: freed -> panics = true; goto next_one /* not the channel's fault */
        :: else
        fi;
#ifdef BREAK_CHECK
        panics = closed;
        acquire();
#else
        acquire();
        panics = closed;
#endif
        if
        :: panics -> release()
        :: !panics && len(recvq) > 0 ->
            recvq?w;
            release();
            assert(alive[w]);
#ifdef BREAK_HAND_OVER
            ready(w);
            elem[w] = v;
            ok[w] = true;
#else
            elem[w] = v;
            woken(w);
#endif
            was_sent[v] = true
        :: !panics && len(recvq) == 0 && count < CAP ->
            buffer = v;
            count++;
            was_sent[v] = true;
            release()
        :: !panics && len(recvq) == 0 && count >= CAP ->
            elem[me] = v;
            wait(sendq);
            if
            :: ok[me] -> was_sent[v] = true
            :: else -> panics = true
            fi;
            alive[me] = false
        fi;
next_one:
        w = 0;
        v = 0
    :: i == VALUES || panics -> break
    od;
    sending--
}

proctype receiver(byte me)
{
    byte v = NONE, w = NONE;
    do
    :: acquire();
        if
        :: count > 0 ->
            v = buffer;
            if
#ifndef BREAK_REFILL
            :: len(sendq) > 0 ->
                sendq?w;
                assert(alive[w]);
#ifdef BREAK_ORDER
                v = elem[w];
#else
                buffer = elem[w];
#endif
                ok[w] = true
            :: else -> count--
#else
            :: count--
#endif
            fi;
            release();
            if
            :: w != NONE -> ready(w)
            :: else
            fi;
            got(v, me - SENDERS)
        :: count == 0 && len(sendq) > 0 ->
            sendq?w;
            release();
            assert(alive[w]);
            v = elem[w];
            woken(w);
            got(v, me - SENDERS)
        :: count == 0 && len(sendq) == 0 && closed ->
            release();
            break
        :: count == 0 && len(sendq) == 0 && !closed ->
            elem[me] = NONE;
            wait(recvq);
            if
            :: ok[me] -> got(elem[me], me - SENDERS)
            :: else -> alive[me] = false; break
            fi;
            alive[me] = false
        fi;
        v = NONE;
        w = NONE
    od;
    /* As a program may: the last to be told frees it, once nobody sends. */
    atomic { told++; told == RECEIVERS && sending == 0 -> freed = true }
}

proctype closer()
{
    byte all = NONE, w;
    acquire();
    closed = true;
    d_step {
#ifdef BREAK_CLOSE_ONE
        if
        :: len(recvq) > 0 -> recvq?w; next[w] = all; all = w
        :: len(recvq) == 0 && len(sendq) > 0 -> sendq?w; next[w] = all; all = w
        :: else
        fi;
        lock = false
#else
        do
        :: len(recvq) > 0 -> recvq?w; next[w] = all; all = w
        :: len(recvq) == 0 && len(sendq) > 0 -> sendq?w; next[w] = all; all = w
        :: else -> break
        od
#endif
    };
#if !defined BREAK_CLOSE_LOCKED && !defined BREAK_CLOSE_ONE
    release();
#endif
    do
    :: all != NONE ->
        w = all;
        assert(alive[w]);
#ifdef BREAK_CLOSE_NEXT
        ok[w] = false;
        ready(w);
        assert(alive[w]);
        all = next[w]
#else
        all = next[w];
        assert(alive[w]);
        ok[w] = false;
        ready(w)
#endif
    :: else -> break
    od
#ifdef BREAK_CLOSE_LOCKED
    ;
    release()
#endif
}

init
{
    byte i;
    atomic {
        run sender(0);
        run sender(1);
        run receiver(2);
#if RECEIVERS == 2
        run receiver(3);
#endif
        run closer()
    };
    _nr_pr == 1;
    for (i : 0 .. SENDERS * VALUES - 1) {
        assert(delivered[i] == was_sent[i])
    }
}

/* Whoever waits goes on, for the channel is closed at last. */
#define GOES_ON(g) ([] (waiting[g] -> <> !waiting[g]))
ltl waiters_go_on { GOES_ON(0) && GOES_ON(1) && GOES_ON(2) && GOES_ON(3) }
