// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files are read and written on helper threads; sendfile sends them.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

enum { SIZE = 500000 };

static char path[60];
static unsigned char data[SIZE], back[SIZE];
static goc_waitgroup wg;

static void receive(void *arg)
{
    CHECK_EQ(goc_read_full(*(int *)arg, back, SIZE), SIZE);
    goc_waitgroup_done(&wg);
}

static void files(void)
{
    int fd = goc_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(fd >= 0);
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    CHECK_EQ(goc_open(path, O_RDWR | O_CREAT | O_EXCL, 0600), -EEXIST);
    CHECK_EQ(goc_write_all(fd, data, SIZE), SIZE);
    CHECK_EQ(goc_fsync(fd), 0);
    CHECK_EQ(goc_read(fd, back, 1), 0); /* at the end */
    CHECK_EQ(goc_pread(fd, back, 100, 1000), 100);
    CHECK(memcmp(back, data + 1000, 100) == 0);
    CHECK_EQ(goc_pwrite(fd, "hello", 5, 0), 5);
    CHECK_EQ(goc_pread(fd, back, 5, 0), 5);
    CHECK(memcmp(back, "hello", 5) == 0);
    CHECK_EQ(goc_pwrite(fd, data, 5, 0), 5);
    CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
    CHECK_EQ(goc_read_full(fd, back, SIZE), SIZE);
    CHECK(memcmp(back, data, SIZE) == 0);
    CHECK_EQ(goc_close(fd), 0);
    CHECK_EQ(goc_open("/no/such/file", O_RDONLY, 0), -ENOENT);
    fd = goc_open(path, O_RDONLY, 0);
    CHECK_EQ(goc_write(fd, data, 1), -EBADF);
    CHECK_EQ(goc_close(fd), 0);
}

static void send_file(int out, int in)
{
    int file = goc_open(path, O_RDONLY, 0);
    off_t at = 100;
    memset(back, 0, SIZE);
    goc_waitgroup_add(&wg, 1);
    goc_go(receive, &in);
    CHECK_EQ(goc_sendfile(out, file, NULL, 100), 100);
    CHECK_EQ(goc_sendfile(out, file, &at, SIZE), SIZE - 100);
    CHECK_EQ(at, SIZE);
    CHECK_EQ(goc_sendfile(out, file, &at, 1), 0);
    goc_waitgroup_wait(&wg);
    CHECK(memcmp(back, data, SIZE) == 0);
    goc_close(file);
    goc_close(in);
    at = 0;
    file = goc_open(path, O_RDONLY, 0);
    ssize_t n;
    while ((n = goc_sendfile(out, file, &at, 1000)) > 0)
        ;
    CHECK(n == -EPIPE || n == -ECONNRESET);
    goc_close(file);
    goc_close(out);
}

int main(void)
{
    int fd[2], null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
    for (int i = 0; i < SIZE; i++)
        data[i] = (unsigned char)(i * 13 + i / 777);
    snprintf(path, sizeof path, "/tmp/goc-file-%d", (int)getpid());
    files();
    tcp_pair(fd);
    send_file(fd[0], fd[1]);
    CHECK_EQ(goc_pipe(fd), 0);
    send_file(fd[1], fd[0]);
    CHECK_EQ(unlink(path), 0);
    CHECK_EQ(goc_read(null, data, 10), 0);
    CHECK_EQ(goc_write(null, data, 10), 10);
    CHECK_EQ(goc_read_full(zero, back, 1000), 1000);
    CHECK(back[999] == 0);
    return 0;
}
