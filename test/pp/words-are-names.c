// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc's words are ordinary names to the preprocessor.
// RUN: %goc --dump=pp %s | FileCheck %s
#define go(x) x
#define chan 1
#define select(...) #__VA_ARGS__
go(2) chan select(a<-b, c)
// CHECK: 2 1 "a<-b, c"
