// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conditionals that do not match are reported where they are, or where they begin.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#endif
// CHECK: :[[#@LINE-1]]:1: error: #endif without #if
#else
// CHECK: :[[#@LINE-1]]:1: error: #else without #if
#elif 1
// CHECK: :[[#@LINE-1]]:1: error: #elif without #if
#if 1
#else
#else
// CHECK: :[[#@LINE-1]]:1: error: #else after #else
#elif 1
// CHECK: :[[#@LINE-1]]:1: error: #elif after #else
#endif
#ifdef X
# if 1
// CHECK: :[[#@LINE-2]]:1: error: unterminated #ifdef
