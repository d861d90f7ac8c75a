/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testrun.h: goc test. */
#ifndef GOC_TESTRUN_H
#define GOC_TESTRUN_H

#include <stdbool.h>

#include "options.h"

/* True if the word, with the dashes that it begins with, is an option of goc
 * test's own: kept in o.  *next is the word behind it, or null; *took_next is
 * set if that is its value.  Wrong values end in fatal(). */
bool testrun_option(struct options *o, const char *word, const char *next, bool *took_next);

/* Builds the tests and runs them; returns the exit status. */
int testrun(struct options *o);

#endif
