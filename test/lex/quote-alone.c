// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A quote that does not end is an error where it reaches the compiler.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#if 0
don't
#endif
#define UNUSED don't
int x; 'a
// CHECK-NOT: error
// CHECK: quote-alone.c:[[#@LINE-2]]:8: error: missing terminating ' character
// CHECK-NOT: error
