// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// GNU: a function may be defined in a block.
// RUN: %goc --dump=types %s | FileCheck %s

char g(void);

// CHECK-LABEL: FUNCTION f
int f(int n)
{
    // CHECK: DECLARATOR g 'int (char)'
    auto int g(char);
    // CHECK: IDENT 'int (char)' g
    g('a');
    // CHECK: FUNCTION g 'int (char)'
    int g(char c)
    {
        // CHECK: IDENT 'int' lvalue n
        // CHECK: IDENT 'char' lvalue c
        return n + c;
    }
    // CHECK: FUNCTION h 'double (int)'
    double h(a) int a; { return a; }
    // CHECK: CALL 'double'
    return h(g('b'));
}
// CHECK-LABEL: FUNCTION k
// CHECK: IDENT 'char (void)' g
int k(void) { return g(); }
