/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check_builtin.c: identifiers that nobody declares: __func__, C23's constants,
 * and the builtin functions of GCC and Clang.
 *
 * Only result types matter here; the host checks the arguments.  A builtin is
 * declared at file scope when it is first named, so a look-up in the table
 * happens once for each.
 */
#include <string.h>

#include "check_expr.h"

/* result: a letter of result_type().  constant: the call is a constant if its
 * first argument is (!: always), whatever its value may be. */
struct builtin
{
    const char *name; /* without __builtin_ */
    char result, constant;
};

static const struct builtin table[] = {
    /* memory and strings, as <string.h> */
    {"memcpy", 'p', 0}, {"memmove", 'p', 0}, {"memset", 'p', 0},
    {"mempcpy", 'p', 0}, {"memchr", 'p', 0}, {"memcmp", 'i', 0},
    {"bcmp", 'i', 0}, {"bcopy", 'v', 0}, {"bzero", 'v', 0},
    {"memcpy_inline", 'v', 0}, {"memset_inline", 'v', 0},
    {"strlen", 'z', '1'}, {"strnlen", 'z', 0}, {"strcpy", 's', 0},
    {"strncpy", 's', 0}, {"stpcpy", 's', 0}, {"stpncpy", 's', 0},
    {"strcat", 's', 0}, {"strncat", 's', 0}, {"strcmp", 'i', 0},
    {"strncmp", 'i', 0}, {"strcasecmp", 'i', 0}, {"strncasecmp", 'i', 0},
    {"strchr", 's', 0}, {"strrchr", 's', 0}, {"strstr", 's', 0},
    {"strpbrk", 's', 0}, {"strspn", 'z', 0}, {"strcspn", 'z', 0},
    {"strdup", 's', 0}, {"strndup", 's', 0}, {"index", 's', 0},
    {"rindex", 's', 0},
    {"__memcpy_chk", 'p', 0}, {"__memmove_chk", 'p', 0},
    {"__memset_chk", 'p', 0}, {"__mempcpy_chk", 'p', 0},
    {"__strcpy_chk", 's', 0}, {"__strncpy_chk", 's', 0},
    {"__stpcpy_chk", 's', 0}, {"__stpncpy_chk", 's', 0},
    {"__strcat_chk", 's', 0}, {"__strncat_chk", 's', 0},
    {"__sprintf_chk", 'i', 0}, {"__snprintf_chk", 'i', 0},
    {"__vsprintf_chk", 'i', 0}, {"__vsnprintf_chk", 'i', 0},
    {"__printf_chk", 'i', 0}, {"__fprintf_chk", 'i', 0},
    {"__vprintf_chk", 'i', 0}, {"__vfprintf_chk", 'i', 0},
    /* the rest of the library */
    {"malloc", 'p', 0}, {"calloc", 'p', 0}, {"realloc", 'p', 0},
    {"free", 'v', 0}, {"aligned_alloc", 'p', 0}, {"memalign", 'p', 0},
    {"abort", 'v', 0}, {"exit", 'v', 0}, {"_exit", 'v', 0},
    {"_Exit", 'v', 0},
    {"abs", 'i', '1'}, {"labs", 'l', '1'}, {"llabs", 'x', '1'},
    {"printf", 'i', 0}, {"fprintf", 'i', 0}, {"sprintf", 'i', 0},
    {"snprintf", 'i', 0}, {"vprintf", 'i', 0}, {"vfprintf", 'i', 0},
    {"vsprintf", 'i', 0}, {"vsnprintf", 'i', 0}, {"puts", 'i', 0},
    {"putchar", 'i', 0}, {"fputs", 'i', 0}, {"fputc", 'i', 0},
    {"fwrite", 'z', 0}, {"scanf", 'i', 0}, {"sscanf", 'i', 0},
    {"fscanf", 'i', 0}, {"printf_unlocked", 'i', 0},
    {"isalpha", 'i', '1'}, {"isdigit", 'i', '1'}, {"isspace", 'i', '1'},
    {"isupper", 'i', '1'}, {"islower", 'i', '1'}, {"isalnum", 'i', '1'},
    {"isprint", 'i', '1'}, {"ispunct", 'i', '1'}, {"isxdigit", 'i', '1'},
    {"tolower", 'i', '1'}, {"toupper", 'i', '1'},
    /* mathematics; with f, l, f128 behind them, too */
    {"fabs", 'd', 0}, {"inf", 'd', 0}, {"nan", 'd', 0}, {"nans", 'd', 0},
    {"huge_val", 'd', 0}, {"sqrt", 'd', 0}, {"pow", 'd', 0}, {"exp", 'd', 0},
    {"exp2", 'd', 0}, {"expm1", 'd', 0}, {"log", 'd', 0}, {"log2", 'd', 0},
    {"log10", 'd', 0}, {"log1p", 'd', 0}, {"sin", 'd', 0}, {"cos", 'd', 0},
    {"tan", 'd', 0}, {"asin", 'd', 0}, {"acos", 'd', 0}, {"atan", 'd', 0},
    {"atan2", 'd', 0}, {"sinh", 'd', 0}, {"cosh", 'd', 0}, {"tanh", 'd', 0},
    {"floor", 'd', 0}, {"ceil", 'd', 0}, {"trunc", 'd', 0}, {"round", 'd', 0},
    {"rint", 'd', 0}, {"nearbyint", 'd', 0}, {"fmod", 'd', 0},
    {"remainder", 'd', 0}, {"fma", 'd', 0}, {"fmin", 'd', 0},
    {"fmax", 'd', 0}, {"fdim", 'd', 0}, {"hypot", 'd', 0}, {"cbrt", 'd', 0},
    {"copysign", 'd', 0}, {"ldexp", 'd', 0}, {"frexp", 'd', 0},
    {"scalbn", 'd', 0}, {"logb", 'd', 0}, {"modf", 'd', 0}, {"erf", 'd', 0},
    {"tgamma", 'd', 0}, {"lgamma", 'd', 0}, {"cabs", 'd', 0},
    {"lround", 'l', 0}, {"lroundf", 'l', 0}, {"lroundl", 'l', 0},
    {"lrint", 'l', 0}, {"lrintf", 'l', 0}, {"lrintl", 'l', 0},
    {"llround", 'x', 0}, {"llroundf", 'x', 0}, {"llrint", 'x', 0},
    {"creal", 'd', 0}, {"cimag", 'd', 0}, {"conj", 'A', 0},
    {"complex", 'C', 0},
    {"fpclassify", 'i', '6'}, {"isnan", 'i', '1'}, {"isinf", 'i', '1'},
    {"isinf_sign", 'i', '1'}, {"isfinite", 'i', '1'}, {"isnormal", 'i', '1'},
    {"signbit", 'i', '1'}, {"signbitf", 'i', '1'}, {"signbitl", 'i', '1'},
    {"isgreater", 'i', '1'}, {"isgreaterequal", 'i', '1'},
    {"isless", 'i', '1'}, {"islessequal", 'i', '1'},
    {"islessgreater", 'i', '1'}, {"isunordered", 'i', '1'},
    {"flt_rounds", 'i', 0},
    /* bits */
    {"clz", 'i', '1'}, {"clzl", 'i', '1'}, {"clzll", 'i', '1'},
    {"ctz", 'i', '1'}, {"ctzl", 'i', '1'}, {"ctzll", 'i', '1'},
    {"clrsb", 'i', '1'}, {"clrsbl", 'i', '1'}, {"clrsbll", 'i', '1'},
    {"ffs", 'i', '1'}, {"ffsl", 'i', '1'}, {"ffsll", 'i', '1'},
    {"parity", 'i', '1'}, {"parityl", 'i', '1'}, {"parityll", 'i', '1'},
    {"popcount", 'i', '1'}, {"popcountl", 'i', '1'},
    {"popcountll", 'i', '1'}, {"bswap16", 'h', '1'}, {"bswap32", 'u', '1'},
    {"bswap64", 'W', '1'}, {"bswap128", 'Y', '1'},
    {"bitreverse8", 'H', '1'}, {"bitreverse16", 'h', '1'},
    {"bitreverse32", 'u', '1'}, {"bitreverse64", 'W', '1'},
    {"rotateleft8", 'H', '1'}, {"rotateleft16", 'h', '1'},
    {"rotateleft32", 'u', '1'}, {"rotateleft64", 'W', '1'},
    {"rotateright8", 'H', '1'}, {"rotateright16", 'h', '1'},
    {"rotateright32", 'u', '1'}, {"rotateright64", 'W', '1'},
    /* arithmetic with overflow */
    {"add_overflow", 'b', 0}, {"sub_overflow", 'b', 0},
    {"mul_overflow", 'b', 0}, {"add_overflow_p", 'b', '1'},
    {"sub_overflow_p", 'b', '1'}, {"mul_overflow_p", 'b', '1'},
    {"sadd_overflow", 'b', 0}, {"saddl_overflow", 'b', 0},
    {"saddll_overflow", 'b', 0}, {"uadd_overflow", 'b', 0},
    {"uaddl_overflow", 'b', 0}, {"uaddll_overflow", 'b', 0},
    {"ssub_overflow", 'b', 0}, {"ssubl_overflow", 'b', 0},
    {"ssubll_overflow", 'b', 0}, {"usub_overflow", 'b', 0},
    {"usubl_overflow", 'b', 0}, {"usubll_overflow", 'b', 0},
    {"smul_overflow", 'b', 0}, {"smull_overflow", 'b', 0},
    {"smulll_overflow", 'b', 0}, {"umul_overflow", 'b', 0},
    {"umull_overflow", 'b', 0}, {"umulll_overflow", 'b', 0},
    /* the compiler's own */
    {"expect", 'l', '1'}, {"expect_with_probability", 'l', '1'},
    {"constant_p", 'i', '!'}, {"is_constant_evaluated", 'b', '!'},
    {"classify_type", 'i', '!'}, {"object_size", 'z', '!'},
    {"dynamic_object_size", 'z', 0}, {"alloca", 'p', 0},
    {"alloca_with_align", 'p', 0},
    {"alloca_with_align_and_max", 'p', 0}, {"stack_save", 'p', 0},
    {"stack_restore", 'v', 0}, {"assume_aligned", 'p', 0},
    {"assume", 'v', 0}, {"unreachable", 'v', 0}, {"trap", 'v', 0},
    {"debugtrap", 'v', 0}, {"prefetch", 'v', 0},
    {"return_address", 'p', 0}, {"frame_address", 'p', 0},
    {"extract_return_addr", 'p', 0}, {"frob_return_addr", 'p', 0},
    {"dwarf_cfa", 'p', 0}, {"va_start", 'v', 0}, {"va_end", 'v', 0},
    {"va_copy", 'v', 0}, {"c23_va_start", 'v', 0}, {"next_arg", 'p', 0},
    {"va_arg_pack", 'i', 0}, {"va_arg_pack_len", 'i', 0},
    {"setjmp", 'i', 0}, {"longjmp", 'v', 0}, {"unwind_init", 'v', 0},
    {"apply_args", 'p', 0}, {"cpu_init", 'v', 0}, {"cpu_is", 'i', 0},
    {"cpu_supports", 'i', 0}, {"thread_pointer", 'p', 0},
    {"__clear_cache", 'v', 0}, {"speculation_safe_value", 'A', 0},
    {"shuffle", 'A', 0}, {"choose_expr", '%', 0}, {"nontemporal_load", 'T', 0},
    {"nontemporal_store", 'v', 0}, {"launder", 'A', 0},
    {"addressof", '&', 0}, {"align_up", 'A', 0}, {"align_down", 'A', 0},
    {"is_aligned", 'b', 0}, {"readcyclecounter", 'W', 0},
    {"LINE", 'i', '!'}, {"COLUMN", 'i', '!'}, {"FILE", 'S', 0},
    {"FUNCTION", 'S', 0}, {"elementwise_abs", 'A', 0},
    {"elementwise_max", 'A', 0}, {"elementwise_min", 'A', 0},
    {"ia32_pause", 'v', 0}, {"ia32_rdtsc", 'W', 0},
    {"ia32_mfence", 'v', 0}, {"ia32_lfence", 'v', 0},
    {"ia32_sfence", 'v', 0},
    /* atomics */
    {"__sync_synchronize", 'v', 0}, {"__sync_fetch_and_add", 'T', 0},
    {"__sync_fetch_and_sub", 'T', 0}, {"__sync_fetch_and_or", 'T', 0},
    {"__sync_fetch_and_and", 'T', 0}, {"__sync_fetch_and_xor", 'T', 0},
    {"__sync_fetch_and_nand", 'T', 0}, {"__sync_add_and_fetch", 'T', 0},
    {"__sync_sub_and_fetch", 'T', 0}, {"__sync_or_and_fetch", 'T', 0},
    {"__sync_and_and_fetch", 'T', 0}, {"__sync_xor_and_fetch", 'T', 0},
    {"__sync_nand_and_fetch", 'T', 0},
    {"__sync_bool_compare_and_swap", 'b', 0},
    {"__sync_val_compare_and_swap", 'T', 0},
    {"__sync_lock_test_and_set", 'T', 0}, {"__sync_lock_release", 'v', 0},
    {"__atomic_load_n", 'T', 0}, {"__atomic_load", 'v', 0},
    {"__atomic_store_n", 'v', 0}, {"__atomic_store", 'v', 0},
    {"__atomic_exchange_n", 'T', 0}, {"__atomic_exchange", 'v', 0},
    {"__atomic_compare_exchange_n", 'b', 0},
    {"__atomic_compare_exchange", 'b', 0}, {"__atomic_add_fetch", 'T', 0},
    {"__atomic_sub_fetch", 'T', 0}, {"__atomic_and_fetch", 'T', 0},
    {"__atomic_or_fetch", 'T', 0}, {"__atomic_xor_fetch", 'T', 0},
    {"__atomic_nand_fetch", 'T', 0}, {"__atomic_fetch_add", 'T', 0},
    {"__atomic_fetch_sub", 'T', 0}, {"__atomic_fetch_and", 'T', 0},
    {"__atomic_fetch_or", 'T', 0}, {"__atomic_fetch_xor", 'T', 0},
    {"__atomic_fetch_nand", 'T', 0}, {"__atomic_fetch_min", 'T', 0},
    {"__atomic_fetch_max", 'T', 0}, {"__atomic_test_and_set", 'b', 0},
    {"__atomic_clear", 'v', 0}, {"__atomic_thread_fence", 'v', 0},
    {"__atomic_signal_fence", 'v', 0},
    {"__atomic_always_lock_free", 'b', '!'},
    {"__atomic_is_lock_free", 'b', 0}, {"__c11_atomic_load", 'T', 0},
    {"__c11_atomic_store", 'v', 0}, {"__c11_atomic_init", 'v', 0},
    {"__c11_atomic_exchange", 'T', 0},
    {"__c11_atomic_compare_exchange_strong", 'b', 0},
    {"__c11_atomic_compare_exchange_weak", 'b', 0},
    {"__c11_atomic_fetch_add", 'T', 0}, {"__c11_atomic_fetch_sub", 'T', 0},
    {"__c11_atomic_fetch_and", 'T', 0}, {"__c11_atomic_fetch_or", 'T', 0},
    {"__c11_atomic_fetch_xor", 'T', 0},
    {"__c11_atomic_thread_fence", 'v', 0},
    {"__c11_atomic_signal_fence", 'v', 0},
    {"__c11_atomic_is_lock_free", 'b', 0},
};

static const struct builtin unknown_builtin = {"", '?', '1'};

static const struct builtin *table_find(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].name[0] == *name && strncmp(table[i].name, name, n) == 0 &&
            !table[i].name[n])
            return &table[i];
    return NULL;
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

/* The entry, and by *result its letter: sqrtf is found as sqrt. */
static const struct builtin *find(const char *name, char *result)
{
    if (begins(name, "__builtin_"))
        name += strlen("__builtin_");
    size_t n = strlen(name);
    bool of_machine = begins(name, "ia32_"); /* <immintrin.h> has thousands */
    const struct builtin *b = of_machine ? &unknown_builtin : table_find(name, n);
    if (b)
    {
        *result = b->result;
        return b;
    }
    static const struct { const char *text; char result; } suffixes[] = {
        {"f", 'f'}, {"l", 'D'}, {"f128", 'q'},
    };
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
    {
        size_t k = strlen(suffixes[i].text);
        if (n <= k || strcmp(name + n - k, suffixes[i].text) != 0)
            continue;
        b = table_find(name, n - k);
        if (b && b->result == 'd')
        {
            *result = suffixes[i].result;
            return b;
        }
    }
    *result = '?';
    return &unknown_builtin;
}

static struct type *pointer_to(struct unit *u, enum type_kind kind, unsigned quals)
{
    return type_pointer(u, type_qualified(u, type_basic(u, kind), quals));
}

/* Null: it depends on the arguments. */
static struct type *result_type(struct unit *u, char letter)
{
    switch (letter)
    {
    case 'v':
        return type_basic(u, TY_VOID);
    case 'b':
        return type_basic(u, TY_BOOL);
    case 'H':
        return type_basic(u, TY_UCHAR);
    case 'h':
        return type_basic(u, TY_USHORT);
    case 'i':
        return type_basic(u, TY_INT);
    case 'u':
        return type_basic(u, TY_UINT);
    case 'l':
        return type_basic(u, TY_LONG);
    case 'x':
        return type_basic(u, TY_LLONG);
    case 'W':
        return type_sizeof(u, type_basic(u, TY_LONG)) == 8
                   ? type_basic(u, TY_ULONG)
                   : type_basic(u, TY_ULLONG);
    case 'Y':
        return type_basic(u, TY_UINT128);
    case 'z':
        return type_size(u);
    case 'p':
        return pointer_to(u, TY_VOID, 0);
    case 's':
        return pointer_to(u, TY_CHAR, 0);
    case 'S':
        return pointer_to(u, TY_CHAR, Q_CONST);
    case 'f':
        return type_basic(u, TY_FLOAT);
    case 'd':
        return type_basic(u, TY_DOUBLE);
    case 'D':
        return type_basic(u, TY_LDOUBLE);
    case 'q':
        return type_basic(u, TY_FLOAT128);
    }
    return NULL;
}

static struct type *dependent_type(struct unit *u, char letter, struct node *arg)
{
    if (!arg)
        return type_unknown(u);
    struct type *t = type_decay(u, arg->type);
    switch (letter)
    {
    case 'A':
        return t;
    case '&':
        return type_pointer(u, arg->type);
    case 'C':
        return type_is_arithmetic(t) ? type_complex(u, t) : type_unknown(u);
    case 'T':
        if (type_is(t, TY_POINTER))
            return type_unqualified(u, type_base(t));
    }
    return type_unknown(u);
}

/* __builtin_choose_expr is read as a call. */
static void choose(struct node *n, struct node *args)
{
    struct node *yes = args ? args->next : NULL, *no = yes ? yes->next : NULL;
    if (!no || !args->is_constant || args->value_unknown)
        return;
    struct node *e = args->value ? yes : no;
    n->type = e->type;
    n->is_lvalue = e->is_lvalue;
    n->is_bitfield = e->is_bitfield;
    n->is_constant = e->is_constant;
    n->value_unknown = e->value_unknown;
    n->value = e->value;
    n->pure = e->pure;
}

void builtin_call(struct unit *u, struct node *call, struct node *f)
{
    char letter;
    const struct builtin *b = find(f->ident->name, &letter);
    struct node *arg = call->list;
    struct type *t = result_type(u, letter);
    if (b->result == '%')
    {
        choose(call, arg);
        return;
    }
    call->type = t ? t : dependent_type(u, letter, arg);
    if (b->constant == '!' ||
        (b->constant == '1' && arg &&
         (arg->is_constant || node_strip(arg)->kind == NODE_STRING ||
          node_strip(arg)->kind == NODE_NUMBER)))
        call->is_constant = call->value_unknown = call->pure = true;
    if (begins(b->name, "expect") && arg && arg->is_constant && !arg->value_unknown)
    {
        call->value_unknown = false;
        call->value = arg->value;
    }
    if (b == table_find("strlen", 6) && arg && node_strip(arg)->kind == NODE_STRING)
    {
        struct type *s = type_strip(node_strip(arg)->type);
        call->value_unknown = type_sizeof(u, s->base) != 1;
        call->value = s->length - 1; /* as far as no NUL stands in it */
    }
}

static void declare(struct unit *u, struct node *n)
{
    char letter;
    find(n->ident->name, &letter);
    struct type *t = result_type(u, letter);
    struct symbol *s = scope_declare_file(u, n->ident);
    s->kind = SYM_VAR;
    s->storage = ST_EXTERN;
    s->builtin = true;
    s->token = n->first;
    s->type = type_function(u, t ? t : type_unknown(u), NULL, false, true);
    n->symbol = s;
    n->type = s->type;
    n->pure = true;
}

static void function_name(struct unit *u, struct node *n)
{
    struct func *f = scope_func(u);
    while (f && !f->symbol && f->parent)
        f = f->parent;
    struct type *c = type_qualified(u, type_basic(u, TY_CHAR), Q_CONST);
    int64_t length = f && f->symbol ? (int64_t)f->symbol->name->len + 1 : -1;
    n->type = type_array(u, c, length);
    n->is_lvalue = n->pure = true;
}

static void constant(struct node *n, struct type *t, int64_t value)
{
    n->kind = NODE_NUMBER;
    n->type = t;
    n->value = value;
    n->pure = true;
    n->is_constant = t->kind != TY_NULLPTR;
}

bool builtin_ident(struct unit *u, struct node *n)
{
    const char *name = n->ident->name;
    if (name[0] != '_')
    {
        if (u->opt->std < STD_C23)
            return false;
        if (!strcmp(name, "true") || !strcmp(name, "false"))
            constant(n, type_basic(u, TY_BOOL), name[0] == 't');
        else if (!strcmp(name, "nullptr"))
            constant(n, type_basic(u, TY_NULLPTR), 0);
        else
            return false;
        return true;
    }
    if (name[1] != '_')
        return false;
    if (!strcmp(name, "__func__") || !strcmp(name, "__FUNCTION__") ||
        !strcmp(name, "__PRETTY_FUNCTION__"))
        function_name(u, n);
    else if (begins(name, "__builtin_") || begins(name, "__sync_") ||
             begins(name, "__atomic_") || begins(name, "__c11_atomic_"))
        declare(u, n);
    else
        return false;
    return true;
}

/* ---- builtins that take types ---- */

/* Skips tokens up to the comma, or the closing parenthesis, of this level. */
static uint32_t skip_argument(struct unit *u, uint32_t i, uint32_t end)
{
    for (int depth = 0; i < end; i++)
        switch (u->toks.v[i].kind)
        {
        case TOK_LPAREN:
        case TOK_LBRACKET:
        case TOK_LBRACE:
            depth++;
            break;
        case TOK_RPAREN:
        case TOK_RBRACKET:
        case TOK_RBRACE:
            depth--;
            break;
        case TOK_COMMA:
            if (!depth)
                return i;
        }
    return i;
}

/* offsetof(t, a.b[3]): the designator is read from its tokens. */
static void fold_offsetof(struct unit *u, struct node *n, struct type *t,
                          uint32_t rparen)
{
    int64_t offset = 0;
    n->is_constant = n->value_unknown = true;
    uint32_t i = skip_argument(u, n->first + 2, rparen) + 1;
    for (; i < rparen; i++)
    {
        const struct token *tok = &u->toks.v[i];
        if (tok->kind == TOK_DOT)
            continue;
        t = type_strip(t);
        if (tok->kind == TOK_IDENT && (t->kind == TY_STRUCT || t->kind == TY_UNION))
        {
            struct member *m = type_member_path(t, tok->id, NULL, &offset);
            if (!m || m->offset < 0 || offset < 0)
                return;
            offset += m->offset;
            t = m->type;
        }
        else if (tok->kind == TOK_LBRACKET && t->kind == TY_ARRAY && i + 2 < rparen &&
                 u->toks.v[i + 1].kind == TOK_NUMBER &&
                 u->toks.v[i + 2].kind == TOK_RBRACKET)
        {
            t = t->base;
            int64_t size = type_sizeof(u, t);
            if (size < 0)
                return;
            offset += size * expr_number(u, i + 1)->value;
            i += 2;
        }
        else
            return;
    }
    n->value_unknown = false;
    n->value = offset;
}

struct node *expr_builtin(struct unit *u, uint32_t tok, struct type *t,
                          struct type *t2, struct node *args, uint32_t rparen)
{
    struct node *n = expr_new(u, NODE_BUILTIN, tok, rparen, type_unknown(u));
    const char *name = u->toks.v[tok].kind == TOK_IDENT ? u->toks.v[tok].id->name : "";
    n->ident = u->toks.v[tok].id;
    n->type_arg = t;
    n->list = args;
    if (!strcmp(name, "__builtin_va_arg") && t)
        n->type = type_unqualified(u, t);
    else if (!strcmp(name, "__builtin_offsetof") && t)
    {
        n->type = type_size(u);
        n->pure = true;
        fold_offsetof(u, n, t, rparen);
    }
    else if (!strcmp(name, "__builtin_types_compatible_p") && t && t2)
    {
        n->type = type_basic(u, TY_INT);
        n->is_constant = n->pure = true;
        n->value_unknown = type_is_unknown(t) || type_is_unknown(t2);
        n->value = type_compatible(u, t, t2);
    }
    else if ((!strcmp(name, "__builtin_convertvector") ||
              !strcmp(name, "__builtin_bit_cast")) && t)
        n->type = type_unqualified(u, t);
    else if (!strcmp(name, "__builtin_has_attribute"))
    {
        n->type = type_basic(u, TY_BOOL);
        n->is_constant = n->value_unknown = n->pure = true;
    }
    return n;
}
