// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lines of many goroutines and threads come whole, to the stream that was set.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t %t.log
// RUN: env GOC_PROCS=2 %t %t.log
// RUN: env GOC_PROCS=8 %t %t.log
#include "Inputs/check.h"

#include <pthread.h>

enum { GOROUTINES = 8, LINES = 500 };

static goc_waitgroup wg;

static void lines(int who)
{
    for (int i = 0; i < LINES; i++)
        goc_log(GOC_INFO, "line", "who", goc_i(who), "i", goc_i(i), "end",
                goc_s("end"));
}

static void goroutine(void *arg)
{
    lines(*(int *)arg);
    goc_waitgroup_done(&wg);
}

static void *thread(void *arg)
{
    lines(*(int *)arg);
    return NULL;
}

int main(int argc, char **argv)
{
    CHECK_EQ(argc, 2);
    FILE *out = fopen(argv[1], "w");
    CHECK(out);
    goc_log_output(out);

    int number[GOROUTINES + 1], next[GOROUTINES + 1] = { 0 };
    pthread_t t;
    for (int i = 0; i <= GOROUTINES; i++)
        number[i] = i;
    goc_waitgroup_add(&wg, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++)
        goc_go(goroutine, &number[i]);
    CHECK_EQ(pthread_create(&t, NULL, thread, &number[GOROUTINES]), 0);
    goc_waitgroup_wait(&wg);
    pthread_join(t, NULL);
    goc_log_output(NULL);
    fclose(out);

    FILE *in = fopen(argv[1], "r");
    char line[300];
    int n = 0;
    while (fgets(line, sizeof line, in)) {
        unsigned long long id;
        int who, i;
        const char *at = strstr(line, "level=");
        CHECK(at);
        CHECK_EQ(sscanf(at,
                        "level=INFO msg=line goroutine=%llu who=%d i=%d", &id,
                        &who, &i), 3);
        CHECK(strcmp(line + strlen(line) - 9, " end=end\n") == 0);
        CHECK_EQ(i, next[who]++);
        CHECK(who == GOROUTINES ? id == 0 : id > 1);
        n++;
    }
    fclose(in);
    CHECK_EQ(n, (GOROUTINES + 1) * LINES);
    return 0;
}
