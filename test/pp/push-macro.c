// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// push_macro and pop_macro keep a macro and bring it back.
// RUN: %goc --dump=pp %s | FileCheck %s
#define X 1
#pragma push_macro("X")
#undef X
#define X 2
#pragma push_macro("X")
#undef X
X
#pragma pop_macro("X")
X
_Pragma("pop_macro(\"X\")")
X
// CHECK: {{^}}X{{$}}
// CHECK: {{^}}2{{$}}
// CHECK: {{^}}1{{$}}
