// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// __GOC__ is the version as a number.
// RUN: %goc --dump=pp %s | FileCheck %s
#if __GOC__ >= 100 && defined __GOC_TRANSLATING__
yes
#endif
// CHECK: yes
