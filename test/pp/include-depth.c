// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file that includes itself without end is stopped.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#include "include-depth.c"
// CHECK: fatal error: #include nested depth 200 exceeds maximum of 200
