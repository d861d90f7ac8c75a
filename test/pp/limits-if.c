// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parentheses in #if nest to a limit.
// RUN: %python -c 'print("#if "+"("*900+"1"+")"*900+"\nyes\n#endif")' > %t.c
// RUN: %goc --dump=pp %t.c | FileCheck %s
// RUN: %python -c 'print("#if "+"("*100000+"1"+")"*100000+"\n#endif")' > %t.2.c
// RUN: not %goc --dump=pp %t.2.c 2>&1 | FileCheck --check-prefix=DEEP %s
// CHECK: yes
// DEEP: error: #if expression is nested too deeply
