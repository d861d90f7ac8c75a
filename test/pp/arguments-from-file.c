// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A name that an expansion ends with takes its arguments from the text behind.
// RUN: %goc --dump=pp %s | FileCheck %s
#define f(a) a*g
#define g(a) f(a)
#define h f
h(1) f(2)(9)
// CHECK: 1*g 2*9*g
