// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Strict dialects before C23 replace trigraphs, also in strings.
// RUN: %goc -std=c11 --dump=pp %s | FileCheck %s
??=define X ??( ??) ??< ??> ??! ??!??! ??' ??- "a??/"b" "??/??/"
X
// CHECK: [ ] { } | || ^ ~ "a\"b" "\\"
