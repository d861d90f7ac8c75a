# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the library's headers with its manual pages.

usage: manpages.py names HEADERS PAGES     every name in exactly one page, and
                                           prototypes as declared
       manpages.py comments HEADERS        a comment before every declaration
       manpages.py examples PAGES FOLDER   writes the example programs to FOLDER
"""

import os
import re
import sys

PUBLIC = re.compile(r"(goc_(?!_)|GOC_(?!_))\w+")


def squeeze(text):
    """C text with single spaces, and none where they mean nothing."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r" ?([*(),;]) ?", r"\1", text)


def strip_comments(text):
    return re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)


def split_arguments(text):
    """The arguments of a list, split at the commas outside of parentheses."""
    depth, start, parts = 0, 0, []
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [p.strip() for p in parts + [text[start:]]]


class Header:
    """What a header declares: functions as (type, arguments), and other names."""

    def __init__(self, path):
        self.functions, self.names, self.macros = {}, set(), {}
        text = open(path, encoding="utf-8").read()
        text = strip_comments(text).replace("\\\n", " ")
        for m in re.finditer(r"^#define (GOC_\w+|goc_\w+)(\(([^)]*)\))?", text, re.M):
            if PUBLIC.fullmatch(m.group(1)) and not m.group(1).endswith("_H"):
                self.macros[m.group(1)] = m.group(3)
        text = re.sub(r"#ifdef __GOC_TRANSLATING__\n(?:#define.*\n)*#else\n", "", text)
        text = re.sub(r"#ifdef __GNUC__\n.*\n#endif\n", "", text)
        text = re.sub(r"^#.*$", "", text, flags=re.M)
        text = text.replace("GOC_NO_COPY", "").replace("GOC__NORETURN", "_Noreturn")
        text = re.sub(r"GOC__(RECV|SEND)_CHAN\((\w+)\)",
                      lambda m: ("<-chan<%s>" if m.group(1) == "RECV" else "chan<-<%s>")
                      % m.group(2), text)
        text = re.sub(r"GOC__PRINTF\([^)]*\)", "", text)
        self.read_functions(text)
        self.read_types(text)

    def read_functions(self, text):
        pattern = r"^((?:static inline |extern )?[\w<>\-]+(?: [\w<>\-]+)*[ *]+)(goc_(?!_)\w+)\(" \
                  r"((?:[^()]|\([^()]*\))*)\)\s*[;{]"
        for m in re.finditer(pattern, text, re.M):
            kind, name, args = (re.sub(r"\s+", " ", g).strip() for g in m.groups())
            if kind.startswith("typedef"):
                continue
            kind = kind.replace("static inline ", "").replace("__SIZE_TYPE__", "size_t")
            args = args.replace("__SIZE_TYPE__", "size_t")
            self.functions[name] = (kind, split_arguments(args))

    def read_types(self, text):
        for m in re.finditer(r"\}\s*(goc_\w+);|typedef [^;{]*?(goc_\w+);", text):
            name = m.group(1) or m.group(2)
            if PUBLIC.fullmatch(name):
                self.names.add(name)
        for m in re.finditer(r"enum[^{;]*\{([^}]*)\}", text):
            self.names |= {n.group() for n in re.finditer(r"\bGOC_(?!_)\w+", m.group(1))}
        self.names |= set(re.findall(r"enum (goc_(?!_)\w+)\n?\{", text))

    def all(self):
        return set(self.functions) | self.names | set(self.macros)


class Page:
    """A page in mdoc: the names of its NAME section, and its synopsis."""

    def __init__(self, path):
        self.path, self.functions, self.names, self.mentions = path, {}, [], set()
        section, kind = "", ""
        lines = open(path, encoding="utf-8").read().split("\n")
        i = 0
        while i < len(lines):
            words = self.words(lines[i])
            i += 1
            if not words:
                continue
            if words[0] == ".Sh":
                section = " ".join(words[1:])
            elif words[0] == ".Nm" and section == "NAME":
                self.names.append(words[1])
            elif section != "SYNOPSIS":
                continue
            elif words[0] == ".Ft":
                kind = " ".join(words[1:])
            elif words[0] == ".Fn":
                self.add(kind, words[1], words[2:])
                kind = ""
            elif words[0] == ".Fo":
                args = []
                while not lines[i].startswith(".Fc"):
                    args += self.words(lines[i])[1:]
                    i += 1
                self.add(kind, words[1], args)
                kind = ""
            elif words[0] in (".Vt", ".Dv"):
                self.mentions |= set(words[1:]) - {";"}

    def add(self, kind, name, args):
        self.functions[name] = (kind, [a.replace("\\-", "-") for a in args])

    @staticmethod
    def words(line):
        return [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', line)] \
            if line.startswith(".") else []


def headers_of(folder):
    yield "goc.h", Header(os.path.join(folder, "goc.h"))
    for name in sorted(os.listdir(os.path.join(folder, "goc"))):
        yield name, Header(os.path.join(folder, "goc", name))


def pages_of(folder):
    return [Page(os.path.join(folder, n)) for n in sorted(os.listdir(folder))
            if n.endswith(".3")]


def same(declared, documented):
    if squeeze(declared[0]) != squeeze(documented[0]):
        return False
    return [squeeze(a) for a in declared[1]] == [squeeze(a) for a in documented[1]]


def check_names(headers, pages):
    """Returns the complaints."""
    bad, home = [], {}
    for page in pages_of(pages):
        own = os.path.basename(page.path)[:-2]
        if page.names[:1] != [own]:
            bad.append("%s: the first name is not %s" % (page.path, own))
        for name in set(page.functions) | page.mentions:
            home.setdefault(name, []).append(page)
        for name in page.functions:
            if name not in page.names:
                bad.append("%s: %s is not in NAME" % (page.path, name))
        for name in page.names[1:]:
            if name not in page.functions and name not in page.mentions:
                bad.append("%s: %s is not in SYNOPSIS" % (page.path, name))
    known = set()
    for header, h in headers_of(headers):
        known |= h.all()
        for name in sorted(h.all()):
            pages_with = home.get(name, [])
            if len(pages_with) != 1:
                bad.append("<%s>: %s is in %d pages" % (header, name, len(pages_with)))
            elif name in h.functions:
                documented = pages_with[0].functions.get(name)
                if not documented or not same(h.functions[name], documented):
                    bad.append("<%s>: %s is %s\n    but in %s %s" % (
                        header, name, h.functions[name], pages_with[0].path, documented))
    bad += ["%s is in the pages and in no header" % n for n in sorted(set(home) - known)]
    return bad


def check_comments(headers):
    """A declaration follows a comment, or one that does, without an empty line."""
    bad = []
    folder = os.path.join(headers, "goc")
    for name in sorted(os.listdir(folder)):
        lines = open(os.path.join(folder, name), encoding="utf-8").read().split("\n")
        for i, line in enumerate(lines):
            m = re.match(r"(?:\w[\w *<>]*[ *])(goc_(?!_)\w+)\(|#define (GOC_(?!_)\w+)", line)
            if not m or line.startswith("typedef") or (m.group(2) or "").endswith("_H"):
                continue
            j = i - 1
            while j > 0 and lines[j].strip() and not lines[j].rstrip().endswith("*/"):
                j -= 1
            if not lines[j].rstrip().endswith("*/"):
                bad.append("%s:%d: %s has no comment" % (name, i + 1, m.group(1) or m.group(2)))
    return bad


def write_examples(pages, folder):
    count = 0
    for page in sorted(n for n in os.listdir(pages) if n.endswith(".3")):
        text = open(os.path.join(pages, page), encoding="utf-8").read()
        part = re.search(r"^\.Sh EXAMPLES\n(.*?)^\.Sh ", text, re.M | re.S)
        found = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed", part.group(1), re.M | re.S) \
            if part else []
        for k, example in enumerate(found):
            name = "%s-%d.gc" % (page[:-2], k + 1)
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(example.replace("\\e", "\\").replace("\\&", "").replace("\\-", "-"))
            count += 1
        if not found:
            print("%s has no example" % page)
    print("%d examples" % count)


def main():
    what = sys.argv[1]
    if what == "examples":
        write_examples(sys.argv[2], sys.argv[3])
        return 0
    bad = check_names(*sys.argv[2:4]) if what == "names" else check_comments(sys.argv[2])
    print("\n".join(bad) or "all is well")
    return len(bad) > 0


if __name__ == "__main__":
    sys.exit(main())
