// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A million goroutines that live and wait at once, within the limits that a system has by default: of memory, of mappings, of threads.
// REQUIRES: long, nosan
// RUN: %cc -O1 %s -I%S/../runtime/Inputs -o %t %runtime
// RUN: env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "check.h"

enum { N = 1000000 };

static goc_chan *gate, *counts;
static _Atomic int waiting;

static long number_in(const char *path, const char *word)
{
    char line[256];
    long n = -1;
    FILE *f = fopen(path, "r");
    CHECK(f);
    while (fgets(line, sizeof line, f)) {
        const char *at = word ? strstr(line, word) : line;
        if (at) {
            n = atol(at + (word ? strlen(word) : 0));
            break;
        }
    }
    fclose(f);
    return n;
}

static long mappings(void)
{
    long n = 0;
    int ch;
    FILE *f = fopen("/proc/self/maps", "r");
    CHECK(f);
    while ((ch = getc(f)) != EOF)
        n += ch == '\n';
    fclose(f);
    return n;
}

/* Each keeps its number on its stack and sends it once the gate opens. */
static void member(void *arg)
{
    int n = *(int *)arg;
    waiting++;
    goc_chan_recv(gate, NULL);
    goc_chan_send(counts, &n);
}

int main(void)
{
    long long sum = 0;
    int v;
    gate = goc_chan_new(0, 0);
    counts = goc_chan_new(sizeof(int), 1000);
    for (int i = 0; i < N; i++) {
        goc__go(member, &i, sizeof i, "x");
        if (i % 256 == 255)
            while (waiting < i - 512) /* so that all get stacks of their own */
                goc_yield();
    }
    while (waiting < N)
        goc_yield();
    while (waits("chan receive") < N)
        goc_yield();
    CHECK_EQ(goc_num_goroutine(), N + 1);
    long rss = number_in("/proc/self/status", "VmRSS:");
    long tables = number_in("/proc/self/status", "VmPTE:");
    long threads = number_in("/proc/self/status", "Threads:");
    printf("%ld bytes resident each, %ld of page tables, %ld mappings, "
           "%ld threads\n", rss * 1024 / N, tables * 1024 / N, mappings(),
           threads);
    /* A page of stack, its record and its part of the tables. */
    CHECK((rss + tables) * 1024 / N < 8192);
    CHECK(mappings() < 65530); /* vm.max_map_count as it comes */
    CHECK(threads < 64); /* 8, the monitor, and some that were let in */
    goc_chan_close(gate);
    for (int i = 0; i < N; i++) {
        CHECK(goc_chan_recv(counts, &v));
        sum += v;
    }
    CHECK_EQ(sum, (long long)N * (N - 1) / 2);
    while (goc_num_goroutine() > 1)
        goc_yield();
    return 0;
}
