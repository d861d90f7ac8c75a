// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests and benchmarks may have any name, also those that the library's functions end in; a report
// shows them by it.
// RUN: %cc -g %s -o %t %runtime && env GOC_PROCS=2 %t -v -bench . -benchtime 1x | FileCheck %s
// RUN: (env GOC_TRACER=%build/goc-trace %t hang -test.run hang 2>&1; test $? = 1) | FileCheck %s --check-prefix=HANG
#include "Inputs/check.h"

#define EMPTY(name) GOC_TEST(name) { GOC_CHECK(1); }
#define NOTHING(name) GOC_BENCH(name) { (void)b; }

EMPTY(fail) EMPTY(fatal) EMPTY(skip) EMPTY(log) EMPTY(failed) EMPTY(run) EMPTY(parallel)
EMPTY(cleanup) EMPTY(timeout) EMPTY(name) EMPTY(short_) EMPTY(main_) EMPTY(add) EMPTY(entry)
EMPTY(check_failed) EMPTY(entries) EMPTY(x) EMPTY(add_x) EMPTY(of) EMPTY(of_x) EMPTY(_x)
NOTHING(reset) NOTHING(start) NOTHING(stop) NOTHING(bytes) NOTHING(x) NOTHING(add_x) NOTHING(of_x)

static int hanging;

static void sub(void *c)
{
    goc_chan_recv(c, NULL);                               // 20
}

GOC_TEST(hang)
{
    if (!hanging)
        return;
    goc_test_timeout(10 * GOC_MILLISECOND);
    goc_test_run("below", sub, goc_chan_new(0, 0));       // 28
}

int main(int argc, char **argv)
{
    hanging = argc > 1 && !strcmp(argv[1], "hang");
    return goc_test_main(argc - hanging, argv + hanging);
}
// CHECK: --- PASS: fail (
// CHECK: --- PASS: add_x (
// CHECK: --- PASS: _x (
// CHECK-DAG: BenchmarkReset
// CHECK-DAG: BenchmarkOf_x
// CHECK: PASS
// HANG: hang: test timed out after 0.01s
// HANG: goroutine {{[0-9]+}} [chan receive]:
// HANG: hang(...)
// HANG-NEXT: {{^.}}{{.*}}testing-any-name.c:28
// HANG: sub(...)
// HANG-NEXT: {{^.}}{{.*}}testing-any-name.c:20
// The emulator starts no child whose end nobody hears of.
// UNSUPPORTED: cross
