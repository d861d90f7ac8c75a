/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* log.c: structured logs.
 *
 * A line is built in memory and written by one call, so that the stream's own
 * lock keeps lines whole.  What a context carries is kept formatted, once for
 * each of the two forms, with the attributes above it before its own.
 */
#include "wait.h"
#include "worker.h"

#include <goc/context.h>
#include <goc/log.h>
#include <goc/sched.h>

#include <errno.h>
#include <time.h>

int goc__log_least = GOC_INFO;
static _Atomic bool as_json;
static _Atomic(FILE *) output;

void goc_log_json(bool json)
{
    atomic_store(&as_json, json);
}

void goc_log_level(int level)
{
    __atomic_store_n(&goc__log_least, level, __ATOMIC_RELAXED);
}

void goc_log_output(FILE *out)
{
    atomic_store(&output, out);
}

/* ---- Text that grows ---------------------------------------------------- */

struct text
{
    char *at;
    size_t n, max;
    bool json;
    char own[1024];
};

static void text_init(struct text *t, bool json)
{
    t->at = t->own;
    t->n = 0;
    t->max = sizeof t->own;
    t->json = json;
}

static void text_free(struct text *t)
{
    if (t->at != t->own)
        free(t->at);
}

static char *text_room(struct text *t, size_t more)
{
    if (t->max - t->n < more) {
        size_t max = 2 * t->max + more;
        char *at = goc__malloc(max);
        memcpy(at, t->at, t->n);
        text_free(t);
        t->at = at;
        t->max = max;
    }
    return t->at + t->n;
}

static void text_add(struct text *t, const char *s, size_t n)
{
    memcpy(text_room(t, n), s, n);
    t->n += n;
}

static void text_puts(struct text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

static __attribute__((format(printf, 2, 3))) void text_printf(
    struct text *t, const char *format, ...)
{
    enum { ROOM = 64 };
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text_room(t, ROOM), ROOM, format, args);
    va_end(args);
    if (n > 0)
        t->n += n < ROOM ? (size_t)n : ROOM - 1;
}

/* ---- Strings ------------------------------------------------------------ */

/* Bytes of the UTF-8 sequence at s; 0 when it is none. */
static size_t utf8_size(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
        : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
        : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xe0 && s[1] < 0xa0)
        || (s[0] == 0xf0 && s[1] < 0x90);
    bool beyond = (s[0] == 0xed && s[1] >= 0xa0)
        || (s[0] == 0xf4 && s[1] >= 0x90);
    return overlong || beyond ? 0 : n;
}

/* In quotes, JSON's escapes; what is no UTF-8 becomes U+FFFD. */
static void text_quote(struct text *t, const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    text_puts(t, "\"");
    while (*s) {
        size_t n = utf8_size(s);
        if (*s == '"' || *s == '\\')
            text_printf(t, "\\%c", *s);
        else if (*s == '\n')
            text_puts(t, "\\n");
        else if (*s == '\t')
            text_puts(t, "\\t");
        else if (*s == '\r')
            text_puts(t, "\\r");
        else if (*s < 0x20 || *s == 0x7f)
            text_printf(t, "\\u%04x", *s);
        else if (n == 0)
            text_puts(t, "\xef\xbf\xbd");
        else
            text_add(t, (const char *)s, n);
        s += n ? n : 1;
    }
    text_puts(t, "\"");
}

/* Whether key=value can do without quotes for s. */
static bool is_plain(const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    if (!*s)
        return false;
    while (*s) {
        size_t n = utf8_size(s);
        if (n == 0 || *s <= ' ' || *s == '"' || *s == '=' || *s == '\\'
            || *s == 0x7f)
            return false;
        s += n;
    }
    return true;
}

static void text_string(struct text *t, const char *s)
{
    if (!t->json && is_plain(s))
        text_puts(t, s);
    else
        text_quote(t, s);
}

/* ---- Attributes --------------------------------------------------------- */

static void text_key(struct text *t, const char *key)
{
    if (t->json) {
        text_puts(t, t->n ? "," : "{");
        text_quote(t, key);
        text_puts(t, ":");
    } else {
        if (t->n)
            text_puts(t, " ");
        text_string(t, key);
        text_puts(t, "=");
    }
}

/* What stands for the decimal point in the program's locale becomes a point. */
static void point_only(char *digits)
{
    char *to = digits;
    for (const char *s = digits; *s; s++)
        if (strchr("0123456789+-einfa", *s))
            *to++ = *s;
        else if (to == digits || to[-1] != '.')
            *to++ = '.';
    *to = '\0';
}

static void text_double(struct text *t, double f)
{
    char digits[32];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, f);
        if (strtod(digits, NULL) == f)
            break;
    }
    point_only(digits);
    /* JSON has no words for what is not finite. */
    bool quote = t->json && f - f != 0;
    text_puts(t, quote ? "\"" : "");
    text_puts(t, digits);
    text_puts(t, quote ? "\"" : "");
}

/* As Go writes durations: 1h2m3.5s, 20ms, 0s. */
static void text_duration(struct text *t, int64_t d)
{
    static const struct
    {
        uint64_t size;
        const char *name;
    } small[] = { { 1000000, "ms" }, { 1000, "\xc2\xb5s" }, { 1, "ns" } };
    uint64_t u = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
    const char *sign = d < 0 ? "-" : "";
    char number[40];
    const char *unit = "s";
    uint64_t size = 1000000000;
    for (size_t i = 0; u && u < size && i < 3; i++) {
        size = small[i].size;
        unit = small[i].name;
    }
    uint64_t whole = u / size;
    text_puts(t, sign);
    if (whole >= 3600 && size == 1000000000)
        text_printf(t, "%lluh", (unsigned long long)(whole / 3600));
    if (whole >= 60 && size == 1000000000) {
        text_printf(t, "%llum", (unsigned long long)(whole / 60 % 60));
        whole %= 60;
    }
    snprintf(number, sizeof number, "%llu.%09llu", (unsigned long long)whole,
             (unsigned long long)(u % size * (1000000000 / size)));
    size_t n = strlen(number);
    while (number[n - 1] == '0')
        n--;
    if (number[n - 1] == '.')
        n--;
    text_add(t, number, n);
    text_puts(t, unit);
}

static void text_error(struct text *t, int err)
{
    char words[128];
    if (err == 0) {
        text_puts(t, t->json ? "null" : "nil");
        return;
    }
    const char *s = strerror_r(err < 0 ? -err : err, words, sizeof words);
    text_string(t, s);
}

static void text_value(struct text *t, goc_log_value value)
{
    switch (value.kind) {
    case GOC__LOG_STRING:
        if (value.v.s)
            text_string(t, value.v.s);
        else
            text_puts(t, t->json ? "null" : "(null)");
        break;
    case GOC__LOG_INT:
        text_printf(t, "%lld", (long long)value.v.i);
        break;
    case GOC__LOG_UINT:
        text_printf(t, "%llu", (unsigned long long)value.v.u);
        break;
    case GOC__LOG_DOUBLE:
        text_double(t, value.v.f);
        break;
    case GOC__LOG_BOOL:
        text_puts(t, value.v.i ? "true" : "false");
        break;
    case GOC__LOG_POINTER:
        text_printf(t, t->json ? "\"%p\"" : "%p", value.v.p);
        break;
    case GOC__LOG_DURATION:
        if (t->json)
            text_printf(t, "%lld", (long long)value.v.i);
        else
            text_duration(t, value.v.i);
        break;
    case GOC__LOG_ERROR:
        text_error(t, (int)value.v.i);
        break;
    }
}

/* The pairs of an argument list, up to the null that ends it. */
static void text_pairs(struct text *t, va_list args)
{
    const char *key;
    while ((key = va_arg(args, const char *))) {
        text_key(t, key);
        text_value(t, va_arg(args, goc_log_value));
    }
}

/* ---- What a context carries --------------------------------------------- */

static const char carried_key;

struct carried
{
    size_t n[2];     /* bytes of each form: key=value, JSON */
    char text[];     /* one after the other */
};

goc_context *goc__log_with(goc_context *parent, ...)
{
    struct carried *above = goc_value(parent, &carried_key), *c;
    struct text t[2];
    for (int json = 0; json < 2; json++) {
        va_list args;
        text_init(&t[json], json);
        if (above)
            text_add(&t[json], above->text + (json ? above->n[0] : 0),
                     above->n[json]);
        va_start(args, parent);
        text_pairs(&t[json], args);
        va_end(args);
    }
    c = goc__malloc(sizeof *c + t[0].n + t[1].n);
    c->n[0] = t[0].n;
    c->n[1] = t[1].n;
    memcpy(c->text, t[0].at, t[0].n);
    memcpy(c->text + t[0].n, t[1].at, t[1].n);
    text_free(&t[0]);
    text_free(&t[1]);
    return goc__with_value(parent, &carried_key, c, free);
}

static void text_carried(struct text *t, goc_context *ctx)
{
    struct carried *c = ctx ? goc_value(ctx, &carried_key) : NULL;
    if (!c || !c->n[t->json])
        return;
    /* In JSON it begins with its brace, which becomes the comma. */
    const char *s = c->text + (t->json ? c->n[0] : 0);
    size_t skip = t->json ? 1 : 0;
    text_puts(t, t->json ? "," : " ");
    text_add(t, s + skip, c->n[t->json] - skip);
}

/* ---- A line ------------------------------------------------------------- */

static void text_time(struct text *t)
{
    struct timespec now;
    struct tm tm;
    char date[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    text_key(t, "time");
    text_printf(t, t->json ? "\"%s.%03ldZ\"" : "%s.%03ldZ", date,
                now.tv_nsec / 1000000);
}

static void text_level(struct text *t, int level)
{
    static const struct
    {
        int level;
        const char *name;
    } names[] = { { GOC_ERROR, "ERROR" }, { GOC_WARN, "WARN" },
                  { GOC_INFO, "INFO" }, { INT32_MIN, "DEBUG" } };
    int i = 0;
    while (level < names[i].level)
        i++;
    int base = i == 3 ? GOC_DEBUG : names[i].level;
    text_key(t, "level");
    text_puts(t, t->json ? "\"" : "");
    text_puts(t, names[i].name);
    if (level != base)
        text_printf(t, "%+d", level - base);
    text_puts(t, t->json ? "\"" : "");
}

static void text_goroutine(struct text *t)
{
    text_key(t, "goroutine");
    text_printf(t, "%llu", (unsigned long long)goc_id());
    const char *name = goc__self()->name;
    if (name) {
        text_key(t, "name");
        text_string(t, name);
    }
}

void goc__log(goc_context *ctx, int level, const char *message, ...)
{
    struct text t;
    va_list args;
    int e = errno;
    text_init(&t, atomic_load(&as_json));
    text_time(&t);
    text_level(&t, level);
    text_key(&t, "msg");
    text_string(&t, message ? message : "(null)");
    text_goroutine(&t);
    text_carried(&t, ctx);
    va_start(args, message);
    text_pairs(&t, args);
    va_end(args);
    text_puts(&t, t.json ? "}\n" : "\n");

    FILE *out = atomic_load(&output);
    if (!out)
        out = stderr;
    fwrite(t.at, 1, t.n, out);
    fflush(out);
    text_free(&t);
    errno = e;
}
