// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With a call in the parentheses, go ( ) starts a goroutine; else it is C's call
// of an undeclared function, which declares it.
// RUN: %goc --dump=ast -x gc %s | FileCheck %s

void f(int x)
{
    // CHECK: GO_CALL
    go (f(x));
    // CHECK: EXPR_STMT
    // CHECK-NEXT: CALL
    go(x);
    // CHECK: EXPR_STMT
    // CHECK-NEXT: CALL
    go (f(x));
}
