/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* runtime.c: the workloads of goc/ by hand in plain C, so that the runtime can
 * be measured without the compiler: `runtime [name]...` prints nanoseconds for
 * one operation, the best and the median of several rounds.
 */
#include <goc/chan.h>
#include <goc/sched.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

const char goc__main = 0; /* main is goroutine 1 */

#define AT GOC_AT(__LINE__)
#define GO(fn, ...)                                            \
    do {                                                       \
        struct fn##_args args_ = { __VA_ARGS__ };              \
        goc__go(fn, &args_, sizeof args_, AT);                 \
    } while (0)

static double clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void send_int(goc_chan *c, int v)
{
    goc__send(c, &v, AT);
}

static int recv_int(goc_chan *c)
{
    int v;
    goc__recv(c, &v, AT);
    return v;
}

/* ---- goroutines ---- */

static goc_chan *done;
static int left;

static void count_down(void *arg)
{
    (void)arg;
    if (__atomic_sub_fetch(&left, 1, __ATOMIC_ACQ_REL) == 0)
        goc__send(done, NULL, AT);
}

static double spawn_batch(void)
{
    enum { BATCHES = 40, BATCH = 1000 };
    done = goc_chan_new(0, 0);
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int b = 0; b < BATCHES; b++) {
        left = BATCH;
        for (int i = 0; i < BATCH; i++)
            goc__go(count_down, NULL, 0, AT);
        goc__recv(done, NULL, AT);
    }
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_free(done);
    return ns / BATCHES / BATCH;
}

static void send_done(void *arg)
{
    (void)arg;
    goc__send(done, NULL, AT);
}

static double spawn_one(void)
{
    enum { N = 20000 };
    done = goc_chan_new(0, 0);
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++) {
        goc__go(send_done, NULL, 0, AT);
        goc__recv(done, NULL, AT);
    }
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_free(done);
    return ns / N;
}

struct skynet_args
{
    goc_chan *c;
    long num, size;
};
static void skynet(void *arg)
{
    struct skynet_args *a = arg;
    if (a->size == 1) {
        goc__send(a->c, &a->num, AT);
        return;
    }
    goc_chan *children = goc_chan_new(sizeof(long), 0);
    long sum = 0;
    for (int i = 0; i < 10; i++)
        GO(skynet, children, a->num + i * (a->size / 10), a->size / 10);
    for (int i = 0; i < 10; i++) {
        long v;
        goc__recv(children, &v, AT);
        sum += v;
    }
    goc_chan_free(children);
    goc__send(a->c, &sum, AT);
}

static double skynet_million(void)
{
    goc_chan *c = goc_chan_new(sizeof(long), 0);
    long sum;
    double start = clock_ns(CLOCK_MONOTONIC);
    GO(skynet, c, 0, 1000000);
    goc__recv(c, &sum, AT);
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_free(c);
    if (sum != 499999500000)
        abort();
    return ns;
}

struct park_args
{
    goc_chan *ready, *never;
};
static void park(void *arg)
{
    struct park_args *a = arg;
    send_int(a->ready, 1);
    recv_int(a->never);
}

static double park_million(void)
{
    enum { N = 1000000 };
    goc_chan *ready = goc_chan_new(sizeof(int), 1024);
    goc_chan *never = goc_chan_new(sizeof(int), 0);
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++) {
        GO(park, ready, never);
        if (i >= 512)
            recv_int(ready);
    }
    for (int i = 0; i < 512; i++)
        recv_int(ready);
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_close(never);
    while (goc_num_goroutine() > 1)
        goc_yield();
    return ns / N;
}

struct send_one_args
{
    goc_chan *c;
};
static void send_one(void *arg)
{
    send_int(((struct send_one_args *)arg)->c, 1);
}

static double send_million(void)
{
    enum { N = 1000000 };
    goc_chan *c = goc_chan_new(sizeof(int), 0);
    long sum = 0;
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++)
        GO(send_one, c);
    for (int i = 0; i < N; i++)
        sum += recv_int(c);
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_free(c);
    return sum == N ? ns : -1;
}

/* ---- channels ---- */

static goc_chan *ping, *pong;

static void ponger(void *arg)
{
    (void)arg;
    int v;
    while (goc__recv_ok(ping, &v, AT))
        send_int(pong, v);
    goc__close(pong, AT);
}

static double pingpong(void)
{
    enum { N = 20000 };
    ping = goc_chan_new(sizeof(int), 0);
    pong = goc_chan_new(sizeof(int), 0);
    goc__go(ponger, NULL, 0, AT);
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++) {
        send_int(ping, i);
        recv_int(pong);
    }
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc__close(ping, AT);
    recv_int(pong);
    goc_chan_free(ping);
    goc_chan_free(pong);
    return ns / N;
}

struct pass_args
{
    goc_chan *in, *out;
};
static void pass(void *arg)
{
    struct pass_args *a = arg;
    int v;
    while (goc__recv_ok(a->in, &v, AT))
        send_int(a->out, v - 1);
    goc__close(a->out, AT);
}

static double ring(void)
{
    enum { RING = 503, N = 50000 };
    goc_chan *c[RING];
    c[0] = goc_chan_new(sizeof(int), 0);
    for (int i = 1; i < RING; i++) {
        c[i] = goc_chan_new(sizeof(int), 0);
        GO(pass, c[i - 1], c[i]);
    }
    double start = clock_ns(CLOCK_MONOTONIC);
    int v = N;
    while (v > 0) {
        send_int(c[0], v - 1);
        v = recv_int(c[RING - 1]);
    }
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc__close(c[0], AT);
    recv_int(c[RING - 1]);
    for (int i = 0; i < RING; i++)
        goc_chan_free(c[i]);
    return ns / N;
}

static double pipeline(void)
{
    enum { STAGES = 10, N = 5000 };
    goc_chan *c[STAGES + 1];
    c[0] = goc_chan_new(sizeof(int), 0);
    for (int i = 0; i < STAGES; i++) {
        c[i + 1] = goc_chan_new(sizeof(int), 0);
        GO(pass, c[i], c[i + 1]);
    }
    goc_chan *feed = goc_chan_new(sizeof(int), 1);
    double start = clock_ns(CLOCK_MONOTONIC);
    GO(pass, feed, c[0]);
    int sent = 0, got = 0, v;
    while (got < N) {
        /* main feeds and drains at once */
        goc_case k[2] = { { .chan = sent < N ? feed : NULL, .elem = &sent,
                            .op = GOC_SEND },
                          { .chan = c[STAGES], .elem = &v } };
        if (goc__select(k, 2, 0, AT) == 0)
            sent++;
        else
            got++;
    }
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc__close(feed, AT);
    goc__recv_ok(c[STAGES], &v, AT);
    return ns / STAGES / N;
}

struct produce_args
{
    goc_chan *c;
    int n;
};
static void produce(void *arg)
{
    struct produce_args *a = arg;
    goc_chan *c = a->c;
    int n = a->n;
    for (int i = 0; i < n; i++)
        send_int(c, i);
}

static double one_to_one(int cap)
{
    enum { N = 50000 };
    goc_chan *c = goc_chan_new(sizeof(int), cap);
    double start = clock_ns(CLOCK_MONOTONIC);
    GO(produce, c, N);
    for (int i = 0; i < N; i++)
        recv_int(c);
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_yield();
    goc_chan_free(c);
    return ns / N;
}
static double buffered(void) { return one_to_one(128); }
static double unbuffered(void) { return one_to_one(0); }

static double fan_100(void)
{
    enum { PRODUCERS = 100, N = 500 };
    goc_chan *c = goc_chan_new(sizeof(int), 0);
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < PRODUCERS; i++)
        GO(produce, c, N);
    for (int i = 0; i < PRODUCERS * N; i++)
        recv_int(c);
    return (clock_ns(CLOCK_MONOTONIC) - start) / PRODUCERS / N;
}

static void count_produce(void *arg)
{
    produce(arg);
    count_down(NULL);
}
#define count_produce_args produce_args
static void consume(void *arg)
{
    struct produce_args *a = arg;
    int v;
    while (goc__recv_ok(a->c, &v, AT))
        ;
    count_down(NULL);
}
#define consume_args produce_args

static double four_four(void)
{
    enum { SIDES = 4, N = 20000 };
    goc_chan *c = goc_chan_new(sizeof(int), 128);
    done = goc_chan_new(0, 0);
    left = SIDES;
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < SIDES; i++)
        GO(count_produce, c, N);
    for (int i = 0; i < SIDES; i++)
        GO(consume, c, 0);
    goc__recv(done, NULL, AT);
    left = SIDES;
    goc__close(c, AT);
    goc__recv(done, NULL, AT);
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_free(c);
    return ns / SIDES / N;
}

static double buffered_one(void)
{
    enum { N = 100000 };
    goc_chan *c = goc_chan_new(sizeof(int), 1);
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++) {
        send_int(c, i);
        recv_int(c);
    }
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_free(c);
    return ns / N;
}

struct big
{
    char bytes[64];
};
static void produce_big(void *arg)
{
    struct produce_args *a = arg;
    struct big b = { { 1 } };
    for (int i = 0; i < a->n; i++)
        goc__send(a->c, &b, AT);
}
#define produce_big_args produce_args
static double struct64(void)
{
    enum { N = 50000 };
    goc_chan *c = goc_chan_new(sizeof(struct big), 128);
    double start = clock_ns(CLOCK_MONOTONIC);
    GO(produce_big, c, N);
    struct big b;
    for (int i = 0; i < N; i++)
        goc__recv(c, &b, AT);
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_yield();
    goc_chan_free(c);
    return ns / N;
}

/* ---- select ---- */

static double select_n(int n)
{
    enum { N = 300000 };
    goc_case k[8];
    int v;
    for (int i = 0; i < n; i++) {
        k[i] = (goc_case){ .chan = goc_chan_new(sizeof(int), 0), .elem = &v };
        GO(produce, k[i].chan, 1 << 30);
    }
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++)
        goc__select_wait(k, n, AT);
    return (clock_ns(CLOCK_MONOTONIC) - start) / N;
}
static double select_2(void) { return select_n(2); }
static double select_8(void) { return select_n(8); }

static double select_default(void)
{
    enum { N = 200000 };
    int v;
    goc_chan *c = goc_chan_new(sizeof(int), 0);
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++) {
        goc_case k = { .chan = c, .elem = &v };
        if (goc__select(&k, 1, 1, AT) != -1)
            abort();
    }
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    goc_chan_free(c);
    return ns / N;
}

/* ---- sieve, sleepers, pool ---- */

struct filter_args
{
    goc_chan *in, *out;
    int prime;
};
static void filter(void *arg)
{
    struct filter_args *a = arg;
    for (;;) {
        int i = recv_int(a->in);
        if (i % a->prime)
            send_int(a->out, i);
    }
}
static void generate(void *arg)
{
    goc_chan *c = ((struct send_one_args *)arg)->c;
    for (int i = 2;; i++)
        send_int(c, i);
}
#define generate_args send_one_args

static double sieve(void)
{
    enum { PRIMES = 2500 };
    goc_chan *c = goc_chan_new(sizeof(int), 0);
    double start = clock_ns(CLOCK_MONOTONIC);
    GO(generate, c);
    for (int i = 0; i < PRIMES; i++) {
        int prime = recv_int(c);
        goc_chan *next = goc_chan_new(sizeof(int), 0);
        GO(filter, c, next, prime);
        c = next;
    }
    return clock_ns(CLOCK_MONOTONIC) - start;
}

struct sleeper_args
{
    int i;
};
static void sleeper(void *arg)
{
    struct sleeper_args *a = arg;
    for (int k = 0; k < 10; k++)
        goc__recv_after((a->i * 7919 % 50 + 1) * 1000000LL, NULL, AT);
    count_down(NULL);
}

static double sleepers(void)
{
    enum { N = 100000 };
    done = goc_chan_new(0, 0);
    left = N;
    double start = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < N; i++)
        GO(sleeper, i);
    goc__recv(done, NULL, AT);
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start;
}

static unsigned work(unsigned seed)
{
    for (int i = 0; i < 300; i++)
        seed = (seed * 1664525u + 1013904223u) ^ seed >> 7;
    return seed;
}
static void pool_worker(void *arg)
{
    struct pass_args *a = arg;
    unsigned v;
    while (goc__recv_ok(a->in, &v, AT)) {
        v = work(v);
        goc__send(a->out, &v, AT);
    }
}
#define pool_worker_args pass_args
static void feed(void *arg)
{
    struct produce_args *a = arg;
    for (int i = 0; i < a->n; i++)
        send_int(a->c, i);
    goc__close(a->c, AT);
}
#define feed_args produce_args

static double pool(void)
{
    enum { WORKERS = 8, N = 200000 };
    goc_chan *tasks = goc_chan_new(sizeof(unsigned), 64);
    goc_chan *results = goc_chan_new(sizeof(unsigned), 64);
    for (int i = 0; i < WORKERS; i++)
        GO(pool_worker, tasks, results);
    double start = clock_ns(CLOCK_MONOTONIC);
    GO(feed, tasks, N);
    for (int i = 0; i < N; i++)
        recv_int(results);
    return (clock_ns(CLOCK_MONOTONIC) - start) / N;
}

static double work_alone(void)
{
    enum { N = 200000 };
    unsigned v = 1;
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++)
        v = work(v);
    double ns = clock_ns(CLOCK_MONOTONIC) - start;
    return v == 1 ? 0 : ns / N;
}

static void compute(void *arg)
{
    (void)arg;
    unsigned v = 1;
    for (int i = 0; i < 20000; i++)
        v = work(v);
    if (v != 1)
        count_down(NULL);
}

static double parallel(void)
{
    enum { N = 16 };
    done = goc_chan_new(0, 0);
    left = N;
    double start = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < N; i++)
        goc__go(compute, NULL, 0, AT);
    goc__recv(done, NULL, AT);
    return clock_ns(CLOCK_MONOTONIC) - start;
}

/* ---- the program ---- */

static const struct
{
    const char *name;
    double (*run)(void);
    int rounds;
} table[] = {
    { "spawn_batch", spawn_batch, 60 },
    { "spawn_one", spawn_one, 60 },
    { "pingpong", pingpong, 60 },
    { "ring", ring, 60 },
    { "buffered", buffered, 60 },
    { "unbuffered", unbuffered, 60 },
    { "four_four", four_four, 60 },
    { "buffered_one", buffered_one, 60 },
    { "struct64", struct64, 60 },
    { "select_default", select_default, 60 },
    { "fan_100", fan_100, 60 },
    { "pipeline", pipeline, 60 },
    { "skynet", skynet_million, 8 },
    { "send_million", send_million, 3 },
    { "work_alone", work_alone, 3 },
    { "pool", pool, 3 },
    { "parallel", parallel, 3 },
    { "sleepers", sleepers, 1 },
    { "select_2", select_2, 1 }, /* these leave goroutines behind */
    { "select_8", select_8, 1 },
    { "sieve", sieve, 1 },
    { "park_million", park_million, 1 },
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run(size_t i)
{
    double ns[64];
    for (int r = 0; r < table[i].rounds; r++)
        ns[r] = table[i].run();
    qsort(ns, (size_t)table[i].rounds, sizeof ns[0], compare);
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf("%-16s %12.1f  median %12.1f  rss %ld KiB\n", table[i].name, ns[0],
           ns[table[i].rounds / 2], u.ru_maxrss);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        int wanted = argc == 1;
        for (int j = 1; j < argc; j++)
            wanted |= strcmp(argv[j], table[i].name) == 0;
        if (wanted)
            run(i);
    }
    return 0;
}
