// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parameters of a K&R definition are declared between it and its body, or
// are of type int.
// RUN: %goc --dump=types -std=gnu89 %s | FileCheck %s

typedef char t;

// CHECK: FUNCTION f 'int (int, char, double *, int (*)(), int *)'
f(a, b, c, g, v)
    char b;
    register double *c;
    int g(), v[10];
{
    // CHECK: IDENT 'int' lvalue a
    a;
    // CHECK: IDENT 'char' lvalue b
    b;
    // CHECK: IDENT 'double *' lvalue c
    c;
    // CHECK: CALL 'int'
    // CHECK-NEXT: IDENT 'int (*)()' lvalue g
    g();
}
// CHECK: FUNCTION h 'int (struct s *)'
int h(p) struct s { int x; } *p;
{
    struct s q = *p;
    // CHECK: MEMBER 'int' lvalue .x
    return q.x;
}
// The definition is called as the prototype says, if there was one.
int k(double);
int k(x) double x; { return x; }
// CHECK: FUNCTION main
main()
{
    // CHECK: IDENT 'int ()' f
    f(1);
    // CHECK: IDENT 'int (double)' k
    k(1);
}
