/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unit.c: the beginning and the end of a translation unit. */
#include "unit.h"

#include "edit.h"
#include "pp.h"
#include "scope.h"

void unit_init(struct unit *u, const struct unit_options *opt)
{
    *u = (struct unit){.opt = opt};
    idents_init(u);
    *vec_push(&u->expansions) = (struct expansion){0};
}

void unit_free(struct unit *u)
{
    edit_free(u);
    scope_free(u);
    pp_free(u);
    host_free(u);
    sources_free(u);
    idents_free(u);
    vec_free(&u->chan_uses);
    vec_free(&u->chan_nodes);
    vec_free(&u->error_locs);
    vec_free(&u->broken);
    vec_free(&u->toks);
    vec_free(&u->expansions);
    arena_free(&u->arena);
    *u = (struct unit){.opt = u->opt};
}
