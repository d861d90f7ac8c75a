/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hostcc.c: the commands for the C compiler behind goc.
 *
 * The C text made of a .gc file lies in a temporary folder, under the name of
 * the .gc file.  Nothing of that place may show in what comes out: #line names
 * the .gc in messages and line tables, a prefix map names it where the compiler
 * writes down the file that it opened, and -iquote finds the headers beside it.
 * Files that the compiler writes beside the object (.gcno, .su, .dwo) are named
 * for the object that the user asked for.
 */
#include "hostcc.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"
#include "paths.h"

static bool starts(const char *s, const char *prefix)
{
    return !strncmp(s, prefix, strlen(prefix));
}

/* ---- the compiler ---- */

/* Which file a command's first word runs, links followed; null if unknown. */
static char *resolve_command(const char *name)
{
    const char *path = getenv("PATH");
    char file[PATH_MAX], *real = NULL;
    if (strchr(name, '/'))
        return realpath(name, NULL);
    while (path && *path && !real)
    {
        int n = (int)strcspn(path, ":");
        if (snprintf(file, sizeof file, "%.*s/%s", n, path, name) < (int)sizeof file
            && !access(file, X_OK))
            real = realpath(file, NULL);
        path += n + (path[n] == ':');
    }
    return real;
}

bool hostcc_exists(struct options *o)
{
    char *real = resolve_command(o->unit.cc.v[0]);
    free(real);
    return real != NULL;
}

static bool cc_is(struct options *o, const char *family)
{
    bool found = false;
    for (size_t i = 0; i < o->unit.cc.n && !found; i++)
    {
        const char *word = o->unit.cc.v[i];
        if (word[0] == '-')
            break;
        char *real = resolve_command(word);
        found = strstr(path_base(word), family) || (real && strstr(path_base(real), family));
        free(real);
    }
    return found;
}

bool hostcc_is_clang(struct options *o)
{
    return cc_is(o, "clang");
}

static void add_cc(struct options *o, struct command *c, bool cxx)
{
    for (size_t i = 0; !cxx && i < o->unit.cc.n; i++)
        command_add(c, o->unit.cc.v[i]);
    for (size_t i = 0; cxx && i < o->cxx.n; i++)
        command_add(c, o->cxx.v[i]);
}

/* ---- options ---- */

static void add_words(struct command *c, const struct arg *arg)
{
    command_add(c, arg->word[0]);
    if (arg->word[1])
        command_add(c, arg->word[1]);
}

/* -std=c11 is no option of a C++ compiler's, nor the other way round. */
static bool for_language(const struct arg *arg, bool cxx)
{
    const char *w = arg->word[0];
    if (starts(w, "-std=") || starts(w, "--std="))
        return cxx == (strstr(w, "++") != NULL);
    return !(cxx && !strcmp(w, "-ansi"));
}

static void add_options(struct options *o, struct command *c, bool cxx, bool compile,
                        bool deps, bool link)
{
    if (o->sanitize[0] == '-' && !strcmp(o->sanitize, "-tsan"))
        command_add(c, "-fsanitize=thread");
    for (size_t i = 0; i < o->args.n; i++)
    {
        const struct arg *arg = &o->args.v[i];
        bool wanted = arg->kind == ARG_BOTH || (arg->kind == ARG_COMPILE && compile)
                      || (arg->kind == ARG_PLAIN && deps) || (arg->kind == ARG_LINK && link);
        if (wanted && for_language(arg, cxx))
            add_words(c, arg);
    }
}

static void add_own_include(struct options *o, struct command *c)
{
    command_add(c, "-isystem");
    command_add(c, o->unit.own_include);
}

/* ---- side files ---- */

static bool has_option(struct options *o, const char *const *prefixes)
{
    for (size_t i = 0; i < o->args.n; i++)
        for (const char *const *p = prefixes; *p && o->args.v[i].kind == ARG_BOTH; p++)
            if (starts(o->args.v[i].word[0], *p))
                return true;
    return false;
}

/* Names .gcno and the like after the product, "sub/x.o" or "prog". */
static void add_side_names(struct options *o, struct command *c, const struct compile *k)
{
    static const char *const coverage[] = {"--coverage", "-ftest-coverage", "-fprofile-arcs",
                                           "-coverage", NULL};
    static const char *const any[] = {"--coverage", "-ftest-coverage", "-fprofile", "-coverage",
                                      "-fstack-usage", "-fdump-", "-save-temps",
                                      "-gsplit-dwarf", "-fcallgraph-info", "-d", NULL};
    struct arena *a = &o->arena;
    if (o->own_names || !k->text || !k->product || !has_option(o, any))
        return;
    const char *base = path_base(k->input->word[0]), *stem = path_suffix(a, base, "");
    const char *suffix = base + strlen(stem);
    const char *slash = strrchr(k->product, '/');
    int folder = slash ? (int)(slash + 1 - k->product) : 0;
    bool linked = o->mode == MODE_LINK || o->mode == MODE_RUN;
    if (o->save_temps && strcmp(o->save_temps, "obj"))
        folder = 0;
    const char *dir = linked ? arena_printf(a, "%s-", path_suffix(a, k->product, ""))
                             : arena_printf(a, "%.*s", folder, k->product);
    if (!linked)
        stem = path_suffix(a, path_base(k->product), "");
    if (!hostcc_is_clang(o))
    {
        command_add(c, "-dumpdir");
        command_add(c, dir);
        command_add(c, "-dumpbase");
        command_add(c, arena_printf(a, "%s%s", stem, suffix));
        if (*suffix)
        {
            command_add(c, "-dumpbase-ext");
            command_add(c, suffix);
        }
    }
    else if (has_option(o, coverage))
    {
        char cwd[PATH_MAX];
        const char *top = dir[0] != '/' && getcwd(cwd, sizeof cwd) ? cwd : "";
        static const char *const names[][2] = {{"-coverage-notes-file", "gcno"},
                                               {"-coverage-data-file", "gcda"}};
        for (int i = 0; i < 2; i++)
        {
            command_add(c, "-Xclang");
            command_add(c, names[i][0]);
            command_add(c, "-Xclang");
            command_add(c, arena_printf(a, "%s%s%s%s.%s", top, *top ? "/" : "", dir, stem,
                                        names[i][1]));
        }
    }
}

/* ---- compiling ---- */

/* __FILE__ is what it would be in the text that --emit-c writes, so that places
 * which the program prints have no absolute names. */
static void add_macro_maps(struct options *o, struct command *c, const struct unit *u)
{
    for (size_t i = 0; u && i < u->sources.n; i++)
    {
        const struct source *s = u->sources.v[i];
        if ((s == u->main || s->lowered) && s->name[0] == '/' && !strcmp(s->name, s->file->path))
            command_add(c, arena_printf(&o->arena, "-fmacro-prefix-map=%s=%s", s->name,
                                        path_base(s->name)));
    }
}

static void add_goc_source(struct options *o, struct command *c, const struct compile *k)
{
    struct arena *a = &o->arena;
    const char *folder = path_folder(a, k->input->word[0]);
    command_add(c, arena_printf(a, "-ffile-prefix-map=%s=%s", k->text, k->name));
    /* "x.h" beside the source is called x.h, not ./x.h. */
    if (!strcmp(folder, ".") && !o->user_maps)
        command_add(c, "-ffile-prefix-map=./=");
    add_macro_maps(o, c, k->unit);
    add_side_names(o, c, k);
    command_add(c, "-x");
    command_add(c, "c");
    command_add(c, k->text);
}

static void add_plain_source(struct command *c, const struct compile *k)
{
    const char *lang = k->input->lang;
    if (k->input->input == INPUT_GOC) /* -E */
    {
        command_add(c, "-D__GOC__=" GOC_VERSION);
        command_add(c, "-D__GOC_TRANSLATING__=1");
        lang = "c";
    }
    if (lang)
    {
        command_add(c, "-x");
        command_add(c, lang);
    }
    command_add(c, k->input->word[0]);
}

void hostcc_compile(struct options *o, struct command *c, const struct compile *k)
{
    bool cxx = k->input->input == INPUT_CXX;
    add_cc(o, c, cxx);
    if (k->text)
    {
        if (strcmp(k->step, "-fsyntax-only"))
            command_add(c, "-fstack-clash-protection");
        command_add(c, "-iquote");
        command_add(c, path_folder(&o->arena, k->input->word[0]));
    }
    add_options(o, c, cxx, true, k->deps, false);
    add_own_include(o, c);
    command_add(c, k->step);
    if (k->output)
    {
        command_add(c, "-o");
        command_add(c, k->output);
    }
    if (k->text)
        add_goc_source(o, c, k);
    else
        add_plain_source(c, k);
}

/* ---- linking ---- */

static bool file_holds(const char *path, const char *text, size_t length)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool found = false;
    if (fd < 0)
        return false;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0)
    {
        size_t size = (size_t)st.st_size;
        void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        found = p != MAP_FAILED && memmem(p, size, text, length);
        if (p != MAP_FAILED)
            munmap(p, size);
    }
    close(fd);
    return found;
}

/* Names in object files end in 0. */
static bool file_names(const char *path, const char *name)
{
    return file_holds(path, name, strlen(name) + 1);
}

/* The value of -lx or -l x; null for other options. */
static const char *value_of(const struct arg *arg, const char *option)
{
    if (arg->kind != ARG_LINK || !starts(arg->word[0], option))
        return NULL;
    return arg->word[1] ? arg->word[1] : arg->word[0] + strlen(option);
}

static bool library_names(struct options *o, const char *lib, const char *text)
{
    for (size_t i = 0; i < o->args.n; i++)
    {
        const char *dir = value_of(&o->args.v[i], "-L");
        if (dir && file_names(arena_printf(&o->arena, "%s/lib%s.so", dir, lib), text))
            return true;
    }
    return false;
}

/* A program must not hold a runtime of its own beside the one that a shared
 * library made by goc brings along. */
static bool needs_shared_runtime(struct options *o)
{
    const char *soname = arena_printf(&o->arena, "libgocrt%s.so", o->sanitize);
    if (o->shared)
        return true;
    for (size_t i = 0; i < o->args.n && !o->static_; i++)
    {
        const struct arg *arg = &o->args.v[i];
        const char *lib = value_of(arg, "-l");
        if (lib && library_names(o, lib, soname))
            return true;
        if (arg->kind == ARG_INPUT && arg->input == INPUT_OBJECT
            && strstr(path_base(arg->word[0]), ".so") && file_names(arg->word[0], soname))
            return true;
    }
    return false;
}

/* Whether an archive that -l finds has words of the runtime's. */
static bool library_calls(struct options *o, const char *lib)
{
    for (size_t i = 0; i < o->args.n; i++)
    {
        const char *dir = value_of(&o->args.v[i], "-L");
        if (dir && file_holds(arena_printf(&o->arena, "%s/lib%s.a", dir, lib), "goc_", 4))
            return true;
    }
    return false;
}

/* False if what is linked surely does not call the runtime: objects of plain C.
 * What is compiled on the way, and what -Wl, may name, is not looked at. */
static bool may_call_runtime(struct options *o)
{
    if (o->inputs == 0 || o->goc_inputs || o->c_inputs || o->cxx_inputs)
        return true;
    for (size_t i = 0; i < o->args.n; i++)
    {
        const struct arg *arg = &o->args.v[i];
        const char *lib = value_of(arg, "-l"), *word = arg->word[0];
        if (arg->kind == ARG_INPUT && file_holds(word, "goc_", 4))
            return true;
        if ((lib && library_calls(o, lib))
            || (value_of(arg, "-Wl,") && (strstr(word, ".a") || strchr(word, '@'))))
            return true;
    }
    return false;
}

/* Whether the program gets debug information: by the last -g. */
static bool wants_debug(struct options *o)
{
    bool wants = false;
    for (size_t i = 0; i < o->args.n; i++)
    {
        const struct arg *arg = &o->args.v[i];
        if (arg->kind != ARG_INPUT && !strncmp(arg->word[0], "-g", 2))
            wants = strcmp(arg->word[0], "-g0") != 0;
    }
    return wants;
}

/* A run path tells where the shared runtime is, and a program with debug
 * information, which names folders anyway, where the runtime's goc-trace is.  Plain
 * C that does not call the runtime gets none: installers would have to remove it. */
static void add_runtime(struct options *o, struct command *c)
{
    struct arena *a = &o->arena;
    if (o->no_runtime)
        return;
    bool calls = may_call_runtime(o);
    if (needs_shared_runtime(o))
    {
        const char *folder = own_folder(a);
        /* A library of plain C does not need it. */
        command_add(c, "-Wl,--push-state,--as-needed");
        command_add(c, arena_printf(a, "%s/libgocrt%s.so", folder, o->sanitize));
        command_add(c, "-Wl,--pop-state");
        if (calls)
            command_add(c, arena_printf(a, "-Wl,-rpath,%s", folder));
        if (o->mode == MODE_TEST) /* for the main */
            command_add(c, arena_printf(a, "%s/libgocrt%s.a", folder, o->sanitize));
    }
    else
    {
        command_add(c, arena_printf(a, "%s/libgocrt%s.a", own_folder(a), o->sanitize));
        if (calls && wants_debug(o) && !o->static_)
            command_add(c, arena_printf(a, "-Wl,-rpath,%s", own_folder(a)));
    }
    /* -pthread would be for what is compiled on the way, too. */
    command_add(c, "-lpthread");
}

/* The testing library's main starts instead of the program's, unless that runs
 * the tests itself. */
static void add_test_main(struct options *o, struct command *c, const char *const *objects)
{
    for (size_t i = 0; i < o->args.n; i++)
    {
        const struct arg *arg = &o->args.v[i];
        const char *object = objects[i] ? objects[i] : arg->word[0];
        if (arg->kind == ARG_INPUT && file_names(object, "goc_test_main"))
            return;
    }
    command_add(c, "-Wl,--wrap=main");
}

/* Inputs among the options, in the user's order; -x where it changes. */
static void add_all(struct options *o, struct command *c, const char *const *objects)
{
    const char *lang = NULL;
    bool compiles = o->c_inputs && !o->cxx_inputs;
    for (size_t i = 0; i < o->args.n; i++)
    {
        const struct arg *arg = &o->args.v[i];
        if (arg->kind == ARG_INPUT)
        {
            const char *want = objects && objects[i] ? NULL : arg->lang;
            if (want != lang && !(want && lang && !strcmp(want, lang)))
            {
                command_add(c, "-x");
                command_add(c, want ? want : "none");
            }
            lang = want;
            command_add(c, objects && objects[i] ? objects[i] : arg->word[0]);
        }
        else if (arg->kind == ARG_BOTH || arg->kind == ARG_LINK
                 || (compiles && (arg->kind == ARG_COMPILE || arg->kind == ARG_PLAIN)))
            add_words(c, arg);
    }
    if (lang)
    {
        command_add(c, "-x");
        command_add(c, "none");
    }
}

void hostcc_link(struct options *o, struct command *c, const char *const *objects,
                 const char *output)
{
    add_cc(o, c, o->cxx_inputs > 0);
    if (!strcmp(o->sanitize, "-tsan"))
        command_add(c, "-fsanitize=thread");
    if (o->c_inputs && !o->cxx_inputs)
        add_own_include(o, c);
    if (o->mode == MODE_TEST)
        add_test_main(o, c, objects);
    command_add(c, "-o");
    command_add(c, output);
    add_all(o, c, objects);
    add_runtime(o, c);
}

void hostcc_plain(struct options *o, struct command *c)
{
    add_cc(o, c, false);
    add_all(o, c, NULL);
}

/* ---- --cflags, --libs ---- */

const char *hostcc_cflags(struct options *o)
{
    return arena_printf(&o->arena, "-isystem %s -pthread", o->unit.own_include);
}

const char *hostcc_libs(struct options *o)
{
    return arena_printf(&o->arena, "%s/libgocrt%s.a -pthread", own_folder(&o->arena),
                        o->sanitize);
}
