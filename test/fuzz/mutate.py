#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Spoils goc sources and sees to it that goc takes it well: exit status 0 or 1,
within the time allowed, and some message when it is 1.

Tokens are deleted, doubled, exchanged, replaced by tokens of other places, and
files cut off or joined, by a generator with a fixed seed.  What goc takes badly
is kept in the folder --keep.
"""

import argparse
import concurrent.futures
import glob
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile

TOKEN = re.compile(r"""[ \t]+|\n|//[^\n]*|/\*.*?\*/|[A-Za-z_]\w*|\.?\d[\w.]*
    |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|<<=|>>=|\.\.\.|->|\+\+|--|<-|:=|<<|>>
    |[<>=!*/%+&^|-]=|&&|\|\||\#\#|.""", re.S | re.X)
WORDS = """go chan select make range defer close len cap free case default := <- chan< >> { } ( ) [ ]
    ; , : & * = goc_after return break continue goto for while do if else switch struct union enum typedef
    static const int void char sizeof typeof _Generic _Alignof __attribute__ ((( ({ }) __extension__ asm
    #define #undef #include #if #else #endif #line ## # __VA_ARGS__ __VA_OPT__ _Pragma 0 1 0x 1e " ' \\
    /* */ // ? ... . -> << _ main errno __auto_type inline _Thread_local _Atomic _Static_assert""".split()


def mutate(r, texts):
    tokens = TOKEN.findall(r.choice(texts))
    for _ in range(r.choice([1, 1, 1, 2, 3, 8])):
        if not tokens:
            break
        i = r.randrange(len(tokens))
        j = min(len(tokens), i + r.choice([1, 1, 1, 2, 4, 30]))
        kind = r.randrange(8)
        if kind == 0:
            del tokens[i:j]
        elif kind == 1:
            tokens[i:i] = tokens[i:j] * r.choice([1, 1, 2, 50])
        elif kind == 2:
            k = r.randrange(len(tokens))
            tokens[i], tokens[k] = tokens[k], tokens[i]
        elif kind == 3:
            tokens[i] = r.choice(WORDS)
        elif kind == 4:
            tokens.insert(i, " %s " % r.choice(WORDS))
        elif kind == 5:
            other = TOKEN.findall(r.choice(texts))
            k = r.randrange(len(other) or 1)
            tokens[i:j] = other[k:k + r.randrange(1, 40)]
        elif kind == 6:
            del tokens[i:]
        else:
            tokens[i] = tokens[i][:len(tokens[i]) // 2]
    return "".join(tokens)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--goc", required=True)
    p.add_argument("-n", type=int, default=200)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("-j", type=int, default=os.cpu_count() or 1, dest="jobs")
    p.add_argument("--timeout", type=float, default=20)
    p.add_argument("--keep", help="where to leave the files that goc took badly")
    p.add_argument("files", nargs="+", help="sources to spoil, or folders of them")
    o = p.parse_args()
    goc = shlex.split(o.goc)

    paths = []
    for f in o.files:
        paths += sorted(glob.glob(os.path.join(f, "**", "*.g[ch]"), recursive=True)) \
            if os.path.isdir(f) else [f]
    texts = []
    for path in paths:
        with open(path, encoding="latin-1", newline="") as f:
            texts.append(f.read())

    def one(n):
        text = mutate(random.Random("%d/%d" % (o.seed, n)), texts)
        with tempfile.TemporaryDirectory(prefix="goc-mutate-") as work:
            path = os.path.join(work, "mutant.gc")
            with open(path, "w", encoding="latin-1", newline="") as f:
                f.write(text)
            child = subprocess.Popen(goc + ["--emit-c", path, "-o", os.path.join(work, "out.c")],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE, start_new_session=True)
            try:
                err = child.communicate(timeout=o.timeout)[1]
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                err = child.communicate()[1]
                return n, text, "took longer than %g s" % o.timeout, err
            if child.returncode not in (0, 1):
                return n, text, "exit status %d" % child.returncode, err
            if child.returncode == 1 and b"error:" not in err:
                return n, text, "exit status 1 without a message", err
        return None

    with concurrent.futures.ThreadPoolExecutor(max_workers=o.jobs) as pool:
        bad = [b for b in pool.map(one, range(o.n)) if b]
    for n, text, why, err in bad:
        print("FAIL: mutant %d of seed %d: %s" % (n, o.seed, why))
        print("    " + err.decode(errors="replace")[-600:].replace("\n", "\n    "))
        if o.keep:
            os.makedirs(o.keep, exist_ok=True)
            with open(os.path.join(o.keep, "%d-%d.gc" % (o.seed, n)), "w",
                      encoding="latin-1", newline="") as f:
                f.write(text)
    print("mutate: %d mutants of %d files, %d taken badly" % (o.n, len(texts), len(bad)))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
