// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// In #if, <- is less-than and a minus.
// RUN: %goc --dump=pp %s | FileCheck %s
#if 1 <-1
no
#elif -2<-1
yes
#endif
// CHECK-NOT: no
// CHECK: yes
