/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_spec.c: declaration specifiers and declarators -> types, C11 6.7.2 and
 * 6.7.6.
 *
 * Whatever the combination, a type comes out: if it makes no sense, the host
 * compiler says so.
 */
#include <string.h>

#include "check_expr.h"

/* ---- attributes that make another type ---- */

static struct type *integer_of(struct unit *u, int64_t size, bool un)
{
    static const uint8_t kinds[] = {TY_SCHAR, TY_SHORT, TY_INT, TY_LONG,
                                    TY_LLONG, TY_INT128};
    for (size_t i = 0; i < sizeof kinds; i++)
    {
        struct type *t = type_basic(u, (enum type_kind)(kinds[i] + un));
        if (type_sizeof(u, t) == size)
            return t;
    }
    return type_unknown(u);
}

/* GCC's machine modes; pointer-sized ones have a size of 0. */
static const struct mode
{
    const char *name;
    int size;
    enum type_kind kind; /* TY_INT: an integer of that size */
} modes[] = {
    {"QI", 1, TY_INT},        {"byte", 1, TY_INT},
    {"HI", 2, TY_INT},        {"SI", 4, TY_INT},
    {"DI", 8, TY_INT},        {"TI", 16, TY_INT},
    {"word", 0, TY_INT},      {"pointer", 0, TY_INT},
    {"unwind_word", 0, TY_INT}, {"libgcc_cmp_return", 0, TY_INT},
    {"libgcc_shift_count", 0, TY_INT},
    {"HF", 2, TY_FLOAT16},    {"SF", 4, TY_FLOAT},
    {"DF", 8, TY_DOUBLE},     {"XF", 16, TY_LDOUBLE},
    {"TF", 16, TY_FLOAT128},
};

static const struct mode *mode_find(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strlen(modes[i].name) == n && !memcmp(modes[i].name, name, n))
            return &modes[i];
    return NULL;
}

static struct type *mode_scalar(struct unit *u, struct type *t, const char *name,
                                size_t n)
{
    const struct mode *m = mode_find(name, n);
    if (m && m->kind != TY_INT)
        return type_basic(u, m->kind);
    if (m)
    {
        int64_t size = m->size ? m->size : type_sizeof(u, type_size(u));
        return integer_of(u, size, type_is_unsigned(u, t));
    }
    if (n == 2 && name[1] == 'C') /* SC, DC: complex SF, DF */
    {
        char real[2] = {name[0], 'F'};
        m = mode_find(real, 2);
        if (m)
            return type_complex(u, type_basic(u, m->kind));
    }
    return type_unknown(u);
}

/* __attribute__((mode(DI))) and the like on t; V4SI is a vector. */
struct type *type_with_mode(struct unit *u, struct type *t, const char *name)
{
    size_t n = strlen(name);
    unsigned quals = type_quals(t);
    if (n > 4 && name[0] == '_' && name[1] == '_')
    {
        name += 2;
        n -= 4;
    }
    int64_t count = 0;
    if (*name == 'V')
        for (name++, n--; n && *name >= '0' && *name <= '9' && count < 1 << 20;
             name++, n--)
            count = 10 * count + (*name - '0');
    t = mode_scalar(u, t, name, n);
    if (count)
        t = type_vector(u, t, count);
    return type_qualified(u, t, quals);
}

static struct type *with_vector_size(struct unit *u, struct type *t, int64_t bytes)
{
    int64_t size = type_sizeof(u, t);
    int64_t length = bytes > 0 && size > 0 ? bytes / size : -1;
    return type_qualified(u, type_vector(u, type_unqualified(u, t), length),
                          type_quals(t));
}

static struct type *with_attributes(struct unit *u, struct type *t,
                                    const struct declspec *attrs)
{
    if (attrs->mode)
        t = type_with_mode(u, t, attrs->mode);
    if (attrs->vector_size)
        t = with_vector_size(u, t, attrs->vector_size);
    return t;
}

/* ---- specifiers ---- */

static enum type_kind integer_words(const struct declspec *ds)
{
    bool un = (ds->basic & SPEC_UNSIGNED) != 0;
    if (ds->basic & SPEC_CHAR)
        return un ? TY_UCHAR : ds->basic & SPEC_SIGNED ? TY_SCHAR : TY_CHAR;
    enum type_kind kind = ds->basic & SPEC_INT128  ? TY_INT128
                          : ds->basic & SPEC_SHORT ? TY_SHORT
                          : ds->longs >= 2         ? TY_LLONG
                          : ds->longs              ? TY_LONG
                                                   : TY_INT;
    return (enum type_kind)(kind + un);
}

/* 6.7.2p2, the imaginary types left out. */
static struct type *words_type(struct unit *u, const struct declspec *ds)
{
    if (ds->basic & SPEC_OTHER_FLOAT)
        return type_named_float(u, ds->other_float->name);
    enum type_kind kind = ds->basic & SPEC_VOID        ? TY_VOID
                          : ds->basic & SPEC_BOOL      ? TY_BOOL
                          : ds->basic & SPEC_FLOAT     ? TY_FLOAT
                          : ds->basic & SPEC_FLOAT16   ? TY_FLOAT16
                          : ds->basic & SPEC_FLOAT128  ? TY_FLOAT128
                          : ds->basic & SPEC_VA_LIST   ? TY_VA_LIST
                          : ds->basic & SPEC_IMAGINARY ? TY_UNKNOWN
                          : !(ds->basic & SPEC_DOUBLE) ? integer_words(ds)
                          : ds->longs                  ? TY_LDOUBLE
                                                       : TY_DOUBLE;
    return type_basic(u, kind);
}

static struct type *complex_type(struct unit *u, const struct declspec *ds)
{
    if (!(ds->basic & ~(unsigned)SPEC_COMPLEX) && !ds->longs) /* GNU */
        return type_complex(u, type_basic(u, TY_DOUBLE));
    return type_complex(u, words_type(u, ds));
}

bool declspec_is_auto(struct unit *u, const struct declspec *ds)
{
    return ds->auto_type ||
           (ds->storage == ST_AUTO && u->opt->std >= STD_C23 && !ds->type &&
            !ds->basic && !ds->longs);
}

struct type *declspec_type(struct unit *u, struct declspec *ds)
{
    struct type *t = ds->type;
    if (!t)
        t = declspec_is_auto(u, ds)    ? type_unknown(u)
            : ds->basic & SPEC_COMPLEX ? complex_type(u, ds)
                                       : words_type(u, ds);
    return type_qualified(u, with_attributes(u, t, ds), ds->quals);
}

/* ---- declarators ---- */

/* Lengths that the host knows and goc does not leave the array without one; a
 * length that is no constant at file scope must be of that kind. */
static struct type *array_type(struct unit *u, struct type *of, struct derive *d)
{
    if (d->star)
        return type_vla(u, of);
    struct node *n = d->length;
    if (!n || n->value_unknown || type_is(n->type, TY_UNKNOWN))
        return type_array(u, of, -1);
    if (n->is_constant)
        return type_array(u, of, n->value < 0 ? -1 : n->value);
    return scope_depth(u) ? type_vla(u, of) : type_array(u, of, -1);
}

/* (void) is no parameter at all. */
static struct param *function_params(struct derive *d)
{
    struct param *p = d->params;
    if (p && !p->next && !p->symbol && !d->variadic && type_is(p->type, TY_VOID))
        return NULL;
    return p;
}

static struct type *derived_type(struct unit *u, struct type *of, struct derive *d)
{
    switch (d->kind)
    {
    case DERIVE_POINTER:
        return type_qualified(u, type_pointer(u, of), d->quals);
    case DERIVE_ARRAY:
        return array_type(u, of, d);
    case DERIVE_FUNCTION:
        return type_function(u, of, function_params(d), d->variadic, d->unprototyped);
    }
    unreachable();
}

/* The derivation farthest from the name is applied first. */
static struct type *derive_all(struct unit *u, struct type *t, struct derive *derives)
{
    struct derive *few[16], **all = few;
    size_t n = 0;
    for (struct derive *d = derives; d; d = d->next)
        n++;
    if (n > sizeof few / sizeof *few)
        all = arena_alloc(&u->arena, n * sizeof *all);
    size_t i = 0;
    for (struct derive *d = derives; d; d = d->next)
        all[i++] = d;
    while (n)
        t = derived_type(u, t, all[--n]);
    return t;
}

struct type *declarator_type(struct unit *u, struct declspec *ds,
                             struct declarator *d)
{
    struct type *t = declspec_type(u, ds);
    if (d->attrs.mode || d->attrs.vector_size)
        t = with_attributes(u, t, &d->attrs);
    return d->derives ? derive_all(u, t, d->derives) : t;
}

struct type *check_type_name(struct unit *u, struct declspec *ds,
                             struct declarator *d)
{
    return declarator_type(u, ds, d);
}
