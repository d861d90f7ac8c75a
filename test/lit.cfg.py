# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The test suite's configuration; README.md tells how to write a test.

Parameters (lit --param NAME=VALUE): build, the folder with goc and the runtime;
exec, where tests write (build/test); cc, the C compiler; san, the sanitizer that both were built with; arch, the machine
that the runtime was built for, if not this one; long=1 for the tests that take long; clang, tcc, cxx, python: those tools.
"""

import atexit
import glob
import os
import shlex
import shutil
import signal

import lit.formats
import lit.util

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(here)


def param(name, default):
    return lit_config.params.get(name) or default


# The suites below variants/ come here with another sanitizer and library.
variant = getattr(config, "variant", {})

build = os.path.abspath(param("build", os.path.join(root, "build")))
cc = param("cc", "gcc")
san = variant.get("san", param("san", ""))
arch = param("arch", "")

config.name = "goc" if not variant else "goc-" + variant["name"]
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".gc", ".c", ".test"]
config.excludes = ["Inputs", "bench", "Output"]
config.test_source_root = os.path.join(here, variant.get("source", ""))
config.test_exec_root = os.path.join(
    os.path.abspath(param("exec", os.path.join(build, "test"))),
    "variants" if variant else "", variant.get("name", ""))

# ---- tools ----

llvm = sorted(glob.glob("/usr/lib/llvm-*/bin/FileCheck"))
path = [os.path.dirname(p) for p in llvm[-1:]] + [os.environ.get("PATH", "")]
config.environment["PATH"] = os.pathsep.join(path)


def tool(name, *others):
    """The first of the commands that exists; features are named for the first."""
    for command in (param(name, name), *others):
        if shutil.which(shlex.split(command)[0], path=config.environment["PATH"]):
            config.available_features.add(name)
            return command
    return name




def cross(command):
    """The command, made to leave programs that run here under the emulator."""
    folder = os.path.join(build, "cross")
    os.makedirs(folder, exist_ok=True)
    script = os.path.join(folder, shlex.split(command)[0])
    with open(script + ".new", "w") as f:
        f.write('#!/bin/sh\nexec %s %s %s %s %s "$@"\n' % (
            python, os.path.join(here, "cross.py"), arch, os.path.join(folder, "programs"), command))
    os.chmod(script + ".new", 0o755)
    os.replace(script + ".new", script)
    return script


gcc, clang, tcc = tool("gcc"), tool("clang", "clang-14"), tool("tcc")
cxx = tool("cxx", "g++", "c++", "clang++")
python = tool("python", "python3")
for name in ("gdb", "valgrind", "csmith", "ccache", "mandoc", "pkg-config", "gcov",
             "qemu-aarch64", "make", "llvm-dwarfdump", "prove", "wrk"):
    tool(name)
for name, pattern in (("gcc-source", "/usr/src/gcc-*/gcc-*.tar.xz"),
                      ("csmith-headers", "/usr/include/csmith"),
                      ("libunwind", "/usr/include/*/libunwind.h")):
    if glob.glob(pattern):
        config.available_features.add(name)
with open("/proc/sys/kernel/core_pattern") as f:
    if f.read().strip() in ("core", "core.%p"): # a file beside the program
        config.available_features.add("kernel-core")
config.available_features.add("san" if san else "nosan")
if "thread" in san:
    config.available_features.add("tsan")
if "address" in san:
    config.available_features.add("asan")
if param("long", ""):
    config.available_features.add("long")
if "clang" in cc:
    config.available_features.add("cc-is-clang")
config.available_features.add(arch or os.uname().machine)
if arch:
    # Of the tools those remain that do not look into a program.
    config.available_features -= {"tcc", "cxx", "gdb", "valgrind", "gcov", "libunwind", "csmith"}
    config.available_features.add("cross")
    cc = gcc = cross("%s-linux-gnu-gcc" % arch)
    clang = cross("%s --target=%s-linux-gnu" % (clang, arch))

# ---- environment ----

# The sanitizers' programs and the tools that read their settings.
for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
             "LD_LIBRARY_PATH", "TMPDIR"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
# ThreadSanitizer would have each process wait a second before it ends.
config.environment.setdefault("TSAN_OPTIONS", "atexit_sleep_ms=0")
config.environment["LC_ALL"] = "C.UTF-8"
config.environment["HOME"] = os.path.join(build, "home")
config.environment["XDG_CACHE_HOME"] = os.path.join(build, "cache")
os.makedirs(config.environment["HOME"], exist_ok=True)
flags = "-fsanitize=%s -fno-omit-frame-pointer" % san if san else ""
if san or cc != "gcc":
    config.environment["GOC_CC"] = " ".join([cc, flags]).strip()
for name in ("GOC_PROCS", "GOC_STACK", "GOC_DEBUG", "GOC_TRACEBACK", "CC"):
    config.environment.pop(name, None)
config.environment["GOC_TRACER"] = "none"  # call stacks have their own tests

# ---- substitutions ----

include = os.path.join(root, "runtime", "include")
strict = "-std=c11 -D_GNU_SOURCE -Wall -Wextra"


def compiler(command, *more):
    return " ".join([command, strict, *more, "-isystem", include]).strip()


config.substitutions += [
    (r"%goc\b", os.path.join(build, "goc")),
    (r"%cc\b", compiler(cc, flags)),
    (r"%gcc\b", compiler(gcc, flags)),
    (r"%clang\b", compiler(clang)),
    (r"%tcc\b", "%s -std=c11 -I%s" % (tcc, include)),
    (r"%cxx\b", "%s %s -Wall -Wextra -isystem %s" % (cxx, flags, include)),
    (r"%runtime\b", "%s -pthread" % os.path.join(build, variant.get("library", "libgocrt.a"))),
    (r"%gdb\b", "gdb -nx -batch -x " + os.path.join(root, "runtime", "gdb", "goc-gdb.py")),
    (r"%python\b", python),
    (r"%build\b", build),
    (r"%root\b", root),
    (r"%examples\b", os.path.join(root, "examples")),
    (r"%include\b", include),
    (r"%src-cc\b", cc),
    (r"%sanflags\b", flags),
    (r"%make\b", "env -u MAKEFLAGS -u MAKELEVEL make -o all CC='%s' SAN=%s" % (cc, san)),
]

# ---- a limit of time for each test ----

# Every test is a session of its own, so that what it leaves running can be found.
os.makedirs(config.test_exec_root, exist_ok=True)
lit_config.bashPath = os.path.join(config.test_exec_root, "shell.%d" % os.getpid())
with open(lit_config.bashPath, "w") as f:
    f.write('#!/bin/sh\nexec setsid -w bash "$@"\n')
os.chmod(lit_config.bashPath, 0o755)
atexit.register(lambda: os.path.exists(lit_config.bashPath) and os.unlink(lit_config.bashPath))


def processes():
    """Every process as (pid, parent, session)."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as f:
                    fields = f.read().rpartition(")")[2].split()
                yield int(name), int(fields[1]), int(fields[3])
            except OSError:
                pass


def kill_tree(pid, *_):
    """pid, what descends from it, and what shares a session with those."""
    table = list(processes())
    pids, size = {pid}, 0
    while size != len(pids):
        size = len(pids)
        pids |= {p for p, parent, _ in table if parent in pids}
    sessions = {s for p, _, s in table if p in pids and s != os.getsid(0)}
    for p in pids | {p for p, _, s in table if s in sessions}:
        try:
            os.kill(p, signal.SIGKILL)
        except OSError:
            pass


# lit's own way needs a module that is seldom installed.
lit.util.killProcessAndChildren = kill_tree
lit.util.killProcessAndChildrenIsSupported = lambda: (True, "")
limit = 900 if param("long", "") else 600 if arch else 180
lit_config.maxIndividualTestTime = max(limit, lit_config.maxIndividualTestTime)
