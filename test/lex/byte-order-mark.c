// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A byte order mark is passed over.
// RUN: printf '\357\273\277#define X 7\nX' > %t.c
// RUN: %goc --dump=pp %t.c | FileCheck %s
// CHECK: {{^}}7{{$}}
