/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* monitor.c: the monitor, a thread of the runtime's that runs no goroutines.
 *
 * It wakes every now and then, the more seldom the less it finds to do, and
 *   - lets in another worker for one that does not come back: one whose
 *     goroutine sits in a system call at once, one that computes, or waits for
 *     memory or a disk, after 10 ms;
 *   - runs the timers and the poller when no worker comes to it;
 *   - keeps the coarse clock, gives back the memory of idle stacks, and prints
 *     the trace that GOC_DEBUG=schedtrace= asks for;
 *   - writes the report that SIGQUIT asks for, and flushes the program's
 *     streams before a report, because either may have to wait.
 *
 * While all workers are idle it rests, until one is woken or a timer is due.
 * It is started with the first goroutine.
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <goc/sched.h>

static const int64_t period_min = 100 * 1000;
static const int64_t period_max = 10 * 1000 * 1000;
static const int64_t compute_max = 10 * 1000 * 1000;
static const int64_t blocked_max = 50 * 1000;
static const int64_t poll_every = 10 * 1000 * 1000;
static const int64_t trim_every = 1000 * 1000 * 1000;

struct goc__wheel goc__shared_wheel;

static struct goc__worker self; /* what the monitor is to ready() and go */
static _Atomic uint32_t nudged; /* futex */
static _Atomic bool resting;    /* see goc__monitor_rouse() */
static int64_t trace_every;
static _Atomic uint32_t flush_wanted, flush_done;
static _Atomic bool dump_wanted;

/* ---- How many workers --------------------------------------------------- */

/* The first number or "max" of a file; -1 when there is none. */
static long long file_number(const char *path, long long *second)
{
    char text[64];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return -1;
    text[n] = '\0';
    char *end;
    long long value = strtoll(text, &end, 10);
    if (end == text)
        return -1;
    if (second)
        *second = strtoll(end, NULL, 10);
    return value;
}

/* The processors' worth that the control groups allow, rounded up; 0 when
 * they set no limit. */
static int cgroup_quota(void)
{
    char line[4200], path[4400];
    long long best = 0;
    FILE *f = fopen("/proc/self/cgroup", "re");
    if (!f)
        return 0;
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        *group++ = '\0';
        bool v2 = controllers[1] == '\0';
        if (!v2 && !strstr(controllers, "cpu"))
            continue;
        /* The group, and each above it, may set a limit. */
        for (;;) {
            long long quota, period = 0;
            if (v2) {
                snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
                quota = file_number(path, &period);
            } else {
                snprintf(path, sizeof path,
                         "/sys/fs/cgroup/cpu%s/cpu.cfs_quota_us", group);
                quota = file_number(path, NULL);
                snprintf(path, sizeof path,
                         "/sys/fs/cgroup/cpu%s/cpu.cfs_period_us", group);
                period = quota > 0 ? file_number(path, NULL) : 0;
            }
            if (quota > 0 && period > 0) {
                long long n = (quota + period - 1) / period;
                if (!best || n < best)
                    best = n;
            }
            char *slash = strrchr(group, '/');
            if (!slash || group[0] == '\0' || strcmp(group, "/") == 0)
                break;
            *slash = '\0';
        }
    }
    fclose(f);
    return best > 4096 ? 4096 : (int)best;
}

int goc__procs_default(void)
{
    long long procs;
    if (goc__setting("GOC_PROCS", 1, WORKERS_MAX / 2, &procs))
        return (int)procs;
    cpu_set_t set;
    int n = 1;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        n = CPU_COUNT(&set);
    else
        n = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int quota = n > 1 ? cgroup_quota() : 0;
    if (quota && quota < n)
        n = quota;
    return n < 1 ? 1 : n > WORKERS_MAX / 2 ? WORKERS_MAX / 2 : n;
}

/* ---- Workers that do not come back -------------------------------------- */

static bool has_work(struct goc__worker *w)
{
    return atomic_load_explicit(&w->slot, memory_order_relaxed)
        || deque_size(&w->fresh)
        || atomic_load_explicit(&w->ready.head, memory_order_relaxed)
            != atomic_load_explicit(&w->ready.tail, memory_order_relaxed);
}

/* Processor time that a thread has used; -1 when that cannot be told. */
static int64_t thread_time(pid_t tid)
{
    struct timespec t;
    /* The kernel's encoding of a thread's clock. */
    clockid_t clock = (clockid_t)((~(unsigned)tid << 3) | 6u);
    if (clock_gettime(clock, &t))
        return -1;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What the kernel says of a thread: 'R' when it runs or waits for a processor,
 * as one does that has not begun and whose tid is 0; 'D' when it waits for what
 * comes by itself, such as a page, a disk, or the lock of the memory map; other
 * letters, and '?' when that cannot be told, when it waits for the world. */
static char thread_state(pid_t tid)
{
    char text[128];
    if (tid == 0)
        return 'R';
    snprintf(text, sizeof text, "/proc/self/task/%d/stat", (int)tid);
    int fd = open(text, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return '?';
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    /* "tid (name) state ..."; the name may hold anything. */
    char *end = strrchr(text, ')');
    return end && end[1] ? end[2] : '?';
}

/* Workers for which others have been let in, about. */
static int stuck_count(void)
{
    struct goc__sched *s = &goc__sched;
    int n = atomic_load(&s->nworkers) - atomic_load(&s->active)
        - atomic_load(&s->nidle) - s->locked;
    return n > 0 ? n : 0;
}

/* Whether w has run one goroutine for too long, given that others wait. */
static bool overdue(struct goc__worker *w, int64_t now)
{
    uint64_t ticks = atomic_load_explicit(&w->ticks, memory_order_relaxed);
    pid_t tid = atomic_load(&w->tid);
    if (tid == 0)
        return false; /* its thread has not begun */
    int64_t used = thread_time(tid);
    if (ticks != w->seen_ticks || w->seen_at == 0) {
        w->seen_ticks = ticks;
        w->seen_at = now;
        w->seen_time = used;
        return false;
    }
    int64_t away = now - w->seen_at;
    /* Whether it has computed or only waited for a processor, where another
     * thread would wait as well, its own time tells. */
    if (away >= compute_max
        && (used < 0 || used - w->seen_time >= compute_max / 2))
        return true;
    /* It may have used a little of its time before it blocked. */
    if (away < blocked_max || used < 0 || used - w->seen_time > away / 4
        || atomic_load_explicit(&w->inside, memory_order_relaxed))
        return false;
    char state = thread_state(tid);
    /* Where many goroutines take their stacks at once, their workers wait for
     * each other in the kernel, and more of them would wait as well: the more
     * there are the longer it takes until one more is let in. */
    return state != 'R'
        && (state != 'D' || away >= compute_max * (1 + stuck_count()));
}

/* Marks w stuck, which gives up its place, and fills the place. */
static void replace(struct goc__worker *w)
{
    struct goc__sched *s = &goc__sched;
    goc__lock_acquire(&s->lock, GOC__RANK_SCHED);
    if (atomic_load(&w->mode) == MODE_ACTIVE) {
        atomic_store(&w->mode, MODE_STUCK);
        atomic_fetch_sub(&s->active, 1);
        /* A hint: it may be overwritten, and then w notices a little later. */
        atomic_store_explicit(&w->countdown, 0, memory_order_relaxed);
        goc__hurry(w, true);
    }
    goc__lock_release(&s->lock);
    /* Not only as much as the next one steals: that may always have something
     * else to do. */
    goc__flush_local(w);
    goc__wake_worker();
}

static bool all_idle(void)
{
    struct goc__sched *s = &goc__sched;
    return atomic_load(&s->active) == 0
        && atomic_load(&s->nidle) + s->locked == atomic_load(&s->nworkers);
}

/* Looks after the workers.  True when there is reason to look again soon. */
static bool tend(int64_t now)
{
    struct goc__sched *s = &goc__sched;
    int n = atomic_load_explicit(&s->nworkers, memory_order_acquire);
    bool work = atomic_load_explicit(&s->queue_count, memory_order_relaxed);
    bool soon = false;
    for (int i = 0; i < n; i++) {
        struct goc__worker *w =
            atomic_load_explicit(&s->worker[i], memory_order_acquire);
        int mode = atomic_load_explicit(&w->mode, memory_order_relaxed);
        if (mode == MODE_ACTIVE || mode == MODE_STUCK) {
            /* Late timers are run here, for their worker seems to be busy. */
            if (atomic_load_explicit(&w->wheel.next, memory_order_relaxed)
                <= now - period_min && goc__wheel_run(&w->wheel, now))
                soon = true;
            work = work || has_work(w);
        }
    }
    if (soon && all_idle())
        goc__wake_worker(); /* it may have been the last hope */
    if (!work)
        return soon;
    for (int i = 0; i < n; i++) {
        struct goc__worker *w =
            atomic_load_explicit(&s->worker[i], memory_order_acquire);
        if (atomic_load_explicit(&w->mode, memory_order_relaxed)
            != MODE_ACTIVE) {
            w->seen_at = 0;
            continue;
        }
        uint64_t ticks = w->seen_ticks;
        if (overdue(w, now)) {
            w->seen_at = 0;
            replace(w);
            soon = true;
        } else if (ticks == w->seen_ticks) {
            soon = true;
        }
    }
    /* Work, and a place that is free: nobody who could has noticed. */
    if (atomic_load_explicit(&s->active, memory_order_relaxed)
        < atomic_load_explicit(&s->procs, memory_order_relaxed))
        for (int i = 0; i < n; i++) {
            struct goc__worker *w =
                atomic_load_explicit(&s->worker[i], memory_order_acquire);
            int mode = atomic_load_explicit(&w->mode, memory_order_relaxed);
            bool same = mode == MODE_ACTIVE && has_work(w)
                && w->seen_at && now - w->seen_at >= period_min / 2;
            if (same || (mode == MODE_STUCK && has_work(w))
                || atomic_load(&s->queue_count)) {
                bool handed = false;
                if (same) {
                    /* To a thief the worker is slow, whatever it was; what is
                     * in the slot no thief takes. */
                    atomic_store_explicit(&w->pace, INT32_MAX,
                                          memory_order_relaxed);
                    handed = goc__flush_slot(w);
                }
                soon = goc__wake_worker() || handed || soon;
                break;
            }
        }
    return soon;
}

/* Whether goroutines wait for descriptors that no worker looks at: none has for
 * a while, although the process has computed, or all its workers are blocked.
 * One that only waits for a processor will look when it has got it; meanwhile
 * the kernel keeps what there is in order. */
static bool poll_wanted(int64_t now)
{
    static int64_t seen, time_then; /* the last poll, the time used then */
    struct goc__sched *s = &goc__sched;
    int64_t polled = atomic_load(&goc__polled), used;
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    used = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    if (polled != seen) {
        seen = polled;
        time_then = used;
    }
    if (now - polled < poll_every)
        return false;
    if (used - time_then >= poll_every / 2)
        return true;
    int n = atomic_load_explicit(&s->nworkers, memory_order_acquire);
    for (int i = 0; i < n; i++) {
        struct goc__worker *w =
            atomic_load_explicit(&s->worker[i], memory_order_acquire);
        if (atomic_load_explicit(&w->mode, memory_order_relaxed)
                == MODE_ACTIVE
            && thread_state(atomic_load(&w->tid)) == 'R')
            return false;
    }
    return true;
}

/* ---- The trace ---------------------------------------------------------- */

static void trace(int64_t now)
{
    struct goc__sched *s = &goc__sched;
    char line[1024];
    size_t at = (size_t)snprintf(
        line, sizeof line,
        "SCHED %lldms: procs=%d threads=%d active=%d idle=%d runqueue=%zu"
        " goroutines=%d [",
        (long long)((now - s->start) / 1000000), atomic_load(&s->procs),
        atomic_load(&s->nworkers), atomic_load(&s->active),
        atomic_load(&s->nidle), atomic_load(&s->queue_count),
        goc_num_goroutine());
    int n = atomic_load(&s->nworkers);
    for (int i = 0; i < n && at < sizeof line - 16; i++) {
        struct goc__worker *w = atomic_load(&s->worker[i]);
        uint32_t ready = atomic_load(&w->ready.tail)
            - atomic_load(&w->ready.head);
        at += (size_t)snprintf(line + at, sizeof line - at, "%s%zu",
                               i ? " " : "",
                               (size_t)ready + deque_size(&w->fresh));
    }
    at += (size_t)snprintf(line + at, sizeof line - at, "]\n");
    if (write(STDERR_FILENO, line, at) < 0)
        return;
}

/* ---- The thread --------------------------------------------------------- */

static void requests_serve(void)
{
    if (atomic_load(&flush_wanted) != atomic_load(&flush_done)) {
        fflush(NULL);
        atomic_store(&flush_done, atomic_load(&flush_wanted));
        goc__futex_wake(&flush_done, INT32_MAX);
    }
    if (atomic_load(&dump_wanted))
        goc__report_quit(NULL);
}

/* It fires timers, whose functions may start goroutines: it is a thread with a
 * record like others, and what it starts counts. */
static void self_attach(void)
{
    goc__thread_bind(&self);
    if (self.cur)
        return; /* the child of a fork */
    self.thread_g.flags = GOC__G_OUTSIDE;
    atomic_store(&self.thread_g.state, G_RUNNING);
    self.cur = &self.thread_g;
    goc__lock_acquire(&goc__sched.lock, GOC__RANK_SCHED);
    self.next_outside = goc__outside_all;
    goc__outside_all = &self;
    goc__lock_release(&goc__sched.lock);
}

static void *monitor_main(void *arg)
{
    (void)arg;
    goc__tsan_ignore_begin(); /* it looks at everything */
    self_attach();
    int64_t period = period_min, trimmed = goc__now(), traced = trimmed;
    for (;;) {
        uint32_t seen = atomic_load(&nudged);
        requests_serve();
        int64_t now = goc__now();
        int64_t wake = now + period;
        int64_t next = atomic_load(&goc__shared_wheel.next);
        bool rest = all_idle() && !trace_every && period == period_max;
        if (rest) {
            atomic_store(&resting, true);
            /* Pairs with the fence in goc__monitor_rouse(). */
            atomic_thread_fence(memory_order_seq_cst);
            rest = all_idle();
        }
        if (rest || next < wake)
            wake = next;
        if (trace_every && traced + trace_every < wake)
            wake = traced + trace_every;
        goc__futex_wait(&nudged, seen, wake);
        if (rest)
            period = period_min;
        atomic_store_explicit(&resting, false, memory_order_relaxed);

        now = goc__now();
        atomic_store_explicit(
            &goc__coarse, (uint32_t)((now - goc__sched.start) / 1000000),
            memory_order_relaxed);
        bool seen_to = goc__wheel_run(&goc__shared_wheel, now) > 0;
        if (atomic_load(&goc__poll_waiters)
            && atomic_load(&goc__poll_sleepers) == 0 && poll_wanted(now))
            seen_to = goc__poll_run(-1, NULL) > 0 || seen_to;
        if (seen_to && all_idle())
            goc__wake_worker(); /* it may have been the last hope */
        if (tend(now))
            period = period_min;
        else
            period = period * 2 < period_max ? period * 2 : period_max;
        if (now - trimmed >= trim_every) {
            goc__stack_trim(now);
            trimmed = now;
        }
        if (trace_every && now - traced >= trace_every) {
            trace(now);
            traced = now;
        }
    }
    return NULL;
}

void goc__monitor_trace(int64_t every)
{
    trace_every = every;
}

/* Something has changed that the monitor may be asleep about. */
void goc__monitor_nudge(void)
{
    atomic_fetch_add(&nudged, 1);
    goc__futex_wake(&nudged, 1);
}

/* A worker has been made active.  Either the monitor, which has said that it
 * rests, sees that, or this sees that it rests. */
void goc__monitor_rouse(void)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&resting, memory_order_relaxed))
        goc__monitor_nudge();
}

/* Async-signal-safe.  False when there is no monitor. */
bool goc__monitor_dump(void)
{
    if (!atomic_load(&goc__sched.monitor_started))
        return false;
    atomic_store(&dump_wanted, true);
    goc__monitor_nudge();
    return true;
}

/* Flushes the program's streams; gives up when that has to wait for long.
 * False when there is no monitor to do it. */
bool goc__monitor_flush(void)
{
    if (!atomic_load(&goc__sched.monitor_started) || goc__worker() == &self)
        return false;
    uint32_t want = atomic_fetch_add(&flush_wanted, 1) + 1;
    goc__monitor_nudge();
    int64_t end = goc__now() + 200 * 1000 * 1000;
    for (;;) {
        uint32_t done = atomic_load(&flush_done);
        if ((int32_t)(done - want) >= 0)
            return true;
        if (goc__futex_wait(&flush_done, done, end) == -ETIMEDOUT)
            return true;
    }
}

/* Starts the monitor if there is none: 0, or an errno value. */
int goc__monitor_try(void)
{
    if (atomic_load_explicit(&goc__sched.monitor_started,
                             memory_order_relaxed)
        || atomic_exchange(&goc__sched.monitor_started, true))
        return 0;
    int r = goc__thread_try(monitor_main, NULL);
    if (r)
        atomic_store(&goc__sched.monitor_started, false);
    return r;
}

void goc__monitor_start(void)
{
    int r = goc__monitor_try();
    if (r)
        goc__fatal("out of threads (monitor): %s", strerror(r));
}
