// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dump while goroutines come and go shows none that has ended, and each one once.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static _Atomic int stop;

static void brief(void *arg)
{
    if (!stop)
        goc_go(brief, arg);
    if (arg)
        goc_yield();
}

static void dump(unsigned long long *last)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CHECK(out);
    goc_dump(out);
    fclose(out);
    *last = 0;
    for (char *at = text; (at = strstr(at, "goroutine ")); at++) {
        unsigned long long id;
        if (at != text && at[-1] != '\n')
            continue; /* "created by goroutine 7" */
        CHECK(sscanf(at, "goroutine %llu [", &id) == 1);
        CHECK(id > *last);
        *last = id;
    }
    free(text);
}

int main(void)
{
    unsigned long long last = 0;
    for (int i = 0; i < 8; i++)
        goc_go(brief, i % 2 ? &stop : NULL);
    for (int i = 0; i < 150; i++) {
        dump(&last);
        CHECK(last > 0);
        goc_yield();
    }
    stop = 1;
    return 0;
}
