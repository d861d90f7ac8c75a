/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The queue of woken goroutines and the hand-off slot: none is lost, none runs
 * twice, and the ring gives the oldest first.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin -DREORDER
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_POP
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_FULL
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_SLOT_TAKE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_SLOT_FILL
 * RUN: %verify %s %t.spin --finds assertion -DREORDER -DBREAK_PUSH_RELEASE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_POP_ORDER
 *
 * runtime/park.h:  ready is goc__ready_inline() (the slot if it is empty, else
 * fifo_push()); pop is fifo_pop(); slot_take is slot_take(); the owner looks
 * as next_local() does, a thief as steal_from() at a worker that is stuck.
 *
 * Memory.  Stores of the owner's may be late, as in deque.pml: to the slot,
 * to item[] and to tail.  head is changed by compare-and-swap, the slot
 * emptied by an exchange; both wait for the owner's stores.
 *
 * Bounds: WOKEN goroutines, a ring of 2 and the slot, two thieves that look
 * twice each.  Abstracted: head and tail do not wrap (that a thief sleeps
 * while 2^32 are taken is not believed); what does not fit is kept by the owner
 * (goc__ready_overflow() puts it on the global queue, under a lock).
 *
 * What is broken: POP, head is advanced without comparing; FULL, the owner
 * pushes without looking at head; SLOT_TAKE, the slot is read and emptied in
 * two steps; SLOT_FILL, the owner fills the slot whether or not it is empty;
 * PUSH_RELEASE, the store of tail is no release; POP_ORDER, the item is read
 * after head was advanced.
 */
#ifndef WOKEN
#define WOKEN 5
#endif
#define SIZE 2
#define THIEVES 2
#define LOOKS 2

/* Memory.  Goroutines are 1 ..., in the order in which they are woken. */
byte head, tail, slot, item[SIZE];

/* The owner's view of tail; of item[] it reads only what is in the ring, and
 * pops wait for its stores. */
byte own_tail;

#define BUFFER 6
#define AT_SLOT 8
#define AT_TAIL 9
byte nbuffer, where[BUFFER], what[BUFFER];
bool release[BUFFER];

byte got[WOKEN + 1], last, done;
bool slot_late; /* a store to the slot is in the buffer */

inline store(place, value, is_release)
{
    atomic {
        nbuffer < BUFFER ->
        where[nbuffer] = place;
        what[nbuffer] = value;
        release[nbuffer] = is_release;
        nbuffer++
    }
}

#define LATE(k) (k < nbuffer && !release[k] \
    && (k < 1 || where[0] != where[k]) && (k < 2 || where[1] != where[k]) \
    && (k < 3 || where[2] != where[k]) && (k < 4 || where[3] != where[k]) \
    && (k < 5 || where[4] != where[k]))

inline drain(k)
{
    d_step {
        if
        :: where[k] == AT_SLOT -> slot = what[k]; slot_late = false
        :: where[k] == AT_TAIL -> tail = what[k]
        :: else -> item[where[k]] = what[k]
        fi;
        i = k;
        do
        :: i + 1 < nbuffer ->
            where[i] = where[i + 1];
            what[i] = what[i + 1];
            release[i] = release[i + 1];
            i++
        :: else -> break
        od;
        nbuffer--;
        where[nbuffer] = 0;
        what[nbuffer] = 0;
        release[nbuffer] = 0;
        i = 0
    }
}

active proctype buffer()
{
    byte i;
end:
    do
    :: atomic { nbuffer > 0 -> drain(0) }
#ifdef REORDER
    :: atomic { LATE(1) -> drain(1) }
    :: atomic { LATE(2) -> drain(2) }
    :: atomic { LATE(3) -> drain(3) }
    :: atomic { LATE(4) -> drain(4) }
    :: atomic { LATE(5) -> drain(5) }
#endif
    od
}

inline took(x)
{
    assert(x != 0 && got[x] == 0);
    got[x]++
}

/* Of the ring: the oldest first, whoever takes it. */
inline popped(x)
{
    took(x);
    assert(x > last);
    last = x
}

#ifdef BREAK_PUSH_RELEASE
#define PUSH_RELEASE false
#else
#define PUSH_RELEASE true
#endif

/* pushed: whether there was room. */
inline push(v, pushed)
{
    h = head;
    if
#ifndef BREAK_FULL
    :: own_tail - h >= SIZE -> pushed = false
#endif
    :: else ->
        store(own_tail % SIZE, v, false);
        own_tail++;
        store(AT_TAIL, own_tail, PUSH_RELEASE);
        pushed = true
    fi
}

/* x: the oldest, or 0.  `t` is the tail as the caller sees it, `flushed`
 * whether the caller's stores are in memory (a thief's always are). */
inline pop(x, the_tail, flushed)
{
    x = 0;
    h = head;
    do
    :: h == the_tail -> break
    :: else ->
#ifdef BREAK_POP_ORDER
        if
        :: atomic { flushed && head == h -> head = h + 1 };
            x = item[h % SIZE];
            popped(x);
            break
        :: atomic { flushed && head != h -> h = head }
        fi
#else
        atomic { flushed; x = item[h % SIZE] };
#ifdef BREAK_POP
        atomic { head = h + 1; popped(x); break }
#else
        if
        :: atomic { flushed && head == h -> head = h + 1; popped(x); break }
        :: atomic { flushed && head != h -> h = head; x = 0 }
        fi
#endif
#endif
    od
}

/* `late`: the caller has filled it by a store that is not in memory yet. */
inline slot_take(x, late, flushed)
{
    x = 0;
    if
    :: !(late) && slot == 0 -> skip
    :: else ->
#ifdef BREAK_SLOT_TAKE
        x = slot;
        slot = 0
#else
        atomic { flushed -> x = slot; slot = 0 }
#endif
    fi;
    if
    :: x -> d_step { took(x) }
    :: else
    fi
}

active proctype owner()
{
    byte h, x, woken;
    bool pushed;
    do
    :: woken < WOKEN ->
        /* ready */
        woken++;
        if
#ifdef BREAK_SLOT_FILL
        :: true ->
#else
        :: !slot_late && slot == 0 ->
#endif
            slot_late = true;
            store(AT_SLOT, woken, true)
        :: else ->
            push(woken, pushed);
            if
            :: pushed
            :: else -> d_step { took(woken) }
            fi
        fi
    :: woken > 0 ->
        /* next_local */
        slot_take(x, slot_late, nbuffer == 0);
        if
        :: x == 0 -> pop(x, own_tail, nbuffer == 0)
        :: else
        fi;
        if
        :: x == 0 && woken == WOKEN && !slot_late -> break
        :: else
        fi;
        x = 0;
        h = 0
    od;
    done == THIEVES;
    for (x : 1 .. WOKEN) {
        assert(got[x] == 1)
    }
}

active [THIEVES] proctype thief()
{
    byte n, h, x;
    do
    :: n < LOOKS ->
        n++;
        pop(x, tail, true);
        if
        :: x == 0 -> slot_take(x, false, true)
        :: else
        fi;
        x = 0;
        h = 0
    :: n == LOOKS -> break
    od;
    done++
}
