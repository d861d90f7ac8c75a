/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/base.h>: what the library's other headers are written with.
 *
 * A function that may wait or panic is also a macro of the same name that adds
 * the caller's place, so that reports name the user's line.  The function
 * itself is there for its address, for `(goc_mutex_lock)(m)`, and for other
 * languages; then reports show no place.
 */
#ifndef GOC_BASE_H
#define GOC_BASE_H

#include <goc/abi.h>
#include <goc/chan.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The place where it stands, as a string literal: "file.gc:12". */
#define GOC_HERE GOC_AT(__LINE__)

/* struct GOC_NO_COPY name { ... }: values of this type stay where they are.
 * The goc compiler refuses to capture them by value. */
#ifdef __GOC_TRANSLATING__
#define GOC_NO_COPY __attribute__((annotate("goc_no_copy")))
#else
#define GOC_NO_COPY
#endif

/* A channel end of elements T in a declaration: to the goc compiler the
 * language's type, to C and C++ a goc_chan *. */
#ifdef __GOC_TRANSLATING__
#define GOC__RECV_CHAN(T) <-chan<T>
#define GOC__SEND_CHAN(T) chan<-<T>
#else
#define GOC__RECV_CHAN(T) goc_chan *
#define GOC__SEND_CHAN(T) goc_chan *
#endif

/* Arguments as printf's. */
#ifdef __GNUC__
#define GOC__PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define GOC__PRINTF(text, first)
#endif

/* A point in time: nanoseconds on goc_now's clock, or, where a function says
 * so, since 1970.  0: none. */
typedef int64_t goc_time;

/* A tree of cancellation; see <goc/context.h>. */
typedef struct goc_context goc_context;

#ifdef __cplusplus
}
#endif
#endif
