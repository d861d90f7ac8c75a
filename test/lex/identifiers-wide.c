// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// UTF-8 and universal character names spell identifiers; other characters do not.
// RUN: %goc --dump=tokens %s | FileCheck %s
été \u00e9a a$b x‿
// CHECK:      IDENT bol,space été
// CHECK-NEXT: IDENT space \u00e9a
// CHECK-NEXT: IDENT space a$b
// CHECK-NEXT: IDENT space x‿
a“b
// CHECK-NEXT: IDENT bol,space a
// CHECK-NEXT: OTHER - “
// CHECK-NEXT: IDENT - b
