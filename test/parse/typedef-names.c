// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A typedef name may be hidden, declared again, and become a plain name.
// RUN: %goc --dump=types %s | FileCheck %s

typedef int t;
typedef int t;
typedef const t ct;
// CHECK: DECLARATOR typedef ct 'const t'
// CHECK: DECLARATOR a 'ct *'
ct *a;

// CHECK-LABEL: FUNCTION f
void f(void)
{
    // CHECK: DECLARATOR x 't'
    t x;
    // CHECK: DECLARATOR t 't'
    t t = 1;
    // CHECK: BINARY 't' *
    t * x;
    {
        // CHECK: DECLARATOR typedef t 'char'
        typedef char t;
        // CHECK: DECLARATOR x 't *'
        t * x;
        // CHECK: DECLARATOR typedef u 't[3]'
        typedef t u[3];
        // CHECK: DECLARATOR y 'const u'
        const u y;
        // CHECK: IDENT 'const u' lvalue y
        y;
    }
    // CHECK: IDENT 't' lvalue t
    t;
}
// CHECK: FUNCTION g 't (t)'
t g(t t) { return t; }
