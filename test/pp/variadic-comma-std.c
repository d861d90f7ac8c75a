// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With a single parameter strict C keeps the comma.
// RUN: %goc -std=c11 --dump=pp %s | FileCheck %s
#define q(...) g(0, ## __VA_ARGS__)
q() q(1)
// CHECK: g(0,) g(0,1)
