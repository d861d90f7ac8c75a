// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dialing and looking names up end with a context; a deadline ends what is under way on a descriptor.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static goc_waitgroup wg;
static char port[8];

/* The backlog of a listener that accepts nothing: dialing takes for ever once
 * it is full. */
static void dial_until_cancel(void *arg)
{
    int fd = goc_dial_ctx("127.0.0.1", port, arg);
    CHECK(fd >= 0 || fd == -ECANCELED);
    if (fd >= 0)
        CHECK_EQ(goc_close(fd), 0);
    goc_waitgroup_done(&wg);
}

static void ends_io(void *arg)
{
    CHECK_EQ(goc_set_deadline(*(int *)arg, 1, 1), 0);
}

/* What a program does whose read shall end with its context. */
static void read_with_context(void)
{
    int fd[2];
    char c;
    tcp_pair(fd);
    goc_context *ctx = goc_with_timeout(NULL, 5 * GOC_MILLISECOND);
    goc_after_call *call = goc_after_func_new(ctx, ends_io, &fd[0]);
    CHECK_EQ(goc_read(fd[0], &c, 1), -ETIMEDOUT);
    CHECK_EQ(goc_err(ctx), -ETIMEDOUT);
    CHECK(!goc_after_func_stop(call));
    goc_context_free(ctx);
    CHECK_EQ(goc_close(fd[0]), 0);
    CHECK_EQ(goc_close(fd[1]), 0);
}

int main(void)
{
    enum { DIALS = 8 };
    goc_context *ctx = goc_with_cancel(NULL);
    goc_context *soon = goc_with_timeout(NULL, 20 * GOC_MILLISECOND);
    int l = goc_listen_ctx("127.0.0.1", "0", 1, ctx);
    CHECK(l >= 0);
    port_of(l, port);
    int fd = goc_dial_ctx("127.0.0.1", port, NULL);
    CHECK(fd >= 0);
    int other = goc_accept(l, NULL, NULL);
    CHECK(other >= 0);
    CHECK_EQ(goc_write(other, "x", 1), 1);
    CHECK_EQ(goc_close(other), 0);

    goc_waitgroup_add(&wg, DIALS);
    uint64_t before = waits("IO wait");
    for (int i = 0; i < DIALS; i++)
        goc_go(dial_until_cancel, ctx);
    while (waits("IO wait") == before)
        goc_sleep(GOC_MILLISECOND);
    goc_cancel(ctx);
    goc_waitgroup_wait(&wg);

    CHECK_EQ(goc_dial_ctx("127.0.0.1", port, ctx), -ECANCELED);
    CHECK_EQ(goc_dial_ctx("some.invalid", "80", ctx), -ECANCELED);
    CHECK_EQ(goc_dial_udp_ctx("some.invalid", "80", ctx), -ECANCELED);
    CHECK_EQ(goc_listen_ctx("some.invalid", "80", 1, ctx), -ECANCELED);
    CHECK_EQ(goc_listen_udp_ctx("some.invalid", "80", ctx), -ECANCELED);
    CHECK_EQ(goc_dial_unix_ctx("/no/such/path", ctx), -ECANCELED);
    CHECK_EQ(goc_dial_unix_ctx("/no/such/path", NULL), -ENOENT);
    int r = goc_dial_ctx("some.invalid", "80", soon);
    CHECK(r == -ETIMEDOUT || r == -ENOENT || r == -EAGAIN || r == -EIO);

    /* Numbers need no look-up. */
    int u = goc_listen_udp_ctx("127.0.0.1", "0", NULL);
    CHECK(u >= 0);
    port_of(u, port);
    int v = goc_dial_udp_ctx("127.0.0.1", port, NULL);
    CHECK(v >= 0);
    CHECK_EQ(goc_write(v, "y", 1), 1);
    char c;
    CHECK_EQ(goc_read(u, &c, 1), 1);
    CHECK_EQ(goc_close(u), 0);
    CHECK_EQ(goc_close(v), 0);

    CHECK_EQ(goc_read(fd, &c, 1), 1); /* the connection is as good as any */
    CHECK_EQ(goc_close(fd), 0);
    CHECK_EQ(goc_close(l), 0);
    read_with_context();
    goc_context_free(ctx);
    goc_context_free(soon);
    return 0;
}
