/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* testflags.c: the options of a program that has tests, the choice among the
 * tests, and the run from beginning to end. */
#include "test.h"

#include <regex.h>

/* ---- Patterns -----------------------------------------------------------
 *
 * A pattern is alternatives, a|b, of elements, a/b, each a regular expression
 * for that element of a test's name; inside of brackets and parentheses both
 * characters are the expression's. */

/* Of what stands at s in brackets: [:alpha:] and the like, or a byte. */
static size_t class_size(const char *s)
{
    char end[] = { s[1], ']', '\0' };
    const char *close = s[0] == '[' && s[1] && strchr(":.=", s[1])
        ? strstr(s + 2, end) : NULL;
    return close ? (size_t)(close - s) + 2 : 1;
}

/* The end of the piece at s that one of `ends` or the text's end closes. */
static const char *piece_end(const char *s, const char *ends)
{
    int depth = 0;
    for (; *s; s++) {
        if (*s == '\\' && s[1])
            s++;
        else if (*s == '[') {
            s += s[1] == '^';
            s += s[1] == ']'; /* as the first it is itself */
            while (s[1] && s[1] != ']')
                s += class_size(s + 1);
        } else if (*s == '(') {
            depth++;
        } else if (*s == ')') {
            depth--;
        } else if (depth <= 0 && strchr(ends, *s)) {
            break;
        }
    }
    return s;
}

/* Ends the process if pattern is not well formed. */
static void compile(regex_t *regex, const char *pattern, size_t n)
{
    char *copy = strndup(pattern, n);
    if (!copy)
        goc__fatal("out of memory (test)");
    for (char *p = copy; *p; p++)
        if (*p == ' ')
            *p = '_'; /* as in names */
    int error = regcomp(regex, copy, REG_EXTENDED | REG_NOSUB);
    if (error) {
        char why[100];
        regerror(error, regex, why, sizeof why);
        fprintf(stderr, "bad pattern '%s': %s\n", copy, why);
        exit(2);
    }
    free(copy);
}

/* All of its elements, before any test runs. */
static const char *check_pattern(const char *pattern)
{
    for (const char *s = pattern, *end;; s = end + 1) {
        regex_t regex;
        end = piece_end(s, "/|");
        compile(&regex, s, (size_t)(end - s));
        regfree(&regex);
        if (!*end)
            return pattern;
    }
}

static bool element_matches(const char *pattern, size_t n, const char *name,
                            size_t size)
{
    char *text = strndup(name, size);
    regex_t regex;
    if (!text)
        goc__fatal("out of memory (test)");
    compile(&regex, pattern, n);
    bool matches = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    free(text);
    return matches;
}

/* Whether the alternative matches, element by element, as far as both go;
 * whole: all of its elements have to be there. */
static bool alternative_matches(const char *pattern, const char *name,
                                bool whole)
{
    for (;;) {
        const char *end = piece_end(pattern, "/|");
        size_t size = strcspn(name, "/");
        if (!element_matches(pattern, (size_t)(end - pattern), name, size))
            return false;
        name += size;
        if (*end != '/')
            return true;
        if (!*name)
            return !whole;
        pattern = end + 1;
        name++;
    }
}

static bool matches(const char *pattern, const char *name, bool whole)
{
    for (;;) {
        if (alternative_matches(pattern, name, whole))
            return true;
        pattern = piece_end(pattern, "|");
        if (!*pattern++)
            return false;
    }
}

bool goc__test_chosen(const char *name)
{
    return (!options.run || matches(options.run, name, false))
        && (!options.skip || !matches(options.skip, name, true));
}

bool goc__test_bench_chosen(const char *name)
{
    return options.bench && matches(options.bench, name, false)
        && (!options.skip || !matches(options.skip, name, true));
}

/* ---- Options ------------------------------------------------------------ */

static _Noreturn void usage(const char *why, const char *what)
{
    fprintf(stderr, "%s: %s\n"
            "options: -run REGEX -skip REGEX -bench REGEX -benchtime D|Nx"
            " -list REGEX\n"
            "         -timeout D -count N -shuffle SEED|on|off -parallel N\n"
            "         -failfast -short -v -tap\n", what, why);
    exit(2);
}

/* A duration as Go writes them; a number alone is in seconds. */
static bool parse_duration(const char *s, goc_duration *d)
{
    static const struct
    {
        const char *name;
        double size;
    } units[] = { { "ms", 1e6 }, { "us", 1e3 }, { "ns", 1 }, { "h", 3600e9 },
                  { "m", 60e9 }, { "s", 1e9 } };
    double sum = 0;
    if (!*s)
        return false;
    while (*s) {
        char *end;
        double value = strtod(s, &end);
        if (end == s || !(value >= 0))
            return false;
        s = end;
        size_t i = 0;
        while (i < 6 && strncmp(s, units[i].name, strlen(units[i].name)) != 0)
            i++;
        if (i == 6 && *s)
            return false;
        sum += value * (i < 6 ? units[i].size : 1e9);
        s += i < 6 ? strlen(units[i].name) : 0;
    }
    *d = sum < 9e18 ? (goc_duration)sum : INT64_MAX;
    return true;
}

static int parse_count(const char *s, const char *what, int least)
{
    char *end;
    long n = strtol(s, &end, 10);
    if (end == s || *end || n < least || n > 1000000000)
        usage("not a number, or out of range", what);
    return (int)n;
}

static void parse_shuffle(const char *s)
{
    char *end;
    options.shuffle = strcmp(s, "off") != 0;
    options.seed = strtoull(s, &end, 10);
    if (strcmp(s, "on") == 0)
        options.seed = (uint64_t)goc_now_wall();
    else if (options.shuffle && (end == s || *end))
        usage("neither a number nor on nor off", "-shuffle");
}

static void parse_benchtime(const char *s)
{
    size_t n = strlen(s);
    char *end;
    if (n > 1 && s[n - 1] == 'x') {
        options.benchcount = strtoll(s, &end, 10);
        if (end == s + n - 1 && options.benchcount > 0)
            return;
    } else if (parse_duration(s, &options.benchtime)) {
        options.benchcount = 0;
        return;
    }
    usage("neither a duration nor a number of times", "-benchtime");
}

static void parse_value(const char *name, const char *value)
{
    if (strcmp(name, "run") == 0)
        options.run = check_pattern(value);
    else if (strcmp(name, "skip") == 0)
        options.skip = check_pattern(value);
    else if (strcmp(name, "bench") == 0)
        options.bench = check_pattern(value);
    else if (strcmp(name, "list") == 0)
        options.list = check_pattern(value);
    else if (strcmp(name, "count") == 0)
        options.count = parse_count(value, "-count", 0);
    else if (strcmp(name, "parallel") == 0)
        options.parallel = parse_count(value, "-parallel", 1);
    else if (strcmp(name, "shuffle") == 0)
        parse_shuffle(value);
    else if (strcmp(name, "benchtime") == 0)
        parse_benchtime(value);
    else if (!parse_duration(value, &options.timeout))
        usage("not a duration", "-timeout");
}

/* What Go's strconv.ParseBool takes. */
static bool parse_bool(const char *s, bool *value)
{
    static const char *const words[] = { "0", "f", "F", "false", "False", "FALSE",
                                         "1", "t", "T", "true", "True", "TRUE" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(s, words[i]) == 0) {
            *value = i >= 6;
            return true;
        }
    return false;
}

/* True for an option that needs no value. */
static bool parse_flag(const char *name, const char *word)
{
    static const struct { const char *name; bool *flag; } flags[] = {
        { "v", &options.verbose }, { "short", &options.brief },
        { "failfast", &options.failfast }
    };
    if (strcmp(name, "tap") == 0 || strcmp(name, "v=test2json") == 0) {
        options.form = name[0] == 't' ? FORM_TAP : FORM_MARKED;
        return true;
    }
    size_t size = strcspn(name, "=");
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (strlen(flags[i].name) == size
            && strncmp(flags[i].name, name, size) == 0) {
            if (!parse_bool(name[size] ? name + size + 1 : "1", flags[i].flag))
                usage("neither true nor false", word);
            return true;
        }
    return false;
}

static void parse_options(int argc, char **argv)
{
    static const char *const valued[] = { "run", "skip", "bench", "benchtime",
                                          "list", "timeout", "count",
                                          "shuffle", "parallel" };
    enum { VALUED = sizeof valued / sizeof valued[0] };
    for (int i = 1; i < argc; i++) {
        char *name = argv[i];
        if (name[0] != '-')
            usage("unknown argument", name);
        name += name[1] == '-' ? 2 : 1;
        name += strncmp(name, "test.", 5) == 0 ? 5 : 0; /* Go's own name */
        if (parse_flag(name, argv[i]))
            continue;
        size_t size = strcspn(name, "="), k = 0;
        while (k < VALUED && (strlen(valued[k]) != size
                              || strncmp(valued[k], name, size) != 0))
            k++;
        if (k == VALUED)
            usage("unknown option", argv[i]);
        if (!name[size] && i + 1 == argc)
            usage("needs a value", argv[i]);
        parse_value(valued[k], name[size] ? name + size + 1 : argv[++i]);
    }
}

/* ---- The main of tests -------------------------------------------------- */

/* The tests to run.  The array stays, where leak checkers of processes that
 * tests fork see it. */
static goc__test_entry **choose_tests(int *n)
{
    static goc__test_entry **order;
    int all = 0;
    for (goc__test_entry *e = goc__test_entries; e; e = e->next)
        all++;
    order = goc__calloc((size_t)all + 1, sizeof *order);
    *n = 0;
    for (goc__test_entry *e = goc__test_entries; e; e = e->next)
        if (e->fn && goc__test_chosen(e->name))
            order[(*n)++] = e;
    return order;
}

static void shuffle(goc__test_entry **order, int n)
{
    uint64_t x = options.seed;
    for (int i = n - 1; i > 0; i--) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        int k = (int)((x >> 33) % (uint64_t)(i + 1));
        goc__test_entry *swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
}

static int list_tests(void)
{
    for (goc__test_entry *e = goc__test_entries; e; e = e->next)
        if (matches(options.list, e->name, false))
            printf("%s\n", e->name);
    return 0;
}

static void print_plan(int tests)
{
    int benches = 0;
    for (goc__test_entry *e = goc__test_entries; e; e = e->next)
        benches += e->bench && goc__test_bench_chosen(e->name);
    goc__test_plan((tests + benches) * options.count);
}

int goc_test_main(int argc, char **argv)
{
    int n, ran;
    parse_options(argc, argv);
    if (options.list)
        return list_tests();
    goc__test_entry **order = choose_tests(&n);
    if (options.form == FORM_TAP) {
        goc__test_own_output();
        print_plan(n);
    }
    if (options.shuffle) {
        char line[60];
        snprintf(line, sizeof line, "-test.shuffle %llu",
                 (unsigned long long)options.seed);
        goc__test_line(line);
        shuffle(order, n);
    }
    bool good = goc__test_run_all(order, n, &ran);
    if (!ran && options.form != FORM_TAP)
        fprintf(stderr, "testing: warning: no tests to run\n");
    if (options.form != FORM_TAP)
        goc__test_line(good ? "PASS" : "FAIL");
    if (!goc__test_written()) {
        fprintf(stderr, "testing: cannot write standard output\n");
        return 2;
    }
    return !good;
}
