#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cross.py ARCH FOLDER COMPILER ARGUMENT...: runs the compiler, and if it has linked a
program for ARCH, puts in its place a script that runs it under qemu-ARCH.

The program itself goes to FOLDER, by the hash of its bytes, so that the script may be
moved like the program.
"""

import hashlib
import os
import subprocess
import sys

MACHINES = {"aarch64": 183}  # e_machine
ET_EXEC, ET_DYN = 2, 3


def output(arguments):
    """The file that the compiler is to write."""
    name = "a.out"
    for i, a in enumerate(arguments):
        if a == "-o" and i + 1 < len(arguments):
            name = arguments[i + 1]
        elif a.startswith("-o") and len(a) > 2:
            name = a[2:]
    return name


def is_program(text, arch):
    """Whether these are the bytes of an executable file, and not a library's."""
    if text[:4] != b"\x7fELF" or int.from_bytes(text[18:20], "little") != MACHINES[arch]:
        return False
    kind, entry = int.from_bytes(text[16:18], "little"), int.from_bytes(text[24:32], "little")
    return kind == ET_EXEC or (kind == ET_DYN and entry != 0)


def main():
    arch, folder, *command = sys.argv[1:]
    status = subprocess.run(command).returncode
    name = output(command)
    if status == 0 and os.path.isfile(name):
        with open(name, "rb") as f:
            text = f.read()
        if is_program(text, arch):
            os.makedirs(folder, exist_ok=True)
            program = os.path.join(folder, hashlib.sha256(text).hexdigest()[:24])
            os.replace(name, "%s.%d" % (program, os.getpid()))
            os.replace("%s.%d" % (program, os.getpid()), program)
            with open(name, "w") as f:
                f.write('#!/bin/sh\nexec qemu-%s -L /usr/%s-linux-gnu -0 "$0" %s "$@"\n'
                        % (arch, arch, program))
            os.chmod(name, 0o755)
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
