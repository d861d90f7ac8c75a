// An error in an included file tells how it came to be included.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#include "Inputs/outer.h"
// CHECK:      In file included from {{.*}}Inputs/outer.h:1,
// CHECK-NEXT:                  from {{.*}}include-trail.c:3:
// CHECK-NEXT: {{.*}}Inputs/inner.h:2:1: error: #error inner
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
