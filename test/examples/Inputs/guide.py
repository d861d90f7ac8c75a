# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Usage: guide.py EXAMPLES TESTS

The guide, EXAMPLES/README.md, shows what the programs hold: each of its C blocks
stands in one of them line by line, but for its indentation; it names no program
that does not exist and leaves none out; and every program has its test."""

import glob
import os
import re
import sys

examples, tests = sys.argv[1:]
programs = glob.glob(examples + "/*.gc")
mistakes = glob.glob(tests + "/mistake-*.gc")
with open(examples + "/README.md", encoding="utf-8") as f:
    guide = f.read()


def lines_of(text):
    return [line.strip() for line in text.strip("\n").splitlines()]


def holds(lines, block):
    return any(lines[i:i + len(block)] == block for i in range(len(lines)))


texts = {}
for program in programs + mistakes:
    with open(program, encoding="utf-8") as f:
        texts[os.path.basename(program)] = lines_of(f.read())

wrong = []
blocks = re.findall(r"^ *```c\n(.*?)^ *```$", guide, re.M | re.S)
for block in blocks:
    if not any(holds(lines, lines_of(block)) for lines in texts.values()):
        wrong.append("in no program:\n" + block)

named = set(re.findall(r"`([\w-]+\.gc)`", guide))
wrong += ["no such program: " + name for name in sorted(named - set(texts))]
wrong += ["not in the guide: " + name for name in sorted(set(texts) - named)]
wrong += ["without a test: " + p for p in programs
          if not os.path.exists("%s/%s.test" % (tests, os.path.basename(p)[:-3]))]

# Links to chapters: as GitHub makes anchors.
anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-")
           for h in re.findall(r"^#+ (.*)$", guide, re.M)}
wrong += ["no such chapter: " + a
          for a in re.findall(r"\]\(#([^)]*)\)", guide) if a not in anchors]

for message in wrong:
    print(message)
print("%d blocks compared, %d wrong" % (len(blocks), len(wrong)))
sys.exit(bool(wrong))
