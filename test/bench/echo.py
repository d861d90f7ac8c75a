#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TCP echo: goc beside Go's standard library and a plain loop over epoll in C.

The three servers are loaded in turn, in an order that changes from run to run,
by the same generator over the loopback interface; it and the server share the
machine's processors.  Shown are medians over the runs: requests a second, the
99th percentile of the time from request to answer, processor time of the server
for a request; and the ratios of goc's to the others', each the median of the
ratios within a run.  At the end, the servers' resident memory with 10,000
connections that do nothing.
"""

import resource
import statistics
import subprocess
import sys

import common

IDLE = 10000


def measure(path, load, procs, connections, ms):
    """(requests a second, p99 in us, CPU us a request)."""
    with common.Server([path, str(procs)], procs) as s:
        before = s.cpu()
        out = subprocess.run([load, s.line, str(connections), str(ms)], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        done, ns, _, p99 = map(float, out.split())
        # The load counts only after a quarter of the time more.
        return done / ns * 1e9, p99 / 1e3, (s.cpu() - before) / (done * 1.25) * 1e6


def idle(path, load):
    """MiB with IDLE connections."""
    with common.Server([path, "1"], 1) as s:
        run = subprocess.Popen([load, s.line, str(IDLE), "0"], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if run.stdout.readline().strip() != "connected":
            raise RuntimeError(f"{path}: {IDLE} connections failed")
        mib = s.resident()
        run.communicate()
        return mib


def main():
    p = common.parser(__doc__)
    p.add_argument("--connections", type=common.list_of(int), default=[100, 1000])
    p.add_argument("--time", type=int, default=1000, metavar="MS")
    args = p.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    load = common.build_c(args, "load", "load")
    servers = {"goc": common.build_goc(args, "echo", "echo.goc"),
               "go": common.build_go(args, ["echo"], "echo.go"),
               "c": common.build_c(args, "echo", "echo.c")}
    print(f"TCP echo, 64 bytes, {args.runs} runs each: goc, Go, a plain epoll loop in C")
    print(f"{'connections':>11} {'P':>2} {'requests/s':>26} {'p99, us':>23} "
          f"{'CPU us/request':>20}  {'goc/Go, goc/C':>14}")
    rows = []
    for connections in args.connections:
        for procs in args.procs:
            runs = common.in_turn(
                servers, args.runs,
                lambda path: measure(path, load, procs, connections, args.time))
            mid = {n: common.medians(runs, n) for n in servers}
            ratio = {n: statistics.median(r["goc"][0] / r[n][0] for r in runs)
                     for n in ("go", "c")}
            print(f"{connections:11} {procs:2} "
                  + " ".join(f"{mid[n][0]:8.0f}" for n in servers) + " "
                  + " ".join(f"{mid[n][1]:7.0f}" for n in servers) + " "
                  + " ".join(f"{mid[n][2]:6.2f}" for n in servers)
                  + f"    {ratio['go']:5.2f}  {ratio['c']:5.2f}", flush=True)
            rows += [(n, connections, procs, *mid[n]) for n in servers]
    memory = {n: idle(path, load) for n, path in servers.items()}
    print(f"{IDLE} idle connections, MiB: "
          + ", ".join(f"{n} {mib:.1f}" for n, mib in memory.items()))
    common.write_tsv(args.tsv, ["server", "connections", "procs", "requests_s",
                                "p99_us", "cpu_us"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
