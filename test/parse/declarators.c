// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A declarator is read from the name outwards.
// RUN: %goc --dump=types %s | FileCheck %s

// CHECK: DECLARATOR a 'int *[3]'
int *a[3];
// CHECK: DECLARATOR b 'int (*)[3]'
int (*b)[3];
// CHECK: DECLARATOR c 'int (*(*)(void))[3]'
int (*(*c)(void))[3];
// CHECK: DECLARATOR signal 'void (*(int, void (*)(int)))(int)'
void (*signal(int, void (*)(int)))(int);
// CHECK: DECLARATOR d 'const char *const *volatile'
const char *const *volatile d;
// CHECK: DECLARATOR e 'char[2][3]'
// CHECK: DECLARATOR f 'char (*[2])[3]'
char e[2][3], (*f[2])[3];
// CHECK: DECLARATOR g 'int (const char *__restrict, ...)'
int (g)(const char *__restrict, ...);
// CHECK: DECLARATOR h 'int (*)()'
int (*h)();
// CHECK: DECLARATOR many 'int ****************************************'
int ****************************************many;
