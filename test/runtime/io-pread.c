// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_pread reads all that it is asked for up to the file's end, whatever of it is in memory;
// it waits for a helper only where the kernel would have to wait.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <goc/io.h>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x8
#endif

enum { PAGE = 4096, SIZE = 64 * PAGE + 100 };

static unsigned char data[SIZE], back[2 * SIZE];

static void reads(int fd)
{
    memset(back, 0, sizeof back);
    CHECK_EQ(goc_pread(fd, back, sizeof back, 0), SIZE);
    CHECK(memcmp(back, data, SIZE) == 0);
    CHECK_EQ(goc_pread(fd, back, 10 * PAGE, 20 * PAGE - 3), 10 * PAGE);
    CHECK(memcmp(back, data + 20 * PAGE - 3, 10 * PAGE) == 0);
    CHECK_EQ(goc_pread(fd, back, 1000, SIZE - 7), 7);
    CHECK_EQ(goc_pread(fd, back, 1000, SIZE), 0);
    CHECK_EQ(goc_pread(fd, back, 1000, SIZE + PAGE), 0);
    CHECK_EQ(goc_pread(fd, back, 0, 0), 0);
}

/* Some of the file, and none of it, has to come from the disk. */
static void cold(int fd)
{
    CHECK_EQ(goc_fsync(fd), 0);
    posix_fadvise(fd, 10 * PAGE, 15 * PAGE, POSIX_FADV_DONTNEED);
    reads(fd);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    reads(fd);
}

static void errors(int fd)
{
    int ends[2], folder = open("/", O_RDONLY);
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(goc_pread(fd, back, 1, -1), -EINVAL);
    CHECK_EQ(goc_pread(ends[0], back, 1, 0), -ESPIPE);
    CHECK_EQ(goc_pread(ends[1], back, 1, 0), -ESPIPE);
    CHECK_EQ(goc_pread(folder, back, 1, 0), -EISDIR);
    CHECK_EQ(goc_pread(-1, back, 1, 0), -EBADF);
    CHECK_EQ(goc_pread(fd, NULL, 1, 0), -EFAULT);
}

int main(void)
{
    char path[60];
    for (int i = 0; i < SIZE; i++)
        data[i] = (unsigned char)(i * 13 + i / 777);
    snprintf(path, sizeof path, "/tmp/goc-pread-%d", (int)getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(fd >= 0);
    unlink(path);
    CHECK_EQ(goc_pwrite(fd, data, SIZE, 0), SIZE);

    /* Where the kernel can do it, and the pages are not taken away meanwhile. */
    struct iovec v = { back, SIZE };
    uint64_t before;
    int tries = 0;
    do {
        before = waits("syscall");
        reads(fd);
    } while (waits("syscall") != before && ++tries < 10);
    CHECK(tries < 10 || preadv2(fd, &v, 1, 0, RWF_NOWAIT) != SIZE);
    cold(fd);
    errors(fd);
    return 0;
}
