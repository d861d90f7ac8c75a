// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A macro that grows without bound is stopped.
// RUN: not %goc --dump=pp %s 2>&1 >%t | FileCheck %s
#define a(x) x x x x x x x x
#define b(x) a(a(a(a(x))))
#define c(x) b(b(b(x)))
c(1)
// CHECK: limits-expansion.c:[[#@LINE-1]]:1: fatal error: the expansion of this macro is too large
