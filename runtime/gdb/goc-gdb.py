# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Goroutines in gdb, of a process or of a core.

    info goroutines          every goroutine: state, place, what it waits on
    goroutine N              one of them
    goroutine N COMMAND      COMMAND as if gdb had stopped in goroutine N
    goroutine all COMMAND    in each of them in turn

Nothing is written to the program, so that a core will do.  A goroutine that
does not run is three words in its record (see switch.h).  While a command is
about it, an unwinder replaces the caller of the selected thread's innermost
frame by the goroutine's context: frame 0 stands for the goroutine as a whole,
frame 1 is where it has parked.  A goroutine that runs is looked at on its
thread.

What is known here about the runtime beyond its types is how its records are
found: stacks() follows goc__stack_each() in stack.c, tasks() follows
goc__task_each() in goroutine.c.
"""

import bisect
import contextlib
import os
import re

import gdb
import gdb.types
import gdb.unwinder
from gdb.FrameDecorator import FrameDecorator

# ---- The runtime's symbols and memory ----


def symbol(name):
    found = gdb.lookup_global_symbol(name)
    if not found or not found.symtab:
        raise gdb.GdbError("The program has no goc runtime, or one without debug information.")
    return found


def statics(function, *names):
    """Static objects and constants of the file that defines a function."""
    found = {s.name: s for s in symbol(function).symtab.static_block() if s.name in names}
    return [found[name].value() for name in names]


def memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


class Record:
    """Members of a structure, all read at once: there may be a million."""

    def __init__(self, tag, *members):
        kind = gdb.lookup_type("struct " + tag)
        self.size = kind.sizeof
        self.members = [(m, kind[m].bitpos // 8, kind[m].type.sizeof) for m in members]

    def read(self, address):
        raw = memory(address, self.size)
        return {m: int.from_bytes(raw[at:at + size], "little") for m, at, size in self.members}


def pointer(address, kind):
    return gdb.Value(address).cast(gdb.lookup_type(kind).pointer())


def text(address, limit=200):
    """The C string at an address; None for null or what cannot be read."""
    if not address:
        return None
    try:
        string = pointer(address, "char").string("utf-8", "replace")
    except gdb.MemoryError:
        return None
    return string if len(string) <= limit else string[:limit] + "..."


# ---- Goroutines ----


class Goroutine:
    """A goroutine: g, the members of its record at `address`, or, when it has
    not begun to run, of its task."""

    def __init__(self, address, g, begun):
        self.address, self.begun = address, begun
        self.__dict__.update(g)
        self.thread = None  # that it runs on, or that waits with it


def state_numbers():
    return gdb.types.make_enum_dict(gdb.lookup_type("enum goc__state"))


def stacks():
    """(lowest usable address, address of the record) of each stack in use."""
    classes, count, slots, colours, step = statics(
        "goc__stack_each", "classes", "nclasses", "SLAB_STACKS", "COLOURS", "COLOUR_STEP")
    g = Record("goc__g", "stack_lo")
    for i in range(int(count)):
        slab = classes[i]["slabs"]
        while slab:
            base, stride, raw = int(slab["base"]), int(slab["stride"]), int(slab["raw"])
            for k in range(int(slots)):
                if not raw >> k & 1:
                    end = base + (k + 1) * stride - k % int(colours) * int(step)
                    address = (end - g.size) // 64 * 64
                    yield g.read(address)["stack_lo"], address
            slab = slab["next"]


def tasks():
    """The address of each record of a goroutine that has not begun."""
    chunks, sizes, header = (*statics("goc__task_each", "chunks", "task_bytes"), 64)
    task = Record("goc__task", "id")
    for kind in range(chunks.type.range()[1] + 1):
        chunk = chunks[kind]
        while chunk:
            for at in range(header, int(chunk["used"]), int(sizes[kind])):
                if task.read(int(chunk) + at)["id"]:
                    yield int(chunk) + at
            chunk = chunk["next"]


class World:
    """All goroutines of the program as it stands."""

    def __init__(self):
        self.sched = symbol("goc__sched").value()
        self.states = state_numbers()
        self.locked, self.main = (
            int(v) for v in statics("goc__park", "GOC__G_LOCKED", "GOC__G_MAIN"))
        self.stacks = sorted(stacks())
        self.all = sorted([*self.begun(), *self.not_begun()], key=lambda g: g.id)
        by_record = {g.address: g for g in self.all}
        for record, thread in self.threads():
            if record in by_record:
                by_record[record].thread = thread

    def begun(self):
        fields = Record("goc__g", "sp", "pc", "fp", "state", "reason", "flags", "site", "on",
                        "id", "since", "parent", "created", "name")
        records = [address for _, address in self.stacks]
        main = symbol("goc__main_worker").value()
        if main:
            records.append(int(main["thread_g"].address))
        for address in records:
            g = fields.read(address)
            if g["state"] != self.states["G_DEAD"]:
                yield Goroutine(address, g, True)

    def not_begun(self):
        fields = Record("goc__task", "id", "parent", "at")
        for address in tasks():
            t = fields.read(address)
            yield Goroutine(address, {
                "id": t["id"], "parent": t["parent"], "created": t["at"], "flags": 0, "name": 0,
                "state": self.states["G_RUNNABLE"], "reason": 0, "site": 0, "on": 0}, False)

    def threads(self):
        """(record, thread) of what each worker's thread is at.  Between the
        two halves of a switch the thread is still on the stack of the one that
        it leaves, and the worker names the next one already."""
        known = {t.ptid[1]: t for t in gdb.selected_inferior().threads()}
        lowest = [low for low, _ in self.stacks]
        for i in range(int(self.sched["nworkers"])):
            worker = self.sched["worker"][i]
            thread = known.get(int(worker["tid"]))
            if not thread:
                continue
            record = int(worker["cur"])
            if not thread.is_running():
                with selected(thread):
                    sp = int(gdb.newest_frame().read_register("sp"))
                k = bisect.bisect_right(lowest, sp) - 1
                if k >= 0 and sp < self.stacks[k][1]:
                    record = self.stacks[k][1]
            yield record, thread

    def missing(self):
        """How many more the counters know of.  A core may lack their stacks."""
        count = 0
        for i in range(int(self.sched["nworkers"])):
            worker = self.sched["worker"][i]
            count += int(worker["spawned"]) - int(worker["ended"])
        worker = symbol("goc__outside_all").value()
        while worker:
            count += int(worker["spawned"])
            worker = worker["next_outside"]
        return count - sum(not g.flags & self.main for g in self.all)

    def find(self, number):
        for g in self.all:
            if g.id == number:
                return g
        raise gdb.GdbError("No goroutine %d." % number)

    # What a report says, in the words of panic.c.

    def state(self, g):
        if g.state == self.states["G_WAITING"]:
            words = [text(int(symbol("goc__reason_text").value()[g.reason]))]
            minutes = (int(symbol("goc__coarse").value()) - g.since) % 2**32 // 60000
            if 0 < minutes < 2**31 // 60000:
                words.append("%d minutes" % minutes)
        elif g.state == self.states["G_RUNNING"]:
            words = ["running"]
        else:
            words = ["runnable"] if g.begun else ["runnable", "not begun"]
        if g.thread:
            words.append("thread %d" % g.thread.num)
        if g.flags & self.locked:
            words.append("locked to thread")
        return ", ".join(words)

    def created(self, g):
        """Where and by whom."""
        if g.flags & self.main:
            return "", ""
        return text(g.created) or "", str(g.parent) if g.parent else ""

    def place(self, g):
        """Where it waits, as "file.gc:12"; where it is, if it runs."""
        site = text(g.site)
        if not g.begun:
            return ""
        if site and not (g.thread and g.state == self.states["G_RUNNING"]):
            return site
        try:
            with frames(g, "", self.main):
                return user_line() or site or ""
        except gdb.error:
            return site or ""

    def waits_on(self, g):
        if g.state != self.states["G_WAITING"] or not g.on:
            return ""
        reason = text(int(symbol("goc__reason_text").value()[g.reason]))
        try:
            if reason.startswith("chan"):
                return channel(pointer(g.on, "struct goc_chan"))
            if reason.startswith("select"):
                return select(pointer(g.on, "struct select"))
            if reason == "IO wait":
                return "fd %d" % (int(g.on) - 1)
        except gdb.error:
            pass
        return object_name(g.on)


def object_name(address):
    """0x4c9ac8 <pool+8>, as gdb shows pointers into what has a name."""
    return pointer(address, "void").format_string(symbols=True)


def channel(c):
    """chan 0x4c9ac8 (1/4) made at pool.gc:12"""
    made = text(int(c["at"]))
    return "chan %#x (%d/%d%s)%s" % (int(c), int(c["count"]), int(c["cap"]),
                                   ", closed" if c["closed"] else "",
                                   " made at " + made if made else "")


def select(s):
    """receive from chan ..., send to chan ..."""
    op = gdb.types.make_enum_dict(gdb.lookup_type("enum goc_case_op"))
    words = []
    for i in range(int(s["n"])):
        case = s["cases"][i]
        if int(case["op"]) == op["GOC_AFTER"]:
            words.append("time")
        elif case["chan"]:
            word = "send to " if int(case["op"]) == op["GOC_SEND"] else "receive from "
            words.append(word + channel(case["chan"]))
    return ", ".join(words)


# ---- Frames ----

C_LIBRARY = re.compile(r"/(libc|libpthread|ld-linux[^/]*)[-.][^/]*$")


def user_line():
    """file:line of the innermost frame that is neither the runtime's nor the C
    library's."""
    runtime = os.path.dirname(symbol("goc__loop").symtab.fullname())
    frame = gdb.newest_frame()
    while frame:
        line = frame.find_sal()
        if (line.symtab and line.line and frame.level() >= unwinder.skipped()
                and os.path.dirname(line.symtab.fullname()) != runtime
                and not C_LIBRARY.search(gdb.solib_name(frame.pc()) or "")):
            return "%s:%d" % (line.symtab.filename, line.line)
        frame = frame.older()
    return None


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class ParkedUnwinder(gdb.unwinder.Unwinder):
    """Takes the frame `top` = (sp, pc), the innermost of a thread, for one that
    `context`, a dictionary of registers, has called."""

    # Program counter, stack pointer, frame pointer.
    registers = {"i386:x86-64": ("rip", "rsp", "rbp"), "aarch64": ("pc", "sp", "x29")}

    def __init__(self):
        super().__init__("goc-goroutine")
        self.top = self.context = None

    def skipped(self):
        return 1 if self.context else 0

    def __call__(self, pending):
        if not self.context:
            return None
        pc, sp, fp = self.registers[pending.architecture().name()]
        at = {r: pending.read_register(r) for r in (pc, sp, fp)}
        if (int(at[sp]), int(at[pc])) != self.top:
            return None
        to = dict(zip((pc, sp, fp), self.context))
        # As if called: the stack grows downwards from here to there.
        info = pending.create_unwind_info(FrameId(gdb.Value(to[sp]).cast(at[sp].type), at[pc]))
        for r, value in to.items():
            info.add_saved_register(r, gdb.Value(value).cast(at[r].type))
        return info


class Title(FrameDecorator):
    """Frame 0: no function of the program's, but the goroutine."""

    def __init__(self, frame, words):
        super().__init__(frame)
        self.words = words

    def function(self):
        return "<%s>" % self.words

    def nothing(self):
        return None

    address = filename = line = frame_args = frame_locals = nothing


class TitleFilter:
    def __init__(self):
        self.name, self.priority, self.enabled, self.words = "goc-goroutine", 1000, False, ""
        gdb.frame_filters[self.name] = self

    def filter(self, all_frames):
        for frame in all_frames:
            yield frame if frame.inferior_frame().level() else Title(frame, self.words)


@contextlib.contextmanager
def selected(thread):
    """Within, a thread is selected; then the frame that was before."""
    old, level = gdb.selected_thread(), gdb.selected_frame().level()
    thread.switch()
    try:
        yield
    finally:
        if old.is_valid():
            old.switch()
            if level:
                gdb.execute("select-frame level %d" % level, to_string=True)


@contextlib.contextmanager
def parked(g, title, main):
    """Within, the selected thread's frames are those of g, which does not run."""
    level = gdb.selected_frame().level()
    top = gdb.newest_frame()
    past_main = gdb.parameter("backtrace past-main")
    unwinder.top = int(top.read_register("sp")), int(top.read_register("pc"))
    unwinder.context = g.pc, g.sp, g.fp
    titles.words, titles.enabled = title, True
    if not g.flags & main:
        # The frame on top may be of function main, where gdb stops otherwise.
        gdb.execute("set backtrace past-main on")
    gdb.invalidate_cached_frames()
    try:
        gdb.execute("select-frame level 1", to_string=True)
        yield
    finally:
        release()
        gdb.execute("set backtrace past-main " + ("on" if past_main else "off"))
        if level:
            gdb.execute("select-frame level %d" % level, to_string=True)


def release(*_):
    """Frames are the threads' own again."""
    if unwinder.context:
        unwinder.context, titles.enabled = None, False
        gdb.invalidate_cached_frames()


def frames(g, title, main):
    return selected(g.thread) if g.thread else parked(g, title, main)


# ---- Commands ----


class InfoGoroutines(gdb.Command):
    """Show every goroutine: where it waits or runs, and on what it waits.
The goroutine of the selected thread is marked by an asterisk."""

    def __init__(self):
        super().__init__("info goroutines", gdb.COMMAND_STATUS)

    def invoke(self, arg, _):
        if arg:
            raise gdb.GdbError("info goroutines takes no arguments.")
        world = need_world()
        current = gdb.selected_thread()
        rows = [("", "Id", "State", "At", "Name", "Created at", "Waits on")]
        for g in world.all:
            mark = "*" if g.thread and g.thread.num == current.num else ""
            rows.append((mark, str(g.id), world.state(g), world.place(g), text(g.name) or "",
                         " by ".join(filter(None, world.created(g))), world.waits_on(g)))
        if len(rows) == 1:
            raise gdb.GdbError("No goroutines: the program has used no channel yet.")
        widths = [max(map(len, column)) for column in zip(*rows)]
        widths[0] = 1
        for row in rows:
            line = " ".join(cell.ljust(width + (0 if i == 0 else 1))
                            for i, (cell, width) in enumerate(zip(row, widths)) if i == 0 or width)
            gdb.write(line.rstrip() + "\n")
        if world.missing() > 0:
            gdb.write("%d goroutines are not there: was this script loaded when gdb wrote the core?\n"
                      % world.missing())


class GoroutineCommand(gdb.Command):
    """Apply a command to a goroutine.
Usage: goroutine N [COMMAND]
       goroutine all COMMAND
COMMAND is executed as if the program had stopped in goroutine N: `bt',
`info locals', `frame 5', `frame function worker', `faas print x' and others.
Without it the goroutine is described.  In a goroutine that does not run,
frame 0 stands for the goroutine and frame 1 is the innermost."""

    def __init__(self):
        super().__init__("goroutine", gdb.COMMAND_STACK)

    def invoke(self, arg, from_tty):
        which, _, command = arg.strip().partition(" ")
        command = command.strip()
        if not which or (which == "all" and not command):
            raise gdb.GdbError("Usage: goroutine N [COMMAND], goroutine all COMMAND")
        world = need_world()
        if which != "all":
            try:
                self.one(world, world.find(int(gdb.parse_and_eval(which))), command, from_tty)
            except gdb.error as e:
                raise gdb.GdbError(str(e))
            return
        for g in world.all:
            self.describe(world, g)
            try:
                self.one(world, g, command, from_tty)
            except gdb.error as e:
                gdb.write("%s\n" % e)
            gdb.write("\n")

    def describe(self, world, g):
        """The goroutine's paragraph in a report."""
        words = ", ".join(filter(None, [world.state(g), text(g.name)]))
        gdb.write("goroutine %d [%s]:\n" % (g.id, words))
        for form, value in (("\t%s\n", world.place(g)), ("\ton %s\n", world.waits_on(g))):
            if value:
                gdb.write(form % value)
        at, by = world.created(g)
        if at or by:
            gdb.write("created%s%s\n" % (" by goroutine " + by if by else "",
                                        " at " + at if at else ""))

    def one(self, world, g, command, from_tty):
        if not command:
            self.describe(world, g)
        elif not g.begun:
            fn = int(pointer(g.address, "struct goc__task")["fn"])
            gdb.write("goroutine %d has not begun: no frames; its function is %s\n"
                      % (g.id, object_name(fn)))
        else:
            with frames(g, "goroutine %d [%s]" % (g.id, world.state(g)), world.main):
                gdb.execute(command, from_tty)


def need_world():
    if not gdb.selected_thread():
        raise gdb.GdbError("The program is not being run.")
    release()
    return World()


# ---- gcore ----


class Guards(gdb.Command):
    """Take the guards of goroutines' stacks away (off), or put them back (on).
gdb cannot read them, and leaves the rest of the mapping, which is the stacks,
out of a core that it writes.  Done around generate-core-file by itself."""

    def __init__(self):
        super().__init__("maintenance goc-guards", gdb.COMMAND_MAINTENANCE)

    def invoke(self, arg, _):
        # In a core there is nothing to call, and no core is written of it.
        if not gdb.selected_thread() or not gdb.lookup_global_symbol("goc__stack_guards"):
            return
        locking = gdb.parameter("scheduler-locking")
        gdb.execute("set scheduler-locking on")
        try:
            self.call("goc__stack_guards(%d)" % (arg == "on"))
        finally:
            gdb.execute("set scheduler-locking " + locking)

    @staticmethod
    def call(expression):
        """On whatever thread has room: one may have run off its stack."""
        now = gdb.selected_thread()
        for thread in [now, *(t for t in gdb.selected_inferior().threads() if t.num != now.num)]:
            try:
                with selected(thread):
                    gdb.parse_and_eval(expression)
                return
            except gdb.error as e:
                why = e
        gdb.write("warning: the core will lack goroutines' stacks: %s\n" % why)


GCORE_HOOKS = """
define hook-generate-core-file
maintenance goc-guards off
end
define hookpost-generate-core-file
maintenance goc-guards on
end
"""

# Loaded twice (by itself with the library, and by hand) it is there once.
if "goc-goroutine" not in gdb.frame_filters:
    unwinder, titles = ParkedUnwinder(), TitleFilter()
    gdb.unwinder.register_unwinder(None, unwinder, replace=True)
    gdb.events.cont.connect(release)
    InfoGoroutines()
    GoroutineCommand()
    Guards()
    gdb.execute(GCORE_HOOKS, to_string=True)
