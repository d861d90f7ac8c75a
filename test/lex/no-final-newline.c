// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The last line need not end.
// RUN: printf '#define f(x) x\nf(1)' > %t.c
// RUN: %goc --dump=pp %t.c | FileCheck %s
// RUN: printf 'int y\\' > %t.2.c
// RUN: %goc --dump=pp %t.2.c | FileCheck --check-prefix=SPLICE %s
// RUN: printf '#define A 1\nA\n#undef A' > %t.3.c
// RUN: %goc --dump=pp %t.3.c | FileCheck %s
// CHECK: 1{{$}}
// SPLICE: int y{{$}}
