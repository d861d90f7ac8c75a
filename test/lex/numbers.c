// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Preprocessing numbers take signs behind exponents and letters of any kind.
// RUN: %goc --dump=tokens %s | FileCheck %s
1e+3 0x1p-4 .5 1.2.3 0x1e+2 12abc 1...2
// CHECK:      NUMBER bol,space 1e+3
// CHECK-NEXT: NUMBER space 0x1p-4
// CHECK-NEXT: NUMBER space .5
// CHECK-NEXT: NUMBER space 1.2.3
// CHECK-NEXT: NUMBER space 0x1e+2
// CHECK-NEXT: NUMBER space 12abc
// CHECK-NEXT: NUMBER space 1...2
1'000
// CHECK-NEXT: NUMBER bol,space 1
