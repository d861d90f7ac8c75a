// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes and offsets of records are those of the host; arrays show them.
// RUN: %goc --dump=types %s | FileCheck %s
// RUN: %cc -w -fsyntax-only %s

// The type says the size, and the C compiler is asked for it.
#define SIZE(t, n)                                                            \
    char size_##n[sizeof(t)];                                                 \
    _Static_assert(sizeof(t) == n, "size of " #t)

struct a { char c; int i; char d; };
// CHECK: size_12 'char[12]'
SIZE(struct a, 12);
struct b { char c; struct a a[2]; double d; };
// CHECK: size_40 'char[40]'
SIZE(struct b, 40);
struct __attribute__((packed)) c { char c; struct a a; short s; };
// CHECK: size_15 'char[15]'
SIZE(struct c, 15);
struct d { char c; int i __attribute__((packed)); } __attribute__((aligned(16)));
// CHECK: size_16 'char[16]'
SIZE(struct d, 16);
struct e { int a : 3; int b : 30; unsigned : 0; char c; };
// CHECK: size_9999 'char[12]'
char size_9999[sizeof(struct e)];
struct f { int n; union { long l; char c[9]; }; struct { int x, y; } z; char end[]; };
// CHECK: size_32 'char[32]'
SIZE(struct f, 32);
// CHECK: at_z 'char[24]'
char at_z[__builtin_offsetof(struct f, z)];
// CHECK: at_c 'char[11]'
char at_c[__builtin_offsetof(struct f, c[3])];
union u { char c[5]; short s; };
// CHECK: size_6 'char[6]'
SIZE(union u, 6);
struct empty { };
// CHECK: size_0 'char[0]'
SIZE(struct empty, 0);
typedef int wide __attribute__((aligned(8)));
struct g { char c; wide w; };
// CHECK: size_g 'char[16]'
char size_g[sizeof(struct g)];
