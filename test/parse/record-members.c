// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Members are found through anonymous records; qualifiers add up on the way.
// RUN: %goc --dump=types %s | FileCheck %s

struct s {
    int a, *b;
    const union {
        char c;
        struct { unsigned d : 3; volatile short e; };
    };
    struct named { int f; } g;
    enum { INSIDE = 3 } h;
    int : 4;
    struct s *next;
};

// CHECK-LABEL: FUNCTION f
void f(struct s *p, const struct s *q)
{
    // CHECK: MEMBER 'int *' lvalue ->b
    p->b;
    // CHECK: MEMBER 'const char' lvalue ->c
    p->c;
    // CHECK: MEMBER 'const unsigned int' lvalue ->d
    p->d;
    // CHECK: MEMBER 'const volatile short' lvalue ->e
    p->e;
    // CHECK: MEMBER 'int' lvalue .f
    // CHECK-NEXT: MEMBER 'struct named' lvalue ->g
    p->g.f;
    // CHECK: MEMBER 'int *const' lvalue ->b
    q->b;
    // CHECK: IDENT 'int' INSIDE = 3
    INSIDE;
    // CHECK: DECLARATOR n 'struct named'
    struct named n;
    // CHECK: MEMBER '<unknown>' lvalue ->f
    p->f;
}
