#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures examples/httpd beside Go's net/http, each under wrk.

Both servers serve the same folder.  A run is a pair, goc then Go and the next
time Go then goc; both share the processors with wrk, which has one thread.
Shown are medians over the runs: requests a second, the 99th percentile of
latency, and the server's processor time for a request; the ratio (goc's
requests a second through Go's) is the median of the pairs' ratios, with their
quartiles.
"""

import os
import re
import subprocess
import sys

import common

LUA = """wrk.method = "POST"
wrk.body = string.rep("x", 256)
"""
WORKLOADS = [
    ("http_plain", "HTTP, 3 bytes of text", "/healthz", False),
    ("http_file", "HTTP, a file of 1 KiB", "/small.html", False),
    ("http_echo", "HTTP, POST and echo of 256 bytes", "/echo", True),
]
UNITS = {"us": 1, "ms": 1e3, "s": 1e6, "m": 60e6}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    return path


def build(args):
    """The commands of both servers."""
    folder = os.path.join(args.build, "httpd")
    site = os.path.join(args.build, "site")
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["make", "-s", "-C", folder, "-f",
                    os.path.join(common.ROOT, "examples", "httpd", "Makefile"),
                    "GOC=" + args.goc, "CFLAGS=-O2"], check=True)
    write(os.path.join(site, "small.html"), "<p>goc</p>\n" * 93 + "\n")
    return {"goc": [os.path.join(folder, "httpd"), "--quiet", "--listen", "127.0.0.1:0", site],
            "go": [common.build_go(args, ["httpd"], "httpd.go"), site]}


def load(url, args, script, seconds):
    """(requests, requests a second, p99 in us)."""
    command = ["wrk", "-t1", f"-c{args.connections}", f"-d{seconds}", "--latency"]
    if script:
        command += ["-s", script]
    out = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    number, unit = re.search(r"99%\s+([\d.]+)([a-z]+)", out).groups()
    return (int(re.search(r"(\d+) requests in", out).group(1)),
            float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
            float(number) * UNITS[unit])


def run(command, target, procs, args, script):
    """One server, warmed up and loaded: requests/s, p99 and CPU time in us."""
    with common.Server(command, procs) as s:
        url = s.line.split()[-1].rstrip("/") + target
        load(url, args, script, 1)
        before = s.cpu()
        requests, rate, p99 = load(url, args, script, args.seconds)
        return rate, p99, (s.cpu() - before) / requests * 1e6


def main():
    p = common.parser(__doc__)
    common.add_only(p)
    p.add_argument("--seconds", type=int, default=3)
    p.add_argument("--connections", type=int, default=100)
    args = p.parse_args()
    commands = build(args)
    script = write(os.path.join(args.build, "post.lua"), LUA)

    print(f"\nexamples/httpd beside net/http under wrk, {args.connections} connections, "
          f"{args.runs} pairs of runs each")
    print(f"{'workload':34} {'P':>2} {'goc':>8} {'Go':>8} req/s  ratio (quartiles)"
          f" {'p99':>7} {'Go':>7} us {'CPU':>6} {'Go':>6} us")
    rows = []
    for name, what, target, posts in common.chosen(args, WORKLOADS):
        for procs in args.procs:
            runs = common.in_turn(
                commands, args.runs,
                lambda c: run(c, target, procs, args, script if posts else None))
            low, mid, high = common.quartiles(r["goc"][0] / r["go"][0] for r in runs)
            ours, theirs = (common.medians(runs, who) for who in ("goc", "go"))
            rows.append([name, procs, ours[0], theirs[0], mid, low, high,
                         ours[1], theirs[1], ours[2], theirs[2]])
            print(f"{what:34} {procs:2} {ours[0]:8.0f} {theirs[0]:8.0f} "
                  f"{mid:12.2f} ({low:.2f}-{high:.2f}) {ours[1]:7.0f} {theirs[1]:7.0f} "
                  f"   {ours[2]:6.1f} {theirs[2]:6.1f}", flush=True)
    common.write_tsv(args.tsv, ["name", "procs", "goc", "go", "ratio", "low", "high",
                                "goc_p99", "go_p99", "goc_cpu", "go_cpu"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
