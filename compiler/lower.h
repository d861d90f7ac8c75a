/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.h: typed tree -> edits.
 *
 * needs: types, no errors; leaves: edits queued, the tree untouched.
 */
#ifndef GOC_LOWER_H
#define GOC_LOWER_H

struct unit;

void lower(struct unit *u);

#endif
