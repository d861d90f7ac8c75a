// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// __VA_OPT__ stands for its group if there are variable arguments after expansion.
// RUN: %goc --dump=pp %s | FileCheck %s
#define p(f, ...) printf(f __VA_OPT__(,) __VA_ARGS__)
#define EMPTY
#define s(...) #__VA_OPT__(a  b __VA_ARGS__)
#define c(x, ...) x ## __VA_OPT__(y z) ## w
p("a") p("b", 1) p("c", EMPTY) s() s(1) c(v) c(v, 1) ;
// CHECK: printf("a" ) printf("b" , 1) printf("c" ) "" "a b 1" vw vy zw ;
