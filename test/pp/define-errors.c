// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Malformed definitions are errors.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#define
// CHECK: :[[#@LINE-1]]:8: error: no macro name given in #define directive
#define 1
// CHECK: :[[#@LINE-1]]:9: error: macro names must be identifiers
#define defined
// CHECK: :[[#@LINE-1]]:9: error: "defined" cannot be used as a macro name
#define a(x, x) x
// CHECK: :[[#@LINE-1]]:14: error: duplicate macro parameter "x"
#define b(x) #y
// CHECK: :[[#@LINE-1]]:14: error: '#' is not followed by a macro parameter
#define c ## x
// CHECK: :[[#@LINE-1]]:11: error: '##' cannot appear at either end of a macro expansion
#define d x ##
// CHECK: error: '##' cannot appear at either end of a macro expansion
#define e(x
// CHECK: :[[#@LINE-1]]:12: error: expected ',' or ')' in macro parameter list
#define f(x..., y) x
// CHECK: error: expected ')' after "..."
#foo
// CHECK: :[[#@LINE-1]]:2: error: invalid preprocessing directive #foo
