// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Macro arguments nest to a limit.
// RUN: %python -c 'print("#define f(x) x\n"+"f("*500+"1"+")"*500)' > %t.c
// RUN: %goc --dump=pp %t.c | FileCheck %s
// RUN: %python -c 'print("#define f(x) x\n"+"f("*20000+"1"+")"*20000)' > %t.2.c
// RUN: not %goc --dump=pp %t.2.c 2>&1 >%t | FileCheck --check-prefix=DEEP %s
// CHECK: {{^ *1$}}
// DEEP: fatal error: {{macro arguments are nested too deeply|the expansion of this macro is too large}}
