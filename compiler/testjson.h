/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testjson.h: what tests print, as the lines of `go test -json`.
 *
 * The tests run with -v=test2json: a line that the testing library has written
 * begins with the byte 0x16, everything else is output of the test that such a
 * line named last.  An event is written for each line, and for each change of
 * a test's state.
 */
#ifndef GOC_TESTJSON_H
#define GOC_TESTJSON_H

#include <stddef.h>

struct arena;

struct testjson
{
    struct arena *arena;
    const char *package;
    const char *test;    /* whose output comes now; or null */
    const char *pending; /* the action that ends test, when its output has ended */
    double elapsed;      /* for it */
    char *line;          /* malloc'd: what has come of a line */
    size_t n, cap;
};

void testjson_begin(struct testjson *j, struct arena *a, const char *package);

/* Takes what the program has written. */
void testjson_add(struct testjson *j, const char *text, size_t size);

/* Something about the package, not about a test: whole lines. */
void testjson_package(struct testjson *j, const char *text);

/* The last event; action is "pass", "fail" or "skip". */
void testjson_end(struct testjson *j, const char *action, double elapsed);

#endif
