/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* goc-trace.c: the program that finds call stacks for the runtime's reports.
 *
 * Started by a program that writes a report (runtime/trace.h says how, and why
 * it is a process), it reads that one's memory map, finds the code and its
 * debug information with elfutils, and answers questions:
 *
 *     unwinding    libdwfl, from the three words at which a goroutine stands,
 *                  on memory that it asks the other process for
 *     frames       a place in the code is one function and those that were
 *                  inlined there, innermost first
 *     selection    what the program's author wrote: the runtime's own frames
 *                  at both ends, and what lies below main, are left out
 *     names        as Go's: what `go` runs, a function that the compiler made,
 *                  is main.func1 if main started it
 *
 * It trusts nothing that it reads of the other process: that may be rubbish,
 * or change while it looks.
 */
#include "../trace.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum
{
    FRAMES_MAX = 1 << 18, /* more are not looked at */
    SHOWN_INNER = 50,     /* of a deep stack */
    SHOWN_OUTER = 50,
    PAGES = 64,           /* kept while one stack is walked */
    SECONDS = 30          /* then it ends by itself, whatever happens */
};

static void *checked(void *p)
{
    if (!p)
        _exit(1);
    return p;
}

/* ---- The conversation --------------------------------------------------- */

static size_t page_size;

struct packet
{
    struct goc__trace_message m;
    char bytes[64 * 1024]; /* the largest pages there are */
};
static struct packet in;

/* The next datagram's size; ends with the other side. */
static size_t packet_receive(void)
{
    ssize_t n;
    do
        n = recv(TRACE_FD_SOCKET, &in, sizeof in, 0);
    while (n < 0 && errno == EINTR);
    if (n < (ssize_t)sizeof in.m)
        _exit(0);
    return (size_t)n;
}

static void packet_send(const struct packet *p, size_t more)
{
    ssize_t n;
    do
        n = send(TRACE_FD_SOCKET, p, sizeof p->m + more, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        _exit(0);
}

static struct
{
    struct packet p;
    size_t n;
} text = { .p.m.kind = TRACE_TEXT };

static void text_flush(void)
{
    if (text.n)
        packet_send(&text.p, text.n);
    text.n = 0;
}

static __attribute__((format(printf, 1, 2))) void text_print(
    const char *format, ...)
{
    va_list args;
    enum { LINE = 1024 };
    if (text.n > TRACE_TEXT_MAX - LINE)
        text_flush();
    va_start(args, format);
    int n = vsnprintf(text.p.bytes + text.n, LINE, format, args);
    va_end(args);
    if (n > 0)
        text.n += n < LINE ? (size_t)n : LINE - 1;
}

static void text_end(void)
{
    static struct packet done = { .m.kind = TRACE_DONE };
    text_flush();
    packet_send(&done, 0);
}

/* ---- Memory of the other process ---------------------------------------- */

static struct
{
    uint64_t at; /* 0: nothing */
    bool readable;
    char *bytes;
} pages[PAGES];

static void pages_forget(void)
{
    for (int i = 0; i < PAGES; i++)
        pages[i].at = 0;
}

/* Null: unreadable. */
static const char *page_get(uint64_t at)
{
    int i = (int)(at / page_size % PAGES);
    if (pages[i].at != at || !at) {
        static struct packet want = { .m.kind = TRACE_WANT };
        size_t n;
        want.m.sp = at;
        packet_send(&want, 0);
        do
            n = packet_receive();
        while (in.m.kind != TRACE_PAGE || in.m.sp != at);
        if (!pages[i].bytes)
            pages[i].bytes = checked(malloc(page_size));
        pages[i].at = at;
        pages[i].readable = n == sizeof in.m + page_size;
        if (pages[i].readable)
            memcpy(pages[i].bytes, in.bytes, page_size);
    }
    return pages[i].readable ? pages[i].bytes : NULL;
}

static bool memory_read(Dwfl *dwfl, Dwarf_Addr at, Dwarf_Word *word, void *arg)
{
    (void)dwfl, (void)arg;
    char bytes[sizeof *word];
    for (size_t i = 0; i < sizeof bytes; i++) {
        uint64_t a = at + i;
        const char *page = page_get(a & ~(uint64_t)(page_size - 1));
        if (!page)
            return false;
        bytes[i] = page[a & (page_size - 1)];
    }
    memcpy(word, bytes, sizeof bytes);
    return true;
}

/* ---- Code --------------------------------------------------------------- */

static Dwfl *dwfl;
static char exe_path[PATH_MAX];

/* The program's own file is open already, for it may have been deleted. */
static int elf_find(Dwfl_Module *module, void **user, const char *name,
                    Dwarf_Addr base, char **file, Elf **elf)
{
    struct stat s;
    (void)module, (void)user, (void)base, (void)elf;
    int fd = -1;
    if (strcmp(name, exe_path) == 0)
        fd = dup(TRACE_FD_EXE);
    else if (*name == '/' && stat(name, &s) == 0 && S_ISREG(s.st_mode))
        fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        *file = strdup(name); /* debug information may lie beside it */
    return fd;
}

static char *debug_folders = NULL; /* elfutils's own list */
static const Dwfl_Callbacks code_callbacks = {
    .find_elf = elf_find,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .debuginfo_path = &debug_folders
};

/* Where the one goroutine stands that is being walked. */
static struct goc__trace_message from;

static pid_t thread_next(Dwfl *d, void *arg, void **thread)
{
    (void)d, (void)arg;
    if (*thread)
        return 0;
    *thread = &from;
    return getppid();
}

/* DWARF's numbers of the registers; ra is where a frame's return address, if
 * need be one in memory, is found. */
static const struct machine
{
    int elf, sp, fp, ra;
    bool link; /* functions get the return address in a register: lr */
} machines[] = { { EM_X86_64, 7, 6, 16, false },
                 { EM_AARCH64, 31, 29, 30, true } };

/* The program's, which need not be ours: that may be emulated. */
static const struct machine *machine;

static bool machine_find(void)
{
    GElf_Ehdr header;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(TRACE_FD_EXE, ELF_C_READ_MMAP, NULL);
    if (!elf || !gelf_getehdr(elf, &header))
        return false;
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++)
        if (machines[i].elf == header.e_machine)
            machine = &machines[i];
    elf_end(elf);
    return machine;
}

static bool registers_set(Dwfl_Thread *thread, void *arg)
{
    Dwarf_Word sp = from.sp, fp = from.fp;
    Dwarf_Word ra = machine->link ? from.lr : from.pc;
    (void)arg;
    dwfl_thread_state_register_pc(thread, from.pc);
    return dwfl_thread_state_registers(thread, machine->sp, 1, &sp)
        && dwfl_thread_state_registers(thread, machine->fp, 1, &fp)
        && dwfl_thread_state_registers(thread, machine->ra, 1, &ra);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
    .next_thread = thread_next,
    .memory_read = memory_read,
    .set_initial_registers = registers_set
};

static bool code_open(void)
{
    ssize_t n = readlink("/proc/self/fd/2", exe_path, sizeof exe_path - 1);
    if (n > 0)
        exe_path[n] = '\0';
    FILE *maps = fdopen(TRACE_FD_MAPS, "r");
    if (!maps || !machine_find() || !(dwfl = dwfl_begin(&code_callbacks)))
        return false;
    dwfl_report_begin(dwfl);
    return dwfl_linux_proc_maps_report(dwfl, maps) == 0
        && dwfl_report_end(dwfl, NULL, NULL) == 0
        && dwfl_attach_state(dwfl, NULL, getppid(), &thread_callbacks, NULL);
}

/* ---- Names -------------------------------------------------------------- */

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

/* The number in the name of a function that the compiler made for a `go`,
 * goc__go1; else 0. */
static int thunk_number(const char *name)
{
    static const char head[] = "goc__go";
    if (!begins(name, head))
        return 0;
    const char *digits = name + sizeof head - 1;
    size_t n = strspn(digits, "0123456789");
    return n && n < 9 && (!digits[n] || digits[n] == '.') ? atoi(digits) : 0;
}

/* GOC_TEST(name) and GOC_BENCH(name) define these: the name; else null. */
static const char *test_name(const char *name)
{
    static const char test[] = "goc__test__", bench[] = "goc__bench__";
    return begins(name, test) ? name + sizeof test - 1
        : begins(name, bench) ? name + sizeof bench - 1 : NULL;
}

static int decl(Dwarf_Die *die, const char **file)
{
    int line = 0;
    *file = dwarf_decl_file(die);
    if (dwarf_decl_line(die, &line))
        return 0;
    return line;
}

/* The function around a line: that which begins last at or before it, but for
 * those that the compiler and the macros of <goc/testing.h> made. */
static bool function_around(Dwarf_Die *cu, const char *file, int line,
                            Dwarf_Die *found)
{
    Dwarf_Die die;
    int best = 0;
    for (int r = dwarf_child(cu, &die); r == 0; r = dwarf_siblingof(&die, &die)) {
        const char *name, *at;
        Dwarf_Attribute attribute;
        if (dwarf_tag(&die) != DW_TAG_subprogram
            || dwarf_hasattr(&die, DW_AT_declaration)
            || !dwarf_attr(&die, DW_AT_name, &attribute)
            || !(name = dwarf_formstring(&attribute))
            || (begins(name, "goc__") && !test_name(name)))
            continue;
        int begin = decl(&die, &at);
        if (begin > best && begin <= line && at && file
            && strcmp(at, file) == 0) {
            best = begin;
            *found = die;
        }
    }
    return best > 0;
}

/* main.func2 for the second `go` in main. */
static void thunk_name(Dwarf_Die *cu, Dwarf_Die *thunk, int number, char *out,
                       size_t size)
{
    const char *file, *at;
    Dwarf_Die around, other, die;
    int line = decl(thunk, &file), nth = 1;
    snprintf(out, size, "func%d", number);
    if (!line || !function_around(cu, file, line, &around))
        return;
    for (int r = dwarf_child(cu, &die); r == 0; r = dwarf_siblingof(&die, &die)) {
        const char *name = dwarf_tag(&die) == DW_TAG_subprogram
            ? dwarf_diename(&die) : NULL;
        int n = name ? thunk_number(name) : 0;
        int begin = n && n < number ? decl(&die, &at) : 0;
        if (begin && function_around(cu, at, begin, &other)
            && dwarf_dieoffset(&other) == dwarf_dieoffset(&around))
            nth++;
    }
    snprintf(out, size, "%s.func%d", dwarf_diename(&around), nth);
}

/* ---- Frames ------------------------------------------------------------- */

enum whose
{
    USER,    /* the program's */
    RUNTIME, /* goc's own */
    PUBLIC,  /* goc's, of those that people call */
    BOTTOM   /* where a stack begins: nothing below is anybody's business */
};

struct frame
{
    char *name;
    char *place; /* "file.gc:12" or "program+0x12" */
    enum whose whose;
    bool bare;   /* known by its symbol only */
};

static const char nameless[] = "??";

/* What a place in the code stands for, innermost first. */
struct site
{
    uint64_t pc; /* 0: a free entry */
    struct frame *frame;
    int nframes;
};

static enum whose name_whose(const char *name)
{
    static const char *const bottoms[] = {
        "goc__run_task", "goc__loop", "goc__bottom", "goc__start",
        "__libc_start_call_main", "__libc_start_main",
        "__libc_start_main_impl", "__libc_start_main_alias_1",
        "__libc_start_main_alias_2", "_start", "start_thread", "clone",
        "clone3", "__clone3", "__clone", "thread_start"
    };
    for (size_t i = 0; i < sizeof bottoms / sizeof bottoms[0]; i++)
        if (strcmp(name, bottoms[i]) == 0)
            return BOTTOM;
    if (begins(name, "goc__"))
        return thunk_number(name) || test_name(name) ? USER : RUNTIME;
    return begins(name, "goc_") ? PUBLIC : USER;
}

/* The runtime is compiled in its own tree, whose path its debug information
 * does not hold. */
static bool cu_is_runtime(Dwarf_Die *cu)
{
    Dwarf_Attribute a;
    const char *name = dwarf_formstring(dwarf_attr(cu, DW_AT_name, &a));
    const char *folder = dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &a));
    return name && folder && begins(name, "runtime/")
        && strcmp(folder, ".") == 0;
}

static void frame_add(struct site *s, const char *name, const char *place,
                      enum whose whose)
{
    s->frame = checked(realloc(s->frame,
                               (size_t)(s->nframes + 1) * sizeof *s->frame));
    if (test_name(name))
        name = test_name(name);
    /* Linkers' names of parts of functions end in .cold, .part.0, ... */
    size_t n = strcspn(name, ".");
    if (begins(name + n, ".func"))
        n = strlen(name);
    s->frame[s->nframes++] = (struct frame){
        checked(n ? strndup(name, n) : strdup(name)), checked(strdup(place)),
        whose, false
    };
}

/* A file's name as its author knows it. */
static const char *file_short(Dwarf_Die *cu, const char *file)
{
    Dwarf_Attribute a;
    const char *folder = dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &a));
    size_t n = folder ? strlen(folder) : 0;
    if (n && begins(file, folder) && file[n] == '/')
        file += n + 1;
    return begins(file, "./") ? file + 2 : file;
}

/* The unit that a place belongs to.  Not every compiler makes a table of
 * addresses, and where one has none elfutils may name a neighbour. */
static Dwarf_Die *cu_at(Dwfl_Module *module, uint64_t pc, Dwarf_Addr *bias)
{
    Dwarf_Die *cu = dwfl_module_addrdie(module, pc, bias);
    if (cu && dwarf_haspc(cu, pc - *bias) > 0)
        return cu;
    cu = NULL;
    while ((cu = dwfl_module_nextcu(module, cu, bias)))
        if (dwarf_haspc(cu, pc - *bias) > 0)
            return cu;
    return NULL;
}

static const char *call_file(Dwarf_Die *cu, Dwarf_Die *scope)
{
    Dwarf_Attribute a;
    Dwarf_Word index;
    Dwarf_Files *files;
    size_t n;
    if (dwarf_formudata(dwarf_attr(scope, DW_AT_call_file, &a), &index)
        || dwarf_getsrcfiles(cu, &files, &n))
        return NULL;
    return dwarf_filesrc(files, index, NULL, NULL);
}

static int call_line(Dwarf_Die *scope)
{
    Dwarf_Attribute a;
    Dwarf_Word line;
    return dwarf_formudata(dwarf_attr(scope, DW_AT_call_line, &a), &line)
        ? 0 : (int)line;
}

static bool is_function(Dwarf_Die *die)
{
    int tag = dwarf_tag(die);
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* The DIEs around a place, innermost first, from the function or the inlined
 * one that it lies in; -1, or how many. */
static int scopes_at(Dwarf_Die *cu, Dwarf_Addr pc, Dwarf_Die **scopes)
{
    Dwarf_Die *first = NULL;
    int n = dwarf_getscopes(cu, pc, &first), i = 0;
    while (i < n && !is_function(&first[i]))
        i++;
    /* What contains an inlined function here is found from its DIE; the list
     * so far goes on with what contains its definition. */
    n = i < n ? dwarf_getscopes_die(&first[i], scopes) : -1;
    free(first);
    return n;
}

/* Frames by debug information; false when there is none for this place. */
static bool frames_dwarf(struct site *s, Dwfl_Module *module, uint64_t pc)
{
    Dwarf_Addr bias;
    Dwarf_Die *cu = cu_at(module, pc, &bias);
    Dwarf_Die *scopes = NULL;
    if (!cu)
        return false;
    int n = scopes_at(cu, pc - bias, &scopes);
    int line = 0;
    const char *file = NULL;
    Dwarf_Line *at = dwarf_getsrc_die(cu, pc - bias);
    if (at && dwarf_lineno(at, &line) == 0)
        file = dwarf_linesrc(at, NULL, NULL);
    bool own = cu_is_runtime(cu);
    for (int i = 0; i < n; i++) {
        if (!is_function(&scopes[i]))
            continue;
        char place[PATH_MAX + 32], made[512];
        const char *name = dwarf_diename(&scopes[i]);
        if (!name)
            name = nameless;
        enum whose whose = name_whose(name);
        if (own && whose == USER)
            whose = RUNTIME;
        int number = thunk_number(name);
        if (number) {
            thunk_name(cu, &scopes[i], number, made, sizeof made);
            name = made;
        }
        snprintf(place, sizeof place, "%s:%d",
                 file ? file_short(cu, file) : "?", line);
        frame_add(s, name, place, whose);
        if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram)
            break;
        file = call_file(cu, &scopes[i]);
        line = call_line(&scopes[i]);
    }
    free(scopes);
    return s->nframes > 0;
}

/* The frame by the symbol table, or none at all. */
static void frame_symbol(struct site *s, Dwfl_Module *module, uint64_t pc)
{
    GElf_Off offset;
    GElf_Sym symbol;
    Dwarf_Addr bias = 0, start = 0;
    char place[PATH_MAX + 32], made[64];
    const char *file = dwfl_module_info(module, NULL, &start, NULL, NULL, NULL,
                                        NULL, NULL);
    const char *slash = file ? strrchr(file, '/') : NULL;
    const char *name = dwfl_module_addrinfo(module, pc, &offset, &symbol, NULL,
                                            NULL, NULL);
    if (!dwfl_module_getelf(module, &bias))
        bias = start;
    snprintf(place, sizeof place, "%s+0x%llx",
             slash ? slash + 1 : file ? file : "?",
             (unsigned long long)(pc - bias));
    enum whose whose = name ? name_whose(name) : USER;
    int number = name ? thunk_number(name) : 0;
    if (number) {
        snprintf(made, sizeof made, "func%d", number);
        name = made;
    }
    frame_add(s, name ? name : nameless, place, whose);
    s->frame[s->nframes - 1].bare = true;
}

/* By pc, found by hashing. */
static struct
{
    struct site *entry;
    size_t n, size;
} sites;

static struct site *site_slot(uint64_t pc)
{
    size_t i = (size_t)(pc * 0x9e3779b97f4a7c15u >> 20);
    while (sites.entry[i % sites.size].pc
           && sites.entry[i % sites.size].pc != pc)
        i++;
    return &sites.entry[i % sites.size];
}

static void sites_grow(void)
{
    struct site *old = sites.entry;
    size_t n = sites.size;
    sites.size = n ? 2 * n : 1024;
    sites.entry = checked(calloc(sites.size, sizeof *sites.entry));
    for (size_t i = 0; i < n; i++)
        if (old[i].pc)
            *site_slot(old[i].pc) = old[i];
    free(old);
}

static struct site *site_of(uint64_t pc)
{
    if (2 * sites.n >= sites.size)
        sites_grow();
    struct site *s = site_slot(pc);
    if (!s->pc) {
        Dwfl_Module *module = dwfl_addrmodule(dwfl, pc);
        sites.n++;
        s->pc = pc;
        if (module && !frames_dwarf(s, module, pc))
            frame_symbol(s, module, pc);
    }
    return s;
}

/* ---- A stack ------------------------------------------------------------ */

static uint64_t pcs[FRAMES_MAX];
static int npcs;
static uint64_t last_sp;

static int frame_visit(Dwfl_Frame *frame, void *arg)
{
    Dwarf_Addr pc;
    Dwarf_Word sp = 0;
    bool exact;
    (void)arg;
    if (!dwfl_frame_pc(frame, &pc, &exact) || !pc || npcs == FRAMES_MAX)
        return DWARF_CB_ABORT;
    /* A stack grows one way; what does not is rubbish, or a circle.  Only the
     * innermost function need not use it. */
    if (dwfl_frame_reg(frame, machine->sp, &sp) == 0) {
        if (npcs && (sp < last_sp || (sp == last_sp && npcs > 1)))
            return DWARF_CB_ABORT;
        last_sp = sp;
    }
    /* A return address may lie behind the end of its function. */
    pc -= !exact;
    if (!dwfl_addrmodule(dwfl, pc))
        return DWARF_CB_ABORT;
    pcs[npcs++] = pc;
    return DWARF_CB_OK;
}

/* Whether the i-th place is one of the runtime's static functions, which its
 * symbol does not tell: the runtime has called it, other than to run what the
 * program gave it. */
static bool called_by_runtime(int i)
{
    struct site *s = i + 1 < npcs ? site_of(pcs[i + 1]) : NULL;
    return s && s->nframes
        && (s->frame[0].whose == RUNTIME || s->frame[0].whose == PUBLIC)
        && !begins(s->frame[0].name, "goc_once");
}

/* Whether the i-th place has no name and is in the file of the bottom, which
 * has called it: so it is around main if the C library has no symbols. */
static bool part_of_bottom(int i, const struct frame *f)
{
    struct site *s = i + 1 < npcs ? site_of(pcs[i + 1]) : NULL;
    return f->bare && strcmp(f->name, nameless) == 0 && s && s->nframes
        && s->frame[0].whose == BOTTOM
        && dwfl_addrmodule(dwfl, pcs[i]) == dwfl_addrmodule(dwfl, pcs[i + 1]);
}

/* The frames of pcs that concern people. */
static struct frame **frames_select(size_t *count)
{
    size_t n = 0, max = 0;
    struct frame **list = NULL;
    bool inner = true;
    for (int i = 0; i < npcs; i++) {
        struct site s = *site_of(pcs[i]);
        for (int k = 0; k < s.nframes; k++) {
            struct frame *f = &s.frame[k];
            if (f->whose == BOTTOM || part_of_bottom(i, f)) {
                *count = n;
                return list;
            }
            if (f->whose == RUNTIME || (f->whose == PUBLIC && inner))
                continue;
            if (inner && f->bare && called_by_runtime(i))
                continue;
            inner = false;
            if (n == max) {
                max = max ? 2 * max : 64;
                list = checked(realloc(list, max * sizeof *list));
            }
            list[n++] = f;
        }
        /* Sites may move when there are more; their frames do not. */
    }
    *count = n;
    return list;
}

static void stack_answer(void)
{
    size_t n;
    npcs = 0;
    pages_forget();
    if (from.sp)
        dwfl_getthread_frames(dwfl, getppid(), frame_visit, NULL);
    else if (dwfl_addrmodule(dwfl, from.pc))
        pcs[npcs++] = from.pc;
    struct frame **list = frames_select(&n);
    for (size_t i = 0; i < n; i++) {
        if (i == SHOWN_INNER && n > SHOWN_INNER + SHOWN_OUTER) {
            text_print("...%zu frames elided...\n",
                       n - SHOWN_INNER - SHOWN_OUTER);
            i = n - SHOWN_OUTER;
        }
        text_print("%.400s(...)\n\t%.500s\n", list[i]->name, list[i]->place);
    }
    free(list);
}

static void symbol_answer(uint64_t at)
{
    GElf_Off offset;
    GElf_Sym symbol;
    Dwfl_Module *module = dwfl_addrmodule(dwfl, at);
    const char *name = module ? dwfl_module_addrinfo(
        module, at, &offset, &symbol, NULL, NULL, NULL) : NULL;
    if (!name || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT)
        return;
    if (offset)
        text_print("%.400s+%llu", name, (unsigned long long)offset);
    else
        text_print("%.400s", name);
}

int main(void)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGALRM);
    signal(SIGALRM, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &mask, NULL);
    alarm(SECONDS);
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    if (!code_open())
        return 1;
    for (;;) {
        packet_receive();
        if (in.m.kind == TRACE_STACK) {
            from = in.m;
            stack_answer();
        } else if (in.m.kind == TRACE_SYMBOL) {
            symbol_answer(in.m.pc);
        }
        text_end();
    }
}
