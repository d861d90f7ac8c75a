// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declarations that contradict each other are the C compiler's to report: goc
// goes by the latest one.
// RUN: %goc --dump=types %s | FileCheck %s

int a;
char *a;
typedef int t;
typedef t *t;
int b;
typedef float b;
enum { c };
long c;
struct d { int x; };
struct d { char y; };
union d *e;

// CHECK-LABEL: FUNCTION use
void use(struct d *p)
{
    // CHECK: IDENT 'char *' lvalue a
    a;
    // CHECK: DECLARATOR x 't'
    t x;
    // CHECK: UNARY 't' lvalue *
    *x;
    // CHECK: DECLARATOR y 'b'
    b y;
    // CHECK: IDENT 'long' lvalue c
    c;
    // CHECK: MEMBER 'char' lvalue ->y
    p->y;
}
