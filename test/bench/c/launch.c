/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* launch.c: runs a program for run.py, and tells how long it took and how much
 * memory it had.
 *
 * usage: launch PROGRAM [ARGUMENTS]
 *
 * The program's standard output is this one's; its standard error is dropped.
 * The last line on standard error is this program's: nanoseconds from start to
 * end, peak resident set in KiB, exit status.  Python is not the one to do it,
 * for a child's peak begins at that of its parent.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    pid_t pid;
    int status;

    if (argc < 2)
        return 2;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    long long began = now();
    if (posix_spawn(&pid, argv[1], &actions, NULL, argv + 1, environ)
        || wait4(pid, &status, 0, &usage) != pid)
        return 2;
    fprintf(stderr, "%lld %ld %d\n", now() - began, usage.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
