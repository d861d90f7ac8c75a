// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #line and GNU's line markers rename what follows.
// RUN: %goc --dump=pp %s | FileCheck %s
#line 100
__LINE__
// CHECK: # 100 "{{.*}}line-directive.c"
// CHECK-NEXT: 100
#line 200 "other.c"
__LINE__ __FILE__
// CHECK: # 200 "other.c"
// CHECK-NEXT: 200 "other.c"
# 7 "third \"c\"" 3
__LINE__ __FILE__
// CHECK: 7 "third \"c\""
