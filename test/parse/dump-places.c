// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The places of --dump=ast are those of the first and the last token; what comes
// from a macro stands where the macro is used.
// RUN: split-file %s %t
// RUN: %goc --dump=ast %t/main.c | FileCheck %t/main.c

//--- main.c
#define TWICE(x) ((x) + (x))
#include "header.h"
// CHECK: DECL <{{.*}}header.h:2:1-2:7>
int a = 1,
    b;
// CHECK: DECL <4:1-5:6>
// CHECK-NEXT: {{^}}  DECLARATOR a <4:5-4:9>
// CHECK-NEXT: {{^}}    NUMBER 1 <4:9-4:9>
// CHECK-NEXT: {{^}}  DECLARATOR b <5:5-5:5>
int f(void) { return TWICE(a); }
// CHECK: RETURN <10:15-10:30>
// CHECK-NEXT: PAREN <10:22-10:22>
// CHECK-NEXT: BINARY + <10:22-10:22>
//--- header.h
// A comment.
int h1;
