// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A name read within its own expansion is never expanded, not even later.
// RUN: %goc --dump=pp %s | FileCheck %s
#define foo foo a
#define f(x) x f
#define id(x) x
#define u v
#define v u
foo id(foo) f(1)(2)(3) id(f)(4) u
// CHECK: foo a foo a 1 f(2)(3) 4 f u
