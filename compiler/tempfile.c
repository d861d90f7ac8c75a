/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tempfile.c: temporary folders, outputs written aside, removal at the end.
 *
 * An output is written in a folder of its own beside its destination and then
 * renamed: the name stays the same (assemblers and linkers look at it), and a
 * child that outlives goc finds the folder gone and cannot leave a file behind.
 *
 * The list of what must be removed is a variable of the file, because signal
 * handlers need it.  It is changed with signals blocked, and entries are only
 * added at its head, so a handler always sees a whole list.
 */
#include "tempfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"
#include "options.h"

struct entry
{
    struct entry *next;
    bool folder, gone;
    char path[];
};

static struct entry *entries;
static volatile pid_t child;
static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

/* ---- removal ---- */

static struct entry *add_entry(const char *path, bool folder)
{
    size_t n = strlen(path) + 1;
    struct entry *e = malloc(sizeof *e + n);
    sigset_t all, old;
    if (!e)
        fatal("out of memory");
    *e = (struct entry){.folder = folder};
    memcpy(e->path, path, n);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    e->next = entries;
    entries = e;
    sigprocmask(SIG_SETMASK, &old, NULL);
    return e;
}

static struct entry *find_entry(const char *path)
{
    struct entry *e = entries;
    while (e && (e->gone || strcmp(e->path, path)))
        e = e->next;
    return e;
}

/* Safe in a signal handler.  Files come before their folder in the list. */
static void remove_all(void)
{
    for (struct entry *e = entries; e; e = e->next)
        if (!e->gone)
            e->folder ? rmdir(e->path) : unlink(e->path);
}

/* What a compiler may have left in one of our folders beside its output. */
static void empty_folder(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *f; d && (f = readdir(d));)
        unlinkat(dirfd(d), f->d_name, 0);
    if (d)
        closedir(d);
}

static void at_exit(void)
{
    for (struct entry *e = entries; e; e = e->next)
        if (!e->gone && e->folder)
            empty_folder(e->path);
    remove_all();
    while (entries)
    {
        struct entry *e = entries;
        entries = e->next;
        free(e);
    }
}

static void remove_now(struct entry *e)
{
    if (e->folder)
        empty_folder(e->path);
    e->folder ? rmdir(e->path) : unlink(e->path);
    e->gone = true;
}

/* ---- signals ---- */

static void on_deadly(int signo, siginfo_t *info, void *context)
{
    (void)context;
    if (child)
    {
        /* A terminal tells the whole group. */
        if (info->si_code <= 0)
            kill(child, signo);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    remove_all();
    signal(signo, SIG_DFL);
    raise(signo);
}

static void on_crash(int signo)
{
    static const char text[] = ": this is a bug in goc.  Please report it with the "
                               "input and the command.\n";
    static const char *const names[] = {"segmentation fault", "bus error", "abort",
                                        "arithmetic error", "illegal instruction"};
    const char *name = "crash";
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        if (crashes[i] == signo)
            name = names[i];
    ssize_t n = write(2, "goc: internal error: ", 21);
    n = write(2, name, strlen(name));
    n = write(2, text, sizeof text - 1);
    (void)n;
    remove_all();
    _exit(STATUS_BUG);
}

/* Sanitizers have better reports of their own. */
static void catch_crashes(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    static char stack[32768]; /* the crash may be an overflow of the usual one */
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction sa = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_RESETHAND};
    sigaltstack(&alternate, NULL);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        sigaction(crashes[i], &sa, NULL);
#endif
}

void tempfile_init(void)
{
    struct sigaction sa = {.sa_sigaction = on_deadly, .sa_flags = SA_SIGINFO}, old;
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        sigaddset(&sa.sa_mask, deadly[i]);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        if (!sigaction(deadly[i], NULL, &old) && old.sa_handler != SIG_IGN)
            sigaction(deadly[i], &sa, NULL);
    catch_crashes();
    atexit(at_exit);
}

void tempfile_disown(void)
{
    entries = NULL;
}

void tempfile_child(pid_t pid)
{
    child = pid;
}

/* ---- temporary folders ---- */

static const char *temp_root(void)
{
    const char *dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/tmp";
}

const char *temp_folder(struct arena *a, uint64_t key)
{
    char *path = arena_printf(a, "%s/goc-%016llx", temp_root(), (unsigned long long)key);
    if (mkdir(path, 0700))
    {
        path = arena_printf(a, "%s/goc-XXXXXX", temp_root());
        if (!mkdtemp(path))
            fatal("cannot make a folder in %s: %s", temp_root(), strerror(errno));
    }
    add_entry(path, true);
    return path;
}

const char *temp_name(struct arena *a, const char *folder, const char *base)
{
    char *path = arena_printf(a, "%s/%s", folder, base);
    add_entry(path, false);
    return path;
}

/* ---- outputs ---- */

/* The folder that holds path, ending in a slash, or "" for the current one. */
static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_strndup(a, path, (size_t)(slash + 1 - path)) : "";
}

/* The file behind a symbolic link is the one to replace, as a compiler's. */
static const char *resolve(struct arena *a, const char *path)
{
    struct stat st;
    if (lstat(path, &st) || !S_ISLNK(st.st_mode))
        return path;
    char *real = realpath(path, NULL);
    if (!real)
        return path;
    path = arena_strndup(a, real, strlen(real));
    free(real);
    return path;
}

void aside_begin(struct arena *a, struct aside *s, const char *output)
{
    struct stat st;
    const char *path = resolve(a, output), *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    *s = (struct aside){.output = path};
    bool exists = !stat(path, &st);
    if (exists && S_ISDIR(st.st_mode))
        fatal("cannot write %s: %s", output, strerror(EISDIR));
    if (exists && !S_ISREG(st.st_mode))
        s->copy = true;
    if (exists && access(path, W_OK))
        fatal("cannot write %s: %s", output, strerror(errno));
    char *folder = arena_printf(a, "%s.goc-XXXXXX", folder_of(a, path));
    if (!s->copy && !mkdtemp(folder))
    {
        if (!exists)
            fatal("cannot write %s: %s", output, strerror(errno));
        s->copy = true;
    }
    if (s->copy)
        s->aside = temp_name(a, temp_folder(a, 0), base);
    else
    {
        add_entry(folder, true);
        s->aside = temp_name(a, folder, base);
    }
}

static void forget(struct aside *s)
{
    struct entry *file = find_entry(s->aside);
    if (file)
        remove_now(file);
    char *folder = strdup(s->aside);
    if (!folder)
        fatal("out of memory");
    *strrchr(folder, '/') = 0;
    struct entry *e = find_entry(folder);
    if (e)
        remove_now(e);
    free(folder);
}

static void copy_into(struct aside *s)
{
    char buffer[16384];
    int in = open(s->aside, O_RDONLY | O_CLOEXEC);
    int out = open(s->output, O_WRONLY | O_TRUNC | O_CLOEXEC);
    ssize_t n = 0;
    if (in < 0 || out < 0)
        fatal("cannot write %s: %s", s->output, strerror(errno));
    while ((n = read(in, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, k; done < n; done += k)
            if ((k = write(out, buffer + done, (size_t)(n - done))) < 0)
                fatal("cannot write %s: %s", s->output, strerror(errno));
    close(in);
    if (n < 0 || close(out))
        fatal("cannot write %s: %s", s->output, strerror(errno));
}

void aside_commit(struct aside *s)
{
    /* Some steps only answer: a link with -Wl,--version. */
    if (access(s->aside, F_OK))
    {
        forget(s);
        return;
    }
    if (s->copy)
        copy_into(s);
    else if (rename(s->aside, s->output))
        fatal("cannot write %s: %s", s->output, strerror(errno));
    forget(s);
}

void aside_drop(struct aside *s)
{
    forget(s);
}

static void write_fd(int fd, const char *path, const char *text, size_t size)
{
    for (size_t done = 0; done < size;)
    {
        ssize_t n = write(fd, text + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            fatal("cannot write %s: %s", path, strerror(errno));
        done += (size_t)n;
    }
}

void write_file(const char *path, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        fatal("cannot write %s: %s", path, strerror(errno));
    write_fd(fd, path, text, size);
    if (close(fd))
        fatal("cannot write %s: %s", path, strerror(errno));
}

void write_output(struct arena *a, const char *output, const char *text, size_t size)
{
    struct aside s;
    if (!strcmp(output, "-"))
    {
        write_fd(1, "standard output", text, size);
        return;
    }
    aside_begin(a, &s, output);
    write_file(s.aside, text, size);
    aside_commit(&s);
}
