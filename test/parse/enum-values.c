// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Enumeration constants count up; their type is int where the value fits, and the
// enumeration's is as wide as they need.
// RUN: %goc --dump=types %s | FileCheck %s
// RUN: %cc -w -fsyntax-only %s

enum e { A, B = 10, C, D = C * 2, E = -1, F };
enum u { U0 = 1, U1 = 0xffffffff };
enum l { L0 = 0x7fffffff, L1 = 0x80000000l, L2 = -1 };
enum big { BIG = ~0ull, SMALL = 1 };
enum __attribute__((packed)) p { P = 200 };
enum { M = 'a', N = sizeof(enum { INNER = 5 }), O };

#define TYPE(c, t)                                                            \
    _Static_assert(__builtin_types_compatible_p(__typeof__(c), t), #c)
TYPE(L0, int);
TYPE(L1, long);
TYPE(U1, unsigned);
TYPE(BIG, unsigned long);
TYPE(SMALL, int);

// CHECK-LABEL: FUNCTION f
void f(enum e e)
{
    // CHECK: IDENT 'int' A = 0
    A;
    // CHECK: IDENT 'int' C = 11
    C;
    // CHECK: IDENT 'int' D = 22
    D;
    // CHECK: IDENT 'int' F = 0
    F;
    // CHECK: IDENT 'int' U0 = 1
    U0;
    // CHECK: IDENT 'unsigned int' U1 = 4294967295
    U1;
    // CHECK: IDENT 'int' L0 = 2147483647
    L0;
    // CHECK: IDENT 'long' L1 = 2147483648
    L1;
    // CHECK: IDENT 'unsigned long' BIG
    BIG;
    // CHECK: IDENT 'int' SMALL = 1
    SMALL;
    // CHECK: IDENT 'int' M = 97
    M;
    // CHECK: IDENT 'int' N = 4
    N;
    // CHECK: IDENT 'int' INNER = 5
    INNER;
    // CHECK: IDENT 'int' O = 5
    O;
    // CHECK: SIZEOF_TYPE '{{.*}}' sizeof of 'enum p' = 1
    // CHECK: SIZEOF_TYPE '{{.*}}' sizeof of 'enum big' = 8
    sizeof(enum p) + sizeof(enum big);
    enum { A = 7 };
    // CHECK: IDENT 'int' A = 7
    A;
}
