// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_sleep sleeps long enough, the short not for the long, and clocks count nanoseconds.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <time.h>

static goc_chan *woken;

static void sleeper(void *arg)
{
    int ms = *(int *)arg;
    goc_time start = goc_now();
    goc_sleep(ms * GOC_MILLISECOND);
    CHECK(goc_since(start) >= ms * GOC_MILLISECOND);
    goc_chan_send(woken, arg);
}

int main(void)
{
    int ms[] = { 3600 * 1000, 20, 40, 1 }, got, sum = 0;

    CHECK_EQ(GOC_HOUR, 3600000000000);
    CHECK(goc_now() > 0);
    struct timespec t, u;
    clock_gettime(CLOCK_REALTIME, &t);
    goc_time wall = goc_now_wall();
    clock_gettime(CLOCK_REALTIME, &u);
    CHECK(wall / GOC_SECOND >= t.tv_sec && wall / GOC_SECOND <= u.tv_sec);

    goc_time start = goc_now();
    goc_sleep(0);
    goc_sleep(-GOC_HOUR);
    CHECK_EQ(goc_sleep_ctx(NULL, 0), 0);
    CHECK(goc_since(start) < GOC_MINUTE);

    woken = goc_chan_new(sizeof(int), 0);
    for (int i = 0; i < 4; i++)
        goc_go(sleeper, &ms[i]);
    for (int i = 0; i < 3; i++) {
        CHECK(goc_chan_recv(woken, &got));
        sum += got;
    }
    CHECK_EQ(sum, 61);
    return 0;
}
