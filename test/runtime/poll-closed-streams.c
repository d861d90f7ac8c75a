// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program whose standard streams are closed does not find the runtime's descriptors there.
// RUN: %cc %s -o %t %runtime
// RUN: for n in 1 2 8; do env GOC_PROCS=$n %t <&- >&- 2>&- || exit 1; done
// The emulator opens descriptors of its own.
// UNSUPPORTED: cross
#include "Inputs/check.h"

#include <fcntl.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char c;
    CHECK_EQ(pipe(ends), 0);
    int in = fcntl(ends[0], F_DUPFD_CLOEXEC, 20);
    close(ends[0]);
    CHECK_EQ(goc_set_deadline(in, goc_now() + 5 * GOC_MILLISECOND, 0), 0);
    CHECK_EQ(goc_read(in, &c, 1), -ETIMEDOUT);
    close(ends[1]);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        CHECK_EQ(fcntl(fd, F_GETFD), -1);
    return 0;
}
