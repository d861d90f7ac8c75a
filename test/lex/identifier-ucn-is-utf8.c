// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A universal character name and the character itself name the same macro.
// RUN: %goc --dump=pp %s | FileCheck %s
#define \u00e9 yes
é
// CHECK: {{^}}yes
