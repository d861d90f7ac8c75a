#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a random goc program: valid, free of warnings, and with one outcome.

Every construct of the language occurs, nested at random in the others, inside
macros and macro arguments too.  The program adds up what it computes and prints
the sum; the same seed is the same program, and whatever the scheduling, the
program prints the same.

    generate.py SEED [SIZE] > random.gc
"""

import random
import sys

PROLOGUE = r"""/* random program, seed %d */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <goc/time.h>

struct point { int x, y; };
struct big { int a[24]; unsigned char tag; };
union either { int i; unsigned char b[4]; };
enum color { RED, GREEN = 5, BLUE };
typedef struct point point_t;
typedef chan<int> ints;
typedef int (*binary)(int, int);
struct mail { chan<struct mail> reply; int body; };

#define ADD(a, b) (((a) + (b)) & 255)
#define TWICE(x) ADD(x, x)
#define RECV(c) (<-(c))
#define SEND(c, v) do { (c) <- (v); } while (0)
#define ID(...) __VA_ARGS__
#define SPAWN(...) go { __VA_ARGS__ }
#define BUFFERED(T, n) make(chan<T>, n)

static int global_total = 3;

int add(int a, int b)
{
    return (a + b) & 255;
}

int mix(int a, int b)
{
    return (a * 3 ^ b) & 255;
}

int same(int a, int b)
{
    return a == b;
}

int less(int a, int b)
{
    return a < b;
}

ints ready(int v)
{
    ints c = make(chan<int>, 1);
    c <- v;
    return c;
}

void put(chan<-<int> out, int v)
{
    out <- v;
}

int take(<-chan<int> in)
{
    return <-in;
}

void put_point(chan<struct point> out, struct point p, int n)
{
    out <- (struct point){ p.x + n, p.y };
}

void serve(chan<struct mail> in)
{
    for (m := range in) {
        if (m.reply)
            m.reply <- (struct mail){ .body = (m.body + 1) & 255 };
    }
}
"""


class Variable:
    def __init__(self, name, writable):
        self.name, self.writable = name, writable


class Scope:
    """The int variables that the text being written may use."""

    def __init__(self, outer=None, go_block=False, listed=()):
        self.own = []
        self.outer, self.go_block, self.listed = outer, go_block, listed

    def all(self):
        inherited = []
        if self.outer:
            for v in self.outer.all():
                writable = v.writable and (not self.go_block or v.name in self.listed)
                inherited.append(Variable(v.name, writable))
        return inherited + self.own


class Generator:
    def __init__(self, seed, size=24):
        self.r = random.Random(seed)
        self.seed, self.budget, self.count = seed, size, 0
        self.in_go = 0

    def name(self, stem):
        self.count += 1
        return "%s%d" % (stem, self.count)

    # ---- expressions: int, from 0 to 255, no side effect on variables ----

    def leaf(self, s):
        names = [v.name for v in s.all()]
        pick = self.r.random()
        if names and pick < 0.6:
            return self.r.choice(names)
        if pick < 0.7:
            return self.r.choice(["GREEN", "(int)BLUE", "(int)sizeof(struct big)"])
        return str(self.r.randrange(256))

    def expr(self, s, depth=2):
        r = self.r
        if depth == 0 or r.random() < 0.25:
            return self.leaf(s)
        e = lambda: self.expr(s, depth - 1)
        form = r.randrange(22)
        if form < 4:
            return "((%s %s %s) & 255)" % (e(), r.choice(["+", "*", "^", "|", "&"]), e())
        if form == 4:
            return "%s(%s, %s)" % (r.choice(["same", "less"]), e(), e())
        if form == 5:
            return "(less(%s, %s) ? %s : %s)" % (e(), e(), e(), e())
        if form == 6:
            return "ADD(%s, %s)" % (e(), e())
        if form == 7:
            return "%s(%s, %s)" % (r.choice(["add", "mix"]), e(), e())
        if form == 8:
            return "(<-ready(%s))" % e()
        if form == 9:
            return "RECV(ready(%s))" % e()
        if form == 10:
            return "ADD(<-ready(%s), RECV(ready(%s)))" % (e(), e())
        if form == 11:
            return "take(ready(%s))" % e()
        if form == 12:
            return "((<-ready(%s) + <-ready(%s)) & 255)" % (e(), e())
        if form == 13:
            return "len(ready(%s))" % e()
        if form == 14:
            return "cap(make(chan<%s>, %d))" % (r.choice(["int", "double", "struct big", "void"]),
                                               r.randrange(9))
        if form == 15:
            return "(%s<-%s)" % (self.leaf(s), self.leaf(s))
        if form == 16:
            return "((int)sizeof(<-ready(%s)) * 2)" % self.leaf(s)
        if form == 17:
            return "TWICE(%s)" % e()
        if form == 18:
            return "((struct point){ %s, 4 }.x)" % e()
        if form == 19:
            return "(*(int[]){ %s, %s })" % (e(), e())
        if form == 20:
            return "ID(<-ready(%s))" % e()
        return "(~add(%s, 0) & 255)" % e()

    def condition(self, s):
        return "%s(%s, %s)" % (self.r.choice(["same", "less"]), self.expr(s, 1), self.expr(s, 1))

    # ---- statements: lists of lines ----

    def block(self, outer, go_block=False, listed=()):
        s = Scope(outer, go_block, listed)
        lines = []
        for _ in range(self.r.randrange(1, 4)):
            lines += self.statement(s)
        return lines

    def braces(self, head, s, go_block=False, listed=(), extra=()):
        body = self.block(s, go_block, listed) + list(extra)
        return [head + " {" if head else "{"] + ["    " + line for line in body] + ["}"]

    def note(self, s, value):
        """A use of the value that every scheduling makes alike."""
        sinks = [v.name for v in s.all() if v.writable]
        if sinks:
            v = self.r.choice(sinks)
            return ["%s = ADD(%s, %s);" % (v, v, value)]
        return ["if (less(1000, %s))" % value, "    abort();"]

    def statement(self, s):
        self.budget -= 1
        forms = FORMS if self.budget > 0 else LEAVES
        return getattr(self, "st_" + self.r.choice(forms))(s)

    def st_declare(self, s):
        n, r = self.name("v"), self.r
        e = self.expr(s)
        line = r.choice(["int %s = %s;", "%s := %s;", "int %s = <-ready(%s);", "%s := <-ready(%s);"])
        if line == "%s := %s;":
            line = "%s := (int)%s;"
        lines = [line % (n, e)]
        s.own.append(Variable(n, True))
        return lines + self.note(s, n)

    def st_assign(self, s):
        targets = [v.name for v in s.all() if v.writable]
        if not targets:
            return self.st_declare(s)
        t = self.r.choice(targets)
        return [self.r.choice(["%s = add(%s, 1);", "%s = <-ready(%s);", "%s = (<-ready(%s));",
                               "%s = 1 + <-ready(%s) / 2;"]) % (t, self.expr(s))]

    def st_two_valued(self, s):
        v, ok, c = self.name("v"), self.name("ok"), self.name("c")
        lines = ["ints %s = ready(%s);" % (c, self.expr(s))]
        if self.r.random() < 0.5:
            lines += ["%s, %s := <-%s;" % (v, ok, c)]
        else:
            lines += ["int %s;" % v, "bool %s;" % ok, "%s, %s = <-%s;" % (v, ok, c)]
        s.own.append(Variable(v, True))
        lines += self.note(s, "(%s + %s)" % (v, ok))
        lines += ["close(%s);" % c]
        if self.r.random() < 0.5:
            lines += ["%s, %s = <-%s;" % (v, ok, c), "if (%s || %s)" % (ok, v), "    abort();"]
        else:
            lines += ["_, %s = <-%s;" % (ok, c), "if (%s)" % ok, "    abort();"]
        return lines + ["free(%s);" % c]

    def st_exchange(self, s):
        """A go block that sends what it has worked out."""
        c = self.name("c")
        lines = ["%s := make(chan<int>%s);" % (c, self.r.choice(["", ", 1", ", 3"]))]
        inner = Scope(s, True)
        body = []
        for _ in range(self.r.randrange(0, 3)):
            body += self.statement(inner)
        body += ["%s <- %s;" % (c, self.expr(inner))]
        if self.r.random() < 0.2:
            body += ["return;"]
        lines += ["go {"] + ["    " + b for b in body] + ["}"]
        return lines + self.note(s, "<-" + c) + ["free(%s);" % c]

    def st_spawn_macro(self, s):
        c = self.name("c")
        return (["ints %s = BUFFERED(int, 2);" % c,
                 "SPAWN(%s <- %s; SEND(%s, %s);)" % (c, self.expr(s, 1), c, self.expr(s, 1))]
                + self.note(s, "RECV(%s)" % c) + self.note(s, "(<-%s)" % c) + ["free(%s);" % c])

    def st_go_reference(self, s):
        targets = [v.name for v in s.all() if v.writable]
        if not targets:
            return self.st_exchange(s)
        t, d = self.r.choice(targets), self.name("done")
        lines = ["chan<void> %s = make(chan<void>);" % d]
        lines += self.braces("go [&%s]" % t, s, True, (t,),
                             ["%s = %s;" % (t, self.expr(s, 1)),
                              self.r.choice(["%s <- (void)0;", "close(%s);"]) % d])
        return lines + ["<-%s;" % d, "free(%s);" % d]

    def st_go_call(self, s):
        c, f = self.name("c"), self.name("f")
        if self.r.random() < 0.5:
            return (["ints %s = make(chan<int>);" % c, "go put(%s, %s);" % (c, self.expr(s))]
                    + self.note(s, "take(%s)" % c) + ["free(%s);" % c])
        return (["%s := make(chan<struct point>);" % c,
                 "void (*%s)(chan<struct point>, struct point, int) = put_point;" % f,
                 "go %s(%s, (point_t){ %s, 2 }, 5);" % (self.r.choice([f, "(*%s)" % f]), c,
                                                        self.expr(s))]
                + self.note(s, "((<-%s).x & 255)" % c) + ["free(%s);" % c])

    def st_range(self, s):
        c, v, n = self.name("c"), self.name("v"), self.r.randrange(0, 4)
        lines = ["%s := make(chan<int>, %d);" % (c, self.r.randrange(0, 3))]
        lines += ["go {", "    defer close(%s);" % c, "    for (int i = 0; i < %d; i++)" % n,
                  "        %s <- i * 2;" % c, "}"]
        inner = Scope(s)
        inner.own.append(Variable(v, True))
        body = self.note(inner, v)
        if self.r.random() < 0.5:
            body += ["if (%s == 77)" % v, "    continue;"]
        for _ in range(self.r.randrange(0, 2)):
            body += self.statement(inner)
        if self.r.random() < 0.25:
            return lines + ["for (range %s)" % c, "    ;"] + ["free(%s);" % c]
        return lines + ["for (%s := range %s) {" % (v, c)] + ["    " + b for b in body] \
            + ["}", "free(%s);" % c]

    def st_define_for(self, s):
        i = self.name("i")
        inner = Scope(s)
        inner.own.append(Variable(i, False))
        body = self.statement(inner)
        return ["for (%s := 0; %s < %d; %s++) {" % (i, i, self.r.randrange(1, 3), i)] \
            + ["    " + b for b in body] + ["}"]

    def st_select(self, s):
        a, b, out, v, ok = (self.name(x) for x in ("a", "b", "out", "v", "ok"))
        nil = self.name("nil")
        lines = ["ints %s = ready(%s);" % (a, self.expr(s)), "ints %s = NULL;" % nil,
                 "(void)%s;" % nil]
        cases = []
        inner = Scope(s)
        kind = self.r.randrange(5)
        if kind == 4 and not [x for x in s.all() if x.writable]:
            kind = 0
        if kind == 0:
            inner.own.append(Variable(v, True))
            head = "case %s := <-%s:" % (v, a)
        elif kind == 1:
            inner.own.append(Variable(v, True))
            head = "case %s, %s := <-%s:" % (v, ok, a)
        elif kind == 2:
            inner.own.append(Variable(v, True))
            head = "case int %s = <-%s:" % (v, a)
        elif kind == 3:
            head = "case <-%s:" % a
        else:
            t = self.r.choice([x.name for x in s.all() if x.writable])
            head = "case %s = <-%s:" % (t, a)
        body = []
        if kind < 3:
            body += self.note(inner, v)
        if kind == 1:
            body += ["if (!%s)" % ok, "    abort();"]
        for _ in range(self.r.randrange(0, 2)):
            body += self.statement(inner)
        if self.r.random() < 0.3:
            body += ["if (%s)" % self.condition(inner), "    break;"]
            body += self.note(inner, "4")
        cases.append([head] + ["    " + x for x in body])
        if self.r.random() < 0.5:
            cases.append(["case <-%s:" % nil, "    abort();"])
        if self.r.random() < 0.5:
            cases.append(["case %s <- %s:" % (nil, self.expr(s, 1)), "    abort();"])
        if self.r.random() < 0.3:
            cases.append(["case <-goc_after(300 * GOC_SECOND):", "    abort();", "    break;"])
        if self.r.random() < 0.3:
            cases.append(["default:", "    abort();"])
        self.r.shuffle(cases)
        lines += ["select {"] + [line for c in cases for line in c] + ["}"]
        lines += ["free(%s);" % a]
        if self.r.random() < 0.4:
            lines += ["%s := make(chan<int>, 1);" % b, "select {",
                      "case %s <- %s:" % (b, self.expr(s)), "}"]
            lines += self.note(s, "<-" + b) + ["free(%s);" % b]
        return lines

    def st_select_default(self, s):
        c = self.name("c")
        return ["%s := make(chan<%s>);" % (c, self.r.choice(["int", "void", "struct big"])),
                "select {", "case <-%s:" % c, "    abort();", "default:"] \
            + ["    " + x for x in self.block(s)] + ["}", "free(%s);" % c]

    def st_after(self, s):
        return self.r.choice([["<-goc_after(GOC_MICROSECOND);"],
                              ["select {", "case <-goc_after(1000):"]
                              + ["    " + x for x in self.block(s)] + ["}"]])

    def st_defer(self, s):
        targets = [v.name for v in s.all() if v.writable]
        if not targets:
            return self.st_exchange(s)
        t = self.r.choice(targets)
        inner = self.block(s)
        deferred = self.r.choice([["defer %s = ADD(%s, 7);" % (t, t)],
                                  ["defer {", "    %s = <-ready(%s);" % (t, t), "}"],
                                  ["defer if (%s & 1)" % t, "    %s = %s / 2;" % (t, t)]])
        early = ["if (%s > 999)" % t, "    return -1;"] if not self.in_go_now(s) else []
        return ["{"] + ["    " + x for x in deferred + early + inner] + ["}"]

    def st_defer_loop(self, s):
        targets = [v.name for v in s.all() if v.writable]
        if not targets:
            return self.st_exchange(s)
        t, i = self.r.choice(targets), self.name("i")
        return ["for (int %s = 0; %s < 3; %s++) {" % (i, i, i),
                "    defer %s = ADD(%s, %s);" % (t, t, i),
                "    if (%s == 1)" % i, "        %s;" % self.r.choice(["continue", "break"])] \
            + ["    " + x for x in self.st_assign(s)] + ["}"]

    def st_types(self, s):
        """Channels of the other types of elements."""
        r, c = self.r, self.name("c")
        typ, make, read = r.choice([
            ("double", "%s / 2.0", "(int)%s"), ("unsigned char", "(unsigned char)%s", "%s"),
            ("long long", "%s", "(int)%s"), ("struct point", "(struct point){ %s, 1 }", "%s.x"),
            ("point_t", "(point_t){ .y = %s }", "%s.y"),
            ("struct big", "(struct big){ .tag = (unsigned char)%s }", "%s.tag"),
            ("union either", "(union either){ %s }", "%s.i"), ("enum color", "%s ? RED : BLUE", "(int)%s"),
            ("const char *", '&"abc"[%s & 1]', "(int)strlen(%s)"), ("_Bool", "%s != 0", "%s"),
            ("binary", "%s ? add : mix", "%s(3, 4)"), ("int (*)(int, int)", "%s ? mix : add", "%s(5, 4)"),
            ("ints", "ready(%s)", "(<-%s)"), ("chan<int>", "ready(%s)", "(<-%s)"),
            ("<-chan<int>", "ready(%s)", "(<-%s)"), ("int *", "&(int){ %s }", "*%s"),
            ("struct { int q; } *", "NULL, (void)%s", "(%s == NULL)"),
        ])
        if typ.startswith("struct {"):
            typ, make, read = "size_t", "(size_t)%s", "(int)%s"
        v, e = self.name("v"), self.expr(s, 1)
        lines = ["chan<%s> %s = make(chan<%s>, 2);" % (typ, c, typ), "%s <- %s;" % (c, make % e)]
        how = r.randrange(3)
        if how == 0:
            lines += ["%s := <-%s;" % (v, c)]
            value = read % v
        elif how == 1:
            lines += ["%s, ok_%s := <-%s;" % (v, v, c), "if (!ok_%s)" % v, "    abort();"]
            value = read % v
        else:
            value = read % ("(<-%s)" % c)
        return lines + self.note(s, "((%s) & 255)" % value) + ["free(%s);" % c]

    def st_mail(self, s):
        q, a = self.name("q"), self.name("a")
        return (["%s := make(chan<struct mail>);" % q, "%s := make(chan<struct mail>, 1);" % a,
                 "go serve(%s);" % q,
                 "%s <- (struct mail){ %s, %s };" % (q, a, self.expr(s, 1))]
                + self.note(s, "(<-%s).body" % a) + ["close(%s);" % q, "free(%s);" % a])

    def st_plain(self, s):
        """C that uses goc's words as names."""
        r, n = self.r, self.name("n")
        v = self.expr(s, 1)
        return r.choice([
            ["{", "    int go = %s, chan = 2;" % v, "    go = chan<-go ? 1 : 0;"]
            + ["    " + x for x in self.note(s, "(go + chan)")] + ["}"],
            ["{", "    int defer = %s, select = 3, make = 1, range = 2;" % v,
             "    defer = select;"]
            + ["    " + x for x in self.note(s, "(defer + select + make + range)")] + ["}"],
            ["{", "    struct { int go, chan, close, len; } %s = { .go = %s, .len = 1 };" % (n, v)]
            + ["    " + x for x in self.note(s, "(%s.go + %s.len)" % (n, n))] + ["}"],
            ["{", "    int len = 4, cap = 5, *%s = &len;" % n]
            + ["    " + x for x in self.note(s, "(len<-cap) + *%s" % n)] + ["}"],
            ["switch ((int)%s) {" % v, "case 1:", "case GREEN:"] + ["    " + x for x in self.note(s, "3")]
            + ["    break;", "default:"] + ["    " + x for x in self.block_or_empty(s)]
            + ["    break;", "}"],
        ])

    def block_or_empty(self, s):
        return ["{"] + ["    " + x for x in self.block(s)] + ["}"]

    def st_if(self, s):
        lines = self.braces("if (%s)" % self.condition(s), s)
        if self.r.random() < 0.5:
            tail = self.braces("else", s)
            lines[-1:] = ["} " + tail[0]] + tail[1:]
        return lines

    def st_if_bare(self, s):
        targets = [v.name for v in s.all() if v.writable]
        if not targets:
            return self.st_declare(s)
        t = self.r.choice(targets)
        c = self.name("c")
        return ["ints %s = ready(%s);" % (c, self.expr(s)),
                "if (%s)" % self.condition(s), "    %s = <-%s;" % (t, c), "else",
                "    %s = ADD(%s, <-%s);" % (t, t, c), "free(%s);" % c]

    def st_errno(self, s):
        return ["errno = %s;" % self.expr(s, 1)] + self.note(s, "(errno - errno)")

    def st_while(self, s):
        n = self.name("n")
        s.own.append(Variable(n, False))
        return ["int %s = 2;" % n, "while (%s-- > 0) {" % n] \
            + ["    " + x for x in self.block(s)] + ["}"]

    def st_static(self, s):
        n = self.name("s")
        return ["static const int %s = %d;" % (n, self.r.randrange(99))] + self.note(s, n)

    def in_go_now(self, s):
        while s:
            if s.go_block:
                return True
            s = s.outer
        return False

    def program(self):
        out = [PROLOGUE % self.seed]
        calls = []
        while self.budget > 0:
            f = self.name("task")
            calls.append(f)
            s = Scope()
            s.own = [Variable("arg", True), Variable("sum", True)]
            body = []
            quota = self.budget - self.r.randrange(8, 20)
            while self.budget > max(quota, 0):
                body += self.statement(s)
            out.append("\nstatic int %s(int arg)\n{\n    int sum = arg;\n%s\n    return sum;\n}"
                       % (f, "\n".join("    " + line for line in body)))
        out.append("\nint main(void)\n{\n    int total = global_total;")
        for i, f in enumerate(calls):
            out.append("    total = add(total, %s(%d));" % (f, i + 1))
        out.append('    printf("%d\\n", total);\n    return 0;\n}')
        return "\n".join(out) + "\n"


LEAVES = ["declare", "assign", "plain_leaf", "errno", "static"]
FORMS = ["declare", "assign", "two_valued", "exchange", "spawn_macro", "go_reference", "go_call",
         "range", "define_for", "select", "select", "select_default", "after", "defer",
         "defer_loop", "types", "types", "mail", "plain", "if", "if_bare", "errno", "while",
         "static", "exchange"]
Generator.st_plain_leaf = Generator.st_assign


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    sys.stdout.write(Generator(seed, size).program())


if __name__ == "__main__":
    main()
