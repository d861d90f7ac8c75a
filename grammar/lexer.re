/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lexer.re: text -> preprocessing tokens.
 *
 * The rules know nothing of backslash-newlines and trigraphs.  They need not:
 * where such a thing stands right behind what a rule matched, the token may go on
 * behind it, and lex_joined reads it again from a copy of the text without them.
 * So the usual case pays for one comparison.  Comments and quotes, which may run
 * long, know them themselves.
 */
#include "token.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "unit.h"

/* ---- splices and trigraphs ---- */

/* What ??x stands for, or 0. */
static char trigraph(const char *p)
{
    static const char from[] = "=/'()!<>-", to[] = "#\\^[]|{}~";
    const char *q;
    if (p[0] != '?' || p[1] != '?' || !p[2] || !(q = strchr(from, p[2])))
        return 0;
    return to[q - from];
}

/* A backslash, white space or not, and a newline.  GCC and Clang allow the space. */
const char *lex_splice(const struct lexer *lx, const char *p)
{
    if (lx->clean)
        return NULL;
    if (*p == '\\')
        p++;
    else if (lx->trigraphs && trigraph(p) == '\\')
        p += 3;
    else
        return NULL;
    while (*p == ' ' || *p == '\t' || *p == '\f' || *p == '\v' || *p == '\r')
        p++;
    if (*p == '\n')
        return p + 1;
    return p >= lx->limit ? lx->limit : NULL;
}

/* p behind any splices. */
static const char *pass_splices(const struct lexer *lx, const char *p)
{
    const char *q;
    while ((*p == '\\' || *p == '?') && p < lx->limit && (q = lex_splice(lx, p)))
        p = q;
    return p;
}

/* The character at p, which splices may precede; *next is what is behind it. */
static char next_char(const struct lexer *lx, const char *p, const char **next)
{
    char c;
    p = pass_splices(lx, p);
    if (lx->trigraphs && (c = trigraph(p)))
        *next = p + 3;
    else
    {
        c = *p;
        *next = p < lx->limit ? p + 1 : p;
    }
    return c;
}

/* ---- comments ---- */

static void lex_error(struct lexer *lx, const char *p, const char *message)
{
    if (!lx->quiet)
        error_at(lx->unit, lx->base + (loc_t)(p - lx->text), "%s", message);
}

/* p is behind the opening; returns what is behind the end. */
static const char *pass_block_comment(struct lexer *lx, const char *start, const char *p)
{
    while ((p = memchr(p, '*', (size_t)(lx->limit - p))))
    {
        const char *end;
        p++;
        if (*p == '/')
            return p + 1;
        if ((*p == '\\' || *p == '?') && next_char(lx, p, &end) == '/')
            return end;
    }
    lex_error(lx, start, "unterminated comment");
    lx->unit->cut_short |= !lx->quiet;
    return lx->limit;
}

/* Returns the newline that ends the line of p, or the limit. */
static const char *line_end(struct lexer *lx, const char *p)
{
    for (;;)
    {
        const char *nl = memchr(p, '\n', (size_t)(lx->limit - p)), *q;
        if (!nl)
            return lx->limit;
        for (q = nl; q > p && (q[-1] == ' ' || q[-1] == '\t' || q[-1] == '\r' ||
                               q[-1] == '\f' || q[-1] == '\v');)
            q--;
        bool spliced = q > p && (q[-1] == '\\' ? lex_splice(lx, q - 1) != NULL
                                               : q - p >= 3 && lex_splice(lx, q - 3));
        if (!spliced)
            return nl > p && nl[-1] == '\r' ? nl - 1 : nl;
        p = nl + 1;
    }
}

/* ---- quotes ---- */

/* A quoted token that is not the simple case: it may hold splices, trigraphs and
 * NULs, or not end on its line.  p is behind the opening quote.  Returns what is
 * behind the token; *ended tells if the closing quote was found. */
static const char *pass_quoted(const struct lexer *lx, const char *p, char quote, bool *ended)
{
    for (;;)
    {
        const char *next;
        char c = next_char(lx, p, &next);
        *ended = c == quote;
        if (next == p || c == '\n' || (c == '\r' && *next == '\n'))
            return p;
        p = next;
        if (c == quote)
            return p;
        if (c == '\\')
        {
            c = next_char(lx, p, &next);
            if (c != '\n' && !(c == '\r' && *next == '\n'))
                p = next;
        }
    }
}

/* p is behind R"; returns what is behind the token, or null. */
static const char *pass_raw_string(const struct lexer *lx, const char *p)
{
    const char *delim = p;
    while (*p && !strchr(" ()\\\t\v\f\n\r", *p) && p - delim < 16)
        p++;
    if (*p != '(')
        return NULL;
    size_t n = (size_t)(p - delim);
    while ((p = memchr(p + 1, ')', (size_t)(lx->limit - p - 1))))
        if (!strncmp(p + 1, delim, n) && p[1 + n] == '"')
            return p + 1 + n + 1;
    return NULL;
}

/* ---- identifiers beyond ASCII ---- */

/* C11 annex D.1, and D.2 for the first character. */
static const struct { uint32_t lo, hi; } ident_ranges[] = {
    {0xA8, 0xA8}, {0xAA, 0xAA}, {0xAD, 0xAD}, {0xAF, 0xAF}, {0xB2, 0xB5},
    {0xB7, 0xBA}, {0xBC, 0xBE}, {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x167F},
    {0x1681, 0x180D}, {0x180F, 0x1FFF}, {0x200B, 0x200D}, {0x202A, 0x202E},
    {0x203F, 0x2040}, {0x2054, 0x2054}, {0x2060, 0x218F}, {0x2460, 0x24FF},
    {0x2776, 0x2793}, {0x2C00, 0x2DFF}, {0x2E80, 0x2FFF}, {0x3004, 0x3007},
    {0x3021, 0x302F}, {0x3031, 0xD7FF}, {0xF900, 0xFD3D}, {0xFD40, 0xFDCF},
    {0xFDF0, 0xFE44}, {0xFE47, 0xFFFD}, {0x10000, 0x1FFFD}, {0x20000, 0x2FFFD},
    {0x30000, 0x3FFFD}, {0x40000, 0x4FFFD}, {0x50000, 0x5FFFD}, {0x60000, 0x6FFFD},
    {0x70000, 0x7FFFD}, {0x80000, 0x8FFFD}, {0x90000, 0x9FFFD}, {0xA0000, 0xAFFFD},
    {0xB0000, 0xBFFFD}, {0xC0000, 0xCFFFD}, {0xD0000, 0xDFFFD}, {0xE0000, 0xEFFFD},
};

static bool ident_char(uint32_t c, bool first)
{
    if (first && ((c >= 0x300 && c <= 0x36F) || (c >= 0x1DC0 && c <= 0x1DFF) ||
                  (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F)))
        return false;
    for (size_t i = 0; i < sizeof ident_ranges / sizeof *ident_ranges; i++)
        if (c <= ident_ranges[i].hi)
            return c >= ident_ranges[i].lo;
    return false;
}

/* Decodes UTF-8; returns the number of bytes, 0 if it is none. */
static unsigned utf8_decode(const char *s, uint32_t *c)
{
    const unsigned char *p = (const unsigned char *)s;
    unsigned n = *p >= 0xF0 && *p < 0xF5 ? 4 : *p >= 0xE0 ? 3 : *p >= 0xC2 ? 2 : 0;
    if (*p >= 0xF5)
        n = 0;
    *c = n ? *p & (0x7Fu >> n) : 0;
    for (unsigned i = 1; i < n; i++)
    {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        *c = *c << 6 | (p[i] & 0x3F);
    }
    return (n == 3 && *c < 0x800) || (n == 4 && *c < 0x10000) ? 0 : n;
}

static unsigned utf8_encode(char *s, uint32_t c)
{
    if (c < 0x80)
        return s[0] = (char)c, 1;
    if (c < 0x800)
        return s[0] = (char)(0xC0 | c >> 6), s[1] = (char)(0x80 | (c & 0x3F)), 2;
    if (c < 0x10000)
        return s[0] = (char)(0xE0 | c >> 12), s[1] = (char)(0x80 | (c >> 6 & 0x3F)),
               s[2] = (char)(0x80 | (c & 0x3F)), 3;
    return s[0] = (char)(0xF0 | (c >> 18 & 7)), s[1] = (char)(0x80 | (c >> 12 & 0x3F)),
           s[2] = (char)(0x80 | (c >> 6 & 0x3F)), s[3] = (char)(0x80 | (c & 0x3F)), 4;
}

/* The \u or \U at p; returns its length, 0 if it is none. */
static unsigned ucn_decode(const char *p, uint32_t *c)
{
    unsigned n = p[0] != '\\' ? 0 : p[1] == 'u' ? 4 : p[1] == 'U' ? 8 : 0;
    *c = 0;
    for (unsigned i = 0; i < n; i++)
    {
        char d = p[2 + i];
        uint32_t v = d >= '0' && d <= '9' ? (uint32_t)(d - '0')
                   : d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a' + 10)
                   : d >= 'A' && d <= 'F' ? (uint32_t)(d - 'A' + 10) : 16;
        if (v == 16)
            return 0;
        *c = *c << 4 | v;
    }
    return n ? n + 2 : 0;
}

/* An identifier that starts at s and may hold UTF-8 and UCNs.  Returns its end, s
 * if there is none.  The name has its UCNs in UTF-8. */
static const char *lex_wide_ident(struct lexer *lx, const char *s, struct token *t)
{
    const char *p = s;
    bool ucn = false;
    for (;;)
    {
        uint32_t c;
        unsigned n;
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_' ||
            *p == '$' || (p > s && *p >= '0' && *p <= '9'))
            n = 1;
        else if (*p == '\\' && (n = ucn_decode(p, &c)) && ident_char(c, p == s))
            ucn = true;
        else if (!(*p & 0x80) || !(n = utf8_decode(p, &c)) || !ident_char(c, p == s))
            break;
        p += n;
    }
    if (p == s)
        return s;
    t->kind = TOK_IDENT;
    t->spare = ucn;
    if (!ucn)
    {
        t->id = ident_get(lx->unit, s, (size_t)(p - s));
        return p;
    }
    char *name = malloc((size_t)(p - s));
    size_t len = 0;
    if (!name)
        fatal("out of memory");
    for (const char *q = s; q < p;)
    {
        uint32_t c;
        if (*q == '\\')
        {
            q += ucn_decode(q, &c);
            len += utf8_encode(name + len, c);
        }
        else
            name[len++] = *q++;
    }
    t->id = ident_get(lx->unit, name, len);
    free(name);
    return p;
}

/* ---- tokens with splices within ---- */

/* The text from p on without splices and trigraphs, about want bytes and no more
 * than the logical line; ends in 16 NULs.  starts[i] is where byte i comes from. */
struct cleaned
{
    char *text;
    uint32_t *starts;
    size_t n;
    bool whole; /* nothing more on the line */
};

static struct cleaned clean_text(struct lexer *lx, const char *from, size_t want)
{
    struct cleaned c = {malloc(want + 16), malloc((want + 1) * sizeof(uint32_t)), 0, true};
    const char *p = from;
    if (!c.text || !c.starts)
        fatal("out of memory");
    for (;;)
    {
        const char *q = pass_splices(lx, p), *next;
        c.starts[c.n] = (uint32_t)(p - from);
        if (q >= lx->limit || *q == '\n')
            break;
        if (c.n == want)
        {
            c.whole = false;
            break;
        }
        c.text[c.n++] = next_char(lx, q, &next);
        p = next;
    }
    memset(c.text + c.n, 0, 16);
    return c;
}

/* Reads the token at s again, behind which a splice or trigraph stands (or which
 * is one).  A token that reaches the end of the cleaned text might be longer yet:
 * then twice as much is cleaned.  Returns the token's end; null if it is a
 * comment, with *comment its kind and what is behind its opening. */
static const char *lex_joined(struct lexer *lx, const char *s, struct token *t,
                              char *comment)
{
    *comment = 0;
    for (size_t want = 64;; want *= 4)
    {
        struct lexer sub;
        struct token got;
        struct cleaned c = clean_text(lx, s, want);
        const char *end = NULL;
        bool more = false;
        if (c.text[0] == '/' && (c.text[1] == '*' || c.text[1] == '/'))
        {
            *comment = c.text[1];
            end = s + c.starts[2];
        }
        else
        {
            lexer_init_text(&sub, lx->unit, c.text, c.n);
            sub.dialect = lx->dialect;
            sub.quiet = true;
            lex(&sub, &got);
            size_t len = (size_t)(sub.cursor - c.text);
            more = len + 16 >= c.n && !c.whole;
            if (!more)
            {
                const char *text = c.text;
                end = s + c.starts[len];
                t->kind = got.kind;
                t->id = got.id;
                bool same = (size_t)(end - s) == len && !memcmp(s, text, len);
                if (got.kind == TOK_IDENT)
                    t->spare = got.spare || !same;
                else
                    t->text = same ? s : token_keep_text(lx->unit, text, (uint32_t)len);
            }
        }
        free(c.text);
        free(c.starts);
        if (!more)
            return end;
    }
}

/* ---- the rules ---- */

#define KIND(k)             \
    do                      \
    {                       \
        t->kind = TOK_##k;  \
        goto finish;        \
    } while (0)

void lex(struct lexer *lx, struct token *t)
{
    const unsigned char *p = (const unsigned char *)lx->cursor, *m, *s;
    unsigned flags = lx->bol ? TF_BOL : 0;
    bool ended;
    lx->bol = false;
again:
    s = p;
    t->spare = 0;
/*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = p;
    re2c:define:YYMARKER = m;
    re2c:yyfill:enable = 0;
    re2c:flags:bit-vectors = 1;

    digit    = [0-9];
    letter   = [a-zA-Z_$];
    hex      = [0-9a-fA-F];
    ucn      = "\\u" hex{4} | "\\U" hex{8};
    wide     = [\x80-\xff] | ucn;
    blank    = [ \t\v\f];
    in_str   = [^"\\\n\r\x00] | "\\" [^\n\r\x00 \t\v\f];
    in_chr   = [^'\\\n\r\x00] | "\\" [^\n\r\x00 \t\v\f];
    encoding = "L" | "u8" | "u" | "U";

    blank+             { flags |= TF_SPACE; goto again; }
    "\r"? "\n"         { if (lx->in_directive) goto newline; flags |= TF_BOL | TF_SPACE; goto again; }
    "\r"               { flags |= TF_SPACE; goto again; }
    "\x00"             { if ((const char *)p > lx->limit) goto end; flags |= TF_SPACE; goto again; }
    "/*"               { p = (const unsigned char *)pass_block_comment(lx, (const char *)s, (const char *)p); flags |= TF_SPACE; goto again; }
    "//"               { goto line_comment; }

    letter (letter | digit)*                 { goto ident; }
    letter (letter | digit)* wide            { goto wide_ident; }
    wide                                     { goto wide_ident; }
    "."? digit (digit | letter | "." | [eE] [+-])* { goto number; }

    ["] in_str* ["]                          { goto string; }
    ['] in_chr* [']                          { goto character; }
    encoding ["] in_str* ["]                 { if (s[0] == 'L' || lx->dialect & LEX_U_STRINGS) goto string; goto prefix; }
    encoding ['] in_chr* [']                 { if (s[0] == 'L' || lx->dialect & (s[1] == '8' ? LEX_U8_CHARS : LEX_U_STRINGS)) goto character; goto prefix; }
    encoding? "R" ["]                        { if (lx->dialect & LEX_RAW_STRINGS) goto raw_string; goto prefix; }
    ["']                                     { goto odd_quote; }
    encoding ["']                            { if (s[0] == 'L' || lx->dialect & (s[1] == '8' && p[-1] == '\'' ? LEX_U8_CHARS : LEX_U_STRINGS)) goto odd_quote; goto prefix; }

    "("   { KIND(LPAREN); }
    ")"   { KIND(RPAREN); }
    "["   { KIND(LBRACKET); }
    "]"   { KIND(RBRACKET); }
    "{"   { KIND(LBRACE); }
    "}"   { KIND(RBRACE); }
    ";"   { KIND(SEMI); }
    ","   { KIND(COMMA); }
    "."   { KIND(DOT); }
    "->"  { KIND(ARROW); }
    "..." { KIND(ELLIPSIS); }
    "++"  { KIND(INC); }
    "--"  { KIND(DEC); }
    "&"   { KIND(AMP); }
    "*"   { KIND(STAR); }
    "+"   { KIND(PLUS); }
    "-"   { KIND(MINUS); }
    "~"   { KIND(TILDE); }
    "!"   { KIND(NOT); }
    "/"   { KIND(SLASH); }
    "%"   { KIND(PERCENT); }
    "<<"  { KIND(SHL); }
    ">>"  { KIND(SHR); }
    "<"   { KIND(LT); }
    ">"   { KIND(GT); }
    "<="  { KIND(LE); }
    ">="  { KIND(GE); }
    "=="  { KIND(EQEQ); }
    "!="  { KIND(NE); }
    "^"   { KIND(CARET); }
    "|"   { KIND(PIPE); }
    "&&"  { KIND(ANDAND); }
    "||"  { KIND(OROR); }
    "?"   { if (lx->trigraphs) goto backslash; KIND(QUESTION); }
    ":"   { KIND(COLON); }
    "::"  { KIND(COLONCOLON); }
    "="   { KIND(ASSIGN); }
    "*="  { KIND(MUL_ASSIGN); }
    "/="  { KIND(DIV_ASSIGN); }
    "%="  { KIND(MOD_ASSIGN); }
    "+="  { KIND(ADD_ASSIGN); }
    "-="  { KIND(SUB_ASSIGN); }
    "<<=" { KIND(SHL_ASSIGN); }
    ">>=" { KIND(SHR_ASSIGN); }
    "&="  { KIND(AND_ASSIGN); }
    "^="  { KIND(XOR_ASSIGN); }
    "|="  { KIND(OR_ASSIGN); }
    "#"   { KIND(HASH); }
    "##"  { KIND(HASHHASH); }
    "<-"  { KIND(LARROW); }
    "<--" { p = s + 1; KIND(LT); }
    ":="  { KIND(DEFINE); }
    "<:"  { if (!(lx->dialect & LEX_DIGRAPHS)) { p = s + 1; KIND(LT); } KIND(LBRACKET); }
    ":>"  { if (!(lx->dialect & LEX_DIGRAPHS)) { p = s + 1; KIND(COLON); } KIND(RBRACKET); }
    "<%"  { if (!(lx->dialect & LEX_DIGRAPHS)) { p = s + 1; KIND(LT); } KIND(LBRACE); }
    "%>"  { if (!(lx->dialect & LEX_DIGRAPHS)) { p = s + 1; KIND(PERCENT); } KIND(RBRACE); }
    "%:"  { if (!(lx->dialect & LEX_DIGRAPHS)) { p = s + 1; KIND(PERCENT); } KIND(HASH); }
    "%:%:" { if (!(lx->dialect & LEX_DIGRAPHS)) { p = s + 1; KIND(PERCENT); } KIND(HASHHASH); }
    "\\"  { goto backslash; }
    *     { KIND(OTHER); }
*/

ident:
    t->kind = TOK_IDENT;
    t->id = ident_get(lx->unit, (const char *)s, (size_t)(p - s));
    goto finish_ident;

wide_ident:
    for (p = s; !(lx->dialect & LEX_WIDE_IDENTS) && *p < 0x80 && *p != '\\'; p++)
        ;
    if (p > s)
        goto ident;
    if (lx->dialect & LEX_WIDE_IDENTS)
        p = (const unsigned char *)lex_wide_ident(lx, (const char *)s, t);
    if (p > s)
        goto finish_ident;
    { /* a character that no identifier may hold: a token of its own */
        uint32_t c;
        unsigned n = utf8_decode((const char *)s, &c);
        p = s + (n ? n : 1);
        KIND(OTHER);
    }

number:
    for (;;)
        if (lx->dialect & LEX_HEX_FLOATS && (p[-1] == 'p' || p[-1] == 'P') &&
            (*p == '+' || *p == '-'))
            p++;
        else if ((p[-1] == 'e' || p[-1] == 'E') && (*p == '+' || *p == '-'))
            p++;
        else if ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
                 (*p >= 'A' && *p <= 'Z') || *p == '.' || *p == '_' || *p == '$')
            p++;
        else if (lx->dialect & LEX_SEPARATORS && *p == '\'' &&
                 ((p[1] >= '0' && p[1] <= '9') || (p[1] >= 'a' && p[1] <= 'z') ||
                  (p[1] >= 'A' && p[1] <= 'Z') || p[1] == '_'))
            p += 2;
        else if (*p >= 0x80 || *p == '\\')
        {
            uint32_t c;
            unsigned n = *p == '\\' ? ucn_decode((const char *)p, &c)
                                    : utf8_decode((const char *)p, &c);
            if (!n || !ident_char(c, false))
                break;
            p += n;
        }
        else
            break;
    KIND(NUMBER);

string:
    if (lx->trigraphs)
        goto odd_quote_again;
    t->kind = TOK_STRING;
    t->text = (const char *)s;
    goto finish_text;

character:
    if (lx->trigraphs)
        goto odd_quote_again;
    t->kind = TOK_CHAR;
    t->text = (const char *)s;
    goto finish_text;

prefix: /* what looked like an encoding prefix is an identifier in this dialect */
    for (p = s; (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || *p == '8';)
        p++;
    goto ident;

raw_string:
    {
        const char *end = pass_raw_string(lx, (const char *)p);
        if (end)
        {
            p = (const unsigned char *)end;
            KIND(STRING);
        }
        lex_error(lx, (const char *)s, "unterminated raw string");
        goto odd_quote;
    }

odd_quote_again:
    for (p = s; *p != '"' && *p != '\'';)
        p++;
    p++;
odd_quote:
    {
        char quote = (char)p[-1];
        p = (const unsigned char *)pass_quoted(lx, (const char *)p, quote, &ended);
        t->kind = !ended ? TOK_OTHER : quote == '"' ? TOK_STRING : TOK_CHAR;
        bool rewritten = lx->trigraphs;
        for (const unsigned char *q = s; q < p && !rewritten; q++)
            rewritten = *q == '\\' && lex_splice(lx, (const char *)q);
        if (!rewritten)
            goto finish;
        uint32_t n = 0;
        char *text = malloc((size_t)(p - s) + 1);
        if (!text)
            fatal("out of memory");
        for (const char *q = (const char *)s, *next; q < (const char *)p; q = next)
        {
            q = pass_splices(lx, q);
            if (q >= (const char *)p)
                break;
            text[n++] = next_char(lx, q, &next);
        }
        t->text = token_keep_text(lx->unit, text, n);
        free(text);
        flags |= TF_SPLICED;
        goto finish_text;
    }

backslash:
    {
        const char *next = lex_splice(lx, (const char *)s);
        if (next)
        {
            p = (const unsigned char *)next;
            goto again;
        }
        t->kind = *s == '?' ? TOK_QUESTION : TOK_OTHER;
        goto finish;
    }

line_comment:
    if (lx->dialect & LEX_C89_COMMENTS && (*p == '*' || lx->in_directive))
    {
        p = s + 1;
        KIND(SLASH);
    }
    if (lx->dialect & LEX_C89_COMMENTS && !lx->warned_comment && lx->source &&
        !lx->source->system)
    {
        lx->warned_comment = true;
        lex_error(lx, (const char *)s, "C++ style comments are not allowed in ISO C90");
    }
    p = (const unsigned char *)line_end(lx, (const char *)p);
    flags |= TF_SPACE;
    goto again;

newline:
    p = s;
    t->kind = TOK_NEWLINE;
    t->text = "";
    goto finish_text;

end:
    p = s = (const unsigned char *)lx->limit;
    t->kind = TOK_EOF;
    t->text = "";
    goto finish_text;

finish:
    t->text = (const char *)s;
finish_ident:
    if ((*p == '\\' || *p == '?' || *s == '?') && !lx->clean &&
        (lex_splice(lx, (const char *)p) ||
         (lx->trigraphs && (trigraph((const char *)p) || trigraph((const char *)s)))))
    {
        char comment;
        const char *q = lex_joined(lx, (const char *)s, t, &comment);
        p = (const unsigned char *)q;
        if (comment == '/')
            goto line_comment;
        if (comment == '*')
        {
            p = (const unsigned char *)pass_block_comment(lx, (const char *)s, q);
            flags |= TF_SPACE;
            goto again;
        }
        if (t->kind == TOK_IDENT ? t->spare : t->text != (const char *)s)
            flags |= TF_SPLICED;
    }
finish_text:
    lx->cursor = (const char *)p;
    t->loc = lx->base + (loc_t)((const char *)s - lx->text);
    t->exp = 0;
    t->len = (uint32_t)(p - s);
    t->flags = (uint8_t)flags;
}

/* ---- set-up ---- */

static uint16_t dialect_of(struct unit *u)
{
    const struct unit_options *o = u->opt;
    unsigned d = 0;
    if (o->gnu && o->std >= STD_C99 && !u->host.is_clang)
        d |= LEX_RAW_STRINGS;
    if (o->std >= STD_C11 || (o->gnu && o->std >= STD_C99))
        d |= LEX_U_STRINGS;
    if (o->std >= STD_C23)
        d |= LEX_U8_CHARS | LEX_SEPARATORS;
    if (o->gnu || o->std >= STD_C99)
        d |= LEX_HEX_FLOATS | LEX_DIGRAPHS;
    else if (u->host.is_clang)
        d |= LEX_HEX_FLOATS;
    else
        d |= LEX_C89_COMMENTS;
    if (!o->gnu && o->std < STD_C23)
        d |= LEX_TRIGRAPHS;
    for (size_t i = 0; i < o->host_flags.n; i++)
        if (!strcmp(o->host_flags.v[i], "-trigraphs"))
            d |= LEX_TRIGRAPHS;
    if (o->std >= STD_C99 || u->host.is_clang)
        d |= LEX_WIDE_IDENTS;
    return (uint16_t)d;
}

void lexer_init(struct lexer *lx, struct unit *u, struct source *s)
{
    const struct file *f = s->file;
    *lx = (struct lexer){.unit = u, .source = s, .text = f->text, .cursor = f->text,
                         .limit = f->text + f->size, .base = s->base, .bol = true,
                         .dialect = dialect_of(u)};
    lx->trigraphs = lx->dialect & LEX_TRIGRAPHS && memmem(f->text, f->size, "??", 2);
}

void lexer_init_text(struct lexer *lx, struct unit *u, const char *text, size_t n)
{
    *lx = (struct lexer){.unit = u, .text = text, .cursor = text, .limit = text + n,
                         .clean = true, .dialect = dialect_of(u)};
}

/* ---- lines, not tokens ---- */

/* Where pass_line has to look: the others are one step of a tight loop. */
static const bool line_special[256] = {
    ['\n'] = 1, [0] = 1, ['/'] = 1, ['"'] = 1, ['\''] = 1, ['\\'] = 1, ['?'] = 1,
};

/* True if the ' at p separates digits (C23). */
static bool is_separator(const struct lexer *lx, const char *start, const char *p)
{
    const char *q = p;
    if (!(lx->dialect & LEX_SEPARATORS))
        return false;
    while (q > start && ((q[-1] >= '0' && q[-1] <= '9') || (q[-1] >= 'a' && q[-1] <= 'z') ||
                         (q[-1] >= 'A' && q[-1] <= 'Z') || q[-1] == '_' || q[-1] == '\''))
        q--;
    return *q >= '0' && *q <= '9';
}

/* From p to the newline that ends its logical line, or the limit; comments may
 * take it over several lines. */
static const char *pass_line(struct lexer *lx, const char *p)
{
    const char *start = p, *q;
    bool ended;
    for (;;)
    {
        while (!line_special[(unsigned char)*p])
            p++;
        switch (*p)
        {
        case '\n':
            return p;
        case 0:
            if (p >= lx->limit)
                return p;
            p++;
            break;
        case '/':
            q = p + 1;
            char c = *q == '\\' || *q == '?' ? next_char(lx, p + 1, &q) : *q++;
            if (c == '*')
                p = pass_block_comment(lx, p, q);
            else if (c == '/' && !(lx->dialect & LEX_C89_COMMENTS))
                p = line_end(lx, q);
            else
                p++;
            break;
        case '"':
            if (p > start && p[-1] == 'R' && lx->dialect & LEX_RAW_STRINGS &&
                (q = pass_raw_string(lx, p + 1)))
                p = q;
            else
                p = pass_quoted(lx, p + 1, '"', &ended);
            break;
        case '\'':
            p = is_separator(lx, start, p) ? p + 1 : pass_quoted(lx, p + 1, '\'', &ended);
            break;
        default:
            q = lex_splice(lx, p);
            p = q ? q : p + 1;
            break;
        }
    }
}

/* White space, comments and splices from p on. */
static const char *pass_blanks(struct lexer *lx, const char *p)
{
    for (;;)
    {
        const char *q;
        if (*p == ' ' || *p == '\t' || *p == '\f' || *p == '\v' ||
            (*p == '\r' && p[1] != '\n'))
            p++;
        else if (*p == '/' && next_char(lx, p + 1, &q) == '*')
            p = pass_block_comment(lx, p, q);
        else if ((*p == '\\' || *p == '?') && (q = lex_splice(lx, p)) && q > p)
            p = q;
        else
            return p;
        if (p >= lx->limit)
            return lx->limit;
    }
}

void lex_skip_line(struct lexer *lx)
{
    lx->cursor = pass_line(lx, lx->cursor);
}

void lex_skip_group(struct lexer *lx)
{
    const char *p = lx->cursor;
    lx->bol = true;
    for (;;)
    {
        p = pass_line(lx, p);
        if (p >= lx->limit)
            break;
        p = pass_blanks(lx, p + 1);
        if (*p == '#' || (*p == '%' && p[1] == ':') ||
            (lx->trigraphs && trigraph(p) == '#'))
            break;
    }
    lx->cursor = p;
}

bool lex_header_name(struct lexer *lx, struct token *t)
{
    const char *s = pass_blanks(lx, lx->cursor), *p = s + 1, *next;
    char close = *s == '<' ? '>' : *s == '"' ? '"' : 0;
    uint32_t n = 2;
    if (!close)
        return false;
    for (; next_char(lx, p, &next) != close; p = next, n++)
        if (next == p || next[-1] == '\n' || (next[-1] == '\r' && *next == '\n'))
            return false;
    *t = (struct token){.kind = TOK_HEADER, .loc = lx->base + (loc_t)(s - lx->text),
                        .len = (uint32_t)(next - s), .text = s};
    lx->cursor = next;
    if (n == t->len)
        return true;
    char *text = arena_alloc(&lx->unit->arena, n + 1);
    text[0] = *s;
    p = s + 1;
    for (uint32_t i = 1; i < n; i++, p = next)
        text[i] = next_char(lx, p, &next);
    t->text = token_keep_text(lx->unit, text, n);
    t->flags = TF_SPLICED;
    return true;
}
