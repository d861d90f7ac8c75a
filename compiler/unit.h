/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unit.h: one translation unit, the state that every stage is handed. */
#ifndef GOC_UNIT_H
#define GOC_UNIT_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "diag.h"
#include "host.h"
#include "source.h"
#include "token.h"
#include "vec.h"

enum dialect_std { STD_C89, STD_C99, STD_C11, STD_C17, STD_C23 };

struct prefix_map { const char *from, *to; };

struct token_range { uint32_t first, last; };

struct chan_use { uint32_t first, last; struct type *type; };

/* What the driver says; the unit only reads it. */
struct unit_options
{
    const char *input;           /* as on the command line, "-" for stdin */
    enum dialect_std std;        /* default gnu17, as the host */
    bool gnu;                    /* -std=gnu…: asm, typeof are keywords */
    bool no_asm;                 /* -fno-asm */
    bool ms_extensions, plan9_extensions;
    bool signed_char;            /* of the target under the flags; from host */
    VEC(const char *) pp_args;   /* -D, -U, -I, -iquote, -isystem, -idirafter,
                                    -include, -imacros, -nostdinc, … in order, the
                                    option and its argument as one word: "-DX=1",
                                    "-isystem/usr/x" */
    VEC(const char *) host_flags;  /* see host_query */
    VEC(const char *) cc;        /* the compiler command */
    VEC(struct prefix_map) prefix_maps;
    const char *own_include;     /* goc's own header folder, searched as a system
                                    folder before the compiler's */
    int color;                   /* 0 never, 1 always, 2 if stderr is a terminal */
    int max_errors;              /* 0: no limit */
    VEC(const char *) warn;      /* -W…: "unused" on, "no-unused" off, "error" */
    bool host_warns;             /* the host compiles the output next, and says what
                                    it thinks of conversions */
    bool inhibit_warnings;       /* -w */
    bool no_line_directives;     /* -fno-goc-line */
    bool for_compiler;           /* the C text is for the compiler's eyes only:
                                    #line has absolute names as they are, and what
                                    is the user's keeps its column */
};

struct unit
{
    struct arena arena;
    const struct unit_options *opt;
    struct host host;

    VEC(struct source *) sources; /* in the order of their bases */
    struct source *main;
    VEC(struct token) toks;       /* what the parser reads; ends in TOK_EOF */
    VEC(struct expansion) expansions; /* [0] is none */
    bool goc_macro_used;          /* __GOC__ was asked for */
    bool errno_used;              /* the macro errno was defined or expanded
                                     in text that is goc source */
    bool counter_asked;          /* a directive expanded __COUNTER__: the host's
                                     counter must count along */
    bool has_words;               /* a token that could begin a new construct
                                     stands in the unit */

    int errors, warnings;
    VEC(loc_t) error_locs;        /* where the errors were */
    VEC(struct token_range) broken; /* external declarations with syntax errors */
    int pp_errors;                /* those before the parser began */
    bool cut_short;               /* an error has ended the tokens early */
    bool diag_hidden;             /* diag.c: beyond opt->max_errors */
    bool plain_trouble;           /* goc could not read some plain C: the host
                                     compiler must judge the output */

    struct idents *idents;        /* token.c */
    struct pp *pp;                /* pp.c */
    struct parser *parser;        /* parse.c */
    struct scopes *scopes;        /* scope.c */
    struct types *types;          /* type.c: basic types and caches */
    struct check *check;          /* check_conc.c */
    struct packing *packing;      /* check_pack.c */
    struct verify *verify;        /* -verify: diagnostics are collected here, not
                                     printed; see verify.h */
    struct edits *edits;          /* edit.c */
    struct files *files;          /* source.c: the file cache */
    struct host_cache *host_cache;/* host.c */

    struct node *tree;            /* list of external declarations */
    VEC(struct chan_use) chan_uses;    /* every chan<T> in the text: its tokens; an
                                     inner one comes before the one around it,
                                     and may share its last token, a >> */
    VEC(struct node *) chan_nodes;/* every RECV, SEND, MAKE, CLOSE, FREE, LEN and
                                     CAP, and STMT_EXPR: some stand where the tree does not
                                     reach, in the length of an array, say */
};

/* Makes the unit ready: arena, identifiers, keywords for the dialect. */
void unit_init(struct unit *u, const struct unit_options *opt);
void unit_free(struct unit *u);

#endif
