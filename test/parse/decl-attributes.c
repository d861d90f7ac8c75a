// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The attributes vector_size and mode make another type of the one that is named.
// RUN: %goc --dump=types %s | FileCheck %s

// CHECK: DECLARATOR typedef v4si '__attribute__((vector_size(16))) int'
typedef int v4si __attribute__((vector_size(16)));
// CHECK: DECLARATOR v 'const __attribute__((vector_size(8))) float'
__attribute__((vector_size(8))) const float v;
// CHECK: DECLARATOR f '__attribute__((vector_size(16))) char (__attribute__((vector_size(16))) char *)'
char __attribute__((vector_size(16))) f(__attribute__((vector_size(16))) char *);

// CHECK: DECLARATOR di 'long'
int di __attribute__((mode(DI)));
// CHECK: DECLARATOR hi 'unsigned short'
unsigned hi __attribute__((__mode__(__HI__)));
// CHECK: DECLARATOR word 'unsigned long'
unsigned word __attribute__((mode(word)));
// CHECK: DECLARATOR ti '__int128'
int ti __attribute__((mode(TI)));
// CHECK: DECLARATOR df 'double'
float df __attribute__((mode(DF)));
// CHECK: DECLARATOR sc 'float _Complex'
_Complex float sc __attribute__((mode(SC)));
// CHECK: DECLARATOR v4hi '__attribute__((vector_size(8))) short'
int v4hi __attribute__((mode(V4HI)));
