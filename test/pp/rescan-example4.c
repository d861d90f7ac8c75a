// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C11 6.10.3.5 examples 4 and 6.
// RUN: %goc --dump=pp %s | FileCheck %s
#define str(s) # s
#define xstr(s) str(s)
#define debug(s, t) printf("x" # s "= %d, x" # t "= %s", x ## s, x ## t)
#define INCFILE(n) vers ## n
#define glue(a, b) a ## b
#define xglue(a, b) glue(a, b)
#define HIGHLOW "hello"
#define LOW LOW ", world"
debug(1, 2);
// CHECK: printf("x" "1" "= %d, x" "2" "= %s", x1, x2);
fputs(str(strncmp("abc\0d", "abc", '\4') // this goes away
== 0) str(: @\n), s);
// CHECK: fputs("strncmp(\"abc\\0d\", \"abc\", '\\4') == 0"
// CHECK: ": @\n", s);
xstr(INCFILE(2).h) glue(HIGH, LOW); xglue(HIGH, LOW)
// CHECK: "vers2.h" "hello"; "hello" ", world"
#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)
char p[] = join(x, y);
// CHECK: char p[] = "x ## y";
