// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the kernel has no guard markers the guards of stacks leave mappings to the program,
// however many goroutines there are.
// REQUIRES: nosan
// UNSUPPORTED: cross
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { N = 40000 };

static goc_chan *ready, *never;

/* All advice is good: then the runtime does not trust it for guards. */
int madvise(void *p, size_t n, int advice)
{
    return advice < 0 || advice > 100 ? 0 : (int)syscall(SYS_madvise, p, n, advice);
}

static void parks(void *arg)
{
    (void)arg;
    goc_chan_send(ready, NULL);
    goc_chan_recv(never, NULL);
}

static void *thread(void *arg)
{
    return arg;
}

static int mappings(void)
{
    int n = 0, c;
    FILE *f = fopen("/proc/self/maps", "r");
    CHECK(f != NULL);
    while ((c = getc(f)) != EOF)
        n += c == '\n';
    fclose(f);
    return n;
}

static int mappings_allowed(void)
{
    int most;
    FILE *f = fopen("/proc/sys/vm/max_map_count", "r");
    CHECK(f != NULL);
    CHECK_EQ(fscanf(f, "%d", &most), 1);
    fclose(f);
    return most;
}

int main(void)
{
    ready = goc_chan_new(0, 0);
    never = goc_chan_new(0, 0);
    for (int i = 0; i < N; i++) {
        goc__go(parks, NULL, 0, NULL);
        goc_chan_recv(ready, NULL);
    }
    void *p = malloc(64 << 20);
    pthread_t id;
    CHECK(p != NULL);
    CHECK_EQ(pthread_create(&id, NULL, thread, p), 0);
    CHECK_EQ(pthread_join(id, NULL), 0);
    /* Stacks have guards, but there is room for nearly as many mappings again. */
    int n = mappings(), most = mappings_allowed();
    CHECK(n > most / 4 || n > N);
    CHECK(n < most / 2 + 2000);
    return 0;
}
