// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Goroutines and threads that send and receive at random over channels of all sizes, in selects of all widths, while the number of workers changes: each value arrives once.
// REQUIRES: long
// RUN: %cc -O1 %s -I%S/../runtime/Inputs -o %t %runtime
// RUN: env GOC_PROCS=1 %t 1
// RUN: env GOC_PROCS=2 %t 2
// RUN: env GOC_PROCS=8 %t 3
#include "check.h"

#include <pthread.h>

static const size_t sizes[] = { 0, 1, 4, 8, 24, 64, 4096, 65536 };
static const int caps[] = { 0, 1, 3, 20 };
enum {
    SIZES = 8, CAPS = 4, CHANNELS = SIZES * CAPS, LARGEST = 65536,
    GOROUTINES = 20, THREADS = 3, WORKERS = GOROUTINES + THREADS,
    EACH = 12000, WIDEST = 40
};

static struct
{
    goc_chan *c;
    size_t size;
    _Atomic long sent, received;
} ch[CHANNELS];

static goc_chan *quit;
static goc_waitgroup senders, all;
static _Atomic unsigned char seen[WORKERS * EACH];
static _Atomic int stop;
static unsigned seed;

struct worker
{
    unsigned seed;
    uint32_t next, end;           /* the values it has yet to send */
    unsigned char *out, *in;      /* one element each */
    goc_case cases[WIDEST + 1];
    int at[WIDEST + 1];           /* which channel */
};

static int below(struct worker *w, int n)
{
    w->seed = w->seed * 1664525 + 1013904223;
    return (int)(w->seed >> 9) % n;
}

/* The value and a pattern made from it, as far as they fit. */
static void fill(unsigned char *p, size_t size, uint32_t v)
{
    memset(p, (int)(v % 251), size);
    if (size >= sizeof v)
        memcpy(p, &v, sizeof v);
}

static void received(int at, const unsigned char *p)
{
    size_t size = ch[at].size;
    ch[at].received++;
    if (size >= sizeof(uint32_t)) {
        uint32_t v;
        memcpy(&v, p, sizeof v);
        CHECK(v < WORKERS * EACH);
        CHECK_EQ(seen[v]++, 0);
        for (size_t i = sizeof v; i < size; i++)
            CHECK(p[i] == v % 251);
    }
}

static void sent(struct worker *w, int at)
{
    ch[at].sent++;
    if (ch[at].size < sizeof(uint32_t))
        seen[w->next]++; /* such an element does not tell which it is */
    if (++w->next == w->end)
        goc_waitgroup_done(&senders);
}

/* Few of the largest: copying them would be all that happens. */
static int any_channel(struct worker *w)
{
    int at = below(w, CHANNELS);
    if (ch[at].size == LARGEST && below(w, 16))
        at = below(w, CHANNELS - CAPS);
    return at;
}

/* A channel at random, in a direction at random.  False: the end. */
static bool turn(struct worker *w)
{
    bool sends = w->next < w->end;
    int n = below(w, 4) ? 1 + below(w, 4) : 1 + below(w, WIDEST);
    int how = below(w, 8);
    if (sends)
        fill(w->out, LARGEST, w->next);
    for (int i = 0; i < n; i++) {
        int at = any_channel(w);
        bool send = sends && below(w, 2);
        w->at[i] = at;
        w->cases[i] = (goc_case){ .chan = ch[at].c,
                                  .elem = send ? w->out : w->in,
                                  .op = send ? GOC_SEND : GOC_RECV };
    }
    w->cases[n] = (goc_case){ .chan = quit };
    int chosen = goc_select(w->cases, n + 1,
                            how == 0 ? 0
                            : how < 3 ? below(w, 50) * GOC_MICROSECOND
                                      : GOC_MILLISECOND);
    if (chosen == n)
        return false;
    if (chosen < 0)
        return true;
    if (w->cases[chosen].op == GOC_SEND)
        sent(w, w->at[chosen]);
    else
        received(w->at[chosen], w->in);
    return true;
}

static void work(void *arg)
{
    int me = *(int *)arg;
    struct worker *w = calloc(1, sizeof *w);
    w->seed = seed * 1000 + (unsigned)me;
    w->next = (uint32_t)(me * EACH);
    w->end = w->next + EACH;
    w->out = malloc(LARGEST);
    w->in = malloc(LARGEST);
    while (turn(w))
        ;
    free(w->out);
    free(w->in);
    free(w);
    goc_waitgroup_done(&all);
}

static void *thread(void *arg)
{
    goc_id();
    work(arg);
    return NULL;
}

static void changes_procs(void *arg)
{
    int procs = goc_procs(0);
    for (int i = 0; !stop; i++) {
        goc_procs(1 + (i * 5) % 8);
        goc_sleep(3 * GOC_MILLISECOND);
    }
    goc_procs(procs);
    (void)arg;
    goc_waitgroup_done(&all);
}

int main(int argc, char **argv)
{
    int number[WORKERS];
    pthread_t t[THREADS];
    unsigned char *in = malloc(LARGEST);
    seed = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
    for (int i = 0; i < CHANNELS; i++) {
        ch[i].size = sizes[i / CAPS];
        ch[i].c = goc_chan_new(ch[i].size, caps[i % CAPS]);
    }
    quit = goc_chan_new(0, 0);
    goc_waitgroup_add(&senders, WORKERS);
    goc_waitgroup_add(&all, WORKERS + 1);
    for (int i = 0; i < WORKERS; i++) {
        number[i] = i;
        if (i < GOROUTINES)
            goc_go(work, &number[i]);
        else
            CHECK_EQ(pthread_create(&t[i - GOROUTINES], NULL, thread,
                                    &number[i]), 0);
    }
    goc_go(changes_procs, NULL);
    goc_waitgroup_wait(&senders);
    stop = 1;
    goc_chan_close(quit);
    goc_waitgroup_wait(&all);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < CHANNELS; i++) {
        while (goc_chan_try_recv(ch[i].c, in) == GOC_RECEIVED)
            received(i, in);
        CHECK_EQ(ch[i].sent, ch[i].received);
        CHECK(ch[i].sent > 0);
        goc_chan_free(ch[i].c); /* panics if a waiter was left behind */
    }
    for (int i = 0; i < WORKERS * EACH; i++)
        CHECK_EQ(seen[i], 1);
    goc_chan_free(quit);
    free(in);
    return 0;
}
