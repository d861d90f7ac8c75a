// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A backslash and a newline may stand anywhere, within tokens too.
// RUN: %goc --dump=tokens %s | FileCheck %s
in\
t x =\
= 1\
2;
// CHECK:      IDENT bol,space,spliced int
// CHECK-NEXT: IDENT space x
// CHECK-NEXT: EQEQ space,spliced ==
// CHECK-NEXT: NUMBER space,spliced 12
// CHECK-NEXT: SEMI - ;
"a\
b" 'c\   
d'
// CHECK-NEXT: STRING bol,space,spliced "ab"
// CHECK-NEXT: CHAR space,spliced 'cd'
/\
* comment *\
/ y /\
/ comment \
still
// CHECK-NEXT: IDENT bol,space y
z
// CHECK-NEXT: IDENT bol,space z
