/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* print.c: --version, --help and the other questions about goc. */
#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"
#include "hostcc.h"
#include "options.h"
#include "paths.h"
#include "subprocess.h"

static const char version[] =
    "goc (goc) " GOC_RELEASE "\n"
    "A compiler for C with Go's concurrency.\n"
    "Apache License 2.0 with LLVM exceptions; there is no warranty.\n";

static const char help[] =
    "usage: goc [options] file...              compile and link, as cc does\n"
    "       goc --emit-c file.gc [-o file.c]   translate to C only\n"
    "       goc run file.gc [argument...]      compile, run, leave nothing behind\n"
    "       goc test [option...] [file...]     the same with tests; a folder stands\n"
    "                                          for its sources, nothing for this one\n"
    "\n"
    "Files: .gc goc source, .gh a goc header; everything else goes to the C\n"
    "compiler.  -x gc treats any file as goc source, - is standard input.\n"
    "\n"
    "Options of cc's have cc's meaning: -c -S -E -o -I -D -U -std= -O -g -W -f -m\n"
    "-l -L -Wl, -x -M -MM -MD -MMD -MF -MT -MQ -MP -pthread -shared -static @file\n"
    "-### -v -save-temps -fsyntax-only and whatever goc does not know.\n"
    "\n"
    "Options of goc's own:\n"
    "  --emit-c              write C; -o - writes to standard output\n"
    "  --cc=COMMAND          the C compiler; else $GOC_CC, $CC, cc\n"
    "  -race                 build with ThreadSanitizer\n"
    "  -nogoc                do not link goc's runtime\n"
    "  -Wgoc-NAME -Wno-goc-NAME -Werror=goc-NAME\n"
    "                        goc's warnings\n"
    "  -fno-goc-line         no #line directives in the C text\n"
    "  --dump=STAGE          show tokens, pp, ast, types or lower\n"
    "  -verify               compare messages with // expected-error {{...}}\n"
    "  goc test: -run REGEX -skip REGEX -bench REGEX -benchtime D -list REGEX\n"
    "            -timeout D -count N -shuffle SEED -parallel N -failfast -short -v\n"
    "            -json -tap -c\n"
    "  --cflags --libs       what the C and C++ compilers need to use the runtime\n"
    "  --print-runtime-dir   where the runtime lies\n"
    "  --version --help\n"
    "\n"
    "Exit status: 0; 1 errors in the input; 2 wrong use, or a file that cannot be\n"
    "read or written; 70 a bug in goc.\n";

static int print_text(const char *text)
{
    if (fputs(text, stdout) < 0 || fflush(stdout))
        fatal("cannot write standard output: %s", strerror(errno));
    return STATUS_OK;
}

static int ask_host(struct options *o)
{
    struct command c = {0};
    hostcc_plain(o, &c);
    if (o->print == PRINT_FILE_NAME)
        command_add(&c, arena_printf(&o->arena, "-print-file-name=%s", o->print_arg));
    int status = command_run(o, &c);
    command_free(&c);
    return status ? STATUS_ERRORS : STATUS_OK;
}

/* -print-file-name=libgocrt.a */
static int print_file_name(struct options *o)
{
    const char *path = arena_printf(&o->arena, "%s/%s", own_folder(&o->arena), o->print_arg);
    if (!strncmp(o->print_arg, "libgocrt", 8) && !access(path, R_OK))
        return print_text(arena_printf(&o->arena, "%s\n", path));
    return ask_host(o);
}

/* The C compiler's version, too: Meson and others look there for whose options
 * they may use. */
static int print_version(struct options *o)
{
    if (!hostcc_exists(o))
        return print_text(version);
    print_text(arena_printf(&o->arena, "%s\n", version));
    return ask_host(o);
}

int print_answer(struct options *o)
{
    switch (o->print)
    {
    case PRINT_VERSION:
        return print_version(o);
    case PRINT_HELP:
        return print_text(help);
    case PRINT_RUNTIME_DIR:
        return print_text(arena_printf(&o->arena, "%s\n", own_folder(&o->arena)));
    case PRINT_CFLAGS:
        return print_text(arena_printf(&o->arena, "%s\n", hostcc_cflags(o)));
    case PRINT_LIBS:
        return print_text(arena_printf(&o->arena, "%s\n", hostcc_libs(o)));
    case PRINT_FILE_NAME:
        return print_file_name(o);
    case PRINT_HOST:
        return ask_host(o);
    case PRINT_NOTHING:
        break;
    }
    unreachable();
}

int print_verbose(struct options *o)
{
    fputs(version, stderr);
    fprintf(stderr, "Runtime: %s\n", own_folder(&o->arena));
    fflush(stderr);
    return ask_host(o);
}
