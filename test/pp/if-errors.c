// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Malformed conditions are errors, and count as false.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#if
// CHECK: :[[#@LINE-1]]:1: error: #if with no expression
#elif 1
#endif
#if 1 +
// CHECK: :[[#@LINE-1]]:1: error: #if with no expression, or an operator without its right operand
#endif
#if (1
// CHECK: error: missing ')' in expression
#endif
#if 1 2
// CHECK: :[[#@LINE-1]]:7: error: missing binary operator before token "2"
#endif
#if f(1)
// CHECK: :[[#@LINE-1]]:6: error: missing binary operator before token "("
#endif
#if 1.0
// CHECK: :[[#@LINE-1]]:5: error: floating constant in preprocessor expression
#endif
#if 1/0
// CHECK: error: division by zero in #if
#endif
#if "x"
// CHECK: :[[#@LINE-1]]:5: error: token ""x"" is not valid in preprocessor expressions
#endif
#if 089
// CHECK: error: invalid digit in octal constant "089"
#endif
#if defined
// CHECK: error: operator "defined" requires an identifier
#endif
