// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parallel tests wait for their parent's function to end, then run together, no
// more of them at a time than -parallel says.
// RUN: %cc %s -o %t %runtime
// RUN: for n in 1 2 8; do GOC_PROCS=$n %t -parallel 3 -v >%t.out && FileCheck %s --input-file=%t.out || exit 1; done
// RUN: %t -parallel 3 -count 20 | FileCheck %s --check-prefix=QUIET
// RUN: not %t -parallel 1 -timeout 50ms -run rows 2>&1 | FileCheck %s --check-prefix=ONE
// RUN: %t -parallel 3 -v=test2json >%t.out
// QUIET-NOT: FAIL
// QUIET: {{^}}PASS
#include <goc.h>

#include <stdatomic.h>
#include <stdio.h>

static _Atomic int running, most, met;
static _Atomic bool over;
static goc_chan *meeting;

static void row(void *arg)
{
    int *i = arg, now;
    GOC_CHECK(!over);
    goc_test_parallel();
    GOC_CHECK(over);
    now = ++running;
    if (now > most)
        most = now;
    /* The first three meet: none of them goes on before all have come. */
    if (*i < 3) {
        if (++met == 3)
            goc_chan_close(meeting);
        goc_chan_recv(meeting, NULL);
    }
    goc_yield();
    running--;
}

/* CHECK:      === RUN   rows/row
 * CHECK-NEXT: === PAUSE rows/row
 * CHECK:      === RUN   rows/row#05
 * CHECK-NEXT: === PAUSE rows/row#05
 * CHECK-NEXT: === NAME  rows
 * CHECK-NEXT: the end of rows
 * CHECK:      === CONT  rows/row
 * CHECK:      --- PASS: rows (
 * CHECK-DAG:  {{^}}    --- PASS: rows/row (
 * CHECK-DAG:  {{^}}    --- PASS: rows/row#05 (
 */
// ONE: test timed out
// ONE: --- FAIL: rows (
GOC_TEST(rows)
{
    static int number[6] = { 0, 1, 2, 3, 4, 5 };
    running = most = met = 0;
    over = false;
    meeting = goc_chan_new(0, 0);
    for (int i = 0; i < 6; i++)
        goc_test_run("row", row, &number[i]);
    over = true;
    goc_test_log("the end of rows");
}

// CHECK: --- PASS: at_most_three (
GOC_TEST(at_most_three)
{
    if (goc_test_failed())
        return;
    GOC_CHECK(running == 0);
    GOC_CHECK(most == 0 || most == 3);
    if (meeting)
        goc_chan_free(meeting);
    meeting = NULL;
}

static void leaf(void *arg)
{
    goc_test_parallel();
    ++*(_Atomic int *)arg;
}

static _Atomic int leaves;

static void branch(void *arg)
{
    goc_test_parallel();
    for (int i = 0; i < 4; i++)
        goc_test_run("leaf", leaf, arg);
}

static void count_leaves(void *arg)
{
    GOC_CHECK(*(_Atomic int *)arg == 16);
}

/* More levels than slots: who waits for its sub-tests takes none. */
// CHECK: --- PASS: tree (
// CHECK-COUNT-20: {{^ +}}--- PASS: tree/
GOC_TEST(tree)
{
    leaves = 0;
    goc_test_cleanup(count_leaves, &leaves);
    for (int i = 0; i < 4; i++)
        goc_test_run("branch", branch, &leaves);
}
