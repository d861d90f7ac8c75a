// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #embed is refused.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#embed "file"
// CHECK: embed.c:[[#@LINE-1]]:1: error: goc does not know #embed
