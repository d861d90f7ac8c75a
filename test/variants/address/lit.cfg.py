# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tests of the runtime, and the runtime, under a sanitizer."""

import os

config.variant = {"name": "address", "san": "address,undefined", "source": "runtime", "library": "libgocrt-address.a"}
lit_config.load_config(config, os.path.join(os.path.dirname(__file__), "../../lit.cfg.py"))
# Programs end while goroutines wait and channels live: no leak of the runtime.
config.environment["ASAN_OPTIONS"] = "detect_leaks=0"
config.excludes = {*config.excludes, "fair-timers.c"}  # counts how much is done in a given time
if lit_config.params.get("san"):
    config.suffixes = []  # all of the suite is run so
