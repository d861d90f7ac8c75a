// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// -fms-extensions: a record with a tag, or a typedef name, may be an anonymous
// member; without them it declares nothing.
// RUN: %goc --dump=types -fms-extensions %s | FileCheck %s --check-prefixes=CHECK,MS
// RUN: %goc --dump=types %s | FileCheck %s --check-prefixes=CHECK,C

typedef struct { int a; } t;
struct u { int b; };
struct s { t; struct u; struct v { int c; }; int d; };

// CHECK-LABEL: FUNCTION f
void f(struct s *p)
{
    // MS: MEMBER 'int' lvalue ->a
    // C: MEMBER '<unknown>' lvalue ->a
    p->a;
    // MS: MEMBER 'int' lvalue ->b
    // C: MEMBER '<unknown>' lvalue ->b
    p->b;
    // MS: MEMBER 'int' lvalue ->c
    // C: MEMBER '<unknown>' lvalue ->c
    p->c;
    // CHECK: MEMBER 'int' lvalue ->d
    p->d;
}
