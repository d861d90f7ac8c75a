// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Encoding prefixes belong to the literal; u8 has no character constants before C23.
// RUN: %goc --dump=tokens %s | FileCheck %s
L"a" u"b" U"c" u8"d" L'e' u'f' U'g' u8'h'
// CHECK:      STRING bol,space L"a"
// CHECK-NEXT: STRING space u"b"
// CHECK-NEXT: STRING space U"c"
// CHECK-NEXT: STRING space u8"d"
// CHECK-NEXT: CHAR space L'e'
// CHECK-NEXT: CHAR space u'f'
// CHECK-NEXT: CHAR space U'g'
// CHECK-NEXT: IDENT space u8
// CHECK-NEXT: CHAR - 'h'
