/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* subprocess.h: commands: made word by word, shown, run. */
#ifndef GOC_SUBPROCESS_H
#define GOC_SUBPROCESS_H

#include <stdbool.h>

#include "vec.h"

struct arena;
struct options;

struct command { VEC(const char *) w; };

void command_add(struct command *c, const char *word);
void command_free(struct command *c);

/* Shows the command if -v or -### asks for it, runs it unless -### is given,
 * and waits for its end.  Returns its exit status, 128+n after signal n.  A
 * command that cannot be started ends in fatal(). */
int command_run(struct options *o, struct command *c);

/* Runs a program that the user wants to run: signals sent to goc go to it.
 * Returns its exit status as command_run. */
int program_run(const char *path, char *const *argv);

/* The same in steps, for one program at a time.  It runs in folder unless that
 * is null; its output, and what it says on standard error, goes to the
 * descriptor unless that is negative. */
void program_start(const char *path, char *const *argv, const char *folder, int output);

/* True, and *status as of waitpid, if it has ended. */
bool program_ended(int *status);

/* Waits for its end; returns the status as of waitpid. */
int program_wait(void);

#endif
