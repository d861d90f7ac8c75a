// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Beside ## <- is < and -, as in C.
// RUN: %goc --dump=pp %s | FileCheck %s
#define SHIFT(a, b) a < ## <-b
#define DECR(a) a <-## -1
SHIFT(1, 2) DECR(x)
// CHECK: 1 <<-2 x <--{{ ?}}1
