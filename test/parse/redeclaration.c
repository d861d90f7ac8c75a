// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is declared more than once in a scope has the composite type.
// RUN: %goc --dump=types %s | FileCheck %s

extern int a[];
extern int a[4];
int f();
int f(char *, double);
int g(int (*)[]), g(int (*)[5]);
static int s(void);
int s(void);

// CHECK-LABEL: FUNCTION use
void use(void)
{
    // CHECK: IDENT 'int[4]' lvalue a
    a;
    // CHECK: IDENT 'int (char *, double)' f
    f;
    // CHECK: IDENT 'int (int (*)[5])' g
    g;
    {
        // A block's declaration does not change that at file scope, which it sees.
        int f();
        extern int b[];
        // CHECK: IDENT 'int (char *, double)' f
        f;
        // CHECK: IDENT 'int[]' lvalue b
        b;
        {
            char f, a;
            {
                extern int f(), a[];
                // CHECK: IDENT 'int (char *, double)' f
                f;
                // CHECK: IDENT 'int[4]' lvalue a
                a;
            }
        }
    }
}
// CHECK: FUNCTION static s 'int (void)'
int s(void) { return 0; }
