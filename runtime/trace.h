/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* trace.h: call stacks for reports, written by a process of their own.
 *
 * A report may have to be made with the heap locked or broken, on a signal
 * stack of 32 KiB, next to stacks that hold rubbish.  Nothing that reads debug
 * information works in such a place, and no library can be loaded there.  So
 * the program goc-trace does it, in a fresh process: it is told where a
 * goroutine stands (sp, pc, fp, lr), asks for the pages of memory that it needs,
 * and answers with lines of text.  Pages are copied by the kernel, for which a
 * bad address is an error and no fault.  It needs nothing of this process: no
 * permission to trace it, no heap, no dynamic linker; statically linked
 * programs have call stacks, too.
 *
 * Everything is bounded in time.  When goc-trace is not found, does not start,
 * dies, or is slow, the report goes on without call stacks.
 *
 * It is looked for
 *   - where GOC_TRACER says, and then nowhere else (`none`: no call stacks);
 *   - in the folder of the file that holds the runtime's code, a program or
 *     libgocrt.so, and in ../lib/goc from there;
 *   - in the folders of the program's run path, which goc -g sets;
 *   - beside the goc that is found in PATH, and in ../lib/goc from there;
 *   - in /usr/local/lib/goc and /usr/lib/goc;
 * and never by a program that has more rights than who started it.
 *
 * The two speak in datagrams over a socket, each a struct goc__trace_message
 * with, perhaps, bytes behind it; goc-trace has no other descriptor but the
 * process's memory map and its executable.  Its process ends with the report.
 * If the program goes on after that, it gets no SIGCHLD and its wait() finds
 * nothing, unless it adopts orphans, as the first process of a container does.
 */
#ifndef GOC_TRACE_H
#define GOC_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum goc__trace_kind
{
    /* To goc-trace. */
    TRACE_STACK,  /* walk from sp, pc, fp, lr; answered by TEXT until DONE */
    TRACE_SYMBOL, /* what lies at pc?  likewise */
    TRACE_PAGE,   /* the answer to WANT: the page; no bytes: unreadable */
    /* From goc-trace. */
    TRACE_WANT,   /* the page of memory at sp */
    TRACE_TEXT,   /* a part of the answer */
    TRACE_DONE
};
struct goc__trace_message
{
    uint64_t kind; /* enum goc__trace_kind */
    uint64_t sp, pc, fp, lr;
};

enum
{
    TRACE_TEXT_MAX = 4096,  /* bytes in a TEXT */
    TRACE_FD_SOCKET = 0,    /* goc-trace's descriptors */
    TRACE_FD_MAPS = 1,
    TRACE_FD_EXE = 2
};

/* A conversation with goc-trace, of one report. */
struct goc__trace
{
    int socket;    /* -1: none, or none any more */
    int pid, pidfd; /* pidfd: -1 for a child, and where there are none */
    bool child;
    int64_t end;   /* when to give up, on goc__now()'s clock */
    bool answered; /* at least once */
    char *text;    /* the last answer, of `length` bytes */
    size_t length;
};

/* Before the first report, while heap and locks are whole. */
void goc__trace_init(void);

/* Starts goc-trace; `ends` tells that the process ends with this report.
 * Async-signal-safe, as are the others: no heap, no locks, little stack. */
void goc__trace_begin(struct goc__trace *t, bool ends);
void goc__trace_end(struct goc__trace *t);

/* The frames of a goroutine that stands at pc with sp, fp and lr, innermost
 * first, in t->text; t->length is 0 if they cannot be had.  With a null sp, that
 * of pc alone. */
void goc__trace_stack(struct goc__trace *t, const void *sp, const void *pc,
                      const void *fp, const void *lr);

/* The name of the object at an address, likewise. */
void goc__trace_symbol(struct goc__trace *t, const void *at);

/* Copies n bytes from an address that need not be good.  How many could be
 * copied; they end where the memory does. */
size_t goc__memory_copy(void *to, const void *from, size_t n);

#endif
