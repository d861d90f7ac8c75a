# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tests of the runtime, and the runtime, under a sanitizer."""

import os

config.variant = {"name": "thread", "san": "thread", "source": "runtime", "library": "libgocrt-thread.a"}
lit_config.load_config(config, os.path.join(os.path.dirname(__file__), "../../lit.cfg.py"))
# They count how much is done in a given time; link 10,000 goroutines 200 times; need signals to be handled
# while all threads sleep, which this sanitizer's handlers are not; and are many processes that do next to nothing.
config.excludes = {*config.excludes, "fair-timers.c", "chan-chain.c", "signal-flood.c", "deadlock-forms.c"}
if lit_config.params.get("san"):
    config.suffixes = []  # all of the suite is run so
