// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Benchmarks run as long or as often as is asked for, and show one line each.
// RUN: %cc %s -o %t %runtime
// RUN: %t -run none -bench 'lock|counts|skips' -benchtime 1ms -v | FileCheck %s
// RUN: %t -run none -bench 'count' -benchtime 50x -count 2 | FileCheck %s --check-prefix=TIMES
// RUN: %t -tap -bench lock -benchtime 10x | FileCheck %s --check-prefix=TAP
// RUN: not %t -run none -bench fails -benchtime 10x | FileCheck %s --check-prefix=FAIL
// RUN: %t | FileCheck %s --check-prefix=NONE
// RUN: for b in 1 x 0x -1s 5y; do %t -bench . -benchtime=$b >/dev/null 2>&1; test $? -ne 1 || exit 1; done
#include <goc.h>

// CHECK:      {{^}}BenchmarkLock-{{[0-9]+ [0-9]+ [0-9.]+}} ns/op{{$}}
// CHECK:      {{^}}BenchmarkCounts-{{[0-9]+ [0-9]+ [0-9.]+}} ns/op {{[0-9.]+}} MB/s
// CHECK:      --- SKIP: BenchmarkSkips
// CHECK:      {{^}}PASS
// TAP:      1..2
// TAP-NEXT: ok 1 - test
// TAP-NEXT: ok 2 - BenchmarkLock
// TAP-NEXT: # BenchmarkLock-
// NONE-NOT: Benchmark
// NONE: {{^}}PASS
GOC_TEST(test)
{
    GOC_CHECK(!goc_test_short());
}

GOC_BENCH(lock)
{
    goc_mutex mu = { 0 };
    goc_bench_reset(b);
    for (int64_t i = 0; i < b->n; i++) {
        goc_mutex_lock(&mu);
        goc_mutex_unlock(&mu);
    }
}

// TIMES-COUNT-2: {{^}}BenchmarkCounts-{{[0-9]+}} 50 
// TIMES-NEXT: {{^}}PASS
GOC_BENCH(counts)
{
    goc_bench_stop(b);
    goc_sleep(100 * GOC_MICROSECOND);
    goc_bench_start(b);
    for (int64_t i = 0; i < b->n; i++)
        goc_yield();
    goc_bench_bytes(b, 1000);
}

// FAIL: --- FAIL: BenchmarkFails (
// FAIL-NEXT: testing-bench.c:[[#@LINE+5]]: no good
// FAIL-NEXT: {{^}}FAIL
GOC_BENCH(fails)
{
    if (b->n == 10)
        goc_test_fatal("no %s", "good");
}

GOC_BENCH(skips)
{
    if (b->n)
        goc_test_skip("not here");
}
