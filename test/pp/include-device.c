// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device that does not end is too large, and told so before memory runs out.
// RUN: (ulimit -v 1500000; not %goc --dump=pp %s) 2>&1 | FileCheck %s
// REQUIRES: nosan
#include "/dev/zero"
// CHECK: include-device.c:5:10: fatal error: /dev/zero: File too large
