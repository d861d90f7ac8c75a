// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function-like macro needs its parenthesis, on the same line or a later one.
// RUN: %goc --dump=pp %s | FileCheck %s
#define add(a, b) ((a) + (b))
add(1, (2, 3)) add
(4,
 5) add; (add)
// CHECK: ((1) + ((2, 3))) ((4) + (5))
// CHECK: add; (add)
#define none() ok
none( ) none
// CHECK: ok none
