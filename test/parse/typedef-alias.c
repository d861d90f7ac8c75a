// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Messages call an unnamed record or enumeration by its first typedef name.
// RUN: %goc --dump=types %s | FileCheck %s

typedef struct { int x; } *pointer, first, second;
typedef enum { A } letter;
typedef const struct { int x; } constant;
// CHECK: DECLARATOR a 'pointer'
pointer a;
// CHECK-LABEL: FUNCTION f
void f(second *s, constant *k, struct { int y; } *n)
{
    // CHECK: UNARY 'first' lvalue *
    *a;
    // CHECK: UNARY 'second' lvalue *
    *s;
    // CHECK: UNARY 'constant' lvalue *
    *k;
    // CHECK: UNARY 'struct <anonymous>' lvalue *
    *n;
}
