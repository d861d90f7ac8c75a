// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An operator that the host does not have is not defined.
// RUN: %goc --cc=gcc --dump=pp %s | FileCheck %s
#ifdef __has_warning
has warning
#else
no warning
#endif
// CHECK: no warning
