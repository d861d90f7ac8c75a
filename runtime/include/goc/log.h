/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* <goc/log.h>: structured logs, as Go's package log/slog.
 *
 *     goc_log(GOC_INFO, "served", "path", goc_s(path), "ms", goc_i(ms));
 *
 * writes one line, to standard error if nothing else is said:
 *
 *     time=2024-05-01T12:00:00.123Z level=INFO msg=served goroutine=7 path=/ ms=3
 *     {"time":"2024-05-01T12:00:00.123Z","level":"INFO","msg":"served",...}
 *
 * Lines come whole, whoever writes at the same time.  Any thread may log; the
 * goroutine is 0 on threads that the library did not start.  The time is UTC;
 * `name` follows the goroutine if it has one (goc_set_name).
 */
#ifndef GOC_LOG_H
#define GOC_LOG_H

#include <goc/base.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Levels; those between and beyond may be used, and show as INFO+2. */
typedef enum goc_level
{
    GOC_DEBUG = -4,
    GOC_INFO = 0,
    GOC_WARN = 4,
    GOC_ERROR = 8
} goc_level;

/* A value to log.  Strings are borrowed for the call. */
typedef struct goc_log_value
{
    int kind;
    union
    {
        const char *s;
        int64_t i;
        uint64_t u;
        double f;
        const void *p;
    } v;
} goc_log_value;

enum
{
    GOC__LOG_STRING,
    GOC__LOG_INT,
    GOC__LOG_UINT,
    GOC__LOG_DOUBLE,
    GOC__LOG_BOOL,
    GOC__LOG_POINTER,
    GOC__LOG_DURATION,
    GOC__LOG_ERROR
};

/* A string; null shows as (null), and as null in JSON. */
static inline goc_log_value goc_s(const char *s)
{
    goc_log_value value;
    value.kind = GOC__LOG_STRING;
    value.v.s = s;
    return value;
}

/* A signed and an unsigned number. */
static inline goc_log_value goc_i(int64_t i)
{
    goc_log_value value;
    value.kind = GOC__LOG_INT;
    value.v.i = i;
    return value;
}
static inline goc_log_value goc_u(uint64_t u)
{
    goc_log_value value;
    value.kind = GOC__LOG_UINT;
    value.v.u = u;
    return value;
}

/* A floating-point number, with as many digits as tell it from others. */
static inline goc_log_value goc_f(double f)
{
    goc_log_value value;
    value.kind = GOC__LOG_DOUBLE;
    value.v.f = f;
    return value;
}

/* true or false. */
static inline goc_log_value goc_b(bool b)
{
    goc_log_value value;
    value.kind = GOC__LOG_BOOL;
    value.v.i = b;
    return value;
}

/* A pointer. */
static inline goc_log_value goc_p(const void *p)
{
    goc_log_value value;
    value.kind = GOC__LOG_POINTER;
    value.v.p = p;
    return value;
}

/* A duration, as 1.5s or 20ms; nanoseconds in JSON. */
static inline goc_log_value goc_d(goc_duration d)
{
    goc_log_value value;
    value.kind = GOC__LOG_DURATION;
    value.v.i = d;
    return value;
}

/* An error that a function of the library has returned, by strerror's words;
 * 0 shows as nil, and as null in JSON. */
static inline goc_log_value goc_e(int err)
{
    goc_log_value value;
    value.kind = GOC__LOG_ERROR;
    value.v.i = err;
    return value;
}

/* goc_log(level, message, key, value, key, value, ...): writes a line if level
 * is not below the one that goc_log_level has set; if it is, the arguments are
 * not evaluated.  message and keys are strings, values made by the functions
 * above.  Never parks; may block the thread in writing. */
#define goc_log(level, ...)                           \
    (goc__log_on(level)                               \
         ? goc__log(NULL, level, __VA_ARGS__, (const char *)0) \
         : (void)0)

/* goc_log_ctx(ctx, level, message, key, value, ...): the same, with what
 * goc_log_with has put into ctx or one above it before the other keys. */
#define goc_log_ctx(ctx, level, ...)                  \
    (goc__log_on(level)                               \
         ? goc__log(ctx, level, __VA_ARGS__, (const char *)0) \
         : (void)0)

/* goc_log_with(parent, key, value, ...): a child of parent (borrowed) that
 * carries the pairs, strings copied, for goc_log_ctx.  The caller frees it.
 * slog.Logger.With. */
#define goc_log_with(...) goc__log_with(__VA_ARGS__, (const char *)0)

/* Lines as JSON objects, or (the default) as key=value. */
void goc_log_json(bool json);

/* What is below level is not logged; at first GOC_INFO. */
void goc_log_level(int level);

/* Where lines go; flushed after each.  out is borrowed; null stands for
 * standard error. */
void goc_log_output(FILE *out);

extern int goc__log_least;
static inline bool goc__log_on(int level)
{
#ifdef __GNUC__
    return level >= __atomic_load_n(&goc__log_least, __ATOMIC_RELAXED);
#else
    return level >= goc__log_least;
#endif
}
void goc__log(goc_context *ctx, int level, const char *message, ...);
goc_context *goc__log_with(goc_context *parent, ...);

#ifdef __cplusplus
}
#endif
#endif
