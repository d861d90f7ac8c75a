#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs lit on the tests named, with whatever else is given, and ends with the
line "N passed, N failed"; the exit status is 0 if none failed.

lit comes from $LIT, else PATH (lit, llvm-lit), else LLVM's package of tools.
"""

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


def main():
    handle, results = tempfile.mkstemp(prefix="goc-check-", suffix=".json")
    os.close(handle)
    try:
        status = subprocess.run(find_lit() + ["-sv", "-o", results] + sys.argv[1:]).returncode
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
