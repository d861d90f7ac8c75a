# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Usage: interrupt.py once|twice PROGRAM [ARGUMENT...]

Runs a program and passes its output on.  Sends it SIGINT when it says that it
is serving and, with twice, another one when it says that it is draining."""

import signal
import subprocess
import sys

how, *command = sys.argv[1:]
# A shell may have told its background jobs to ignore it.
child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                         preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
for line in child.stdout:
    print(line, end="", flush=True)
    if line.startswith("serving") or how == "twice" and line.startswith("draining"):
        child.send_signal(signal.SIGINT)
status = child.wait()
if status == -signal.SIGINT:
    print("killed by SIGINT")
    status = 0
sys.exit(status)
