// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A read-write mutex that is let go by who does not have it panics also while others wait for it.
// RUN: %cc %s -o %t %runtime
// RUN: for i in writer writer-awaited reader reader-awaited; do %t $i; test $? = 2 || exit 1; done 2>&1 \
// RUN:     | grep '^panic' >%t.err
// RUN: FileCheck %s --input-file=%t.err
#include "Inputs/check.h"

static goc_rwmutex rw;

static void reads(void *arg)
{
    (void)arg;
    goc_rwmutex_rlock(&rw);
}

static void writes(void *arg)
{
    (void)arg;
    goc_rwmutex_lock(&rw);
}

int main(int argc, char **argv)
{
    CHECK_EQ(argc, 2);
    // CHECK: panic: sync: RUnlock of unlocked RWMutex
    if (strcmp(argv[1], "writer") == 0) {
        goc_rwmutex_lock(&rw);
        goc_rwmutex_runlock(&rw);
    }
    // CHECK-NEXT: panic: sync: RUnlock of unlocked RWMutex
    if (strcmp(argv[1], "writer-awaited") == 0) {
        goc_rwmutex_lock(&rw);
        go_and_wait(writes, NULL, "sync.RWMutex.Lock");
        go_and_wait(reads, NULL, "sync.RWMutex.RLock");
        goc_rwmutex_runlock(&rw);
    }
    // CHECK-NEXT: panic: sync: RUnlock of unlocked RWMutex
    if (strcmp(argv[1], "reader") == 0) {
        goc_rwmutex_rlock(&rw);
        goc_rwmutex_runlock(&rw);
        goc_rwmutex_runlock(&rw);
    }
    // CHECK-NEXT: panic: sync: Unlock of unlocked RWMutex
    if (strcmp(argv[1], "reader-awaited") == 0) {
        goc_rwmutex_rlock(&rw);
        go_and_wait(writes, NULL, "sync.RWMutex.Lock");
        goc_rwmutex_unlock(&rw);
    }
    return 0;
}
