// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// _Pragma needs a string literal.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
int a; _Pragma(once)
// CHECK: :[[#@LINE-1]]:8: error: _Pragma takes a parenthesized string literal
