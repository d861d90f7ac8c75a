// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No record contains itself, whatever the program says.
// RUN: %goc --dump=types -fms-extensions %s | FileCheck %s

struct a { struct a self; int x; };
struct b { struct b { int y; } inner; struct b; };
struct c { int z; };
struct d { struct c; };
struct c { struct d; struct c again[2]; };

// CHECK-LABEL: FUNCTION f
void f(struct a *a, struct b *b, struct c *c)
{
    // CHECK: MEMBER '<unknown>' lvalue ->self
    a->self;
    // CHECK: MEMBER 'int' lvalue ->x
    a->x;
    // CHECK: MEMBER 'int' lvalue ->z
    c->z;
    struct a v = { 0 }, w[3] = { { { 1 } } };
    struct c u = { 1, 2 };
}
