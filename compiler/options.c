/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* options.c: the command line, word by word.
 *
 * A table tells for every option whether it takes a value, which steps it is
 * for, and who looks at it.  What is not in the table goes to the C compiler as
 * it is, but for words with two dashes, which goc keeps for itself.
 */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "respfile.h"
#include "testrun.h"

/* How an option is spelled. */
enum shape
{
    EXACT,  /* -c */
    PREFIX, /* -O2: the rest of the word is the value */
    APART,  /* -Xlinker x: the next word is */
    EITHER, /* -Ix or -I x */
};

/* What else is done with an option; bits. */
enum
{
    HOST = 1, /* one of unit_options.host_flags */
    PP = 2,   /* one of unit_options.pp_args */
};

struct reader
{
    struct options *o;
    char **argv;        /* the words to come, null-terminated */
    const char *lang;   /* -x */
    const char *cc;     /* --cc= */
    bool run;           /* goc run */
    bool test;          /* goc test */
    unsigned depth;     /* of response files */
    bool done;          /* the rest belongs to the program to run */
    bool no_options;    /* after -- */
};

struct row
{
    const char *name;
    enum shape shape;
    enum arg_kind kind;
    unsigned more; /* HOST, PP */
    void (*look)(struct reader *r, const char *name, const char *value);
};

static void read_words(struct reader *r, char **words);

static bool starts(const char *s, const char *prefix)
{
    return !strncmp(s, prefix, strlen(prefix));
}

/* ---- what goc does ---- */

static void look_output(struct reader *r, const char *name, const char *value)
{
    (void)name;
    r->o->output = value;
}

static void set_mode(struct reader *r, enum mode mode)
{
    /* As in GCC, the one that stops first counts, whatever the order. */
    static const int rank[] = {[MODE_LINK] = 0,     [MODE_RUN] = 1,  [MODE_TEST] = 1,
                               [MODE_COMPILE] = 2,  [MODE_ASSEMBLE] = 3,
                               [MODE_SYNTAX] = 4,   [MODE_EMIT_C] = 5,
                               [MODE_PREPROCESS] = 6, [MODE_DUMP] = 7,
                               [MODE_PRINT] = 8};
    if (rank[mode] > rank[r->o->mode])
        r->o->mode = mode;
}

static void look_mode(struct reader *r, const char *name, const char *value)
{
    (void)value;
    set_mode(r, !strcmp(name, "-c")         ? MODE_COMPILE
                : !strcmp(name, "-S")       ? MODE_ASSEMBLE
                : !strcmp(name, "-E")       ? MODE_PREPROCESS
                : !strcmp(name, "--emit-c") ? MODE_EMIT_C
                                            : MODE_SYNTAX);
}

static void look_dump(struct reader *r, const char *name, const char *value)
{
    static const char *const names[] = {NULL, "tokens", "pp", "ast", "types", "lower"};
    (void)name;
    set_mode(r, MODE_DUMP);
    for (int i = 1; i < 6; i++)
        if (!strcmp(value, names[i]))
        {
            r->o->dump = (enum dump)i;
            return;
        }
    fatal("--dump=%s: must be tokens, pp, ast, types or lower", value);
}

static void look_verify(struct reader *r, const char *name, const char *value)
{
    (void)name, (void)value;
    set_mode(r, MODE_DUMP);
    r->o->verify = true;
}

static void look_print(struct reader *r, const char *name, const char *value)
{
    static const struct { const char *name; enum print print; } names[] = {
        {"--version", PRINT_VERSION}, {"--help", PRINT_HELP},
        {"--print-runtime-dir", PRINT_RUNTIME_DIR}, {"--cflags", PRINT_CFLAGS},
        {"--libs", PRINT_LIBS}, {"-print-file-name=", PRINT_FILE_NAME},
        {"--print-file-name=", PRINT_FILE_NAME},
    };
    set_mode(r, MODE_PRINT);
    if (r->o->print)
        return;
    r->o->print = PRINT_HOST;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i].name))
            r->o->print = names[i].print;
    r->o->print_arg = value;
}

static void look_cc(struct reader *r, const char *name, const char *value)
{
    (void)name;
    if (!*value)
        fatal("--cc= needs a command");
    r->cc = value;
}

static void look_flag(struct reader *r, const char *name, const char *value)
{
    (void)value;
    if (!strcmp(name, "-v"))
        r->o->verbose = true;
    else if (!strcmp(name, "-###"))
        r->o->dry_run = true;
    else if (!strcmp(name, "-shared"))
        r->o->shared = true;
    else if (starts(name, "-static") && strcmp(name, "-static-libgcc"))
        r->o->static_ = true;
    else if (!strcmp(name, "-race"))
    {
        r->o->sanitize = "-tsan";
        *vec_push(&r->o->unit.host_flags) = "-fsanitize=thread";
    }
    else if (!strcmp(name, "-w"))
        r->o->unit.inhibit_warnings = true;
    else if (!strcmp(name, "-gsplit-dwarf"))
        r->o->split_dwarf = true;
    else if (starts(name, "-dump"))
        r->o->own_names = true;
    else /* -nogoc, -nostdlib, -nodefaultlibs, -r */
        r->o->no_runtime = true;
}

static void look_save_temps(struct reader *r, const char *name, const char *value)
{
    (void)name;
    r->o->save_temps = !strcmp(value, "=obj") ? "obj" : "cwd";
}

static void look_lang(struct reader *r, const char *name, const char *value)
{
    (void)name;
    r->lang = !strcmp(value, "none") ? NULL : value;
}

/* ---- dependencies ---- */

static void look_deps(struct reader *r, const char *name, const char *value)
{
    struct dep_options *d = &r->o->deps;
    if (!strcmp(name, "-MF"))
        d->file = value;
    else if (!strcmp(name, "-MT") || !strcmp(name, "-MQ"))
        *vec_push(&d->targets) = (struct dep_target){value, name[2] == 'Q'};
    else if (!strcmp(name, "-MP"))
        d->phony = true;
    else if (!strcmp(name, "-MG"))
        d->missing = true;
    else
    {
        d->on = true;
        d->only |= !name[2] || !strcmp(name, "-MM");
        d->system = !strcmp(name, "-M") || !strcmp(name, "-MD");
    }
}

/* ---- the dialect ---- */

static void look_std(struct reader *r, const char *name, const char *value)
{
    static const struct { const char *name; enum dialect_std std; } names[] = {
        {"89", STD_C89}, {"90", STD_C89}, {"9899:1990", STD_C89},
        {"9899:199409", STD_C89}, {"99", STD_C99}, {"9x", STD_C99},
        {"9899:1999", STD_C99}, {"11", STD_C11}, {"1x", STD_C11},
        {"9899:2011", STD_C11}, {"17", STD_C17}, {"18", STD_C17},
        {"9899:2017", STD_C17}, {"9899:2018", STD_C17}, {"2x", STD_C23},
        {"23", STD_C23}, {"9899:2024", STD_C23},
    };
    struct unit_options *u = &r->o->unit;
    if (!strcmp(name, "-ansi"))
        value = "c89";
    const char *v = value + (starts(value, "gnu") ? 3 : starts(value, "iso") ? 3 : 1);
    for (size_t i = 0; *value && i < sizeof names / sizeof *names; i++)
        if (!strcmp(v, names[i].name))
        {
            u->std = names[i].std;
            u->gnu = starts(value, "gnu");
        }
}

static void look_pp(struct reader *r, const char *name, const char *value)
{
    *vec_push(&r->o->unit.pp_args) = arena_printf(&r->o->arena, "%s%s", name, value);
}

/* -Wp,-MMD,x.d and -Wp,-DX=1, as the Linux kernel has them. */
static void look_wp(struct reader *r, const char *name, const char *value)
{
    struct words list = {0};
    (void)name;
    for (const char *p = value; *p;)
    {
        size_t n = strcspn(p, ",");
        *vec_push(&list.w) = arena_strndup(&r->o->arena, p, n);
        p += n + (p[n] == ',');
    }
    for (size_t i = 0; i < list.w.n; i++)
    {
        char *w = list.w.v[i], *pair[] = {w, NULL, NULL};
        bool has_value = i + 1 < list.w.n && list.w.v[i + 1][0] != '-';
        if ((!strcmp(w, "-MD") || !strcmp(w, "-MMD")) && has_value)
        {
            look_deps(r, w, NULL);
            r->o->deps.file = list.w.v[++i];
            continue;
        }
        if (has_value)
            pair[1] = list.w.v[++i];
        read_words(r, pair);
    }
    vec_free(&list.w);
}

static void add_map(struct reader *r, const char *value)
{
    struct options *o = r->o;
    const char *eq = strchr(value, '=');
    if (eq)
        *vec_push(&o->unit.prefix_maps) = (struct prefix_map){
            arena_strndup(&o->arena, value, (size_t)(eq - value)), eq + 1};
}

static void look_map(struct reader *r, const char *name, const char *value)
{
    r->o->user_maps = true;
    if (strcmp(name, "-fdebug-prefix-map="))
        add_map(r, value);
}

static void look_sanitize(struct reader *r, const char *name, const char *value)
{
    (void)name;
    if (strstr(value, "thread"))
        r->o->sanitize = "-tsan";
    else if (strstr(value, "address"))
        r->o->sanitize = "-asan";
}

static void look_color(struct reader *r, const char *name, const char *value)
{
    int *color = &r->o->unit.color;
    if (!strcmp(name, "-fno-diagnostics-color") || !strcmp(name, "-fno-color-diagnostics")
        || !strcmp(name, "-fdiagnostics-plain-output"))
        *color = 0;
    else
        *color = !strcmp(value, "=never") ? 0 : !strcmp(value, "=auto") ? 2 : 1;
}

static void look_max_errors(struct reader *r, const char *name, const char *value)
{
    (void)name;
    r->o->unit.max_errors = atoi(value);
}

static void look_dialect(struct reader *r, const char *name, const char *value)
{
    struct unit_options *u = &r->o->unit;
    (void)value;
    if (!strcmp(name, "-fno-asm"))
        u->no_asm = true;
    else if (!strcmp(name, "-fms-extensions"))
        u->ms_extensions = true;
    else if (!strcmp(name, "-fplan9-extensions"))
        u->plan9_extensions = true;
    else
        u->signed_char = !strcmp(name, "-fsigned-char") || !strcmp(name, "-fno-unsigned-char");
}

static void look_own_f(struct reader *r, const char *name, const char *value)
{
    (void)value;
    r->o->unit.no_line_directives = !strcmp(name, "-fno-goc-line");
}

static void bad_own_option(struct reader *r, const char *name, const char *value)
{
    (void)r;
    fatal("unrecognized command-line option '%s%s'; see goc --help", name, value);
}

static void look_warning(struct reader *r, const char *name, const char *value)
{
    *vec_push(&r->o->unit.warn) = arena_printf(&r->o->arena, "%s%s", name + 2, value);
}

/* ---- the table: the first row that fits counts ---- */

static const struct row table[] = {
    {"-o", EITHER, ARG_OWN, 0, look_output},
    {"-c", EXACT, ARG_OWN, 0, look_mode},
    {"-S", EXACT, ARG_OWN, 0, look_mode},
    {"-E", EXACT, ARG_OWN, 0, look_mode},
    {"-fsyntax-only", EXACT, ARG_OWN, 0, look_mode},
    {"-x", EITHER, ARG_OWN, 0, look_lang},
    {"-v", EXACT, ARG_BOTH, 0, look_flag},
    {"-###", EXACT, ARG_OWN, 0, look_flag},
    {"-nogoc", EXACT, ARG_OWN, 0, look_flag},
    {"-race", EXACT, ARG_OWN, 0, look_flag},
    {"-verify", EXACT, ARG_OWN, 0, look_verify},
    {"-save-temps", PREFIX, ARG_BOTH, 0, look_save_temps},

    {"--emit-c", EXACT, ARG_OWN, 0, look_mode},
    {"--dump=", PREFIX, ARG_OWN, 0, look_dump},
    {"--cc=", PREFIX, ARG_OWN, 0, look_cc},
    {"--version", EXACT, ARG_BOTH, 0, look_print},
    {"--help", EXACT, ARG_OWN, 0, look_print},
    {"--print-runtime-dir", EXACT, ARG_OWN, 0, look_print},
    {"--cflags", EXACT, ARG_OWN, 0, look_print},
    {"--libs", EXACT, ARG_OWN, 0, look_print},
    {"-fno-goc-line", EXACT, ARG_OWN, 0, look_own_f},
    {"-fgoc-line", EXACT, ARG_OWN, 0, look_own_f},
    {"-fgoc-", PREFIX, ARG_OWN, 0, bad_own_option},
    {"-fno-goc-", PREFIX, ARG_OWN, 0, bad_own_option},
    {"-Wgoc-", PREFIX, ARG_OWN, 0, look_warning},
    {"-Wno-goc-", PREFIX, ARG_OWN, 0, look_warning},
    {"-Werror=goc-", PREFIX, ARG_OWN, 0, look_warning},
    {"-Wno-error=goc-", PREFIX, ARG_OWN, 0, look_warning},

    {"-print-file-name=", PREFIX, ARG_OWN, 0, look_print},
    {"--print-file-name=", PREFIX, ARG_OWN, 0, look_print},
    {"-print-", PREFIX, ARG_BOTH, 0, look_print},
    {"--print-", PREFIX, ARG_BOTH, 0, look_print},
    {"-dumpversion", EXACT, ARG_BOTH, 0, look_print},
    {"-dumpfullversion", EXACT, ARG_BOTH, 0, look_print},
    {"-dumpmachine", EXACT, ARG_BOTH, 0, look_print},
    {"-dumpspecs", EXACT, ARG_BOTH, 0, look_print},
    {"-dumpbase-ext", APART, ARG_BOTH, 0, look_flag},
    {"-dumpbase", APART, ARG_BOTH, 0, look_flag},
    {"-dumpdir", APART, ARG_BOTH, 0, look_flag},

    {"-MF", EITHER, ARG_PLAIN, 0, look_deps},
    {"-MT", EITHER, ARG_PLAIN, 0, look_deps},
    {"-MQ", EITHER, ARG_PLAIN, 0, look_deps},
    {"-MP", EXACT, ARG_PLAIN, 0, look_deps},
    {"-MG", EXACT, ARG_PLAIN, 0, look_deps},
    {"-MD", EXACT, ARG_PLAIN, 0, look_deps},
    {"-MMD", EXACT, ARG_PLAIN, 0, look_deps},
    {"-MM", EXACT, ARG_PLAIN, 0, look_deps},
    {"-M", EXACT, ARG_PLAIN, 0, look_deps},

    {"-D", EITHER, ARG_COMPILE, PP, NULL},
    {"-U", EITHER, ARG_COMPILE, PP, NULL},
    {"-I", EITHER, ARG_COMPILE, PP, NULL},
    {"-A", EITHER, ARG_COMPILE, PP, NULL},
    {"-iquote", EITHER, ARG_COMPILE, PP, NULL},
    {"-isystem", EITHER, ARG_COMPILE, PP, NULL},
    {"-idirafter", EITHER, ARG_COMPILE, PP, NULL},
    {"-include-pch", APART, ARG_COMPILE, 0, NULL},
    {"-include", EITHER, ARG_COMPILE, PP, NULL},
    {"-imacros", EITHER, ARG_COMPILE, PP, NULL},
    {"-iprefix", EITHER, ARG_COMPILE, PP | HOST, NULL},
    {"-iwithprefixbefore", EITHER, ARG_COMPILE, PP, NULL},
    {"-iwithprefix", EITHER, ARG_COMPILE, PP, NULL},
    {"-isysroot", EITHER, ARG_BOTH, HOST, NULL},
    {"-imultilib", APART, ARG_COMPILE, HOST, NULL},
    {"-nostdinc", EXACT, ARG_COMPILE, PP | HOST, NULL},
    {"-undef", EXACT, ARG_COMPILE, PP | HOST, NULL},
    {"-trigraphs", EXACT, ARG_COMPILE, PP | HOST, NULL},
    {"-remap", EXACT, ARG_COMPILE, 0, NULL},
    {"-Wp,", PREFIX, ARG_PLAIN, 0, look_wp},
    {"-Xpreprocessor", APART, ARG_COMPILE, 0, NULL},
    {"-Wa,", PREFIX, ARG_COMPILE, 0, NULL},
    {"-Xassembler", APART, ARG_COMPILE, 0, NULL},
    {"-Xclang", APART, ARG_COMPILE, HOST, NULL},
    {"-mllvm", APART, ARG_COMPILE, 0, NULL},
    {"-aux-info", APART, ARG_COMPILE, 0, NULL},

    {"-std=", PREFIX, ARG_BOTH, HOST, look_std},
    {"--std=", PREFIX, ARG_BOTH, HOST, look_std},
    {"-ansi", EXACT, ARG_BOTH, HOST, look_std},
    {"-pthread", EXACT, ARG_BOTH, HOST, NULL},
    {"-ffile-prefix-map=", PREFIX, ARG_COMPILE, 0, look_map},
    {"-fmacro-prefix-map=", PREFIX, ARG_COMPILE, 0, look_map},
    {"-fdebug-prefix-map=", PREFIX, ARG_COMPILE, 0, look_map},
    {"-fsanitize=", PREFIX, ARG_BOTH, HOST, look_sanitize},
    {"-fdiagnostics-color", PREFIX, ARG_BOTH, 0, look_color},
    {"-fno-diagnostics-color", EXACT, ARG_BOTH, 0, look_color},
    {"-fdiagnostics-plain-output", EXACT, ARG_BOTH, 0, look_color},
    {"-fcolor-diagnostics", EXACT, ARG_BOTH, 0, look_color},
    {"-fno-color-diagnostics", EXACT, ARG_BOTH, 0, look_color},
    {"-fdiagnostics-", PREFIX, ARG_BOTH, 0, NULL},
    {"-fmessage-length=", PREFIX, ARG_BOTH, 0, NULL},
    {"-frandom-seed=", PREFIX, ARG_BOTH, 0, NULL},
    {"-fmax-errors=", PREFIX, ARG_BOTH, 0, look_max_errors},
    {"-ferror-limit=", PREFIX, ARG_BOTH, 0, look_max_errors},
    {"-fno-asm", EXACT, ARG_BOTH, HOST, look_dialect},
    {"-fms-extensions", EXACT, ARG_BOTH, HOST, look_dialect},
    {"-fplan9-extensions", EXACT, ARG_BOTH, HOST, look_dialect},
    {"-fsigned-char", EXACT, ARG_BOTH, HOST, look_dialect},
    {"-funsigned-char", EXACT, ARG_BOTH, HOST, look_dialect},
    {"-fno-signed-char", EXACT, ARG_BOTH, HOST, look_dialect},
    {"-fno-unsigned-char", EXACT, ARG_BOTH, HOST, look_dialect},
    {"-fuse-ld=", PREFIX, ARG_LINK, 0, NULL},
    {"-fpreprocessed", EXACT, ARG_PLAIN, 0, NULL}, /* goc's C text is not */
    {"-f", PREFIX, ARG_BOTH, HOST, NULL},
    {"-m", PREFIX, ARG_BOTH, HOST, NULL},
    {"-O", PREFIX, ARG_BOTH, HOST, NULL},
    {"-gsplit-dwarf", EXACT, ARG_BOTH, 0, look_flag},
    {"-specs=", PREFIX, ARG_BOTH, HOST, NULL},
    {"-B", EITHER, ARG_BOTH, HOST, NULL},
    {"-target", APART, ARG_BOTH, HOST, NULL},
    {"-arch", APART, ARG_BOTH, HOST, NULL},
    {"-wrapper", APART, ARG_BOTH, 0, NULL},
    {"--param", EXACT, ARG_BOTH, 0, NULL}, /* see takes_next */
    {"--param=", PREFIX, ARG_BOTH, 0, NULL},
    {"--sysroot", EXACT, ARG_BOTH, HOST, NULL},
    {"--sysroot=", PREFIX, ARG_BOTH, HOST, NULL},
    {"--target=", PREFIX, ARG_BOTH, HOST, NULL},
    {"--gcc-toolchain=", PREFIX, ARG_BOTH, HOST, NULL},
    {"--coverage", EXACT, ARG_BOTH, 0, NULL},
    {"--pedantic", PREFIX, ARG_BOTH, 0, NULL},
    {"--rtlib=", PREFIX, ARG_LINK, 0, NULL},
    {"--unwindlib=", PREFIX, ARG_LINK, 0, NULL},
    {"--ld-path=", PREFIX, ARG_LINK, 0, NULL},
    {"-w", EXACT, ARG_BOTH, 0, look_flag},

    {"-l", EITHER, ARG_LINK, 0, NULL},
    {"-L", EITHER, ARG_LINK, 0, NULL},
    {"-Wl,", PREFIX, ARG_LINK, 0, NULL},
    {"-W", PREFIX, ARG_BOTH, 0, look_warning},
    {"-Xlinker", APART, ARG_LINK, 0, NULL},
    {"-shared", EXACT, ARG_LINK, 0, look_flag},
    {"-static-libgcc", EXACT, ARG_LINK, 0, NULL},
    {"-static-lib", PREFIX, ARG_LINK, 0, NULL},
    {"-shared-lib", PREFIX, ARG_LINK, 0, NULL},
    {"-static", EXACT, ARG_LINK, 0, look_flag},
    {"-static-pie", EXACT, ARG_LINK, 0, look_flag},
    {"-pie", EXACT, ARG_LINK, 0, NULL},
    {"-no-pie", EXACT, ARG_LINK, 0, NULL},
    {"-nopie", EXACT, ARG_LINK, 0, NULL},
    {"-rdynamic", EXACT, ARG_LINK, 0, NULL},
    {"-symbolic", EXACT, ARG_LINK, 0, NULL},
    {"-nostdlib", EXACT, ARG_LINK, 0, look_flag},
    {"-nodefaultlibs", EXACT, ARG_LINK, 0, look_flag},
    {"-nostartfiles", EXACT, ARG_LINK, 0, NULL},
    {"-nolibc", EXACT, ARG_LINK, 0, NULL},
    {"-r", EXACT, ARG_LINK, 0, look_flag},
    {"-s", EXACT, ARG_LINK, 0, NULL},
    {"-z", EITHER, ARG_LINK, 0, NULL},
    {"-u", EITHER, ARG_LINK, 0, NULL},
    {"-e", APART, ARG_LINK, 0, NULL},
    {"-T", EITHER, ARG_LINK, 0, NULL},

    {"-C", EXACT, ARG_COMPILE, 0, NULL},
    {"-CC", EXACT, ARG_COMPILE, 0, NULL},
    {"-P", EXACT, ARG_COMPILE, 0, NULL},
    {"-H", EXACT, ARG_COMPILE, 0, NULL},
    {"-d", PREFIX, ARG_COMPILE, 0, NULL},
    {"-", PREFIX, ARG_BOTH, 0, NULL},
};

static bool fits(const struct row *row, const char *word)
{
    return row->shape == EXACT || row->shape == APART ? !strcmp(word, row->name)
                                                      : starts(word, row->name);
}

static const struct row *find_row(const char *word)
{
    const struct row *row = table;
    while (!fits(row, word))
        row++;
    return row;
}

static bool takes_next(const struct row *row, const char *word)
{
    return row->shape == APART || (row->shape == EITHER && !word[strlen(row->name)])
           || !strcmp(word, "--param") || !strcmp(word, "--sysroot");
}

static void read_option(struct reader *r, char ***at)
{
    struct options *o = r->o;
    const char *word = *(*at)++;
    bool took_next;
    if (r->test && testrun_option(o, word, **at, &took_next))
    {
        *at += took_next;
        return;
    }
    const struct row *row = find_row(word);
    struct arg arg = {.kind = row->kind, .word = {word, NULL}};
    const char *value = word + strlen(row->name);
    if (starts(word, "--") && !strcmp(row->name, "-"))
        bad_own_option(r, word, "");
    if (takes_next(row, word))
    {
        if (!**at)
            fatal("argument to '%s' is missing", word);
        arg.word[1] = value = *(*at)++;
    }
    if (row->look)
        row->look(r, row->name, value);
    if (row->more & PP)
        look_pp(r, row->name, value);
    for (int i = 0; i < 2 && arg.word[i] && row->more & HOST; i++)
        *vec_push(&o->unit.host_flags) = arg.word[i];
    *vec_push(&o->args) = arg;
}

/* ---- inputs ---- */

static bool one_of(const char *s, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(s, *list))
            return true;
    return false;
}

static enum input_kind kind_by_lang(const char *lang)
{
    if (!strcmp(lang, "gc"))
        return INPUT_GOC;
    return starts(lang, "c++") || starts(lang, "objective-c++") ? INPUT_CXX : INPUT_C;
}

static enum input_kind kind_by_name(const char *path)
{
    static const char *const goc[] = {".gc", ".gh", NULL};
    static const char *const c[] = {".c", ".i", ".s", ".S", ".sx", ".h", ".m", ".mi",
                                    ".f", ".F", ".f90", ".go", ".d", ".ads", ".adb", NULL};
    static const char *const cxx[] = {".cc", ".cp", ".cxx", ".cpp", ".CPP", ".c++", ".C",
                                      ".ii", ".mm", ".hh", ".hpp", NULL};
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    if (!strcmp(path, "-"))
        return INPUT_GOC;
    if (!dot)
        return INPUT_OBJECT;
    return one_of(dot, goc)   ? INPUT_GOC
           : one_of(dot, c)   ? INPUT_C
           : one_of(dot, cxx) ? INPUT_CXX
                              : INPUT_OBJECT;
}

void options_add(struct options *o, struct arg arg)
{
    *vec_push(&o->args) = arg;
    if (arg.kind != ARG_INPUT)
        return;
    o->inputs++;
    o->goc_inputs += arg.input == INPUT_GOC;
    o->c_inputs += arg.input == INPUT_C;
    o->cxx_inputs += arg.input == INPUT_CXX;
}

static void add_input(struct options *o, const char *path, const char *lang)
{
    options_add(o, (struct arg){.kind = ARG_INPUT, .word = {path, NULL}, .lang = lang,
                                .input = lang ? kind_by_lang(lang) : kind_by_name(path)});
}

void options_add_input(struct options *o, const char *path)
{
    add_input(o, path, NULL);
}

/* ---- words ---- */

static bool read_response(struct reader *r, const char *path)
{
    struct words list = {0};
    if (r->depth >= 100)
        fatal("@%s: response files are nested too deeply", path);
    if (!respfile_read(&r->o->arena, path, &list))
        return false;
    *vec_push(&list.w) = NULL;
    r->depth++;
    read_words(r, list.w.v);
    r->depth--;
    vec_free(&list.w);
    return true;
}

/* The program's arguments. */
static void keep_rest(struct reader *r, char **words)
{
    size_t n = 0;
    while (words[n])
        n++;
    r->o->run_args = arena_alloc(&r->o->arena, (n + 1) * sizeof *words);
    memcpy(r->o->run_args, words, n * sizeof *words);
    r->done = true;
}

static void read_words(struct reader *r, char **words)
{
    while (*words && !r->done)
    {
        char *word = *words;
        if (word[0] == '-' && word[1] && !r->no_options)
        {
            if (!strcmp(word, "--"))
                r->no_options = true, words++;
            else
                read_option(r, &words);
            continue;
        }
        words++;
        if (word[0] == '@' && word[1] && read_response(r, word + 1))
            continue;
        bool first = !r->run && !r->test && !r->o->inputs && !r->no_options;
        if (first && (!strcmp(word, "run") || !strcmp(word, "test")))
        {
            r->run = word[0] == 'r';
            r->test = !r->run;
            set_mode(r, r->run ? MODE_RUN : MODE_TEST);
            continue;
        }
        add_input(r->o, word, r->lang);
        if (r->run)
            keep_rest(r, words);
    }
}

/* ---- the compilers' commands ---- */

static void split_words(struct options *o, const char *text, struct words *list)
{
    while (*text)
    {
        size_t n = strcspn(text, " \t\n");
        if (n)
            *vec_push(&list->w) = arena_strndup(&o->arena, text, n);
        text += n + (text[n] != 0);
    }
}

static const char *set_env(const char *name)
{
    const char *value = getenv(name);
    return value && value[strspn(value, " \t\n")] ? value : NULL;
}

/* gcc -> g++, x-clang-14 -> x-clang++-14, cc -> c++; null if it is another. */
static const char *cxx_name(struct options *o, const char *cc)
{
    static const char *const pairs[][2] = {{"gcc", "g++"}, {"clang", "clang++"}, {"cc", "c++"}};
    const char *slash = strrchr(cc, '/'), *base = slash ? slash + 1 : cc;
    for (int i = 0; i < 3; i++)
    {
        const char *p = strstr(base, pairs[i][0]);
        if (p && (p == base || p[-1] == '-'))
            return arena_printf(&o->arena, "%.*s%s%s", (int)(p - cc), cc, pairs[i][1],
                                p + strlen(pairs[i][0]));
    }
    return NULL;
}

static void find_compilers(struct reader *r)
{
    struct options *o = r->o;
    struct words cc = {0}, cxx = {0};
    /* With CC=goc, as make exports it, the compiler would be goc again, and so
     * for ever: one that another started takes cc. */
    bool nested = getenv("GOC_NESTED") != NULL;
    const char *chosen = r->cc ? r->cc : nested ? "cc" : set_env("GOC_CC");
    split_words(o, chosen ? chosen : set_env("CC") ? set_env("CC") : "cc", &cc);
    setenv("GOC_NESTED", "1", 1);
    if (!cc.w.n)
        fatal("--cc= needs a command");
    if (!chosen && set_env("CXX"))
        split_words(o, set_env("CXX"), &cxx);
    else
        for (size_t i = 0; i < cc.w.n; i++)
        {
            const char *name = cc.w.v[i][0] != '-' ? cxx_name(o, cc.w.v[i]) : NULL;
            *vec_push(&cxx.w) = name ? (char *)name : cc.w.v[i];
        }
    for (size_t i = 0; i < cc.w.n; i++)
    {
        *vec_push(&o->unit.cc) = cc.w.v[i];
        if (starts(cc.w.v[i], "-fsanitize="))
            look_sanitize(r, "", cc.w.v[i]);
    }
    for (size_t i = 0; i < cxx.w.n; i++)
        *vec_push(&o->cxx) = cxx.w.v[i];
    vec_free(&cc.w);
    vec_free(&cxx.w);
}

/* A null behind the last, for those who take the words as an argv. */
static void end_lists(struct options *o)
{
    *vec_push(&o->unit.cc) = NULL;
    *vec_push(&o->unit.host_flags) = NULL;
    *vec_push(&o->cxx) = NULL;
    o->unit.cc.n--;
    o->unit.host_flags.n--;
    o->cxx.n--;
}

void options_parse(struct options *o, int argc, char **argv)
{
    *o = (struct options){.sanitize = ""};
    o->unit.std = STD_C17;
    o->unit.gnu = true;
    o->unit.signed_char = true;
    o->unit.color = 2;
    struct reader r = {.o = o};
    if (argc > 0)
        read_words(&r, argv + 1);
    find_compilers(&r);
    end_lists(o);
}

void options_free(struct options *o)
{
    vec_free(&o->args);
    vec_free(&o->test.args);
    vec_free(&o->deps.targets);
    vec_free(&o->cxx);
    vec_free(&o->unit.pp_args);
    vec_free(&o->unit.host_flags);
    vec_free(&o->unit.cc);
    vec_free(&o->unit.prefix_maps);
    vec_free(&o->unit.warn);
    arena_free(&o->arena);
}
