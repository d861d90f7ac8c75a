// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A digraph has the kind of what it stands for and keeps its spelling.
// RUN: %goc --dump=tokens %s | FileCheck %s
<: :> <% %> %: %:%:
// CHECK:      LBRACKET bol,space <:
// CHECK-NEXT: RBRACKET space :>
// CHECK-NEXT: LBRACE space <%
// CHECK-NEXT: RBRACE space %>
// CHECK-NEXT: HASH space %:
// CHECK-NEXT: HASHHASH space %:%:
