#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures examples/httpd beside Go's net/http, each under wrk.

usage: http.py --goc PATH --go PATH --build DIR [--runs N] [--procs 1,2]
               [--seconds N] [--connections N] [--tsv FILE]

Both servers serve the same folder.  A run is a pair, goc then Go and the next
time Go then goc, so that a slow moment of the machine hits both alike; both
share the processors with wrk, which has one thread.  Shown are medians over
the runs: requests a second, the 99th percentile of latency, and the server's
processor time for a request; the ratio (goc's requests a second through Go's)
is the median of the pairs' ratios, with their quartiles.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LUA = """wrk.method = "POST"
wrk.body = string.rep("x", 256)
"""
WORKLOADS = [
    ("http_plain", "HTTP, 3 bytes of text", "/healthz", False),
    ("http_file", "HTTP, a file of 1 KiB", "/small.html", False),
    ("http_echo", "HTTP, POST and echo of 256 bytes", "/echo", True),
]
UNITS = {"us": 1, "ms": 1e3, "s": 1e6, "m": 60e6}


def build(args):
    """The commands of both servers."""
    folder = os.path.join(args.build, "httpd")
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["make", "-s", "-C", folder, "-f",
                    os.path.join(ROOT, "examples", "httpd", "Makefile"),
                    "GOC=" + args.goc, "CFLAGS=-O2"], check=True)
    site = os.path.join(args.build, "site")
    os.makedirs(site, exist_ok=True)
    with open(os.path.join(site, "small.html"), "w") as f:
        f.write("<p>goc</p>\n" * 93 + "\n")
    theirs = os.path.join(args.build, "httpd.go")
    env = dict(os.environ, GO111MODULE="off")
    env.setdefault("GOCACHE", os.path.join(os.path.abspath(args.build), "gocache"))
    subprocess.run([args.go, "build", "-o", theirs, os.path.join(HERE, "go", "httpd.go")],
                   check=True, env=env)
    return {"goc": [os.path.join(folder, "httpd"), "--quiet", "--listen", "127.0.0.1:0", site],
            "go": [theirs, site]}


def cpu_seconds(pid):
    """Processor time used by the threads of a process so far."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(url, args, script, seconds):
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
    env = dict(os.environ, GOC_PROCS=str(procs), GOMAXPROCS=str(procs))
    server = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True,
                              stderr=subprocess.DEVNULL)
    try:
        url = server.stdout.readline().split()[-1].rstrip("/") + target
        load(url, args, script, 1)
        before = cpu_seconds(server.pid)
        requests, rate, p99 = load(url, args, script, args.seconds)
        return rate, p99, (cpu_seconds(server.pid) - before) / requests * 1e6
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--goc", required=True)
    p.add_argument("--go", required=True)
    p.add_argument("--build", required=True)
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--procs", default="1,2")
    p.add_argument("--seconds", type=int, default=3)
    p.add_argument("--connections", type=int, default=100)
    p.add_argument("--only", default="")
    p.add_argument("--tsv")
    args, _ = p.parse_known_args()
    only = set(filter(None, args.only.split(",")))
    workloads = [w for w in WORKLOADS if not only or w[0] in only]
    if not workloads:
        return 0
    os.makedirs(args.build, exist_ok=True)
    commands = build(args)
    script = os.path.join(args.build, "post.lua")
    with open(script, "w") as f:
        f.write(LUA)

    print(f"\nexamples/httpd beside net/http under wrk, {args.connections} connections, "
          f"{args.runs} pairs of runs each")
    print(f"{'workload':34} {'P':>2} {'goc':>8} {'Go':>8} req/s  ratio (quartiles)"
          f" {'p99':>7} {'Go':>7} us {'CPU':>6} {'Go':>6} us")
    rows = []
    for name, what, target, posts in workloads:
        for procs in map(int, args.procs.split(",")):
            got = {"goc": [], "go": []}
            for i in range(args.runs):
                for who in ("goc", "go") if i % 2 == 0 else ("go", "goc"):
                    got[who].append(run(commands[who], target, procs, args,
                                        script if posts else None))
            ratios = [a[0] / b[0] for a, b in zip(got["goc"], got["go"])]
            low, mid, high = (statistics.quantiles(ratios, n=4) if len(ratios) > 1
                              else ratios * 3)
            ours, theirs = ([statistics.median(column) for column in zip(*got[who])]
                            for who in ("goc", "go"))
            rows.append([name, procs, ours[0], theirs[0], mid, low, high,
                         ours[1], theirs[1], ours[2], theirs[2]])
            print(f"{what:34} {procs:2} {ours[0]:8.0f} {theirs[0]:8.0f} "
                  f"{mid:12.2f} ({low:.2f}-{high:.2f}) {ours[1]:7.0f} {theirs[1]:7.0f} "
                  f"   {ours[2]:6.1f} {theirs[2]:6.1f}", flush=True)
    if args.tsv:
        with open(args.tsv, "w") as f:
            f.write("name\tprocs\tgoc\tgo\tratio\tlow\thigh\tgoc_p99\tgo_p99\tgoc_cpu\tgo_cpu\n")
            for row in rows:
                f.write("\t".join(map(str, row)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
