// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C23 has digit separators.
// RUN: %goc -std=c2x --dump=tokens %s | FileCheck %s
1'000'000 0xdead'beef
// CHECK:      NUMBER bol,space 1'000'000
// CHECK-NEXT: NUMBER space 0xdead'beef
