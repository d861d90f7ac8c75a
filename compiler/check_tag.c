/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_tag.c: structures, unions and enumerations, C11 6.7.2.1 to 6.7.2.3.
 *
 * A second definition of a tag in one scope, which C forbids, makes a new type,
 * and a member of incomplete type has an unknown one: so no record contains
 * itself, whatever the program says.
 */
#include <limits.h>
#include <string.h>

#include "check_expr.h"

/* The constants of an enumeration whose braces are open. */
struct enum_values
{
    int64_t next;     /* the value of the next one */
    bool next_big;    /* and it is meant unsigned, beyond INT64_MAX */
    bool fixed;       /* C23: the type was given */
    int64_t min;
    uint64_t max;
};

static struct tag *tag_of(struct type *t)
{
    return type_strip(t)->tag;
}

/* ---- tags ---- */

static struct type *tag_new(struct unit *u, enum type_kind kind, uint32_t keyword,
                            struct ident *name)
{
    struct tag *tag = arena_new(&u->arena, struct tag);
    tag->name = name;
    tag->size = -1;
    tag->keyword = keyword;
    tag->owner = scope_func(u);
    if (kind == TY_ENUM)
        tag->values = arena_new(&u->arena, struct enum_values);
    return type_record(u, kind, tag);
}

static struct type *tag_declare(struct unit *u, enum type_kind kind,
                                uint32_t keyword, uint32_t name)
{
    struct ident *id = u->toks.v[name].id;
    struct symbol *s = scope_declare_tag(u, id);
    s->type = tag_new(u, kind, keyword, id);
    s->owner = scope_func(u);
    s->token = name;
    s->first = keyword;
    s->last = name;
    tag_of(s->type)->symbol = s;
    return s->type;
}

/* struct x.  6.7.2.3p7 and p8: alone, it declares x in this scope; elsewhere only
 * if no x is visible. */
struct type *tag_reference(struct unit *u, enum type_kind kind, uint32_t keyword,
                           uint32_t name, bool alone)
{
    struct ident *id = u->toks.v[name].id;
    struct symbol *s = alone ? scope_local_tag(u, id) : id->tag;
    if (!s)
        return tag_declare(u, kind, keyword, name);
    if (s->type->kind != kind)
        return type_unknown(u);
    check_use(u, s, name);
    return s->type;
}

struct type *tag_begin(struct unit *u, enum type_kind kind, uint32_t keyword,
                       uint32_t name)
{
    struct type *t;
    struct symbol *s = name ? scope_local_tag(u, u->toks.v[name].id) : NULL;
    if (s && s->type->kind == kind && !tag_of(s->type)->first)
        t = s->type;
    else if (name)
        t = tag_declare(u, kind, keyword, name);
    else
        t = tag_new(u, kind, keyword, NULL);
    tag_of(t)->first = tag_of(t)->keyword = keyword;
    return t;
}

/* ---- members; the list is built in reverse ---- */

/* The width of a bit-field; -2: only the host knows. */
static int64_t bit_width(struct node *bits)
{
    if (!bits)
        return -1;
    return bits->is_constant && !bits->value_unknown && bits->value >= 0 ? bits->value
                                                                       : -2;
}

static struct type *member_type(struct unit *u, struct type *t)
{
    struct type *elem = type_strip(t);
    while (elem->kind == TY_ARRAY)
        elem = type_strip(elem->base);
    return type_is_record(elem) && !elem->tag->complete ? type_unknown(u) : t;
}

static struct member *member_add(struct unit *u, struct tag *tag, struct type *t)
{
    struct member *m = arena_new(&u->arena, struct member);
    m->type = member_type(u, t);
    m->bits = -1;
    m->offset = -1;
    m->next = tag->members;
    return tag->members = m;
}

/* Whether declaring nothing with this type makes an anonymous member: 6.7.2.1p13,
 * and what -fms-extensions adds. */
static bool is_anonymous_member(struct unit *u, struct type *t)
{
    if (!type_is_record(t))
        return false;
    return (t->kind != TY_TYPEDEF && !t->tag->name) || u->opt->ms_extensions ||
           u->opt->plan9_extensions;
}

static void add_anonymous(struct unit *u, struct tag *tag, struct declspec *ds)
{
    struct type *t = declspec_type(u, ds);
    if (!is_anonymous_member(u, t))
        return;
    struct member *m = member_add(u, tag, t);
    m->token = ds->first;
    m->align = ds->aligned;
    m->packed = ds->packed;
}

void tag_member(struct unit *u, struct type *record, struct declspec *ds,
                struct declarator *d)
{
    struct tag *tag = tag_of(record);
    if (!d)
    {
        add_anonymous(u, tag, ds);
        return;
    }
    if (d->abstract && !d->bits)
        return;
    struct type *t = declarator_type(u, ds, d);
    int64_t bits = bit_width(d->bits);
    struct member *m = member_add(u, tag, bits == -2 ? type_unknown(u) : t);
    m->name = d->abstract ? NULL : u->toks.v[d->name].id;
    m->token = d->abstract ? d->first : d->name;
    m->bits = bits == -2 ? 0 : bits;
    m->align = ds->aligned > d->attrs.aligned ? ds->aligned : d->attrs.aligned;
    m->packed = ds->packed || d->attrs.packed;
}

static struct member *in_order(struct member *m)
{
    struct member *list = NULL;
    for (struct member *next; m; m = next)
    {
        next = m->next;
        m->next = list;
        list = m;
    }
    return list;
}

/* ---- enumerations ---- */

static bool is_unsigned_big(struct unit *u, struct node *value)
{
    return value->value < 0 && type_is_unsigned(u, value->type);
}

static void values_take(struct unit *u, struct enum_values *v, struct node *value)
{
    if (value)
    {
        bool known = value->is_constant && !value->value_unknown;
        v->next = known ? value->value : 0;
        v->next_big = known && is_unsigned_big(u, value);
    }
    if (!v->next_big && v->next < v->min)
        v->min = v->next;
    if ((v->next_big || v->next >= 0) && (uint64_t)v->next > v->max)
        v->max = (uint64_t)v->next;
}

void enum_constant(struct unit *u, struct type *enumeration, uint32_t name,
                   struct node *value)
{
    bool old;
    struct enum_values *v = tag_of(enumeration)->values;
    struct symbol *s = scope_declare(u, u->toks.v[name].id, SYM_ENUM, &old);
    values_take(u, v, value);
    s->kind = SYM_ENUM;
    s->storage = ST_NONE;
    s->automatic = false;
    s->defined = true;
    s->type = enumeration;
    s->owner = scope_func(u);
    s->token = name;
    s->value = v->next;
    v->next_big = v->next_big || v->next == INT64_MAX;
    v->next = (int64_t)((uint64_t)v->next + 1);
}

void enum_underlying(struct type *enumeration, struct type *base)
{
    if (enumeration->kind != TY_ENUM)
        return;
    tag_of(enumeration)->enum_base = base;
    tag_of(enumeration)->values->fixed = true;
}

/* int wherever the value fits; GNU: else the enumeration's compatible type, which
 * is not yet known within the braces.  C23: a type that was given. */
struct type *enum_constant_type(struct unit *u, const struct symbol *s)
{
    if (!s->type || s->type->kind != TY_ENUM)
        return type_unknown(u);
    const struct tag *tag = s->type->tag;
    struct type *base = tag->enum_base;
    if (tag->values->fixed)
        return s->type;
    bool big = base && type_is_unsigned(u, base) && s->value < 0;
    if (!big && s->value >= INT_MIN && s->value <= INT_MAX)
        return type_basic(u, TY_INT);
    if (base)
        return base;
    bool fits = s->value > 0 && s->value <= UINT_MAX;
    return type_basic(u, fits ? TY_UINT : TY_LONG);
}

static bool short_enums(struct unit *u)
{
    for (size_t i = 0; i < u->opt->host_flags.n; i++)
        if (!strcmp(u->opt->host_flags.v[i], "-fshort-enums"))
            return true;
    return false;
}

/* What GCC and Clang choose: unsigned int, int, unsigned long, long; with the
 * attribute packed the narrowest. */
static enum type_kind values_kind(struct unit *u, const struct enum_values *v,
                                  bool packed)
{
    packed = packed || short_enums(u);
    bool lp64 = type_sizeof(u, type_basic(u, TY_LONG)) == 8;
    if (v->min >= 0)
        return packed && v->max <= UCHAR_MAX    ? TY_UCHAR
               : packed && v->max <= USHRT_MAX  ? TY_USHORT
               : v->max <= UINT_MAX             ? TY_UINT
               : lp64                           ? TY_ULONG
                                                : TY_ULLONG;
    return packed && v->min >= SCHAR_MIN && v->max <= SCHAR_MAX ? TY_SCHAR
           : packed && v->min >= SHRT_MIN && v->max <= SHRT_MAX ? TY_SHORT
           : v->min >= INT_MIN && v->max <= INT_MAX             ? TY_INT
           : lp64                                               ? TY_LONG
                                                                : TY_LLONG;
}

static void enum_end(struct unit *u, struct tag *tag, const struct declspec *attrs)
{
    const struct enum_values *v = tag->values;
    if (v->fixed)
        return;
    tag->enum_base = type_basic(u, values_kind(u, v, attrs->packed));
    if (attrs->mode)
        tag->enum_base = type_with_mode(u, tag->enum_base, attrs->mode);
}

/* ---- the closing brace ---- */

void tag_end(struct unit *u, struct type *record, uint32_t first, uint32_t last,
             struct declspec *attrs)
{
    struct tag *tag = tag_of(record);
    tag->first = first;
    tag->last = last;
    if (tag->symbol)
    {
        tag->symbol->first = first;
        tag->symbol->last = last;
        tag->symbol->defined = true;
    }
    tag->no_copy = tag->no_copy || attrs->no_copy;
    if (record->kind == TY_ENUM)
        enum_end(u, tag, attrs);
    else
    {
        tag->members = in_order(tag->members);
        tag->packed = attrs->packed;
        tag->transparent_union = attrs->transparent_union;
        tag->align = attrs->aligned;
        tag->pack = (int16_t)pack_at(u, last);
        type_layout(u, tag, record->kind == TY_UNION);
    }
    tag->complete = true;
}
