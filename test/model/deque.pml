/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The work-stealing deque: no element is lost, and none is taken twice.
 *
 * REQUIRES: spin, long
 * RUN: %verify %s %t.spin
 * RUN: %verify %s %t.spin -DREORDER
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_FENCE
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_LAST
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_STEAL_ORDER
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_STEAL_CAS
 * RUN: %verify %s %t.spin --finds assertion -DBREAK_GROW
 * RUN: %verify %s %t.spin --finds assertion -DREORDER -DBREAK_PUSH_RELEASE
 * RUN: %verify %s %t.spin --finds assertion -DREORDER -DBREAK_GROW_RELEASE
 *
 * runtime/deque.h:  push, take, steal and grow are its deque_push(),
 * deque_take(), deque_steal() and deque_grow(), an access to memory a step.
 *
 * Memory.  Only the owner stores to bottom, item[] and array; top is changed
 * by compare-and-swap alone.  So the owner is the only one whose stores may
 * be late: they pass through a buffer, which somebody else empties when it
 * likes.  As on x86 the oldest goes first; with REORDER any may go, as on
 * aarch64, but stores to one place stay in order and a store-release waits
 * for all before it.  The owner sees its own stores at once (it has mirrors
 * of what only it writes).  An exchange and a compare-and-swap wait until the
 * buffer is empty.  Loads happen in the order of the program: those of a
 * thief are acquire or stronger, or depend on one.
 *
 * Bounds: PUSHES elements, as many takes as the owner likes in between, an
 * array of 2 that grows to 4, two thieves that try STEALS times each.
 * Abstracted: indices do not overflow (they have 64 bits); arrays that were
 * replaced stay as they are.
 *
 * What is broken: FENCE, taking stores bottom and does not wait; LAST, the
 * last element is taken without asking top; STEAL_ORDER, a thief reads bottom
 * before top; STEAL_CAS, it advances top without comparing; GROW, the bigger
 * array is used without what the smaller held; PUSH_RELEASE, GROW_RELEASE,
 * the store that publishes is no release.
 */
#ifndef PUSHES
#define PUSHES 4
#endif
#define STEALS 2
#define THIEVES 2
#define SMALL 2
#define LARGE 4

/* Memory as the thieves see it.  Values are 1 ..., 0 is what was never
 * written. */
byte bottom, top, array; /* array: 0 the small one, 1 the large one */
byte small[SMALL], large[LARGE];

/* The owner's view of what it alone writes. */
byte own_bottom, own_array;
byte own_small[SMALL], own_large[LARGE];

/* Stores on the way to memory, the oldest first. */
#define BUFFER 6
#define AT_BOTTOM 8
#define AT_ARRAY 9 /* and 0 .. 1 small[], 2 .. 5 large[] */
byte nbuffer, where[BUFFER], what[BUFFER];
bool release[BUFFER];

byte got[PUSHES + 1], done;

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

inline to_memory(place, value)
{
    if
    :: place == AT_BOTTOM -> bottom = value
    :: place == AT_ARRAY -> array = value
    :: place < SMALL -> small[place] = value
    :: else -> large[place - SMALL] = value
    fi
}

/* Whether the buffer's entry k may go. */
#define OLDEST(k) (k == 0)
#define SAME(k, i) (i < k && where[i] == where[k])
#define LATE(k) (k < nbuffer && !release[k] && !SAME(k, 0) && !SAME(k, 1) \
    && !SAME(k, 2) && !SAME(k, 3) && !SAME(k, 4))

inline drain(k)
{
    d_step {
        to_memory(where[k], what[k]);
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
    d_step {
        assert(x != 0 && got[x] == 0);
        got[x]++
    }
}

inline own_item_set(i, x)
{
    if
    :: own_array == 0 ->
        own_small[(i) % SMALL] = x;
        store((i) % SMALL, x, false)
    :: else ->
        own_large[(i) % LARGE] = x;
        store(SMALL + (i) % LARGE, x, false)
    fi
}

inline own_item_get(i, x)
{
    if
    :: own_array == 0 -> x = own_small[(i) % SMALL]
    :: else -> x = own_large[(i) % LARGE]
    fi
}

#ifdef BREAK_GROW_RELEASE
#define GROW_RELEASE false
#else
#define GROW_RELEASE true
#endif
#ifdef BREAK_PUSH_RELEASE
#define PUSH_RELEASE false
#else
#define PUSH_RELEASE true
#endif

inline grow(t, b)
{
    k = t;
    do
#ifndef BREAK_GROW
    :: k < b ->
        own_large[k % LARGE] = own_small[k % SMALL];
        store(SMALL + k % LARGE, own_small[k % SMALL], false);
        k++
    :: else -> break
#else
    :: break
#endif
    od;
    own_array = 1;
    store(AT_ARRAY, 1, GROW_RELEASE)
}

inline push(v)
{
    t = top;
    if
    :: own_bottom - t >= SMALL && own_array == 0 -> grow(t, own_bottom)
    :: else
    fi;
    own_item_set(own_bottom, v);
    own_bottom++;
    store(AT_BOTTOM, own_bottom, PUSH_RELEASE);
    t = 0;
    k = 0
}

/* x: the newest element, or 0. */
inline take(x)
{
    x = 0;
    t = top;
    if
    :: t > own_bottom - 1 -> skip
    :: else ->
        own_bottom--;
#ifdef BREAK_FENCE
        store(AT_BOTTOM, own_bottom, false);
#else
        atomic { nbuffer == 0 -> bottom = own_bottom }
#endif
        t = top;
        if
        :: t > own_bottom ->
            own_bottom++;
            store(AT_BOTTOM, own_bottom, false)
        :: t < own_bottom ->
            own_item_get(own_bottom, x)
        :: else ->
            own_item_get(own_bottom, x);
#ifndef BREAK_LAST
            atomic {
                nbuffer == 0 ->
                if
                :: top == t -> top = t + 1
                :: else -> x = 0
                fi
            };
#endif
            own_bottom++;
            store(AT_BOTTOM, own_bottom, false)
        fi
    fi
}

active proctype owner()
{
    int t;
    byte x, k, pushed;
    do
    :: pushed < PUSHES ->
        pushed++;
        push(pushed)
    :: own_bottom > 0 ->
        take(x);
        if
        :: x -> took(x)
        :: else ->
            if
            :: pushed == PUSHES -> break
            :: else
            fi
        fi;
        x = 0;
        t = 0
    od;
    /* Empty, and nobody adds: what thieves have not taken is lost. */
    done == THIEVES;
    for (k : 1 .. PUSHES) {
        assert(got[k] == 1)
    }
}

active [THIEVES] proctype thief()
{
    byte n, t, b, a, x;
    do
    :: n < STEALS ->
        n++;
#ifdef BREAK_STEAL_ORDER
        b = bottom;
        t = top;
#else
        t = top;
        b = bottom;
#endif
        if
        :: t >= b -> skip
        :: else ->
            a = array;
            if
            :: a == 0 -> x = small[t % SMALL]
            :: else -> x = large[t % LARGE]
            fi;
#ifdef BREAK_STEAL_CAS
            top = t + 1;
            took(x)
#else
            if
            :: atomic { top == t -> top = t + 1; took(x) }
            :: top != t
            fi
#endif
        fi;
        d_step { t = 0; b = 0; a = 0; x = 0 }
    :: n == STEALS -> break
    od;
    done++
}
