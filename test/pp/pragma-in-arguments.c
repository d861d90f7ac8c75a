// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A #pragma among a macro's arguments goes before the expansion.
// RUN: %goc --dump=pp %s | FileCheck %s
#define f(x) [x]
f(1
#pragma pack(1)
2)
// CHECK: #pragma pack(1)
// CHECK: [1 2]
