/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/chan.h>: channels, select and go, for plain C.
 *
 * These are the functions behind chan<T>, `<-`, select and go.  Elements are
 * bytes: every pointer to an element points to elem_size of them, and may be
 * null where elem_size is 0.  A null channel is Go's nil channel: it is never
 * ready.  Any thread may call any of these; a goroutine that must wait parks,
 * a thread that the runtime did not start blocks.
 */
#ifndef GOC_CHAN_H
#define GOC_CHAN_H

#include <goc/abi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A span of time in nanoseconds. */
typedef int64_t goc_duration;

/* A timeout that never comes.  Every negative timeout means the same. */
#define GOC_FOREVER ((goc_duration)-1)

/* make(chan<T>, cap): a channel of elements of elem_size bytes that buffers
 * cap of them; 0: sender and receiver meet.  The caller owns it and frees it
 * with goc_chan_free.  Panics with "makechan: size out of range" when cap is
 * negative or the buffer too large. */
goc_chan *goc_chan_new(size_t elem_size, ptrdiff_t cap);

/* free(c): gives the memory back.  Elements still buffered are dropped.  Does
 * nothing for a null channel; panics with "free of channel in use" when a
 * goroutine waits on it. */
void goc_chan_free(goc_chan *c);

/* c <- *elem: waits until a receiver takes the element or the buffer does.
 * Panics with "send on closed channel". */
void goc_chan_send(goc_chan *c, const void *elem);

/* *elem = <-c: waits for an element (elem may be null: it is discarded).
 * True when there was one; false, with *elem zeroed, once c is closed and
 * drained. */
bool goc_chan_recv(goc_chan *c, void *elem);

/* As goc_chan_send if that need not wait, else false.  Never parks. */
bool goc_chan_try_send(goc_chan *c, const void *elem);

/* What a receive that does not wait came to. */
typedef enum goc_try
{
    GOC_EMPTY = 0,    /* it would have to wait; *elem is untouched */
    GOC_RECEIVED = 1, /* *elem holds the element */
    GOC_CLOSED = 2    /* closed and drained; *elem is zeroed */
} goc_try;

/* As goc_chan_recv if that need not wait; tells what it came to.  Never
 * parks. */
goc_try goc_chan_try_recv(goc_chan *c, void *elem);

/* close(c): no more is sent; receivers drain the buffer and then get zeroes.
 * Never parks.  Panics with "close of closed channel" or "close of nil channel". */
void goc_chan_close(goc_chan *c);

/* len(c), cap(c): elements buffered now, and at most; 0 for a null channel. */
int goc_chan_len(const goc_chan *c);
int goc_chan_cap(const goc_chan *c);

/* select: waits until one of n cases can proceed, does it, and returns its
 * index; among several it chooses uniformly at random.  For a receive, ok
 * tells whether there was an element.  Waits at most `timeout` nanoseconds
 * and then returns -1: 0 is select's `default`, GOC_FOREVER no limit.  n may
 * be 0. */
int goc_select(goc_case *cases, int n, goc_duration timeout);

/* go fn(arg): runs it in a new goroutine; does not park.  arg is passed on as
 * it is: what it points to has to live as long as it is used. */
void goc_go(void (*fn)(void *), void *arg);

/* ---- The same with the caller's place ----------------------------------- */

goc__bool goc__try_send(goc_chan *c, const void *elem, const char *at);
int goc__select_for(goc_case *cases, int n, goc_duration timeout,
                    const char *at);
void goc__spawn(void (*fn)(void *), void *arg, const char *at);

#define goc_chan_new(...) goc__make(__VA_ARGS__, GOC_AT(__LINE__))
#define goc_chan_free(...) goc__free(__VA_ARGS__, GOC_AT(__LINE__))
#define goc_chan_send(...) goc__send(__VA_ARGS__, GOC_AT(__LINE__))
#define goc_chan_recv(...) goc__recv_ok(__VA_ARGS__, GOC_AT(__LINE__))
#define goc_chan_try_send(...) goc__try_send(__VA_ARGS__, GOC_AT(__LINE__))
#define goc_chan_close(...) goc__close(__VA_ARGS__, GOC_AT(__LINE__))
#define goc_select(...) goc__select_for(__VA_ARGS__, GOC_AT(__LINE__))
#define goc_go(...) goc__spawn(__VA_ARGS__, GOC_AT(__LINE__))

#ifdef __cplusplus
}
#endif
#endif
