// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An object-like macro is replaced, and what comes of it again.
// RUN: %goc --dump=pp %s | FileCheck %s
#define ONE 1
#define TWO ONE + ONE
#define EMPTY
TWO EMPTY ;
// CHECK: {{^}}1 + 1 ;
