// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C11 6.10.3.3: ## joins tokens before they are expanded; an empty side is nothing.
// RUN: %goc --dump=pp %s | FileCheck %s
#define cat(a, b) a ## b
#define xcat(a, b) cat(a, b)
#define AB joined
cat(A, B) cat(x, 1) cat(1, .5e) cat(, y) cat(z, ) cat(,) cat(<, <=) xcat(cat(A, ), B) ;
// CHECK: joined x1 1.5e y z <<= joined ;
