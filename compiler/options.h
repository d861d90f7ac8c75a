/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* options.h: the command line, read.
 *
 * Every word keeps its place: struct arg lists inputs and options in the order
 * given, each with the steps it belongs to, so that the commands for the C
 * compiler are made by walking it.  What goc itself needs to know is copied
 * into the fields beside.
 */
#ifndef GOC_OPTIONS_H
#define GOC_OPTIONS_H

#include <stdbool.h>

#include "arena.h"
#include "unit.h"
#include "vec.h"

enum status
{
    STATUS_OK = 0,
    STATUS_ERRORS = 1, /* in the input */
    STATUS_USAGE = 2,  /* wrong use, or a file that cannot be read or written */
    STATUS_BUG = 70,   /* in goc */
};

enum mode
{
    MODE_LINK,
    MODE_COMPILE,    /* -c */
    MODE_ASSEMBLE,   /* -S */
    MODE_PREPROCESS, /* -E */
    MODE_SYNTAX,     /* -fsyntax-only */
    MODE_EMIT_C,     /* --emit-c */
    MODE_RUN,        /* goc run */
    MODE_TEST,       /* goc test */
    MODE_DUMP,       /* --dump=, -verify */
    MODE_PRINT,      /* --version and the like: print says what */
};

enum dump { DUMP_NONE, DUMP_TOKENS, DUMP_PP, DUMP_AST, DUMP_TYPES, DUMP_LOWER };

enum print
{
    PRINT_NOTHING,
    PRINT_VERSION,
    PRINT_HELP,
    PRINT_RUNTIME_DIR,
    PRINT_CFLAGS,
    PRINT_LIBS,
    PRINT_FILE_NAME, /* -print-file-name=: print_arg; else as the compiler says */
    PRINT_HOST,      /* -dumpversion, -print-...: the compiler answers */
};

enum arg_kind
{
    ARG_INPUT,
    ARG_BOTH,    /* for compiling and for linking */
    ARG_COMPILE,
    ARG_LINK,
    ARG_PLAIN,   /* for compiling plain C */
    ARG_OWN,     /* nothing for the C compiler */
};

enum input_kind
{
    INPUT_GOC,
    INPUT_C,      /* the C compiler compiles it: C, assembler, ... */
    INPUT_CXX,    /* the C++ compiler does */
    INPUT_OBJECT, /* for the linker */
};

struct arg
{
    enum arg_kind kind;
    const char *word[2];   /* as given; word[1] null unless the value is apart */
    enum input_kind input; /* ARG_INPUT */
    const char *lang;      /* the -x in force, null: by the name */
};

struct dep_target { const char *name; bool quote; };

/* The -M family. */
struct dep_options
{
    bool on;
    bool only;        /* -M, -MM: nothing else is made */
    bool system;      /* system headers too: -M, -MD */
    bool phony;       /* -MP */
    bool missing;     /* -MG */
    const char *file; /* -MF */
    VEC(struct dep_target) targets; /* -MT, -MQ */
};

/* goc test. */
struct test_options
{
    VEC(const char *) args; /* for the program, as "-run=x" */
    bool json, tap, verbose;
    bool build_only;        /* -c */
};

struct options
{
    struct arena arena;
    enum mode mode;
    enum dump dump;
    enum print print;
    const char *print_arg;
    const char *output;   /* -o, or null */
    VEC(struct arg) args;
    size_t inputs;        /* how many of args are inputs */
    size_t goc_inputs, cxx_inputs, c_inputs; /* of them */
    char **run_args;      /* of goc run: null-terminated */
    struct test_options test;
    struct dep_options deps;
    const char *deps_text;    /* the driver: what deps_written holds by now */
    const char *deps_written;
    VEC(const char *) cxx;  /* the C++ compiler's command */
    bool verify;
    bool verbose;         /* -v */
    bool dry_run;         /* -### */
    bool no_runtime;      /* -nogoc, -nostdlib, -r, ... */
    bool shared;
    bool static_;
    bool split_dwarf;
    bool own_names;       /* -dumpbase or the like: the user names side files */
    bool user_maps;       /* -ffile-prefix-map or the like */
    const char *save_temps; /* null, "cwd" or "obj" */
    const char *sanitize;   /* "", "-tsan", "-asan": the runtime to link */
    struct unit_options unit;
};

/* Reads the command line; wrong use ends in fatal(). */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

/* One more word, or one more file of a kind that its name tells. */
void options_add(struct options *o, struct arg arg);
void options_add_input(struct options *o, const char *path);

#endif
