/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* judge.h: what the C compiler has to say about a unit in which goc found errors. */
#ifndef GOC_JUDGE_H
#define GOC_JUDGE_H

struct arg;
struct options;
struct unit;

/* Prints the errors in plain C that only the C compiler sees, as far as they can
 * be told from consequences of goc's own. */
void judge_plain(struct options *o, struct unit *u, const struct arg *input);

#endif
