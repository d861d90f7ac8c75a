/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/errgroup.h>: goroutines that work on one task, whose first failure ends
 * the others, as golang.org/x/sync/errgroup.
 *
 *     goc_errgroup *g = goc_errgroup_new(ctx);
 *     for (int i = 0; i < n; i++) {
 *         goc_errgroup_add(g);
 *         go { goc_errgroup_done(g, fetch(goc_errgroup_context(g), i)); }
 *     }
 *     int err = goc_errgroup_wait(g);
 *     goc_errgroup_free(g);
 *
 * Any thread may call any of these functions.
 */
#ifndef GOC_ERRGROUP_H
#define GOC_ERRGROUP_H

#include <goc/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct goc_errgroup goc_errgroup;

/* A group with a context below parent (borrowed; may be null).  The caller
 * frees it with goc_errgroup_free. */
goc_errgroup *goc_errgroup_new(goc_context *parent);

/* The group's context: ends with the first error, or when goc_errgroup_wait
 * returns.  The group's own. */
goc_context *goc_errgroup_context(goc_errgroup *g);

/* At most n at a time from now on; negative: no limit.  Not while the group
 * is at work: panics then. */
void goc_errgroup_limit(goc_errgroup *g, int n);

/* To be called before each `go`.  Parks while as many as the limit allows are
 * at work. */
void goc_errgroup_add(goc_errgroup *g);

/* The same unless ctx (borrowed, may be null) has ended or ends first: 0, or
 * goc_err(ctx), and nothing is announced.  The group's own context will do. */
int goc_errgroup_add_ctx(goc_errgroup *g, goc_context *ctx);

/* The same if that need not wait, and says so. */
bool goc_errgroup_try_add(goc_errgroup *g);

/* To be called when what goc_errgroup_add announced is done.  err is 0 or an
 * error, by convention a negative errno value: the first is kept, ends the
 * context, and is its cause. */
void goc_errgroup_done(goc_errgroup *g, int err);

/* Runs fn(arg) in a new goroutine between goc_errgroup_add and
 * goc_errgroup_done with its result.  fn must return: what ends by
 * goc_exit_goroutine, which runs nothing deferred, is never done. */
void goc_errgroup_go(goc_errgroup *g, int (*fn)(void *), void *arg);

/* The same if it need not wait, and says so. */
bool goc_errgroup_try_go(goc_errgroup *g, int (*fn)(void *), void *arg);

/* Parks until all are done.  The first error, or 0. */
int goc_errgroup_wait(goc_errgroup *g);

/* Waits until all are done, at most timeout nanoseconds (negative: no limit)
 * and until ctx (borrowed, may be null) ends.  0, and *err, which may be null,
 * is what goc_errgroup_wait returns; else -ETIMEDOUT or goc_err(ctx), and the
 * group goes on. */
int goc_errgroup_wait_for(goc_errgroup *g, goc_context *ctx,
                          goc_duration timeout, int *err);

/* Frees the group and its context.  Nobody may be at work.  Null is ignored. */
void goc_errgroup_free(goc_errgroup *g);

/* ---- The same with the caller's place ----------------------------------- */

void goc__errgroup_limit(goc_errgroup *g, int n, const char *at);
void goc__errgroup_add(goc_errgroup *g, const char *at);
void goc__errgroup_done(goc_errgroup *g, int err, const char *at);
void goc__errgroup_go(goc_errgroup *g, int (*fn)(void *), void *arg,
                      const char *at);
bool goc__errgroup_try_go(goc_errgroup *g, int (*fn)(void *), void *arg,
                          const char *at);
int goc__errgroup_wait(goc_errgroup *g, const char *at);
int goc__errgroup_add_ctx(goc_errgroup *g, goc_context *ctx, const char *at);
int goc__errgroup_wait_for(goc_errgroup *g, goc_context *ctx,
                           goc_duration timeout, int *err, const char *at);

#define goc_errgroup_limit(...) goc__errgroup_limit(__VA_ARGS__, GOC_HERE)
#define goc_errgroup_add(...) goc__errgroup_add(__VA_ARGS__, GOC_HERE)
#define goc_errgroup_done(...) goc__errgroup_done(__VA_ARGS__, GOC_HERE)
#define goc_errgroup_go(...) goc__errgroup_go(__VA_ARGS__, GOC_HERE)
#define goc_errgroup_try_go(...) goc__errgroup_try_go(__VA_ARGS__, GOC_HERE)
#define goc_errgroup_wait(...) goc__errgroup_wait(__VA_ARGS__, GOC_HERE)
#define goc_errgroup_add_ctx(...) \
    goc__errgroup_add_ctx(__VA_ARGS__, GOC_HERE)
#define goc_errgroup_wait_for(...) \
    goc__errgroup_wait_for(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
