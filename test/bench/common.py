# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What run.py, echo.py and http.py share: options, building, servers, runs in turn,
medians and tables."""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


# ---- options ----

def list_of(kind):
    return lambda text: [kind(word) for word in text.split(",")]


def folder(path):
    os.makedirs(path, exist_ok=True)
    return os.path.abspath(path)


def parser(doc):
    """Those of all; doc describes the program."""
    p = argparse.ArgumentParser(description=doc,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--goc", required=True, type=os.path.abspath)
    p.add_argument("--go", required=True)
    p.add_argument("--cc", default=["cc"], type=shlex.split)
    p.add_argument("--build", required=True, type=folder,
                   help="the folder for what is built")
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--procs", type=list_of(int), default=[1, 2],
                   help="numbers of workers, as 1,2")
    p.add_argument("--tsv", help="a file for the table")
    return p


def add_only(p):
    p.add_argument("--only", type=list_of(str), metavar="NAME,...",
                   help="measure these workloads")


def chosen(args, workloads):
    """Those of the workloads that --only names; the name comes first in each."""
    unknown = set(args.only or ()) - {w[0] for w in workloads}
    if unknown:
        sys.exit("no such workload: " + ", ".join(sorted(unknown)))
    return [w for w in workloads if not args.only or w[0] in args.only]


# ---- building: each returns the path of what it has built ----

def build_goc(args, name, out):
    out = os.path.join(args.build, out)
    subprocess.run([args.goc, "-O2", os.path.join(HERE, "goc", name + ".gc"), "-o", out],
                   check=True)
    return out


def build_go(args, names, out):
    out = os.path.join(args.build, out)
    env = dict(os.environ, GO111MODULE="off", GOFLAGS="")
    env.setdefault("GOCACHE", os.path.join(args.build, "gocache"))
    files = [os.path.join(HERE, "go", name + ".go") for name in names]
    subprocess.run([args.go, "build", "-o", out, *files], check=True, env=env)
    return out


def build_c(args, name, out):
    out = os.path.join(args.build, out)
    subprocess.run([*args.cc, "-std=c11", "-D_GNU_SOURCE", "-O2", "-pthread",
                    os.path.join(HERE, "c", name + ".c"), "-o", out], check=True)
    return out


# ---- running ----

def environment(procs):
    return dict(os.environ, GOC_PROCS=str(procs), GOMAXPROCS=str(procs))


class Server:
    """A server while it runs; line is the first one that it has printed."""

    def __init__(self, command, procs):
        self.process = subprocess.Popen(command, env=environment(procs), text=True,
                                        stdout=subprocess.PIPE)
        self.line = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def resident(self):
        """MiB."""
        with open(f"/proc/{self.process.pid}/status") as f:
            return next(int(l.split()[1]) for l in f if l.startswith("VmRSS")) / 1024

    def cpu(self):
        """Processor time so far, in seconds."""
        # The clock of another process, as clock_getcpuclockid() makes it.
        return time.clock_gettime(~self.process.pid << 3 | 2)


def in_turn(programs, runs, measure):
    """A list of {name: measure(programs[name])}, one for each run.  The order changes
    from run to run, so that a slow moment of the machine hits all alike."""
    names = list(programs)
    orders = [names[i % len(names):] + names[:i % len(names)] for i in range(runs)]
    return [{name: measure(programs[name]) for name in order} for order in orders]


# ---- figures ----

def medians(runs, name):
    """Of each of the figures that were measured."""
    return [statistics.median(column) for column in zip(*(run[name] for run in runs))]


def quartiles(values):
    values = list(values)
    if len(values) == 1:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def write_tsv(path, columns, rows):
    if path:
        with open(path, "w") as f:
            for row in [columns, *rows]:
                f.write("\t".join(map(str, row)) + "\n")
