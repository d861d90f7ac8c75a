// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Messages use the line and the name that #line gives.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#line 41 "lexer.y"
#line x
// CHECK: lexer.y:41:7: error: "x" after #line is not a positive integer
#line 9 "a" b
#error here
// CHECK: error: #error here
