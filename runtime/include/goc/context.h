/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/context.h>: trees of cancellation, as Go's package context.
 *
 * A context tells everyone who works on a task that the result is not wanted
 * any more.  It ends when it is cancelled, when its deadline passes, or when
 * its parent ends, and stays so.  Any thread may call any of these functions;
 * none of them parks.
 *
 * The maker of a context owns it and frees it with goc_context_free, when
 * nobody uses it any more.  A child keeps what it needs of its parent, so the
 * two may be freed in either order.
 */
#ifndef GOC_CONTEXT_H
#define GOC_CONTEXT_H

#include <goc/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The root of all trees: never ends, has no deadline and no values.  Not to be
 * freed; freeing it does nothing. */
goc_context *goc_background(void);

/* A child of parent (borrowed; null stands for goc_background()) that ends
 * with it or by goc_cancel.  context.WithCancel. */
goc_context *goc_with_cancel(goc_context *parent);

/* The same, and it ends after timeout nanoseconds: then its error is
 * -ETIMEDOUT.  context.WithTimeout. */
goc_context *goc_with_timeout(goc_context *parent, goc_duration timeout);

/* The same with a point in time on goc_now's clock; 0: no deadline.
 * context.WithDeadline. */
goc_context *goc_with_deadline(goc_context *parent, goc_time deadline);

/* A child that carries a value for key.  Keys are compared as pointers; the
 * address of a variable of one's own makes a good one.  value is borrowed.
 * context.WithValue. */
goc_context *goc_with_value(goc_context *parent, const void *key, void *value);

/* Ends ctx and all contexts below it with error -ECANCELED.  Nothing happens
 * if it has ended before, or is goc_background(). */
void goc_cancel(goc_context *ctx);

/* The same, and goc_cause tells err, a negative errno value or any number of
 * the program's own; 0 stands for -ECANCELED. */
void goc_cancel_cause(goc_context *ctx, int err);

/* Cancels ctx, then frees it.  Nobody may use it, or wait on its goc_done,
 * from then on; contexts below it may be used and must be freed.  Null is
 * ignored. */
void goc_context_free(goc_context *ctx);

/* A channel that is closed when ctx ends; ctx owns it.  Null, which is never
 * ready, if ctx cannot end. */
GOC__RECV_CHAN(void) goc_done(goc_context *ctx);

/* 0 while ctx goes on; then -ECANCELED, or -ETIMEDOUT if a deadline has ended
 * it. */
int goc_err(goc_context *ctx);

/* 0 while ctx goes on; then what was given to goc_cancel_cause at ctx or the
 * one above it that ended first, else as goc_err.  context.Cause. */
int goc_cause(goc_context *ctx);

/* True, and *deadline set, if ctx or one above it has a deadline. */
bool goc_get_deadline(goc_context *ctx, goc_time *deadline);

/* The value for key of ctx or the nearest above it that has one; else null. */
void *goc_value(goc_context *ctx, const void *key);

/* Runs fn(arg) in a goroutine of its own when ctx ends, or at once if it has
 * ended.  context.AfterFunc. */
void goc_after_func(goc_context *ctx, void (*fn)(void *), void *arg);

/* The same; the result stands for the registration and is the caller's to
 * give to goc_after_func_stop, once, whether fn has run or not, before ctx is
 * freed. */
typedef struct goc_after_call goc_after_call;
goc_after_call *goc_after_func_new(goc_context *ctx, void (*fn)(void *),
                                   void *arg);

/* True if that kept fn from being called.  Frees call. */
bool goc_after_func_stop(goc_after_call *call);

/* A child with the values of parent that does not end with it.
 * context.WithoutCancel. */
goc_context *goc_without_cancel(goc_context *parent);

/* ---- The same with the caller's place ----------------------------------- */

GOC__RECV_CHAN(void) goc__done(goc_context *ctx, const char *at);
void goc__after_func(goc_context *ctx, void (*fn)(void *), void *arg,
                     const char *at);
goc_after_call *goc__after_func_new(goc_context *ctx, void (*fn)(void *),
                                    void *arg, const char *at);

#define goc_done(...) goc__done(__VA_ARGS__, GOC_HERE)
#define goc_after_func(...) goc__after_func(__VA_ARGS__, GOC_HERE)
#define goc_after_func_new(...) goc__after_func_new(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
