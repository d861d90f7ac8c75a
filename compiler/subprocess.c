/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* subprocess.c: running commands. */
#include "subprocess.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"
#include "options.h"
#include "respfile.h"
#include "tempfile.h"

/* Above this a command's words go through a response file. */
enum { MAX_COMMAND = 512 * 1024 };

void command_add(struct command *c, const char *word)
{
    *vec_push(&c->w) = word;
}

void command_free(struct command *c)
{
    vec_free(&c->w);
}

/* As gcc -### quotes. */
static void show_word(const char *word, bool quote)
{
    bool plain = !quote;
    if (quote)
    {
        plain = *word;
        for (const char *p = word; *p; p++)
            plain &= isalnum((unsigned char)*p) || strchr("_/-.", *p);
    }
    fputs(plain ? " " : " \"", stderr);
    for (; *word; word++)
    {
        if (!plain && strchr("\"\\$", *word))
            fputc('\\', stderr);
        fputc(*word, stderr);
    }
    if (!plain)
        fputc('"', stderr);
}

static void show(struct options *o, struct command *c)
{
    if (!o->verbose && !o->dry_run)
        return;
    for (size_t i = 0; i < c->w.n; i++)
        show_word(c->w.v[i], o->dry_run);
    fputc('\n', stderr);
    fflush(stderr);
}

/* The words behind the first in a response file, if they are too many. */
static void shorten(struct options *o, struct command *c)
{
    size_t size = 0, first = 1;
    for (size_t i = 0; i < c->w.n; i++)
        size += strlen(c->w.v[i]) + 1 + sizeof(char *);
    if (size < MAX_COMMAND)
        return;
    if (o->unit.cc.n < c->w.n)
        first = o->unit.cc.n > o->cxx.n ? o->unit.cc.n : o->cxx.n;
    const char *path = temp_name(&o->arena, temp_folder(&o->arena, 0), "words");
    FILE *f = fopen(path, "we");
    if (!f)
        fatal("cannot write %s: %s", path, strerror(errno));
    for (size_t i = first; i < c->w.n; i++)
        fprintf(f, "%s\n", respfile_quote(&o->arena, c->w.v[i]));
    if (fclose(f))
        fatal("cannot write %s: %s", path, strerror(errno));
    c->w.n = first;
    command_add(c, arena_printf(&o->arena, "@%s", path));
}

/* folder null: this one; output negative: this process's. */
static pid_t start(const char *file, char *const *argv, const char *folder, int output)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, usual;
    pid_t pid;
    fflush(stdout);
    sigemptyset(&none);
    sigemptyset(&usual);
    for (int s = 1; s < 32; s++)
    {
        struct sigaction sa;
        if (!sigaction(s, NULL, &sa) && sa.sa_handler != SIG_IGN)
            sigaddset(&usual, s);
    }
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &usual);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&actions);
    if (folder)
        posix_spawn_file_actions_addchdir_np(&actions, folder);
    for (int fd = 1; fd <= 2 && output >= 0; fd++)
        posix_spawn_file_actions_adddup2(&actions, output, fd);
    int error = posix_spawnp(&pid, file, &actions, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    if (error)
        fatal("cannot run %s: %s", file, strerror(error));
    return pid;
}

static int status_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int await(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            fatal("lost a child process: %s", strerror(errno));
    return status;
}

int command_run(struct options *o, struct command *c)
{
    sigset_t all, old;
    show(o, c);
    if (o->dry_run)
        return 0;
    shorten(o, c);
    command_add(c, NULL);
    /* A signal between the start and tempfile_child would miss the child. */
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    pid_t pid = start(c->w.v[0], (char *const *)c->w.v, NULL, -1);
    tempfile_child(pid);
    sigprocmask(SIG_SETMASK, &old, NULL);
    int status = status_of(await(pid));
    tempfile_child(0);
    return status;
}

/* ---- goc run, goc test ---- */

static volatile pid_t program;

/* What a terminal sends reaches the program by itself. */
static void pass_on(int signo, siginfo_t *info, void *context)
{
    (void)context;
    int saved = errno;
    if (program && info->si_code <= 0)
        kill(program, signo);
    errno = saved;
}

void program_start(const char *path, char *const *argv, const char *folder, int output)
{
    static const int passed[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCONT};
    struct sigaction sa = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigaction old;
    sigset_t all, mask;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &mask);
    program = start(path, argv, folder, output);
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        if (!sigaction(passed[i], NULL, &old) && old.sa_handler != SIG_IGN)
            sigaction(passed[i], &sa, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

bool program_ended(int *status)
{
    if (waitpid(program, status, WNOHANG) != program)
        return false;
    program = 0;
    return true;
}

int program_wait(void)
{
    int status = await(program);
    program = 0;
    return status;
}

int program_run(const char *path, char *const *argv)
{
    program_start(path, argv, NULL, -1);
    return status_of(program_wait());
}
