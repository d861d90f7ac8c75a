/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_literal.c: the types and values of numbers, characters and strings
 * (C11 6.4.4, 6.4.5; imaginary and binary constants and raw strings are GNU's,
 * digit separators C23's).
 */
#include <string.h>

#include "check_expr.h"

/* ---- numbers ---- */

struct suffix
{
    bool is_unsigned, imaginary;
    int longs;
    bool bad;
};

static struct suffix read_suffix(const char *s, const char *end)
{
    struct suffix r = {0};
    for (; s < end; s++)
        switch (*s | 0x20)
        {
        case 'u':
            r.is_unsigned = true;
            break;
        case 'l':
            r.longs++;
            break;
        case 'i':
        case 'j':
            r.imaginary = true;
            break;
        default: /* C23's wb, a library's own */
            r.bad = true;
        }
    return r;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* C11 6.4.4.1p5: the first type of the list that holds the value. */
static struct type *integer_type(struct unit *u, uint64_t value, bool decimal,
                                 struct suffix s)
{
    bool long64 = type_sizeof(u, type_basic(u, TY_LONG)) == 8;
    bool unsigned_too = s.is_unsigned || !decimal;
    if (s.longs == 0)
    {
        if (!s.is_unsigned && value <= INT32_MAX)
            return type_basic(u, TY_INT);
        if (unsigned_too && value <= UINT32_MAX)
            return type_basic(u, TY_UINT);
    }
    if (s.longs <= 1)
    {
        if (!s.is_unsigned && value <= (long64 ? INT64_MAX : INT32_MAX))
            return type_basic(u, TY_LONG);
        if (long64 ? unsigned_too || u->opt->std == STD_C89
                   : unsigned_too && value <= UINT32_MAX)
            return type_basic(u, TY_ULONG);
    }
    if (!s.is_unsigned && value <= INT64_MAX)
        return type_basic(u, TY_LLONG);
    return type_basic(u, TY_ULLONG);
}

static bool is_float(const char *s, const char *end, bool hex)
{
    for (; s < end; s++)
        if (*s == '.' || (hex ? (*s | 0x20) == 'p' : (*s | 0x20) == 'e'))
            return true;
    return false;
}

struct float_suffix { const char *text; uint8_t kind; const char *name; };

static const struct float_suffix float_suffixes[] = {
    {"", TY_DOUBLE, NULL},
    {"f", TY_FLOAT, NULL},
    {"l", TY_LDOUBLE, NULL},
    {"f16", TY_FLOAT16, NULL},
    {"f32", TY_OTHER_FLOAT, "_Float32"},
    {"f64", TY_OTHER_FLOAT, "_Float64"},
    {"f32x", TY_OTHER_FLOAT, "_Float32x"},
    {"f64x", TY_OTHER_FLOAT, "_Float64x"},
    {"f128", TY_FLOAT128, NULL},
    {"q", TY_FLOAT128, NULL},
    {"df", TY_OTHER_FLOAT, "_Decimal32"},
    {"dd", TY_OTHER_FLOAT, "_Decimal64"},
    {"dl", TY_OTHER_FLOAT, "_Decimal128"},
};

/* Where the suffix begins: behind the digits, the point and the exponent. */
static const char *float_end(const char *s, const char *end, bool hex)
{
    for (; s < end; s++)
    {
        char c = *s | 0x20;
        if ((hex ? c == 'p' : c == 'e') && s + 1 < end)
        {
            s++;
            if (*s == '+' || *s == '-')
                s++;
            while (s < end && ((*s >= '0' && *s <= '9') || *s == '\''))
                s++;
            return s;
        }
        if (*s != '.' && *s != '\'' && digit_value(*s) >= (hex ? 16 : 10))
            return s;
    }
    return s;
}

static struct type *float_type(struct unit *u, const char *s, const char *end,
                               bool hex)
{
    char text[8] = "";
    size_t n = 0;
    bool imaginary = false;
    for (s = float_end(s, end, hex); s < end; s++)
    {
        char c = *s | 0x20;
        if (c == 'i' || c == 'j')
            imaginary = true;
        else if (n < sizeof text - 1)
            text[n++] = *s >= '0' && *s <= '9' ? *s : c;
    }
    for (size_t i = 0; i < sizeof float_suffixes / sizeof *float_suffixes; i++)
    {
        const struct float_suffix *f = &float_suffixes[i];
        if (strcmp(f->text, text) != 0)
            continue;
        struct type *t = f->name ? type_named_float(u, f->name)
                                 : type_basic(u, (enum type_kind)f->kind);
        return imaginary ? type_complex(u, t) : t;
    }
    return type_unknown(u);
}

static void number_value(struct unit *u, struct node *n, const char *s,
                         const char *end)
{
    int base = 10;
    if (*s == '0' && end - s > 1)
    {
        char c = s[1] | 0x20;
        base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
    }
    bool hex = base == 16;
    if (is_float(s, end, hex))
    {
        n->type = float_type(u, hex ? s + 2 : s, end, hex);
        return;
    }
    uint64_t value = 0;
    if (base == 16 || base == 2)
        s += 2;
    for (; s < end; s++)
    {
        if (*s == '\'')
            continue;
        int d = digit_value(*s);
        if (d >= base)
            break;
        value = value * (unsigned)base + (unsigned)d;
    }
    struct suffix x = read_suffix(s, end);
    if (x.bad && base != 16) /* 1f, 09.: no integer */
        n->type = type_unknown(u);
    else
        n->type = integer_type(u, value, base == 10, x);
    if (x.imaginary)
        n->type = type_complex(u, n->type);
    n->is_constant = !x.imaginary;
    n->value_unknown = x.bad;
    n->value = (int64_t)value;
}

struct node *expr_number(struct unit *u, uint32_t tok)
{
    struct node *n = expr_new(u, NODE_NUMBER, tok, tok, NULL);
    n->pure = true;
    const struct token *t = &u->toks.v[tok];
    if (t->len == 1 && !(t->flags & TF_SPLICED))
    {
        n->type = type_basic(u, TY_INT);
        n->is_constant = true;
        n->value = t->text[0] - '0';
        return n;
    }
    uint32_t len;
    const char *s = token_text(u, t, &len);
    number_value(u, n, s, s + len);
    return n;
}

/* ---- characters and strings ---- */

struct reader
{
    const char *s, *end;
};

/* One UTF-8 sequence; a stray byte stands for itself. */
static uint32_t read_utf8(struct reader *r)
{
    unsigned char c = (unsigned char)*r->s++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
    if (!more || r->end - r->s < more)
        return c;
    uint32_t value = c & (0x3fu >> more);
    for (int i = 0; i < more; i++)
        value = value << 6 | ((unsigned char)*r->s++ & 0x3f);
    return value;
}

/* Behind a backslash.  *code: it names a character, not the value of one
 * element. */
static uint32_t read_escape(struct reader *r, bool *code)
{
    static const char names[] = "abfnrtveE", values[] = "\a\b\f\n\r\t\v\033\033";
    uint32_t value = 0;
    char c = *r->s++;
    if (c >= '0' && c <= '7')
    {
        value = (uint32_t)(c - '0');
        for (int i = 0; i < 2 && r->s < r->end && *r->s >= '0' && *r->s <= '7'; i++)
            value = value * 8 + (uint32_t)(*r->s++ - '0');
        return value;
    }
    bool braced = r->s < r->end && *r->s == '{';
    int most = c == 'x' ? 1 << 20 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (most)
    {
        *code = c != 'x';
        r->s += braced;
        for (int i = 0; (braced || i < most) && r->s < r->end &&
                        digit_value(*r->s) < 16; i++)
            value = value * 16 + (uint32_t)digit_value(*r->s++);
        if (braced && r->s < r->end)
            r->s++;
        return value;
    }
    const char *p = strchr(names, c);
    return p ? (unsigned char)values[p - names] : (unsigned char)c;
}

static int utf8_length(uint32_t c)
{
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

struct prefix { struct type *elem; int size; bool raw; };

static struct prefix read_prefix(struct unit *u, const char **s)
{
    struct prefix p = {type_basic(u, TY_CHAR), 1, false};
    for (; **s != '"' && **s != '\''; ++*s)
        switch (**s)
        {
        case 'L':
            p.elem = type_wchar(u);
            p.size = 4;
            break;
        case 'U':
            p.elem = type_char32(u);
            p.size = 4;
            break;
        case 'u':
            p.elem = type_char16(u);
            p.size = 2;
            break;
        case '8':
            p.elem = type_basic(u, u->opt->std >= STD_C23 ? TY_UCHAR : TY_CHAR);
            p.size = 1;
            break;
        case 'R':
            p.raw = true;
            break;
        default:
            return p;
        }
    return p;
}

/* Narrows [s, end) of a raw string to what stands between the delimiters. */
static struct reader raw_text(const char *s, const char *end)
{
    const char *open = memchr(s, '(', (size_t)(end - s));
    if (!open)
        return (struct reader){s, end};
    const char *close = end - (open - s) - 1;
    return (struct reader){open + 1, close > open ? close : open + 1};
}

/* A character or string literal's token: how many elements of which type it stands
 * for, and for characters its value. */
struct literal
{
    struct type *elem;
    int64_t count;
    int64_t value;
};

static void literal_read(struct unit *u, uint32_t tok, struct literal *l)
{
    uint32_t len;
    const char *s = token_text(u, &u->toks.v[tok], &len), *end = s + len;
    struct prefix p = read_prefix(u, &s);
    struct reader r = {s + 1, end > s + 1 ? end - 1 : end};
    if (p.raw)
        r = raw_text(s + 1, end - 1);
    *l = (struct literal){p.elem, 0, 0};
    while (r.s < r.end)
    {
        bool code = true;
        uint32_t c;
        if (*r.s == '\\' && !p.raw && r.s + 1 < r.end)
        {
            r.s++;
            code = false;
            c = read_escape(&r, &code);
        }
        else if (p.size == 1)
        {
            c = (unsigned char)*r.s++;
            code = false;
        }
        else
            c = read_utf8(&r);
        int elems = !code ? 1 : p.size == 1 ? utf8_length(c) : 1;
        if (code && p.size == 2 && c > 0xffff)
            elems = 2;
        l->count += elems;
        l->value = p.size == 1 ? (int64_t)((uint64_t)l->value << 8 | (c & 0xff)) : c;
    }
}

struct node *expr_char(struct unit *u, uint32_t tok)
{
    struct literal l;
    literal_read(u, tok, &l);
    struct node *n = expr_new(u, NODE_CHAR, tok, tok, l.elem);
    n->pure = n->is_constant = true;
    if (l.elem->kind == TY_CHAR)
    {
        n->type = type_basic(u, TY_INT);
        n->value = l.count > 1             ? (int32_t)l.value
                   : u->opt->signed_char ? (signed char)l.value
                                           : (unsigned char)l.value;
    }
    else
        n->value = constexpr_wrap(u, l.elem, l.value);
    return n;
}

struct node *expr_string(struct unit *u, uint32_t first, uint32_t last)
{
    struct type *elem = NULL;
    int64_t count = 1;
    for (uint32_t i = first; i <= last; i++)
    {
        if (u->toks.v[i].kind != TOK_STRING)
            continue;
        struct literal l;
        literal_read(u, i, &l);
        count += l.count;
        if (!elem || elem->kind == TY_CHAR) /* a prefix counts for all */
            elem = l.elem;
    }
    if (!elem)
        elem = type_basic(u, TY_CHAR);
    struct node *n = expr_new(u, NODE_STRING, first, last, NULL);
    n->type = type_array(u, elem, count);
    n->is_lvalue = n->pure = true;
    n->value = count * type_sizeof(u, elem);
    return n;
}
