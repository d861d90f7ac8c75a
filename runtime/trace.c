/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* trace.c: the runtime's side of goc-trace; see trace.h.
 *
 * System calls that the sanitizers watch are made directly: what goes over the
 * socket may be memory that they hold to be none of our business.
 */
#include "internal.h"
#include "trace.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_DISABLE_ERROR_REPORTING ((void)0)
#define VALGRIND_ENABLE_ERROR_REPORTING ((void)0)
#endif

/* For the first answer, because a program must be started and its code read;
 * and then for all the others together. */
static const int64_t limit_first = 20 * (int64_t)1000 * 1000 * 1000;
static const int64_t limit_others = 5 * (int64_t)1000 * 1000 * 1000;

enum
{
    PATHS_MAX = 40,
    PATHS_BYTES = 16 * 1024, /* of all paths together */
    TEXT_BYTES = 64 * 1024,
    CHILD_STACK = 32 * 1024
};

/* What a conversation needs, in one mapping: text first. */
struct room
{
    char text[TEXT_BYTES];
    char packet[sizeof(struct goc__trace_message) + TRACE_TEXT_MAX];
    char *path[PATHS_MAX]; /* where goc-trace may be */
    int npaths;
    size_t used;           /* of `bytes` */
    char bytes[PATHS_BYTES];
    char scratch[PATH_MAX], dir[PATH_MAX];
    int socket, maps, exe; /* the child's ends */
    int pid;
    _Alignas(16) char between[CHILD_STACK], stack[CHILD_STACK];
};

/* ---- Where it may be ---------------------------------------------------- */

static __attribute__((format(printf, 2, 3))) void path_add(
    struct room *r, const char *format, ...)
{
    va_list args;
    size_t left = sizeof r->bytes - r->used;
    va_start(args, format);
    int n = vsnprintf(r->bytes + r->used, left, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= left || r->npaths == PATHS_MAX - 1)
        return;
    r->path[r->npaths++] = r->bytes + r->used;
    r->used += (size_t)n + 1;
}

/* Takes the last component off. */
static bool path_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

/* The folder in r->dir is that of a program or a library of goc's tree. */
static void tree_add(struct room *r)
{
    path_add(r, "%s/goc-trace", r->dir);
    path_add(r, "%s/../lib/goc/goc-trace", r->dir);
}

/* The file that the runtime's code comes from, by the memory map: one line is
 * "from-to rights offset device inode      path". */
static bool runtime_file(struct room *r)
{
    uintptr_t here = (uintptr_t)(void *)runtime_file;
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    char *line = r->scratch;
    size_t n = 0;
    bool found = false;
    if (fd < 0)
        return false;
    while (!found) {
        ssize_t got = read(fd, line + n, sizeof r->scratch - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
        line[n] = '\0';
        char *at = line, *end;
        while (!found && (end = strchr(at, '\n'))) {
            *end = '\0';
            char *dash;
            uintptr_t lo = (uintptr_t)strtoull(at, &dash, 16);
            uintptr_t hi = *dash == '-'
                ? (uintptr_t)strtoull(dash + 1, NULL, 16) : 0;
            char *path = strchr(at, '/');
            if (here >= lo && here < hi && path) {
                snprintf(r->dir, sizeof r->dir, "%s", path);
                found = true;
            }
            at = end + 1;
        }
        n -= (size_t)(at - line);
        memmove(line, at, n);
    }
    close(fd);
    return found;
}

/* The program's run path: DT_RUNPATH, else DT_RPATH. */
static const char *run_path(void)
{
    const ElfW(Phdr) *ph = (const void *)getauxval(AT_PHDR);
    size_t n = getauxval(AT_PHNUM);
    const ElfW(Dyn) *dyn = NULL;
    uintptr_t bias = 0;
    for (size_t i = 0; ph && i < n; i++)
        if (ph[i].p_type == PT_PHDR)
            bias = (uintptr_t)ph - ph[i].p_vaddr;
    for (size_t i = 0; ph && i < n; i++)
        if (ph[i].p_type == PT_DYNAMIC)
            dyn = (const void *)(bias + ph[i].p_vaddr);
    uintptr_t strings = 0, path = 0, old = 0;
    bool has_path = false, has_old = false;
    for (; dyn && dyn->d_tag != DT_NULL; dyn++) {
        if (dyn->d_tag == DT_STRTAB)
            strings = dyn->d_un.d_ptr;
        else if (dyn->d_tag == DT_RUNPATH)
            has_path = true, path = dyn->d_un.d_val;
        else if (dyn->d_tag == DT_RPATH)
            has_old = true, old = dyn->d_un.d_val;
    }
    if (!strings || (!has_path && !has_old))
        return NULL;
    if (strings < bias)
        strings += bias; /* the dynamic linker has not put it right */
    return (const char *)(strings + (has_path ? path : old));
}

/* Calls visit for each folder of a list with colons. */
static void each_folder(struct room *r, const char *list,
                        void (*visit)(struct room *r, const char *dir, int n))
{
    while (list && *list) {
        const char *end = strchrnul(list, ':');
        if (end > list && end - list < PATH_MAX / 2)
            visit(r, list, (int)(end - list));
        list = *end ? end + 1 : end;
    }
}

static void run_path_add(struct room *r, const char *dir, int n)
{
    static const char origin[] = "$ORIGIN";
    enum { ORIGIN = sizeof origin - 1 };
    if (n >= ORIGIN && memcmp(dir, origin, ORIGIN) == 0) {
        ssize_t k = readlink("/proc/self/exe", r->dir, sizeof r->dir - 1);
        if (k <= 0)
            return;
        r->dir[k] = '\0';
        if (path_up(r->dir))
            path_add(r, "%s%.*s/goc-trace", r->dir, n - ORIGIN, dir + ORIGIN);
    } else if (*dir == '/') {
        path_add(r, "%.*s/goc-trace", n, dir);
    }
}

/* A folder of PATH: if it has a goc, that one's tree, through links. */
static void command_path_add(struct room *r, const char *dir, int n)
{
    if (*dir != '/')
        return;
    snprintf(r->dir, sizeof r->dir, "%.*s/goc", n, dir);
    if (access(r->dir, X_OK))
        return;
    int fd = open(r->dir, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    char name[40];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t k = readlink(name, r->dir, sizeof r->dir - 1);
    close(fd);
    if (k <= 0)
        return;
    r->dir[k] = '\0';
    if (path_up(r->dir))
        tree_add(r);
}

static void paths_find(struct room *r)
{
    const char *own = getenv("GOC_TRACER");
    if (getauxval(AT_SECURE))
        return;
    if (own && *own) {
        if (strcmp(own, "none") != 0)
            path_add(r, "%s", own);
        return;
    }
    if (runtime_file(r) && path_up(r->dir))
        tree_add(r);
    each_folder(r, run_path(), run_path_add);
    each_folder(r, getenv("PATH"), command_path_add);
    path_add(r, "/usr/local/lib/goc/goc-trace");
    path_add(r, "/usr/lib/goc/goc-trace");
}

/* ---- The process -------------------------------------------------------- */

/* ThreadSanitizer's clone takes the child for a copy of the process, though it
 * shares the memory, and then allows no more threads: not that one. */
static int (*clone_own)(int (*main)(void *), void *stack, int flags,
                        void *arg, ...) = clone;

void goc__trace_init(void)
{
    goc__libc_function("clone", &clone_own);
}

/* Ends a child; _exit would first do what the sanitizers want at the end. */
static _Noreturn void child_exit(int status)
{
    for (;;)
        syscall(SYS_exit_group, status);
}

/* In the child, which shares the memory with its parent until it executes
 * something, while the parent stands still. */
static int child_main(void *arg)
{
    static char name[] = "goc-trace";
    char *argv[] = { name, NULL }, *envp[] = { NULL };
    struct room *r = arg;
    int from[3] = { r->socket, r->maps, r->exe };
    /* The program may have closed 0 to 2, so that they are among ours. */
    for (int i = 0; i < 3; i++)
        if ((from[i] = (int)syscall(SYS_fcntl, from[i], F_DUPFD_CLOEXEC, 3))
            < 0)
            child_exit(127);
    syscall(SYS_dup3, from[0], TRACE_FD_SOCKET, 0);
    syscall(SYS_dup3, from[1], TRACE_FD_MAPS, 0);
    syscall(SYS_dup3, from[2], TRACE_FD_EXE, 0);
#ifdef SYS_close_range
    syscall(SYS_close_range, 3, ~0u, 0);
#endif
    for (int i = 0; i < r->npaths; i++)
        execve(r->path[i], argv, envp);
    child_exit(127);
}

/* What executes a program raises SIGCHLD at its end, and a wait() of the
 * program's would find it.  So while the program goes on it is not our child,
 * but the child of one that ends at once and which nobody hears of. */
static int between_main(void *arg)
{
    struct room *r = arg;
    r->pid = clone_own(child_main, r->stack + sizeof r->stack,
                       CLONE_VM | CLONE_VFORK, r);
    child_exit(0);
}

static void reap(int pid)
{
    while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
        ;
}

/* All signals stay blocked in the child: no handler may run in it, and keys
 * that end the program should let it finish the report.  Emulators of processes
 * start only children whose end raises SIGCHLD. */
static int child_start(struct room *r, bool ends)
{
    int flags = CLONE_VM | CLONE_VFORK;
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int pid = clone_own(ends ? child_main : between_main,
                        r->between + sizeof r->between,
                        ends ? flags | SIGCHLD : flags, r);
    if (!ends && pid > 0) {
        reap(pid);
        pid = r->pid;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return pid;
}

void goc__trace_begin(struct goc__trace *t, bool ends)
{
    int e = errno, pair[2] = { -1, -1 };
    *t = (struct goc__trace){ .socket = -1, .pidfd = -1 };
    struct room *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (r == MAP_FAILED) {
        errno = e;
        return;
    }
    t->text = r->text;
    paths_find(r);
    r->maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    r->exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (r->npaths && r->maps >= 0 && r->exe >= 0
        && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0) {
        r->socket = pair[1];
        t->pid = child_start(r, ends);
        t->end = goc__now() + limit_first;
        close(pair[1]);
        if (t->pid > 0) {
            t->socket = pair[0];
            t->child = ends;
            if (!ends)
                t->pidfd = (int)syscall(SYS_pidfd_open, t->pid, 0);
        } else {
            close(pair[0]);
        }
    }
    close(r->maps);
    close(r->exe);
    errno = e;
}

/* The end of goc-trace: it answers no more, or is not needed any more. */
static void stop(struct goc__trace *t)
{
    if (t->socket < 0)
        return;
    close(t->socket);
    t->socket = -1;
    /* By a descriptor: when it was adopted, the number may be another's. */
    if (t->child)
        kill(t->pid, SIGKILL);
    if (t->pidfd >= 0) {
        syscall(SYS_pidfd_send_signal, t->pidfd, SIGKILL, NULL, 0);
        close(t->pidfd);
    }
    reap(t->pid); /* unless somebody else has adopted it */
}

void goc__trace_end(struct goc__trace *t)
{
    int e = errno;
    stop(t);
    if (t->text)
        munmap(t->text, sizeof(struct room));
    t->text = NULL;
    t->length = 0;
    errno = e;
}

/* ---- The conversation --------------------------------------------------- */

static bool packet_send(struct goc__trace *t, struct goc__trace_message *m,
                        const void *more, size_t n)
{
    struct iovec v[2] = { { m, sizeof *m }, { (void *)more, n } };
    struct msghdr h = { .msg_iov = v, .msg_iovlen = n ? 2 : 1 };
    long r;
    do
        r = syscall(SYS_sendmsg, t->socket, &h, MSG_NOSIGNAL);
    while (r < 0 && errno == EINTR);
    return r > 0;
}

/* The page that goc-trace asks for.  A datagram is sent whole or, if some of
 * its bytes cannot be read, not at all. */
static bool page_send(struct goc__trace *t, uint64_t at)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct goc__trace_message m = { .kind = TRACE_PAGE, .sp = at };
    VALGRIND_DISABLE_ERROR_REPORTING; /* a page may be stack in part */
    bool sent = packet_send(t, &m, (void *)(uintptr_t)at, page);
    VALGRIND_ENABLE_ERROR_REPORTING;
    return sent || (errno == EFAULT && packet_send(t, &m, NULL, 0));
}

/* The next datagram from goc-trace, in r->packet: its size, or -1. */
static ssize_t packet_receive(struct goc__trace *t)
{
    struct room *r = (struct room *)t->text;
    for (;;) {
        int64_t left = t->end - goc__now();
        struct pollfd p = { t->socket, POLLIN, 0 };
        int n = left <= 0 ? 0 : poll(&p, 1, (int)(left / 1000000) + 1);
        if (n == 0)
            return -1;
        ssize_t got = n < 0 ? -1
            : recv(t->socket, r->packet, sizeof r->packet, MSG_DONTWAIT);
        if (got >= (ssize_t)sizeof(struct goc__trace_message))
            return got;
        if (got >= 0 || (errno != EINTR && errno != EAGAIN))
            return -1;
    }
}

/* Asks, serves what goc-trace needs for the answer, and collects that. */
static void ask(struct goc__trace *t, struct goc__trace_message *m)
{
    int e = errno;
    struct room *r = (struct room *)t->text;
    t->length = 0;
    if (t->socket < 0)
        return;
    bool going = packet_send(t, m, NULL, 0);
    while (going) {
        ssize_t n = packet_receive(t);
        going = n >= 0;
        if (!going)
            break;
        struct goc__trace_message *got = (void *)r->packet;
        size_t more = (size_t)n - sizeof *got;
        if (got->kind == TRACE_DONE) {
            if (!t->answered)
                t->end = goc__now() + limit_others;
            t->answered = true;
            break;
        }
        if (got->kind == TRACE_WANT) {
            going = page_send(t, got->sp);
        } else if (got->kind == TRACE_TEXT
                   && more <= sizeof r->text - t->length) {
            memcpy(r->text + t->length, got + 1, more);
            t->length += more;
        }
    }
    if (!going) {
        t->length = 0; /* half an answer misleads */
        stop(t);
    }
    errno = e;
}

void goc__trace_stack(struct goc__trace *t, const void *sp, const void *pc,
                      const void *fp, const void *lr)
{
    ask(t, &(struct goc__trace_message){ TRACE_STACK, (uintptr_t)sp,
                                         (uintptr_t)pc, (uintptr_t)fp,
                                         (uintptr_t)lr });
}

void goc__trace_symbol(struct goc__trace *t, const void *at)
{
    ask(t, &(struct goc__trace_message){ TRACE_SYMBOL, .pc = (uintptr_t)at });
}

/* ---- Memory ------------------------------------------------------------- */

/* Where the kernel does not copy from process to process: what is written to a
 * pipe is copied, too.  A write that cannot read all of its bytes writes none,
 * so each ends where a page may. */
static size_t copy_by_pipe(char *to, uintptr_t from, size_t n)
{
    enum { PAGE = 4096 }; /* the smallest there is */
    int end[2];
    size_t done = 0;
    if (syscall(SYS_pipe2, end, O_CLOEXEC | O_NONBLOCK))
        return 0;
    VALGRIND_DISABLE_ERROR_REPORTING;
    while (done < n) {
        size_t part = PAGE - (from + done) % PAGE;
        if (part > n - done)
            part = n - done;
        if (syscall(SYS_write, end[1], from + done, part) != (long)part
            || syscall(SYS_read, end[0], to + done, part) != (long)part)
            break;
        done += part;
    }
    VALGRIND_ENABLE_ERROR_REPORTING;
    syscall(SYS_close, end[0]);
    syscall(SYS_close, end[1]);
    return done;
}

/* process_vm_readv() needs no descriptor, which may be what has run out; but
 * filters of containers refuse it, and emulators do not know it. */
size_t goc__memory_copy(void *to, const void *from, size_t n)
{
    int e = errno;
    struct iovec into = { to, n }, of = { (void *)from, n };
    long got = syscall(SYS_process_vm_readv, getpid(), &into, 1ul, &of, 1ul,
                       0ul);
    size_t done = got > 0 ? (size_t)got
        : errno == EFAULT ? 0 : copy_by_pipe(to, (uintptr_t)from, n);
    errno = e;
    return done;
}
