// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// In strict C99 only L is a prefix.
// RUN: %goc -std=c99 --dump=tokens %s | FileCheck %s
L"a" u"b" u8"d"
// CHECK:      STRING bol,space L"a"
// CHECK-NEXT: IDENT space u
// CHECK-NEXT: STRING - "b"
// CHECK-NEXT: IDENT space u8
// CHECK-NEXT: STRING - "d"
