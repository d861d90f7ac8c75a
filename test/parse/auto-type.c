// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// __auto_type takes the type of the initialiser as a value; there the name still is
// the outer one.
// RUN: %goc --dump=types %s | FileCheck %s

struct s { int bits : 3; } s;
const int c = 1;
int a[3];
void f(int);

// CHECK-LABEL: FUNCTION use
void use(void)
{
    // CHECK: DECLARATOR x 'int'
    __auto_type x = c;
    // CHECK: DECLARATOR y 'int *'
    __auto_type y = a;
    // CHECK: DECLARATOR z 'void (*const)(int)'
    const __auto_type z = f;
    // CHECK: DECLARATOR b 'int'
    __auto_type b = s.bits;
    {
        // CHECK: DECLARATOR static x 'int *'
        static __auto_type x = &c ? (int *)0 : 0;
    }
    {
        // CHECK: DECLARATOR a 'int'
        __auto_type a = a[0];
        // CHECK: DECLARATOR y 'int **'
        // CHECK: DECLARATOR q 'int ***'
        __auto_type y = &y, q = &y;
    }
}
