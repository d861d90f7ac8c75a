# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tests of the runtime with one that checks itself, and whose scheduler
chooses by lot: several seeds, many with long=1."""

import os

here = os.path.dirname(os.path.abspath(__file__))
config.variant = {"name": "shuffle", "san": "", "source": "runtime",
                  "library": "libgocrt-debug.a"}
lit_config.load_config(config, os.path.join(here, "../../lit.cfg.py"))
# Many processes, or goroutines, that the order of things does not matter to; and one that counts turns.
config.excludes = {*config.excludes, "trace-hostile.c", "failing-calls.c", "failing-calls-library.c",
                   "lock-lets-others.c", "stacks-few-threads.c",
                   "stack-guards-few.c"}
seeds = 20 if lit_config.params.get("long") else 2
config.substitutions.insert(
    0, (r"env GOC_PROCS=(\d+) %t$",
        r"env GOC_PROCS=\1 %%python %s %d %%t" % (os.path.join(here, "seeds.py"), seeds)))
if lit_config.params.get("san"):
    config.suffixes = []
