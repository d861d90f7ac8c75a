// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc's two-character tokens are spelled as C would spell them.
// RUN: %goc --dump=pp %s | FileCheck %s
#define str(x) #x
str(a<-b) str(a < -b) str(x:=1)
// CHECK: "a<-b" "a < -b" "x:=1"
