// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The library's parts when the k-th call for memory, a thread or a descriptor fails, for every k: an
// error, or a fatal error that says what ran out; no crash, no hang.
// REQUIRES: nosan
// RUN: %cc %s -o %t $(grep -o 'X([a-z_0-9]*, E' %S/Inputs/failing.h | sed 's/X(\(.*\), E/-Wl,--wrap=\1/') %runtime
// RUN: env GOC_PROCS=2 %t chan && env GOC_PROCS=2 %t sync
// RUN: env GOC_PROCS=2 %t time && env GOC_PROCS=2 %t context
// RUN: env GOC_PROCS=2 %t net && env GOC_PROCS=2 %t rest
#include "Inputs/failing.h"

#include <goc/context.h>
#include <goc/errgroup.h>
#include <goc/io.h>
#include <goc/log.h>
#include <goc/net.h>
#include <goc/signal.h>
#include <goc/time.h>
#include <fcntl.h>
#include <netinet/in.h>

/* ---- Channels, select, stacks ---- */

static goc_chan *c, *d;

static void echo(void *arg)
{
    int v;
    (void)arg;
    while (goc_chan_recv(c, &v))
        goc_chan_send(d, &v);
    goc_chan_close(d);
}

static void part_chan(void)
{
    goc_case k[40];
    int v = 0, seen = 0, from[40];
    c = goc_chan_new(sizeof v, 0);
    d = goc_chan_new(sizeof v, 2);
    goc_go(echo, NULL);
    for (int i = 0; i < 20; i++) {
        goc_chan_send(c, &i);
        for (int n = 0; n < 40; n++)
            k[n] = (goc_case){ .chan = d, .elem = &from[n], .op = GOC_RECV };
        int got = goc_select(k, i % 2 ? 40 : 3, -1);
        seen += from[got];
    }
    CHECK_EQ(seen, 190);
    goc_chan_close(c);
    CHECK(!goc_chan_recv(d, &v));
    CHECK_EQ(goc_select(k, 0, GOC_MILLISECOND), -1);
    goc_stack_size(1 << 20);
    c = goc_chan_new(sizeof v, 1);
    d = goc_chan_new(sizeof v, 1);
    goc_go(echo, NULL);
    goc_chan_send(c, &v);
    goc_chan_recv(d, &v);
}

/* ---- Locks ---- */

static goc_mutex mu;
static goc_rwmutex rw;
static goc_cond cond;
static goc_sem sem;
static goc_waitgroup wg;
static int turn;

static void worker(void *arg)
{
    (void)arg;
    for (int i = 0; i < 10; i++) {
        goc_rwmutex_rlock(&rw);
        goc_yield();
        goc_rwmutex_runlock(&rw);
        goc_rwmutex_lock(&rw);
        goc_rwmutex_unlock(&rw);
        goc_sem_acquire(&sem, 1);
        goc_yield();
        goc_sem_release(&sem, 1);
        goc_mutex_lock(&mu);
        turn++;
        goc_cond_signal(&cond);
        goc_mutex_unlock(&mu);
    }
    goc_waitgroup_done(&wg);
}

static void *thing_new(void)
{
    return malloc(8);
}

static void part_sync(void)
{
    enum { N = 8 };
    goc_map map;
    goc_pool pool;
    goc_cond_init(&cond, &mu);
    goc_sem_init(&sem, 2);
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++)
        goc_go(worker, NULL);
    goc_mutex_lock(&mu);
    while (turn < 10 * N)
        goc_cond_wait(&cond);
    goc_mutex_unlock(&mu);
    goc_waitgroup_wait(&wg);
    goc_map_init(&map, GOC_MAP_STR);
    for (int i = 0; i < 100; i++) {
        char key[20];
        snprintf(key, sizeof key, "key %d", i);
        goc_map_store(&map, goc_skey(key), &map);
    }
    CHECK_EQ(goc_map_len(&map), 100);
    goc_map_destroy(&map);
    goc_pool_init(&pool, thing_new, free);
    for (int i = 0; i < 20; i++)
        goc_pool_put(&pool, thing_new());
    for (int i = 0; i < 30; i++)
        free(goc_pool_get(&pool));
    goc_pool_destroy(&pool);
}

/* ---- Time ---- */

static void ticked(void *arg)
{
    goc_chan_try_send(arg, NULL);
}

static void sleeper(void *arg)
{
    goc_sleep(*(int *)arg * (GOC_MILLISECOND / 10));
    goc_waitgroup_done(&wg);
}

static void part_time(void)
{
    goc_time at;
    goc_chan *done = goc_chan_new(0, 1);
    goc_timer *t = goc_timer_new(GOC_MILLISECOND);
    goc_chan_recv(t->c, &at);
    goc_timer_free(t);
    goc_ticker *k = goc_ticker_new(GOC_MILLISECOND / 4);
    goc_chan_recv(k->c, &at);
    goc_ticker_free(k);
    t = goc_timer_func(GOC_MILLISECOND, ticked, done);
    goc_chan_recv(done, NULL);
    goc_timer_free(t);
    enum { N = 30 };
    goc_waitgroup_add(&wg, N);
    for (int i = 0; i < N; i++)
        goc__go(sleeper, &i, sizeof i, "s");
    goc_waitgroup_wait(&wg);
}

/* ---- Contexts, error groups ---- */

static void after(void *arg)
{
    goc_waitgroup_done(arg);
}

static int until_done(void *arg)
{
    goc_chan_recv(goc_done(arg), NULL);
    return goc_err(arg);
}

static void part_context(void)
{
    static int key;
    goc_context *a = goc_with_cancel(goc_background());
    goc_context *b = goc_with_timeout(a, GOC_HOUR);
    goc_context *v = goc_with_value(b, &key, &key);
    goc_waitgroup_add(&wg, 1);
    goc_after_func(v, after, &wg);
    goc_errgroup *g = goc_errgroup_new(v);
    goc_errgroup_limit(g, 3);
    for (int i = 0; i < 3; i++)
        goc_errgroup_go(g, until_done, goc_errgroup_context(g));
    CHECK(goc_value(v, &key) == &key);
    goc_cancel(a);
    CHECK_EQ(goc_errgroup_wait(g), -ECANCELED);
    goc_waitgroup_wait(&wg);
    goc_errgroup_free(g);
    goc_context_free(v);
    goc_context_free(b);
    goc_context_free(a);
    a = goc_with_timeout(goc_background(), GOC_MILLISECOND);
    CHECK_EQ(until_done(a), -ETIMEDOUT);
    CHECK_EQ(goc_sleep_ctx(a, GOC_HOUR), -ETIMEDOUT);
    goc_context_free(a);
}

/* ---- Descriptors ---- */

static void server(void *arg)
{
    char text[100];
    ssize_t n;
    int fd = goc_accept(*(int *)arg, NULL, NULL);
    if (fd >= 0) {
        while ((n = goc_read(fd, text, sizeof text)) > 0)
            if (goc_write_all(fd, text, (size_t)n) < 0)
                break;
        goc_close(fd);
    }
    goc_waitgroup_done(&wg);
}

static void part_net(void)
{
    struct sockaddr_in6 addr;
    socklen_t size = sizeof addr;
    char port[10], text[5];
    int fd, pair[2], file;
    int l = goc_listen("127.0.0.1", "0", 8);
    if (l >= 0) {
        CHECK_EQ(getsockname(l, (struct sockaddr *)&addr, &size), 0);
        snprintf(port, sizeof port, "%d", ntohs(addr.sin6_port));
        goc_waitgroup_add(&wg, 1);
        goc__go(server, &l, sizeof l, "s");
        fd = goc_dial("127.0.0.1", port, 5 * GOC_SECOND);
        if (fd >= 0) {
            /* Accepting goes on as long as there are no descriptors. */
            goc_set_deadline(fd, goc_now() + GOC_SECOND / 4, 0);
            if (goc_write_all(fd, "hello", 5) == 5)
                goc_read_full(fd, text, 5);
            goc_close(fd);
        }
        goc_close(l);
        goc_waitgroup_wait(&wg);
    }
    if (goc_pipe(pair) == 0) {
        CHECK_EQ(write(pair[1], "x", 1), 1);
        goc_wait_fd(pair[0], POLLIN, GOC_SECOND);
        goc_close(pair[0]);
        goc_close(pair[1]);
    }
    file = goc_open("/dev/null", O_RDWR, 0);
    if (file >= 0) {
        goc_pread(file, text, 5, 0);
        goc_fsync(file);
        goc_close(file);
    }
}

/* ---- Calls that block, signals, logs, reports ---- */

static void *block(void *arg)
{
    usleep(100);
    return arg;
}

static void *outside(void *arg)
{
    int v = 1;
    goc_chan_send(arg, &v);
    return NULL;
}

static void part_rest(void)
{
    static const int hup[] = { SIGHUP };
    int v;
    pthread_t thread;
    c = goc_chan_new(sizeof v, 1);
    d = goc_chan_new(sizeof v, 0);
    goc_signal_notify(c, 1, hup);
    raise(SIGHUP);
    goc_chan_recv(c, &v);
    CHECK_EQ(v, SIGHUP);
    goc_signal_stop(c);
    CHECK(goc_blocking(block, &v) == &v);
    goc_set_name("a name");
    goc_log_output(fopen("/dev/null", "w"));
    goc_log(GOC_INFO, "text", "key", goc_i(5), "other", goc_s("value"));
    if (pthread_create(&thread, NULL, outside, d) == 0) {
        goc_chan_recv(d, &v);
        pthread_join(thread, NULL);
    }
    goc_lock_thread();
    goc_sleep(GOC_MILLISECOND);
    goc_unlock_thread();
    FILE *f = fopen("/dev/null", "w");
    goc_dump(f);
    fclose(f);
}

int main(int argc, char **argv)
{
    static const struct
    {
        const char *name;
        void (*fn)(void);
    } parts[] = { { "chan", part_chan }, { "sync", part_sync },
                  { "time", part_time }, { "context", part_context },
                  { "net", part_net }, { "rest", part_rest } };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (argc < 2 || !strcmp(argv[1], parts[i].name))
            CHECK(failing_each(parts[i].name, parts[i].fn) > 5);
    return 0;
}
