// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// goc_sleep sleeps long enough, in order, and clocks count nanoseconds.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

#include <time.h>

static goc_chan *order;

static void sleeper(void *arg)
{
    int ms = *(int *)arg;
    goc_time start = goc_now();
    goc_sleep(ms * GOC_MILLISECOND);
    CHECK(goc_since(start) >= ms * GOC_MILLISECOND);
    goc_chan_send(order, arg);
}

int main(void)
{
    int ms[] = { 60, 20, 40, 1 }, got, last = 0;

    CHECK_EQ(GOC_HOUR, 3600000000000);
    CHECK(goc_now() > 0);
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    goc_time wall = goc_now_wall();
    CHECK(wall / GOC_SECOND - t.tv_sec <= 1);

    goc_time start = goc_now();
    goc_sleep(0);
    goc_sleep(-GOC_HOUR);
    CHECK_EQ(goc_sleep_ctx(NULL, 0), 0);
    CHECK(goc_since(start) < GOC_SECOND);

    order = goc_chan_new(sizeof(int), 0);
    for (int i = 0; i < 4; i++)
        goc_go(sleeper, &ms[i]);
    for (int i = 0; i < 4; i++) {
        CHECK(goc_chan_recv(order, &got));
        CHECK(got > last);
        last = got;
    }
    goc_chan_free(order);
    return 0;
}
