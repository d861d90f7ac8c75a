/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* main.c: options, then the pipeline in order; no other logic. */
#include <stdio.h>

#include "ast.h"
#include "diag.h"
#include "driver.h"
#include "edit.h"
#include "emit.h"
#include "host.h"
#include "lower.h"
#include "options.h"
#include "parse.h"
#include "pp.h"
#include "source.h"
#include "token.h"
#include "unit.h"

static int errors_or_ok(const struct unit *u)
{
    return diag_errors(u) ? STATUS_ERRORS : STATUS_OK;
}

int translate(struct unit *u, const char *path, struct stages stages,
              struct output *out)
{
    struct source *s = source_open(u, path);
    if (!s)
        return STATUS_USAGE;
    if (stages.dump == DUMP_TOKENS)
        return token_dump(u, s), errors_or_ok(u);

    host_query(u, &u->host, u->opt->cc.v, u->opt->host_flags.v);
    pp_run(u, s); /* text -> tokens */
    host_save(u);
    if (stages.dump == DUMP_PP)
        return pp_dump(u, stdout), errors_or_ok(u);
    if (stages.only_deps)
        return errors_or_ok(u);

    u->pp_errors = diag_errors(u);
    parse(u); /* tokens -> tree, typed and checked as it grows */
    if (stages.dump == DUMP_AST || stages.dump == DUMP_TYPES)
        return ast_dump(u, u->tree, stages.dump == DUMP_TYPES, stdout), errors_or_ok(u);
    if (diag_errors(u)) /* lowering never sees a bad program */
        return STATUS_ERRORS;

    lower(u); /* typed tree -> edits */
    if (stages.dump == DUMP_LOWER)
        return edit_dump(u, stdout), STATUS_OK;

    emit(u, out); /* source + edits -> C */
    return errors_or_ok(u);
}

void translate_anyway(struct unit *u, struct output *out)
{
    lower(u);
    emit(u, out);
}

int main(int argc, char **argv)
{
    struct options o;
    options_parse(&o, argc, argv);
    int status = driver_run(&o);
    options_free(&o);
    return status;
}
