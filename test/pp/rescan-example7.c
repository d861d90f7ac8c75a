// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C11 6.10.3.5 examples 5 and 7.
// RUN: %goc --dump=pp %s | FileCheck %s
#define t(x,y,z) x ## y ## z
int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };
// CHECK: int j[] = { 123, 45, 67, 89, 10, 11, 12, };
#define debug(...) fprintf(stderr, __VA_ARGS__)
#define showlist(...) puts(#__VA_ARGS__)
#define report(test, ...) ((test)?puts(#test): printf(__VA_ARGS__))
debug("Flag"); debug("X = %d\n", x); showlist(The first, second, and third items.);
report(x>y, "x is %d but y is %d", x, y);
// CHECK: fprintf(stderr, "Flag"); fprintf(stderr, "X = %d\n", x); puts("The first, second, and third items.");
// CHECK: ((x>y)?puts("x>y"): printf("x is %d but y is %d", x, y));
