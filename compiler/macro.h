/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* macro.h: macros and their expansion. */
#ifndef GOC_MACRO_H
#define GOC_MACRO_H

#include <stdbool.h>
#include <stdint.h>

#include "source.h"
#include "token.h"

struct unit;

/* Macros whose value is made at each use. */
enum dynamic_macro
{
    DYN_NONE, DYN_LINE, DYN_FILE, DYN_FILE_NAME, DYN_BASE_FILE, DYN_COUNTER,
    DYN_INCLUDE_LEVEL, DYN_DATE, DYN_TIME, DYN_TIMESTAMP,
    DYN_HAS, /* __has_include, __has_attribute, ... */
};

/* Never changed once defined, but for disabled: expansions in progress may
 * outlive the definition. */
struct macro
{
    struct ident *name;
    loc_t loc;              /* of the name in the definition */
    bool function;          /* with parameters */
    bool variadic;          /* the last parameter takes the rest */
    bool pastes;            /* an object-like body that has ## */
    bool disabled;          /* its expansion is being rescanned: C11 6.10.3.4p2 */
    uint8_t dynamic;        /* enum dynamic_macro */
    uint16_t n_params;
    uint32_t n_body;
    struct ident **params;
    struct token *body;     /* parameters as TOK_PARAM, ... (token.h) */
};

/* "__COUNTER__" of DYN_COUNTER. */
const char *macro_dynamic_name(int dynamic);

#endif
