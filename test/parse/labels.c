// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Labels belong to the function they stand in; __label__ gives them to a block.
// RUN: %goc --dump=ast %s | FileCheck %s

// CHECK-LABEL: FUNCTION f
int f(int n)
{
    __label__ out, again;
    // CHECK: FUNCTION inner
    // CHECK: GOTO out
    // CHECK: LABEL again
    // CHECK: GOTO again
    void inner(void) { if (n) goto out; again: if (n--) goto again; }
    // CHECK: GOTO forward
    goto forward;
again:
    inner();
    // CHECK: LABEL forward
forward:
    {
        __label__ again;
        // CHECK: UNARY &&again
        void *p = &&again;
        // CHECK: GOTO <
        // CHECK-NEXT: IDENT p
        goto *p;
        // CHECK: LABEL again
    again:;
    }
    goto again;
out:
    return n;
}
