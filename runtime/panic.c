/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* panic.c: panics, fatal errors, and reports of goroutines.
 *
 * A report goes to standard error with write(), from buffers on the stack: it
 * may have to be made in a signal handler, or by a thread that holds any lock
 * of the program's.  The program's streams are flushed before, by the monitor,
 * which is given a moment for it.
 *
 * A paragraph is
 *
 *     goroutine 7 [chan receive, 3 minutes, its name]:
 *     on channel 0x5555559a2a0 (len 0, cap 3) made at file.gc:8
 *     take(...)                              the call stack, by goc-trace
 *         file.gc:12
 *     main.func1(...)
 *         file.gc:20
 *         file.gc:12                         where it waits
 *     created by goroutine 1 at file.gc:20
 *
 * and the lines of the call stack are the only ones that may be missing; of a
 * goroutine whose thread has not been stopped they are replaced by Go's remark.
 *
 * Paragraphs are taken from the records while the world goes on: of a
 * goroutine that runs meanwhile they show a moment's view.  Records are never
 * unmapped, sites are literals, and names are freed under names_lock; what a
 * goroutine waits on may be gone, so it is copied by the kernel, for which a
 * bad address is no fault.
 *
 * A report of all that ends the process stops the other threads first, each
 * where it is, so that their call stacks can be had: it sends them SIGQUIT, if
 * that is ours.
 *
 * One report ends the process; a thread that comes second waits for that.
 */
#include "chan.h"
#include "switch.h"
#include "trace.h"
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

/* The goroutine whose mistake ends the process: its site is where that was,
 * while the site of another that runs is that of its last wait. */
static struct goc__g *at_fault;

/* ---- Output ------------------------------------------------------------- */

/* Where a report goes: a stream, or standard error past its buffer. */
struct out
{
    FILE *stream; /* null: standard error */
    struct goc__trace trace; /* what finds call stacks; none: no text */
    char text[2048];
    size_t n;
};

static void out_begin(struct out *o, FILE *stream)
{
    o->stream = stream;
    o->trace = (struct goc__trace){ .socket = -1 };
    o->n = 0;
}

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

/* The answer of goc-trace. */
static void out_trace(struct out *o)
{
    const char *text = o->trace.text;
    for (size_t left = o->trace.length; left;) {
        size_t n = left < 512 ? left : 512;
        out_print(o, "%.*s", (int)n, text);
        text += n;
        left -= n;
    }
}

/* ---- What a goroutine waits on ------------------------------------------ */

/* A site that need not be there any more. */
static void print_place(struct out *o, const char *before, const char *place)
{
    char text[200];
    size_t n = place ? goc__memory_copy(text, place, sizeof text - 1) : 0;
    text[n] = '\0';
    if (*text && strlen(text) < sizeof text - 1)
        out_print(o, "%s%s", before, text);
}

static void print_chan(struct out *o, const goc_chan *c)
{
    struct goc_chan copy;
    out_print(o, "channel %p", (const void *)c);
    if (goc__memory_copy(&copy, c, sizeof copy) == sizeof copy) {
        out_print(o, " (len %u, cap %u)", copy.count, copy.cap);
        print_place(o, " made at ", copy.at);
    }
}

static void print_select(struct out *o, const void *on)
{
    enum { SHOWN = 20 };
    struct select s;
    if (goc__memory_copy(&s, on, sizeof s) != sizeof s)
        return;
    for (int i = 0; i < s.n && i < SHOWN; i++) {
        goc_case k;
        if (goc__memory_copy(&k, s.cases + i, sizeof k) != sizeof k)
            return;
        if (k.op == GOC_AFTER) {
            out_print(o, "on goc_after(%lld.%09lld s)\n",
                      k.delay / 1000000000, k.delay % 1000000000);
            continue;
        }
        out_print(o, k.op == GOC_SEND ? "on sending to " : "on receiving from ");
        if (k.chan)
            print_chan(o, k.chan);
        else
            out_print(o, "a nil channel");
        out_print(o, "\n");
    }
    if (s.n > SHOWN)
        out_print(o, "on %d more cases\n", s.n - SHOWN);
}

static void print_object(struct out *o, const char *what, const void *on)
{
    out_print(o, "on %s %p", what, on);
    goc__trace_symbol(&o->trace, on);
    if (o->trace.length) {
        out_print(o, " (");
        out_trace(o);
        out_print(o, ")");
    }
    out_print(o, "\n");
}

static void print_on(struct out *o, enum goc__reason reason, const void *on)
{
    switch (reason) {
    case GOC__WAIT_CHAN_RECEIVE:
    case GOC__WAIT_CHAN_SEND:
        out_print(o, "on ");
        print_chan(o, on);
        out_print(o, "\n");
        break;
    case GOC__WAIT_SELECT:
        print_select(o, on);
        break;
    case GOC__WAIT_IO_WAIT:
        out_print(o, "on descriptor %d\n", goc__fd_of(on));
        break;
    case GOC__WAIT_MUTEX_LOCK:
        print_object(o, "mutex", on);
        break;
    case GOC__WAIT_RWMUTEX_LOCK:
    case GOC__WAIT_RWMUTEX_RLOCK:
        print_object(o, "rwmutex", on);
        break;
    case GOC__WAIT_WAITGROUP_WAIT:
        print_object(o, "waitgroup", on);
        break;
    case GOC__WAIT_COND_WAIT:
        print_object(o, "cond", on);
        break;
    case GOC__WAIT_SEMACQUIRE:
        print_object(o, "semaphore", on);
        break;
    case GOC__WAIT_NONE:
    case GOC__WAIT_CHAN_RECEIVE_NIL:
    case GOC__WAIT_CHAN_SEND_NIL:
    case GOC__WAIT_SELECT_NO_CASES:
    case GOC__WAIT_SLEEP:
    case GOC__WAIT_SYSCALL:
    case GOC__WAIT_COUNT:
        break;
    }
}

/* ---- Call stacks -------------------------------------------------------- */

/* Whether the thread that runs g stands still. */
static bool frozen(struct goc__g *g)
{
    int n = atomic_load(&goc__sched.nworkers);
    for (int i = 0; i < n; i++)
        if (atomic_load(&atomic_load(&goc__sched.worker[i])->frozen) == g)
            return true;
    return false;
}

/* `here` is the goroutine that has noted its context for this report; null:
 * none.  What a goroutine leaves while it is looked at is not shown. */
static void print_stack(struct out *o, struct goc__g *g, struct goc__g *here)
{
    int state = atomic_load_explicit(&g->state, memory_order_acquire);
    void *sp = g->sp;
    uint32_t since = g->since;
    if (state == G_RUNNING && g != here && !frozen(g)) {
        if (o->trace.socket >= 0)
            out_print(o, "\tgoroutine running on other thread; stack"
                         " unavailable\n");
        return;
    }
    goc__trace_stack(&o->trace, sp, g->pc, g->fp, g->lr);
    if (o->trace.length
        && state == atomic_load_explicit(&g->state, memory_order_acquire)
        && sp == g->sp && since == g->since)
        out_trace(o);
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

/* Since when g has waited, in milliseconds; 0 also when its record is being
 * changed. */
static uint32_t waited(struct goc__g *g)
{
    int64_t now = (goc__now() - goc__sched.start) / 1000000;
    uint32_t ms = (uint32_t)now - g->since;
    return ms < UINT32_MAX / 2 ? ms : 0;
}

static void print_paragraph(struct out *o, uint64_t id, struct goc__g *g,
                            struct goc__g *here)
{
    int state = atomic_load_explicit(&g->state, memory_order_acquire);
    bool waits = state == G_WAITING;
    const char *word = waits ? goc__reason_text[g->reason]
        : state == G_RUNNABLE ? "runnable" : "running";
    out_print(o, "goroutine %llu [%s", (unsigned long long)id, word);
    uint32_t minutes = waits ? waited(g) / (60 * 1000) : 0;
    if (minutes)
        out_print(o, ", %u minutes", minutes);
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
    const void *on = g->on;
    if (waits && on)
        print_on(o, g->reason, on);
    print_stack(o, g, here);
    if (g->site && (state != G_RUNNING || g == at_fault))
        out_print(o, "\t%s\n", g->site);
    if (!(g->flags & GOC__G_MAIN))
        print_created(o, g->parent, g->created);
}

static void print_task(struct out *o, uint64_t id, struct goc__task *t)
{
    out_print(o, "goroutine %llu [runnable]:\n", (unsigned long long)id);
    goc__trace_stack(&o->trace, NULL, (void *)(uintptr_t)t->fn, NULL, NULL);
    out_trace(o);
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

/* The goroutine with an id, if it has begun. */
struct search
{
    uint64_t id;
    struct goc__g *found;
};

static void search_g(struct goc__g *g, void *arg)
{
    struct search *s = arg;
    if (g->id == s->id)
        s->found = g;
}

static struct goc__g *begun(uint64_t id)
{
    struct search s = { id, NULL };
    goc__stack_each(search_g, &s);
    return s.found;
}

/* Since it was collected it may have begun, or ended: false. */
static bool entry_update(struct entry *e)
{
    if (e->t && atomic_load(&e->t->id) != e->id)
        *e = (struct entry){ e->id, begun(e->id), NULL };
    return e->id && (e->t || (e->g && e->g->id == e->id));
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
static size_t print_all(struct out *o, struct goc__g *skip,
                        struct goc__g *here, bool *first)
{
    struct entries all = { NULL, 0, 0 };
    collect(&all);
    all.max = all.n + 64;
    size_t bytes = all.max * sizeof *all.e, shown = 0;
    void *m = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* A report of what ran out may find no memory; some are better than
     * none. */
    static struct entry few[200];
    static _Atomic bool few_taken;
    if (m == MAP_FAILED && atomic_exchange(&few_taken, true))
        return 0;
    if (m == MAP_FAILED)
        all.max = sizeof few / sizeof few[0];
    all.e = m == MAP_FAILED ? few : m;
    collect(&all);
    size_t n = all.n < all.max ? all.n : all.max;
    sort(all.e, n);
    for (size_t i = 0; i < n; i++) {
        if ((i > 0 && all.e[i].id == all.e[i - 1].id) /* it begins now */
            || (all.e[i].g && all.e[i].g == skip) || !entry_update(&all.e[i]))
            continue;
        if (!*first)
            out_print(o, "\n");
        *first = false;
        shown++;
        if (all.e[i].g)
            print_paragraph(o, all.e[i].id, all.e[i].g, here);
        else
            print_task(o, all.e[i].id, all.e[i].t);
    }
    if (m != MAP_FAILED)
        munmap(m, bytes);
    else
        atomic_store(&few_taken, false);
    return shown;
}

static struct goc__g *current(void)
{
    struct goc__worker *w = goc__worker();
    return w ? w->cur : NULL;
}

/* In a signal handler: current(), or main, which has used no channel yet. */
static struct goc__g *interrupted(void)
{
    static struct goc__g before = { .id = 1, .flags = GOC__G_MAIN,
                                    .state = G_RUNNING };
    struct goc__g *g = current();
    return !g && &goc__main && (pid_t)syscall(SYS_gettid) == getpid() ? &before
                                                                      : g;
}

void goc_dump(FILE *stream)
{
    goc__worker_here();
    struct out *o = goc__malloc(sizeof *o);
    struct goc__g *g = current();
    bool first = true;
    out_begin(o, stream);
    goc__context_here(g);
    goc__tsan_ignore_begin();
    goc__trace_begin(&o->trace, false);
    print_all(o, NULL, g, &first);
    goc__trace_end(&o->trace);
    goc__tsan_ignore_end();
    out_flush(o);
    free(o);
}

/* ---- The end of the process --------------------------------------------- */

static void on_quit(int signal, siginfo_t *info, void *context);

/* Where a signal has interrupted g is its context. */
static void context_of_signal(struct goc__g *g, const ucontext_t *context)
{
    const mcontext_t *m = &context->uc_mcontext;
#if defined(__x86_64__)
    g->sp = (void *)m->gregs[REG_RSP];
    g->pc = (void *)m->gregs[REG_RIP];
    g->fp = (void *)m->gregs[REG_RBP];
#else
    g->sp = (void *)m->sp;
    g->pc = (void *)m->pc;
    g->fp = (void *)m->regs[29];
    g->lr = (void *)m->regs[30];
#endif
}

/* Streams are flushed by the monitor, which may get stuck in it without harm.
 * In a signal handler none can be started. */
static void flush_streams(bool in_handler)
{
    if (!in_handler && goc__monitor_try())
        return; /* the report may be about threads that cannot be had */
    goc__monitor_flush();
}

void (*goc__dying)(void *inherited);

static void tell_dying(void)
{
    struct goc__g *g = current();
    if (goc__dying)
        goc__dying(g ? g->inherited : NULL);
}

static _Atomic int reporter; /* the thread that writes a report; 0: none */

/* A program that ends meanwhile lets it be finished. */
static void let_report_end(void)
{
    int by = atomic_load(&reporter);
    while (by && by != (int)syscall(SYS_gettid))
        pause();
}

/* Only one report is written; a second one by the same thread is a failure
 * while reporting. */
static void report_begin(bool in_handler)
{
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

/* Stops the threads that run goroutines, where they are, for good. */
static _Atomic bool freezing;

static void freeze(void)
{
#if !GOC_TSAN /* which keeps signals back */
    int n = atomic_load(&goc__sched.nworkers);
    struct goc__worker *self = goc__worker();
    struct timespec moment = { 0, 500 * 1000 };
    /* Threads that compute may have to wait for a processor; others may have
     * blocked the signal, or sit where none reaches them. */
    int64_t end = goc__now() + 1000 * 1000 * 1000;
    struct sigaction now;
    if (sigaction(SIGQUIT, NULL, &now) || now.sa_sigaction != on_quit)
        return;
    atomic_store(&freezing, true);
    for (int i = 0; i < n; i++) {
        struct goc__worker *w = atomic_load(&goc__sched.worker[i]);
        struct goc__g *g = w->cur;
        if (w == self || !g
            || atomic_load_explicit(&g->state, memory_order_acquire)
                != G_RUNNING
            || syscall(SYS_tgkill, getpid(), atomic_load(&w->tid), SIGQUIT))
            continue;
        while (!atomic_load(&w->frozen)
               && atomic_load_explicit(&g->state, memory_order_acquire)
                   == G_RUNNING
               && goc__now() < end)
            nanosleep(&moment, NULL);
    }
#endif
}

/* In the thread that is to stop. */
static void freeze_here(const ucontext_t *context)
{
    struct goc__worker *w = goc__worker();
    struct goc__g *g = w ? w->cur : NULL;
    if (g && atomic_load_explicit(&g->state, memory_order_relaxed)
            == G_RUNNING) {
        context_of_signal(g, context);
        atomic_store(&w->frozen, g);
    }
    for (;;)
        pause();
}

/* The headline, the paragraph of the goroutine at fault, and the others' if
 * wanted; exits. */
static _Noreturn void report(const char *kind, const char *text,
                             struct goc__g *g, bool all)
{
    struct out o;
    out_begin(&o, NULL);
    out_print(&o, "%s%.900s\n", kind, text);
    bool first = true;
    if (traceback != TRACE_NONE) {
        out_print(&o, "\n");
        out_flush(&o);
        all = all || traceback == TRACE_ALL;
        if (all)
            freeze();
        goc__trace_begin(&o.trace, true);
        at_fault = g;
        if (g) {
            print_paragraph(&o, g->id, g, g);
            first = false;
        }
        if (all)
            print_all(&o, g, g, &first);
        goc__trace_end(&o.trace);
    }
    if (goc__shuffle_seed)
        out_print(&o, "\nGOC_DEBUG=seed=%llu\n",
                  (unsigned long long)goc__shuffle_seed);
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
    goc__context_here(g);
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
    if (g)
        goc__context_here(g);
    report("fatal error: ", text, g, false);
}

void goc__report_deadlock(void)
{
    report_begin(false);
    report("fatal error: ", "all goroutines are asleep - deadlock!", NULL,
           true);
}

/* By the monitor; or by the handler, while there is none, of a goroutine that
 * it has interrupted, or null. */
void goc__report_quit(struct goc__g *g)
{
    report_begin(true); /* the monitor cannot wait for itself to flush */
    report("", "SIGQUIT: quit", g, true);
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
    struct sigaction *old = signal == SIGBUS ? &old_bus : &old_segv;
    bool sent = info->si_code <= 0; /* by kill() or raise(): not a fault */
    struct goc__g *g = interrupted();
    if (g && !sent
        && (goc__stack_overflowed(g, info->si_addr)
            || main_overflowed(g, info->si_addr, context))) {
        report_begin(true);
        g->site = NULL;
        context_of_signal(g, context);
        report("fatal error: ", "goroutine stack overflow", g, false);
    }
    /* Not ours: what would have happened without us. */
    if (sent && old->sa_handler == SIG_IGN)
        return;
    if (goc__dying) {
        goc__monitor_flush();
        tell_dying();
    }
    if (old->sa_flags & SA_SIGINFO) {
        old->sa_sigaction(signal, info, context);
    } else if (old->sa_handler == SIG_DFL || old->sa_handler == SIG_IGN) {
        sigaction(signal, old, NULL); /* and fault again */
        if (sent)
            raise(signal);
    } else {
        old->sa_handler(signal);
    }
}

static void on_quit(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info;
    int e = errno;
    if (atomic_load(&freezing))
        freeze_here(context);
    if (!goc__monitor_dump()) {
        struct goc__g *g = interrupted();
        if (g && ((g->flags & GOC__G_OUTSIDE)
                  || atomic_load(&g->state) != G_RUNNING))
            g = NULL; /* a thread of the program's, or the scheduler's loop */
        if (g) {
            g->site = NULL; /* that of its last wait */
            context_of_signal(g, context);
        }
        goc__report_quit(g);
    }
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
        quit.sa_sigaction = on_quit;
        quit.sa_flags = SA_RESTART | SA_ONSTACK | SA_SIGINFO;
        sigaction(SIGQUIT, &quit, NULL);
    }
}

/* ---- Settings ----------------------------------------------------------- */

static void setting_ignored(const char *name, const char *value,
                            const char *why)
{
    struct out o;
    out_begin(&o, NULL);
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
    out_begin(o, NULL);
    goc__chan_each(count_channel, &channels);
    int goroutines = goc_num_goroutine();
    if (goc__main_worker)
        goroutines--;
    if (goroutines > 0 || channels) {
        bool first = true;
        out_print(o, "goc: leaks: %d goroutines, %zu channels\n",
                  goroutines > 0 ? goroutines : 0, channels);
        goc__trace_begin(&o->trace, true);
        print_all(o, self, NULL, &first);
        goc__trace_end(&o->trace);
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
#if GOC_DEBUG_CHECKS
    } else if (text && strcmp(key, "seed") == 0
               && number(text, 1, INT64_MAX, &value)) {
        goc__shuffle_seed = (uint64_t)value;
#endif
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
    atexit(let_report_end);
    goc__trace_init();
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
