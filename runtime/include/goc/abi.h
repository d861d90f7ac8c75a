/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/abi.h>: what generated C calls, and nothing else.
 *
 * The compiler's output includes this header first, before any text of the
 * user's.  It therefore includes nothing, takes no name outside goc_, goc__,
 * GOC_ and GOC__, and is C11 without extensions (tcc compiles it): a feature
 * test macro that the user defines later still counts.
 *
 * Every operation that may wait or panic takes its place as the last argument,
 * a string literal "file.gc:12" made by GOC_AT(12); the file is the one that
 * the #line directives name.  The pointer is kept, not the text.
 */
#ifndef GOC_ABI_H
#define GOC_ABI_H

#ifndef __GOC__
#define __GOC__ 100 /* major * 10000 + minor * 100 + patch */
#endif

#define GOC__STRING(x) #x
#define GOC__AT(line) GOC__STRING(line)
/* The place of a line of the file in which it stands: "file.gc:12". */
#define GOC_AT(line) __FILE__ ":" GOC__AT(line)

/* goc defines GOC__DECLARED if the text that follows declares the rest itself:
 * what cc -E has made of a source that includes <goc.h>. */
#ifndef GOC__DECLARED

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __cplusplus
typedef bool goc__bool;
#else
typedef _Bool goc__bool;
#endif

/* A channel.  chan<T>, <-chan<T> and chan<-<T> are all lowered to goc__chan. */
typedef struct goc_chan goc_chan;
typedef goc_chan *goc__chan;

/* make(chan<T>, cap): goc__make(sizeof(T), cap, AT); elem_size is 0 for void. */
goc_chan *goc__make(__SIZE_TYPE__ elem_size, long long cap, const char *at);

/* close(c);  free(c). */
void goc__close(goc_chan *c, const char *at);
void goc__free(goc_chan *c, const char *at);

/* len(c), cap(c): elements buffered now, and at most; 0 for a null channel.  Any
 * thread may call them; they do not park. */
int goc_chan_len(const goc_chan *c);
int goc_chan_cap(const goc_chan *c);

/* c <- v: goc__send(c, &(T){ v }, AT); elem is not read for size 0 and may be
 * null then. */
void goc__send(goc_chan *c, const void *elem, const char *at);

/* <-c: (*(T *)goc__recv(c, &(T){ 0 }, AT)).  Returns elem, filled with the
 * value received, or with zero bytes once c is closed and drained. */
void *goc__recv(goc_chan *c, void *elem, const char *at);

/* v, ok = <-c, and range: as goc__recv; true if a value was received. */
goc__bool goc__recv_ok(goc_chan *c, void *elem, const char *at);

/* <-goc_after(d): sleeps for d nanoseconds; elem, if not null, receives the
 * time (a goc_time, 64 bits).  Returns elem. */
void *goc__recv_after(long long d, void *elem, const char *at);

/* One case of a select.  Filled in source order; goc_select, goc__select and
 * goc__select_after set ok for the case that was chosen. */
enum goc_case_op
{
    GOC_RECV = 0,  /* elem (may be null: discard) receives the value */
    GOC_SEND = 1,  /* elem is sent */
    GOC_AFTER = 2  /* goc_after(delay): elem, if not null, receives the time */
};
typedef struct goc_case
{
    goc_chan *chan;  /* null: never ready (not looked at for GOC_AFTER) */
    void *elem;
    long long delay; /* nanoseconds, for GOC_AFTER */
    int op;          /* enum goc_case_op */
    goc__bool ok;    /* out: whether the receive got a value; false: closed */
} goc_case;

/* The halves of goc__select: with a default, -1 when no case is ready; without,
 * waits. */
int goc__select_try(goc_case *cases, int n, const char *at);
int goc__select_wait(goc_case *cases, int n, const char *at);

/* What a select looks at before it calls: how a channel begins. */
struct goc__view
{
    unsigned lock;
    volatile unsigned count;
    unsigned head, cap, elem_size;
    volatile goc__bool closed;
    void *volatile receivers, *receivers_last;
    void *volatile senders, *senders_last;
};
/* One after the other: who finds a channel empty that was closed, then drained,
 * finds it closed, too. */
#if defined(__GNUC__) && !defined(__TINYC__)
#define GOC__LOOK(x) __atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#else
#define GOC__LOOK(x) (x)
#endif

/* C90 has no inline. */
#if defined(__cplusplus) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
#define GOC__INLINE inline
#else
#define GOC__INLINE __inline
#endif

/* Whether the operation could not have proceeded a moment ago. */
static GOC__INLINE goc__bool goc__recv_waits(const void *chan)
{
    const struct goc__view *c = (const struct goc__view *)chan;
    return !c || (!GOC__LOOK(c->senders) && !GOC__LOOK(c->count)
                  && !GOC__LOOK(c->closed));
}
static GOC__INLINE goc__bool goc__send_waits(const void *chan)
{
    const struct goc__view *c = (const struct goc__view *)chan;
    return !c || (!GOC__LOOK(c->receivers) && GOC__LOOK(c->count) >= c->cap
                  && !GOC__LOOK(c->closed));
}

/* select { ... }: the index of the case chosen.  With has_default, -1 when no
 * case is ready; without, waits.  n may be 0: select { } waits for ever.  One
 * that has a GOC_AFTER and no default is goc__select_after. */
int goc__select_after(goc_case *cases, int n, const char *at);
static GOC__INLINE int goc__select(goc_case *cases, int n, int has_default,
                              const char *at)
{
    if (!has_default)
        return goc__select_wait(cases, n, at);
    if (n == 0
        || (n == 1 && cases->op == GOC_SEND && goc__send_waits(cases->chan)))
        return -1;
    return goc__select_try(cases, n, at); /* several: at one moment */
}

/* One that receives from one channel, with a default.  The case is filled in
 * when there is something to receive, so that asking in vain costs next to
 * nothing. */
static GOC__INLINE int goc__select_recv(goc_case *k, goc_chan *c, void *elem,
                                        const char *at)
{
    if (goc__recv_waits(c))
        return -1;
    k->chan = c;
    k->elem = elem;
    k->delay = 0;
    k->op = GOC_RECV;
    k->ok = 0;
    return goc__select_try(k, 1, at);
}

/* go f(a, b), go { ... }: runs fn in a new goroutine on a copy of the size
 * bytes at arg, which live until fn returns. */
void goc__go(void (*fn)(void *), const void *arg, __SIZE_TYPE__ size,
             const char *at);

/* go { ... } that takes an array along: its record's copy.  An array cannot be
 * initialised with one. */
static GOC__INLINE void goc__copy(void *to, const void *from, __SIZE_TYPE__ size)
{
    char *p = (char *)to;
    const char *q = (const char *)from;
    while (size--)
        *p++ = *q++;
}

/* errno of the running goroutine.  errno.h declares its location function as
 * const, so compilers keep the address over a call that may come back on
 * another thread.  This macro turns the declaration, whose argument list is
 * (void), into one of a function nobody calls, and each use, whose argument
 * list is empty, into a call that is not const. */
int *goc__errno_(void);
#define __errno_location(arg) goc__errno_##arg(arg)

/* glibc's <ctype.h> reads tables whose address is the thread's, and declares
 * the functions that yield it as const, too.  Here they are the same functions,
 * but pure: what they yield is kept until something else is called. */
#if defined(__GNUC__) && !defined(__cplusplus)
const unsigned short **goc__ctype_b_(void) __asm__("__ctype_b_loc")
    __attribute__((__pure__));
const int **goc__ctype_tolower_(void) __asm__("__ctype_tolower_loc")
    __attribute__((__pure__));
const int **goc__ctype_toupper_(void) __asm__("__ctype_toupper_loc")
    __attribute__((__pure__));
#define __ctype_b_loc(arg) goc__ctype_b_##arg(arg)
#define __ctype_tolower_loc(arg) goc__ctype_tolower_##arg(arg)
#define __ctype_toupper_loc(arg) goc__ctype_toupper_##arg(arg)
#endif

/* A translation unit that defines main in goc source defines this, so that the
 * runtime knows that the main thread's code is goroutine 1. */
extern const char goc__main;

#ifdef __cplusplus
}
#endif

#endif
#endif
