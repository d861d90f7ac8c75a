/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Strict C89 has no digraphs.
   RUN: %goc -std=c89 --dump=tokens %s | FileCheck %s
 */
<: %>
/* CHECK:      LT bol,space <
   CHECK-NEXT: COLON - :
   CHECK-NEXT: PERCENT space %
   CHECK-NEXT: GT - >
 */
