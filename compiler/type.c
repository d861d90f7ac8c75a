/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* type.c: builds, compares, measures and prints types.
 *
 * Derived types are found through caches that hang on what they derive from: a
 * type has at most one unqualified pointer, one qualified variant for each set
 * of quals and one channel for each direction, so most comparisons end at the
 * equality of pointers.
 *
 * A qualified variant is a copy of the unqualified type; that of a typedef name
 * has the qualified variant of what the name stands for as its base.  Therefore
 * type_strip() is a walk without look-ups.  The quals of an array are those of
 * its elements (C11 6.7.3p9).
 *
 * Sizes follow the System V ABIs of x86-64 and aarch64, with the sizes of i386
 * where the target is not LP64.  -1 stands for what only the host knows, and
 * spreads.
 */
#include "type.h"

#include <string.h>

#include "arena.h"
#include "scope.h"
#include "token.h"
#include "unit.h"

enum { BASIC_KINDS = TY_VA_LIST + 1 };

struct types
{
    struct type *basic[BASIC_KINDS];
    struct type *poison;
    struct type *complex[BASIC_KINDS]; /* by the kind of the base */
    struct type *derived;              /* vectors and named floats, by
                                          next_variant of their heads */
    struct type *size, *ptrdiff, *wchar, *char16, *char32; /* last resort */
    struct ident *size_id, *ptrdiff_id, *wchar_id;
    bool lp64, i386, bits_align; /* the target: unnamed bit-fields align */
};

static struct type *type_new(struct unit *u, enum type_kind kind)
{
    struct type *t = arena_new(&u->arena, struct type);
    t->kind = (uint8_t)kind;
    return t;
}

static struct type *named_type(struct unit *u, const char *name,
                               enum type_kind kind)
{
    struct symbol *s = arena_new(&u->arena, struct symbol);
    s->name = ident_of(u, name);
    s->kind = SYM_TYPEDEF;
    s->builtin = true;
    s->type = u->types->basic[kind];
    return type_typedef(u, s);
}

static struct types *types_init(struct unit *u)
{
    struct types *ts = arena_new(&u->arena, struct types);
    u->types = ts;
    for (int k = 0; k < BASIC_KINDS; k++)
        ts->basic[k] = type_new(u, (enum type_kind)k);
    ts->poison = type_new(u, TY_UNKNOWN);
    ts->lp64 = ident_of(u, "__LP64__")->macro;
    ts->i386 = ident_of(u, "__i386__")->macro;
    ts->bits_align = ident_of(u, "__aarch64__")->macro;
    enum type_kind wchar = ident_of(u, "__WCHAR_UNSIGNED__")->macro
                               ? TY_UINT
                               : TY_INT;
    ts->size = named_type(u, "__SIZE_TYPE__", ts->lp64 ? TY_ULONG : TY_UINT);
    ts->ptrdiff = named_type(u, "__PTRDIFF_TYPE__", ts->lp64 ? TY_LONG : TY_INT);
    ts->wchar = named_type(u, "__WCHAR_TYPE__", wchar);
    ts->char16 = named_type(u, "__CHAR16_TYPE__", TY_USHORT);
    ts->char32 = named_type(u, "__CHAR32_TYPE__", TY_UINT);
    ts->size_id = ident_of(u, "size_t");
    ts->ptrdiff_id = ident_of(u, "ptrdiff_t");
    ts->wchar_id = ident_of(u, "wchar_t");
    return ts;
}

static inline struct types *types_of(struct unit *u)
{
    return u->types ? u->types : types_init(u);
}

struct type *type_basic(struct unit *u, enum type_kind kind)
{
    return types_of(u)->basic[kind];
}

struct type *type_poison(struct unit *u)
{
    return types_of(u)->poison;
}

/* ---- types that C spells with a typedef ---- */

static struct type *library_type(struct unit *u, struct ident *name,
                                 struct type *otherwise)
{
    struct symbol *s = name->symbol;
    if (s && s->kind == SYM_TYPEDEF && s->depth == 0 &&
        type_strip(s->type)->kind == type_strip(otherwise)->kind)
        return type_typedef(u, s);
    return otherwise;
}

struct type *type_size(struct unit *u)
{
    struct types *ts = types_of(u);
    return library_type(u, ts->size_id, ts->size);
}

struct type *type_ptrdiff(struct unit *u)
{
    struct types *ts = types_of(u);
    return library_type(u, ts->ptrdiff_id, ts->ptrdiff);
}

struct type *type_wchar(struct unit *u)
{
    struct types *ts = types_of(u);
    return library_type(u, ts->wchar_id, ts->wchar);
}

struct type *type_char16(struct unit *u)
{
    return types_of(u)->char16;
}

struct type *type_char32(struct unit *u)
{
    return types_of(u)->char32;
}

/* ---- derivation ---- */

struct type *type_named_float(struct unit *u, const char *keyword)
{
    struct types *ts = types_of(u);
    for (struct type *t = ts->derived; t; t = t->next_variant)
        if (t->kind == TY_OTHER_FLOAT && strcmp(t->name, keyword) == 0)
            return t;
    struct type *t = type_new(u, TY_OTHER_FLOAT);
    t->name = arena_strndup(&u->arena, keyword, strlen(keyword));
    t->next_variant = ts->derived;
    return ts->derived = t;
}

struct type *type_pointer(struct unit *u, struct type *to)
{
    if (to->pointer)
        return to->pointer;
    struct type *t = type_new(u, TY_POINTER);
    t->base = to;
    return to->pointer = t;
}

struct type *type_array(struct unit *u, struct type *of, int64_t length)
{
    struct type *t = type_new(u, TY_ARRAY);
    t->base = of;
    t->length = length;
    return t;
}

struct type *type_vla(struct unit *u, struct type *of)
{
    struct type *t = type_array(u, of, -1);
    t->vla = true;
    return t;
}

struct type *type_function(struct unit *u, struct type *ret,
                           struct param *params, bool variadic,
                           bool unprototyped)
{
    struct type *t = type_new(u, TY_FUNCTION);
    if (params && !params->next && !params->symbol && type_is(params->type, TY_VOID))
        params = NULL; /* (void) */
    t->base = ret;
    t->params = params;
    t->variadic = variadic;
    t->unprototyped = unprototyped;
    return t;
}

struct type *type_chan(struct unit *u, struct type *of, enum chan_dir dir)
{
    if (of->chans[dir])
        return of->chans[dir];
    struct type *t = type_new(u, TY_CHAN);
    t->base = of;
    t->dir = (uint8_t)dir;
    return of->chans[dir] = t;
}

struct type *type_complex(struct unit *u, struct type *of)
{
    of = type_strip(of);
    struct type **cache = &types_of(u)->complex[of->kind];
    if (*cache && (*cache)->base == of)
        return *cache;
    struct type *t = type_new(u, TY_COMPLEX);
    t->base = of;
    return *cache = t;
}

struct type *type_vector(struct unit *u, struct type *of, int64_t length)
{
    struct types *ts = types_of(u);
    for (struct type *t = ts->derived; t; t = t->next_variant)
        if (t->kind == TY_VECTOR && t->base == of && t->length == length)
            return t;
    struct type *t = type_new(u, TY_VECTOR);
    t->base = of;
    t->length = length;
    t->next_variant = ts->derived;
    return ts->derived = t;
}

struct type *type_record(struct unit *u, enum type_kind kind, struct tag *tag)
{
    struct type *t = type_new(u, kind);
    t->tag = tag;
    return t;
}

struct type *type_typedef(struct unit *u, struct symbol *symbol)
{
    if (symbol->sugar)
        return symbol->sugar;
    struct type *t = type_new(u, TY_TYPEDEF);
    t->symbol = symbol;
    t->base = symbol->type ? symbol->type : type_basic(u, TY_UNKNOWN);
    return symbol->sugar = t;
}

struct type *type_typeof(struct unit *u, struct type *of, uint32_t first,
                         uint32_t last)
{
    struct type *t = type_new(u, TY_TYPEDEF);
    t->typeof_spelled = true;
    t->base = of;
    t->first = first;
    t->last = last;
    return t;
}

static struct type *unqualified_self(struct type *t)
{
    return t->quals ? t->variants : t;
}

/* The variant of t, which is no array, with exactly these quals. */
static struct type *variant(struct unit *u, struct type *t, unsigned quals)
{
    struct type *head = unqualified_self(t);
    if (!quals)
        return head;
    for (struct type *v = head->variants; v; v = v->next_variant)
        if (v->quals == quals)
            return v;
    struct type *v = type_new(u, (enum type_kind)head->kind);
    *v = *head;
    v->pointer = NULL;
    memset(v->chans, 0, sizeof v->chans);
    v->quals = (uint8_t)quals;
    v->variants = head;
    v->next_variant = head->variants;
    head->variants = v;
    if (head->kind == TY_TYPEDEF)
        v->base = type_qualified(u, head->base, quals);
    return v;
}

struct type *type_qualified(struct unit *u, struct type *t, unsigned quals)
{
    if ((t->quals & quals) == quals)
        return t;
    if (t->kind == TY_UNKNOWN || t->kind == TY_FUNCTION)
        return t;
    if (t->kind != TY_ARRAY)
        return variant(u, t, t->quals | quals);
    struct type *elem = type_qualified(u, t->base, quals);
    if (elem == t->base)
        return t;
    struct type *a = type_array(u, elem, t->length);
    a->vla = t->vla;
    return a;
}

struct type *type_unqualified(struct unit *u, struct type *t)
{
    (void)u;
    for (;;)
    {
        t = unqualified_self(t);
        if (t->kind != TY_TYPEDEF || !type_quals(t))
            return t;
        t = t->base;
    }
}

/* ---- what a type is ---- */

bool type_is_integer(struct type *t)
{
    t = type_strip(t);
    return t->kind >= TY_BOOL && t->kind <= TY_ENUM;
}

bool type_is_arithmetic(struct type *t)
{
    t = type_strip(t);
    return t->kind >= TY_BOOL && t->kind <= TY_COMPLEX;
}

bool type_is_record(struct type *t)
{
    t = type_strip(t);
    return t->kind == TY_STRUCT || t->kind == TY_UNION;
}

bool type_is_complete(struct type *t)
{
    t = type_strip(t);
    switch (t->kind)
    {
    case TY_VOID:
        return false;
    case TY_STRUCT:
    case TY_UNION:
        return t->tag->complete;
    case TY_ENUM:
        return true; /* GNU's forward enum is an int for all we need */
    case TY_ARRAY:
        return (t->length >= 0 || t->vla) && type_is_complete(t->base);
    }
    return true;
}

bool type_is_vm(struct type *t)
{
    for (;;)
    {
        t = type_strip(t);
        if (t->kind == TY_ARRAY && t->vla)
            return true;
        if (t->kind != TY_ARRAY && t->kind != TY_POINTER && t->kind != TY_FUNCTION)
            return false;
        t = t->base;
    }
}

bool type_is_assignable(struct type *t)
{
    t = type_strip(t);
    if (t->quals & Q_CONST || type_is_vm(t))
        return false;
    switch (t->kind)
    {
    case TY_VOID:
    case TY_ARRAY:
    case TY_FUNCTION:
    case TY_VA_LIST: /* an array on some machines */
        return false;
    case TY_STRUCT:
    case TY_UNION:
        return !t->tag->has_const_member;
    }
    return true;
}

bool type_no_copy(struct type *t)
{
    for (;;)
    {
        if (t->no_copy)
            return true;
        if (t->kind != TY_TYPEDEF && t->kind != TY_ARRAY)
            break;
        t = t->base;
    }
    return (t->kind == TY_STRUCT || t->kind == TY_UNION) && t->tag->no_copy;
}

bool type_is_unknown(struct type *t)
{
    for (;;)
    {
        t = type_strip(t);
        switch (t->kind)
        {
        case TY_UNKNOWN:
            return true;
        case TY_POINTER:
        case TY_ARRAY:
        case TY_FUNCTION:
        case TY_CHAN:
        case TY_VECTOR:
        case TY_COMPLEX:
            t = t->base;
            continue;
        }
        return false;
    }
}

bool type_mentions_chan(struct type *t)
{
    for (;;)
    {
        t = type_strip(t);
        switch (t->kind)
        {
        case TY_CHAN:
            return true;
        case TY_FUNCTION:
            for (struct param *p = t->params; p; p = p->next)
                if (type_mentions_chan(p->type))
                    return true;
            t = t->base;
            continue;
        case TY_POINTER:
        case TY_ARRAY:
            t = t->base;
            continue;
        }
        return false;
    }
}

/* ---- compatible types, C11 6.2.7 ---- */

static bool same_quals(struct type *a, struct type *b)
{
    return a->kind == TY_UNKNOWN || b->kind == TY_UNKNOWN ||
           a->quals == b->quals;
}

/* Compatible as something derived from: quals count. */
static bool compatible_base(struct unit *u, struct type *a, struct type *b)
{
    return a == b || (same_quals(type_strip(a), type_strip(b)) &&
                      type_compatible(u, a, b));
}

/* Unprototyped f() agrees with parameters that promotion leaves alone. */
static bool compatible_with_unprototyped(struct unit *u, struct type *f)
{
    if (f->variadic)
        return false;
    for (struct param *p = f->params; p; p = p->next)
    {
        struct type *t = type_strip(p->type);
        if (t->kind == TY_FLOAT ||
            (type_is_integer(t) && t->kind != TY_ENUM &&
             type_strip(type_promote(u, t)) != type_unqualified(u, t)))
            return false;
    }
    return true;
}

static bool compatible_functions(struct unit *u, struct type *a, struct type *b)
{
    if (!compatible_base(u, a->base, b->base))
        return false;
    if (a->unprototyped && b->unprototyped)
        return true;
    if (a->unprototyped)
        return compatible_with_unprototyped(u, b);
    if (b->unprototyped)
        return compatible_with_unprototyped(u, a);
    struct param *p = a->params, *q = b->params;
    for (; p && q; p = p->next, q = q->next)
        if (!type_compatible(u, p->type, q->type))
            return false;
    return !p && !q && a->variadic == b->variadic;
}

static struct type *enum_base(struct unit *u, struct type *t)
{
    return t->tag->enum_base ? type_strip(t->tag->enum_base)
                             : type_basic(u, TY_UINT);
}

bool type_compatible(struct unit *u, struct type *a, struct type *b)
{
    a = type_strip(a);
    b = type_strip(b);
    if (a == b || unqualified_self(a) == unqualified_self(b))
        return true;
    if (a->kind == TY_UNKNOWN || b->kind == TY_UNKNOWN)
        return true;
    if (a->kind != b->kind)
    {
        if (a->kind == TY_ENUM && type_is_integer(b))
            return enum_base(u, a)->kind == b->kind;
        if (b->kind == TY_ENUM && type_is_integer(a))
            return enum_base(u, b)->kind == a->kind;
        return false;
    }
    switch (a->kind)
    {
    case TY_POINTER:
        return compatible_base(u, a->base, b->base);
    case TY_COMPLEX:
        return type_compatible(u, a->base, b->base);
    case TY_VECTOR:
        return a->length == b->length && type_compatible(u, a->base, b->base);
    case TY_CHAN:
        return a->dir == b->dir && compatible_base(u, a->base, b->base);
    case TY_ARRAY:
        return (a->length < 0 || b->length < 0 || a->length == b->length) &&
               compatible_base(u, a->base, b->base);
    case TY_FUNCTION:
        return compatible_functions(u, a, b);
    case TY_STRUCT:
    case TY_UNION:
    case TY_ENUM:
        return a->tag == b->tag;
    case TY_OTHER_FLOAT:
        return strcmp(a->name, b->name) == 0;
    }
    return true; /* the same basic type */
}

static struct param *composite_params(struct unit *u, struct param *p,
                                      struct param *q)
{
    struct param *list = NULL, **tail = &list;
    for (; p && q; p = p->next, q = q->next)
    {
        struct param *n = arena_new(&u->arena, struct param);
        n->type = type_composite(u, p->type, q->type);
        n->symbol = p->symbol;
        *tail = n;
        tail = &n->next;
    }
    return list;
}

/* The spelling of a is kept where b knows no more. */
struct type *type_composite(struct unit *u, struct type *a, struct type *b)
{
    struct type *x = type_strip(a), *y = type_strip(b);
    if (x == y || y->kind == TY_UNKNOWN)
        return a;
    if (x->kind == TY_UNKNOWN)
        return b;
    if (x->kind != y->kind)
        return a;
    if (x->kind != TY_ARRAY && x->kind != TY_FUNCTION && x->kind != TY_POINTER &&
        x->kind != TY_CHAN)
        return a;
    struct type *base = type_composite(u, x->base, y->base);
    switch (x->kind)
    {
    case TY_POINTER:
        return base == x->base
                   ? a
                   : type_qualified(u, type_pointer(u, base), x->quals);
    case TY_CHAN:
        return base == x->base
                   ? a
                   : type_qualified(u, type_chan(u, base, (enum chan_dir)x->dir),
                                    x->quals);
    case TY_ARRAY:
        if (base == x->base && (x->length >= 0 || x->vla || y->length < 0))
            return a;
        return type_array(u, base, x->length >= 0 ? x->length : y->length);
    }
    if (x->unprototyped != y->unprototyped)
        return type_function(u, base, x->unprototyped ? y->params : x->params,
                             x->variadic || y->variadic, false);
    return type_function(u, base, composite_params(u, x->params, y->params),
                         x->variadic, x->unprototyped);
}

/* ---- conversions ---- */

struct type *type_decay(struct unit *u, struct type *t)
{
    struct type *s = type_strip(t);
    if (s->kind == TY_ARRAY)
        return type_pointer(u, s->base);
    if (s->kind == TY_FUNCTION)
        return type_pointer(u, t);
    return s->quals ? type_unqualified(u, t) : t;
}

struct type *type_promote(struct unit *u, struct type *t)
{
    struct type *s = type_strip(t);
    switch (s->kind)
    {
    case TY_BOOL:
    case TY_CHAR:
    case TY_SCHAR:
    case TY_UCHAR:
    case TY_SHORT:
    case TY_USHORT:
        return type_basic(u, TY_INT);
    case TY_ENUM:
    {
        struct type *base = enum_base(u, s);
        return base->kind < TY_INT ? type_basic(u, TY_INT) : base;
    }
    }
    return s->quals ? type_unqualified(u, t) : t;
}

static bool is_unsigned_kind(unsigned kind)
{
    return kind == TY_UINT || kind == TY_ULONG || kind == TY_ULLONG ||
           kind == TY_UINT128;
}

/* Of two integer types, both promoted. */
static struct type *arithmetic_integers(struct unit *u, struct type *a,
                                        struct type *b)
{
    unsigned x = type_strip(a)->kind, y = type_strip(b)->kind;
    if (x == y)
        return a->kind == TY_TYPEDEF ? a : b;
    bool ux = is_unsigned_kind(x), uy = is_unsigned_kind(y);
    if (ux == uy)
        return x > y ? a : b;
    struct type *un = ux ? a : b, *si = ux ? b : a;
    unsigned nu = ux ? x : y, ns = ux ? y : x;
    if (nu > ns) /* the unsigned kind follows its signed one */
        return un;
    if (type_sizeof(u, si) > type_sizeof(u, un))
        return si;
    return type_basic(u, (enum type_kind)(ns + 1));
}

static int float_rank(struct unit *u, struct type *t)
{
    t = type_strip(t);
    switch (t->kind)
    {
    case TY_FLOAT16:
        return 1;
    case TY_FLOAT:
        return 2;
    case TY_DOUBLE:
        return 4;
    case TY_LDOUBLE:
        return 6;
    case TY_FLOAT128:
        return 8;
    case TY_OTHER_FLOAT:
    {
        int64_t size = type_sizeof(u, t);
        return t->name[1] == 'D' ? 9 : size == 4 ? 3 : size == 8 ? 5 : 7;
    }
    }
    return 0;
}

static struct type *arithmetic_complex(struct unit *u, struct type *a,
                                       struct type *b)
{
    struct type *x = type_strip(a), *y = type_strip(b);
    struct type *base =
        type_arithmetic(u, x->kind == TY_COMPLEX ? x->base : a,
                        y->kind == TY_COMPLEX ? y->base : b);
    return type_complex(u, base);
}

static struct type *arithmetic_vectors(struct unit *u, struct type *a,
                                       struct type *b)
{
    bool va = type_is(a, TY_VECTOR), vb = type_is(b, TY_VECTOR);
    if (va && vb)
        return type_compatible(u, a, b) ? type_unqualified(u, a)
                                        : type_basic(u, TY_UNKNOWN);
    return type_unqualified(u, va ? a : b);
}

struct type *type_arithmetic(struct unit *u, struct type *a, struct type *b)
{
    unsigned x = type_strip(a)->kind, y = type_strip(b)->kind;
    if (x >= TY_BOOL && x <= TY_ENUM && y >= TY_BOOL && y <= TY_ENUM)
        return arithmetic_integers(u, type_promote(u, a), type_promote(u, b));
    if (x == TY_VECTOR || y == TY_VECTOR)
        return arithmetic_vectors(u, a, b);
    if (x < TY_BOOL || x > TY_COMPLEX || y < TY_BOOL || y > TY_COMPLEX)
        return type_basic(u, TY_UNKNOWN);
    if (x == TY_COMPLEX || y == TY_COMPLEX)
        return arithmetic_complex(u, a, b);
    int rx = float_rank(u, a), ry = float_rank(u, b);
    if (rx == ry && a->kind != TY_TYPEDEF)
        return type_unqualified(u, b);
    return type_unqualified(u, rx >= ry ? a : b);
}

/* ---- sizes ---- */

static int64_t basic_size(struct types *ts, unsigned kind)
{
    switch (kind)
    {
    case TY_VOID: /* GNU: arithmetic on void pointers counts bytes */
    case TY_BOOL:
    case TY_CHAR:
    case TY_SCHAR:
    case TY_UCHAR:
    case TY_FUNCTION:
        return 1;
    case TY_SHORT:
    case TY_USHORT:
    case TY_FLOAT16:
        return 2;
    case TY_INT:
    case TY_UINT:
    case TY_FLOAT:
        return 4;
    case TY_LONG:
    case TY_ULONG:
    case TY_POINTER:
    case TY_CHAN:
    case TY_NULLPTR:
        return ts->lp64 ? 8 : 4;
    case TY_LLONG:
    case TY_ULLONG:
    case TY_DOUBLE:
        return 8;
    case TY_LDOUBLE:
        return ts->i386 ? 12 : 16;
    case TY_INT128:
    case TY_UINT128:
    case TY_FLOAT128:
        return 16;
    }
    return -1;
}

static int64_t other_float_size(const char *name)
{
    static const struct { const char *name; int size; } table[] = {
        {"_Float32", 4},   {"_Float64", 8},    {"_Float32x", 8},
        {"_Float64x", 16}, {"_Decimal32", 4},  {"_Decimal64", 8},
        {"_Decimal128", 16}, {"__ibm128", 16},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].size;
    return -1;
}

int64_t type_sizeof(struct unit *u, struct type *t)
{
    struct types *ts = types_of(u);
    t = type_strip(t);
    int64_t n;
    switch (t->kind)
    {
    case TY_ARRAY:
        n = t->vla || t->length < 0 ? -1 : type_sizeof(u, t->base);
        if (n < 0 || (n && t->length > INT64_MAX / n))
            return -1;
        return n * t->length;
    case TY_VECTOR:
        n = type_sizeof(u, t->base);
        return n < 0 || t->length < 0 ? -1 : n * t->length;
    case TY_COMPLEX:
        n = type_sizeof(u, t->base);
        return n < 0 ? -1 : 2 * n;
    case TY_ENUM:
        return type_sizeof(u, enum_base(u, t));
    case TY_STRUCT:
    case TY_UNION:
        return t->tag->complete && !(t->quals & Q_ATOMIC) ? t->tag->size : -1;
    case TY_OTHER_FLOAT:
        return other_float_size(t->name);
    }
    return basic_size(ts, t->kind);
}

int64_t type_alignof(struct unit *u, struct type *t)
{
    for (; t->kind == TY_TYPEDEF; t = t->base)
        if (t->length)
            return t->length;
    switch (t->kind)
    {
    case TY_ARRAY:
    case TY_COMPLEX:
        return type_alignof(u, t->base);
    case TY_ENUM:
        return type_alignof(u, enum_base(u, t));
    case TY_STRUCT:
    case TY_UNION:
        return t->tag->complete && !(t->quals & Q_ATOMIC) ? t->tag->align : -1;
    }
    int64_t n = type_sizeof(u, t);
    if (types_of(u)->i386 && n > 4 && t->kind != TY_VECTOR && t->kind != TY_FLOAT128)
        return 4; /* within a record, which is where it matters */
    return n;
}

/* ---- records ---- */

struct layout
{
    struct unit *u;
    struct tag *tag;
    bool is_union;
    int64_t bit;   /* where the next member may begin; -1: not known */
    int64_t size;  /* union: the greatest so far, in bytes */
    int64_t align;
};

static int64_t round_up(int64_t n, int64_t to)
{
    return to > 0 ? (n + to - 1) / to * to : n;
}

static void layout_align(struct layout *l, int64_t align)
{
    if (align > l->align)
        l->align = align;
}

static int64_t limit_align(struct layout *l, int64_t align)
{
    return l->tag->pack > 0 && align > l->tag->pack ? l->tag->pack : align;
}

static void layout_bits(struct layout *l, struct member *m, int64_t size,
                        int64_t align)
{
    bool packed = l->tag->packed || m->packed || l->tag->pack;
    int64_t unit = size * 8, at = l->is_union ? 0 : l->bit;
    if (m->bits == 0)
    {
        at = round_up(at, align * 8);
        if (types_of(l->u)->bits_align)
            layout_align(l, align);
    }
    else
    {
        if (m->align > 0)
            at = round_up(at, m->align * 8);
        if (!packed && at % unit + m->bits > unit)
            at = round_up(at, align * 8);
        if (m->name || types_of(l->u)->bits_align)
            layout_align(l, m->align > 0                    ? m->align
                            : packed && !l->tag->pack ? 1
                                                      : align);
    }
    m->offset = at / unit * size;
    l->bit = at + m->bits;
    if ((l->bit + 7) / 8 > l->size)
        l->size = (l->bit + 7) / 8;
}

static void layout_member(struct layout *l, struct member *m)
{
    struct type *t = type_strip(m->type);
    int64_t align = type_alignof(l->u, m->type), size = type_sizeof(l->u, t);
    if (t->kind == TY_ARRAY && t->length < 0 && !t->vla)
        size = 0;
    if (l->bit < 0 || size < 0 || align <= 0 || l->tag->pack < 0)
    {
        m->offset = l->bit = -1;
        return;
    }
    if (m->bits >= 0)
    {
        layout_bits(l, m, size, limit_align(l, align));
        return;
    }
    if (l->tag->packed || m->packed)
        align = 1;
    if (m->align > align)
        align = m->align;
    align = limit_align(l, align);
    int64_t at = l->is_union ? 0 : round_up((l->bit + 7) / 8, align);
    m->offset = at;
    layout_align(l, align);
    if (at + size > l->size)
        l->size = at + size;
    l->bit = at > INT64_MAX / 16 || size > INT64_MAX / 16 ? -1 : (at + size) * 8;
}

/* What a member makes of the whole record. */
static void inherit(struct tag *tag, struct member *m)
{
    struct type *t = m->type;
    if (type_no_copy(t))
        tag->no_copy = true;
    t = type_strip(t);
    while (t->kind == TY_ARRAY)
        t = type_strip(t->base);
    if (t->quals & Q_CONST)
        tag->has_const_member = true;
    if (t->kind != TY_STRUCT && t->kind != TY_UNION)
    {
        tag->has_chan = tag->has_chan || type_mentions_chan(t);
        return;
    }
    tag->has_const_member = tag->has_const_member || t->tag->has_const_member;
    tag->has_chan = tag->has_chan || t->tag->has_chan;
}

void type_layout(struct unit *u, struct tag *tag, bool is_union)
{
    struct layout l = {u, tag, is_union, 0, 0, 1};
    if (tag->align > 1)
        l.align = tag->align;
    for (struct member *m = tag->members; m; m = m->next)
    {
        inherit(tag, m);
        layout_member(&l, m);
        if (l.bit < 0)
            tag->align = -1;
    }
    if (tag->align < 0)
    {
        tag->size = -1;
        return;
    }
    tag->align = l.align;
    tag->size = round_up(l.size, l.align);
}

struct member *type_member_path(struct type *record, struct ident *name,
                                unsigned *quals, int64_t *offset)
{
    struct type *t = type_strip(record);
    if (t->kind != TY_STRUCT && t->kind != TY_UNION)
        return NULL;
    for (struct member *m = t->tag->members; m; m = m->next)
    {
        if (m->name == name)
            return m;
        if (m->name || !type_is_record(m->type))
            continue;
        struct member *in = type_member_path(m->type, name, quals, offset);
        if (!in)
            continue;
        if (quals)
            *quals |= type_quals(m->type);
        if (offset)
            *offset = *offset < 0 || m->offset < 0 ? -1 : *offset + m->offset;
        return in;
    }
    return NULL;
}

struct member *type_member(struct type *record, struct ident *name)
{
    return type_member_path(record, name, NULL, NULL);
}

struct symbol *tag_symbol(struct unit *u, struct type *record)
{
    struct tag *tag = type_strip(record)->tag;
    if (tag->symbol)
        return tag->symbol;
    struct symbol *s = arena_new(&u->arena, struct symbol);
    s->name = tag->name;
    s->kind = SYM_TAG;
    s->type = type_unqualified(u, type_strip(record));
    s->owner = tag->owner;
    s->token = tag->keyword;
    s->first = tag->first;
    s->last = tag->last;
    return tag->symbol = s;
}

/* ---- printing ----
 *
 * A declarator grows around its name from the inside out: the pieces of a
 * pointer go before it, those of arrays and functions behind, and a pointer to
 * one of these takes parentheses.
 */

struct printer
{
    struct unit *u;
    bool output;        /* C for the output, not words for the user */
    struct type *cannot;/* output: what could not be spelled */
};

static const char *const basic_names[BASIC_KINDS] = {
    [TY_UNKNOWN] = "<unknown>",
    [TY_VOID] = "void",
    [TY_BOOL] = "_Bool",
    [TY_CHAR] = "char",
    [TY_SCHAR] = "signed char",
    [TY_UCHAR] = "unsigned char",
    [TY_SHORT] = "short",
    [TY_USHORT] = "unsigned short",
    [TY_INT] = "int",
    [TY_UINT] = "unsigned int",
    [TY_LONG] = "long",
    [TY_ULONG] = "unsigned long",
    [TY_LLONG] = "long long",
    [TY_ULLONG] = "unsigned long long",
    [TY_INT128] = "__int128",
    [TY_UINT128] = "unsigned __int128",
    [TY_FLOAT16] = "_Float16",
    [TY_FLOAT] = "float",
    [TY_DOUBLE] = "double",
    [TY_LDOUBLE] = "long double",
    [TY_FLOAT128] = "__float128",
    [TY_NULLPTR] = "__typeof__(nullptr)",
    [TY_VA_LIST] = "__builtin_va_list",
};

static const char *print(struct printer *p, struct type *t, const char *inner);

static const char *quals_text(struct unit *u, unsigned q)
{
    if (!q)
        return "";
    if (q == Q_CONST)
        return "const ";
    return arena_printf(&u->arena, "%s%s%s%s", q & Q_CONST ? "const " : "",
                        q & Q_VOLATILE ? "volatile " : "",
                        q & Q_RESTRICT ? "__restrict " : "",
                        q & Q_ATOMIC ? "_Atomic " : "");
}

/* words, then the declarator with a space where one is needed. */
static const char *join(struct printer *p, struct type *t, const char *words,
                        const char *inner)
{
    return arena_printf(&p->u->arena, "%s%s%s%s", quals_text(p->u, t->quals),
                        words, *inner && *inner != '[' ? " " : "", inner);
}

/* What will be printed for t: goc's own sugar is not. */
static struct type *shown(struct printer *p, struct type *t)
{
    while (t->kind == TY_TYPEDEF &&
           (t->typeof_spelled || (t->symbol->builtin && !p->output)))
        t = t->base;
    return t;
}

static const char *print_pointer(struct printer *p, struct type *t,
                                 const char *inner)
{
    const char *q = quals_text(p->u, t->quals);
    size_t n = strlen(q);
    if (n && !*inner)
        n--;
    inner = arena_printf(&p->u->arena, "*%.*s%s", (int)n, q, inner);
    struct type *base = shown(p, t->base);
    if (base->kind == TY_ARRAY || base->kind == TY_FUNCTION)
        inner = arena_printf(&p->u->arena, "(%s)", inner);
    return print(p, base, inner);
}

static const char *print_array(struct printer *p, struct type *t,
                               const char *inner)
{
    struct arena *a = &p->u->arena;
    if (t->vla)
    {
        p->cannot = t;
        inner = arena_printf(a, "%s[*]", inner);
    }
    else if (t->length < 0)
        inner = arena_printf(a, "%s[]", inner);
    else
        inner = arena_printf(a, "%s[%lld]", inner, (long long)t->length);
    return print(p, t->base, inner);
}

/* The parameters, in a buffer that grows: there may be thousands. */
static const char *print_params(struct printer *p, struct type *t)
{
    VEC(char) list = {0};
    for (struct param *q = t->params; q; q = q->next)
    {
        for (const char *s = print(p, q->type, ""); *s; s++)
            *vec_push(&list) = *s;
        if (q->next || t->variadic)
        {
            *vec_push(&list) = ',';
            *vec_push(&list) = ' ';
        }
    }
    const char *s = arena_strndup(&p->u->arena, list.n ? list.v : "", list.n);
    vec_free(&list);
    return s;
}

static const char *print_function(struct printer *p, struct type *t,
                                  const char *inner)
{
    const char *list = t->params || t->unprototyped || t->variadic ? "" : "void";
    if (t->params)
        list = print_params(p, t);
    inner = arena_printf(&p->u->arena, "%s(%s%s)", inner, list,
                         t->variadic ? "..." : "");
    return print(p, t->base, inner);
}

static const char *print_chan(struct printer *p, struct type *t,
                              const char *inner)
{
    if (p->output)
        return join(p, t, "goc__chan", inner);
    static const char *const form[] = {"chan<%s>", "<-chan<%s>", "chan<-<%s>"};
    const char *elem = print(p, t->base, "");
    size_t n = strlen(form[t->dir]) + strlen(elem);
    char *words = arena_alloc(&p->u->arena, n);
    const char *hole = strstr(form[t->dir], "%s");
    size_t before = (size_t)(hole - form[t->dir]);
    memcpy(words, form[t->dir], before);
    memcpy(words + before, elem, strlen(elem));
    strcpy(words + before + strlen(elem), hole + 2);
    return join(p, t, words, inner);
}

static const char *print_tag(struct printer *p, struct type *t,
                             const char *inner)
{
    struct arena *a = &p->u->arena;
    const char *word = t->kind == TY_STRUCT  ? "struct"
                       : t->kind == TY_UNION ? "union"
                                             : "enum";
    const struct tag *tag = t->tag;
    const char *name = tag->name ? tag->name->name : NULL;
    if (!name && p->output)
        name = tag->made_name;
    if (tag->spelled && p->output)
        return join(p, t, tag->spelled, inner);
    if (name)
        return join(p, t, arena_printf(a, "%s %s", word, name), inner);
    if (tag->alias)
        return join(p, t, tag->alias->name->name, inner);
    p->cannot = t;
    return join(p, t, arena_printf(a, "%s <anonymous>", word), inner);
}

static const char *print_typedef(struct printer *p, struct type *t,
                                 const char *inner)
{
    if (shown(p, t) != t)
        return print(p, shown(p, t), inner);
    if (t->symbol->spelled && p->output)
        return join(p, t, t->symbol->spelled, inner);
    return join(p, t, t->symbol->name->name, inner);
}

static const char *print(struct printer *p, struct type *t, const char *inner)
{
    switch (t->kind)
    {
    case TY_POINTER:
        return print_pointer(p, t, inner);
    case TY_ARRAY:
        return print_array(p, t, inner);
    case TY_FUNCTION:
        return print_function(p, t, inner);
    case TY_CHAN:
        return print_chan(p, t, inner);
    case TY_STRUCT:
    case TY_UNION:
    case TY_ENUM:
        return print_tag(p, t, inner);
    case TY_TYPEDEF:
        return print_typedef(p, t, inner);
    case TY_OTHER_FLOAT:
        return join(p, t, t->name, inner);
    case TY_COMPLEX:
        return join(p, t,
                    arena_printf(&p->u->arena, "%s %s",
                                 print(p, t->base, ""), "_Complex"),
                    inner);
    case TY_VECTOR:
    {
        int64_t elem = type_sizeof(p->u, t->base);
        return join(p, t,
                    arena_printf(&p->u->arena,
                                 "__attribute__((vector_size(%lld))) %s",
                                 (long long)(elem * t->length),
                                 print(p, t->base, "")),
                    inner);
    }
    case TY_UNKNOWN:
        p->cannot = t;
        break;
    }
    return join(p, t, basic_names[t->kind], inner);
}

const char *type_name(struct unit *u, const struct type *t)
{
    struct printer p = {u, false, NULL};
    return print(&p, (struct type *)(uintptr_t)t, "");
}

const char *type_declare(struct unit *u, struct type *t, const char *name,
                         struct type **why)
{
    struct printer p = {u, true, NULL};
    const char *s = print(&p, t, name);
    if (!p.cannot)
        return s;
    if (why)
        *why = p.cannot;
    return NULL;
}

/* ---- { 0 } ---- */

/* The first named member, also one of an unnamed record within t. */
static struct member *first_member(struct type *t)
{
    for (struct member *m = t->tag->members; m; m = m->next)
    {
        if (m->name)
            return m;
        struct member *inner = m->bits < 0 ? first_member(type_strip(m->type)) : NULL;
        if (inner)
            return inner;
    }
    return NULL;
}

static const char *zero_of(struct unit *u, struct type *t)
{
    t = type_strip(t);
    if (t->kind == TY_ARRAY)
        return t->length > 0 ? arena_printf(&u->arena, "{%s}", zero_of(u, t->base)) : "{}";
    if (t->kind == TY_VECTOR)
        return "{0}";
    if (t->kind != TY_STRUCT && t->kind != TY_UNION)
        return "0";
    struct member *m = first_member(t);
    if (!m)
        return "{}";
    return arena_printf(&u->arena, "{.%s = %s}", m->name->name, zero_of(u, m->type));
}

/* GCC has a warning for every other spelling: of braces missing from {0} where it
 * is nested in an initialiser, of members missing from {{0}}. */
const char *type_zero(struct unit *u, struct type *t)
{
    const char *s = zero_of(u, t);
    struct type *bare = type_strip(t);
    if (bare->kind != TY_STRUCT && bare->kind != TY_UNION)
        return *s == '{' ? s : "{0}";
    struct member *m = bare->tag->members;
    bool scalar = m && m->name && *zero_of(u, m->type) != '{';
    return scalar ? "{0}" : s;
}
