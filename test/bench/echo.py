#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TCP echo: goc beside Go's standard library and a plain loop over epoll in C.

usage: echo.py --goc PATH --go PATH --cc PATH --build DIR [--runs N]
               [--procs 1,2] [--connections 100,1000] [--time MS] [--tsv FILE]

The three servers are loaded in turn, in an order that changes from run to run,
by the same generator over the loopback interface; it and the server share the
machine's processors.  Shown are medians over the runs: requests a second, the
99th percentile of the time from request to answer, processor time of the server
for a request; and the ratios of goc's to the others', each the median of the
ratios within a run.  At the end, the servers' resident memory with 10,000
connections that do nothing.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
IDLE = 10000


def build(args):
    """The servers' commands by name, and the load generator's path."""
    out = {k: os.path.join(args.build, "echo." + k) for k in ("goc", "go", "c")}
    load = os.path.join(args.build, "load")
    subprocess.run([args.goc, "-O2", os.path.join(HERE, "goc", "echo.gc"),
                    "-o", out["goc"]], check=True)
    for source, to in (("echo.c", out["c"]), ("load.c", load)):
        subprocess.run([args.cc, "-std=c11", "-D_GNU_SOURCE", "-O2", "-pthread",
                        os.path.join(HERE, "c", source), "-o", to], check=True)
    env = dict(os.environ, GOFLAGS="-mod=mod", GO111MODULE="off")
    env.setdefault("GOCACHE", os.path.join(os.path.abspath(args.build), "gocache"))
    subprocess.run([args.go, "build", "-o", out["go"],
                    os.path.join(HERE, "go", "echo.go")], check=True, env=env)
    return out, load


class Server:
    def __init__(self, path, procs):
        env = dict(os.environ, GOC_PROCS=str(procs), GOMAXPROCS=str(procs))
        self.process = subprocess.Popen([path, str(procs)], env=env, text=True,
                                        stdout=subprocess.PIPE)
        self.port = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def resident(self):
        """KiB."""
        with open(f"/proc/{self.process.pid}/status") as f:
            return next(int(l.split()[1]) for l in f if l.startswith("VmRSS"))

    def cpu(self):
        """Processor time so far, in ns."""
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
        return total

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def measure(path, load, procs, connections, ms):
    """(requests a second, p99 in us, CPU us a request)."""
    with Server(path, procs) as s:
        run = subprocess.Popen([load, s.port, str(connections), str(ms)],
                               stdout=subprocess.PIPE, text=True)
        before = s.cpu()
        out, _ = run.communicate()
        if run.returncode:
            raise RuntimeError(f"{path}: the load ended with {run.returncode}")
        done, ns, _, p99 = map(float, out.split())
        # The load counts only after a quarter of the time more.
        cpu = (s.cpu() - before) / (done * 1.25)
        return done / ns * 1e9, p99 / 1e3, cpu / 1e3


def idle(path, load):
    """MiB with IDLE connections."""
    with Server(path, 1) as s:
        run = subprocess.Popen([load, s.port, str(IDLE), "0"], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if run.stdout.readline().strip() != "connected":
            raise RuntimeError(f"{path}: {IDLE} connections failed")
        mib = s.resident() / 1024
        run.communicate()
        return mib


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--goc", required=True)
    p.add_argument("--go", required=True)
    p.add_argument("--cc", default="cc")
    p.add_argument("--build", required=True)
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--procs", default="1,2")
    p.add_argument("--connections", default="100,1000")
    p.add_argument("--time", type=int, default=1000)
    p.add_argument("--tsv")
    args = p.parse_args()
    os.makedirs(args.build, exist_ok=True)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    servers, load = build(args)
    names = list(servers)
    print(f"TCP echo, 64 bytes, {args.runs} runs each: goc, Go, a plain epoll loop in C")
    print(f"{'connections':>11} {'P':>2} {'requests/s':>26} {'p99, us':>23} "
          f"{'CPU us/request':>20}  {'goc/Go, goc/C':>14}")
    rows = []
    for connections in map(int, args.connections.split(",")):
        for procs in map(int, args.procs.split(",")):
            runs = []
            for i in range(args.runs):
                order = names[i % 3:] + names[:i % 3]
                got = {n: measure(servers[n], load, procs, connections, args.time)
                       for n in order}
                runs.append(got)
            mid = {n: [statistics.median(r[n][k] for r in runs) for k in range(3)]
                   for n in names}
            ratio = {n: statistics.median(r["goc"][0] / r[n][0] for r in runs)
                     for n in ("go", "c")}
            print(f"{connections:11} {procs:2} "
                  + " ".join(f"{mid[n][0]:8.0f}" for n in names) + " "
                  + " ".join(f"{mid[n][1]:7.0f}" for n in names) + " "
                  + " ".join(f"{mid[n][2]:6.2f}" for n in names)
                  + f"    {ratio['go']:5.2f}  {ratio['c']:5.2f}", flush=True)
            for n in names:
                rows.append((n, connections, procs, *mid[n]))
    memory = {n: idle(servers[n], load) for n in names}
    print(f"{IDLE} idle connections, MiB: "
          + ", ".join(f"{n} {memory[n]:.1f}" for n in names))
    if args.tsv:
        with open(args.tsv, "w") as f:
            f.write("server\tconnections\tprocs\trequests_s\tp99_us\tcpu_us\n")
            for r in rows:
                f.write("\t".join(map(str, r)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
