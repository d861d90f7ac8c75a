// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C11 6.10.3.2: # keeps the spelling, one space for white space, and escapes quotes.
// RUN: %goc --dump=pp %s | FileCheck %s
#define str(x) #x
#define xstr(x) str(x)
#define X 1 +  2
str(  a   b /* c */ "d\n" '\'' @ ) str() str(X) xstr(X) str(\)
// CHECK: "a b \"d\\n\" '\\'' @" "" "X" "1 + 2" ""
