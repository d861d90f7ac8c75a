// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A test that ends the process is named, with what it has said so far; one that ends
// its goroutine fails.
// RUN: %cc %s -o %t %runtime
// RUN: for n in 1 8; do GOC_PROCS=$n %t -run panics >%t.out 2>&1; test $? = 2 && FileCheck %s --input-file=%t.out --check-prefix=PANIC || exit 1; done
// RUN: %t -run exits >%t.out 2>&1; test $? = 2 && FileCheck %s --input-file=%t.out --check-prefix=EXIT
// RUN: %t -run aborts >%t.out 2>&1; test $? = 134 && FileCheck %s --input-file=%t.out --check-prefix=ABORT
// RUN: %t -run foreign >%t.out 2>&1; test $? = 134 && FileCheck %s --input-file=%t.out --check-prefix=FOREIGN
// RUN: %t -run panics -tap >%t.out 2>/dev/null; test $? = 2 && FileCheck %s --input-file=%t.out --check-prefix=TAP
// RUN: %t -run 'leaves|child_exits' -v >%t.out; test $? = 1 && FileCheck %s --input-file=%t.out --check-prefix=LEAVES
// RUN: %t -run deadlock -timeout 0 >%t.out 2>&1; test $? = 2 && FileCheck %s --input-file=%t.out --check-prefix=DEADLOCK
#include <goc.h>

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void sub(void *arg)
{
    (void)arg;
    goc_test_log("nearly there");
    goc_panic("too bad");
}

// PANIC:      {{^}}--- FAIL: panics (
// PANIC-NEXT: {{^}}    --- FAIL: panics/sub (
// PANIC-NEXT: testing-end.c:[[#@LINE-6]]: nearly there
// PANIC-NEXT: panic: too bad
// PANIC-EMPTY:
// PANIC-NEXT: goroutine {{[0-9]+}} [running]:
// PANIC-NEXT: testing-end.c:[[#@LINE-9]]
// TAP: 1..1
// TAP-NEXT: not ok 1 - panics
// TAP-NEXT: # the test has ended the process
GOC_TEST(panics)
{
    goc_test_run("sub", sub, NULL);
}

// EXIT: --- FAIL: exits (
// EXIT-NEXT: unexpected call to exit
GOC_TEST(exits)
{
    exit(0);
}

// ABORT: --- FAIL: aborts (
GOC_TEST(aborts)
{
    abort();
}

static void *abort_there(void *arg)
{
    abort();
    return arg;
}

// FOREIGN: --- FAIL: foreign (
GOC_TEST(foreign)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, abort_there, NULL) == 0)
        pthread_join(thread, NULL);
}

static void tidy(void *arg)
{
    (void)arg;
    goc_test_log("tidied");
}

// LEAVES: the test has called goc_exit_goroutine
// LEAVES-NEXT: tidied
// LEAVES-NEXT: --- FAIL: leaves (
GOC_TEST(leaves)
{
    goc_test_cleanup(tidy, NULL);
    goc_exit_goroutine();
}

// LEAVES: --- PASS: child_exits (
GOC_TEST(child_exits)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        exit(3);
    waitpid(pid, &status, 0);
    GOC_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

// DEADLOCK: --- FAIL: deadlock (
// DEADLOCK: fatal error: all goroutines are asleep - deadlock!
GOC_TEST(deadlock)
{
    goc_chan_recv(NULL, NULL);
}
