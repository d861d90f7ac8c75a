// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #pragma and _Pragma are passed on, each on a line of its own.
// RUN: %goc --dump=pp %s | FileCheck %s
#pragma omp   parallel /* c */ for
#define DO(x) _Pragma(#x) go
int a; _Pragma("message(\"hi\")") int b;
DO(GCC diagnostic push)
// CHECK: #pragma omp parallel for
// CHECK: int a;
// CHECK: #pragma message("hi")
// CHECK: int b;
// CHECK: #pragma GCC diagnostic push
// CHECK: go
