/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The read-write mutex: writers alone, nobody left waiting whoever gives up
 * when, readers before the next writer; it may be freed by who has it last.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin -DREADERS=3 -DWRITERS=1
 * RUN: %verify %s %t.spin -DREADERS=1 -DWRITERS=3
 * RUN: %verify %s %t.spin -DREADS=1 -DWRITES=2
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_EARLY
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_LOOK
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLOSE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_PASSES
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_PASSES_LEAVE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_LAST
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_BEHIND
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_TURN
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLAIM
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_COUNT
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_UNIT
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_LET_IN
 * RUN: %verify %s %t.spin --finds deadlock -DBREAK_LAST_OPENS
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_GIVE_BACK
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_KEEP
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_NOTE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_CLEAR
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_GRANTED
 *
 * READERS goroutines take the lock for reading and WRITERS for writing, each
 * READS or WRITES times.  Any wait may end otherwise, at any moment.
 *
 *   lock, close               rw_lock_slow() and rw_close() of runtime/sync.c
 *   unlock, runlock           rw_unlock_slow() and goc__rwmutex_runlock_late(),
 *                             each with the short way before it
 *   give_back                 the same in goc__rwmutex_unlock()
 *   rlock                     rw_rlock_fast() and _slow()
 *   open                      rw_open()
 *   leave_writer, _reader     the functions of those names
 *
 * The word is left, writer, wanted, readers and queue; what is one atomic
 * operation on it is one step here.  An exchange that is tried until it succeeds
 * is one step, too: what it stores, and `passes`, which nobody else may look at,
 * come from what it has found.  `left` is counted modulo WRAP, not 2^32.
 *
 * `known`: all know that this goroutine will not use the lock again, but for the
 * call in which it lets go.  A writer says so while it has the lock; a reader
 * too, and a writer that comes after takes note; who has given up, when its call
 * has returned.  Who finds in its own turn that all others are known frees the
 * object after that (`gone`).
 *
 * Abstracted: parking (park.pml); the spin before; the try forms, which are the
 * first step of the others; how the mutex `turn` works inside (mutex.pml): who
 * waits for it has it as soon as it is free, or gives up; `granted`, but for
 * when it is touched.  Memory is sequentially consistent, for everything here is
 * an exchange of one word or guarded by a bit in it.
 *
 * What is broken: EARLY, the word is opened before the queues are let go;
 * LOOK, a reader that has left looks whether it was the last; CLOSE, the word
 * is closed before `left` is set; PASSES, a writer that has done leaves none
 * for readers that have not queued yet; PASSES_LEAVE, nor does one that gives
 * up; LAST, a writer gives up and opens the word though all readers have left,
 * and the last is in charge; BEHIND, it leaves the readers behind it waiting;
 * TURN, a writer lets the next writer in before the readers; CLAIM, a waker does
 * not claim; COUNT, readers that are let in though they have given up are not
 * among those to leave; UNIT, a reader that gives up stays counted; LET_IN, one
 * that was let in does; LAST_OPENS, the last reader finds no writer any more and
 * does nothing; GIVE_BACK, the word is opened before the turn is given back;
 * KEEP, a writer that gives up keeps the turn; NOTE, that a writer has the turn
 * is noted when it has let go already, and CLEAR, is forgotten as late; GRANTED,
 * `granted` is touched though nobody was woken.
 */
#ifndef READERS
#define READERS 2
#endif
#ifndef WRITERS
#define WRITERS 2
#endif
#ifndef READS
#define READS 2
#endif
#ifndef WRITES
#define WRITES 1
#endif
#define N (READERS + WRITERS)
#define WRAP 4         /* more than there are readers */
#define NONE N

byte left, readers;
bool writer, wanted, queue;
bool turn, has_turn;

/* While queue is set its owner's. */
chan readq = [N] of { byte };
chan writeq = [N] of { byte };
byte passes;

bool waiting[N], claim[N];
byte reading, writing;
bool due[N];           /* waited to read when a writer was done */
byte known[N];         /* 1: if a writer has come since; 2: to all */
bool gone;

#define OPEN (!writer && !wanted)
#define TO_LEAVE ((WRAP - left) % WRAP)

/* What holds when nobody owns the queues. */
inline invariants()
{
    assert(!gone);
    assert(!OPEN || (len(readq) == 0 && len(writeq) == 0));
    assert(!writer || (wanted == (len(writeq) > 0) && passes == 0 && left == 0));
    assert(!wanted || writer || left == 0 || len(writeq) > 0);
    assert(len(writeq) <= turn);
    assert(passes <= readers)
}

/* In an atomic step that may go on with what is the owner's alone. */
inline own()
{
    !queue -> assert(!gone); queue = true
}

inline disown()
{
    d_step { invariants(); queue = false }
}

inline try_claim(w)
{
#ifdef BREAK_CLAIM
    won = true;
#else
    won = !claim[w];
#endif
    claim[w] = true
}

inline ready(w)
{
    d_step { assert(waiting[w] && !gone); waiting[w] = false }
}

/* next: the first writer that can be had, or NONE. */
inline pop_writer()
{
    do
    :: next == NONE && len(writeq) > 0 ->
        writeq ? next;
        try_claim(next);
        if
        :: won
        :: else -> next = NONE
        fi
    :: else -> break
    od;
    won = false
}

/* queued: how many there were; wake: those of them that could be had. */
inline pop_readers()
{
    queued = 0;
    do
    :: len(readq) > 0 ->
        readq ? next;
        try_claim(next);
        if
        :: won -> wake = wake | (1 << next); queued++
        :: else ->
#ifndef BREAK_COUNT
            queued++
#endif
        fi
    :: else -> break
    od;
    next = NONE;
    won = false
}

inline wake_readers()
{
#ifdef BREAK_GRANTED
    assert(!gone);
#endif
    for (next : 0 .. N - 1) {
        if
        :: wake & (1 << next) -> ready(next)
        :: else
        fi
    }
    atomic { wake = 0; queued = 0; next = NONE }
}

inline open()
{
    d_step {
        assert(!gone);
        assert(left == 0 && passes == 0);
        pop_readers();
#ifndef BREAK_PASSES
        passes = readers - queued;
#endif
        writer = false;
        wanted = false;
#ifndef BREAK_EARLY
        invariants();
        queue = false
#endif
    };
#ifdef BREAK_EARLY
    disown();
#endif
    wake_readers()
}

/* Until woken, or the wait ends otherwise: then ok is false.  Not every wait
 * does that, or nobody would be missed who is not woken. */
inline park()
{
    disown();
    if
    :: atomic { !waiting[me] -> assert(!gone); ok = true }
    :: true -> atomic { !waiting[me] -> assert(!gone); ok = true }
    :: d_step { !claim[me] -> claim[me] = true; due[me] = false; ok = false }
    fi
}

/* The turn is taken in the step that closes the word, which nobody can tell
 * from taking it before.  That step may also find the lock free: so who has
 * found it taken need not be told apart from who has not looked. */
inline lock()
{
    if
    :: close();
        if
        :: ok ->
#ifdef BREAK_NOTE
            mine = true
#else
            d_step { assert(!gone && !has_turn); has_turn = true }
#endif
        :: else ->
#ifdef BREAK_KEEP
            skip
#else
            d_step { assert(!gone && turn); turn = false }
#endif
        fi
    :: d_step {
            OPEN && readers == 0 && !queue -> assert(!gone);
            left = 0;
            writer = true;
            ok = true
        }
    :: true -> ok = false /* the wait for the turn has ended otherwise */
    fi
}

inline give_back()
{
    d_step {
        assert(!gone);
        if
        :: has_turn ->
            assert(turn);
            turn = false;
#ifndef BREAK_CLEAR
            has_turn = false
#endif
        :: else
        fi
    }
}

inline close()
{
    atomic {
        !queue && !turn -> assert(!gone);
        turn = true;
        if
        :: OPEN && readers == 0 -> left = 0; writer = true; ok = true
        :: else ->
#ifndef BREAK_CLOSE
            left = (OPEN -> (WRAP - readers) % WRAP : left);
#else
            queued = (OPEN -> (WRAP - readers) % WRAP : left);
#endif
            wanted = true;
            queue = true;
            ok = false
        fi
    };
    if
    :: !ok ->
#ifdef BREAK_CLOSE
        left = queued;
        queued = 0;
#endif
        d_step { claim[me] = false; waiting[me] = true; writeq ! me };
        park();
        if
        :: !ok -> leave_writer()
        :: else
        fi
    :: else
    fi
}

inline leave_writer()
{
    atomic {
        own();
        waiting[me] = false;
        if
        :: writeq ?? [eval(me)] -> writeq ?? eval(me)
        :: else
        fi
    };
    if
    :: len(writeq) > 0 || !wanted -> disown()
    :: len(writeq) == 0 && wanted && writer ->
        d_step { wanted = false; invariants(); queue = false }
    :: len(writeq) == 0 && wanted && !writer ->
#ifdef BREAK_BEHIND
        disown()
#else
        d_step {
            assert(!gone);
            queued = readers - TO_LEAVE;
            if
#ifdef BREAK_LAST
            :: true ->
#else
            :: left != 0 ->
#endif
                wanted = false;
                late = queued;
                pop_readers();
#ifndef BREAK_PASSES_LEAVE
                passes = passes + late - queued;
#endif
                late = 0
            :: else -> queued = 0
            fi
        };
        disown();
        wake_readers()
#endif
    fi
}

inline unlock()
{
#ifndef BREAK_GIVE_BACK
    give_back();
#endif
    d_step {
        assert(!gone && writer);
        writing--;
        ok = !wanted && readers == 0 && !queue;
        writer = !ok
    };
    if
    :: ok
    :: else ->
        atomic {
            own();
            for (next : 0 .. N - 1) {
                due[next] = readq ?? [eval(next)] && !claim[next]
            }
            next = NONE;
            if
#ifdef BREAK_TURN
            :: true -> pop_writer()
#else
            :: len(readq) == 0 && len(writeq) > 0 -> pop_writer()
            :: else
#endif
            fi
        };
        if
        :: next != NONE ->
            d_step { wanted = len(writeq) > 0; invariants(); queue = false };
            ready(next);
            next = NONE
        :: next == NONE && len(readq) > 0 && len(writeq) > 0 ->
            d_step {
                pop_readers();
                writer = false;
                left = (WRAP - queued) % WRAP;
                invariants();
                queue = false
            };
            wake_readers()
        :: else -> open()
        fi
    fi;
#ifdef BREAK_GIVE_BACK
    give_back()
#elif defined(BREAK_NOTE)
    d_step { assert(!gone); has_turn = mine; mine = false }
#elif defined(BREAK_CLEAR)
    d_step { assert(!gone); has_turn = false }
#endif
}

inline rlock()
{
    d_step {
        assert(!gone);
        readers++;
        ok = OPEN;
        assert(!ok || len(writeq) == 0)
    };
    if
    :: !ok ->
        atomic {
            own();
            if
            :: passes > 0 -> passes--; ok = true
            :: else -> claim[me] = false; waiting[me] = true; readq ! me
            fi
        };
        if
        :: ok -> disown()
        :: else ->
            park();
            if
            :: !ok -> leave_reader()
            :: else
            fi
        fi
    :: else
    fi
}

inline leave_reader()
{
    atomic { own(); waiting[me] = false };
    if
    :: readq ?? [eval(me)] ->
        d_step {
            readq ?? eval(me);
#ifndef BREAK_UNIT
            readers--;
#endif
            invariants();
            queue = false
        }
    :: else ->
        disown();
#ifndef BREAK_LET_IN
        runlock(0);
#endif
        ok = false
    fi
}

inline runlock(mine)
{
    d_step {
        assert(!gone);
        assert(readers > 0 && !writer && (!wanted || left != 0));
        reading = reading - mine;
        left = (left + 1) % WRAP;
        readers--;
        ok = wanted && left == 0
    };
#ifdef BREAK_LOOK
    d_step { assert(!gone); ok = wanted && left == 0 };
#endif
    if
    :: ok ->
        atomic { own(); pop_writer() };
        if
        :: next != NONE ->
            d_step {
                assert(left == 0 && passes == 0);
                writer = true;
                wanted = len(writeq) > 0;
                invariants();
                queue = false
            };
            ready(next);
            next = NONE
        :: else ->
#ifdef BREAK_LAST_OPENS
            disown()
#else
            open()
#endif
        fi
    :: else
    fi
}

/* While having the lock, if this is the last turn. */
inline take_leave(last, how)
{
    frees = last;
    for (next : 0 .. N - 1) {
        if
        :: next != me && known[next] != 2 -> frees = false
        :: else
        fi
    }
    known[me] = (last -> how : 0);
    next = NONE
}

inline end()
{
    atomic {
        if
        :: frees -> assert(!gone); gone = true
        :: else
        fi
    }
}

proctype reads(byte me)
{
    byte turns, next = NONE, wake, queued;
    bool ok, won, frees;
    do
    :: turns < READS ->
        turns++;
        rlock();
        if
        :: ok ->
            d_step {
                assert(writing == 0);
                reading++;
                due[me] = false;
                take_leave(turns == READS, 1)
            };
            runlock(1)
        :: else ->
            known[me] = (turns == READS -> 2 : 0)
        fi
    :: else -> break
    od;
    end()
}

proctype writes(byte me)
{
    byte turns, next = NONE, wake, queued, late;
    bool ok, won, frees;
#ifdef BREAK_NOTE
    bool mine; /* has the turn, which is to be noted */
#endif
    do
    :: turns < WRITES ->
        turns++;
        lock();
        if
        :: ok ->
            d_step {
                assert(writing == 0 && reading == 0);
                writing++;
                for (next : 0 .. N - 1) {
                    assert(!due[next]);
                    known[next] = (known[next] == 1 -> 2 : known[next])
                }
                take_leave(turns == WRITES, 2)
            };
            unlock()
        :: else ->
            known[me] = (turns == WRITES -> 2 : 0)
        fi
    :: else -> break
    od;
    end()
}

init
{
    byte i;
    atomic {
        for (i : 0 .. N - 1) {
            if
            :: i < READERS -> run reads(i)
            :: else -> run writes(i)
            fi
        }
    };
    _nr_pr == 1;
    assert(gone || (OPEN && readers == 0 && passes == 0 && !queue && !turn
                    && !has_turn))
}
