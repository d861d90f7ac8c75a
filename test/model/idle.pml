/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Workers fall idle and are woken: no work and no event is left lying while
 * those who could see to it sleep, and a deadlock is found when there is one,
 * and only then.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin --ltl work_is_run
 * RUN: %verify %s %t.spin --ltl event_is_seen
 * RUN: %verify %s %t.spin --ltl woken_comes_out
 * RUN: %verify %s %t.spin --ltl deadlock_is_found
 * RUN: %verify %s %t.spin -DPLACES=1 --ltl deadlock_is_found
 * RUN: %verify %s %t.spin -DENDLESS
 * RUN: %verify %s %t.spin -DENDLESS --ltl event_is_seen
 * RUN: %verify %s %t.spin --finds cycle --ltl work_is_run -DBREAK_IDLE_CHECK
 * RUN: %verify %s %t.spin --finds cycle --ltl woken_comes_out -DBREAK_POLLING_LATE
 * RUN: %verify %s %t.spin --finds cycle --ltl woken_comes_out -DBREAK_WAKE_LATE
 * RUN: %verify %s %t.spin --finds cycle --ltl woken_comes_out -DBREAK_EVENTFD
 * RUN: %verify %s %t.spin --finds cycle --ltl event_is_seen -DENDLESS -DBREAK_MONITOR
 * RUN: %verify %s %t.spin --finds cycle --ltl event_is_seen -DENDLESS -DBREAK_NUDGE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_COUNTED
 * RUN: %verify %s %t.spin --finds cycle --ltl deadlock_is_found -DBREAK_LAST_GONE
 * RUN: %verify %s %t.spin --finds cycle --ltl deadlock_is_found -DPLACES=1 -DBREAK_LOOK_ONCE
 *
 * Two workers and PLACES (GOC_PROCS), two or one.  An outside thread submits ITEMS
 * goroutines, one after the other, and ends.  Each goroutine waits for a
 * descriptor once; the kernel may report that at any time after.  Then it is
 * at its end.  Goroutine 1 waits for ever, so that there is a deadlock when
 * all others have ended.  ENDLESS: one more, the last, computes for ever.
 *
 *   submit, pick, wake   goc__submit(), goc__worker_pick() and
 *                        goc__worker_wake() of runtime/sched.c
 *   worker               search() and idle()
 *   worker_sleep         worker_sleep()
 *   poll                 goc__poll_run() of poll.c and what follows from it
 *   deadlock             all_asleep(), goc__deadlock_check()
 *   monitor              what monitor_main() does about descriptors
 *
 * The poller: epoll reports a descriptor once (EPOLLONESHOT); the eventfd that
 * breaks the poller's sleep is level-triggered and stays readable until
 * somebody reads it.
 *
 * Abstracted: local queues and stealing (fifo.pml, deque.pml), timers, workers
 * that are stuck, the search before a worker sleeps; threads are there already.
 * wake and polling are sequentially consistent.
 *
 * What is broken: IDLE_CHECK, a worker looks at the global queue before it
 * takes the lock under which it falls idle; POLLING_LATE, a worker looks at
 * wake before others see its polling (a store that is not sequentially
 * consistent); WAKE_LATE, likewise of the waker; EVENTFD, whoever polls reads
 * the eventfd; MONITOR, the monitor polls only when no worker is idle;
 * NUDGE, the monitor rests while all are idle, and is left to; COUNTED,
 * a descriptor's waiter is not counted any more while it is on its way to a
 * queue; LAST_GONE, the outside thread ends without a look for a deadlock;
 * LOOK_ONCE, a worker looks for one when it falls idle, and not when it has seen
 * to events meanwhile.
 */
#ifndef ITEMS
#define ITEMS 1
#endif
#define WORKERS 2
#ifndef PLACES
#define PLACES WORKERS
#endif

/* Under sched.lock: what is done while holding it is one step. */
byte queue, nactive = 1, nidle;
bool idle[WORKERS];
byte outside = 1;

/* Without. */
bool wake[WORKERS], polling[WORKERS], poller;
bool awake[WORKERS];       /* what wake is for: out of idle() */
bool asleep[WORKERS];      /* in the kernel, on the futex */
byte waiters;              /* goc__poll_waiters */

/* The kernel's. */
byte armed;                /* descriptors that it may report */
byte events;               /* that it has to report */
bool eventfd;

byte fresh;                /* of the queue, those that have not waited yet */
bool heavy;                /* of the queue, the one that has no end */
byte ended;
bool found;                /* a deadlock */
bool rests;                /* the monitor */

/* w: who was picked, or WORKERS. */
inline pick(prefer)
{
    w = WORKERS;
    if
    :: nactive < PLACES && nidle > 0 ->
        if
        :: prefer < WORKERS && idle[prefer % WORKERS] -> w = prefer
        :: else -> w = (idle[0] -> 0 : 1)
        fi;
        idle[w] = false;
        nidle--;
        nactive++
    :: else
    fi
}

inline wake_up(me)
{
#ifndef BREAK_NUDGE
    if
    :: w < WORKERS && rests -> rests = false
    :: else
    fi;
#endif
    if
    :: w == WORKERS
    :: w < WORKERS && w == me -> wake[w] = true
    :: else ->
#ifdef BREAK_WAKE_LATE
        p = polling[w];
        wake[w] = true;
#else
        wake[w] = true;
        p = polling[w];
#endif
        if
        :: p -> eventfd = true
        :: else -> asleep[w] = false
        fi;
        p = false
    fi;
    w = 0
}

/* By what is no worker, or not any more: prefer is who calls, or WORKERS. */
inline submit(me)
{
    d_step { queue++; pick(me) };
    wake_up(me)
}

#define ALL_ASLEEP (nidle == WORKERS && queue == 0 && outside == 0 \
    && waiters == 0)

inline deadlock()
{
    d_step {
        if
        :: ALL_ASLEEP ->
            assert(ended == ITEMS);
            found = true
        :: else
        fi
    }
}

/* One descriptor is reported: its goroutine is made ready. */
inline report(me)
{
#ifdef BREAK_COUNTED
    waiters--;
    submit(me)
#else
    submit(me);
    waiters--
#endif
}

/* Reports what there is; `may_read`: it is the one that sleeps in there. */
inline poll(me, may_read)
{
    do
    :: atomic { events > 0 -> events-- };
        report(me)
    :: events == 0 -> break
    od;
    if
    :: may_read && eventfd -> eventfd = false
    :: else
    fi
}

inline worker_sleep(me)
{
    if
    :: waiters > 0 -> d_step { p = !poller; poller = true }
    :: else
    fi;
    if
    :: p ->
        p = false;
#ifdef BREAK_POLLING_LATE
        if
        :: !wake[me] ->
            polling[me] = true;
            (eventfd || events > 0);
            poll(me, true)
        :: else -> polling[me] = true
        fi;
#else
        polling[me] = true;
        if
        :: !wake[me] ->
end_poll:   (eventfd || events > 0);
            poll(me, true);
            look = true
        :: else
        fi;
#endif
        polling[me] = false;
        poller = false
    :: else ->
        d_step { asleep[me] = !wake[me] };
end_futex: !asleep[me]
    fi
}

/* An item that the worker has taken from the queue. */
inline run_item()
{
    if
#ifdef ENDLESS
    :: is_heavy ->
end_endless: false
#endif
    :: is_fresh ->
        /* Waits for its descriptor. */
        is_fresh = false;
        waiters++;
        armed++
    :: else ->
        ended++
    fi
}

proctype worker(byte me)
{
    byte w;
    bool p, is_fresh, is_heavy, look;
    if
    :: me == 0 -> goto search
    :: else -> goto sleep
    fi;
search:
    /* next_global() */
    if
    :: queue > 0 ->
        atomic {
            if
            :: queue > 0 ->
                queue--;
                if
                :: fresh > 0 -> fresh--; is_fresh = true
                :: fresh == 0 && heavy -> heavy = false; is_heavy = true
                :: else
                fi
            :: else -> goto search
            fi
        };
        run_item();
        goto search
    :: else
    fi;
    if
    :: waiters > 0 && (events > 0 || eventfd) ->
#ifdef BREAK_EVENTFD
        poll(WORKERS, true)
#else
        poll(WORKERS, false)
#endif
    :: else
    fi;
    /* idle() */
#ifdef BREAK_IDLE_CHECK
    if
    :: queue > 0 -> goto search
    :: else
    fi;
#endif
    atomic {
#ifndef BREAK_IDLE_CHECK
        if
        :: queue > 0 -> goto search
        :: else
        fi;
#endif
        nactive--;
        wake[me] = false;
        awake[me] = false;
        idle[me] = true;
        nidle++;
        deadlock()
    };
sleep:
    do
    :: wake[me] -> break
    :: else ->
        worker_sleep(me);
#ifndef BREAK_LOOK_ONCE
        if
        :: look && !wake[me] -> deadlock()
        :: else
        fi;
#endif
        look = false
    od;
    awake[me] = true;
    goto search
}

proctype outside_thread()
{
    byte w, n;
    bool p;
    do
    :: n < ITEMS ->
        n++;
        fresh++;
        submit(WORKERS)
    :: n == ITEMS -> break
    od;
#ifdef ENDLESS
    heavy = true;
    submit(WORKERS);
#endif
    outside--;
#ifndef BREAK_LAST_GONE
    deadlock()
#endif
}

proctype kernel()
{
end:
    do
    :: atomic { armed > 0 -> armed--; events++ }
    od
}

/* Runs the poller when nobody else does. */
proctype monitor()
{
    byte w;
    bool p;
end:
    do
#ifdef BREAK_MONITOR
    :: events > 0 && nidle == 0 ->
#else
    :: events > 0 && !poller ->
#endif
        poll(WORKERS, false);
        if
        :: nidle == WORKERS -> d_step { pick(WORKERS) }; wake_up(WORKERS)
        :: else
        fi
#ifdef ENDLESS
    :: nidle == WORKERS ->
        rests = true;
        if
        :: nidle == WORKERS ->
end_rest:   !rests
        :: else -> rests = false
        fi
#endif
    od
}

init
{
    atomic {
        idle[1] = true;
        awake[0] = true;
        nidle = 1;
        run worker(0);
        run worker(1);
        run outside_thread();
        run kernel();
        run monitor()
    }
}

ltl work_is_run { [] (queue > 0 -> <> (queue == 0)) }
ltl event_is_seen { [] (events > 0 -> <> (events == 0)) }
ltl woken_comes_out {
    [] (wake[0] -> <> awake[0]) && [] (wake[1] -> <> awake[1])
}
ltl deadlock_is_found { <> found }
