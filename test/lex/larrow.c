// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// <- is one token unless another - follows; <<- is << and -.
// RUN: %goc --dump=tokens %s | FileCheck %s
a<-b
// CHECK:      [[#L:]]:1 IDENT bol,space a
// CHECK-NEXT: [[#L]]:2 LARROW - <-
// CHECK-NEXT: [[#L]]:4 IDENT - b
a<--b
// CHECK-NEXT: :1 IDENT bol,space a
// CHECK-NEXT: :2 LT - <
// CHECK-NEXT: :3 DEC - --
// CHECK-NEXT: :5 IDENT - b
a<<-b
// CHECK-NEXT: IDENT
// CHECK-NEXT: :2 SHL - <<
// CHECK-NEXT: :4 MINUS - -
// CHECK-NEXT: IDENT
a<- -b
// CHECK-NEXT: IDENT
// CHECK-NEXT: :2 LARROW - <-
// CHECK-NEXT: :5 MINUS space -
// CHECK-NEXT: IDENT
a<=-b
// CHECK-NEXT: IDENT
// CHECK-NEXT: :2 LE - <=
// CHECK-NEXT: :4 MINUS - -
