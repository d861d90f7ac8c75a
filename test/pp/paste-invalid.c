// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A paste that makes no token is an error at the invocation.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#define cat(a, b) a ## b
int x = cat(+, *);
// CHECK: paste-invalid.c:[[#@LINE-1]]:9: error: pasting "+" and "*" does not give a valid preprocessing token
#define NOT_USED / ## /
