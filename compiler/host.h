/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* host.h: the C compiler behind goc: what it predefines, where it searches.
 *
 * Asked once for a given compiler and set of dialect flags; the answer is kept
 * in a cache folder ($XDG_CACHE_HOME/goc, else ~/.cache/goc), under a key made
 * of the compiler's path, size and time, the flags, and the environment that
 * the compiler reads (CPATH, C_INCLUDE_PATH, ...).
 */
#ifndef GOC_HOST_H
#define GOC_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "vec.h"

struct unit;

struct search_dir
{
    const char *path;
    bool system; /* -isystem, -idirafter, or the compiler's own */
    bool own;    /* goc's own headers */
};

struct host
{
    const char *predefined;      /* #define lines, as cc -E -dM prints them */
    size_t predefined_size;
    VEC(const char *) system_dirs; /* the compiler's own search path, in order */
    bool is_clang;
};

/* flags: argv words that change the dialect or the target (-std=, -m…, -f…, -O…,
 * -pthread, --sysroot, -nostdinc, …), not -I, -D, -U, -include.
 * cc: the compiler command, words.  Ends in fatal() if the compiler cannot be
 * run. */
void host_query(struct unit *u, struct host *host, const char *const *cc,
                const char *const *flags);

/* __has_attribute(name) and its kind, as the host answers: operator is
 * "__has_attribute", "__has_builtin", "__has_feature", …  Answers are cached with
 * the host's facts; unknown names are asked of the compiler in one run. */
long host_has(struct unit *u, const char *operator_name, const char *name);

/* Writes back what host_has learnt. */
void host_save(struct unit *u);

/* For unit_free. */
void host_free(struct unit *u);

#endif
