// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Any order and combination of specifiers names its type.
// RUN: %goc --dump=types %s | FileCheck %s

// CHECK: DECLARATOR a 'unsigned long long'
unsigned long int long a;
// CHECK: DECLARATOR b 'unsigned short'
short unsigned b;
// CHECK: DECLARATOR c 'signed char'
char signed c;
// CHECK: DECLARATOR static d 'const volatile long'
long const static int volatile d;
// CHECK: DECLARATOR e 'long double'
double long e;
// CHECK: DECLARATOR f 'double _Complex'
_Complex f;
// CHECK: DECLARATOR g 'float _Complex'
float _Complex g;
// CHECK: DECLARATOR h 'unsigned __int128'
__int128 unsigned h;
// CHECK: DECLARATOR i 'unsigned int'
unsigned i;
// CHECK: DECLARATOR static thread_local j 'int'
static _Thread_local j;
// CHECK: DECLARATOR k '_Float64x'
_Float64x k;
// CHECK: DECLARATOR l '_Atomic int'
_Atomic(int) l;
// CHECK: DECLARATOR m 'const _Atomic _Bool'
_Bool _Atomic const m;
// CHECK: DECLARATOR extern n '__builtin_va_list'
extern __builtin_va_list n;
