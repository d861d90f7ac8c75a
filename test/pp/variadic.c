// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// __VA_ARGS__ takes the rest with its commas; a named parameter does so too in GNU C.
// RUN: %goc --dump=pp %s | FileCheck %s
#define p(f, ...) printf(f, __VA_ARGS__) #__VA_ARGS__
#define q(args...) g(args)
p("x", 1, (2, 3),4) q(1, 2) q()
// CHECK: printf("x", 1, (2, 3),4) "1, (2, 3),4" g(1, 2) g()
