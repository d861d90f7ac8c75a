// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A panic is reported to its end, with its status, though main returns meanwhile.
// RUN: %cc %s -o %t %runtime
// RUN: env GOC_PROCS=1 %t; test $? = 2
// RUN: env GOC_PROCS=2 %t; test $? = 2
// RUN: env GOC_PROCS=8 %t exit; test $? = 2
#include "Inputs/check.h"

#include <unistd.h>

static void panics(void *arg)
{
    (void)arg;
    goc_panic("late");
}

/* Standard error is a pipe, from which main learns that the report has begun. */
int main(int argc, char **argv)
{
    (void)argv;
    int fd[2];
    char c;
    CHECK(pipe(fd) == 0 && dup2(fd[1], STDERR_FILENO) >= 0);
    goc_go(panics, NULL);
    CHECK(read(fd[0], &c, 1) == 1 && c == 'p');
    if (argc > 1)
        exit(0);
    return 0;
}
