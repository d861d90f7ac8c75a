// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A splice does not hide the second - behind <-.
// RUN: %goc --dump=tokens %s | FileCheck %s
a<-\
-b
// CHECK:      IDENT bol,space a
// CHECK-NEXT: LT - <
// CHECK-NEXT: DEC spliced --
// CHECK-NEXT: IDENT - b
a<\
-b
// CHECK-NEXT: IDENT
// CHECK-NEXT: LARROW spliced <-
// CHECK-NEXT: IDENT - b
