// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program with a main of its own keeps it, and may run its tests.
// RUN: %cc %s -o %t %runtime && %t -v | FileCheck %s
#include <goc.h>

#include <stdio.h>

GOC_TEST(one)
{
    GOC_CHECK(true);
}

// CHECK: before
// CHECK: --- PASS: one
// CHECK: PASS
// CHECK: after 0
int main(int argc, char **argv)
{
    puts("before");
    int status = goc_test_main(argc, argv);
    printf("after %d\n", status);
    return status;
}
