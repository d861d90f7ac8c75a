/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* time.c: clocks, sleeping, timers and tickers.
 *
 * A timer's or ticker's channel has room for one value.  The callback tries to
 * send, under the lock of the timer's wheel; stop takes that lock, so when it
 * has returned the callback is not running, and what it may have sent is
 * still in the buffer, for stop to take out again.  That is Go 1.23's promise
 * that nothing stale is received.
 *
 * An alarm is either: a timer has no period.
 */
#include "chan.h"
#include "wait.h"
#include "worker.h"

#include <goc/context.h>
#include <goc/time.h>

#include <errno.h>
#include <time.h>

struct alarm
{
    union
    {
        goc_timer timer;
        goc_ticker ticker;
    };
    struct goc__timer t;
    struct goc__lock lock; /* stop and reset may be called by several */
    bool stopped;          /* since it was started last; under lock */
    goc_duration period;   /* 0: a timer */
    void (*fn)(void *);    /* null: sends on the channel */
    void *arg;
    void *inherited;       /* the maker's, for fn's goroutine */
    const char *at;
    struct alarm *next;    /* while it is spare */
    /* Of a ticker with a function: the owner's reference, and that of the
     * goroutine that runs fn; and whether there is one. */
    _Atomic int refs;
    _Atomic bool running;
};

/* ---- Clocks and sleeping ------------------------------------------------ */

goc_time goc_now(void)
{
    return goc__now();
}

goc_time goc_now_wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (goc_time)t.tv_sec * 1000000000 + t.tv_nsec;
}

goc_duration goc_since(goc_time start)
{
    return goc__now() - start;
}

void goc__sleep(goc_duration d, const char *at)
{
    if (d > 0)
        goc__sleep_until(goc__deadline(d), at);
}

int goc__sleep_ctx(goc_context *ctx, goc_duration d, const char *at)
{
    int why = ctx ? goc_err(ctx) : 0;
    if (why || d <= 0)
        return why;
    struct goc__wait wait;
    goc__wait_begin(&wait, ctx, goc__deadline(d));
    goc__wait_park(&wait, NULL, NULL, GOC__WAIT_SLEEP, at);
    /* A context's deadline has the same error, so ask who it was. */
    why = goc__wait_timed_out(&wait) ? 0 : goc_err(ctx);
    goc__wait_end(&wait);
    return why;
}

/* ---- What fires --------------------------------------------------------- */

/* What was done before a timer was started is seen by what it starts. */
static struct alarm *alarm_of(struct goc__timer *t)
{
    struct alarm *a = (struct alarm *)((char *)t - offsetof(struct alarm, t));
    goc__tsan_acquire(a);
    return a;
}

static void alarm_unref(struct alarm *a)
{
    goc__tsan_release(a);
    if (atomic_fetch_sub(&a->refs, 1) == 1) {
        goc__tsan_acquire(a);
        free(a);
    }
}

static void timer_fire(struct goc__timer *t)
{
    struct alarm *a = alarm_of(t);
    goc_time now = goc__now();
    if (a->fn)
        goc__spawn_for(a->inherited, a->fn, a->arg, a->at);
    else
        goc__try_send(a->timer.c, &now, NULL);
}

/* The goroutine of a tick. */
static void ticker_run(void *p)
{
    struct alarm *a = p;
    a->fn(a->arg);
    goc__tsan_release(a);
    atomic_store(&a->running, false);
    alarm_unref(a);
}

static void ticker_fire(struct goc__timer *t)
{
    struct alarm *a = alarm_of(t);
    goc_time now = goc__now();
    /* After a delay the ticks go on in the old rhythm. */
    goc_duration late = now > t->when ? now - t->when : 0;
    goc__timer_restart(t, t->when + a->period * (1 + late / a->period));
    if (!a->fn) {
        goc__try_send(a->ticker.c, &now, NULL);
    } else if (!atomic_exchange(&a->running, true)) {
        goc__tsan_acquire(a);
        atomic_fetch_add(&a->refs, 1);
        goc__spawn_for(a->inherited, ticker_run, a, a->at);
    }
}

/* ---- Making, stopping, freeing ------------------------------------------ */

/* Needs: a->lock, or that nobody else knows a; so does alarm_end. */
static void alarm_start(struct alarm *a, goc_duration d)
{
    a->stopped = false;
    goc__tsan_release(a);
    goc__timer_start(&a->t, goc__deadline(d));
}

/* Alarms with their channels, to be used again: making those takes longer than
 * everything else about a timer.  Each worker keeps a few.  Not where tools want
 * to see each of them. */
enum { SPARE_MAX = 64 };

static struct goc__worker *spare_keeper(void)
{
    struct goc__worker *w = goc__worker();
    return GOC__HAS_ASAN || goc__chan_track || !w || !w->real ? NULL : w;
}

static struct alarm *spare_get(void)
{
    struct goc__worker *w = spare_keeper();
    struct alarm *a = w ? w->alarms : NULL;
    if (a) {
        w->alarms = a->next;
        w->nalarms--;
        goc__tsan_acquire(a);
    }
    return a;
}

/* False when it is to be freed. */
static bool spare_put(struct alarm *a)
{
    struct goc__worker *w = spare_keeper();
    if (!w || w->nalarms >= SPARE_MAX)
        return false;
    goc__tsan_release(a);
    a->next = w->alarms;
    w->alarms = a;
    w->nalarms++;
    return true;
}

/* A channel as fresh as a new one. */
static goc_chan *alarm_chan(struct alarm **a, const char *at)
{
    *a = spare_get();
    if (!*a) {
        *a = goc__malloc(sizeof **a);
        return goc__make(sizeof(goc_time), 1, at);
    }
    goc_chan *c = (*a)->timer.c;
    c->at = at;
    return c;
}

static struct alarm *alarm_new(goc_duration d, goc_duration period,
                               void (*fn)(void *), void *arg, const char *at)
{
    struct alarm *a;
    goc_chan *c = NULL;
    if (fn)
        a = goc__malloc(sizeof *a);
    else
        c = alarm_chan(&a, at);
    /* Field by field: a compiler clears the whole by a loop of the processor's
     * that takes longer than all this. */
    a->timer.c = c;
    a->t.fire = period ? ticker_fire : timer_fire;
    a->t.wheel = NULL;
    a->t.slot = 0;
    atomic_init(&a->lock.held, 0);
    a->period = period;
    a->fn = fn;
    a->arg = arg;
    a->inherited = fn ? goc__self()->inherited : NULL;
    a->at = at;
    atomic_init(&a->refs, 1);
    atomic_init(&a->running, false);
    alarm_start(a, d);
    return a;
}

/* True if it was running, or had a value that nobody has received. */
static bool alarm_end(struct alarm *a)
{
    if (a->stopped)
        return false;
    a->stopped = true;
    bool ended = goc__timer_stop(&a->t);
    goc_time stale;
    if (!a->fn && goc_chan_len(a->timer.c) > 0
        && goc_chan_try_recv(a->timer.c, &stale) == GOC_RECEIVED)
        ended = true;
    return ended;
}

static bool alarm_stop(struct alarm *a)
{
    goc__lock_acquire(&a->lock, GOC__RANK_ALARM);
    bool ended = alarm_end(a);
    goc__lock_release(&a->lock);
    return ended;
}

/* period is 0 for a timer. */
static bool alarm_reset(struct alarm *a, goc_duration d, goc_duration period)
{
    goc__lock_acquire(&a->lock, GOC__RANK_ALARM);
    bool ended = alarm_end(a);
    a->period = period;
    alarm_start(a, d);
    goc__lock_release(&a->lock);
    return ended;
}

/* Whether a channel that nobody uses any more could be a new one. */
static bool chan_is_fresh(goc_chan *c)
{
    return !waitq_first(&c->recvq) && !waitq_first(&c->sendq)
        && !atomic_load_explicit(&c->closed, memory_order_relaxed);
}

static void alarm_free(struct alarm *a)
{
    if (!a)
        return;
    /* The timer's function may be the one to free it, while whoever has
     * started it is still on the way out of that. */
    if (a->fn || !a->stopped)
        alarm_stop(a);
    if (!a->fn && chan_is_fresh(a->timer.c) && spare_put(a))
        return;
    goc__free(a->timer.c, NULL);
    alarm_unref(a);
}

/* ---- Timers ------------------------------------------------------------- */

goc_timer *goc__timer_new(goc_duration d, const char *at)
{
    return &alarm_new(d, 0, NULL, NULL, at)->timer;
}

goc_timer *goc__timer_func(goc_duration d, void (*fn)(void *), void *arg,
                           const char *at)
{
    return &alarm_new(d, 0, fn, arg, at)->timer;
}

bool goc_timer_stop(goc_timer *timer)
{
    return alarm_stop((struct alarm *)timer);
}

bool goc_timer_reset(goc_timer *timer, goc_duration d)
{
    return alarm_reset((struct alarm *)timer, d, 0);
}

void goc_timer_free(goc_timer *timer)
{
    alarm_free((struct alarm *)timer);
}

/* ---- Tickers ------------------------------------------------------------ */

goc_ticker *goc__ticker_func(goc_duration d, void (*fn)(void *), void *arg,
                             const char *at)
{
    if (d <= 0)
        goc__panic_at("non-positive interval for NewTicker", at);
    return &alarm_new(d, d, fn, arg, at)->ticker;
}

goc_ticker *goc__ticker_new(goc_duration d, const char *at)
{
    return goc__ticker_func(d, NULL, NULL, at);
}

bool goc_ticker_stop(goc_ticker *ticker)
{
    return alarm_stop((struct alarm *)ticker);
}

bool goc__ticker_reset(goc_ticker *ticker, goc_duration d, const char *at)
{
    if (d <= 0)
        goc__panic_at("non-positive interval for Ticker.Reset", at);
    return alarm_reset((struct alarm *)ticker, d, d);
}

void goc_ticker_free(goc_ticker *ticker)
{
    alarm_free((struct alarm *)ticker);
}

/* ---- The functions behind the macros ------------------------------------ */

void (goc_sleep)(goc_duration d)
{
    goc__sleep(d, NULL);
}
int (goc_sleep_ctx)(goc_context *ctx, goc_duration d)
{
    return goc__sleep_ctx(ctx, d, NULL);
}
goc_timer *(goc_timer_new)(goc_duration d)
{
    return goc__timer_new(d, NULL);
}
goc_timer *(goc_timer_func)(goc_duration d, void (*fn)(void *), void *arg)
{
    return goc__timer_func(d, fn, arg, NULL);
}
goc_ticker *(goc_ticker_new)(goc_duration d)
{
    return goc__ticker_new(d, NULL);
}
goc_ticker *(goc_ticker_func)(goc_duration d, void (*fn)(void *), void *arg)
{
    return goc__ticker_func(d, fn, arg, NULL);
}
bool (goc_ticker_reset)(goc_ticker *ticker, goc_duration d)
{
    return goc__ticker_reset(ticker, d, NULL);
}
