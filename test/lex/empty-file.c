// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An empty file has no tokens.
// RUN: printf '' > %t.c
// RUN: %goc --dump=tokens %t.c | FileCheck %s
// CHECK: 1:1 EOF bol
