// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #elifdef and #elifndef, in the dialects that have them.
// RUN: %goc --dump=pp %s | FileCheck %s
#define Y
#ifdef N
#elifdef Y
yes1
#endif
#ifdef N
#elifndef Y
no
#elifndef N
yes2
#endif
// CHECK-NOT: no
// CHECK: yes1
// CHECK-NOT: no
// CHECK: yes2
