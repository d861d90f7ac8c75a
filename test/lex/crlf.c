// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lines may end in CR LF, splices too.
// RUN: printf '#define A 1\r\n#if A\r\n"a\\\r\nb" A\r\n#endif\r\n' > %t.c
// RUN: %goc --dump=pp %t.c | FileCheck %s
// CHECK: {{^}}"ab"{{$}}
// CHECK-NEXT: {{^ *1$}}
