/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/time.h>: the clock, sleeping, timers and tickers, as Go's package time.
 *
 * Durations count nanoseconds.  Any thread may call any of these functions.
 */
#ifndef GOC_TIME_H
#define GOC_TIME_H

#include <goc/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Durations, for use as in 3 * GOC_SECOND. */
#define GOC_NANOSECOND ((goc_duration)1)
#define GOC_MICROSECOND (1000 * GOC_NANOSECOND)
#define GOC_MILLISECOND (1000 * GOC_MICROSECOND)
#define GOC_SECOND (1000 * GOC_MILLISECOND)
#define GOC_MINUTE (60 * GOC_SECOND)
#define GOC_HOUR (60 * GOC_MINUTE)

/* The time on the monotonic clock: for measuring, and for deadlines.  Not
 * related to the calendar; never 0, never goes back.  CLOCK_MONOTONIC. */
goc_time goc_now(void);

/* The time since 1970, which may be set and so may jump.  CLOCK_REALTIME. */
goc_time goc_now_wall(void);

/* How long ago start, a time of goc_now's, was.  time.Since. */
goc_duration goc_since(goc_time start);

/* Parks for d nanoseconds at least; not at all if d is not positive.
 * time.Sleep. */
void goc_sleep(goc_duration d);

/* The same, but 0 when the time is up and goc_err(ctx) if ctx (borrowed) ends
 * first. */
int goc_sleep_ctx(goc_context *ctx, goc_duration d);

#ifdef __GOC_TRANSLATING__
/* A channel that yields the time once, after d.  In a receive only, also that
 * of a select's case.  time.After. */
<-chan<goc_time> goc_after(goc_duration d);
#endif

/* One event in the future, time.Timer.  c yields the time when it is up, once;
 * it has the value until somebody receives it or the timer is stopped or
 * reset: nothing stale is received afterwards.  Null in a timer with a
 * function.  Owned by whoever made it.
 *
 * Only one goroutine at a time may stop, reset or free a timer; receiving from
 * c may go on at the same time. */
typedef struct goc_timer
{
    GOC__RECV_CHAN(goc_time) c;
} goc_timer;

/* A timer that is up d nanoseconds from now.  Free it with goc_timer_free. */
goc_timer *goc_timer_new(goc_duration d);

/* A timer that calls fn(arg), in a goroutine of its own.  time.AfterFunc. */
goc_timer *goc_timer_func(goc_duration d, void (*fn)(void *), void *arg);

/* Stops timer.  True if that kept it from being received, or its function
 * from being called; false if it was stopped before, or too late. */
bool goc_timer_stop(goc_timer *timer);

/* Starts timer anew, d nanoseconds from now.  True as goc_timer_stop: it was
 * running. */
bool goc_timer_reset(goc_timer *timer, goc_duration d);

/* Stops timer and frees it along with c.  Null is ignored. */
void goc_timer_free(goc_timer *timer);

/* An event at each interval, time.Ticker.  c yields the time of a tick; it has
 * room for one, those that nobody receives in time are lost.  As with timers,
 * nothing stale is received after stop or reset.  Owned by whoever made it. */
typedef struct goc_ticker
{
    GOC__RECV_CHAN(goc_time) c;
} goc_ticker;

/* A ticker with an interval of d.  Panics with "non-positive interval for
 * NewTicker" if that is not positive.  Free it with goc_ticker_free. */
goc_ticker *goc_ticker_new(goc_duration d);

/* A ticker that calls fn(arg) at each tick, in a goroutine of its own.  Ticks
 * that come while fn still runs are lost; so are all after one that ends by
 * goc_exit_goroutine. */
goc_ticker *goc_ticker_func(goc_duration d, void (*fn)(void *), void *arg);

/* Stops ticker; c is not closed.  True if it was running. */
bool goc_ticker_stop(goc_ticker *ticker);

/* Starts ticker anew with an interval of d; the first tick comes after d.
 * True if it was running.  Panics with "non-positive interval for
 * Ticker.Reset" if d is not positive. */
bool goc_ticker_reset(goc_ticker *ticker, goc_duration d);

/* Stops ticker and frees it along with c.  Null is ignored.  A call of its
 * function that is under way goes on. */
void goc_ticker_free(goc_ticker *ticker);

/* ---- The same with the caller's place ----------------------------------- */

void goc__sleep(goc_duration d, const char *at);
int goc__sleep_ctx(goc_context *ctx, goc_duration d, const char *at);
goc_timer *goc__timer_new(goc_duration d, const char *at);
goc_timer *goc__timer_func(goc_duration d, void (*fn)(void *), void *arg,
                           const char *at);
goc_ticker *goc__ticker_new(goc_duration d, const char *at);
goc_ticker *goc__ticker_func(goc_duration d, void (*fn)(void *), void *arg,
                             const char *at);
bool goc__ticker_reset(goc_ticker *ticker, goc_duration d, const char *at);

#define goc_sleep(...) goc__sleep(__VA_ARGS__, GOC_HERE)
#define goc_sleep_ctx(...) goc__sleep_ctx(__VA_ARGS__, GOC_HERE)
#define goc_timer_new(...) goc__timer_new(__VA_ARGS__, GOC_HERE)
#define goc_timer_func(...) goc__timer_func(__VA_ARGS__, GOC_HERE)
#define goc_ticker_new(...) goc__ticker_new(__VA_ARGS__, GOC_HERE)
#define goc_ticker_func(...) goc__ticker_func(__VA_ARGS__, GOC_HERE)
#define goc_ticker_reset(...) goc__ticker_reset(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
