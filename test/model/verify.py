#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Has Spin go through every state of a model.

    verify.py MODEL FOLDER [-DNAME...] [--ltl PROPERTY] [--finds KIND] [--small]

Without --ltl: assertions, and deadlocks (states in which nobody can go on,
though somebody is not at an end).  With it: the property of that name, for
schedules that are fair to every process.  --finds says which error there is to
be: assertion, deadlock or cycle; without it there must be none, and no state
may have been left out.  Spin's files go to FOLDER.
"""

import argparse
import os
import re
import subprocess
import sys

ERRORS = {
    ": assertion violated": "assertion",
    ": invalid end state": "deadlock",
    ": acceptance cycle": "cycle",
}
# What would leave states out, or could not say that it has.
INCOMPLETE = ("search depth too small", "memory limit", "out of memory",
              "Search not completed", "reached bound")


def run(command, folder, statuses=(0,)):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode not in statuses:
        sys.exit("%s\n%s" % (" ".join(command), done.stdout))
    return done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("folder")
    parser.add_argument("-D", action="append", default=[], dest="defines")
    parser.add_argument("--ltl")
    parser.add_argument("--finds", choices=sorted(ERRORS.values()))
    parser.add_argument("--small", action="store_true",
                        help="so few states that the compiler would take longer")
    args = parser.parse_args()

    os.makedirs(args.folder, exist_ok=True)
    spin = ["spin", "-a"] + ["-D" + d for d in args.defines]
    said = run(spin + [os.path.abspath(args.model)], args.folder)
    # An error is found soon, and then the compiler is what takes time.
    build = ["gcc", "-w", "-O0" if args.finds or args.small else "-O2", "-o", "pan", "pan.c",
             "-DMEMLIM=900", "-DCOLLAPSE", "-DNFAIR=3"]
    search = ["./pan", "-m1000000", "-w22"]
    if args.ltl:
        search += ["-a", "-f", "-N", args.ltl]
    else:
        build += ["-DSAFETY", "-DNOCLAIM"]
    run(build, args.folder)
    said = run(search, args.folder, (0, 1))

    found = {kind for text, kind in ERRORS.items() if text in said}
    errors = re.search(r"errors: (\d+)", said)
    complete = errors and not any(text in said for text in INCOMPLETE)
    expected = {args.finds} if args.finds else set()
    states = re.search(r"(\d+) states, stored", said)
    print("%s %s: %s, %s states" % (
        os.path.basename(args.model), " ".join(args.defines + [args.ltl or "safety"]),
        ", ".join(found) or "no errors", states.group(1) if states else "?"))
    if found != expected or not (complete or found):
        trail = run(["./pan", "-S", "-r", os.path.basename(args.model) + ".trail"],
                    args.folder, range(256)) if found else ""
        sys.exit("expected %s\n%s\n%s" % (args.finds or "no errors", said, trail))


if __name__ == "__main__":
    main()
