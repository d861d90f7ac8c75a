#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What goc does when signals arrive: signals.py compile|run|test|crash GOC FOLDER."""

import os
import signal
import subprocess
import sys
import time

PROGRAM = """
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static volatile sig_atomic_t got;
static void handler(int signo) { got = signo; }
int main(void)
{
    signal(SIGINT, handler);
    signal(SIGTERM, handler);
    puts("ready");
    fflush(stdout);
    while (!got)
        usleep(1000);
    return 40 + got;
}
"""

TESTS = """
#include <goc.h>
GOC_TEST(waits)
{
    goc_test_log("ready");
    goc_sleep(GOC_HOUR);
}
"""

# Stands for a C compiler that takes its time once it compiles.
SLOW_CC = """#!/bin/sh
case "$*" in *-dM*) exec gcc "$@";; esac
echo $$ > started.tmp && mv started.tmp started
exec sleep 50
"""


def wait_for(path):
    deadline = time.monotonic() + 30
    while not os.path.exists(path):
        assert time.monotonic() < deadline, "nothing happens"
        time.sleep(0.01)


def ended(pid):
    try:
        os.kill(pid, 0)
        return False
    except OSError:
        return True


def clean(*expected):
    assert os.listdir("tmp") == [], os.listdir("tmp")
    found = sorted(f for f in os.listdir(".") if f not in ("tmp", "started"))
    assert found == sorted(expected), found


def compile_case(goc):
    write("cc", SLOW_CC)
    os.chmod("cc", 0o755)
    for signo in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        p = subprocess.Popen([goc, "--cc=./cc", "-c", "a.gc"])
        wait_for("started")
        with open("started") as f:
            compiler = int(f.read())
        p.send_signal(signo)
        assert p.wait(30) == -signo, p.returncode
        assert ended(compiler)
        os.remove("started")
        clean("a.gc", "cc")


def run_case(goc):
    for signo in (signal.SIGINT, signal.SIGTERM):
        p = subprocess.Popen([goc, "run", "a.gc"], stdout=subprocess.PIPE)
        assert p.stdout.readline() == b"ready\n"
        p.send_signal(signo)
        assert p.wait(30) == 40 + signo, p.returncode
        clean("a.gc")


def test_case(goc):
    write("a_test.gc", TESTS)
    for signo in (signal.SIGINT, signal.SIGTERM):
        for flag in ("-v", "-json"):
            p = subprocess.Popen([goc, "test", flag, "a_test.gc"], stdout=subprocess.PIPE)
            while b"ready" not in p.stdout.readline():
                pass
            p.send_signal(signo)
            rest = p.communicate(timeout=30)[0].decode()
            assert p.returncode == 1, p.returncode
            assert "signal: " + signal.strsignal(signo) in rest, rest
            assert "FAIL" in rest.splitlines()[-1 if flag == "-v" else -2], rest
            clean("a.gc", "a_test.gc")


def crash_case(goc):
    for signo in (signal.SIGSEGV, signal.SIGABRT):
        p = subprocess.Popen([goc, "-c", "-", "-o", "a.o"], stdin=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        p.stdin.write(b" " * 1000000)  # more than a pipe holds: goc reads by now
        p.stdin.flush()
        p.send_signal(signo)
        err = p.communicate(timeout=30)[1].decode()
        assert p.returncode == 70, p.returncode
        assert "goc: internal error" in err and "report" in err, err
        clean("a.gc")


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


def main():
    case, goc, folder = sys.argv[1:]
    for signo in (signal.SIGINT, signal.SIGHUP):  # ignored in background jobs, under nohup
        signal.signal(signo, signal.SIG_DFL)
    os.chdir(folder)
    os.mkdir("tmp")
    os.environ["TMPDIR"] = os.path.abspath("tmp")
    write("a.gc", PROGRAM)
    {"compile": compile_case, "run": run_case, "test": test_case,
     "crash": crash_case}[case](goc)


if __name__ == "__main__":
    main()
