#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures goc beside Go: the same workloads, in one run, in turn.

usage: run.py --goc PATH --go PATH --build DIR [--runs N] [--procs 1,2]
              [--only NAME,...] [--tsv FILE] [--svg FILE]

Every workload is a program in goc/ and one in go/ that prints the time of one
operation in nanoseconds.  A run is a pair: goc then Go, the next time Go then
goc, so that a slow moment of the machine hits both alike.  The figure is the
median over the runs, and the ratio (Go's time through goc's; above 1, goc is
faster) is the median of the pairs' ratios, with their quartiles.  Memory is the
peak resident set of the process.
"""

import argparse
import os
import statistics
import subprocess
import sys

# Name, what one operation is, and how to show it: a divisor and a unit.
WORKLOADS = [
    ("spawn_batch", "spawn and end, batches of 1000", 1, "ns"),
    ("spawn_one", "spawn, joined one by one", 1, "ns"),
    ("pingpong", "ping-pong, a round trip", 1, "ns"),
    ("ring", "thread ring of 503, a pass", 1, "ns"),
    ("buffered", "one producer, one consumer, 128", 1, "ns"),
    ("unbuffered", "one producer, one consumer, 0", 1, "ns"),
    ("four_four", "four producers, four consumers, 128", 1, "ns"),
    ("buffered_one", "buffered 1, send then receive", 1, "ns"),
    ("struct64", "64-byte struct, 128", 1, "ns"),
    ("select_2", "select over 2 producers", 1, "ns"),
    ("select_8", "select over 8 producers", 1, "ns"),
    ("select_default", "empty select with default", 1, "ns"),
    ("fan_100", "100 producers, one channel", 1, "ns"),
    ("pipeline", "10 stages, an item and stage", 1, "ns"),
    ("sieve", "prime sieve, 2500 primes", 1e6, "ms"),
    ("skynet", "skynet, 10^6 leaves", 1e6, "ms"),
    ("park_million", "10^6 parked, to start each", 1, "ns"),
    ("send_million", "10^6 started, then each one send", 1e6, "ms"),
    ("sleepers", "100,000 sleep 10 times, CPU time", 1e6, "ms"),
    ("timer", "start and stop a timer", 1, "ns"),
    ("pool", "pool of 8, 1 us tasks (1000: ideal)", 1, "ns"),
    ("mutex_1", "mutex, uncontended", 1, "ns"),
    ("mutex_8", "mutex, 8 goroutines", 1, "ns"),
    ("rwmutex_8", "read lock, 8 goroutines", 1, "ns"),
    ("semaphore", "semaphore of 4, 8 goroutines", 1, "ns"),
    ("context_tree", "10,000 contexts: make, cancel, free", 1, "ns"),
    ("context_wait", "10,000 wait for their contexts", 1, "ns"),
    ("errgroup", "error group of 1000", 1, "ns"),
    ("mandelbrot", "mandelbrot in goroutines", 1e6, "ms"),
    ("hello", "hello, process wall time", 1e6, "ms"),
]
HERE = os.path.dirname(os.path.abspath(__file__))


def build(args, name):
    """Both programs of a workload; their paths."""
    ours = os.path.join(args.build, name + ".goc")
    theirs = os.path.join(args.build, name + ".go")
    subprocess.run([args.goc, "-O2", os.path.join(HERE, "goc", name + ".gc"),
                    "-o", ours], check=True)
    # Go wants its files' names to end in .go, and its cache to have a place.
    env = dict(os.environ, GOFLAGS="-mod=mod", GO111MODULE="off")
    env.setdefault("GOCACHE", os.path.join(os.path.abspath(args.build), "gocache"))
    subprocess.run([args.go, "build", "-o", theirs,
                    os.path.join(HERE, "go", "bench.go"),
                    os.path.join(HERE, "go", name + ".go")], check=True, env=env)
    return ours, theirs


def run(launch, program, procs, wall):
    """One run: (figure in ns, peak resident set in KiB)."""
    env = dict(os.environ, GOC_PROCS=str(procs), GOMAXPROCS=str(procs))
    done = subprocess.run([launch, program], capture_output=True, env=env,
                          text=True, check=True)
    took, memory, status = done.stderr.split()[-3:]
    if status != "0":
        raise RuntimeError(f"{program}: exit status {status}")
    return float(took if wall else done.stdout.split()[-1]), int(memory)


def measure(launch, ours, theirs, procs, runs, wall):
    pairs, memory = [], []
    for i in range(runs):
        order = (ours, theirs) if i % 2 == 0 else (theirs, ours)
        got = {p: run(launch, p, procs, wall) for p in order}
        pairs.append((got[ours][0], got[theirs][0]))
        memory.append((got[ours][1], got[theirs][1]))
    ratios = sorted(b / a for a, b in pairs)
    low, mid, high = (statistics.quantiles(ratios, n=4) if len(ratios) > 1
                      else ratios * 3)
    return {
        "goc": statistics.median(a for a, _ in pairs),
        "go": statistics.median(b for _, b in pairs),
        "ratio": mid, "low": low, "high": high,
        "goc_mib": statistics.median(a for a, _ in memory) / 1024,
        "go_mib": statistics.median(b for _, b in memory) / 1024,
    }


def svg(path, rows):
    """Bars of the ratios, on a scale of logarithms; the line is Go."""
    import math
    height, left, width = 18, 330, 520
    top = max(math.log2(max(r["ratio"], 1.0)) for r in rows) or 1
    scale = width / (top + 1)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 80}" '
             f'height="{height * len(rows) + 40}" font-family="sans-serif" font-size="11">',
             '<rect width="100%" height="100%" fill="white"/>',
             f'<text x="{left}" y="14">times Go\'s speed (logarithmic; the line is Go)</text>']
    for i, r in enumerate(rows):
        y = 24 + i * height
        length = (math.log2(max(r["ratio"], 0.5)) + 1) * scale
        colour = "#3b7" if r["ratio"] >= 1 else "#c55"
        lines.append(f'<text x="{left - 6}" y="{y + 12}" text-anchor="end">'
                     f'{r["what"]}, {r["procs"]}P</text>')
        lines.append(f'<rect x="{left}" y="{y + 2}" width="{length:.1f}" '
                     f'height="{height - 5}" fill="{colour}"/>')
        lines.append(f'<text x="{left + length + 4:.1f}" y="{y + 12}">{r["ratio"]:.2f}</text>')
    x = left + scale
    lines.append(f'<line x1="{x}" y1="20" x2="{x}" y2="{24 + height * len(rows)}" stroke="black"/>')
    lines.append("</svg>")
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--goc", required=True)
    p.add_argument("--go", required=True)
    p.add_argument("--build", required=True)
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--procs", default="1,2")
    p.add_argument("--only", default="")
    p.add_argument("--tsv")
    p.add_argument("--svg")
    args = p.parse_args()
    os.makedirs(args.build, exist_ok=True)
    launch = os.path.join(args.build, "launch")
    subprocess.run(["cc", "-O2", os.path.join(HERE, "c", "launch.c"), "-o", launch], check=True)
    only = set(filter(None, args.only.split(",")))

    version = subprocess.run([args.go, "version"], capture_output=True, text=True)
    print(f"goc beside {version.stdout.strip()}, {args.runs} pairs of runs each")
    print(f"{'workload':38} {'P':>2} {'goc':>10} {'Go':>10}      ratio (quartiles)"
          f"{'memory':>12} {'Go':>7}")
    rows, failed = [], []
    for name, what, divisor, unit in WORKLOADS:
        if only and name not in only:
            continue
        ours, theirs = build(args, name)
        for procs in map(int, args.procs.split(",")):
            try:
                r = measure(launch, ours, theirs, procs, args.runs, name == "hello")
            except RuntimeError as e:
                failed.append(f"{name}, {procs} workers: {e}")
                print(f"{what:38} {procs:2} FAILED: {e}", flush=True)
                continue
            r.update(name=name, what=what, procs=procs, unit=unit)
            rows.append(r)
            print(f"{what:38} {procs:2} {r['goc'] / divisor:10.2f} {r['go'] / divisor:10.2f} "
                  f"{unit} {r['ratio']:6.2f} ({r['low']:.2f}-{r['high']:.2f}) "
                  f"{r['goc_mib']:8.1f} {r['go_mib']:7.1f} MiB", flush=True)
    if args.tsv:
        keys = ["name", "procs", "goc", "go", "ratio", "low", "high", "goc_mib", "go_mib"]
        with open(args.tsv, "w") as f:
            f.write("\t".join(keys) + "\n")
            for r in rows:
                f.write("\t".join(str(r[k]) for k in keys) + "\n")
    if args.svg and rows:
        svg(args.svg, rows)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
