#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""gcc's own tests through goc: whatever plain gcc passes must pass as goc source.

The tests come out of the archive that Debian's package gcc-12-source installs.
What gcc alone makes of a test is found once and kept; the tests that it passes
are then compiled with `goc -x gc` and the same flags, and run if they are to be
run.  With --verbatim the text that goc hands to the C compiler must be the
test's own, byte for byte, and goc must have understood all of it.  With --errors
the tests that plain gcc refuses are tried: goc must refuse them with status 1,
and name the line of gcc's first error.
"""

import fnmatch
import glob
import os
import re
import shutil
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
from suite import (Baseline, arguments, parallel, parse, report, run, verbatim)

SUITES = {
    # name: folder below gcc/testsuite, what to do, flags
    "execute": ("gcc.c-torture/execute", "run", ["-w", "-O2"]),
    "ieee": ("gcc.c-torture/execute/ieee", "run", ["-w", "-O2", "-fno-inline"]),
    "compile": ("gcc.c-torture/compile", "assemble", ["-w", "-O2"]),
    "dg": ("gcc.dg", "compile", None),
    "dg-torture": ("gcc.dg/torture", "compile", ["-O2"]),
    "common": ("c-c++-common", "compile", None),
}
DEFAULT = ["execute", "ieee", "compile"]
TARGET = "x86_64-pc-linux-gnu"
ODD = ("--completion", "--help", "--dump", "--disable", "--save", "--fast", "-fself-test",
       "-finput-charset")
# What goc leaves to the C compiler: it cannot read these declarations, and says so
# with -Wgoc-plain-trouble, but hands them on.
UNREAD = {
    "gcc.dg/bitfld-9.c": "a bit-field of implicit int behind an attribute",
    "gcc.dg/pr67784-3.c": "a typedef's name that an enum in the condition of an if has hidden",
    "gcc.dg/pr67784-4.c": "likewise",
    "gcc.dg/pr67784-5.c": "likewise",
}
# Where goc's first error is another one than the C compiler's.
ELSEWHERE = {
    "gcc.dg/c2x-digit-separators-2.c": "a character without an end is no token: told first",
}
# Effective targets that may stand in a selector and do not hold here.
FALSE = {"ia32", "ilp32", "x32", "default_packed", "int16", "avr_tiny", "size20plus_no",
         "keeps_null_pointer_checks", "freestanding", "newlib", "powerpc64", "short_enums",
         "no_trampolines", "nonpic", "hosted_no", "c++", "c++11", "c++14", "c++17", "c++20"}


def archive():
    found = sorted(glob.glob("/usr/src/gcc-*/gcc-*.tar.xz"))
    return found[-1] if found else None


def unpack(path, build):
    """The folder gcc/testsuite of the archive, without the tests of other
    languages."""
    tree = os.path.join(build, "gcc-tests")
    if os.path.isdir(tree):
        return tree
    wanted = re.compile(r"[^/]*/gcc/testsuite/((?:gcc\.c-torture|gcc\.dg|c-c\+\+-common)/.*)")
    aside = tempfile.mkdtemp(dir=build)
    with tarfile.open(path) as tar:
        for member in tar:
            m = wanted.match(member.name)
            if m and member.isfile():
                name = os.path.join(aside, m.group(1))
                os.makedirs(os.path.dirname(name), exist_ok=True)
                with open(name, "wb") as f:
                    shutil.copyfileobj(tar.extractfile(member), f)
    try:
        os.rename(aside, tree)
    except OSError:  # another run was faster
        shutil.rmtree(aside)
    return tree


def tcl_words(text):
    """A Tcl list as nested lists: good enough for dg- lines."""
    words, stack = [], []
    for tok in re.findall(r'\{|\}|"(?:\\.|[^"\\])*"|\[[^\]]*\]|[^\s{}"]+', text):
        if tok == "{":
            stack.append(words)
            words = []
        elif tok == "}":
            if not stack:
                break
            stack[-1].append(words)
            words = stack.pop()
        else:
            words.append(tok[1:-1].replace('\\"', '"') if tok[0] == '"' else tok)
    while stack:
        stack[-1].append(words)
        words = stack.pop()
    return words


def holds(sel):
    """Whether a target selector holds here.  Unknown effective targets do: what
    needs more is found out by gcc itself."""
    if isinstance(sel, str):
        if "-*" in sel or "*-" in sel:
            return fnmatch.fnmatch(TARGET, sel.replace("i?86", "i[3-6]86"))
        return sel not in FALSE
    if not sel:
        return True
    if sel[0] in ("target", "xfail"):
        return holds(sel[1:])
    if sel[0] == "!":
        return not holds(sel[1])
    for op, all_or_any in (("||", any), ("&&", all)):
        if op in sel:
            parts, part = [], []
            for word in sel + [op]:
                if word == op:
                    parts.append(part)
                    part = []
                else:
                    part.append(word)
            return all_or_any([holds(p) for p in parts])
    return any(holds(s) for s in sel)


def flat(word):
    """The words in a Tcl word, braced or quoted."""
    return word.split() if isinstance(word, str) else [w for part in word for w in flat(part)]


class Test:
    """One test file and what its dg- lines ask for."""

    def __init__(self, suite, tree, path):
        folder, self.action, flags = SUITES[suite]
        self.path = path
        self.name = os.path.relpath(path, tree)
        self.flags = ["-O0" if suite == "common" else "-ansi", "-pedantic-errors"] \
            if flags is None else list(flags)
        base = [] if flags is None else list(flags)
        self.skip = False
        self.errors = False
        self.extra = []
        with open(path, "rb") as f:
            text = f.read().decode("latin-1")
        more = []
        for verb, rest in re.findall(r"\{\s*(dg-[a-z-]+)([^\n]*)", text):
            words = tcl_words("{" + rest)[0]
            if verb == "dg-do" and words:
                if all(holds(w) for w in words[1:] if isinstance(w, list) and w[:1] == ["target"]):
                    self.action = words[0]
                else:
                    self.skip = True
            elif verb == "dg-options" and words:
                if all(holds(w) for w in words[1:]):
                    self.flags = base + flat(words[0])
            elif verb == "dg-additional-options" and words:
                if all(holds(w) for w in words[1:]):
                    more += flat(words[0])
            elif verb == "dg-skip-if" and len(words) == 2:
                self.skip |= holds(words[1])
            elif verb == "dg-skip-if" and len(words) > 2:
                self.skip |= holds(words[1]) and any(
                    w == "*" or w in self.flags for w in words[2]
                    if isinstance(w, str) and w)
            elif verb == "dg-error":
                self.errors = True
            elif verb == "dg-additional-sources" and words:
                folder = os.path.dirname(path)
                self.extra = [os.path.join(folder, w) for w in flat(words[0])]
        self.flags += more
        # Not about what is accepted, and not for a driver with its own outputs.
        self.flags = [f for f in self.flags
                      if not f.startswith(("-fdump", "-fplugin", "-save-temps", "-M"))]
        # gcc's own inner language, and questions to its driver.
        self.skip |= any(f in ("-fgimple", "-x", "-o") or f.startswith(ODD) for f in self.flags)
        if self.action not in ("run", "link", "assemble", "compile", "preprocess"):
            self.skip = True

    def attempt(self, compiler, timeout=60):
        """Compiles, and runs if it is to be run; null if all is well, else
        (reason, details)."""
        with tempfile.TemporaryDirectory(prefix="goc-torture-") as work:
            mode = {"compile": ["-S"], "assemble": ["-c"], "preprocess": ["-E"]}.get(self.action, [])
            libs = [] if mode else ["-lm"]
            out = os.path.join(work, "out")
            argv = compiler + self.flags + mode + [self.path] + self.extra + ["-o", out] + libs
            r = run(argv, cwd=work, timeout=timeout)
            if not r.ok():
                return "compiling: " + r.describe(), r.err
            if self.action == "run":
                r = run([out], cwd=work, timeout=20)
                if not r.ok():
                    return "running: " + r.describe(), r.err + r.out
        return None

    def complaints(self, compiler):
        """Whether it is refused: null, or (status, lines with an error in order)."""
        with tempfile.TemporaryDirectory(prefix="goc-torture-") as work:
            mode = "-E" if self.action == "preprocess" else "-S"
            r = run(compiler + self.flags + [mode, self.path, "-o", os.path.join(work, "out")],
                    cwd=work)
        if r.ok():
            return None
        where = re.compile(rb"^([^:\n]+):(\d+):(?:\d+:)? (?:fatal )?error:", re.M)
        return r.status, [int(n) for f, n in where.findall(r.err)
                          if os.path.basename(f).decode() == os.path.basename(self.path)]

    def errors_like(self, o, expected):
        got = self.complaints(o.goc + ["-x", "gc"])
        if not got:
            return "accepted", None
        if got[0] not in ((1,) if expected else (1, 2)): # 2: an option is refused
            return "exit status %s" % got[0], None
        if expected and expected[0] not in got[1] and self.name not in ELSEWHERE:
            return "no error on line %d but on %r" % (expected[0], got[1][:8]), None
        return None

    def verbatim(self, goc):
        flags = [f for f in self.flags if not f.startswith("-Werror")]
        r = run(goc + ["--emit-c", "-Wgoc-plain-trouble", "-x", "gc"] + flags
                + [self.path, "-o", "-"])
        if not r.ok():
            return "translating: " + r.describe(), r.err
        if b"goc-plain-trouble" in r.err and self.name not in UNREAD:
            return "goc could not read it", r.err
        with open(self.path, "rb") as f:
            difference = verbatim(f.read(), r.out)
        return ("not verbatim", difference) if difference else None


def tests(suite, tree, only):
    folder = os.path.join(tree, SUITES[suite][0])
    for path in sorted(glob.glob(os.path.join(folder, "*.c"))):
        if not only or any(fnmatch.fnmatch(os.path.basename(path), p) for p in only):
            yield Test(suite, tree, path)


def main():
    p = arguments(__doc__.split("\n")[0])
    p.add_argument("--archive", default=archive(), help="gcc's source, a tar.xz")
    p.add_argument("--suite", action="append", choices=sorted(SUITES),
                   help="default: " + ", ".join(DEFAULT))
    p.add_argument("--every", type=int, default=1, metavar="N",
                   help="only each Nth test")
    p.add_argument("--from", type=int, default=0, dest="start", metavar="K",
                   help="of those, begin with the Kth")
    p.add_argument("--verbatim", action="store_true",
                   help="compare the generated text instead of running it")
    p.add_argument("--errors", action="store_true",
                   help="try the tests that are to be refused")
    p.add_argument("pattern", nargs="*", help="names of tests, for instance 'pr5*.c'")
    o = parse(p)
    if not o.archive:
        print("torture: no gcc source found: install the package gcc-12-source", file=sys.stderr)
        sys.exit(2)
    tree = unpack(o.archive, o.build)
    baseline = Baseline(o, "torture", "3", repr(sorted(SUITES.items())))

    todo = []
    for suite in o.suite or DEFAULT:
        todo += list(tests(suite, tree, o.pattern))[o.start::o.every]

    def one(t):
        if o.errors:
            wrong = None if t.skip else baseline.get(
                "errors " + t.name, lambda: t.complaints(o.cc))
            return (t, "done", t.errors_like(o, wrong[1])) if wrong else (t, "skip", None)
        if t.skip or t.errors:
            return t, "skip", None
        if not baseline.get(t.name, lambda: t.attempt(o.cc) is None):
            return t, "skip", None
        if o.verbatim:
            return t, "done", t.verbatim(o.goc)
        return t, "done", t.attempt(o.goc + ["-x", "gc"], timeout=120)

    results = parallel(o.jobs, one, todo)
    baseline.save()
    failures = [(t.name, *why) for t, state, why in results if why]
    skipped = sum(state == "skip" for _, state, _ in results)
    what = "torture" + (", errors" if o.errors else ", verbatim" if o.verbatim else "")
    report(what, o,
           len(results) - skipped - len(failures), skipped, failures)


if __name__ == "__main__":
    main()
