// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Logs: levels, key=value and JSON lines, escapes, goroutine and name.
// RUN: %cc %s -o %t %runtime && %t 2>%t.err && FileCheck %s --input-file=%t.err
#include "Inputs/check.h"

#include <math.h>

static goc_waitgroup wg;

static void worker(void *arg)
{
    goc_set_name("the worker");
    goc_log(GOC_INFO, "named", "arg", goc_s(arg));
    goc_waitgroup_done(&wg);
}

static goc_log_value never(void)
{
    CHECK(!"evaluated");
    return goc_i(0);
}

int main(void)
{
    // CHECK: time={{[0-9]{4}-[0-9][0-9]-[0-9][0-9]T[0-9:]{8}\.[0-9]{3}Z}} level=INFO msg=served goroutine=1 path=/x ms=12{{$}}
    goc_log(GOC_INFO, "served", "path", goc_s("/x"), "ms", goc_i(12));
    // CHECK-NEXT: level=WARN msg="two words" goroutine=1{{$}}
    goc_log(GOC_WARN, "two words");
    // CHECK-NEXT: level=ERROR msg="" goroutine=1 k="a\"b\\c\nd" "odd key"="x=y" u="{{ä}} ö" bad="{{�}}" n=(null)
    goc_log(GOC_ERROR, "", "k", goc_s("a\"b\\c\nd"), "odd key", goc_s("x=y"),
            "u", goc_s("ä ö"), "bad", goc_s("\xff"), "n", goc_s(NULL));
    // CHECK-NEXT: level=INFO+2 msg=numbers {{.*}} i=-5 u=18446744073709551615 f=0.1 g=1e+300 b=true p={{(0x)?[0-9a-f]+}} e="No such file or directory" ok=nil
    goc_log((goc_level)2, "numbers", "i", goc_i(-5), "u", goc_u(UINT64_MAX),
            "f", goc_f(0.1), "g", goc_f(1e300), "b", goc_b(true), "p",
            goc_p(&wg), "e", goc_e(-ENOENT), "ok", goc_e(0));
    // CHECK-NEXT: a=1.5s b=20ms c=1h1m1s d=0s e=-3{{µ}}s f=7ns g=1m0s
    goc_log(GOC_INFO, "durations", "a", goc_d(1500 * GOC_MILLISECOND), "b",
            goc_d(20 * GOC_MILLISECOND), "c",
            goc_d(GOC_HOUR + GOC_MINUTE + GOC_SECOND), "d", goc_d(0), "e",
            goc_d(-3 * GOC_MICROSECOND), "f", goc_d(7), "g",
            goc_d(GOC_MINUTE));
    // CHECK-NEXT: msg=named goroutine={{[0-9]+}} name="the worker" arg=x
    goc_waitgroup_add(&wg, 1);
    goc_go(worker, "x");
    goc_waitgroup_wait(&wg);

    // CHECK-NEXT: level=DEBUG msg=seen
    goc_log(GOC_DEBUG, "not seen", "x", never());
    goc_log_level(GOC_DEBUG);
    goc_log(GOC_DEBUG, "seen");
    goc_log_level(GOC_ERROR);
    goc_log(GOC_WARN, "not seen", "x", never());
    goc_log_level(GOC_INFO);

    // CHECK-NEXT: msg=carried goroutine=1 a=1 b="x y" c=2
    goc_context *a = goc_log_with(NULL, "a", goc_i(1));
    char text[] = "x y";
    goc_context *b = goc_log_with(a, "b", goc_s(text));
    text[0] = 'z';
    goc_context_free(a);
    goc_log_ctx(b, GOC_INFO, "carried", "c", goc_i(2));
    // CHECK-NEXT: msg=bare goroutine=1{{$}}
    goc_log_ctx(goc_background(), GOC_INFO, "bare");

    // CHECK-NEXT: {"time":"{{[^"]+}}","level":"INFO","msg":"carried","goroutine":1,"a":1,"b":"x y","c":2}
    goc_log_json(true);
    goc_log_ctx(b, GOC_INFO, "carried", "c", goc_i(2));
    goc_context_free(b);
    // CHECK-NEXT: "msg":"tab\there \u0001 \"q\"","goroutine":1,"f":"{{-?}}nan","n":null,"b":false,"d":20000000,"e":"Connection timed out","z":null}
    goc_log(GOC_INFO, "tab\there \x01 \"q\"", "f", goc_f(NAN), "n",
            goc_s(NULL), "b", goc_b(false), "d", goc_d(20 * GOC_MILLISECOND),
            "e", goc_e(-ETIMEDOUT), "z", goc_e(0));
    char big[5000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    // CHECK-NEXT: "big":"{{x+}}","end":1}
    goc_log(GOC_INFO, "big", "big", goc_s(big), "end", goc_i(1));
    errno = 77;
    // CHECK-NEXT: "msg":"last"
    goc_log(GOC_INFO, "last");
    CHECK_EQ(errno, 77);
    return 0;
}
