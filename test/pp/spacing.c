// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tokens that an expansion brings together do not join.
// RUN: %goc --dump=pp %s | FileCheck %s
#define PLUS +
#define EMPTY
#define f(x) -x-
#define id(x) x
PLUS PLUS +PLUS f(-1) id(a)id(b) EMPTY< id(-) id(1)id(e)
// CHECK: + + + + - -1 - a b < - 1 e
