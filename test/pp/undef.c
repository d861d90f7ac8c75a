// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #undef forgets a macro; one that is not there does no harm.
// RUN: %goc --dump=pp %s | FileCheck %s
#define A 1
#undef A
#undef B
A
// CHECK: {{^}}A
