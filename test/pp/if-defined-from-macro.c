// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// defined may come out of a macro; its operand is not expanded.
// RUN: %goc --dump=pp %s | FileCheck %s
#define X Y
#define HAVE(x) defined(x)
#define HAVE_X defined X
#if HAVE_X
yes
#endif
// CHECK: yes
