/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/singleflight.h>: one call for all who want the same at the same time, as
 * golang.org/x/sync/singleflight.
 *
 *     static goc_singleflight loads;
 *     void *page;
 *     int err = goc_singleflight_do(&loads, path, load, path, &page, NULL);
 *
 * Who asks while a call for the key is under way waits for that one and gets
 * its result.  A result is not kept: the next one to ask, once it is there,
 * starts the next call.  Any thread may call any of these functions.
 */
#ifndef GOC_SINGLEFLIGHT_H
#define GOC_SINGLEFLIGHT_H

#include <goc/base.h>
#include <goc/sync.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ready for use when it is zero; needs no clean-up once no call is under way.
 * Fields are private. */
typedef struct GOC_NO_COPY goc_singleflight
{
    goc_mutex mutex;
    void *calls[32];
} goc_singleflight;

/* Calls fn(arg, &v), unless a call for key is under way: then parks until that
 * has ended.  Returns fn's result, by convention 0 or a negative errno value,
 * and sets *value (may be null) to v, null at first.  *shared (may be null)
 * tells whether several have the same value, which then none may free on its
 * own.  key is copied.  fn must return: one that ends by goc_exit_goroutine
 * leaves the others waiting.  Group.Do. */
int goc_singleflight_do(goc_singleflight *g, const char *key,
                        int (*fn)(void *arg, void **value), void *arg,
                        void **value, bool *shared);

/* The same, with the call in a goroutine of its own.  When ctx (borrowed, may
 * be null) has ended or ends first, returns goc_err(ctx) and leaves *value
 * alone; the call goes on, for those who ask meanwhile, so what arg points to
 * must live as long, and if nobody else waits drop(v), unless drop is null,
 * gets the value.  Group.DoChan. */
int goc_singleflight_do_ctx(goc_singleflight *g, goc_context *ctx,
                            const char *key,
                            int (*fn)(void *arg, void **value), void *arg,
                            void **value, bool *shared, void (*drop)(void *));

/* The next one to ask for key starts a call, even if one is under way.
 * Group.Forget. */
void goc_singleflight_forget(goc_singleflight *g, const char *key);

/* ---- The same with the caller's place ----------------------------------- */

int goc__singleflight_do(goc_singleflight *g, const char *key,
                         int (*fn)(void *arg, void **value), void *arg,
                         void **value, bool *shared, const char *at);
int goc__singleflight_do_ctx(goc_singleflight *g, goc_context *ctx,
                             const char *key,
                             int (*fn)(void *arg, void **value), void *arg,
                             void **value, bool *shared,
                             void (*drop)(void *), const char *at);

#define goc_singleflight_do(...) goc__singleflight_do(__VA_ARGS__, GOC_HERE)
#define goc_singleflight_do_ctx(...) \
    goc__singleflight_do_ctx(__VA_ARGS__, GOC_HERE)

#ifdef __cplusplus
}
#endif
#endif
