/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_front.c: libFuzzer's target: the whole front end on one input, in process.
 *
 * Everything from the lexer to the output text runs, as the driver would run it,
 * but the host compiler's facts are fixed here, so that no child is started and
 * the same input does the same everywhere.  The first line may choose a dialect:
 * //89, //23, //clang, //werror.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "edit.h"
#include "emit.h"
#include "host.h"
#include "lower.h"
#include "parse.h"
#include "pp.h"
#include "source.h"
#include "unit.h"

static const char predefined[] =
    "#define __STDC__ 1\n"
    "#define __STDC_HOSTED__ 1\n"
    "#define __STDC_VERSION__ 201710L\n"
    "#define __GNUC__ 12\n"
    "#define __GNUC_MINOR__ 2\n"
    "#define __GNUC_PATCHLEVEL__ 0\n"
    "#define __x86_64__ 1\n"
    "#define __linux__ 1\n"
    "#define __LP64__ 1\n"
    "#define __CHAR_BIT__ 8\n"
    "#define __SIZEOF_INT__ 4\n"
    "#define __SIZEOF_LONG__ 8\n"
    "#define __SIZEOF_LONG_LONG__ 8\n"
    "#define __SIZEOF_SHORT__ 2\n"
    "#define __SIZEOF_POINTER__ 8\n"
    "#define __SIZEOF_DOUBLE__ 8\n"
    "#define __SIZEOF_FLOAT__ 4\n"
    "#define __SIZEOF_LONG_DOUBLE__ 16\n"
    "#define __SIZEOF_SIZE_T__ 8\n"
    "#define __SIZEOF_WCHAR_T__ 4\n"
    "#define __SIZEOF_INT128__ 16\n"
    "#define __SIZE_TYPE__ long unsigned int\n"
    "#define __PTRDIFF_TYPE__ long int\n"
    "#define __WCHAR_TYPE__ int\n"
    "#define __INT64_TYPE__ long int\n"
    "#define __CHAR16_TYPE__ short unsigned int\n"
    "#define __CHAR32_TYPE__ unsigned int\n"
    "#define __INT_MAX__ 0x7fffffff\n"
    "#define __LONG_MAX__ 0x7fffffffffffffffL\n"
    "#define __SCHAR_MAX__ 0x7f\n"
    "#define __has_include(STR) __has_include(STR)\n";

void host_query(struct unit *u, struct host *host, const char *const *cc,
                const char *const *flags)
{
    (void)cc, (void)flags;
    *host = (struct host){
        .predefined = predefined,
        .predefined_size = sizeof predefined - 1,
        .is_clang = u->host.is_clang,
    };
}

long host_has(struct unit *u, const char *operator_name, const char *name)
{
    (void)u;
    return strlen(operator_name) % 2 && strlen(name) % 2;
}

void host_save(struct unit *u)
{
    (void)u;
}

void host_free(struct unit *u)
{
    (void)u;
}

static bool first_line(const char *text, size_t size, const char *line)
{
    size_t n = strlen(line);
    return size > n && !memcmp(text, line, n) && text[n] == '\n';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct unit_options opt = {
        .input = "fuzz.gc",
        .std = STD_C17,
        .gnu = true,
        .signed_char = true,
        .max_errors = 20,
    };
    struct unit u;
    struct output out = {0};
    if (size > 64 * 1024)
        return -1;
    if (first_line(text, size, "//89"))
        opt.std = STD_C89, opt.gnu = false;
    else if (first_line(text, size, "//23"))
        opt.std = STD_C23;
    else if (first_line(text, size, "//werror"))
        *vec_push(&opt.warn) = "error";
    unit_init(&u, &opt);
    u.host.is_clang = first_line(text, size, "//clang");
    host_query(&u, &u.host, NULL, NULL);
    struct file *file = file_from_text(&u, "fuzz.gc", text, size);
    u.main = source_include(&u, file, "fuzz.gc", NULL, 0);
    pp_run(&u, u.main);
    parse(&u);
    if (!diag_errors(&u))
    {
        lower(&u);
        if (!diag_errors(&u))
            emit(&u, &out);
    }
    free(out.text);
    edit_free(&u);
    unit_free(&u);
    vec_free(&opt.warn);
    return 0;
}
