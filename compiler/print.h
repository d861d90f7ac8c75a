/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* print.h: --version, --help and the other questions about goc. */
#ifndef GOC_PRINT_H
#define GOC_PRINT_H

struct options;

/* Answers options.print; returns the exit status. */
int print_answer(struct options *o);

/* goc -v without inputs. */
int print_verbose(struct options *o);

#endif
