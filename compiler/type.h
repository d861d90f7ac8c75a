/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* type.h: the types of C, and chan<T>.
 *
 * A type is immutable but for records and enums, whose contents hang on a shared
 * struct tag and come when the definition ends.  Typedef names stay visible as
 * TY_TYPEDEF wrappers, so that messages and generated declarations use the
 * user's words (uint64_t, not unsigned long); every decision is made on
 * type_strip(t).  What goc cannot know (an undeclared name, an exotic builtin)
 * has the type TY_UNKNOWN, which is accepted everywhere: goc never rejects plain
 * C, the host compiler has the last word.
 */
#ifndef GOC_TYPE_H
#define GOC_TYPE_H

#include <stdbool.h>
#include <stdint.h>

struct unit;
struct node;
struct symbol;
struct ident;
struct func;

enum type_kind
{
    TY_UNKNOWN,
    TY_VOID,
    TY_BOOL, TY_CHAR, TY_SCHAR, TY_UCHAR, TY_SHORT, TY_USHORT, TY_INT, TY_UINT,
    TY_LONG, TY_ULONG, TY_LLONG, TY_ULLONG, TY_INT128, TY_UINT128,
    TY_ENUM,                    /* the last integer type */
    TY_FLOAT16, TY_FLOAT, TY_DOUBLE, TY_LDOUBLE, TY_FLOAT128,
    TY_OTHER_FLOAT,             /* _Float32, _Float64x, _Decimal64, …; name tells */
    TY_COMPLEX,                 /* of base, a real or integer type */
    TY_VECTOR,                  /* length elements of base */
    TY_POINTER,                 /* to base */
    TY_ARRAY,                   /* of base */
    TY_FUNCTION,                /* returning base */
    TY_STRUCT, TY_UNION,
    TY_CHAN,                    /* of base; dir */
    TY_TYPEDEF,                 /* sugar: symbol names base */
    TY_NULLPTR,                 /* nullptr_t of C23 */
    TY_VA_LIST,                 /* __builtin_va_list, kept opaque */
};

enum { Q_CONST = 1, Q_VOLATILE = 2, Q_RESTRICT = 4, Q_ATOMIC = 8 };

enum chan_dir { CHAN_BOTH, CHAN_RECV, CHAN_SEND };

struct param
{
    struct param *next;
    struct type *type;     /* adjusted: no array, no function */
    struct symbol *symbol; /* null in a type name or if not named */
};

struct member
{
    struct member *next;
    struct ident *name;    /* null: unnamed bit-field or anonymous record */
    struct type *type;
    int64_t bits;          /* width, or -1 */
    int64_t offset;        /* bytes; of the storage unit for bit-fields; -1:
                              not known */
    int64_t align;         /* attribute aligned or _Alignas; 0: none */
    bool packed;           /* attribute packed on the member itself */
    uint32_t token;        /* where it is named */
};

/* What the declarations of one struct, union or enum share. */
struct tag
{
    struct ident *name;        /* null: none */
    struct symbol *alias;      /* the first typedef name of an unnamed one */
    const char *made_name;     /* a tag given by lowering to an unnamed one */
    const char *spelled;       /* how the output names the type, if lowering had
                                  to give it another name */
    bool complete;
    bool has_const_member;     /* directly or within: cannot be assigned */
    bool no_copy;              /* holds a type marked as not to be copied */
    bool has_chan;             /* a member is of a type that mentions a channel */
    bool packed;
    bool transparent_union;
    int16_t pack;              /* #pragma pack in force: the greatest alignment
                                  of a member; 0: none; -1: unknown */
    int64_t size, align;       /* -1: unknown.  Before type_layout, align is what
                                  attribute aligned says, 0: none */
    struct member *members;    /* struct and union, in order */
    struct type *enum_base;    /* enum: the compatible integer type */
    struct enum_values *values;/* enum: what its constants are so far, see
                                  check_tag.c */
    struct func *owner;        /* function whose block declares it; null: file
                                  scope */
    uint32_t first, last;      /* tokens of the specifier with the members, from
                                  the word struct to the closing brace (0, 0:
                                  never defined) */
    uint32_t keyword;          /* token of the word struct, union or enum */
    struct symbol *symbol;     /* SYM_TAG for func.local_types; made by
                                  tag_symbol() if the tag has no name */
};

struct type
{
    uint8_t kind;      /* enum type_kind */
    uint8_t quals;     /* Q_…, of this type at its top level */
    uint8_t dir;       /* TY_CHAN: enum chan_dir */
    bool variadic;     /* TY_FUNCTION: ends in , ... */
    bool unprototyped; /* TY_FUNCTION: () or K&R */
    bool vla;          /* TY_ARRAY: length is not a constant */
    bool no_copy;      /* marked with __attribute__((annotate("goc_no_copy")))
                          or GOC_NO_COPY; see type_no_copy() */
    bool typeof_spelled; /* TY_TYPEDEF without symbol: spelled typeof(...);
                            tokens first..last */
    int64_t length;    /* TY_ARRAY, TY_VECTOR: elements; -1: [] or not known.
                          TY_TYPEDEF: what its attribute aligned says, or 0 */
    struct type *base;
    union
    {
        struct param *params;  /* TY_FUNCTION */
        struct tag *tag;       /* TY_STRUCT, TY_UNION, TY_ENUM */
        struct symbol *symbol; /* TY_TYPEDEF */
        const char *name;      /* TY_OTHER_FLOAT: its keyword */
    };
    uint32_t first, last;      /* TY_TYPEDEF of typeof: its tokens */
    struct type *pointer;      /* cache: the unqualified pointer to this */
    struct type *variants;     /* cache.  Without quals: those of the same type
                                  that have some, by next_variant; with quals:
                                  the one that has none */
    struct type *next_variant;
    struct type *chans[3];     /* cache: chan<this> by direction */
};

/* The basic types, from u->types. */
struct type *type_basic(struct unit *u, enum type_kind kind);
struct type *type_size(struct unit *u);    /* size_t, as the typedef if declared */
struct type *type_ptrdiff(struct unit *u);
struct type *type_wchar(struct unit *u);
struct type *type_named_float(struct unit *u, const char *keyword);

struct type *type_pointer(struct unit *u, struct type *to);
struct type *type_array(struct unit *u, struct type *of, int64_t length);
struct type *type_vla(struct unit *u, struct type *of);
struct type *type_function(struct unit *u, struct type *ret, struct param *params,
                           bool variadic, bool unprototyped);
struct type *type_chan(struct unit *u, struct type *of, enum chan_dir dir);
struct type *type_complex(struct unit *u, struct type *of);
struct type *type_vector(struct unit *u, struct type *of, int64_t length);
struct type *type_record(struct unit *u, enum type_kind kind, struct tag *tag);
struct type *type_typedef(struct unit *u, struct symbol *symbol);
struct type *type_typeof(struct unit *u, struct type *of, uint32_t first, uint32_t last);
struct type *type_qualified(struct unit *u, struct type *t, unsigned quals); /* adds */
struct type *type_unqualified(struct unit *u, struct type *t); /* top level, sugar
                                                       kept where it has no quals */

/* Unknown because an error was reported: nothing is said about it again. */
struct type *type_poison(struct unit *u);

/* Without sugar at the top level; the quals of the sugar are added (the base of
 * a qualified typedef name is made with those quals). */
static inline struct type *type_strip(struct type *t)
{
    while (t->kind == TY_TYPEDEF)
        t = t->base;
    return t;
}

static inline unsigned type_quals(const struct type *t) /* through sugar */
{
    while (t->kind == TY_TYPEDEF)
        t = t->base;
    return t->quals;
}

static inline struct type *type_base(struct type *t) { return type_strip(t)->base; }
static inline bool type_is(struct type *t, enum type_kind kind) /* through sugar */
{
    return type_strip(t)->kind == kind;
}
bool type_is_integer(struct type *t);   /* _Bool and enums included */
bool type_is_arithmetic(struct type *t);
bool type_is_record(struct type *t);
bool type_is_complete(struct type *t);  /* unknown counts as complete */
bool type_is_vm(struct type *t);        /* variably modified, 6.7.6p3 */
bool type_is_assignable(struct type *t);/* as an element of a channel: see
                                           LANGUAGE.md, chapter 3; void is not */
bool type_no_copy(struct type *t);      /* it or a part of it is marked */
bool type_is_unknown(struct type *t);   /* or made of unknown where it matters */

bool type_compatible(struct unit *u, struct type *a, struct type *b);  /* 6.2.7,
                       quals ignored at the top; channels: direction and element */
struct type *type_composite(struct unit *u, struct type *a, struct type *b);

/* What an expression has as a value: arrays and functions decay, quals drop. */
struct type *type_decay(struct unit *u, struct type *t);
struct type *type_promote(struct unit *u, struct type *t);             /* 6.3.1.1 */
struct type *type_arithmetic(struct unit *u, struct type *a, struct type *b);

/* Bytes, or -1 if not known.  type_layout computes members' offsets, the tag's
 * size, align, has_const_member, has_chan and no_copy (kept if set
 * before). */
int64_t type_sizeof(struct unit *u, struct type *t);
int64_t type_alignof(struct unit *u, struct type *t);
void type_layout(struct unit *u, struct tag *tag, bool is_union);

/* The member of that name, looked for in anonymous records too.  *quals, if not
 * null, gets those of the anonymous records on the way, *offset their offset. */
struct member *type_member(struct type *record, struct ident *name);
struct member *type_member_path(struct type *record, struct ident *name,
                                unsigned *quals, int64_t *offset);

/* The tag's symbol; made for an unnamed one. */
struct symbol *tag_symbol(struct unit *u, struct type *record);

/* Whether a channel type occurs in it, records not looked into: what the output
 * no longer tells apart, so that goc must. */
bool type_mentions_chan(struct type *t);

/* The types of literals and of some operators that C spells with a typedef. */
struct type *type_char16(struct unit *u);
struct type *type_char32(struct unit *u);

/* As the user wrote it, for messages: "chan<struct job>"; in quotes by %T. */
const char *type_name(struct unit *u, const struct type *t);

/* As C for the output, around a declarator: type_declare(u, int[3], "x") is
 * "int x[3]"; channels print as goc__chan; name may be "".  Uses typedef names
 * and tags as the user declared them.  Null if the type cannot be spelled (an
 * unnamed record without made_name; unknown); *why is set to that type. */
const char *type_declare(struct unit *u, struct type *t, const char *name,
                         struct type **why);

/* "{0}", or "{}" where that would set nothing: an initialiser without warnings
 * for a compound literal of that type. */
const char *type_zero(struct unit *u, struct type *t);

#endif
