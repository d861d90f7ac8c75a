// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// GNU's #assert, #unassert and #if #name are known.
// RUN: %goc --dump=pp %s | FileCheck %s
#assert machine(vax)
#if #machine(vax) && #machine && !#machine(pdp)
yes
#endif
#unassert machine
#if #machine(vax)
no
#endif
#ident "text"
// CHECK: yes
// CHECK-NOT: no
