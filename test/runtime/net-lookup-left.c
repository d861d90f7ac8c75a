// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A look-up of a name that takes longer than its caller waits is none of the program's goroutines:
// they are not counted, and no test has left one behind.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/net.h"

#include <netdb.h>

static _Atomic int go_on, under_way;

int getaddrinfo(const char *host, const char *service,
                const struct addrinfo *hints, struct addrinfo **found)
{
    (void)host, (void)service, (void)found;
    if (!(hints->ai_flags & AI_NUMERICHOST)) {
        under_way++;
        while (!go_on)
            usleep(1000);
        under_way--;
    }
    return EAI_NONAME;
}

static void dials(void)
{
    int before = goc_num_goroutine();
    CHECK_EQ(goc_dial("slow", "1", GOC_MILLISECOND), -ETIMEDOUT);
    goc_context *ctx = goc_with_timeout(NULL, GOC_MILLISECOND);
    CHECK_EQ(goc_listen_ctx("slow", "1", 0, ctx), -ETIMEDOUT);
    CHECK_EQ(goc_num_goroutine(), before);
    goc_context_free(ctx);
}

GOC_TEST(leaves_a_look_up)
{
    dials();
}

int main(int argc, char **argv)
{
    dials();
    while (under_way == 0) /* the second is none if the context has ended by then */
        goc_sleep(GOC_MILLISECOND);
    if (goc_test_main(argc, argv))
        return 1;
    go_on = 1;
    while (under_way)
        goc_sleep(GOC_MILLISECOND);
    return 0;
}
