/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Strict C89 has no line comments, but where the slashes are followed by a star.
   RUN: %goc -std=c89 --cc=gcc --dump=pp %s | FileCheck %s
 */
int a = 8 //* divide */ 2
;
/* CHECK: int a = 8 / 2
 */
