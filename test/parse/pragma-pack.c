// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #pragma pack limits the alignment of members.
// RUN: %goc --dump=types %s | FileCheck %s
// RUN: %cc -w -fsyntax-only %s

#define SIZE(t, n)                                                            \
    char size_##t[sizeof(struct t)];                                          \
    _Static_assert(sizeof(struct t) == n, "size of " #t)

#pragma pack(1)
struct a { char c; long l; };
// CHECK: size_a 'char[9]'
SIZE(a, 9);
#pragma pack(push, 4)
struct b { char c; long l; };
// CHECK: size_b 'char[12]'
SIZE(b, 12);
#pragma pack(push, mark, 2)
struct c { char c; long l; int x : 7, y : 12; };
// CHECK: size_c 'char[14]'
SIZE(c, 14);
#pragma pack(push, 16)
#pragma pack(pop, mark)
struct d { char c; long l; };
// CHECK: size_d 'char[12]'
SIZE(d, 12);
#pragma pack(pop)
struct e { char c; long l; };
// CHECK: size_e 'char[9]'
SIZE(e, 9);
#pragma pack()
struct f { char c; long l; };
// CHECK: size_f 'char[16]'
SIZE(f, 16);
_Pragma("pack(2)") struct g { char c; long l; };
// CHECK: size_g 'char[10]'
SIZE(g, 10);
