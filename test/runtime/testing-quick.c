// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Properties are checked with random inputs; one that fails is made small.
// RUN: %cc %s -o %t %runtime
// RUN: %t -v >%t.out; test $? = 1
// RUN: FileCheck %s --input-file=%t.out
// RUN: not env GOC_TEST_SEED=12 %t -run ints | FileCheck %s --check-prefix=SEED
// RUN: not env GOC_TEST_SEED=some %t 2>&1 | grep -c "GOC_TEST_SEED=some ignored" | grep -x 1
#include <goc.h>

static int calls;

static bool in_range(goc_rand *r)
{
    int64_t a = goc_rand_int(r, -5, 5), b = goc_rand_int(r, INT64_MIN, INT64_MAX);
    int64_t c = goc_rand_int(r, 7, 7), d = goc_rand_int(r, 10, -10);
    unsigned char bytes[9];
    bytes[8] = 77;
    size_t n = goc_rand_bytes(r, bytes, 8);
    bool zeroes = true;
    for (size_t i = n; i < 8; i++)
        zeroes = zeroes && bytes[i] == 0;
    calls++;
    (void)b;
    return a >= -5 && a <= 5 && c == 7 && d >= -10 && d <= 10 && n <= 8
        && zeroes && bytes[8] == 77 && goc_rand_bytes(r, bytes, 0) == 0;
}

// CHECK: --- PASS: true_ones (
GOC_TEST(true_ones)
{
    GOC_CHECK(goc_quick(in_range, 500));
    GOC_CHECK(calls == 500);
    GOC_CHECK(goc_quick(in_range, 0));
}

static bool small_sum(goc_rand *r)
{
    int64_t a = goc_rand_int(r, 0, 1000000);
    return a < 4321;
}

static bool not_below(goc_rand *r)
{
    return goc_rand_int(r, -100000, 100000) > -250;
}

// CHECK: === RUN   ints
// CHECK-NEXT: testing-quick.c:{{[0-9]+}}: property is false for input {{[0-9]+}}, seed {{[0-9]+}}
// CHECK-NEXT: shrunk input: 4321
// CHECK-NEXT: check failed
// CHECK-NEXT: property is false
// CHECK-NEXT: shrunk input: -250
// SEED: seed 12
GOC_TEST(ints)
{
    GOC_CHECK(goc_quick(small_sum, 1000));
    GOC_CHECK(goc_quick(not_below, 1000));
}

static bool no_x_before_high(goc_rand *r)
{
    unsigned char b[40];
    size_t n = goc_rand_bytes(r, b, sizeof b);
    for (size_t i = 0; i + 1 < n; i++)
        if (b[i] >= 'x' && b[i + 1] >= 100)
            return false;
    return true;
}

static bool few_u64(goc_rand *r)
{
    return goc_rand_u64(r) < 12345;
}

// CHECK: --- FAIL: ints (
// CHECK: shrunk input: "xd"
// CHECK: shrunk input: 12345
GOC_TEST(others)
{
    GOC_CHECK(goc_quick(no_x_before_high, 10000));
    GOC_CHECK(goc_quick(few_u64, 1000));
}
