#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random valid programs (generate.py) through goc: each must translate without a
word, compile without a warning as C11 with every compiler given, and, with
--run, print the same with one worker thread and with four.
"""

import argparse
import concurrent.futures
import os
import shlex
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from generate import Generator

WARN = ["-std=c11", "-Wall", "-Wextra", "-Werror"]


def run(argv, timeout, env=None):
    """(status, out and err); status null: it took too long."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, env=env, start_new_session=True)
    try:
        out = child.communicate(timeout=timeout)[0]
        return child.returncode, out.decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        return None, child.communicate()[0].decode(errors="replace")


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--goc", required=True)
    p.add_argument("--cc", action="append", default=[], help="may be given more than once")
    p.add_argument("--run", action="store_true")
    p.add_argument("-n", type=int, default=20)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--size", type=int, default=24)
    p.add_argument("-j", type=int, default=os.cpu_count() or 1, dest="jobs")
    p.add_argument("--keep", help="where to leave the programs that failed")
    p.add_argument("flags", nargs="*", help="for the compilers, behind --")
    o = p.parse_args()
    goc = shlex.split(o.goc)

    def attempt(seed, text, work):
        path, c, exe = (os.path.join(work, n) for n in ("random.gc", "random.c", "random"))
        with open(path, "w") as f:
            f.write(text)
        status, out = run(goc + ["--emit-c", path, "-o", c], 60)
        if status != 0 or out:
            return "goc: status %s" % status, out
        for cc in o.cc:
            status, out = run(shlex.split(cc) + WARN + o.flags + ["-O1", "-c", c, "-o", exe + ".o"], 120)
            if status != 0:
                return "%s: status %s" % (cc, status), out
        if o.run:
            status, out = run(goc + [path, "-o", exe], 120)
            if status != 0:
                return "building: status %s" % status, out
            outcomes = []
            for procs in ("1", "4"):
                status, out = run([exe], 60, dict(os.environ, GOC_PROCS=procs))
                if status != 0:
                    return "GOC_PROCS=%s: status %s" % (procs, status), out
                outcomes.append(out)
            if len(set(outcomes)) != 1:
                return "two outcomes", " and ".join(outcomes)
        return None

    def one(seed):
        text = Generator(seed, o.size).program()
        with tempfile.TemporaryDirectory(prefix="goc-random-") as work:
            why = attempt(seed, text, work)
        return (seed, text, *why) if why else None

    with concurrent.futures.ThreadPoolExecutor(max_workers=o.jobs) as pool:
        bad = [b for b in pool.map(one, range(o.seed, o.seed + o.n)) if b]
    for seed, text, why, out in bad:
        print("FAIL: program %d: %s" % (seed, why))
        print("    " + out[:1500].replace("\n", "\n    "))
        if o.keep:
            os.makedirs(o.keep, exist_ok=True)
            with open(os.path.join(o.keep, "%d.gc" % seed), "w") as f:
                f.write(text)
    print("programs: %d of %d failed" % (len(bad), o.n))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
