// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameters of array and function type are pointers; they, and the tags among
// them, are declared in the body.
// RUN: %goc --dump=types %s | FileCheck %s

typedef int vec[4];
typedef void handler(int);

// CHECK: FUNCTION f 'void (int *, int *__restrict, handler *, vec *)'
void f(int a[], int b[restrict 3], handler h, vec v[])
{
    // CHECK: IDENT 'int *' lvalue a
    a;
    // CHECK: IDENT 'handler *' lvalue h
    h;
}
// CHECK: FUNCTION g 'void (struct s *, enum e)'
void g(struct s { int x; } *p, enum e { A, B } e)
{
    // CHECK: DECLARATOR q 'struct s'
    struct s q;
    // CHECK: MEMBER 'int' lvalue .x
    q.x;
    // CHECK: IDENT 'int' B = 1
    B;
}
// CHECK-LABEL: FUNCTION h
void h(void)
{
    // They are not seen elsewhere.
    // CHECK: IDENT '<unknown>' B
    B;
}
// GNU: a parameter may be declared before the others.
// CHECK: FUNCTION k 'void (int (*)[*], int)'
void k(int n; int a[][n], int n)
{
    // CHECK: IDENT 'int' lvalue n
    n;
}
// CHECK: FUNCTION l 'int (void)'
int l(void) { return 0; }
// CHECK: FUNCTION m 'int (int, int (*)(int (*)(void)))'
int (m)(int, int x(int (void))) { return x(l); }
// A declaration that returns a pointer to a function: the inner parameters count.
// CHECK: FUNCTION n 'int (*(int))(char)'
int (*n(int a))(char a)
{
    // CHECK: IDENT 'int' lvalue a
    a;
    return 0;
}
