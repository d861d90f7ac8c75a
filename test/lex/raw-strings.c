// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// GNU C has raw strings, which run over lines.
// RUN: %goc --cc=gcc --dump=tokens %s | FileCheck %s
R"x(a"b\
)x" after
// CHECK:      STRING bol,space R"x(a"b\
// CHECK-NEXT: {{^}})x"
// CHECK-NEXT: IDENT space after
