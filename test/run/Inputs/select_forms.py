# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a goc program with a function for every combination of: how one
channel operation is written, which cases that are never ready stand beside it,
and where a default stands.  Each checks what has come of it."""

import itertools

PRELUDE = """\
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static chan<int> c, dummy;
static chan<int> nil;
static int n = 1, x, order, forms;
static struct { int v; bool ok; } s;
static int a[4];

static void wrong(const char *what, int line)
{
    printf("line %d: %s: have %d, want %d\\n", line, what, x, n);
    exit(1);
}
/* Each call's number is above the last one's. */
static void step(int o, int line)
{
    if (o <= order)
        wrong("out of order", line);
    order = o;
}
static chan<int> from(chan<int> e, int o, int line) { step(o, line); return e; }
static int *to(int *p, int o, int line) { step(o, line); return p; }
static int value(int v, int o, int line) { step(o, line); return v; }
static void never(int line) { wrong("what was never ready", line); }
"""

# How the operation is written; {c} is the channel's expression, {x} where the
# value goes, {n} the value that is sent.
RECEIVES = [
    ("case {x} = <-{c}:", ""),
    ("case *to(&x, 100, __LINE__) = <-{c}:", ""),
    ("case y := <-{c}:", "x = y;"),
    ("case int y = <-{c}:", "x = y;"),
    ("case long y = <-{c}:", "x = (int)y;"),
    ("case s.v = <-{c}:", "x = s.v;"),
    ("case a[value(3, 100, __LINE__)] = <-{c}:", "x = a[3];"),
    ("case y, ok := <-{c}:", "x = ok ? y : -1;"),
    ("case x, s.ok = <-{c}:", "if (!s.ok) wrong(\"ok\", __LINE__);"),
    ("case ({x} = <-{c}):", ""),
]
SENDS = [
    "case {c} <- {n}:",
    "case {c} <- ({n}):",
    "case ({c}) <- {n}:",
    "case {c} <- (long){n}:",
]
OTHERS = [
    "",
    "case dummy <- 1: never(__LINE__);",
    "case <-dummy: never(__LINE__);",
    "case nil <- 1: never(__LINE__);",
    "case <-nil: never(__LINE__);",
    "case dummy <- 1: never(__LINE__); case <-dummy: never(__LINE__);",
    "case v := <-nil: x = v; never(__LINE__); case nil <- 2: never(__LINE__);",
]
DEFAULT = "default: never(__LINE__);"

functions = []


def function(body):
    functions.append("static void form%d(void)\n{\n%s}\n" % (len(functions),
                                                           body))


def select(case, after, others, default):
    """default: None, or before or behind the case."""
    cases = [case + (" " + after if after else ""), others]
    if default == "before":
        cases.insert(0, DEFAULT)
    elif default == "behind":
        cases.append(DEFAULT)
    lines = "".join("    %s\n" % k for k in cases if k)
    return "    select {\n%s    }\n" % lines


def ordered(text, numbers):
    """The operands as calls that check when they are evaluated."""
    return text.format(c="from(c, %d, __LINE__)" % numbers[0],
                       x="*to(&x, %d, __LINE__)" % numbers[1],
                       n="value(n, %d, __LINE__)" % numbers[1])


START = "    order = 0;\n    x = 0;\n"
AFTER = "    if (x != n) wrong(\"value\", __LINE__);\n    n++;\n    forms++;\n"

for (case, after), others, default in itertools.product(
        RECEIVES, OTHERS, (None, "before", "behind")):
    for plain in (True, False):
        text = case.format(c="c", x="x") if plain else ordered(case, (1, 50))
        function(START + "    c <- n;\n" + select(text, after, others, default)
                 + AFTER)

for case, others, default in itertools.product(
        SENDS, OTHERS, (None, "before", "behind")):
    for plain in (True, False):
        text = case.format(c="c", n="n") if plain else ordered(case, (1, 2))
        function(START + select(text, "", others, default)
                 + "    x = <-c;\n" + AFTER)

# Neither ready: the default, wherever it stands and whatever is beside it.
for others, default in itertools.product(OTHERS, ("before", "behind")):
    for case in ("case <-c: never(__LINE__);", "case v := <-c: x = v;"):
        body = select(case, "", others, default).replace(
            DEFAULT, "default: x = n;")
        function(START + body + AFTER)
    body = select("case c <- 7: never(__LINE__);", "", others,
                  default).replace(DEFAULT, "default: x = n;")
    function(START + "    c <- 5;\n" + body + "    <-c;\n" + AFTER)

print(PRELUDE)
print("\n".join(functions))
print("int main(void)\n{\n    c = make(chan<int>, 1);\n"
      "    dummy = make(chan<int>);")
for i in range(len(functions)):
    print("    form%d();" % i)
print('    printf("%d forms, all as expected\\n", forms);\n    return 0;\n}')
