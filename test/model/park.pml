/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Park and ready: no wake-up is lost and none comes twice, whether a waker, a
 * deadline or a context ends the wait, and nobody touches a frame that is gone.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin -DPLAIN
 * RUN: %verify %s %t.spin -DTHREAD
 * RUN: %verify %s %t.spin -DPLAIN -DTHREAD
 * RUN: %verify %s %t.spin -DPLAIN --ltl woken
 * RUN: %verify %s %t.spin --finds assertion -DPLAIN -DBREAK_UNLOCK_EARLY
 * RUN: %verify %s %t.spin --finds deadlock -DPLAIN -DBREAK_QUEUE_UNLOCKED
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_PHASE_TIMER
 * RUN: %verify %s %t.spin --finds deadlock -DBREAK_PHASE_PARKED
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_PHASE_LATE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_PHASE_OVER
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLAIM
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_STOP
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_LEAVE
 * RUN: %verify %s %t.spin --finds deadlock -DTHREAD -DPLAIN -DBREAK_FUTEX_RESET
 * RUN: %verify %s %t.spin --finds assertion -DTHREAD -DBREAK_THREAD_CLAIM
 *
 * A goroutine waits ROUNDS times for a value that one of WAKERS others leaves
 * at an object with a lock: the protocol of internal.h ("A wait with a
 * deadline, in three steps").  PLAIN: waits without an end, which are not
 * claimed.  THREAD: who waits holds its thread (an outside thread, a locked
 * goroutine) and sleeps on a futex.
 *
 *   wait            goc__deadline_begin(), _end() and goc__park_timed() of
 *                   runtime/park.c; goc__wait_begin(), _park() and _end() of
 *                   wait.c are the same with two that may fire
 *   after_switch    what the worker does on the next stack: after_switch() of
 *                   park.h, then deadline_parked() or wait_parked()
 *   firer           deadline_fire(), wait_fire(); 0 is the wheel, 1 the
 *                   context, each under its lock
 *   ready           goc__ready(); thread_ready: goc__ready_thread()
 *   thread_park     goc__park_thread() and futex_until()
 *
 * `off_stack`: the context is saved and nobody runs on the stack; a ready before
 * that would have two workers on one stack.  `alive`: the frame that holds the
 * waiter and the struct goc__deadline.
 *
 * Abstracted: the run queue and the worker that resumes (fifo.pml, idle.pml);
 * the spin lock is a lock; memory is sequentially consistent, for everything
 * here is exchanged or under a lock.
 *
 * What is broken: UNLOCK_EARLY, the lock is released before the stack is
 * left; QUEUE_UNLOCKED, the goroutine looks, releases the lock, and queues
 * itself afterwards; PHASE_TIMER, who fires readies whatever the phase;
 * PHASE_PARKED, the one that parks does not look whether somebody has fired;
 * PHASE_LATE, it does so after unlocking; PHASE_OVER, it
 * makes fired parked, and takes the end for that by a waker; CLAIM, a waker does not claim;
 * STOP, the wait ends without stopping the timer; LEAVE, a wait that timed out
 * leaves the waiter in the queue; FUTEX_RESET, the futex is cleared after
 * unlocking; THREAD_CLAIM, a thread that timed out does not claim itself.
 */
#ifndef ROUNDS
#define ROUNDS 2
#endif
#define WAKERS 2

mtype = { RUNNING, WAITING, RUNNABLE };
mtype = { P_RUNNING, P_PARKED, P_FIRED };

mtype state = RUNNING;
bool off_stack, alive;

bool lock;             /* of the object */
bool queued;           /* the waiter is in its queue */
byte values;           /* values that nobody waited for */
byte got;              /* the waiter's: a value was handed to it */

bool claim;
mtype phase = P_RUNNING;
bool armed[2];         /* the timer is started, the context watched */
bool firing[2];        /* the wheel's lock, the context's */

bool futex, asleep;    /* of the thread that waits */

byte sent, received;

inline acquire(l)
{
    atomic { !l -> l = true }
}

inline try_claim(won)
{
    d_step { won = !claim; claim = true }
}

#ifdef THREAD
inline ready()
{
    d_step { assert(state == WAITING); state = RUNNABLE };
    futex = true;
    asleep = false /* the kernel's wake: it may come late */
}
#else
inline ready()
{
    d_step {
        assert(state == WAITING);
        assert(off_stack);
        state = RUNNABLE
    }
}
#endif

/* On the next stack; the goroutine may run before this has ended. */
proctype after_switch()
{
    bool fired;
#ifndef PLAIN
    assert(alive);
#ifdef BREAK_PHASE_LATE
    lock = false;
#endif
    d_step {
        assert(alive);
        fired = phase == P_FIRED;
#ifdef BREAK_PHASE_OVER
        phase = P_PARKED
#else
        phase = (fired -> P_FIRED : P_PARKED)
#endif
    };
#ifdef BREAK_PHASE_PARKED
    fired = false;
#endif
#endif
#if !defined BREAK_UNLOCK_EARLY && !defined BREAK_PHASE_LATE
    lock = false;
#endif
    if
    :: fired -> ready()
    :: else
    fi
}

/* Needs: lock.  won: a waker has ended the wait. */
inline park()
{
#ifdef BREAK_UNLOCK_EARLY
    state = WAITING;
    lock = false;
#else
    state = WAITING;
#endif
    off_stack = true;
    run after_switch();
    d_step { state == RUNNABLE -> state = RUNNING; off_stack = false };
#ifdef PLAIN
    won = true
#else
    disarm();
    won = phase != P_FIRED
#endif
}

inline thread_park()
{
    state = WAITING;
#ifndef BREAK_FUTEX_RESET
    futex = false;
#endif
    lock = false;
#ifdef BREAK_FUTEX_RESET
    futex = false;
#endif
    timed = true;
    won = true;
    do
    :: futex -> break
    :: atomic { !futex -> asleep = true }; /* the kernel compares */
        if
        :: !asleep
#ifndef PLAIN
        :: asleep = false;
            if
            :: timed ->
#ifdef BREAK_THREAD_CLAIM
                claimed = true;
#else
                try_claim(claimed);
#endif
                if
                :: claimed ->
                    assert(state == WAITING);
                    state = RUNNABLE;
                    won = false;
                    break
                :: else -> timed = false
                fi
            :: else
            fi
#endif
        fi
    od;
    assert(state == RUNNABLE);
    state = RUNNING
}

inline arm()
{
    skip;
#ifndef PLAIN
    claim = false;
    phase = P_RUNNING;
#ifndef THREAD
    for (i : 0 .. 1) {
        acquire(firing[i]);
        armed[i] = true;
        firing[i] = false
    }
#endif
#endif
}

inline disarm()
{
    skip;
#if !defined PLAIN && !defined THREAD && !defined BREAK_STOP
    for (i : 0 .. 1) {
        acquire(firing[i]);
        armed[i] = false;
        firing[i] = false
    }
#endif
}

active proctype goroutine()
{
    byte round, i;
    bool won, timed, claimed;
    do
    :: round < ROUNDS ->
        round++;
        atomic { alive = true; got = 0 };
        arm();
        acquire(lock);
        if
        :: values > 0 ->
            values--;
            received++;
            lock = false;
            disarm()
        :: values == 0 ->
#ifdef BREAK_QUEUE_UNLOCKED
            lock = false;
            acquire(lock);
#endif
            queued = true;
#ifdef THREAD
            thread_park();
#else
            park();
#endif
            if
            :: won ->
                assert(got == 1);
                received++
            :: else ->
#ifndef BREAK_LEAVE
                acquire(lock);
                queued = false;
                lock = false;
#endif
                assert(got == 0)
            fi
        fi;
        atomic { alive = false; won = false; timed = false; claimed = false }
    :: round == ROUNDS -> break
    od;
    /* What was sent has been received, or is still there for others. */
    sent == WAKERS && !lock;
    assert(received + values == sent)
}

active [WAKERS] proctype waker()
{
    bool won;
    acquire(lock);
    if
    :: queued ->
        assert(alive);
        queued = false;
        won = true;
#if !defined PLAIN && !defined BREAK_CLAIM
        try_claim(won);
#endif
        if
        :: won -> lock = false; assert(alive); got++; ready()
        :: else -> values++; lock = false
        fi
    :: else -> values++; lock = false
    fi;
    sent++
}

#if !defined PLAIN && !defined THREAD
active [2] proctype firer()
{
    bool won;
    byte me = _pid - 3;
end:
    do
    :: atomic { !firing[me] && armed[me] -> firing[me] = true };
        armed[me] = false;
        assert(alive);
        try_claim(won);
        if
        :: won ->
            assert(alive);
            d_step { won = phase == P_PARKED; phase = P_FIRED };
#ifdef BREAK_PHASE_TIMER
            won = true;
#endif
            if
            :: won -> ready()
            :: else
            fi
        :: else
        fi;
        won = false;
        firing[me] = false
    od
}
#endif

/* Whoever waits when there is as much to be had as it asks for is woken. */
ltl woken { [] (state == WAITING -> <> (state == RUNNING)) }
