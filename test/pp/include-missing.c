// A file that is not there ends the translation.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#include "Inputs/missing.h"
// CHECK:      include-missing.c:[[#@LINE-1]]:10: fatal error: Inputs/missing.h: No such file or directory
// CHECK-NEXT:     3 | #include "Inputs/missing.h"
// CHECK-NEXT:       |          ^~~~~~~~~~~~~~~~~~
// CHECK-NEXT: compilation terminated.
#error not reached
// CHECK-NOT: not reached
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
