// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// := is one token; a label's colon before an assignment is not.
// RUN: %goc --dump=tokens %s | FileCheck %s
x := 1
// CHECK:      :1 IDENT bol,space x
// CHECK-NEXT: :3 DEFINE space :=
// CHECK-NEXT: :6 NUMBER space 1
x : = 1
// CHECK-NEXT: IDENT
// CHECK-NEXT: COLON space :
// CHECK-NEXT: ASSIGN space =
