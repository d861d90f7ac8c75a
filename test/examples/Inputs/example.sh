#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: example.sh GOC CC PROGRAM.gc TEST OUT [ARGUMENT...]
#
# Builds a program with CC and with clang without a warning, for -race and for
# AddressSanitizer too, and runs it with 1, 2 and 8 workers.  Each run must exit
# with 0, print what TEST checks, and write nothing to standard error: there
# the sanitizers and leaks=1 report (LEAKS=0 turns that off).  VIA, if set, is
# a command that runs it; SAN says that goc builds for a sanitizer already.
set -e
goc=$1 cc=$2 program=$3 test=$4 out=$5
shift 5

build()
{
    variant=$1
    shift
    "$goc" -O1 -g -Wall -Wextra "$@" "$program" -o "$out.$variant"
}

# gcc's flow warnings are not to be relied on in instrumented code.
variants=plain
if [ -n "$SAN" ]; then
    build plain
else
    variants='plain race asan'
    build plain -Werror
    build race -race
    build asan -Werror --cc="$(command -v clang || echo "$cc")" -fsanitize=address
fi

for variant in $variants; do
    procs='1 2 8'
    [ $variant = plain ] || procs='1 8'
    for procs in $procs; do
        run="$out.$variant.$procs"
        GOC_PROCS=$procs GOC_DEBUG=leaks=${LEAKS:-1} $VIA "$out.$variant" "$@" \
            >"$run.out" 2>"$run.err" || {
            echo "$run: exit status $?"
            cat "$run.out" "$run.err"
            exit 1
        }
        FileCheck "$test" --input-file="$run.out"
        if [ -s "$run.err" ]; then
            echo "$run: not silent"
            cat "$run.err"
            exit 1
        fi
    done
done
