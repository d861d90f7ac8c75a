/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* signal.c: signals as values on channels.
 *
 * The handler notes the signal in `pending` and wakes a thread of the
 * runtime's, which tells those who asked for it.  A bit is enough: signals of
 * one number that come faster than they are told are one, as in the kernel.
 *
 * Under `lock`: the list of those who asked, and which actions are ours.  It
 * is held while signals are told, so that after goc_signal_stop() nothing is
 * under way.  A signal that is pending when nobody wants it any more is raised
 * again, for its default effect.
 */
#include "wait.h"
#include "worker.h"

#include <goc/context.h>
#include <goc/signal.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { SIGNALS = 65 };

struct listener
{
    struct listener *next;
    goc_chan *c;      /* where to send; or null */
    goc_context *ctx; /* what to cancel; or null */
    uint64_t wanted;  /* bit n - 1: signal n */
};

static struct goc__lock lock;
static struct listener *listeners;
static uint64_t caught; /* our handler is installed */
static struct sigaction old[SIGNALS];

static _Atomic uint64_t pending;
static _Atomic uint32_t awake; /* futex */
static _Atomic bool started;

/* Listeners go from thread to thread by a lock that ThreadSanitizer does not
 * see. */
static struct listener *listener_new(void)
{
    goc__tsan_ignore_begin();
    struct listener *l = goc__calloc(1, sizeof *l);
    goc__tsan_ignore_end();
    return l;
}

static void listener_free(struct listener *l)
{
    goc__tsan_ignore_begin();
    free(l);
    goc__tsan_ignore_end();
}

static uint64_t bit(int signal)
{
    return signal > 0 && signal < SIGNALS ? (uint64_t)1 << (signal - 1) : 0;
}

static uint64_t set_of(int n, const int *signals)
{
    static const int not_all[] = { SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE,
                                   SIGILL, SIGTRAP, SIGABRT, SIGSYS, 32, 33 };
    uint64_t set = 0;
    for (int i = 0; i < n; i++)
        set |= bit(signals[i]);
    if (n == 0) {
        set = ~(uint64_t)0;
        for (size_t i = 0; i < sizeof not_all / sizeof not_all[0]; i++)
            set &= ~bit(not_all[i]);
    }
    return set;
}

/* ThreadSanitizer keeps a signal back until its thread calls into the C library
 * in a way that it watches, and a worker that sleeps never does.  The handler
 * needs none of its protection, so the C library's own function installs it. */
#if GOC_TSAN && !defined(__SANITIZE_THREAD__) \
    && !GOC__HAS_FEATURE(thread_sanitizer)
static int action(int signal, const struct sigaction *fresh,
                  struct sigaction *before)
{
    static int (*real)(int, const struct sigaction *, struct sigaction *);
    if (!real) {
        real = sigaction;
        goc__libc_function("sigaction", &real);
    }
    return real(signal, fresh, before);
}
#else
#define action sigaction
#endif

/* Whether the program has done it itself, by an instruction. */
static bool is_fault(int signal, const siginfo_t *info)
{
    return info->si_code > 0
        && (signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE
            || signal == SIGILL || signal == SIGTRAP || signal == SIGSYS);
}

/* What would have happened without us. */
static void fault(int signal, siginfo_t *info, void *context)
{
    static const struct sigaction usual = { .sa_handler = SIG_DFL };
    const struct sigaction *before = &old[signal];
    if (before->sa_flags & SA_SIGINFO) {
        before->sa_sigaction(signal, info, context);
    } else if (before->sa_handler == SIG_DFL
               || before->sa_handler == SIG_IGN) {
        action(signal, &usual, NULL);
        raise(signal);
    } else {
        before->sa_handler(signal);
    }
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    int e = errno;
    if (is_fault(signal, info)) {
        fault(signal, info, context);
        return;
    }
    atomic_fetch_or(&pending, bit(signal));
    atomic_store(&awake, 1);
    goc__futex_wake(&awake, 1);
    errno = e;
}

/* Needs: lock.  Installs the handler for what somebody wants, and the action
 * that was there before for the rest. */
static void actions_update(void)
{
    uint64_t wanted = 0;
    for (struct listener *l = listeners; l; l = l->next)
        wanted |= l->wanted;
    for (int s = 1; s < SIGNALS; s++) {
        if ((wanted & ~caught) & bit(s)) {
            struct sigaction a = { .sa_sigaction = on_signal,
                                   .sa_flags = SA_RESTART | SA_ONSTACK
                                               | SA_SIGINFO };
            sigfillset(&a.sa_mask);
            if (action(s, &a, &old[s]) == 0)
                caught |= bit(s);
        } else if ((caught & ~wanted) & bit(s)) {
            action(s, &old[s], NULL);
            caught &= ~bit(s);
        }
    }
}

/* Needs: lock.  Contexts are told once; those that were are put on *told. */
static void tell(int signal, struct listener **told)
{
    struct listener **at = &listeners, *l;
    while ((l = *at)) {
        if ((l->wanted & bit(signal)) && l->ctx) {
            *at = l->next;
            l->next = *told;
            *told = l;
            continue;
        }
        if (l->wanted & bit(signal))
            goc__try_send(l->c, &signal, NULL);
        at = &l->next;
    }
}

/* Needs: lock.  The bits of signals that nobody wanted. */
static uint64_t tell_pending(struct listener **told)
{
    uint64_t now = atomic_exchange(&pending, 0), unwanted = 0;
    for (int s = 1; s < SIGNALS; s++) {
        if (!(now & bit(s)))
            continue;
        if (caught & bit(s))
            tell(s, told);
        else
            unwanted |= bit(s);
    }
    return unwanted;
}

/* After tell_pending(), unlocked: cancels the contexts, which are gone from
 * the list, and raises again what nobody wanted. */
static void tell_end(struct listener *told, uint64_t unwanted)
{
    while (told) {
        struct listener *l = told;
        told = l->next;
        goc_cancel(l->ctx);
        goc__context_release(l->ctx);
        listener_free(l);
        goc__external_add(-1);
    }
    for (int s = 1; s < SIGNALS; s++)
        if (unwanted & bit(s))
            kill(getpid(), s);
}

static void *teller(void *arg)
{
    (void)arg;
    for (;;) {
        while (!atomic_load(&awake))
            goc__futex_wait(&awake, 0, INT64_MAX);
        atomic_store(&awake, 0);
        struct listener *told = NULL;
        goc__lock_acquire(&lock, GOC__RANK_USER);
        uint64_t unwanted = tell_pending(&told);
        actions_update();
        goc__lock_release(&lock);
        tell_end(told, unwanted);
        /* It is not one of the threads that keep a deadlock from being one. */
        goc__detach();
    }
    return NULL;
}

static void teller_start(void)
{
    goc__worker_here();
    if (!atomic_exchange(&started, true))
        goc__thread_create(teller, NULL, "signals");
}

/* Needs: lock.  Where the listener for c or ctx hangs, or the list's end. */
static struct listener **find(const goc_chan *c, const goc_context *ctx)
{
    struct listener **at = &listeners;
    while (*at && ((*at)->c != c || (*at)->ctx != ctx))
        at = &(*at)->next;
    return at;
}

static void listen_for(goc_chan *c, goc_context *ctx, uint64_t wanted)
{
    struct listener *fresh = listener_new();
    teller_start();
    fresh->c = c;
    fresh->ctx = ctx;
    goc__external_add(1);
    goc__lock_acquire(&lock, GOC__RANK_USER);
    struct listener **at = find(c, ctx);
    if (!*at) {
        *at = fresh;
        fresh = NULL;
    }
    (*at)->wanted |= wanted;
    actions_update();
    goc__lock_release(&lock);
    if (fresh) {
        listener_free(fresh);
        goc__external_add(-1);
    }
}

/* True if there was a listener. */
static bool forget(goc_chan *c, goc_context *ctx)
{
    struct listener *told = NULL;
    goc__lock_acquire(&lock, GOC__RANK_USER);
    /* What has come before the stop still counts. */
    uint64_t unwanted = c ? tell_pending(&told) : 0;
    struct listener **at = find(c, ctx), *l = *at;
    if (l)
        *at = l->next;
    actions_update();
    goc__lock_release(&lock);
    tell_end(told, unwanted);
    if (l) {
        listener_free(l);
        goc__external_add(-1);
    }
    return l != NULL;
}

void goc_signal_notify(goc_chan *c, int n, const int *signals)
{
    if (!c)
        goc__panic("os/signal: Notify using nil channel");
    listen_for(c, NULL, set_of(n, signals));
}

void goc_signal_stop(goc_chan *c)
{
    if (c)
        forget(c, NULL);
}

static void context_freed(goc_context *ctx)
{
    if (forget(NULL, ctx))
        goc__context_release(ctx);
}

goc_context *goc_signal_context(goc_context *parent, int n,
                                const int *signals)
{
    goc_context *ctx = goc_with_cancel(parent);
    goc__context_on_free(ctx, context_freed);
    goc__context_keep(ctx); /* the listener's */
    listen_for(NULL, ctx, set_of(n, signals));
    return ctx;
}
