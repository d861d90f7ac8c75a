// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Directives among a macro's arguments are obeyed.
// RUN: %goc --dump=pp %s | FileCheck %s
#define f(x, y) [x|y]
f(
#if 1
  1
#else
  2
#endif
  ,
#define N 3
  N
#undef f
) f(4, 5)
// CHECK: [1|3]
// CHECK: f(4, 5)
