// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests are found and run by the library's main; each way to fail is told.
// RUN: %cc %s -o %t %runtime
// RUN: for n in 1 2 8; do GOC_PROCS=$n %t -v >%t.out 2>%t.err; test $? = 1 && FileCheck %s --input-file=%t.out || exit 1; done
// RUN: not %t 2>/dev/null | FileCheck %s --check-prefix=QUIET --implicit-check-not=PASS
// RUN: FileCheck %s --input-file=%t.err --check-prefix=HANG
// RUN: %t -v -run good >%t.out; test $? = 0
// RUN: FileCheck %s --input-file=%t.out --check-prefix=ONE
// RUN: %t --run=table/row2 -v | FileCheck %s --check-prefix=SUB
// RUN: not %t -run 'good|bad|skipped' -tap | FileCheck %s --check-prefix=TAP
// RUN: not %t -run table -v=test2json | FileCheck %s --check-prefix=MARKED
// RUN: %t -list '^par' | FileCheck %s --check-prefix=LIST
// RUN: %t -v -run 'good' -count 3 -shuffle 7 | FileCheck %s --check-prefix=COUNT
// RUN: %t -v -run '^par' -parallel 1 -skip par2 | FileCheck %s --check-prefix=PAR
// RUN: %t -run none 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: %t -v -failfast -run 'bad|good|child' >%t.out; test $? = 1
// RUN: FileCheck %s --input-file=%t.out --check-prefix=FAST
// RUN: %t -nonsense 2>/dev/null; test $? = 2
// RUN: %t -timeout 30ms -run hangs >/dev/null 2>&1; test $? = 1
#include <goc.h>

#include <stdio.h>

// CHECK: --- PASS: good (
// ONE: --- PASS: good (
// ONE-NEXT: PASS
// ONE-NOT: bad
// COUNT: -test.shuffle 7
// COUNT-COUNT-3: --- PASS: good
// COUNT-NEXT: {{^}}PASS
// QUIET: {{^}}--- FAIL: bad (
// QUIET-NEXT: check failed
GOC_TEST(good)
{
    GOC_CHECK(goc_id() > 1);
    GOC_CHECK(!goc_test_failed());
}

// CHECK: === RUN   bad
// CHECK-NEXT:     testing.c:[[#@LINE+12]]: check failed: x == 4
// CHECK-NEXT:     testing.c:[[#@LINE+12]]: value 3
// CHECK-NEXT:         second line
// CHECK-NEXT:     testing.c:[[#@LINE+11]]: a remark
// CHECK-NEXT: --- FAIL: bad (
// TAP: 1..3
// TAP: ok 1 - good
// TAP: not ok 2 - bad
// TAP: # {{.*}}check failed: x == 4
GOC_TEST(bad)
{
    int x = 3;
    GOC_CHECK(x == 4);
    goc_test_fail("value %d\nsecond line", x);
    goc_test_log("a %s", "remark");
    GOC_CHECK(goc_test_failed());
}

static void sleeper(void *arg)
{
    (void)arg;
    goc_sleep(GOC_HOUR);
}

// CHECK:      1 goroutine left behind
// CHECK-NEXT: goroutine {{[0-9]+}} [sleep]:
// CHECK-NEXT: testing.c:[[#@LINE-5]]
// CHECK: --- FAIL: leaves_behind (
// QUIET: {{^}}--- FAIL: leaves_behind (
GOC_TEST(leaves_behind)
{
    goc_go(sleeper, NULL);
}

// CHECK: testing.c:[[#@LINE+5]]: no network
// CHECK-NEXT: --- SKIP: skipped (
// TAP: ok 3 - skipped # SKIP no network
GOC_TEST(skipped)
{
    goc_test_skip("no %s", "network");
    goc_test_fail("not reached");
}

static void row(void *arg)
{
    GOC_CHECK(*(int *)arg < 3);
}

// CHECK: --- FAIL: table (
// CHECK-NEXT:     --- PASS: table/row1 (
// CHECK-NEXT:     --- PASS: table/row2 (
// CHECK-NEXT:     --- FAIL: table/row3 (
// QUIET: {{^}}--- FAIL: table (
// QUIET-NEXT: {{^}}    --- FAIL: table/row3 (
// QUIET-NEXT: {{^}}        testing.c:[[#@LINE-9]]: check failed: *(int *)arg < 3
// SUB: === RUN   table
// SUB: === RUN   table/row2
// SUB-NOT: row1
// SUB: --- PASS: table (
// SUB-NEXT:     --- PASS: table/row2 (
// SUB-NEXT: PASS
// MARKED: {{^.}}=== RUN   table/row3
// MARKED-NEXT: {{^}}    testing.c:{{.*}}check failed
// MARKED-NEXT: {{^.}}--- FAIL: table/row3 (
// MARKED-NEXT: {{^.}}--- FAIL: table (
// MARKED-NEXT: {{^.}}FAIL
GOC_TEST(table)
{
    for (int i = 1; i <= 3; i++) {
        char name[8];
        snprintf(name, sizeof name, "row%d", i);
        goc_test_run(name, row, &i);
    }
}

// CHECK: test timed out after 0.02s
// CHECK-NEXT: --- FAIL: hangs (
// HANG: hangs: test timed out
// HANG: goroutine {{[0-9]+}} [chan receive (nil chan)]:
GOC_TEST(hangs)
{
    goc_test_timeout(20 * GOC_MILLISECOND);
    goc_chan_recv(NULL, NULL);
}

static void fail_child(void *wg)
{
    goc_test_fail("from a child");
    goc_waitgroup_done(wg);
}

// CHECK: testing.c:[[#@LINE-4]]: from a child
// CHECK-NEXT: --- FAIL: child (
// FAST: --- PASS: good
// FAST: --- FAIL: bad
// FAST-NOT: child
GOC_TEST(child)
{
    goc_waitgroup wg = { 0 };
    goc_waitgroup_add(&wg, 1);
    goc_go(fail_child, &wg);
    goc_waitgroup_wait(&wg);
}

static goc_waitgroup fired;

static void fail_timer(void *arg)
{
    (void)arg;
    goc_test_fail("from a timer");
    goc_waitgroup_done(&fired);
}

// CHECK: testing.c:[[#@LINE-4]]: from a timer
// CHECK-NEXT: --- FAIL: timer (
GOC_TEST(timer)
{
    goc_waitgroup_add(&fired, 1);
    goc_timer *t = goc_timer_func(0, fail_timer, NULL);
    goc_waitgroup_wait(&fired);
    goc_timer_free(t);
}

static goc_waitgroup together;

// CHECK: === PAUSE par2
// CHECK-DAG: --- PASS: par1 (
// CHECK-DAG: --- FAIL: par2 (
// CHECK-DAG: testing.c:[[#@LINE+19]]: not together with par1
// CHECK: {{^}}FAIL
// QUIET: {{^}}FAIL
// LIST: {{^}}par1
// LIST-NEXT: {{^}}par2
// PAR: --- PASS: par1
// PAR-NOT: par2
GOC_TEST(par1)
{
    goc_test_parallel();
    goc_waitgroup_add(&together, 1);
    goc_sleep(10 * GOC_MILLISECOND);
    goc_waitgroup_done(&together);
}

GOC_TEST(par2)
{
    goc_test_parallel();
    goc_waitgroup_wait(&together);
    goc_test_fail("not together with par1");
}

// NONE: no tests to run
// NONE-NEXT: PASS
