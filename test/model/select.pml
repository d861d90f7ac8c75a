/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Select's two phases: a select does one case, and all others are as if it had
 * not been there; no waiter is touched after its time.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin -DCROSS
 * RUN: %verify %s %t.spin -DTIMED
 * RUN: %verify %s %t.spin -DCROSS --ltl pairs
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLAIM
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_MARK
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_DEQUEUE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_WAKE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_ARM_LATE
 * RUN: %verify %s %t.spin --finds deadlock -DCROSS -DBREAK_LOCK_ORDER
 * RUN: %verify %s %t.spin --finds deadlock -DCROSS -DBREAK_LOOK
 * RUN: %verify %s %t.spin --finds assertion -DTIMED -DBREAK_CLAIM
 *
 * Two channels without buffers.  As it stands: a goroutine selects twice,
 * receiving from both, and two others send, one on each.  CROSS: one selects
 * between receiving from 0 and sending on 1, another between receiving from 1
 * and sending on 0, its cases the other way round.  TIMED: one select with a
 * deadline; a goroutine tries to send on 0, another closes 1.
 *
 *   choose       wait() of runtime/select.c: arm, select_lock(), do_ready(),
 *                enqueue(), the park, dequeue(), finish()
 *   after_park   select_unlock(), on the next stack
 *   take         goc__chan_send_locked() and goc__chan_recv_locked()
 *   pop          waitq_pop() of chan.h: dequeue, mark, claim, wake
 *   send         goc__send() of chan.c, or goc_chan_try_send()
 *   fire         deadline_fire() of park.c (its phases: park.pml)
 *
 * Queues are linked as in chan.h, so that a removal of what is not in them
 * shows.  A waiter's frame lives (`alive`) until its goroutine goes on; `out` is
 * prev == itself.
 *
 * Abstracted: the look without locks before (try_cases() is an operation on one
 * channel, that is, send and receive); the lot among cases that are ready is any
 * choice; buffers (chan.pml).
 *
 * What is broken: CLAIM, a waker does not claim; MARK, it does not mark what
 * it has dequeued; DEQUEUE, the third pass is left out; WAKE, `wake` is
 * cleared when the select goes on; ARM_LATE, the claim is reset after the
 * waiters are queued and the channels unlocked; LOCK_ORDER, channels are locked
 * in the order of the cases; LOOK, nothing is looked at again under the locks.
 */
#define CHANS 2
#define SELECTS 2     /* goroutines that select: 0 and 1 */
#define GS 4          /* the others: 2 and 3 */
#define WAITERS (2 * GS) /* of goroutine g: 2 * g and 2 * g + 1 */
#define NONE 15
#define RECV 0
#define SEND 1

bool lock[CHANS], closed[CHANS];
/* Queues: by channel and side, 2 * c + RECV or SEND. */
byte first[2 * CHANS] = NONE, last[2 * CHANS] = NONE;
byte next[WAITERS], prev[WAITERS];
bool claimed[WAITERS], in[WAITERS], ok[WAITERS], out[WAITERS];
byte elem[WAITERS];

bool waiting[GS], claim[GS], alive[GS];
byte wake[GS];
bool parked[GS];

/* A value is the goroutine that sends it; what became of it. */
bool received[GS];
bool was_sent[GS];
byte done;

inline acquire(c)
{
    atomic { !lock[c] -> lock[c] = true }
}

inline push(q, w)
{
    d_step {
        next[w] = NONE;
        prev[w] = last[q];
        out[w] = false;
        in[w] = true;
        if
        :: last[q] != NONE -> next[last[q]] = w
        :: else -> first[q] = w
        fi;
        last[q] = w
    }
}

inline remove(q, w)
{
    d_step {
        assert(in[w]);
        in[w] = false;
        if
        :: prev[w] != NONE -> next[prev[w]] = next[w]
        :: else -> first[q] = next[w]
        fi;
        if
        :: next[w] != NONE -> prev[next[w]] = prev[w]
        :: else -> last[q] = prev[w]
        fi;
        next[w] = NONE;
        prev[w] = NONE
    }
}

/* x: the oldest waiter that can still be had, or NONE. */
inline pop(q)
{
    do
    :: first[q] == NONE -> x = NONE; break
    :: else ->
        x = first[q];
        assert(alive[x / 2]);
        remove(q, x);
        if
        :: claimed[x] ->
#ifndef BREAK_MARK
            out[x] = true;
#endif
#ifdef BREAK_CLAIM
            claim[x / 2] = true;
            won = true;
#else
            d_step { won = !claim[x / 2]; claim[x / 2] = true };
#endif
            if
            :: won -> wake[x / 2] = x; break
            :: else
            fi
        :: else -> break
        fi
    od;
    won = false
}

inline ready(g)
{
    d_step { assert(waiting[g]); waiting[g] = false }
}

inline receive(value)
{
    d_step { assert(!received[value]); received[value] = true }
}

/* Needs: lock[c].  Does op on c with the goroutine that waits at the other
 * side; x is NONE if nobody does.  Releases the lock if it was done. */
inline take(c, op)
{
    pop(2 * (c) + 1 - op);
    if
    :: x != NONE ->
        lock[c] = false;
        assert(alive[x / 2]);
        if
        :: op == SEND -> elem[x] = me; was_sent[me] = true
        :: else -> receive(elem[x])
        fi;
        ok[x] = true;
        ready(x / 2)
    :: else
    fi
}

/* select_unlock(): when the last lock is free the frame may be gone. */
proctype after_park(byte g)
{
    assert(alive[g]);
    lock[0] = false;
    assert(alive[g]);
    lock[1] = false
}

/* Whether nobody waits at the other side of c. */
#define NOBODY(c, op) (first[2 * (c) + 1 - op] == NONE)

/* The cases of `me`: case 0 on channel `a`, case 1 on the other. */
inline choose(a, op_a, op_b)
{
    alive[me] = true;
#ifndef BREAK_ARM_LATE
    claim[me] = false;
#endif
#ifdef BREAK_LOCK_ORDER
    acquire(a);
    acquire(1 - a);
#else
    acquire(0);
    acquire(1);
#endif
    x = NONE;
#ifndef BREAK_LOOK
    do
    :: !NOBODY(a, op_a) ->
        take(a, op_a);
        if
        :: x != NONE -> lock[1 - a] = false; break
        :: else
        fi
    :: !NOBODY(1 - a, op_b) ->
        take(1 - a, op_b);
        if
        :: x != NONE -> lock[a] = false; break
        :: else
        fi
    :: closed[1] && NOBODY(1, RECV) ->
        x = 0;
        lock[0] = false;
        lock[1] = false;
        break
    :: NOBODY(a, op_a) && NOBODY(1 - a, op_b) && !closed[1] -> break
    od;
#endif
    if
    :: x == NONE ->
        d_step {
            claimed[2 * me] = true;
            claimed[2 * me + 1] = true;
            ok[2 * me] = false;
            ok[2 * me + 1] = false;
            elem[2 * me] = me;
            elem[2 * me + 1] = me;
            wake[me] = NONE;
            waiting[me] = true
        };
        push(2 * (a) + op_a, 2 * me);
        push(2 * (1 - a) + op_b, 2 * me + 1);
        run after_park(me);
#ifdef BREAK_ARM_LATE
        claim[me] = false;
#endif
        !waiting[me];
#ifdef BREAK_WAKE
        wake[me] = NONE;
#endif
        x = wake[me];
#ifndef BREAK_DEQUEUE
        if
        :: x != 2 * me ->
            acquire(a);
            if
            :: !out[2 * me] -> remove(2 * (a) + op_a, 2 * me)
            :: else
            fi;
            lock[a] = false
        :: else
        fi;
        if
        :: x != 2 * me + 1 ->
            acquire(1 - a);
            if
            :: !out[2 * me + 1] -> remove(2 * (1 - a) + op_b, 2 * me + 1)
            :: else
            fi;
            lock[1 - a] = false
        :: else
        fi;
#endif
        if
        :: x != NONE && ok[x] && (x == 2 * me -> op_a : op_b) == RECV ->
            receive(elem[x])
        :: x != NONE && ok[x] && (x == 2 * me -> op_a : op_b) == SEND ->
            was_sent[me] = true
        :: x != NONE && !ok[x] -> assert(closed[1])
        :: else -> assert(fired)
        fi
    :: else
    fi;
    d_step { x = 0; alive[me] = false }
}

bool fired;

proctype send(byte me; byte c)
{
    byte x;
    bool won;
    alive[me] = true;
    acquire(c);
    take(c, SEND);
    if
    :: x == NONE ->
#ifdef TIMED
        lock[c] = false
#else
        d_step {
            claimed[2 * me] = false;
            elem[2 * me] = me;
            waiting[me] = true
        };
        push(2 * c + SEND, 2 * me);
        lock[c] = false;
        !waiting[me];
        was_sent[me] = true
#endif
    :: else
    fi;
    alive[me] = false;
    done++
}

proctype close(byte c)
{
    byte x;
    bool won;
    acquire(c);
    closed[c] = true;
    pop(2 * c + RECV);
    lock[c] = false;
    if
    :: x != NONE -> assert(alive[x / 2]); ok[x] = false; ready(x / 2)
    :: else
    fi;
    done++
}

/* The deadline of goroutine g; it comes when it likes, or not in time. */
proctype fire(byte g)
{
    bool won;
end:
    waiting[g];
#ifdef BREAK_CLAIM
    won = true;
#else
    d_step { won = !claim[g]; claim[g] = true };
#endif
    if
    :: won -> fired = true; ready(g)
    :: else
    fi
}

proctype one_select(byte me; byte a)
{
    byte x;
    bool won;
    choose(a, RECV, SEND);
    done++
}

proctype two_selects(byte me; byte times)
{
    byte x;
    bool won;
    do
    :: times > 0 ->
        choose(0, RECV, RECV);
        times--
    :: else -> break
    od;
    done++
}

init
{
    byte g;
    atomic {
#if defined CROSS
        run one_select(0, 0);
        run one_select(1, 1);
        g = 2
#elif defined TIMED
        run two_selects(0, 1);
        run send(2, 0);
        run close(1);
        run fire(0);
        g = 3
#else
        run two_selects(0, 2);
        run send(2, 0);
        run send(3, 1);
        g = 3
#endif
    };
    done == g;
    /* One sends and another receives, or neither. */
    for (g : 0 .. GS - 1) {
        assert(received[g] == was_sent[g])
    }
    assert(first[0] == NONE && first[1] == NONE);
    assert(first[2] == NONE && first[3] == NONE)
}

/* Two selects that can meet do. */
ltl pairs { <> (done == 2) }
