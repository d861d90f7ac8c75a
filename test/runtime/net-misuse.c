// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Descriptors that are none, closed, or of the wrong kind give an error at once and leave errno alone.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

static void none(int fd)
{
    char c = 0;
    off_t offset = 0;
    int some = goc_listen_udp("127.0.0.1", "0");
    struct iovec v = { &c, 1 };
    CHECK_EQ(goc_read(fd, &c, 1), -EBADF);
    CHECK_EQ(goc_write(fd, &c, 1), -EBADF);
    CHECK_EQ(goc_readv(fd, &v, 1), -EBADF);
    CHECK_EQ(goc_writev(fd, &v, 1), -EBADF);
    CHECK_EQ(goc_read_full(fd, &c, 1), -EBADF);
    CHECK_EQ(goc_write_all(fd, &c, 1), -EBADF);
    CHECK_EQ(goc_send(fd, &c, 1, 0), -EBADF);
    CHECK_EQ(goc_recv(fd, &c, 1, 0), -EBADF);
    CHECK_EQ(goc_sendto(fd, &c, 1, 0, NULL, 0), -EBADF);
    CHECK_EQ(goc_recvfrom(fd, &c, 1, 0, NULL, NULL), -EBADF);
    CHECK_EQ(goc_pread(fd, &c, 1, 0), -EBADF);
    CHECK_EQ(goc_pwrite(fd, &c, 1, 0), -EBADF);
    CHECK_EQ(goc_fsync(fd), -EBADF);
    int file = goc_open("/proc/self/exe", O_RDONLY, 0);
    CHECK(file >= 0);
    CHECK_EQ(goc_sendfile(fd, file, &offset, 1), -EBADF);
    CHECK_EQ(goc_close(file), 0);
    CHECK(goc_sendfile(some, fd, &offset, 1) < 0);
    CHECK_EQ(goc_accept(fd, NULL, NULL), -EBADF);
    CHECK_EQ(goc_wait_fd(fd, POLLIN, GOC_FOREVER), -EBADF);
    CHECK_EQ(goc_set_deadline(fd, 0, 0), -EBADF);
    CHECK_EQ(goc_close(fd), -EBADF);
    CHECK_EQ(goc_close(some), 0);
}

static void wrong_kind(void)
{
    int fd[2], p[2];
    char c;
    struct iovec v = { &c, 1 };
    tcp_pair(fd);
    CHECK_EQ(goc_pipe(p), 0);
    CHECK_EQ(goc_accept(fd[0], NULL, NULL), -EINVAL);
    CHECK_EQ(goc_accept(p[0], NULL, NULL), -ENOTSOCK);
    int file = open("/dev/null", O_RDONLY), plain[2];
    CHECK_EQ(goc_accept(file, NULL, NULL), -ENOTSOCK);
    CHECK_EQ(goc_close(file), 0);
    CHECK_EQ(pipe(plain), 0); /* these may block */
    CHECK_EQ(goc_accept(plain[0], NULL, NULL), -ENOTSOCK);
    CHECK_EQ(goc_close(plain[0]), 0);
    CHECK_EQ(goc_close(plain[1]), 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(goc_accept(udp, NULL, NULL), -EOPNOTSUPP);
    CHECK_EQ(goc_close(udp), 0);
    CHECK_EQ(goc_send(p[1], &c, 1, 0), -ENOTSOCK);
    CHECK_EQ(goc_read(p[1], &c, 1), -EBADF);
    CHECK_EQ(goc_write(p[0], &c, 1), -EBADF);
    CHECK_EQ(goc_pread(fd[0], &c, 1, 0), -ESPIPE);
    CHECK_EQ(goc_readv(fd[0], &v, -1), -EINVAL);
    CHECK_EQ(goc_writev(fd[0], &v, 100000), -EINVAL);
    CHECK_EQ(goc_recv(fd[0], &c, 1, MSG_DONTWAIT), -EAGAIN);
    CHECK_EQ(goc_read(fd[0], &c, 0), 0); /* nothing wanted: at once */
    CHECK_EQ(goc_write(fd[0], &c, 0), 0);
    CHECK_EQ(goc_read_full(fd[0], &c, 0), 0);
    CHECK_EQ(goc_write_all(fd[0], &c, 0), 0);
    CHECK_EQ(goc_open("/no/such/file", O_RDONLY, 0), -ENOENT);
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(goc_close(fd[i]), 0);
        CHECK_EQ(goc_close(p[i]), 0);
    }
}

/* A number that was closed by goc_close, and once more. */
static void closed(void)
{
    int fd[2];
    tcp_pair(fd);
    CHECK_EQ(goc_close(fd[0]), 0);
    CHECK_EQ(goc_close(fd[0]), -EBADF);
    CHECK_EQ(goc_close(fd[1]), 0);
}

int main(void)
{
    errno = 42;
    none(-1);
    none(1 << 30);
    none(1000); /* within the table, never opened */
    wrong_kind();
    closed();
    CHECK_EQ(errno, 42);
    return 0;
}
