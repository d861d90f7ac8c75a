// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A test that crashes is named; what it has printed is not lost.
// RUN: %cc %s -o %t %runtime
// RUN: for n in 1 8; do GOC_PROCS=$n %t >%t.out 2>/dev/null; test $? = 139 && FileCheck %s --input-file=%t.out || exit 1; done
// REQUIRES: nosan
#include <goc.h>

#include <stdio.h>

// CHECK: printed before
// CHECK-NEXT: --- FAIL: crashes (
GOC_TEST(crashes)
{
    goc_yield();
    printf("printed before\n");
    *(volatile int *)(uintptr_t)16 = 1;
}
