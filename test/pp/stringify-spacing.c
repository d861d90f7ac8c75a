// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// # of an expanded argument has a space where the text or the macros had one.
// RUN: %goc --dump=pp %s | FileCheck %s
#define s(x) #x
#define xs(x) s(x)
#define f(x) [x]
#define EMPTY
xs(f( a )f(b)) xs(a EMPTY b) xs(a EMPTY+b) xs(EMPTY a) xs(-f(-)) xs(f(EMPTY))
// CHECK: "[a][b]" "a b" "a +b" "a" "-[-]" "[]"
