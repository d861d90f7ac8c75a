# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Puts examples/portcheck to the test with listeners of every kind.

usage: portcheck.py PROGRAM states|order|limits|ends|usage...
"""

import contextlib
import json
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

PATIENCE = 30.0


def same(got, want, *what):
    if got != want:
        raise AssertionError(f"{what}: got {got!r:.500} want {want!r:.500}")


def listener(backlog=100):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(backlog)
    return s


def port(s):
    return s.getsockname()[1]


@contextlib.contextmanager
def opened(n):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(listener()) for _ in range(n)]


@contextlib.contextmanager
def closed():
    """Taken, but nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        yield s


@contextlib.contextmanager
def silent():
    """A listener whose queue is full: what else wants in hears nothing."""
    with listener(0) as s, contextlib.ExitStack() as stack:
        for _ in range(3):
            c = stack.enter_context(socket.socket())
            c.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                c.connect(s.getsockname())
        yield s


def start(program, *args):
    # A shell may have its background jobs ignore SIGINT.
    return subprocess.Popen([program, *map(str, args)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def finish(process):
    """(status, lines); what is not the summary must not be said."""
    out, err = process.communicate(timeout=PATIENCE)
    noise = [l for l in err.splitlines() if not l.endswith(" s")]
    same(noise, [], "standard error")
    return process.returncode, out.splitlines()


def run(program, *args):
    return finish(start(program, *args))


def check(program, *args):
    status, lines = run(program, "-J", "-a", *args)
    return status, [json.loads(l) for l in lines]


def ports(*sockets):
    return ",".join(str(port(s)) for s in sockets)


def states(program):
    with opened(2) as (a, b), closed() as c, silent() as d:
        status, got = check(program, "-t0.1", "-R1", "-w0.01", "127.0.0.1", ports(a, c, d, b))
        same(status, 1)
        same([(g["port"], g["state"], g["attempts"]) for g in got],
             [(port(a), "open", 1), (port(c), "closed", 1), (port(d), "filtered", 2),
              (port(b), "open", 1)])
        same(check(program, "127.0.0.1,localhost", ports(a, b))[0], 0)
        status, lines = run(program, "127.0.0.1", ports(a, c))  # only what is open
        same((status, len(lines)), (1, 1))
        same(lines[0].split()[:2], [f"127.0.0.1:{port(a)}", "open"])
        status, got = check(program, "name.invalid,127.0.0.1", port(a))
        same([(g["host"], g["state"]) for g in got],
             [("name.invalid", "failed"), ("127.0.0.1", "open")])
        same(got[0]["error"] != "", True)
    with listener() as s:  # what it says
        text = b'SSH-2.0 "x\\y"\t\xff\x00\r\nmore'

        def greet():
            c, _ = s.accept()
            with c:
                c.sendall(text)
                c.recv(1)
        threading.Thread(target=greet, daemon=True).start()
        _, got = check(program, "-b", "127.0.0.1", port(s))
        same(got[0]["banner"], text.decode("latin-1"))
        threading.Thread(target=greet, daemon=True).start()
        same(run(program, "-b", "127.0.0.1", port(s))[1][0].split(None, 3)[3], 'SSH-2.0 "x\\y"')
    with silent() as s:  # it answers later
        before = connecting(port(s))
        p = start(program, "-J", "-t0.3", "-R20", "-w0.001", "127.0.0.1", port(s))
        until(lambda: connecting(port(s)) > before)
        s.settimeout(0.05)
        while p.poll() is None:
            with contextlib.suppress(socket.timeout):
                s.accept()[0].close()
        status, lines = finish(p)
        same((status, json.loads(lines[0])["state"]), (0, "open"))


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("never came")
        time.sleep(0.005)


def connecting(number):
    """How many have sent a SYN to the port and wait."""
    with open("/proc/net/tcp") as f:
        lines = [l.split() for l in f][1:]
    return sum(l[2].endswith(":%04X" % number) and l[3] == "02" for l in lines)


def order(program):
    """The slow first, and still in the order of the command line."""
    with silent() as slow, opened(60) as many:
        for jobs in (1, 7, 100):
            _, got = check(program, f"-j{jobs}", "-t0.2", "-R0", "127.0.0.1", ports(slow, *many))
            same([g["port"] for g in got], [port(s) for s in (slow, *many)], jobs)
            same({g["state"] for g in got[1:]}, {"open"})
    with closed() as c:  # a great many
        n = 2000
        _, got = check(program, ",".join(["127.0.0.1"] * n), port(c))
        same([g["state"] for g in got], ["closed"] * n)


def most_at_once(listeners, n):
    """Accepts n connections; how many were open at the same time."""
    choice, open_now, most = selectors.DefaultSelector(), [], 0
    for s in listeners:
        choice.register(s, selectors.EVENT_READ)
    while n > 0:
        for key, _ in choice.select(PATIENCE):
            c, _ = key.fileobj.accept()
            c.setblocking(False)
            n -= 1
            for old in list(open_now):  # whose peer closed before c was opened
                with contextlib.suppress(BlockingIOError):
                    old.recv(1)
                    open_now.remove(old)
                    old.close()
            open_now.append(c)
            most = max(most, len(open_now))
    for c in open_now:
        c.close()
    return most


def limits(program):
    with opened(24) as many:
        result = []
        t = threading.Thread(target=lambda: result.append(most_at_once(many, 24)))
        t.start()
        same(check(program, "-j3", "-b", "-t0.05", "127.0.0.1", ports(*many))[0], 0)
        t.join(PATIENCE)
        assert 1 <= result[0] <= 3, result
    with closed() as c:  # 21 attempts, 20 intervals, of which one may be short
        began = time.monotonic()
        check(program, "-r100", ",".join(["127.0.0.1"] * 21), port(c))
        assert time.monotonic() - began > 0.18


def ends(program):
    with opened(1) as (a,), silent() as slow, closed() as c:
        for first in (signal.SIGINT, signal.SIGTERM):
            p = start(program, "-J", "-a", "-t60", "127.0.0.1", ports(a, slow, c))
            got = [json.loads(p.stdout.readline())]  # it has begun
            p.send_signal(first)
            status, lines = finish(p)
            got += [json.loads(l) for l in lines]
            same(status, 3)
            same([g["state"] for g in got][:2], ["open", "cancelled"])
            assert got[2]["state"] in ("closed", "cancelled"), got
        status, got = check(program, "-t60", "-T0.2", "127.0.0.1", ports(slow, a))
        same((status, got[0]["state"]), (3, "cancelled"))
        status, lines = run(program, "-1", "-t60", "127.0.0.1", ports(a, slow, slow))
        same((status, len(lines)), (0, 1))
        same(run(program, "-1", "127.0.0.1", port(c)), (1, []))
        # Paused before a retry, waiting for a tick, waiting for a slot.
        for args in (["-t0.05", "-R5", "-w60"], ["-r0.01"], ["-j1", "-t60"]):
            status, got = check(program, "-T0.3", *args, "127.0.0.1", ports(slow, slow, c))
            same(status, 3, args)
            same(len(got), 3, args)


def usage(program):
    for args in ([], ["h"], ["h", "x"], ["h", "0"], ["h", "65536"], ["h", "2-1"], ["h", "1,"],
                 ["h", "1-"], ["", "1"], ["h,", "1"], ["-j0", "h", "1"], ["-z", "h", "1"],
                 ["h", "1", "2"], ["-r", "fast", "h", "1"]):
        done = subprocess.run([program, *args], capture_output=True, timeout=PATIENCE)
        same((done.returncode, done.stdout, b"usage" in done.stderr), (2, b"", True), args)
    with listener() as s, open("/dev/full", "wb") as full:
        done = subprocess.run([program, "127.0.0.1", str(port(s))], stdout=full,
                              stderr=subprocess.PIPE, timeout=PATIENCE)
    same((done.returncode, b"cannot write" in done.stderr), (2, True), "full disk")


def main():
    program, *parts = sys.argv[1:]
    for part in parts:
        globals()[part](program)
        print(part + ": ok", flush=True)


if __name__ == "__main__":
    main()
