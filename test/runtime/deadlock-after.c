// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The deadlock is found once the last hope has gone: a thread, a timeout.
// RUN: %cc %s -o %t %runtime
// RUN: (env GOC_PROCS=1 %t; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_PROCS=1 %t x; test $? = 2) 2>&1 | FileCheck %s
// RUN: (env GOC_PROCS=2 %t x; test $? = 2) 2>&1 | FileCheck %s
#include "Inputs/check.h"

#include <pthread.h>
#include <unistd.h>

static goc_chan *c;
static int known;

static void *user(void *arg)
{
    (void)arg;
    goc_chan_try_send(c, NULL);
    goc_id();
    __atomic_store_n(&known, 1, __ATOMIC_RELEASE);
    usleep(3000);
    return NULL;
}

int main(int argc, char **argv)
{
    (void)argv;
    c = goc_chan_new(0, 0);
    if (argc > 1) {
        pthread_t t;
        CHECK_EQ(pthread_create(&t, NULL, user, NULL), 0);
        pthread_detach(t);
        while (!__atomic_load_n(&known, __ATOMIC_ACQUIRE))
            usleep(100);
    } else {
        goc_select(&(goc_case){ .chan = c }, 1, GOC_MILLISECOND);
    }
    goc_chan_recv(c, NULL);
    return 0;
}
// CHECK: fatal error: all goroutines are asleep - deadlock!
