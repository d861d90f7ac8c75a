// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// GNU's , ## __VA_ARGS__ takes the comma away when there is no such argument.
// RUN: %goc --dump=pp %s | FileCheck %s
#define p(f, ...) printf(f, ## __VA_ARGS__)
#define q(...) g(0, ## __VA_ARGS__)
p("a") p("b",) p("c", 1, 2) q() q(1)
// CHECK: printf("a") printf("b",) printf("c", 1, 2) g(0) g(0,1)
