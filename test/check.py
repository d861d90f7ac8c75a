#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs lit on the tests named, with whatever else is given, and ends with the
line "N passed, N failed"; the exit status is 0 if none failed.

lit comes from $LIT, else PATH (lit, llvm-lit), else LLVM's package of tools.
"""

import contextlib
import fcntl
import glob
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

GOOD = {"PASS", "XFAIL", "FLAKYPASS"}
NEITHER = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def find_lit():
    for command in (os.environ.get("LIT"), "lit", "llvm-lit"):
        if command and shutil.which(shlex.split(command)[0]):
            return shlex.split(command)
    scripts = sorted(glob.glob("/usr/lib/llvm-*/build/utils/lit/lit.py"))
    if not scripts:
        sys.exit("check: lit not found: install llvm-14-tools or set LIT")
    return [sys.executable, scripts[-1]]


def own_folder(stack):
    """Options that let tests write elsewhere if another run uses the usual place."""
    given = [a[6:] for a in sys.argv if a.startswith("build=")]
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "build")
    build = os.path.abspath(given[-1] if given else root)
    os.makedirs(os.path.join(build, "test"), exist_ok=True)
    lock = stack.enter_context(open(os.path.join(build, "test", "lock"), "w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return []
    except OSError:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="test-", dir=build))
        return ["--param", "exec=" + folder]


def main():
    with contextlib.ExitStack() as stack:
        check(own_folder(stack) + sys.argv[1:])


def check(args):
    handle, results = tempfile.mkstemp(prefix="goc-check-", suffix=".json")
    os.close(handle)
    try:
        status = subprocess.run(find_lit() + ["-sv", "-o", results] + args).returncode
        try:
            with open(results) as f:
                codes = [t["code"] for t in json.load(f)["tests"]]
        except (OSError, ValueError):
            codes = []
    finally:
        os.unlink(results)
    passed = sum(c in GOOD for c in codes)
    failed = sum(c not in GOOD and c not in NEITHER for c in codes)
    sys.stderr.flush()
    print("%d passed, %d failed" % (passed, failed), flush=True)
    sys.exit(1 if failed or not passed or status else 0)


if __name__ == "__main__":
    main()
