/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* deps.h: the -M family: rules for make, as GCC writes them. */
#ifndef GOC_DEPS_H
#define GOC_DEPS_H

#include <stddef.h>

struct arena;
struct dep_options;
struct unit;

/* The rule: target (or what -MT and -MQ say) depends on what the unit has read.
 * abi: the output includes <goc/abi.h>, so it depends on that, too. */
const char *deps_rule(struct arena *a, const struct dep_options *d, struct unit *u,
                      const char *target, const char *abi, size_t *size);

#endif
