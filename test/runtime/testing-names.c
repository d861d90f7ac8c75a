// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sub-tests have tidy names, each its own; patterns choose by elements of names.
// RUN: %cc %s -o %t %runtime
// RUN: %t -v | FileCheck %s
// RUN: %t -tap 2>/dev/null | FileCheck %s --check-prefix=TAP
// RUN: %t -v -run 'tree/a$/x|other' | FileCheck %s --check-prefix=ONLY
// RUN: %t -v -run 'tree' -skip 'tree/a$|tree/b/y' | FileCheck %s --check-prefix=SKIP
// RUN: %t -v -run '^(tree|odd)$/^[[:digit:]|a/]$' | FileCheck %s --check-prefix=SET
// RUN: %t -v --test.run=odd/two\ words | FileCheck %s --check-prefix=SPACE
// RUN: %t -run '(' >%t.out 2>&1; test $? = 2 && grep "bad pattern '('" %t.out
// RUN: for p in 'tree/(' 'tree|other|(' 'tree/a/('; do for o in run skip; do %t -$o "$p" -v >%t.out 2>&1; test $? = 2 && grep "bad pattern '('" %t.out && not grep RUN %t.out || exit 1; done; done
// RUN: %t -list . | tr '\n' ' ' | grep '^odd tree other $'
#include <goc.h>

static void nothing(void *arg)
{
    (void)arg;
}

// CHECK:      --- PASS: odd (
// CHECK-NEXT: {{^}}    --- PASS: odd/two_words (
// CHECK-NEXT: {{^}}    --- PASS: odd/two_words#01 (
// CHECK-NEXT: {{^}}    --- PASS: odd/line\x0aend (
// CHECK-NEXT: {{^}}    --- PASS: odd/#00 (
// CHECK-NEXT: {{^}}    --- PASS: odd/ü"\ (
// TAP: # Subtest: odd
// TAP-NEXT: {{^}}    ok 1 - two_words
// TAP-NEXT: {{^}}    ok 2 - two_words\#01
// TAP-NEXT: {{^}}    ok 3 - line\\x0aend
// TAP-NEXT: {{^}}    ok 4 - \#00
// TAP-NEXT: {{^}}    ok 5 - ü"\\{{$}}
// TAP-NEXT: {{^}}    1..5
// TAP-NEXT: ok 1 - odd
// SPACE: --- PASS: odd/two_words (
// SPACE-NEXT: --- PASS: odd/two_words#01 (
// SPACE-NEXT: {{^}}PASS
GOC_TEST(odd)
{
    goc_test_run("two words", nothing, NULL);
    goc_test_run("two words", nothing, NULL);
    goc_test_run("line\nend", nothing, NULL);
    goc_test_run("", nothing, NULL);
    goc_test_run("ü\"\\", nothing, NULL);
}

static void branch(void *arg)
{
    (void)arg;
    GOC_CHECK(goc_test_name()[4] == '/' && goc_test_name()[6] == '\0');
    goc_test_run("x", nothing, NULL);
    goc_test_run("y", nothing, NULL);
}

// ONLY:      --- PASS: tree (
// ONLY-NEXT: {{^}}    --- PASS: tree/a (
// ONLY-NEXT: {{^}}        --- PASS: tree/a/x (
// ONLY-NEXT: === RUN   other
// SKIP:      --- PASS: tree (
// SKIP-NEXT: {{^}}    --- PASS: tree/b (
// SKIP-NEXT: {{^}}        --- PASS: tree/b/x (
// SKIP-NEXT: PASS
// SET: --- PASS: tree (
// SET-NEXT: {{^}}    --- PASS: tree/a (
// SET-NEXT: {{^}}        --- PASS: tree/a/x (
// SET-NEXT: {{^}}        --- PASS: tree/a/y (
// SET-NEXT: {{^}}PASS
GOC_TEST(tree)
{
    goc_test_run("a", branch, NULL);
    goc_test_run("b", branch, NULL);
}

GOC_TEST(other)
{
    GOC_CHECK(goc_test_name()[0] == 'o');
}
