/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* block.c: calls that block a thread, on helper threads.
 *
 * goc_blocking hands its call to a helper and parks the goroutine.  Helpers
 * wait for the next call for a while and then end.  A call is never queued
 * behind another one, for that may never return: when no helper is free, a new
 * one is made.
 *
 * Under `lock`: the stack of free helpers.  A helper is in it exactly while it
 * waits; whoever takes it off gives it a call and wakes it.
 */
#include "worker.h"

#include <goc/io.h>

#include <errno.h>

static const int64_t linger = 2 * (int64_t)1000 * 1000 * 1000;

struct call
{
    void *(*fn)(void *);
    void *arg;
    void *result;
    int error; /* errno that fn left */
    struct goc__g *g; /* who waits; null: nobody, and the helper frees this */
};

struct helper
{
    struct helper *next;
    struct call *call;
    _Atomic uint32_t wake; /* futex: 1 when it has a call */
};

static struct goc__lock lock;
static struct helper *free_helpers;

static void call_run(struct call *k)
{
    goc__tsan_acquire(k);
    errno = k->error;
    k->result = k->fn(k->arg);
    k->error = errno;
    goc__tsan_release(k);
    /* The thread counts as one of the program's while it runs its code. */
    goc__detach();
    if (k->g)
        goc__ready(k->g);
    else
        free(k);
    goc__external_add(-1);
}

/* Waits for a call; false when none has come for long. */
static bool helper_wait(struct helper *h)
{
    int64_t end = goc__now() + linger;
    while (!atomic_load(&h->wake)) {
        if (goc__futex_wait(&h->wake, 0, end) != -ETIMEDOUT)
            continue;
        bool gone = false;
        goc__lock_acquire(&lock, GOC__RANK_LEAF);
        for (struct helper **at = &free_helpers; *at; at = &(*at)->next)
            if (*at == h) {
                *at = h->next;
                gone = true;
                break;
            }
        goc__lock_release(&lock);
        if (gone)
            return false;
        end = INT64_MAX; /* somebody has taken it and is about to wake it */
    }
    return true;
}

static void *helper_main(void *arg)
{
    struct helper h = { .call = arg };
    do {
        call_run(h.call);
        atomic_store(&h.wake, 0);
        goc__lock_acquire(&lock, GOC__RANK_LEAF);
        h.next = free_helpers;
        free_helpers = &h;
        goc__lock_release(&lock);
    } while (helper_wait(&h));
    goc__thread_ends();
    return NULL;
}

/* Of a call that is waited for: runs after the goroutine has left its stack. */
static void call_start(void *p)
{
    struct call *k = p;
    goc__lock_acquire(&lock, GOC__RANK_LEAF);
    struct helper *h = free_helpers;
    if (h)
        free_helpers = h->next;
    goc__lock_release(&lock);
    if (!h) {
        goc__thread_create(helper_main, k, "helper for a blocking call");
        return;
    }
    h->call = k;
    atomic_store(&h->wake, 1);
    goc__futex_wake(&h->wake, 1);
}

void *goc__blocking(void *(*fn)(void *), void *arg, const char *at)
{
    struct goc__g *g = goc__self();
    if (g->flags & GOC__G_OUTSIDE)
        return fn(arg);
    struct call k = { fn, arg, NULL, errno, g };
    goc__external_add(1);
    goc__tsan_release(&k);
    goc__park(call_start, &k, GOC__WAIT_SYSCALL, at);
    goc__tsan_acquire(&k);
    errno = k.error;
    return k.result;
}

void goc__blocking_alone(void *(*fn)(void *), void *arg)
{
    struct call *k = goc__malloc(sizeof *k);
    *k = (struct call){ .fn = fn, .arg = arg };
    goc__external_add(1);
    goc__tsan_release(k);
    call_start(k);
}

void *(goc_blocking)(void *(*fn)(void *), void *arg)
{
    return goc__blocking(fn, arg, NULL);
}
