# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A client that puts examples/httpd to the test.

usage: httpd.py SERVER FOLDER serves|times|hostile|load|drains...

FOLDER is made anew and holds the files that are served.  Every part starts a
server of its own on a port that is free and wants it to end as it should:
with status 0, and without a word on standard error when nothing has leaked.
"""

import concurrent.futures
import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

PATIENCE = 30.0
LESS = int(os.environ.get("LESS", "1"))  # do a part only, where all takes long


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)) or "failed")


def same(got, want, *what):
    if got != want:
        check(False, *what, "got", repr(got)[:300], "want", repr(want)[:300])


class Server:
    def __init__(self, program, root, *options, files=None):
        self.files = files  # the limit of descriptors
        self.program = [program, "--quiet", "--listen", "127.0.0.1:0", *options, root]

    def __enter__(self):
        self.process = subprocess.Popen(
            self.program, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=self.prepare)
        line = self.process.stdout.readline().decode()
        check("listening" in line, "no server:", line, self.program)
        self.address = ("127.0.0.1", int(line.rsplit(":", 1)[1].strip(" /\n")))
        return self

    def prepare(self):
        # A shell may have its background jobs ignore SIGINT.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if self.files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL if kind else signal.SIGTERM)
        try:
            _, err = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, err = self.process.communicate()
        words = [w for w in err.decode("utf-8", "replace").splitlines() if " level=INFO " not in w]
        if kind:
            sys.stderr.write("\n".join(words) + "\n")
        else:
            same(words, [], "standard error")
            same(self.process.returncode, 0, "exit status")

    def connect(self):
        return Client(self.address)


class Client:
    """A connection; reads replies as RFC 9112 frames them."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def more(self):
        try:
            piece = self.socket.recv(65536)
        except ConnectionError:
            piece = b""
        except socket.timeout:
            raise AssertionError(f"nothing comes after {self.data[-200:]}")
        self.data += piece
        return bool(piece)

    def reply(self, head=False):
        """(status, fields, body); None at the end of the connection."""
        while b"\r\n\r\n" not in self.data:
            if not self.more():
                same(self.data, b"", "an unfinished head")
                return None
        line, *lines = self.take(self.data.index(b"\r\n\r\n") + 4)[:-4].decode("latin-1").split("\r\n")
        version, status, reason = line.split(" ", 2)
        same(version, "HTTP/1.1")
        fields = {}
        for l in lines:
            name, value = l.split(": ", 1)
            check(name.lower() not in fields, "twice:", name)
            fields[name.lower()] = value
        status = int(status)
        if status >= 200:
            check(fields["date"].endswith(" GMT"), fields)
        size = int(fields.get("content-length", 0))
        if head or status in (100, 204, 304):
            size = 0
        while len(self.data) < size:
            check(self.more(), "a body was cut")
        return status, fields, self.take(size)

    def take(self, n):
        data = bytes(self.data[:n])
        del self.data[:n]
        return data

    def ask(self, *lines, head=False, body=b""):
        self.send("".join(l + "\r\n" for l in lines).encode("latin-1") + b"\r\n" + body)
        return self.reply(head)

    def ended(self):
        """The peer has closed, and has said nothing more."""
        while self.more():
            pass
        return self.data == b""


HOST = "Host: here"


def get(server, target, *fields, method="GET"):
    with server.connect() as c:
        return c.ask(f"{method} {target} HTTP/1.1", HOST, *fields, head=method == "HEAD")


def metric(server, name):
    _, _, body = get(server, "/metrics")
    for line in body.decode().splitlines():
        if line.startswith(name + " "):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def until(condition, what):
    """Waits for what must come; a server that never gets there fails."""
    end = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < end, "never came:", what)
        time.sleep(0.005)


def make_files(root):
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root + "/sub/deep")
    os.makedirs(root + "/plain")
    big = random.Random(1).randbytes(3_000_001)
    files = {"index.html": b"<h1>home</h1>\n", "hello.txt": b"0123456789", "empty": b"",
             "big.bin": big, "sub/index.html": b"sub\n", "plain/a b&<c>.txt": b"odd",
             "plain/.hidden": b"x", "plain/z": b"z", "sub/deep/x.json": b"{}"}
    for name, data in files.items():
        with open(os.path.join(root, name), "wb") as f:
            f.write(data)
    os.utime(root + "/hello.txt", (1_000_000_000, 1_000_000_000))
    os.symlink("hello.txt", root + "/inside")
    os.symlink("/etc/passwd", root + "/outside")
    os.symlink("..", root + "/up")
    os.symlink("loop", root + "/loop")
    os.mkfifo(root + "/fifo")
    return files


# ---- What it serves ----

def serves(program, root):
    files = make_files(root)
    with Server(program, root) as s:
        test_files(s, files)
        test_connections(s, files)
        test_validators(s)
        test_ranges(s)
        test_directories(s)
        test_paths(s)
        test_methods(s)
        test_echo(s)
        test_limits(s)
        test_metrics(s)


def test_files(s, files):
    for name, data in files.items():
        if " " in name:
            continue
        status, fields, body = get(s, "/" + name)
        same((status, body), (200, data), name)
        same(fields["content-length"], str(len(data)))
        same(fields["accept-ranges"], "bytes")
        status, headed, body = get(s, "/" + name, method="HEAD")
        same((status, body), (200, b""), name)
        for f in ("content-length", "etag", "last-modified", "content-type"):
            same(headed[f], fields[f], name, f)
    same(get(s, "/hello.txt")[1]["content-type"], "text/plain; charset=utf-8")
    same(get(s, "/sub/deep/x.json")[1]["content-type"], "application/json")
    same(get(s, "/big.bin")[1]["content-type"], "application/octet-stream")
    same(get(s, "/none")[0], 404)
    same(get(s, "/hello.txt/")[0], 404)
    same(get(s, "/fifo")[0], 404)
    same(get(s, "/loop")[0], 404)
    same(get(s, "/" + "n" * 300)[0], 404)


def test_connections(s, files):
    with s.connect() as c:  # one after the other
        for _ in range(3):
            same(c.ask("GET /hello.txt HTTP/1.1", HOST)[2], b"0123456789")
        same(c.ask("GET /hello.txt HTTP/1.1", HOST, "Connection: close")[1]["connection"], "close")
        check(c.ended())
    with s.connect() as c:
        status, fields, _ = c.ask("GET /hello.txt HTTP/1.0")
        same((status, fields["connection"]), (200, "close"))
        check(c.ended())
    with s.connect() as c:
        for _ in range(2):
            status, fields, _ = c.ask("GET /hello.txt HTTP/1.0", "Connection: keep-alive")
            same((status, fields["connection"]), (200, "keep-alive"))
    with s.connect() as c:  # all at once, and the end after them
        want, text = [], b""
        for i in range(400):
            name, data = list(files.items())[i % 4]
            if i % 50 == 7:
                name = "big.bin"
            if i % 3 == 0:
                data = f"number {i}".encode()
                text += (b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s"
                         % (len(data), data))
            elif i % 7 == 0:
                data = b"chunks"
                text += (b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                         b"2\r\nch\r\n04;ext=1\r\nunks\r\n0\r\nTrailer: x\r\n\r\n")
            else:
                data = files[name]
                text += f"GET /{name} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
            want.append(data)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            sent = pool.submit(lambda: (c.send(text), c.socket.shutdown(socket.SHUT_WR)))
            for i, data in enumerate(want):
                same(c.reply()[2], data, "pipelined", i)
            sent.result()
        check(c.ended())


def test_validators(s):
    _, fields, _ = get(s, "/hello.txt")
    etag, modified = fields["etag"], fields["last-modified"]
    same(modified, "Sun, 09 Sep 2001 01:46:40 GMT")
    cases = [
        (304, f"If-None-Match: {etag}"),
        (304, f"If-None-Match: W/{etag}"),
        (304, f'If-None-Match: "a,b", {etag}'),
        (304, "If-None-Match: *"),
        (200, 'If-None-Match: "other"'),
        (200, "If-None-Match: " + '"a", ' * 100 + etag),  # longer than it looks at
        (304, f"If-Modified-Since: {modified}"),
        (304, "If-Modified-Since: Sun, 09 Sep 2012 01:46:40 GMT"),
        (200, "If-Modified-Since: Sun, 09 Sep 2000 01:46:40 GMT"),
        (200, "If-Modified-Since: yesterday"),
        (200, "If-Modified-Since: Sun, 09 Sep 2012 01:46:40 GMTx"),
    ]
    for want, field in cases:
        for method in ("GET", "HEAD"):
            status, fields, body = get(s, "/hello.txt", field, method=method)
            same(status, want, field)
            same(fields["etag"], etag)
            if status == 304:
                same(body, b"")
    # The tag decides, not the date.
    same(get(s, "/hello.txt", 'If-None-Match: "other"', f"If-Modified-Since: {modified}")[0], 200)
    same(get(s, "/hello.txt", 'If-None-Match: "other"', f"If-None-Match: {etag}")[0], 304)


def test_ranges(s):
    _, fields, _ = get(s, "/hello.txt")
    etag, modified = fields["etag"], fields["last-modified"]
    cases = [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-4", 206, b"4", "bytes 4-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=7-99", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("BYTES=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=99999999999-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
    ]
    for wrong in ("bytes=", "bytes=-", "bytes=3-1", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1",
                  "bytes=99999999999999999999-", "bytes=0--1", "bytes 0-1", "bytes=0 - 1",
                  "bytes=" + "1" * 300 + "-"):
        cases.append((wrong, 200, b"0123456789", None))
    for text, want, data, content in cases:
        status, fields, body = get(s, "/hello.txt", f"Range: {text}")
        same((status, body, fields.get("content-range")), (want, data, content), text)
    same(get(s, "/empty", "Range: bytes=0-0")[0], 416)
    same(get(s, "/hello.txt", "Range: bytes=0-1", method="HEAD")[0], 200)
    _, _, big = get(s, "/big.bin")
    same(get(s, "/big.bin", "Range: bytes=1000000-2999999")[2], big[1000000:3000000])
    for value, want in ((etag, 206), (modified, 206), ('"other"', 200), ("W/" + etag, 200)):
        same(get(s, "/hello.txt", "Range: bytes=0-1", f"If-Range: {value}")[0], want, value)


def test_directories(s):
    same(get(s, "/")[2], b"<h1>home</h1>\n")
    same(get(s, "/sub/")[2], b"sub\n")
    for target, location in (("/sub", "./sub/"), ("/sub?a=b", "./sub/"), ("//sub", "./sub/"),
                             ("/sub/deep", "./deep/")):
        status, fields, _ = get(s, target)
        same((status, fields["location"]), (301, location), target)
    status, fields, body = get(s, "/plain/")
    same((status, fields["content-type"]), (200, "text/html; charset=utf-8"))
    check(b'<a href="./a%20b%26%3Cc%3E.txt">a b&#38;&#60;c&#62;.txt</a>' in body, body)
    check(b"hidden" not in body, body)
    same(get(s, "/plain/a%20b%26%3Cc%3E.txt")[2], b"odd")


def test_paths(s):
    for target in ("/../etc/passwd", "/..", "/sub/../hello.txt", "/%2e%2e/etc/passwd",
                   "/sub/%2E%2E/%2e./hello.txt", "/..%2fetc/passwd", "/a%00b", "/%", "/%4",
                   "/%zz", "/sub/.."):
        same(get(s, target)[0], 400, target)
    for target in ("/outside", "/up/etc/passwd", "/up/"):
        same(get(s, target)[0], 403, target)
    for target in ("/inside", "/./hello.txt", "//hello.txt", "/sub/.//./index.html", "/hello.txt?q=..",
                   "/%68ello.txt", "/sub%2findex.html", "http://elsewhere/hello.txt",
                   "/sub/./index.html"):
        same(get(s, target)[0], 200, target)
    same(get(s, "http://elsewhere")[2], b"<h1>home</h1>\n")
    same(get(s, "/...")[0], 404)


def test_methods(s):
    for method, target, want, allow in (
            ("POST", "/hello.txt", 405, "GET, HEAD, OPTIONS"), ("DELETE", "/", 405, "GET, HEAD, OPTIONS"),
            ("GET", "/echo", 405, "POST, OPTIONS"), ("PUT", "/metrics", 405, "GET, HEAD, OPTIONS"),
            ("OPTIONS", "/echo", 204, "POST, OPTIONS")):
        status, fields, _ = get(s, target, method=method)
        same((status, fields["allow"]), (want, allow), method, target)
    for line, want in (("BREW / HTTP/1.1", 501), ("PURGE / HTTP/1.1", 501), ("get / HTTP/1.1", 501),
                       ("CONNECT here:80 HTTP/1.1", 501), ("GET / HTTP/2.0", 505),
                       ("GET / HTTP/1.2", 505), ("GET / HTTP/9.9", 505), ("GET /", 505),
                       ("PRI * HTTP/2.0", 505)):
        with s.connect() as c:
            same(c.ask(line, HOST)[0], want, line)
            check(want == 501 or c.ended(), line)
    same(get(s, "/", "Expect: 200-ok")[0], 417)
    # Another protocol is not spoken: the request is answered in this one.
    same(get(s, "/healthz", "Connection: Upgrade", "Upgrade: h2c")[0], 200)


def test_echo(s):
    body = random.Random(2).randbytes(700_000)
    with s.connect() as c:
        for size in (0, 1, 5, 4095, 4096, 4097, 16384, 70_000, 700_000):
            status, fields, got = c.ask("POST /echo HTTP/1.1", HOST, f"Content-Length: {size}",
                                        "Content-Type: text/odd", body=body[:size])
            same((status, fields["content-type"]), (200, "text/odd"))
            check(got == body[:size], size)
        for piece in (1, 7, 1000, 65536):
            data, text = body[:piece * 20], b""
            for i in range(0, len(data), piece):
                text += b"%x\r\n%s\r\n" % (len(data[i:i + piece]), data[i:i + piece])
            _, _, got = c.ask("POST /echo HTTP/1.1", HOST, "Transfer-Encoding: chunked",
                              body=text + b"0\r\n\r\n")
            check(got == data, piece)
        # Who asks first is answered first.
        same(c.ask("POST /echo HTTP/1.1", HOST, "Content-Length: 3", "Expect: 100-continue")[0], 100)
        c.send(b"abc")
        same(c.reply()[2], b"abc")
    with s.connect() as c:
        same(c.ask("POST /hello.txt HTTP/1.1", HOST, "Content-Length: 3",
                   "Expect: 100-continue")[0], 405)
        check(c.ended())
    with s.connect() as c:  # a body that nobody wants
        same(c.ask("GET /hello.txt HTTP/1.1", HOST, "Content-Length: 5", body=b"xxxxx")[0], 200)
        same(c.ask("GET /hello.txt HTTP/1.1", HOST)[0], 200)


def test_limits(s):
    with s.connect() as c:
        same(c.ask("POST /echo HTTP/1.1", HOST, "Content-Length: 1048577")[0], 413)
        check(c.ended())
    with s.connect() as c:  # a client that sends it all before it looks
        with contextlib.suppress(ConnectionError):
            c.send(b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n" + bytes(9_000_000))
        same(c.reply()[0], 413)
    with s.connect() as c:
        c.send(b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n")
        with contextlib.suppress(ConnectionError):
            c.send(bytes(0x100001))
        same(c.reply()[0], 413)
    same(get(s, "/" + "x" * 4095)[0], 404)
    same(get(s, "/" + "x" * 4096)[0], 414)
    same(get(s, "/", "A: " + "x" * 40_000)[0], 431)
    same(get(s, "/healthz", *["A: b"] * 99)[0], 200)
    same(get(s, "/healthz", *["A: b"] * 100)[0], 431)


def test_metrics(s):
    before = metric(s, 'httpd_requests_total{code="404"}')
    for _ in range(5):
        same(get(s, "/nowhere")[0], 404)
    same(metric(s, 'httpd_requests_total{code="404"}'), before + 5)
    check(metric(s, "httpd_connections") >= 1)
    check(metric(s, "goc_goroutines") >= 3)
    check(metric(s, "goc_spawned_total") > 20)
    check(metric(s, 'goc_parked_total{reason="IO wait"}') > 0)
    _, _, body = get(s, "/metrics")
    for line in body.decode().splitlines():
        check(line.startswith("# ") or len(line.rsplit(" ", 1)) == 2, line)
    same(metric(s, "httpd_request_seconds_count") + 1,
         metric(s, 'httpd_request_seconds_bucket{le="+Inf"}'))


# ---- Time-outs ----

def times(program, root):
    make_files(root)
    quick = ("--idle", "0.2", "--head", "0.2", "--body", "0.2", "--write", "0.2")
    with Server(program, root, *quick) as s:
        with s.connect() as c:
            check(c.ended())  # without a word
        with s.connect() as c:
            same(c.ask("GET /hello.txt HTTP/1.1", HOST)[0], 200)
            check(c.ended())
        with s.connect() as c:  # empty lines are no request
            drip(c, b"\r\n" * 5000)
            check(c.ended())
        with s.connect() as c:
            c.send(b"GET / HTT")
            same(c.reply()[0], 408)
            check(c.ended())
        with s.connect() as c:  # a byte now and then does not help
            drip(c, b"GET /" + b"a" * 5000)
            same(c.reply()[0], 408)
        with s.connect() as c:
            c.send(b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n")
            drip(c, b"b" * 4000)
            same(c.reply()[0], 408)
        with s.connect() as c:  # who does not read is not waited for
            c.send(b"GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n" * 20)
            until(lambda: metric(s, "httpd_connections") == 1, "the end of a slow reader")


def drip(c, data):
    """Sends bytes one by one until the peer has had enough of it."""
    c.socket.settimeout(0.01)
    try:
        for i in range(len(data)):
            c.send(data[i:i + 1])
            try:
                piece = c.socket.recv(65536)
                c.data += piece
                return
            except socket.timeout:
                pass
        raise AssertionError("it waits for ever")
    except ConnectionError:
        pass
    finally:
        c.socket.settimeout(PATIENCE)


# ---- Hostile input ----

SEEDS = [
    b"GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /hello.txt HTTP/1.1\r\nHost: h\r\nRange: bytes=2-5\r\nIf-Range: \"x\"\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world",
    b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;a=b\r\nabc\r\n00a\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
    b"\r\n\r\nHEAD /sub HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
]

# Each with the statuses that may be the answer.
MALFORMED = [
    (b"GARBAGE\r\n\r\n", {400, 501}),
    (b"\x00\x01\x02\xff\xfe\r\n\r\n", {400, 501}),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {400, 501}),  # TLS
    (b"GET\r\n\r\n", {400, 501}),
    (b"GET / HTTP/1.1\nHost: h\n\n", {400}),
    (b"GET / HTTP/1.1\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost : h\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost: h\r\nA\x00: b\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost: h\r\nA: b\x00c\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost: h\r\n: novalue\r\n\r\n", {400}),
    (b"GET /\x7f\x01 HTTP/1.1\r\nHost: h\r\n\r\n", {400}),
    (b"GET hello.txt HTTP/1.1\r\nHost: h\r\n\r\n", {400}),
    (b"GET / HTTX/1.1\r\nHost: h\r\n\r\n", {400}),
    (b"GET / HTTP/11.1\r\nHost: h\r\n\r\n", {400, 505}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n", {413}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx", {400, 413}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", {400}),
    (b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", {400}),
]


def conversation(s, pieces):
    """Everything that comes back when pieces are sent and nothing after."""
    with s.connect() as c:
        try:
            for p in pieces:
                c.send(p)
            c.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        while c.more():
            pass
        lines = c.data.split(b"\r\n")
        return [l for l in lines if not l.startswith(b"Date: ")]


def hostile(program, root):
    make_files(root)
    with Server(program, root) as s:
        for text, statuses in MALFORMED:
            with s.connect() as c:
                c.send(text)
                if text.endswith(b"\x03"):
                    c.socket.shutdown(socket.SHUT_WR)
                got = c.reply()
                check(got and got[0] in statuses and c.ended(), text, got)
        split_everywhere(s)
        mutate(s, random.Random(3), 1000 // LESS)
        floods(s)
        rude(s)
        crowd(s, 2000 // LESS)
        same(get(s, "/healthz")[2], b"ok\n")


def split_everywhere(s):
    """However the bytes are cut, the answer is the same."""
    for text in SEEDS:
        whole = conversation(s, [text])
        check(whole[0].startswith(b"HTTP/1.1 "), text)
        for i in range(1, len(text), LESS):
            same(conversation(s, [text[:i], text[i:]]), whole, text, "cut at", i)
        same(conversation(s, [text[i:i + 1] for i in range(len(text))]), whole, text)
        for i in range(0, len(text), LESS):  # half closed: some answer, or none
            conversation(s, [text[:i]])
    same(conversation(s, SEEDS[2:3])[-1], b"hello world")
    same(conversation(s, [b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"])[0],
         b"HTTP/1.1 400 Bad Request")


def mutate(s, r, n):
    for _ in range(n):
        text = bytearray(r.choice(SEEDS) + r.choice(SEEDS))
        for _ in range(r.randrange(1, 6)):
            i = r.randrange(len(text))
            kind = r.randrange(4)
            if kind == 0:
                text[i] = r.randrange(256)
            elif kind == 1:
                del text[i:i + r.randrange(1, 8)]
            elif kind == 2:
                text[i:i] = text[i:i + r.randrange(1, 40)]
            else:
                text[i:i] = r.randbytes(r.randrange(1, 8))
            if not text:
                break
        reply = conversation(s, [bytes(text)])
        check(reply == [b""] or reply[0].startswith(b"HTTP/1.1 "), text, reply)


def floods(s):
    """What has no end is ended."""
    head = b"GET / HTTP/1.1\r\nHost: h\r\n"
    chunked = b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    for begin, more, want in (
            (b"GET /", b"a" * 1000, 414), (b"", b"A" * 1000, 501),
            (head, b"A: b\r\n" * 100, 431), (head + b"A: ", b"b" * 1000, 431),
            (head + b"A:", b" " * 1000, 431), (head, b"N" * 1000, 431),
            (chunked + b"1;", b"e" * 100_000, 413), (chunked, b"1\r\nx\r\n" * 10_000, 413),
            (chunked + b"0\r\n", b"T: x\r\n" * 100, 431),
            (chunked + b"0\r\nT: ", b"x" * 100_000, 413),
            (chunked, b"0" * 100_000, 413)):
        with s.connect() as c:
            with contextlib.suppress(ConnectionError):
                c.send(begin)
                for _ in range(1000):
                    c.send(more)
            got = c.reply()
            check(got and got[0] == want, begin + more[:8], got)


def rude(s):
    """Connections that are reset at every stage."""
    for i in range(200):
        c = s.connect()
        c.send([b"GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n", b"GET /b",
                b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n" + bytes(30_000),
                b""][i % 4])
        c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        c.socket.close()
    until(lambda: metric(s, "httpd_connections") == 1, "the end of reset connections")


def crowd(s, n):
    """Many at once, all in the middle of a request."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    n = min(n, hard // 2 - 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, n + 100), hard))
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(s.connect()) for _ in range(n)]
        for c in clients:
            c.send(b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234")
        until(lambda: metric(s, "httpd_connections") == n + 1, "a crowd")
        for c in clients:
            c.send(b"56789")
        for c in clients:
            same(c.reply()[2], b"0123456789")


# ---- Load ----

def load(program, root):
    make_files(root)
    with Server(program, root) as s:
        for target, connections in (("/healthz", 100), ("/hello.txt", 100), ("/big.bin", 8)):
            url = "http://%s:%d%s" % (*s.address, target)
            out = subprocess.run(["wrk", "-t1", f"-c{connections}", "-d1", url], check=True,
                                 capture_output=True, text=True).stdout
            check("Non-2xx" not in out and "Socket errors" not in out, out)
            check(metric(s, 'httpd_requests_total{code="200"}') > 10, out)


# ---- Ending ----

def slow_echo(s):
    """A request that the server is known to have begun."""
    c = s.connect()
    same(c.ask("POST /echo HTTP/1.1", HOST, "Content-Length: 6", "Expect: 100-continue")[0], 100)
    c.send(b"abc")
    return c


def drains(program, root):
    make_files(root)
    with Server(program, root, "--drain", "20") as s:
        idle, fresh, busy = s.connect(), s.connect(), slow_echo(s)
        same(idle.ask("GET /hello.txt HTTP/1.1", HOST)[0], 200)
        until(lambda: metric(s, "httpd_connections") == 4, "the connections")
        s.process.send_signal(signal.SIGTERM)
        check(idle.ended() and fresh.ended())
        until(lambda: refused(s), "the listener's end")
        busy.send(b"def")
        status, fields, body = busy.reply()
        same((status, body, fields["connection"]), (200, b"abcdef", "close"))
        check(busy.ended())
        same(s.process.wait(PATIENCE), 0)
    for first in (signal.SIGINT, signal.SIGTERM):  # time is up
        with Server(program, root, "--drain", "0.1") as s:
            busy = slow_echo(s)
            s.process.send_signal(first)
            while busy.more():
                pass
            same(s.process.wait(PATIENCE), 1)
            s.process.returncode = 0
    with Server(program, root, "--drain", "60") as s:  # impatience
        busy, idle = slow_echo(s), s.connect()
        until(lambda: metric(s, "httpd_connections") == 3, "the connections")
        s.process.send_signal(signal.SIGINT)
        check(idle.ended())
        s.process.send_signal(signal.SIGINT)
        same(s.process.wait(PATIENCE), -signal.SIGINT)
        s.process.returncode = 0
    with Server(program, root, "--max-connections", "2") as s:
        with s.connect() as a, s.connect() as b, s.connect() as waits:
            waits.send(b"GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\n")
            for c in (a, b):
                same(c.ask("GET /hello.txt HTTP/1.1", HOST, "Connection: close")[0], 200)
            same(waits.reply()[0], 200)
    # Who is accepted is served, however few descriptors there are.
    with Server(program, root, files=60) as s, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(s.connect()) for _ in range(60)]
        for c in clients:
            c.send(b"GET /hello.txt HTTP/1.1\r\nHost: h\r\n\r\n")
        for c in clients:
            same(c.reply()[0], 200)
            c.socket.close()


def refused(s):
    try:
        s.connect().socket.close()
        return False
    except ConnectionError:
        return True


def main():
    program, root, *parts = sys.argv[1:]
    # Jobs that a shell runs in the background ignore it, and so would servers.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for part in parts:
        globals()[part](program, root)
        print(part + ": ok", flush=True)


if __name__ == "__main__":
    main()
