/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testrun.c: goc test.
 *
 * The files given are one program; a folder stands for one of its own, made of
 * the C and goc sources in it, and runs there; folder/... for it and all below.
 * A program is linked so that the testing library's main starts instead of its
 * own (hostcc_link), with the options that goc test keeps for it.
 */
#include "testrun.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"
#include "driver.h"
#include "paths.h"
#include "subprocess.h"
#include "tempfile.h"
#include "testjson.h"

/* ---- options ---- */

static bool is(const char *s, size_t n, const char *word)
{
    return strlen(word) == n && !strncmp(s, word, n);
}

static bool one_of(const char *s, size_t n, const char *const *list)
{
    for (; *list; list++)
        if (is(s, n, *list))
            return true;
    return false;
}

static bool is_number(const char *s)
{
    return *s && !s[strspn(s, "0123456789")];
}

/* The program reads durations and patterns: it knows them better. */
static void check_value(const char *name, size_t n, const char *value)
{
    bool number = is(name, n, "count") || is(name, n, "parallel");
    bool shuffle = is(name, n, "shuffle"), times = is(name, n, "benchtime");
    bool duration = is(name, n, "timeout") || times;
    const char *in_durations = times ? "0123456789.hmunsx" : "0123456789.hmuns";
    if ((number && !is_number(value))
        || (shuffle && !is_number(value) && strcmp(value, "on") && strcmp(value, "off"))
        || (duration && (!*value || value[strspn(value, in_durations)])))
        fatal("invalid value '%s' for -%.*s", value, (int)n, name);
}

bool testrun_option(struct options *o, const char *word, const char *next, bool *took_next)
{
    static const char *const flags[] = {"v", "short", "failfast", "json", "tap", "c", NULL};
    static const char *const valued[] = {"run", "skip", "bench", "benchtime", "list", "timeout",
                                         "count", "shuffle", "parallel", NULL};
    /* What Go's strconv.ParseBool takes. */
    static const char *const yes[] = {"1", "t", "T", "true", "True", "TRUE", NULL};
    static const char *const no[] = {"0", "f", "F", "false", "False", "FALSE", NULL};
    const char *name = word + 1 + (word[1] == '-');
    *took_next = false;
    name += strncmp(name, "test.", 5) ? 0 : 5;
    size_t n = strcspn(name, "=");
    if (one_of(name, n, valued))
    {
        const char *value = name[n] ? name + n + 1 : next;
        if (!value)
            fatal("argument to '%s' is missing", word);
        check_value(name, n, value);
        *took_next = !name[n];
        *vec_push(&o->test.args) = arena_printf(&o->arena, "-%.*s=%s", (int)n, name, value);
        return true;
    }
    if (!one_of(name, n, flags))
        return false;
    const char *value = name[n] ? name + n + 1 : "1";
    bool on = one_of(value, strlen(value), yes);
    if (!on && !one_of(value, strlen(value), no))
        fatal("invalid value '%s' for -%.*s", value, (int)n, name);
    if (is(name, n, "json"))
        o->test.json = on;
    else if (is(name, n, "tap"))
        o->test.tap = on;
    else if (is(name, n, "c"))
        o->test.build_only = on;
    else if (is(name, n, "v"))
        o->test.verbose = on;
    else
        *vec_push(&o->test.args) = arena_printf(&o->arena, "-%.*s=%d", (int)n, name, on);
    if (o->test.json && o->test.tap)
        fatal("-json and -tap exclude each other");
    return true;
}

/* ---- what belongs to a program ---- */

struct program
{
    struct options *o;
    const char *name;   /* for the line that tells the result */
    const char *folder; /* where it runs; null: here */
};

static bool is_folder(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n > m && !strcmp(s + n - m, suffix);
}

static bool is_visible(const char *name)
{
    return name[0] != '.' && name[0] != '_';
}

static int visible_source(const struct dirent *e)
{
    return is_visible(e->d_name) && (ends(e->d_name, ".gc") || ends(e->d_name, ".c"));
}

static int visible_name(const struct dirent *e)
{
    return is_visible(e->d_name) && strcmp(e->d_name, "testdata") != 0;
}

static bool is_test(const char *name)
{
    return ends(name, "_test.gc") || ends(name, "_test.c");
}

/* The folder's sources as inputs; false if there is no test among them. */
static bool add_folder(struct options *o, const char *folder)
{
    struct dirent **list;
    bool tests = false;
    int n = scandir(folder, &list, visible_source, alphasort);
    if (n < 0)
        fatal("%s: %s", folder, strerror(errno));
    for (int i = 0; i < n; i++)
    {
        const char *name = list[i]->d_name;
        tests |= is_test(name);
        options_add_input(o, strcmp(folder, ".")
                                 ? arena_printf(&o->arena, "%s/%s", folder, name)
                                 : arena_strndup(&o->arena, name, strlen(name)));
        free(list[i]);
    }
    free(list);
    return tests;
}

/* What reports call it: its path below the current folder, or else its name. */
static const char *folder_name(struct arena *a, const char *folder)
{
    char real[PATH_MAX];
    size_t n = strlen(folder);
    while (folder[0] == '.' && folder[1] == '/')
        folder += 2, n -= 2;
    while (n > 1 && folder[n - 1] == '/')
        n--;
    if (n && *folder != '/' && *folder != '.')
        return arena_strndup(a, folder, n);
    return realpath(folder, real) ? arena_printf(a, "%s", path_base(real)) : folder;
}

/* A word of the command line, or a folder that one stands for. */
struct words { VEC(struct arg) v; };

/* Adds the folder, if there are sources in it, and those below it.  As Go does,
 * without those called testdata, and without symbolic links. */
static void add_tree(struct options *o, struct words *words, const char *folder)
{
    struct dirent **list;
    struct stat st;
    bool sources = false;
    size_t place = words->v.n;
    int n = scandir(folder, &list, visible_name, alphasort);
    if (n < 0)
        fatal("%s: %s", folder, strerror(errno));
    *vec_push(&words->v) = (struct arg){.kind = ARG_INPUT, .word = {folder, NULL}};
    for (int i = 0; i < n; i++)
    {
        const char *path = strcmp(folder, ".")
                               ? arena_printf(&o->arena, "%s/%s", folder, list[i]->d_name)
                               : arena_printf(&o->arena, "%s", list[i]->d_name);
        if (!lstat(path, &st) && S_ISDIR(st.st_mode))
            add_tree(o, words, path);
        else
            sources |= visible_source(list[i]);
        free(list[i]);
    }
    free(list);
    if (!sources)
    {
        memmove(&words->v.v[place], &words->v.v[place + 1],
                (words->v.n - place - 1) * sizeof *words->v.v);
        words->v.n--;
    }
}

/* The command line with folders for what ends in /... */
static struct words words_of(struct options *o)
{
    struct words words = {0};
    for (size_t i = 0; i < o->args.n; i++)
    {
        const char *word = o->args.v[i].word[0];
        size_t n = o->args.v[i].kind == ARG_INPUT ? strlen(word) : 0;
        if (n < 3 || strcmp(word + n - 3, "...") || (n > 3 && word[n - 4] != '/'))
        {
            *vec_push(&words.v) = o->args.v[i];
            continue;
        }
        while (n > 3 && word[n - 4] == '/')
            n--;
        const char *root = n > 3    ? arena_strndup(&o->arena, word, n - 3)
                           : *word == '/' ? "/" : ".";
        size_t before = words.v.n;
        add_tree(o, &words, root);
        if (words.v.n == before)
            fatal("%s: no sources", word);
    }
    return words;
}

/* ---- running ---- */

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads what the program writes until nobody can write any more; or until the
 * program has ended and, for a second, what it has left behind writes nothing.
 * Returns the program's status, as of waitpid. */
static int read_all(int fd, struct testjson *j)
{
    char buffer[16384];
    int status = 0;
    bool ended = false;
    for (;;)
    {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, ended ? 1000 : 100);
        if (!ended)
            ended = program_ended(&status);
        if (ready == 0 && ended)
            break;
        if (ready <= 0)
            continue;
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n <= 0 && (n == 0 || errno != EINTR))
            break;
        if (n > 0)
            testjson_add(j, buffer, (size_t)n);
    }
    close(fd);
    return ended ? status : program_wait();
}

static const char *ending(struct arena *a, int status)
{
    if (WIFSIGNALED(status))
        return arena_printf(a, "signal: %s\n", strsignal(WTERMSIG(status)));
    return arena_printf(a, "exit status %d\n", WEXITSTATUS(status));
}

static char **program_args(struct program *p, const char *path)
{
    struct options *o = p->o;
    char **argv = arena_alloc(&o->arena, (o->test.args.n + 4) * sizeof *argv);
    size_t n = 0;
    argv[n++] = (char *)path;
    if (o->test.json || o->test.verbose)
        argv[n++] = (char *)(o->test.json ? "-v=test2json" : "-v");
    if (o->test.tap)
        argv[n++] = (char *)"-tap";
    for (size_t i = 0; i < o->test.args.n; i++)
        argv[n++] = (char *)o->test.args.v[i];
    argv[n] = NULL;
    return argv;
}

/* The last lines: how it went. */
static void tell(struct program *p, struct testjson *j, const char *why, const char *line)
{
    if (j && why)
        testjson_package(j, why);
    if (j)
        testjson_package(j, line);
    else if (!p->o->test.tap)
        printf("%s%s", why ? why : "", line);
    fflush(stdout);
}

static int program_test(struct program *p, const char *path)
{
    struct arena *a = &p->o->arena;
    struct testjson json, *j = p->o->test.json ? &json : NULL;
    int ends[2] = {-1, -1}, status;
    char real[PATH_MAX];
    if (p->folder && realpath(path, real))
        path = arena_printf(a, "%s", real);
    if (j)
        testjson_begin(j, a, p->name);
    if (j && pipe2(ends, O_CLOEXEC))
        fatal("cannot make a pipe: %s", strerror(errno));
    fflush(stdout);
    unsetenv("GOC_NESTED"); /* the tests may use goc itself */
    double start = seconds();
    program_start(path, program_args(p, path), p->folder, ends[1]);
    if (j)
        close(ends[1]);
    status = j ? read_all(ends[0], j) : program_wait();
    double took = (double)(long)((seconds() - start) * 1e3 + 0.5) / 1e3;
    if (status)
        tell(p, j, ending(a, status), arena_printf(a, "FAIL\t%s\t%.3fs\n", p->name, took));
    else
        tell(p, j, NULL, arena_printf(a, "ok  \t%s\t%.3fs\n", p->name, took));
    if (j)
        testjson_end(j, status ? "fail" : "pass", took);
    return status ? STATUS_ERRORS : STATUS_OK;
}

static int build_failed(struct program *p)
{
    struct testjson json, *j = p->o->test.json ? &json : NULL;
    if (j)
        testjson_begin(j, &p->o->arena, p->name);
    tell(p, j, NULL, arena_printf(&p->o->arena, "FAIL\t%s [build failed]\n", p->name));
    if (j)
        testjson_end(j, "fail", 0);
    return STATUS_ERRORS;
}

static int no_tests(struct program *p)
{
    struct testjson json, *j = p->o->test.json ? &json : NULL;
    if (j)
        testjson_begin(j, &p->o->arena, p->name);
    tell(p, j, NULL, arena_printf(&p->o->arena, "?   \t%s\t[no test files]\n", p->name));
    if (j)
        testjson_end(j, "skip", 0);
    return STATUS_OK;
}

static int build_and_run(struct program *p)
{
    struct options *o = p->o;
    struct arena *a = &o->arena;
    const char *kept = o->output ? o->output
                       : o->test.build_only ? arena_printf(a, "%s.test", path_base(p->name)) : NULL;
    const char *path = kept ? kept
                            : temp_name(a, temp_folder(a, 2), arena_printf(a, "%s.test", path_base(p->name)));
    int status = driver_link(o, path);
    if (status != STATUS_OK && o->test.build_only)
        return status;
    if (status != STATUS_OK)
        return build_failed(p);
    if (o->test.build_only || o->dry_run)
        return STATUS_OK;
    if (!strchr(path, '/'))
        path = arena_printf(a, "./%s", path);
    return program_test(p, path);
}

/* ---- all that the command line names ---- */

/* Of the words of the command line: the options and, if files, those inputs that
 * are no folders.  Reports name lines unless the user does not want them to. */
static void keep(struct options *o, const struct arg *args, size_t n, bool files)
{
    o->args.n = 0;
    o->inputs = o->goc_inputs = o->c_inputs = o->cxx_inputs = 0;
    options_add(o, (struct arg){.kind = ARG_BOTH, .word = {"-g", NULL}});
    for (size_t i = 0; i < n; i++)
        if (args[i].kind != ARG_INPUT || (files && !is_folder(args[i].word[0])))
            options_add(o, args[i]);
}

static int test_folder(struct options *o, const char *folder)
{
    struct program p = {o, folder_name(&o->arena, folder), folder};
    if (!add_folder(o, folder))
        return no_tests(&p);
    driver_check_inputs(o);
    return build_and_run(&p);
}

static int test_files(struct options *o)
{
    const char *first = driver_first_input(o);
    const char *base = strcmp(first, "-") ? path_base(first) : "stdin";
    struct program p = {o, path_suffix(&o->arena, base, ""), NULL};
    driver_check_inputs(o);
    return build_and_run(&p);
}

static int worse(int a, int b)
{
    return a > b ? a : b;
}

int testrun(struct options *o)
{
    struct words words = words_of(o);
    const struct arg *args = words.v.v;
    size_t n = words.v.n, inputs = 0, folders = 0;
    int status = STATUS_OK;
    for (size_t i = 0; i < n; i++)
        if (args[i].kind == ARG_INPUT)
        {
            inputs++;
            folders += is_folder(args[i].word[0]);
        }
    bool files = folders < inputs, here = !inputs;
    size_t programs = folders + files + here;
    if (programs > 1 && o->output)
        fatal("cannot specify '-o' with several programs");
    if (programs > 1 && o->test.tap)
        fatal("-tap is for one program: the plan of a second one would not be read");
    if (files)
    {
        keep(o, args, n, true);
        status = test_files(o);
    }
    for (size_t i = 0; i < n; i++)
        if (args[i].kind == ARG_INPUT && is_folder(args[i].word[0]))
        {
            keep(o, args, n, false);
            status = worse(status, test_folder(o, args[i].word[0]));
        }
    if (here)
    {
        keep(o, args, n, false);
        status = test_folder(o, ".");
    }
    if (programs > 1 && status != STATUS_OK && !o->test.json)
        puts("FAIL");
    if (fflush(stdout) || ferror(stdout))
        fatal("cannot write standard output");
    vec_free(&words.v);
    return status;
}
