// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A NUL byte in the text is white space, in a string it stays.
// RUN: printf 'int a\000b; "x\000y"\n' > %t.c
// RUN: %goc --dump=tokens %t.c | FileCheck %s
// CHECK:      1:1 IDENT bol int
// CHECK-NEXT: 1:5 IDENT space a
// CHECK-NEXT: 1:7 IDENT space b
// CHECK-NEXT: SEMI
// CHECK-NEXT: 1:10 STRING
// CHECK-NEXT: EOF
