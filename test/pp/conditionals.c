// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conditionals nest; the lines of skipped groups are not looked at.
// RUN: %goc --dump=pp %s | FileCheck %s
#define Y
#if defined Y && !defined(N)
yes1
# if 0
#error not here
# elif 1
yes2
# elif 1/0
no1
# else
no2
# endif
#else
 # foo "unterminated don't
 #if nonsense ((
 /* #endif
 */
 #else
 #endif
no3
#endif
#ifdef N
#elif defined Y
yes3
#endif
#ifndef N
yes4
#endif
// CHECK-NOT: no
// CHECK: yes1
// CHECK-NOT: no
// CHECK: yes2
// CHECK-NOT: no
// CHECK: yes3
// CHECK: yes4
