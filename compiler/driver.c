/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* driver.c: what goc does with its inputs.
 *
 * A goc source is translated in this process, its text handed to the C compiler
 * in a temporary file; everything else goes to the C compiler as it is.  One
 * input that fails does not keep the others from being read, but nothing is
 * linked then.
 */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "deps.h"
#include "diag.h"
#include "hostcc.h"
#include "judge.h"
#include "paths.h"
#include "print.h"
#include "subprocess.h"
#include "tempfile.h"
#include "testrun.h"
#include "verify.h"

/* One goc source on its way. */
struct job
{
    struct options *o;
    const struct arg *input;
    const char *path;    /* "-": standard input */
    const char *product; /* the file that -M names */
    struct unit u;
    struct output out;
};

static int worse(int a, int b)
{
    return a > b ? a : b;
}

/* The C compiler's status as goc's: whatever it did not like is in the input. */
static int host_status(int status)
{
    return status ? STATUS_ERRORS : STATUS_OK;
}

/* What goc makes of an input without -o, in the current folder. */
static const char *default_output(struct options *o, const char *path, const char *suffix)
{
    return path_suffix(&o->arena, path_base(path), suffix);
}

/* ---- before anything is done ---- */

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino
           && S_ISREG(x.st_mode);
}

static const char *usual_suffix(enum mode mode)
{
    return mode == MODE_COMPILE    ? ".o"
           : mode == MODE_ASSEMBLE ? ".s"
           : mode == MODE_EMIT_C   ? ".c"
                                   : NULL;
}

static void check_input(struct options *o, const struct arg *arg)
{
    const char *path = arg->word[0], *suffix = usual_suffix(o->mode);
    const char *output = o->output;
    struct stat st;
    if (!strcmp(path, "-"))
        return;
    if (access(path, R_OK))
        fatal("%s: %s", path, strerror(errno));
    if (!stat(path, &st) && S_ISDIR(st.st_mode))
        fatal("%s: %s", path, strerror(EISDIR));
    if (!output && suffix && (arg->input != INPUT_OBJECT))
        output = default_output(o, path, suffix);
    if (output && same_file(path, output))
        fatal("input file '%s' is the same as output file", path);
    if (o->deps.file && same_file(path, o->deps.file))
        fatal("input file '%s' is the same as output file", path);
    if (o->mode == MODE_EMIT_C && arg->input != INPUT_GOC)
        fatal("%s: not goc source; -x gc makes it so", path);
}

/* As for cc, words for the linker are enough for a link: -Wl,--version asks it. */
static bool has_work(struct options *o)
{
    static const char *const words[] = {"-l", "-Wl,", "-Xlinker"};
    if (o->inputs)
        return true;
    for (size_t i = 0; o->mode == MODE_LINK && i < o->args.n; i++)
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (o->args.v[i].kind == ARG_LINK
                && !strncmp(o->args.v[i].word[0], words[k], strlen(words[k])))
                return true;
    return false;
}

void driver_check_inputs(struct options *o)
{
    size_t sources = o->goc_inputs + o->c_inputs + o->cxx_inputs;
    if (!has_work(o))
        fatal("no input files");
    for (size_t i = 0; i < o->args.n; i++)
        if (o->args.v[i].kind == ARG_INPUT)
            check_input(o, &o->args.v[i]);
    if (o->output && sources > 1 && (o->mode == MODE_EMIT_C || o->mode == MODE_COMPILE
                                     || o->mode == MODE_ASSEMBLE || o->mode == MODE_PREPROCESS))
        fatal("cannot specify '-o' with '-c', '-S', '-E' or '--emit-c' and several files");
}

/* ---- translating ---- */

/* Deeply nested sources need stack; programs that goc starts get their own limit. */
static void set_stack(struct rlimit *old, bool more)
{
    enum { ENOUGH = 112 << 20 };
    struct rlimit want;
    if (!more)
    {
        setrlimit(RLIMIT_STACK, old);
        return;
    }
    if (getrlimit(RLIMIT_STACK, old))
        return;
    want = *old;
    if (want.rlim_cur < ENOUGH)
        want.rlim_cur = want.rlim_max < ENOUGH ? want.rlim_max : ENOUGH;
    setrlimit(RLIMIT_STACK, &want);
}

static int job_translate(struct job *j, struct stages stages)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    j->o->unit.input = j->path;
    j->o->unit.for_compiler = j->o->mode != MODE_EMIT_C && !j->o->save_temps;
    j->o->unit.host_warns = j->o->mode != MODE_EMIT_C && j->o->mode != MODE_DUMP;
    unit_init(&j->u, &j->o->unit);
    if (j->o->verify)
        verify_begin(&j->u);
    set_stack(&limit, true);
    int status = translate(&j->u, j->path, stages, &j->out);
    set_stack(&limit, false);
    if (j->o->verify && status != STATUS_USAGE)
        status = verify_end(&j->u);
    else if (status == STATUS_ERRORS && !stages.dump && !stages.only_deps && !j->u.pp_errors
             && j->u.tree)
        judge_plain(j->o, &j->u, j->input);
    return status;
}

static void job_free(struct job *j)
{
    unit_free(&j->u);
    free(j->out.text);
}

/* ---- dependencies ---- */

/* Where the rules go: null for standard output. */
static const char *deps_file(struct job *j)
{
    struct options *o = j->o;
    if (o->deps.file)
        return o->deps.file;
    if (o->deps.only)
        return o->output;
    if (o->output && strcmp(o->output, "-"))
        return path_suffix(&o->arena, o->output, ".d");
    return default_output(o, j->path, ".d");
}

static bool includes_abi(struct job *j)
{
    return j->out.size ? memmem(j->out.text, j->out.size, "#include <goc/abi.h>", 20) != NULL
                       : j->u.has_words;
}

/* Several sources of one program share a file of rules. */
static void deps_write(struct job *j)
{
    struct options *o = j->o;
    struct arena *a = &o->arena;
    size_t size;
    const char *abi = arena_printf(a, "%s/goc/abi.h", o->unit.own_include);
    const char *target = j->product ? j->product : default_output(o, j->path, ".o");
    const char *file = deps_file(j);
    const char *text = deps_rule(a, &o->deps, &j->u, target, includes_abi(j) ? abi : NULL, &size);
    if (!file || !strcmp(file, "-"))
    {
        write_output(a, "-", text, size);
        return;
    }
    if (o->deps_text && !strcmp(file, o->deps_written))
        text = arena_printf(a, "%s%s", o->deps_text, text);
    o->deps_text = text;
    o->deps_written = file;
    write_output(a, file, text, strlen(text));
}

/* ---- a goc source to the C compiler ---- */

static uint64_t hash(uint64_t h, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
    return h;
}

/* Equal translations have equal names, different ones different names. */
static uint64_t job_key(struct job *j)
{
    char cwd[4096];
    uint64_t h = 0xcbf29ce484222325u;
    if (getcwd(cwd, sizeof cwd))
        h = hash(h, cwd, strlen(cwd) + 1);
    h = hash(h, j->path, strlen(j->path) + 1);
    if (j->product)
        h = hash(h, j->product, strlen(j->product) + 1);
    return j->out.text ? hash(h, j->out.text, j->out.size) : h;
}

static void show_translation(struct job *j, const char *text)
{
    if (j->o->verbose || j->o->dry_run)
        fprintf(stderr, " goc --emit-c %s -o %s\n", j->path, text);
}

/* True if the source includes a file of that name: the compiler would find the C
 * text itself if it lay under it. */
static bool includes_name(struct job *j, const char *base)
{
    struct source *s = j->u.main;
    for (size_t i = 0; s && i < s->dirs.n; i++)
        if (s->dirs.v[i].kind == DIR_INCLUDE &&
            !strcmp(path_base(s->dirs.v[i].file->path), base))
            return true;
    return false;
}

/* The C text, in a file named as the source is. */
static const char *job_text(struct job *j)
{
    struct arena *a = &j->o->arena;
    const char *base = strcmp(j->path, "-") ? path_base(j->path) : "stdin.gc";
    if (includes_name(j, base))
        base = arena_printf(a, "goc-%s", base);
    const char *text = temp_name(a, temp_folder(a, job_key(j)), base);
    show_translation(j, text);
    if (!j->o->dry_run)
        write_file(text, j->out.text, j->out.size);
    return text;
}

static const char *job_name(struct job *j)
{
    if (j->u.main)
        return j->u.main->name;
    return strcmp(j->path, "-") ? j->path : "<stdin>";
}

/* -save-temps: the C text under a name that is nobody's. */
static void job_save(struct job *j)
{
    struct options *o = j->o;
    struct arena *a = &o->arena;
    const char *name = default_output(o, strcmp(j->path, "-") ? j->path : "stdin", ".goc.c");
    if (!strcmp(o->save_temps, "obj") && o->output)
        name = arena_printf(a, "%s/%s", path_folder(a, o->output), name);
    write_output(a, name, j->out.text, j->out.size);
}

static int run_compile(struct options *o, const struct compile *k)
{
    struct command c = {0};
    hostcc_compile(o, &c, k);
    int status = host_status(command_run(o, &c));
    command_free(&c);
    return status;
}

/* step: -c or -S into output, or -fsyntax-only. */
static int job_compile(struct job *j, const char *step, const char *output)
{
    struct options *o = j->o;
    struct compile k = {.input = j->input, .text = job_text(j), .name = job_name(j),
                        .step = step, .product = j->product, .unit = &j->u};
    struct aside s;
    if (o->save_temps && !o->dry_run)
        job_save(j);
    /* Clang derives the name of the .dwo file from the output's. */
    bool direct = !output || o->dry_run || !strcmp(output, "-")
                  || (o->split_dwarf && hostcc_is_clang(o));
    if (direct)
        k.output = output;
    else
    {
        aside_begin(&o->arena, &s, output);
        k.output = s.aside;
    }
    int status = run_compile(o, &k);
    if (!direct && status == STATUS_OK)
        aside_commit(&s);
    else if (!direct)
        aside_drop(&s);
    return status;
}

/* Translates and compiles; output null: only look for errors. */
static int compile_goc(struct options *o, const struct arg *input, const char *step,
                       const char *output, const char *product)
{
    struct job j = {.o = o, .input = input, .path = input->word[0], .product = product};
    int status = STATUS_OK;
    if (!o->dry_run)
        status = job_translate(&j, (struct stages){.only_deps = false});
    if (status == STATUS_OK)
        status = job_compile(&j, step, output);
    if (status == STATUS_OK && o->deps.on && !o->dry_run)
        deps_write(&j);
    job_free(&j);
    return status;
}

/* ---- --emit-c, -M, --dump ---- */

/* What goc could not read the C compiler must judge. */
static int judge_output(struct job *j)
{
    struct compile k = {.input = j->input, .text = job_text(j), .name = job_name(j),
                        .step = "-fsyntax-only", .unit = &j->u};
    return run_compile(j->o, &k);
}

static int emit_c(struct options *o, const struct arg *input)
{
    struct job j = {.o = o, .input = input, .path = input->word[0]};
    const char *name = strcmp(j.path, "-") ? j.path : "stdin";
    const char *output = o->output ? o->output : default_output(o, name, ".c");
    j.product = strcmp(output, "-") ? output : default_output(o, name, ".c");
    if (o->dry_run)
    {
        show_translation(&j, output);
        return STATUS_OK;
    }
    int status = job_translate(&j, (struct stages){.only_deps = o->deps.only});
    if (status == STATUS_OK && !o->deps.only && j.u.plain_trouble)
        status = judge_output(&j);
    if (status == STATUS_OK && !o->deps.only)
        write_output(&o->arena, output, j.out.text, j.out.size);
    if (status == STATUS_OK && o->deps.on)
        deps_write(&j);
    job_free(&j);
    return status;
}

static int only_deps(struct options *o, const struct arg *input)
{
    struct job j = {.o = o, .input = input, .path = input->word[0]};
    int status = job_translate(&j, (struct stages){.only_deps = true});
    if (status == STATUS_OK)
        deps_write(&j);
    job_free(&j);
    return status;
}

static int dump(struct options *o, const struct arg *input)
{
    struct job j = {.o = o, .input = input, .path = input->word[0]};
    int status = job_translate(&j, (struct stages){.dump = o->dump});
    job_free(&j);
    if (fflush(stdout))
        fatal("cannot write standard output: %s", strerror(errno));
    return status;
}

/* ---- what the C compiler does alone ---- */

static int compile_plain(struct options *o, const struct arg *input, const char *step,
                         const char *output)
{
    struct compile k = {.input = input, .step = step, .output = output, .deps = true};
    struct aside s;
    bool whole = output && input->input == INPUT_GOC && strcmp(output, "-");
    if (whole && !o->dry_run)
    {
        aside_begin(&o->arena, &s, output);
        k.output = s.aside;
    }
    int status = run_compile(o, &k);
    if (whole && !o->dry_run)
        status == STATUS_OK ? aside_commit(&s) : aside_drop(&s);
    return status;
}

/* ---- one input ---- */

static int process_goc(struct options *o, const struct arg *input)
{
    const char *path = input->word[0], *suffix = usual_suffix(o->mode);
    const char *output = o->output;
    if (o->deps.only && o->deps.missing) /* the C compiler knows the names */
        return compile_plain(o, input, "-E", o->output);
    if (o->mode == MODE_EMIT_C)
        return emit_c(o, input);
    if (o->deps.only)
        return only_deps(o, input);
    if (o->mode == MODE_PREPROCESS)
        return compile_plain(o, input, "-E", o->output);
    if (o->mode == MODE_SYNTAX)
        return compile_goc(o, input, "-fsyntax-only", NULL, NULL);
    if (!output)
        output = default_output(o, path, suffix);
    /* As GCC, a rule names -o's file, and the object when there is none. */
    return compile_goc(o, input, o->mode == MODE_COMPILE ? "-c" : "-S", output,
                       o->output ? output : default_output(o, path, ".o"));
}

static int process(struct options *o, const struct arg *input)
{
    if (o->mode == MODE_DUMP)
        return dump(o, input);
    if (input->input == INPUT_GOC)
        return process_goc(o, input);
    if (input->input == INPUT_OBJECT)
    {
        fprintf(stderr, "goc: warning: %s: linker input file unused because linking not done\n",
                input->word[0]);
        return STATUS_OK;
    }
    return compile_plain(o, input,
                         o->mode == MODE_COMPILE    ? "-c"
                         : o->mode == MODE_ASSEMBLE ? "-S"
                         : o->mode == MODE_SYNTAX   ? "-fsyntax-only"
                                                    : "-E",
                         o->output);
}

static int process_all(struct options *o)
{
    int status = STATUS_OK;
    for (size_t i = 0; i < o->args.n; i++)
        if (o->args.v[i].kind == ARG_INPUT)
            status = worse(status, process(o, &o->args.v[i]));
    return status;
}

/* ---- linking ---- */

/* The inputs that goc or the C++ compiler compiles, as objects; of goc test all,
 * for what the objects name decides about the link. */
static int compile_objects(struct options *o, const char **objects, const char *product)
{
    struct arena *a = &o->arena;
    int status = STATUS_OK;
    for (size_t i = 0; i < o->args.n; i++)
    {
        const struct arg *arg = &o->args.v[i];
        bool apart = arg->kind == ARG_INPUT
                     && (arg->input == INPUT_GOC || arg->input == INPUT_CXX
                         || (arg->input == INPUT_C && (o->cxx_inputs || o->mode == MODE_TEST)));
        if (!apart)
            continue;
        const char *name = strcmp(arg->word[0], "-") ? path_base(arg->word[0]) : "stdin";
        const char *folder = temp_folder(a, hash(i, arg->word[0], strlen(arg->word[0])));
        objects[i] = temp_name(a, folder, path_suffix(a, name, ".o"));
        status = worse(status, arg->input == INPUT_GOC
                                   ? compile_goc(o, arg, "-c", objects[i], product)
                                   : compile_plain(o, arg, "-c", objects[i]));
    }
    return status;
}

/* A file that is there already stays until the new one is whole.  Where the C
 * compiler compiles or optimizes in the link, it names .d, .gcno, .dwo and the
 * like for the output, so that it must know its name. */
static bool link_aside(struct options *o)
{
    if (o->dry_run || (o->c_inputs && !o->cxx_inputs))
        return false;
    for (size_t i = 0; i < o->args.n; i++)
        if (o->args.v[i].kind != ARG_INPUT && !strncmp(o->args.v[i].word[0], "-flto", 5))
            return false;
    return true;
}

int driver_link(struct options *o, const char *output)
{
    bool aside = link_aside(o);
    const char **objects = arena_alloc(&o->arena, (o->args.n + 1) * sizeof *objects);
    struct command c = {0};
    struct aside s;
    const char *product = o->output ? o->output : default_output(o, "a", ".out");
    int status = compile_objects(o, objects, product);
    if (status != STATUS_OK)
        return status;
    if (aside)
        aside_begin(&o->arena, &s, output);
    hostcc_link(o, &c, objects, aside ? s.aside : output);
    status = host_status(command_run(o, &c));
    if (aside)
        status == STATUS_OK ? aside_commit(&s) : aside_drop(&s);
    command_free(&c);
    return status;
}

static int run(struct options *o, const char *path)
{
    struct arena *a = &o->arena;
    const char *name = strcmp(path, "-") ? path_suffix(a, path_base(path), "") : "stdin";
    const char *program = temp_name(a, temp_folder(a, hash(1, path, strlen(path))), name);
    int status = driver_link(o, program);
    if (status != STATUS_OK || o->dry_run)
        return status;
    size_t n = 0;
    while (o->run_args[n])
        n++;
    char **argv = arena_alloc(a, (n + 2) * sizeof *argv);
    argv[0] = (char *)program;
    memcpy(argv + 1, o->run_args, n * sizeof *argv);
    unsetenv("GOC_NESTED"); /* the program may use goc itself */
    setenv("GOC_TRACER", arena_printf(a, "%s/goc-trace", own_folder(a)), 0);
    return program_run(program, argv);
}

const char *driver_first_input(struct options *o)
{
    for (size_t i = 0; i < o->args.n; i++)
        if (o->args.v[i].kind == ARG_INPUT)
            return o->args.v[i].word[0];
    return NULL;
}

static bool is_header(const struct arg *arg)
{
    const char *dot = strrchr(arg->word[0], '.');
    if (arg->kind != ARG_INPUT || (arg->input != INPUT_C && arg->input != INPUT_CXX))
        return false;
    if (arg->lang)
        return strstr(arg->lang, "-header") != NULL;
    return dot && (!strcmp(dot, ".h") || !strcmp(dot, ".hh") || !strcmp(dot, ".hpp"));
}

/* Headers of C and C++ are precompiled; there is nothing to link. */
static bool only_headers(struct options *o)
{
    size_t headers = 0;
    for (size_t i = 0; i < o->args.n; i++)
        headers += is_header(&o->args.v[i]);
    return headers && headers == o->inputs;
}

int driver_run(struct options *o)
{
    tempfile_init();
    o->unit.own_include = arena_printf(&o->arena, "%s/include", own_folder(&o->arena));
    if (o->mode == MODE_PRINT)
        return print_answer(o);
    if (!has_work(o) && o->verbose)
        return print_verbose(o);
    if (o->mode == MODE_TEST)
        return testrun(o);
    if (o->mode == MODE_LINK && only_headers(o))
        o->mode = MODE_COMPILE;
    driver_check_inputs(o);
    if (o->mode == MODE_RUN)
        return run(o, driver_first_input(o));
    if (o->mode == MODE_LINK && !o->deps.only)
        return driver_link(o, o->output ? o->output : "a.out");
    return process_all(o);
}
