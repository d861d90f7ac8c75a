/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* panic.c: panics, fatal errors, and reports of goroutines.
 *
 * A report goes to standard error with write(), from buffers on the stack: it
 * may have to be made in a signal handler, or by a thread that holds any lock
 * of the program's.  The program's streams are flushed before, by the monitor,
 * which is given a moment for it.
 *
 * Paragraphs are taken from the records while the world goes on: of a
 * goroutine that runs meanwhile they show a moment's view.  Records are never
 * unmapped, sites are literals, and names are freed under names_lock.
 *
 * One report ends the process; a thread that comes second waits for that.
 */
#include "chan.h"
#include "worker.h"

#include <goc/sched.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

const char *const goc__reason_text[GOC__WAIT_COUNT] = {
#define X(name, text) text,
    GOC__REASONS(X)
#undef X
};

static enum { TRACE_NONE, TRACE_SINGLE, TRACE_ALL } traceback = TRACE_SINGLE;
struct goc__lock goc__names_lock;

/* ---- Output ------------------------------------------------------------- */

/* Where a report goes: a stream, or standard error past its buffer. */
struct out
{
    FILE *stream; /* null: standard error */
    char text[2048];
    size_t n;
};

static void out_flush(struct out *o)
{
    if (o->stream) {
        fwrite(o->text, 1, o->n, o->stream);
    } else {
        size_t done = 0;
        while (done < o->n) {
            ssize_t k = write(STDERR_FILENO, o->text + done, o->n - done);
            if (k > 0) {
                done += (size_t)k;
            } else if (errno == EAGAIN) {
                struct pollfd p = { STDERR_FILENO, POLLOUT, 0 };
                poll(&p, 1, 1000);
            } else if (errno != EINTR) {
                break;
            }
        }
    }
    o->n = 0;
}

static __attribute__((format(printf, 2, 3))) void out_print(
    struct out *o, const char *format, ...)
{
    va_list args;
    enum { LINE_MAX_BYTES = 1024 };
    if (o->n > sizeof o->text - LINE_MAX_BYTES)
        out_flush(o);
    va_start(args, format);
    int n = vsnprintf(o->text + o->n, LINE_MAX_BYTES, format, args);
    va_end(args);
    if (n > 0)
        o->n += (size_t)n < LINE_MAX_BYTES ? (size_t)n : LINE_MAX_BYTES - 1;
}

/* ---- Paragraphs --------------------------------------------------------- */

static void print_created(struct out *o, uint64_t parent, const char *at)
{
    if (at && parent)
        out_print(o, "created by goroutine %llu at %s\n",
                  (unsigned long long)parent, at);
    else if (parent)
        out_print(o, "created by goroutine %llu\n",
                  (unsigned long long)parent);
    else if (at)
        out_print(o, "created at %s\n", at);
}

static void print_paragraph(struct out *o, struct goc__g *g)
{
    int state = atomic_load_explicit(&g->state, memory_order_acquire);
    bool waits = state == G_WAITING;
    const char *word = waits ? goc__reason_text[g->reason]
        : state == G_RUNNABLE ? "runnable" : "running";
    out_print(o, "goroutine %llu [%s", (unsigned long long)g->id, word);
    uint32_t ms =
        atomic_load_explicit(&goc__coarse, memory_order_relaxed) - g->since;
    if (waits && ms >= 60 * 1000 && ms < UINT32_MAX / 2)
        out_print(o, ", %u minutes", ms / (60 * 1000));
    if (g->flags & GOC__G_LOCKED)
        out_print(o, ", locked to thread");
    /* The lock is for another thread's goroutine that ends right now; if its
     * holder is the thread that reports, nothing can change. */
    bool locked = false;
    for (int i = 0; i < 1000 && !locked; i++)
        locked = goc__lock_try(&goc__names_lock);
    if (g->name)
        out_print(o, ", %.200s", g->name);
    if (locked)
        atomic_store_explicit(&goc__names_lock.held, 0, memory_order_release);
    out_print(o, "]:\n");
    if (g->site)
        out_print(o, "\t%s\n", g->site);
    if (!(g->flags & GOC__G_MAIN))
        print_created(o, g->parent, g->created);
}

static void print_task(struct out *o, struct goc__task *t)
{
    out_print(o, "goroutine %llu [runnable]:\n",
              (unsigned long long)atomic_load(&t->id));
    print_created(o, t->parent, t->at);
}

/* All goroutines, collected so that they can be shown in the order of their
 * ids.  The memory comes from mmap: malloc's lock may be taken. */
struct entry
{
    uint64_t id;
    struct goc__g *g;
    struct goc__task *t;
};
struct entries
{
    struct entry *e;
    size_t n, max;
};

static void entry_add(struct entries *all, struct entry e)
{
    if (all->e && all->n < all->max)
        all->e[all->n] = e;
    all->n++;
}

static void collect_g(struct goc__g *g, void *arg)
{
    entry_add(arg, (struct entry){ g->id, g, NULL });
}

static void collect_task(struct goc__task *t, void *arg)
{
    entry_add(arg, (struct entry){ atomic_load(&t->id), NULL, t });
}

static void collect(struct entries *all)
{
    all->n = 0;
    if (goc__main_worker
        && atomic_load(&goc__main_worker->thread_g.state) != G_DEAD)
        collect_g(&goc__main_worker->thread_g, all);
    goc__stack_each(collect_g, all);
    goc__task_each(collect_task, all);
}

static void sift(struct entry *e, size_t at, size_t n)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && e[child + 1].id > e[child].id)
            child++;
        if (e[child].id <= e[at].id)
            return;
        struct entry swap = e[at];
        e[at] = e[child];
        e[child] = swap;
        at = child;
    }
}

static void sort(struct entry *e, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift(e, i, n);
    while (n > 1) {
        struct entry swap = e[0];
        e[0] = e[--n];
        e[n] = swap;
        sift(e, 0, n);
    }
}

/* Every goroutine but `skip`, an empty line between two. */
static size_t print_all(struct out *o, struct goc__g *skip, bool *first)
{
    struct entries all = { NULL, 0, 0 };
    collect(&all);
    all.max = all.n + 64;
    size_t bytes = all.max * sizeof *all.e, shown = 0;
    void *m = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (m == MAP_FAILED)
        return 0;
    all.e = m;
    collect(&all);
    size_t n = all.n < all.max ? all.n : all.max;
    sort(all.e, n);
    for (size_t i = 0; i < n; i++) {
        if (all.e[i].g && all.e[i].g == skip)
            continue;
        if (!*first)
            out_print(o, "\n");
        *first = false;
        shown++;
        if (all.e[i].g)
            print_paragraph(o, all.e[i].g);
        else
            print_task(o, all.e[i].t);
    }
    munmap(m, bytes);
    return shown;
}

void goc_dump(FILE *stream)
{
    goc__worker_here();
    struct out *o = goc__malloc(sizeof *o);
    bool first = true;
    o->stream = stream;
    o->n = 0;
    goc__tsan_ignore_begin();
    print_all(o, NULL, &first);
    goc__tsan_ignore_end();
    out_flush(o);
    free(o);
}

/* ---- The end of the process --------------------------------------------- */

/* Streams are flushed by the monitor, which may get stuck in it without harm.
 * In a signal handler none can be started. */
static void flush_streams(bool in_handler)
{
    if (!in_handler)
        goc__monitor_start();
    goc__monitor_flush();
}

static struct goc__g *current(void)
{
    struct goc__worker *w = goc__worker();
    return w ? w->cur : NULL;
}

void (*goc__dying)(void *inherited);

static void tell_dying(void)
{
    struct goc__g *g = current();
    if (goc__dying)
        goc__dying(g ? g->inherited : NULL);
}

/* Only one report is written; a second one by the same thread is a failure
 * while reporting. */
static void report_begin(bool in_handler)
{
    static _Atomic int reporter;
    int nobody = 0, self = (int)syscall(SYS_gettid);
    if (!atomic_compare_exchange_strong(&reporter, &nobody, self)) {
        if (nobody == self)
            _exit(2);
        for (;;)
            pause();
    }
    flush_streams(in_handler);
    tell_dying();
    goc__tsan_ignore_begin(); /* a report reads what others write */
}

/* The headline, the paragraph of the goroutine at fault, and the others' if
 * wanted; exits. */
static _Noreturn void report(const char *kind, const char *text,
                             struct goc__g *at_fault, bool all)
{
    struct out o;
    o.stream = NULL;
    o.n = 0;
    out_print(&o, "%s%.900s\n", kind, text);
    bool first = true;
    if (traceback != TRACE_NONE) {
        out_print(&o, "\n");
        if (at_fault) {
            print_paragraph(&o, at_fault);
            first = false;
        }
        if (all || traceback == TRACE_ALL)
            print_all(&o, at_fault, &first);
    }
    out_flush(&o);
#if GOC_TSAN
    /* It would complain that the loop's fiber ends while it is ignored. */
    __tsan_switch_to_fiber(__tsan_create_fiber(0), 1);
#endif
    _exit(2);
}

void goc__panic_at(const char *text, const char *site)
{
    goc__worker_here();
    struct goc__g *g = current();
    g->site = site;
    report_begin(false);
    report("panic: ", text, g, false);
}

void goc__panic(const char *text)
{
    goc__panic_at(text, NULL);
}

void goc__panic_with(const char *at, const char *format, ...)
{
    char text[900];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    goc__panic_at(text, at);
}

void (goc_panic)(const char *format, ...)
{
    char text[900];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    goc__panic_at(text, NULL);
}

void goc__fatal(const char *format, ...)
{
    char text[900];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    report_begin(false);
    struct goc__g *g = current();
    if (g && atomic_load(&g->state) == G_DEAD)
        g = NULL; /* the scheduler's own loop */
    report("fatal error: ", text, g, false);
}

void goc__report_deadlock(void)
{
    report_begin(false);
    report("fatal error: ", "all goroutines are asleep - deadlock!", NULL,
           true);
}

void goc__report_quit(void)
{
    report_begin(true); /* the caller is the monitor: no flushing */
    report("", "SIGQUIT: quit", NULL, true);
}

/* ---- Signals ------------------------------------------------------------ */

static struct sigaction old_segv, old_bus;

/* Whether a fault is goroutine 1 running off the process's stack. */
static bool main_overflowed(struct goc__g *g, const char *addr,
                            const ucontext_t *context)
{
    struct rlimit limit;
#if defined(__x86_64__)
    const char *sp = (const char *)context->uc_mcontext.gregs[REG_RSP];
#else
    const char *sp = (const char *)context->uc_mcontext.sp;
#endif
    if (!(g->flags & GOC__G_MAIN) || getrlimit(RLIMIT_STACK, &limit)
        || limit.rlim_cur == RLIM_INFINITY)
        return false;
    extern char **environ;
    size_t used = (size_t)((const char *)environ - sp);
    size_t near = addr < sp ? (size_t)(sp - addr) : (size_t)(addr - sp);
    return near < 128 * 1024 && used < limit.rlim_cur + 1024 * 1024
        && used > limit.rlim_cur - limit.rlim_cur / 8;
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    static struct goc__g before = { .id = 1, .flags = GOC__G_MAIN,
                                    .state = G_RUNNING };
    struct goc__g *g = current();
    if (!g && &goc__main && (pid_t)syscall(SYS_gettid) == getpid())
        g = &before; /* main, which has used no channel yet */
    if (g
        && (goc__stack_overflowed(g, info->si_addr)
            || main_overflowed(g, info->si_addr, context))) {
        report_begin(true);
        g->site = NULL;
        report("fatal error: ", "goroutine stack overflow", g, false);
    }
    /* Not ours: what would have happened without us. */
    if (goc__dying) {
        goc__monitor_flush();
        tell_dying();
    }
    struct sigaction *old = signal == SIGBUS ? &old_bus : &old_segv;
    if (old->sa_flags & SA_SIGINFO)
        old->sa_sigaction(signal, info, context);
    else if (old->sa_handler == SIG_DFL || old->sa_handler == SIG_IGN)
        sigaction(signal, old, NULL); /* and fault again */
    else
        old->sa_handler(signal);
}

static void on_quit(int signal)
{
    (void)signal;
    int e = errno;
    if (!goc__monitor_dump())
        goc__report_quit();
    errno = e;
}

static void fault_handler(int signal, struct sigaction *old)
{
    struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK }, now;
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = on_fault;
    if (sigaction(signal, NULL, &now) == 0 && now.sa_sigaction != on_fault) {
        *old = now;
        sigaction(signal, &action, NULL);
    }
}

/* A main of goc's is goroutine 1, and may run off its stack, before it has used
 * a channel, too. */
static __attribute__((constructor)) void begin(void)
{
    static char altstack[32 * 1024];
    stack_t old, alt = { .ss_sp = altstack, .ss_size = sizeof altstack };
    if (!&goc__main || (pid_t)syscall(SYS_gettid) != getpid()
        || sigaltstack(NULL, &old) || !(old.ss_flags & SS_DISABLE))
        return;
    sigaltstack(&alt, NULL);
    fault_handler(SIGSEGV, &old_segv);
    fault_handler(SIGBUS, &old_bus);
}

static void handlers_install(void)
{
    fault_handler(SIGSEGV, &old_segv);
    fault_handler(SIGBUS, &old_bus);

    struct sigaction quit;
    if (sigaction(SIGQUIT, NULL, &quit) == 0
        && !(quit.sa_flags & SA_SIGINFO) && quit.sa_handler == SIG_DFL) {
        quit.sa_handler = on_quit;
        quit.sa_flags = SA_RESTART | SA_ONSTACK;
        sigaction(SIGQUIT, &quit, NULL);
    }
}

/* ---- Settings ----------------------------------------------------------- */

static void setting_ignored(const char *name, const char *value,
                            const char *why)
{
    struct out o;
    o.stream = NULL;
    o.n = 0;
    out_print(&o, "goc: %s=%.100s ignored: %s\n", name, value, why);
    out_flush(&o);
}

static bool number(const char *text, long long lo, long long hi,
                   long long *value)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (end == text || *end || errno || v < lo || v > hi)
        return false;
    *value = v;
    return true;
}

/* A number from the environment.  False, and *value as it was, when there is
 * none; one that makes no sense is reported. */
bool goc__setting(const char *name, long long lo, long long hi,
                  long long *value)
{
    const char *text = getenv(name);
    if (!text || !*text)
        return false;
    if (number(text, lo, hi, value))
        return true;
    char why[80];
    snprintf(why, sizeof why, "not a number from %lld to %lld", lo, hi);
    setting_ignored(name, text, why);
    return false;
}

static void count_channel(struct goc_chan *c, void *arg)
{
    (void)c;
    ++*(size_t *)arg;
}

static void print_channel(struct goc_chan *c, void *arg)
{
    out_print(arg, "channel of %d made at %s\n", (int)c->cap,
              c->at ? c->at : "?");
}

struct busy
{
    struct goc__g *self;
    size_t n;
};

static void count_busy(struct goc__g *g, void *arg)
{
    struct busy *busy = arg;
    int state = atomic_load_explicit(&g->state, memory_order_acquire);
    if (g != busy->self && (state == G_RUNNABLE || state == G_RUNNING))
        busy->n++;
}

static void count_task(struct goc__task *task, void *arg)
{
    (void)task;
    ((struct busy *)arg)->n++;
}

/* Whoever has told that it is done is not gone yet: goroutines that wait for
 * nothing get a moment to end. */
static void leaks_settle(struct goc__g *self)
{
    static const int64_t patience = 500 * 1000 * 1000;
    int64_t end = goc__now() + patience, pause = 20 * 1000;
    for (;;) {
        struct busy busy = { self, 0 };
        goc__stack_each(count_busy, &busy);
        goc__task_each(count_task, &busy);
        int64_t now = goc__now();
        if (!busy.n || now > end)
            return;
        goc__sleep_until(now + pause, NULL);
        if (pause < 5 * 1000 * 1000)
            pause *= 2;
    }
}

/* GOC_DEBUG=leaks=1, at exit. */
static void leaks_report(void)
{
    struct out *o = malloc(sizeof *o);
    struct goc__g *self = current();
    if (!o)
        return;
    if (self)
        leaks_settle(self);
    size_t channels = 0;
    o->stream = NULL;
    o->n = 0;
    goc__chan_each(count_channel, &channels);
    int goroutines = goc_num_goroutine();
    if (goc__main_worker)
        goroutines--;
    if (goroutines > 0 || channels) {
        bool first = true;
        out_print(o, "goc: leaks: %d goroutines, %zu channels\n",
                  goroutines > 0 ? goroutines : 0, channels);
        print_all(o, self, &first);
        goc__chan_each(print_channel, o);
        out_flush(o);
    }
    free(o);
}

static void debug_setting(char *key)
{
    long long value;
    char *text = strchr(key, '=');
    if (text)
        *text++ = '\0';
    if (text && strcmp(key, "schedtrace") == 0
        && number(text, 1, 3600 * 1000, &value)) {
        goc__monitor_trace(value * 1000000);
    } else if (text && strcmp(key, "leaks") == 0
               && number(text, 0, 1, &value)) {
        if (value && !goc__chan_track) {
            goc__chan_track = 1;
            atexit(leaks_report);
        }
    } else {
        if (text)
            text[-1] = '=';
        setting_ignored("GOC_DEBUG", key, "unknown, or out of range");
    }
}

static void settings_read(void)
{
    goc__chan_track = 0;
    const char *text = getenv("GOC_TRACEBACK");
    if (text && *text) {
        if (strcmp(text, "none") == 0)
            traceback = TRACE_NONE;
        else if (strcmp(text, "all") == 0)
            traceback = TRACE_ALL;
        else if (strcmp(text, "single") != 0)
            setting_ignored("GOC_TRACEBACK", text,
                            "not none, single or all");
    }
    text = getenv("GOC_DEBUG");
    if (text && *text) {
        char *copy = strdup(text), *save = NULL;
        for (char *key = copy ? strtok_r(copy, ",", &save) : NULL; key;
             key = strtok_r(NULL, ",", &save))
            debug_setting(key);
        free(copy);
    }
}

void goc__panic_init(void)
{
    settings_read();
    handlers_install();
}

/* ---- Memory ------------------------------------------------------------- */

void *goc__malloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        goc__fatal("out of memory (%zu bytes)", size);
    return p;
}

void *goc__calloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        goc__fatal("out of memory (%zu bytes)", n * size);
    return p;
}
