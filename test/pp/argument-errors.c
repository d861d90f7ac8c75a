// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Too few, too many and unending arguments are errors.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#define two(a, b) a b
two(1)
// CHECK: :[[#@LINE-1]]:1: error: macro "two" requires 2 arguments, but only 1 given
// CHECK: :[[#@LINE-3]]:9: note: macro "two" defined here
two(1, 2, 3)
// CHECK: :[[#@LINE-1]]:1: error: macro "two" passed 3 arguments, but takes just 2
#define inner(...) two(__VA_ARGS__)
 inner(1, 2, 3)
// CHECK: :[[#@LINE-1]]:2: error: macro "two" passed 3 arguments, but takes just 2
two(1,
// CHECK: :[[#@LINE-1]]:1: error: unterminated argument list invoking macro "two"
