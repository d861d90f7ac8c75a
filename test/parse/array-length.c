// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The length of an array comes from a constant expression or the initialiser;
// in a block it may be known only at run time.
// RUN: %goc --dump=types %s | FileCheck %s

enum { N = 4 };
struct pair { int a, b; };

// CHECK: DECLARATOR a 'int[12]'
int a[2 * N + sizeof(int)];
// CHECK: DECLARATOR b 'int[3]'
int b[] = { 1, 2, 3, };
// CHECK: DECLARATOR c 'int[11]'
int c[] = { 1, [10] = 2, [5] = 3 };
// CHECK: DECLARATOR d 'int[8]'
int d[] = { [0 ... 7] = 1 };
// CHECK: DECLARATOR e 'const char[6]'
const char e[] = "hello";
// CHECK: DECLARATOR f 'char[4]'
char f[] = { "abc" };
// CHECK: DECLARATOR g 'struct pair[3]'
struct pair g[] = { 1, 2, 3, 4, 5 };
// CHECK: DECLARATOR h 'struct pair[5]'
struct pair h[] = { 1, 2, [4] = { 3 } };
// CHECK: DECLARATOR i 'int[2][2]'
int i[][2] = { 1, 2, 3 };
// CHECK: DECLARATOR j 'int[6]'
int j[] = { [N] = 1, 2 };
// CHECK: DECLARATOR extern k 'int[]'
extern int k[];

// CHECK: FUNCTION f1 'void (int, int (*)[*])'
void f1(int n, int p[n][n])
{
    // CHECK: DECLARATOR v 'int[*]'
    int v[n];
    // CHECK: DECLARATOR w 'int[*][3]'
    int w[n][3];
    // CHECK: DECLARATOR x 'int[3]'
    int x[(int)3.5];
}
// CHECK: DECLARATOR f2 'void (int, int (*const)[*])'
void f2(int n, int p[static const 3][*]);
