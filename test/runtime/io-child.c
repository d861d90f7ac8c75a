// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Child processes: their descriptors, their end, and waiting for it.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
// The emulator does not tell posix_spawn that the program is not there.
// UNSUPPORTED: cross
#include "Inputs/net.h"

#include <signal.h>
#include <sys/wait.h>

static goc_waitgroup wg;
static _Atomic int beats;

static void heart(void *arg)
{
    _Atomic int *stop = arg;
    while (!*stop) {
        beats++;
        goc_sleep(500 * GOC_MICROSECOND);
    }
    goc_waitgroup_done(&wg);
}

static pid_t shell(const char *script, const int fd[3])
{
    char *argv[] = { "sh", "-c", (char *)script, NULL };
    errno = 77;
    pid_t pid = goc_spawn("sh", argv, NULL, fd);
    CHECK(pid > 0);
    CHECK_EQ(errno, 77);
    return pid;
}

int main(void)
{
    int in[2], out[2], status;
    char buf[64];
    _Atomic int stop = 0;

    CHECK_EQ(goc_pipe(in), 0);
    CHECK_EQ(goc_pipe(out), 0);
    int fd[3] = { in[0], out[1], -1 };
    pid_t pid = shell("while read x; do echo \"<$x>\"; done; exit 7", fd);
    goc_close(in[0]);
    goc_close(out[1]);
    CHECK_EQ(goc_write_all(in[1], "one\ntwo\n", 8), 8);
    CHECK_EQ(goc_read_full(out[0], buf, 12), 12);
    CHECK(memcmp(buf, "<one>\n<two>\n", 12) == 0);
    CHECK_EQ(goc_wait_child(pid, &status, 2 * GOC_MILLISECOND), -ETIMEDOUT);
    goc_close(in[1]);
    CHECK_EQ(goc_read_full(out[0], buf, sizeof buf), 0);
    CHECK_EQ(goc_wait_child(pid, &status, GOC_FOREVER), 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    CHECK_EQ(goc_wait_child(pid, &status, 0), -ECHILD);
    goc_close(out[0]);

    /* Nobody is held up meanwhile; no signal is blocked in the child. */
    goc_waitgroup_add(&wg, 1);
    goc_go(heart, (void *)&stop);
    pid = shell("kill -TERM $$; sleep 5", NULL);
    CHECK_EQ(goc_wait_child(pid, &status, GOC_FOREVER), 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    int before = beats;
    pid = shell("sleep 0.05", NULL);
    CHECK_EQ(goc_wait_child(pid, NULL, GOC_MINUTE), 0);
    CHECK(beats > before + 2);
    stop = 1;
    goc_waitgroup_wait(&wg);

    char *none[] = { "no-such-program", NULL };
    errno = 77;
    CHECK_EQ(goc_spawn("no-such-program", none, NULL, NULL), -ENOENT);
    CHECK_EQ(errno, 77);
    char *argv[] = { "sh", "-c", "test \"$A\" = b", NULL };
    char *envp[] = { "A=b", NULL };
    pid = goc_spawn("/bin/sh", argv, envp, NULL);
    CHECK_EQ(goc_wait_child(pid, &status, GOC_FOREVER), 0);
    CHECK_EQ(status, 0);
    /* Descriptors that change places. */
    CHECK_EQ(goc_pipe(out), 0);
    int swapped[3] = { 0, out[1], 1 };
    pid = shell("echo x; echo y >/dev/null", swapped);
    CHECK_EQ(goc_wait_child(pid, &status, GOC_FOREVER), 0);
    CHECK_EQ(goc_read(out[0], buf, sizeof buf), 2);
    goc_close(out[0]);
    goc_close(out[1]);
    return 0;
}
