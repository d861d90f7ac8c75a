// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The GNU dialects leave trigraphs alone.
// RUN: %goc --dump=pp %s | FileCheck %s
"what??!" ??!
// CHECK: "what??!" ??!
