#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How fast goc translates, beside compilers that only check syntax.

Three questions, each by medians of several runs taken in turn:
  - a large file: goc --emit-c against clang -fsyntax-only and gcc -fsyntax-only;
  - growth: the same text once, twice and four times as long;
  - a small file: from start to end, the host's facts being cached.
The large file is made here, plain C in the manner of programs people write, with
comments, macros and library headers; --file takes another.  --check makes the
exit status tell whether goc was faster than clang, linear, and under 20 ms.
"""

import argparse
import os
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import time

HEAD = """/* A large program, made for measuring. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define CHECK(x) do { if (!(x)) { fprintf(stderr, "%s:%d: %s\\n", __FILE__, __LINE__, #x); abort(); } } while (0)
#define FIELD(type, name) type name; bool has_##name
"""

UNIT = """
/* Module @: keeps entries in a table and a list, and prints them.
 * The table grows when it is three quarters full. */
enum state_@ { IDLE_@, READY_@ = 3, BUSY_@, FAILED_@ };

struct entry_@
{
    struct entry_@ *next, *previous;
    char name[32];
    FIELD(uint64_t, stamp);
    FIELD(double, weight);
    union { int number; void *pointer; unsigned char bytes[8]; } value;
    unsigned flags : 4, kind : 3;
    int (*compare)(const struct entry_@ *, const struct entry_@ *);
};

typedef struct
{
    struct entry_@ **slots; /* capacity of them */
    size_t count, capacity;
    pthread_mutex_t lock;
} table_@;

static const char *const names_@[] = { "idle", [READY_@] = "ready", "busy", "failed" };

static int compare_@(const struct entry_@ *a, const struct entry_@ *b)
{
    // The stamps decide, then the names.
    if (a->stamp != b->stamp)
        return a->stamp < b->stamp ? -1 : 1;
    return strcmp(a->name, b->name);
}

static uint32_t hash_@(const char *s)
{
    uint32_t h = 2166136261u;
    for (; *s; s++)
        h = (h ^ (unsigned char)tolower((unsigned char)*s)) * 16777619u;
    return h ^ (h >> 15);
}

static bool grow_@(table_@ *t)
{
    size_t capacity = t->capacity ? t->capacity * 2 : 16;
    struct entry_@ **slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < t->capacity; i++)
    {
        struct entry_@ *e, *next;
        for (e = t->slots[i]; e; e = next)
        {
            size_t k = hash_@(e->name) & (capacity - 1);
            next = e->next;
            e->next = slots[k];
            e->previous = NULL;
            slots[k] = e;
        }
    }
    free(t->slots);
    t->slots = slots;
    t->capacity = capacity;
    return true;
}

int insert_@(table_@ *t, const char *name, double weight)
{
    CHECK(t != NULL && name != NULL);
    if (t->count * 4 >= t->capacity * 3 && !grow_@(t))
        return -ENOMEM;
    struct entry_@ *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    snprintf(e->name, sizeof e->name, "%.*s", (int)MIN(strlen(name), sizeof e->name - 1), name);
    e->weight = weight, e->has_weight = true;
    e->stamp = (uint64_t)time(NULL) + @u;
    e->has_stamp = e->stamp != 0;
    e->compare = compare_@;
    e->value.number = weight > 1e3 ? 0x7fff : (int)(weight * 3.25f) + 'a';
    e->flags = READY_@ & 3;
    size_t k = hash_@(name) & (t->capacity - 1);
    e->next = t->slots[k];
    if (e->next)
        e->next->previous = e;
    t->slots[k] = e;
    return (int)++t->count;
}

void print_@(const table_@ *t, FILE *out, int depth)
{
    static const struct { const char *format; int width; } styles[] = {
        { "%-*s %s %" "d\\n", 12 }, { .format = "%*s|%s|%d\\n", .width = 20 },
    };
    for (size_t i = 0; i < t->capacity; i++)
        for (const struct entry_@ *e = t->slots[i]; e; e = e->next)
            switch ((enum state_@)(e->flags % 4))
            {
            case IDLE_@:
                break;
            case READY_@:
                if (depth-- <= 0)
                    goto full;
                /* fall through */
            default:
                fprintf(out, styles[e->kind % COUNT(styles)].format, styles[0].width, e->name,
                        names_@[e->flags & 1] ? names_@[e->flags & 1] : "?", e->value.number);
            }
    return;
full:
    fputs("...\\n", out);
}
"""


def text(units):
    return HEAD + "".join(UNIT.replace("@", str(10000 + i)) for i in range(units))


def seconds(argv):
    """Processor time of the child and its children, user and system: other
    programs on the machine count less than in wall time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def medians(commands, runs):
    """{name: (wall, cpu)}: each command once per turn, so that all see the same
    machine."""
    times = {name: [] for name in commands}
    for name, argv in commands.items():  # files into memory, facts into the cache
        seconds(argv)
    for _ in range(runs):
        for name, argv in commands.items():
            times[name].append(seconds(argv))
    return {name: tuple(statistics.median(t[i] for t in ts) for i in (0, 1))
            for name, ts in times.items()}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--goc", default="build/goc")
    p.add_argument("--build", default="build/bench", help="where to put files")
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--lines", type=int, default=200000, help="of the large file")
    p.add_argument("--file", help="measure this C file instead of the one made here")
    p.add_argument("--flag", action="append", default=[], help="for goc, clang and gcc alike")
    p.add_argument("--check", action="store_true")
    o = p.parse_args()
    goc = shlex.split(o.goc)
    os.makedirs(o.build, exist_ok=True)
    out = os.path.join(o.build, "translate.out.c")
    fine = True

    def write(name, content):
        path = os.path.join(o.build, name)
        with open(path, "w") as f:
            f.write(content)
        return path

    def translate(path):
        return goc + ["--emit-c", "-x", "gc"] + o.flag + [path, "-o", out]

    units = max(1, o.lines // UNIT.count("\n"))
    large = o.file or write("large.c", text(units))
    with open(large, "rb") as f:
        lines = f.read().count(b"\n")
    commands = {"goc --emit-c": translate(large)}
    for cc in ("clang", "gcc"):
        if shutil.which(cc):
            commands[cc + " -fsyntax-only"] = [cc, "-w", "-fsyntax-only"] + o.flag + [large]
    m = medians(commands, o.runs)
    print("%s: %d lines, medians of %d runs" % (os.path.basename(large), lines, o.runs))
    mine = m["goc --emit-c"]
    for name, (wall, cpu) in m.items():
        print("  %-22s %8.3f s  (%.3f s of processor)  %6.2f million lines/s  %.2f of goc's time"
              % (name, wall, cpu, lines / wall / 1e6, wall / mine[0]))
    if "clang -fsyntax-only" in m:
        fine &= mine[0] < m["clang -fsyntax-only"][0]

    print("growth: goc's processor time")
    sizes = {k: write("grow%d.c" % k, text(units * k // 4 or 1)) for k in (1, 2, 4)}
    m = medians({k: translate(path) for k, path in sizes.items()}, o.runs)
    for k in sizes:
        print("  %d quarters  %8.3f s  %.2f per quarter" % (k, m[k][1], m[k][1] / k))
    fine &= m[4][1] < 4 * m[1][1] * 1.25

    small = write("small.gc", "#include <stdio.h>\n\nint main(void)\n{\n    chan<int> c = make(chan<int>, 1);\n"
                  "    c <- 42;\n    printf(\"%d\\n\", <-c);\n    return 0;\n}\n")
    m = medians({"small": translate(small)}, max(o.runs * 4, 10))
    print("a small file, with <stdio.h>: %.1f ms" % (m["small"][0] * 1e3))
    fine &= m["small"][0] < 0.020
    if o.check and not fine:
        print("slower than it should be")
        sys.exit(1)


if __name__ == "__main__":
    main()
