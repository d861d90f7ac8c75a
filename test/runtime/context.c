// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A context ends by cancel, deadline or parent, once and for all, with everything below it.
// RUN: %cc %s -o %t %runtime && env GOC_PROCS=1 %t
// RUN: env GOC_PROCS=2 %t
// RUN: env GOC_PROCS=8 %t
#include "Inputs/check.h"

static bool closed(goc_chan *c)
{
    return goc_chan_try_recv(c, NULL) == GOC_CLOSED;
}

static void cancel_tree(void)
{
    goc_context *top = goc_with_cancel(goc_background());
    goc_context *left = goc_with_cancel(top), *right = goc_with_cancel(top);
    goc_context *leaf = goc_with_timeout(left, GOC_HOUR);
    goc_chan *done = goc_done(leaf);
    CHECK(goc_done(leaf) == done);
    CHECK(!closed(done));
    CHECK_EQ(goc_err(leaf), 0);
    CHECK_EQ(goc_cause(leaf), 0);
    goc_cancel_cause(left, -EIO);
    CHECK(closed(done));
    CHECK_EQ(goc_err(leaf), -ECANCELED);
    CHECK_EQ(goc_cause(leaf), -EIO);
    CHECK_EQ(goc_err(top), 0);
    CHECK_EQ(goc_err(right), 0);
    goc_cancel_cause(left, -EPERM); /* too late */
    CHECK_EQ(goc_cause(left), -EIO);
    goc_cancel(top);
    CHECK_EQ(goc_err(right), -ECANCELED);
    CHECK_EQ(goc_cause(right), -ECANCELED);
    CHECK_EQ(goc_cause(leaf), -EIO);
    CHECK(closed(goc_done(right)));

    goc_context *late = goc_with_cancel(left);
    CHECK_EQ(goc_err(late), -ECANCELED);
    CHECK_EQ(goc_cause(late), -EIO);
    goc_context_free(late);
    goc_context_free(top); /* in any order */
    goc_context_free(leaf);
    goc_context_free(right);
    goc_context_free(left);
}

static void deadlines(void)
{
    goc_time when;
    goc_context *none = goc_with_cancel(NULL);
    CHECK(!goc_get_deadline(none, &when));
    CHECK(!goc_get_deadline(goc_background(), &when));
    goc_time soon = goc_now() + 5 * GOC_MILLISECOND;
    goc_context *a = goc_with_deadline(none, soon);
    CHECK(goc_get_deadline(a, &when) && when == soon);
    goc_context *later = goc_with_timeout(a, GOC_HOUR);
    CHECK(goc_get_deadline(later, &when) && when == soon);
    goc_context *child = goc_with_deadline(later, 0);
    CHECK(goc_get_deadline(child, NULL));
    CHECK(!goc_chan_recv(goc_done(child), NULL));
    CHECK(goc_now() >= soon);
    CHECK_EQ(goc_err(child), -ETIMEDOUT);
    CHECK_EQ(goc_cause(child), -ETIMEDOUT);
    CHECK_EQ(goc_err(later), -ETIMEDOUT);
    CHECK_EQ(goc_err(none), 0);
    goc_context_free(child);
    goc_context_free(later);
    goc_context_free(a);
    a = goc_with_timeout(none, 0);
    CHECK_EQ(goc_err(a), -ETIMEDOUT);
    goc_context_free(a);
    a = goc_with_timeout(none, INT64_MAX);
    CHECK_EQ(goc_err(a), 0);
    goc_context_free(a);
    goc_cancel_cause(none, -EIO); /* what ended first counts */
    a = goc_with_timeout(none, -1);
    CHECK_EQ(goc_err(a), -ECANCELED);
    CHECK_EQ(goc_cause(a), -EIO);
    CHECK(goc_get_deadline(a, &when));
    goc_context_free(a);
    goc_context_free(none);
}

static void values(void)
{
    static int color, size;
    int red, large;
    goc_context *a = goc_with_value(NULL, &color, &red);
    goc_context *b = goc_with_cancel(a);
    goc_context *c = goc_with_value(b, &size, &large);
    CHECK(goc_value(c, &color) == &red);
    CHECK(goc_value(c, &size) == &large);
    CHECK(goc_value(a, &size) == NULL);
    CHECK(goc_value(goc_background(), &size) == NULL);
    goc_context *d = goc_without_cancel(c);
    goc_cancel(b);
    CHECK_EQ(goc_err(c), -ECANCELED);
    CHECK_EQ(goc_err(a), 0);
    CHECK_EQ(goc_err(d), 0);
    goc_context_free(a);
    goc_context_free(b);
    goc_context_free(c);
    CHECK(goc_value(d, &color) == &red);
    goc_context_free(d);
}

static void background(void)
{
    CHECK(goc_done(goc_background()) == NULL);
    goc_cancel(goc_background());
    goc_context_free(goc_background());
    goc_context_free(NULL);
    CHECK_EQ(goc_err(goc_background()), 0);
}

int main(void)
{
    cancel_tree();
    deadlines();
    values();
    background();
    return 0;
}
