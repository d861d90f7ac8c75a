/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* driver.h: from the command line to the files asked for. */
#ifndef GOC_DRIVER_H
#define GOC_DRIVER_H

#include <stdbool.h>

#include "emit.h"
#include "options.h"
#include "unit.h"

/* main.c: the pipeline.  Leaves the C text in out when it returns STATUS_OK and
 * neither dump nor only_deps asked it to stop earlier. */
struct stages
{
    enum dump dump;
    bool only_deps; /* the preprocessor is enough */
};
int translate(struct unit *u, const char *path, struct stages stages,
              struct output *out);

/* What is left of the pipeline for a unit with errors.  The stages do not promise
 * anything then: they may end the process. */
void translate_anyway(struct unit *u, struct output *out);

/* Does what the command line asks; returns the exit status. */
int driver_run(struct options *o);

/* The parts that goc test is made of.  driver_check_inputs ends in fatal() if the
 * inputs cannot be what they have to be; driver_link compiles and links them. */
void driver_check_inputs(struct options *o);
int driver_link(struct options *o, const char *output);
const char *driver_first_input(struct options *o);

#endif
