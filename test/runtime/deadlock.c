// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every goroutine asleep for good: the report shows each, with what it waits for.
// RUN: %cc %s -o %t %runtime
// RUN: (env GOC_PROCS=1 %t; test $? = 2) 2>&1 | FileCheck %s --check-prefix=MAIN
// RUN: (env GOC_PROCS=2 %t; test $? = 2) 2>&1 | FileCheck %s --check-prefix=MAIN
// RUN: (env GOC_PROCS=1 %t all; test $? = 2) 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: (env GOC_PROCS=8 %t all; test $? = 2) 2>&1 | FileCheck %s --check-prefix=ALL
#include "Inputs/check.h"

static goc_chan *c, *full;
static goc_mutex mu;
static goc_waitgroup wg;

static void body(void *arg)
{
    int v = 0;
    goc_case k = { .chan = c, .elem = &v };
    switch (*(int *)arg) {
    case 0: goc__recv(c, &v, "d.gc:100"); break;
    case 1: goc__send(full, &v, "d.gc:101"); break;
    case 2: goc__recv(NULL, &v, "d.gc:102"); break;
    case 3: goc__send(NULL, &v, "d.gc:103"); break;
    case 4: goc__select(&k, 1, 0, "d.gc:104"); break;
    case 5: goc__select(NULL, 0, 0, "d.gc:105"); break;
    case 6: goc_mutex_lock(&mu); break;
    case 7: goc_waitgroup_wait(&wg); break;
    }
    CHECK(!"woken");
}

int main(int argc, char **argv)
{
    (void)argv;
    c = goc_chan_new(sizeof(int), 0);
    full = goc_chan_new(sizeof(int), 0);
    if (argc > 1) {
        goc_mutex_lock(&mu);
        goc_waitgroup_add(&wg, 1);
        for (int i = 0; i < 8; i++)
            goc__go(body, &i, sizeof i, "d.gc:50");
    }
    goc_sleep(1000);
    goc_set_name("the main one");
    printf("text that is buffered");
    goc__recv(c, NULL, "d.gc:60");
    return 0;
}
// MAIN: text that is buffered
// MAIN-SAME: fatal error: all goroutines are asleep - deadlock!
// MAIN-EMPTY:
// MAIN-NEXT: goroutine 1 [chan receive, the main one]:
// MAIN-NEXT: on channel 0x{{[0-9a-f]+}} (len 0, cap 0) made at {{.*}}deadlock.c:34{{$}}
// MAIN-NEXT: {{^}}{{[[:space:]]}}d.gc:60
// MAIN-NOT: {{.}}

// ALL: fatal error: all goroutines are asleep - deadlock!
// ALL-DAG: [chan receive]:{{[[:space:]]on channel .*[[:space:]]+}}d.gc:100{{[[:space:]]+}}created by goroutine 1 at d.gc:50
// ALL-DAG: [chan send]:{{[[:space:]]on channel .*[[:space:]]+}}d.gc:101{{[[:space:]]+}}created by goroutine 1 at d.gc:50
// ALL-DAG: [chan receive (nil chan)]:{{[[:space:]]+}}d.gc:102
// ALL-DAG: [chan send (nil chan)]:{{[[:space:]]+}}d.gc:103
// ALL-DAG: [select]:{{[[:space:]]on receiving from channel .*[[:space:]]+}}d.gc:104
// ALL-DAG: [select (no cases)]:{{[[:space:]]+}}d.gc:105
// ALL-DAG: [sync.Mutex.Lock]:
// ALL-DAG: [sync.WaitGroup.Wait]:
