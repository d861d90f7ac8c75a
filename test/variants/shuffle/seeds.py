#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""seeds.py N COMMAND...: runs the command with GOC_DEBUG=seed=1 to N, and stops
at the first that fails."""

import os
import subprocess
import sys

for seed in range(1, int(sys.argv[1]) + 1):
    os.environ["GOC_DEBUG"] = "seed=%d" % seed
    status = subprocess.run(sys.argv[2:]).returncode
    if status:
        sys.exit("exit status %d with GOC_DEBUG=seed=%d GOC_PROCS=%s"
                 % (status, seed, os.environ.get("GOC_PROCS", "")))
