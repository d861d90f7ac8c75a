#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random C programs of csmith's through goc: the same checksum as with plain gcc.

Seeds count from --seed upwards; a program that does not end in a few seconds is
passed over, so the same seeds are used on every machine of ordinary speed.  With
--verbatim the text that goc hands to the C compiler must be the program's own,
byte for byte.
"""

import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
from suite import Baseline, arguments, parallel, parse, report, run, verbatim

INCLUDE = "/usr/include/csmith"
FLAGS = ["-w", "-O1", "-I" + INCLUDE]


def program(o, seed):
    """The file with the program of that seed."""
    path = os.path.join(o.build, "csmith", "%d.c" % seed)
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        r = run(["csmith", "--seed", str(seed), "--concise"], cwd=os.path.dirname(path))
        if not r.ok():
            return None
        with open("%s.%d" % (path, os.getpid()), "wb") as f:
            f.write(r.out)
        os.replace(f.name, path)
    return path


def checksum(compiler, path, timeout):
    """(output, null) or (null, (reason, details))."""
    with tempfile.TemporaryDirectory(prefix="goc-csmith-") as work:
        out = os.path.join(work, "out")
        r = run(compiler + FLAGS + [path, "-o", out], cwd=work, timeout=120)
        if not r.ok():
            return None, ("compiling: " + r.describe(), r.err)
        r = run([out], cwd=work, timeout=timeout)
        if not r.ok():
            return None, ("running: " + r.describe(), r.err)
        return r.out.decode(errors="replace"), None


def main():
    p = arguments(__doc__.split("\n")[0])
    p.add_argument("-n", type=int, default=300, help="how many programs")
    p.add_argument("--seed", type=int, default=1, help="the first seed")
    p.add_argument("--verbatim", action="store_true",
                   help="compare the generated text instead of running it")
    o = parse(p)
    if not shutil.which("csmith") or not os.path.exists(INCLUDE + "/csmith.h"):
        print("csmith: not found: install the packages csmith and libcsmith-dev",
              file=sys.stderr)
        sys.exit(2)
    baseline = Baseline(o, "csmith", "1", run(["csmith", "--version"]).out.decode(), *FLAGS)

    def expected(seed):
        path = program(o, seed)
        return path and baseline.get(str(seed), lambda: checksum(o.cc, path, 5)[0])

    seeds, skipped, seed = [], 0, o.seed
    while len(seeds) < o.n and skipped <= 2 * o.n + 10:
        some = range(seed, seed + min(2 * o.jobs, o.n - len(seeds)))
        seed += len(some)
        found = parallel(o.jobs, expected, some)
        seeds += [s for s, e in zip(some, found) if e]
        skipped += sum(not e for e in found)
    baseline.save()

    def one(seed):
        path = program(o, seed)
        if o.verbatim:
            r = run(o.goc + ["--emit-c", "-Wgoc-plain-trouble", "-x", "gc"] + FLAGS
                    + [path, "-o", "-"])
            if not r.ok():
                return "translating: " + r.describe(), r.err
            if b"goc-plain-trouble" in r.err:
                return "goc could not read it", r.err
            with open(path, "rb") as f:
                difference = verbatim(f.read(), r.out)
            return ("not verbatim", difference) if difference else None
        text, why = checksum(o.goc + ["-x", "gc"], path, 30)
        if not why and text != expected(seed):
            why = "another checksum", "%r, expected %r" % (text, expected(seed))
        return why

    failures = [("seed %d" % s, *why)
                for s, why in zip(seeds, parallel(o.jobs, one, seeds)) if why]
    if len(seeds) < o.n:
        failures.append(("csmith", "only %d programs to be had" % len(seeds), None))
    report("csmith, verbatim" if o.verbatim else "csmith", o,
           len(seeds) - len(failures), skipped, failures)


if __name__ == "__main__":
    main()
