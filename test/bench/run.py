#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures goc beside Go: the same workloads, in one run, in turn.

Every workload is a program in goc/ and one in go/ that prints the time of one
operation in nanoseconds.  A run is a pair: goc then Go, the next time Go then
goc.  The figure is the median over the runs, and the ratio (Go's time through
goc's; above 1, goc is faster) is the median of the pairs' ratios, with their
quartiles.  Memory is the peak resident set of the process.
"""

import math
import subprocess
import sys

import common

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
    ("rwmutex_10", "every tenth writes, 8 goroutines", 1, "ns"),
    ("semaphore", "semaphore of 4, 8 goroutines", 1, "ns"),
    ("context_tree", "10,000 contexts: make, cancel, free", 1, "ns"),
    ("context_wait", "10,000 wait for their contexts", 1, "ns"),
    ("errgroup", "error group of 1000", 1, "ns"),
    ("mandelbrot", "mandelbrot in goroutines", 1e6, "ms"),
    ("hello", "hello, process wall time", 1e6, "ms"),
]
# Workloads that are programs with arguments; the others are programs of their names.
COMMANDS = {
    "buffered": ["channel", "128", "10000000"],
    "unbuffered": ["channel", "0", "3000000"],
    "mutex_1": ["mutex", "1", "50000000"],
    "mutex_8": ["mutex", "8", "4000000"],
    "rwmutex_8": ["rwmutex", "0", "4000000"],
    "rwmutex_10": ["rwmutex", "10", "4000000"],
}


def build(args, name):
    """The commands of a workload."""
    program, *arguments = COMMANDS.get(name, [name])
    return {"goc": [common.build_goc(args, program, program + ".goc"), *arguments],
            "go": [common.build_go(args, ["bench", program], program + ".go"), *arguments]}


def run(launch, command, procs, wall):
    """One run: (figure in ns, peak resident set in MiB)."""
    done = subprocess.run([launch, *command], capture_output=True, text=True, check=True,
                          env=common.environment(procs))
    took, memory, status = done.stderr.split()[-3:]
    if status != "0":
        raise RuntimeError(f"{command[0]}: exit status {status}")
    return float(took if wall else done.stdout.split()[-1]), int(memory) / 1024


def measure(launch, commands, procs, runs, wall):
    runs = common.in_turn(commands, runs, lambda c: run(launch, c, procs, wall))
    low, ratio, high = common.quartiles(r["go"][0] / r["goc"][0] for r in runs)
    goc, goc_mib = common.medians(runs, "goc")
    go, go_mib = common.medians(runs, "go")
    return {"goc": goc, "go": go, "ratio": ratio, "low": low, "high": high,
            "goc_mib": goc_mib, "go_mib": go_mib}


def svg(path, rows):
    """Bars of the ratios, on a scale of logarithms; the line is Go."""
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
    p = common.parser(__doc__)
    common.add_only(p)
    p.add_argument("--svg", help="a file for the ratios as bars")
    args = p.parse_args()
    launch = common.build_c(args, "launch", "launch")

    version = subprocess.run([args.go, "version"], capture_output=True, text=True)
    print(f"goc beside {version.stdout.strip()}, {args.runs} pairs of runs each")
    print(f"{'workload':38} {'P':>2} {'goc':>10} {'Go':>10}      ratio (quartiles)"
          f"{'memory':>12} {'Go':>7}")
    rows, failed = [], False
    for name, what, divisor, unit in common.chosen(args, WORKLOADS):
        commands = build(args, name)
        for procs in args.procs:
            try:
                r = measure(launch, commands, procs, args.runs, name == "hello")
            except RuntimeError as e:
                failed = True
                print(f"{what:38} {procs:2} FAILED: {e}", flush=True)
                continue
            rows.append({"name": name, "procs": procs, **r, "what": what})
            print(f"{what:38} {procs:2} {r['goc'] / divisor:10.2f} {r['go'] / divisor:10.2f} "
                  f"{unit} {r['ratio']:6.2f} ({r['low']:.2f}-{r['high']:.2f}) "
                  f"{r['goc_mib']:8.1f} {r['go_mib']:7.1f} MiB", flush=True)
    columns = ["name", "procs", "goc", "go", "ratio", "low", "high", "goc_mib", "go_mib"]
    common.write_tsv(args.tsv, columns, ([r[c] for c in columns] for r in rows))
    if args.svg and rows:
        svg(args.svg, rows)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
