# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Puts examples/logstat to the test against a plain implementation.

usage: logstat.py PROGRAM FOLDER agrees|bounded|follows|odd...
"""

import atexit
import collections
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

PATIENCE = 40.0
LINE = re.compile(rb'[^\[]*\[[^\]]*\] "((?:[^"\\]|\\.)*)" ([1-5]\d\d) (\d{1,18}|-)'
                  rb'(?: "(?:[^"\\]|\\.)*")*(?: (\d+)(?:\.(\d+))?)?$')


def same(got, want, *what):
    if got != want:
        raise AssertionError(f"{what}: got {got!r:.400} want {want!r:.400}")


def generate(path, n, seed, paths=3000):
    r = random.Random(seed)
    names = [f"/p{i}/" + "x" * r.randrange(60) for i in range(paths)]
    weights = [1 / (i + 1) for i in range(paths)]
    picked = r.choices(names, weights, k=n)
    with open(path, "w") as f:
        for i, name in enumerate(picked):
            kind = r.randrange(100)
            if kind == 0:
                f.write(r.choice(["", "garbage", "h - - [t] \"GET /x HTTP/1.1\" 999 1",
                                  "h - - [t] \"GET\" 200 12345678", "h - - [t] \"GET /x", "[" * 50,
                                  "h - - [t] \"GET /x HTTP/1.1\" 200 1x", "\0" * 30,
                                  "h - - [t] \"GET /x HTTP/1.1\" 200 99999999999999999999"]) + "\n")
                continue
            query = "?q=1&r=2" if kind < 20 else ""
            status = r.choice([200, 200, 200, 206, 301, 304, 404, 500])
            size = "-" if status == 304 else int(r.expovariate(1e-4))
            tail = ""
            if kind % 3 == 1:
                tail = ' "http://refer/\\"er" "agent [1]"'
            if kind % 3 == 2:
                tail = f' "-" "agent" {r.expovariate(20):.4f}'
            f.write(f'10.0.{i % 7}.9 - - [10/Oct/2000:13:55:36 -0700] '
                    f'"GET {name}{query} HTTP/1.1" {status} {size}{tail}\n')


def bucket_top(value):
    """The largest value of value's bucket: 32 buckets for each power of two."""
    if value < 32:
        return value
    shift = value.bit_length() - 6
    return ((value >> shift) + 1 << shift) - 1


def quantiles(values):
    values = sorted(values)
    out = []
    for q in (0.5, 0.9, 0.99, 0.999):
        want, i = q * len(values), 0
        while i + 1 < want:
            i += 1
        out.append(min(bucket_top(values[i]), values[-1]))
    return out + [values[-1]]


def plain(data, top):
    """What logstat should print of exact counts."""
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    malformed, total, classes = 0, 0, [0] * 6
    sizes, micros, table = [], [], collections.defaultdict(lambda: [0, 0, 0])
    for line in lines:
        m = LINE.match(line)
        words = m and m.group(1).split(b" ")
        if not m or len(words) < 2:
            malformed += 1
            continue
        status, size = int(m.group(2)), 0 if m.group(3) == b"-" else int(m.group(3))
        entry = table[words[1].split(b"?")[0].decode()]
        entry[0] += 1
        entry[1] += size
        entry[2] += status >= 400
        total += size
        classes[status // 100] += 1
        sizes.append(size)
        if m.group(4):
            micros.append(int(m.group(4)) * 1000000 + int((m.group(5) or b"0").ljust(6, b"0")[:6]))
    rows = sorted(((-c, p, b, f) for p, (c, b, f) in table.items()))[:top]
    return {"lines": len(lines), "malformed": malformed, "bytes": total, "classes": classes[1:],
            "sizes": quantiles(sizes), "micros": quantiles(micros) if micros else None,
            "rows": [(-c, 0, b, f, p) for c, p, b, f in rows]}


def parse(text):
    out = {"micros": None, "rows": []}
    for line in text.splitlines():
        numbers = [int(w) for w in re.findall(r"(?<![\w.])\d+(?![\w.])", line)]
        if line.startswith("lines:"):
            out["lines"], out["malformed"], out["bytes"] = numbers
        elif line.startswith("statuses:"):
            out["classes"] = numbers
        elif line.startswith("bytes of"):
            out["sizes"] = numbers
        elif line.startswith("microseconds of"):
            out["micros"] = numbers
        elif line.startswith(" ") and "count" not in line:
            count, error, size, failures, path = line.split(None, 4)
            out["rows"].append((int(count), int(error), int(size), int(failures), path))
    return out


def run(program, *args, **more):
    done = subprocess.run([program, *args], capture_output=True, timeout=PATIENCE, **more)
    same((done.returncode, done.stderr), (0, b""), args)
    return done.stdout.decode()


def agrees(program, root):
    """However it is cut and spread, the figures are those of a simple loop."""
    log = root + "/log"
    generate(log, 40_000 // int(os.environ.get("LESS", "1")), 1)
    with open(log, "rb") as f:
        data = f.read()
    want = plain(data, 50)
    for args in (["-j1", "-s1"], ["-j2", "-s2"], ["-j4", "-s3"], ["-j8", "-s64"], []):
        same(parse(run(program, *args, "-k50", log)), want, args)
    same(parse(run(program, "-k50", input=data)), want, "standard input")
    # By several files, the last one without a newline at its end.
    lines = data.splitlines(True)
    for i, part in enumerate((lines[:900], lines[900:901], [], lines[901:])):
        with open(f"{root}/part{i}", "wb") as f:
            f.write(b"".join(part)[:-1 if i == 3 else None])
    same(parse(run(program, "-k50", *[f"{root}/part{i}" for i in range(4)])), want, "files")
    # Reports in the midst of it change nothing.
    text = run(program, "-k50", "-r0.005", log, "-j3")
    same(parse(text[text.rindex("lines:"):]), want, "with reports")


def bounded(program, root):
    """With too few places the frequent are still found, and errors are told."""
    log = root + "/log"
    generate(log, 40_000, 2)
    with open(log, "rb") as f:
        data = f.read()
    want = {p: c for c, _, _, _, p in plain(data, 10 ** 6)["rows"]}
    for shards in (1, 4):
        text = run(program, "-k20", "-n400", f"-s{shards}", log)
        assert "not all kept" in text, text
        rows = parse(text)["rows"]
        for count, error, _, _, path in rows:
            assert count - error <= want[path] <= count, (path, count, error, want[path])
        for path, count in want.items():
            if count > 40_000 / 400 * 4:
                assert any(path == r[4] for r in rows), path
    # Memory does not grow with the input: a hundred megabytes through a pipe.
    shell = f"for i in $(seq 20); do cat {log}; done | {program} -n1000 -k1"
    process = subprocess.Popen(["bash", "-c", f"ulimit -v 2000000; {shell}"],
                               stdout=subprocess.PIPE)
    out, _ = process.communicate(timeout=PATIENCE)
    same(parse(out.decode())["lines"], 40_000 * 20)


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("never came: " + what)
        time.sleep(0.005)


def follows(program, root):
    """What is added, cut off or put in place is seen; a signal ends it well."""
    log, other, line = root + "/f", root + "/g", b'h - - [t] "GET /%s HTTP/1.1" 200 5\n'
    for name in (log, other):
        with open(name, "wb") as f:
            f.write(line % b"first")
    out = root + "/out"
    with open(out, "wb") as f:
        # A shell may have its background jobs ignore SIGINT.
        p = subprocess.Popen([program, "-f", "-i0.01", "-r0.02", log, other], stdout=f,
                             stderr=subprocess.PIPE,
                             preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    atexit.register(p.kill)  # whatever becomes of this test

    def seen(path, count):
        def look():
            with open(out) as f:
                last = f.read().rpartition("lines:")[2]
            return any(r[4] == path and r[0] == count for r in parse("lines:" + last)["rows"]
                       ) if last.count("path") else False
        until(look, path)
    seen("/first", 2)
    with open(log, "ab") as f:
        f.write(line % b"added" * 3)
        f.write((line % b"halves")[:20])
        f.flush()
        seen("/added", 3)
        f.write((line % b"halves")[20:])
    seen("/halves", 1)
    with open(log, "wb") as f:  # cut off
        f.write(line % b"again")
    seen("/again", 1)
    with open(other, "ab") as f:
        f.write((line % b"last")[:-1])
    os.rename(other, other + ".1")  # rotated
    with open(other, "wb") as f:
        f.write(line % b"rotated" * 2)
        f.write((line % b"unfinished")[:-1])
    seen("/rotated", 2)
    p.send_signal(signal.SIGINT)
    _, err = p.communicate(timeout=PATIENCE)
    same((p.returncode, err), (0, b""))
    with open(out) as f:
        last = parse("lines:" + f.read().rpartition("lines:")[2])
    same(last["lines"], 11)
    same(sorted((r[0], r[4]) for r in last["rows"]),
         [(1, "/again"), (1, "/halves"), (1, "/last"), (1, "/unfinished"), (2, "/first"),
          (2, "/rotated"), (3, "/added")])
    # A signal also ends the wait for a pipe.
    p = subprocess.Popen([program, "-r0.02"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(p.kill)
    p.stdin.write(line % b"piped")
    p.stdin.flush()
    while b"/piped" not in (text := p.stdout.readline()):
        assert text, "no report"
    p.send_signal(signal.SIGTERM)
    out = p.stdout.read()  # the pipe stays open until it has ended
    same((p.wait(PATIENCE), b"/piped" in out), (0, True))
    p.stdin.close()


def odd(program, root):
    """Empty, endless, binary and missing input."""
    same(parse(run(program, input=b""))["lines"], 0)
    good = b'h - - [t] "GET /x HTTP/1.1" 200 5\n'
    for size in (131071, 131072, 131073, 500_000):
        got = parse(run(program, input=good + b"y" * size + b"\n" + good))
        same((got["lines"], got["malformed"], got["rows"]), (3, 1, [(2, 0, 10, 0, "/x")]), size)
    got = parse(run(program, input=good * 2 + b"z" * 300_000))
    same((got["lines"], got["malformed"]), (3, 1))
    r = random.Random(4)
    for _ in range(8):
        data = bytearray(good * 300)
        for _ in range(200):
            data[r.randrange(len(data))] = r.randrange(256)
        same(parse(run(program, "-k1", input=bytes(data)))["lines"],
             data.count(b"\n") + (not data.endswith(b"\n")))
    done = subprocess.run([program, root + "/missing", "-"], input=good, capture_output=True,
                          timeout=PATIENCE)
    same((done.returncode, b"missing" in done.stderr, parse(done.stdout.decode())["lines"]),
         (1, True, 1))
    same(subprocess.run([program, "-j", "0"], capture_output=True).returncode, 2)
    with open("/dev/full", "wb") as full:  # a report that is lost
        done = subprocess.run([program], input=good, stdout=full, stderr=subprocess.PIPE)
    same((done.returncode, b"cannot write" in done.stderr), (1, True))


def main():
    program, root, *parts = sys.argv[1:]
    for part in parts:
        shutil.rmtree(root, ignore_errors=True)
        os.makedirs(root)
        globals()[part](program, root)
        print(part + ": ok", flush=True)


if __name__ == "__main__":
    main()
