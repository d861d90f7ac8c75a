// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// #error is an error with the text of its line; #warning is left to the host.
// RUN: not %goc --dump=pp %s 2>&1 | FileCheck %s
#warning not now
#error   do not "use"  this
// CHECK-NOT: warning
// CHECK: error-directive.c:[[#@LINE-2]]:1: error: #error do not "use" this
