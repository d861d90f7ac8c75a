// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A comment that does not end is reported where it starts.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
int x; /* CHECK: comment-unterminated.c:[[#@LINE]]:8: error: unterminated comment
