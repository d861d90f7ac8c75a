// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// -include comes before the main file; of -imacros only the macros count.
// RUN: %goc --dump=pp -include %S/Inputs/one.h -imacros %S/Inputs/macros.h -DD=4 -UU -DE %s | FileCheck %s
FROM_IMACROS D E
#ifdef U
#error
#endif
// CHECK-NOT: imacros text
// CHECK: one from
// CHECK-NOT: imacros text
// CHECK: three 4 1
