/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hostcc.h: the commands for the C compiler behind goc. */
#ifndef GOC_HOSTCC_H
#define GOC_HOSTCC_H

#include <stdbool.h>

#include "options.h"
#include "subprocess.h"

/* A step of the C compiler on one source. */
struct compile
{
    const struct arg *input;   /* the user's file */
    const char *text;          /* GOC: the file with the C text; null: input itself */
    const char *name;          /* GOC: the source's name in messages and debug
                                  information */
    const char *step;          /* "-c", "-S", "-E", "-fsyntax-only" */
    const char *output;        /* where to write; null: not said */
    const char *product;       /* what side files are named after; may be null */
    bool deps;                 /* the -M family belongs to the step */
    const struct unit *unit;   /* GOC: what was read; may be null */
};
void hostcc_compile(struct options *o, struct command *c, const struct compile *k);

/* objects: for each of o->args that was compiled already its object, else null. */
void hostcc_link(struct options *o, struct command *c, const char *const *objects,
                 const char *output);

/* Every word of the user's for the C compiler, as it was given. */
void hostcc_plain(struct options *o, struct command *c);

/* What --cflags and --libs print. */
const char *hostcc_cflags(struct options *o);
const char *hostcc_libs(struct options *o);

/* False if there is no such command as the C compiler's. */
bool hostcc_exists(struct options *o);

/* True for a compiler of the clang family, by its name. */
bool hostcc_is_clang(struct options *o);

#endif
