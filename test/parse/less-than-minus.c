// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With no channel on its left, <- is C's < and a unary minus.
// RUN: %goc --dump=types -x gc %s | FileCheck %s

int f(int a, int b, int *p)
{
    // CHECK: BINARY 'int' <
    // CHECK-NEXT: IDENT 'int' {{.*}}a
    // CHECK-NEXT: UNARY 'int' -
    // CHECK-NEXT: NUMBER 'int' 1
    int r = a<-1;

    // CHECK: BINARY 'int' <
    // CHECK-NEXT: IDENT 'int' {{.*}}a
    // CHECK-NEXT: BINARY 'int' +
    // CHECK-NEXT: UNARY 'int' -
    // CHECK-NEXT: IDENT 'int' {{.*}}b
    r = a<-b+1;

    // CHECK: BINARY 'int' &&
    // CHECK-NEXT: BINARY 'int' <
    // CHECK-NEXT: IDENT 'int' {{.*}}a
    // CHECK-NEXT: UNARY 'int' -
    // CHECK-NEXT: UNARY 'int' {{.*}}*
    // CHECK-NEXT: IDENT 'int *' {{.*}}p
    r = a<-*p && b;

    // CHECK: BINARY 'int' <
    // CHECK-NEXT: IDENT 'int' {{.*}}a
    // CHECK-NEXT: UNARY 'int' --
    // CHECK-NEXT: IDENT 'int' {{.*}}b
    r = a<--b;

    // CHECK: BINARY 'int' <
    // CHECK-NEXT: BINARY 'int' +
    return a + b <-(r) * 2;
}
