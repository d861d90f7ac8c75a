// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where process_vm_readv() is refused, as by filters of containers, a report still says what is waited on.
// RUN: %cc %s -o %t -I%root/runtime %runtime
// RUN: for e in EPERM ENOSYS; do env GOC_PROCS=2 %t $e | FileCheck %s || exit 1; done
#include "Inputs/check.h"

#include <trace.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static goc_chan *c;

static void body(void *arg)
{
    goc__recv(c, NULL, arg);
}

static long try(void)
{
    char a[4] = "abc", b[4];
    struct iovec from = { a, sizeof a }, to = { b, sizeof b };
    return syscall(SYS_process_vm_readv, getpid(), &to, 1ul, &from, 1ul, 0ul);
}

/* An emulator may know neither the filter nor the call. */
static void refuse(int error)
{
    struct sock_filter rule[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof rule / sizeof *rule, rule };
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
        CHECK(try() < 0 && errno == error);
    CHECK(try() < 0);
}

/* A copy ends where the memory does. */
static void check_bounds(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *m = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *copy = malloc(4 * page);
    CHECK(m != MAP_FAILED && copy);
    for (size_t i = 0; i < 2 * page; i++)
        m[i] = (char)(i % 251);
    CHECK_EQ(mprotect(m + 2 * page, page, PROT_NONE), 0);
    errno = 7;
    CHECK_EQ(goc__memory_copy(copy, m + 1, 4 * page - 1), 2 * page - 1);
    CHECK(memcmp(copy, m + 1, 2 * page - 1) == 0);
    CHECK_EQ(goc__memory_copy(copy, m + 100, 50), 50);
    CHECK(memcmp(copy, m + 100, 50) == 0);
    CHECK_EQ(goc__memory_copy(copy, m + 2 * page, 1), 0);
    CHECK_EQ(goc__memory_copy(copy, NULL, 8), 0);
    CHECK_EQ(errno, 7);
    free(copy);
}

/* And it leaves no descriptor. */
static int next_descriptor(void)
{
    int fd = dup(1);
    close(fd);
    return fd;
}

int main(int argc, char **argv)
{
    c = goc__make(sizeof(int), 3, "d.gc:1");
    refuse(argc > 1 && strcmp(argv[1], "EPERM") == 0 ? EPERM : ENOSYS);
    int fd = next_descriptor();
    check_bounds();
    CHECK_EQ(next_descriptor(), fd);
    go_and_wait(body, "d.gc:2", "chan receive");
    goc_dump(stdout);
    return 0;
}
// CHECK:      goroutine {{[0-9]+}} [chan receive]:
// CHECK-NEXT: on channel 0x{{[0-9a-f]+}} (len 0, cap 3) made at d.gc:1{{$}}
// CHECK-NEXT: {{^}}{{[[:space:]]}}d.gc:2
