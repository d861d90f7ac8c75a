/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* host.c: what the C compiler behind goc knows.
 *
 * One run of "cc -E -dM -v" answers everything: its output has the predefined
 * macros, its messages the search path, and its input, a list of #if
 * __has_attribute(...) with a #define in each, turns the answers into macros too.
 * The cache file is plain text and written aside, then renamed: readers see an
 * old one or a new one, and what does not read as expected is asked again.
 */
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"
#include "source.h"
#include "token.h"
#include "unit.h"

#define CACHE_HEAD "goc host facts 1\n"

enum { SLOTS = 512, VALUE_BITS = 20 };

/* One answer: the key is "operator name", "operator " for whether it exists. */
struct answer
{
    struct ident *key;
    long value;
    struct answer *next;  /* in its slot */
    struct answer *older; /* in the order of asking, backwards */
};

struct host_cache
{
    struct answer *slots[SLOTS];
    struct answer *newest;
    const char *path;      /* of the cache file, or null */
    const char *key;       /* what the facts depend on */
    char **argv;           /* the compiler's command */
    size_t scanned;        /* sources whose text was searched for questions */
    bool dirty;
};

/* ---- names asked for beforehand ---- */

static const char *const attributes =
    "access alias aligned alloc_align alloc_size always_inline artificial "
    "assume_aligned availability btf_type_tag cleanup cold common const constructor "
    "copy counted_by deprecated designated_init destructor diagnose_as_builtin "
    "diagnose_if disable_sanitizer_instrumentation enable_if enum_extensibility error "
    "externally_visible fallthrough fd_arg flag_enum flatten format format_arg "
    "gnu_inline guarded_by hot ifunc indirect_return leaf malloc may_alias mode naked "
    "no_address_safety_analysis no_instrument_function no_icf no_profile_instrument_function "
    "no_reorder no_sanitize no_sanitize_address no_sanitize_coverage "
    "no_sanitize_memory no_sanitize_thread no_sanitize_undefined no_sanitizer "
    "no_split_stack no_stack_protector noclone noduplicate noescape noinline noipa nomips16 "
    "nonnull nonstring noplt noreturn nothrow null_terminated_string_arg objc_bridge "
    "optimize optnone overloadable packed pass_object_size patchable_function_entry "
    "preserve_access_index pure randomize_layout regparm returns_nonnull returns_twice "
    "retain section sentinel sysv_abi ms_abi simd swift_name symver target target_clones "
    "tls_model transparent_union unavailable unused used vector_size visibility warn_if_not_aligned "
    "warn_unused_result warning weak weakref zero_call_used_regs "
    "nodiscard maybe_unused bounded no_caller_saved_registers musttail swiftcall "
    "type_visibility selectany dllexport dllimport stdcall fastcall cdecl "
    "unsequenced reproducible capability acquire_capability uninitialized";

static const char *const c_attributes =
    "deprecated fallthrough maybe_unused nodiscard noreturn _Noreturn unsequenced "
    "reproducible";

static const char *const builtins =
    "__builtin_add_overflow __builtin_sub_overflow __builtin_mul_overflow "
    "__builtin_add_overflow_p __builtin_alloca __builtin_alloca_with_align "
    "__builtin_assume __builtin_assume_aligned "
    "__builtin_bswap16 __builtin_bswap32 __builtin_bswap64 __builtin_bswap128 "
    "__builtin_choose_expr __builtin_classify_type __builtin_clear_padding __builtin_clz "
    "__builtin_clzl __builtin_clzll __builtin_complex __builtin_constant_p "
    "__builtin_convertvector __builtin_cpu_init __builtin_cpu_supports __builtin_ctz "
    "__builtin_ctzl __builtin_ctzll __builtin_debugtrap __builtin_dump_struct "
    "__builtin_dynamic_object_size __builtin_expect __builtin_expect_with_probability "
    "__builtin_extract_return_addr __builtin_FILE __builtin_FUNCTION __builtin_LINE "
    "__builtin_COLUMN __builtin_ffs __builtin_ffsl "
    "__builtin_ffsll __builtin_frame_address __builtin_has_attribute "
    "__builtin_huge_val __builtin_huge_valf __builtin_huge_vall __builtin_inf "
    "__builtin_isfinite __builtin_isinf __builtin_isinf_sign __builtin_isnan "
    "__builtin_isunordered __builtin_memcmp __builtin_memcpy __builtin_memset "
    "__builtin_nan __builtin_nanf __builtin_nontemporal_load __builtin_nontemporal_store "
    "__builtin_object_size __builtin_offsetof __builtin_parity __builtin_popcount "
    "__builtin_popcountl __builtin_popcountll __builtin_prefetch __builtin_readcyclecounter "
    "__builtin_return_address __builtin_rotateleft32 __builtin_rotateleft64 "
    "__builtin_sadd_overflow __builtin_saddl_overflow __builtin_saddll_overflow "
    "__builtin_shuffle __builtin_shufflevector __builtin_signbit __builtin_smul_overflow "
    "__builtin_speculation_safe_value __builtin_strlen __builtin_tgmath __builtin_trap "
    "__builtin_types_compatible_p __builtin_uadd_overflow __builtin_umul_overflow "
    "__builtin_unpredictable __builtin_unreachable __builtin_va_arg_pack __builtin_va_copy "
    "__builtin_va_end __builtin_va_start __builtin_verbose_trap __builtin_counted_by_ref "
    "__atomic_fetch_add __atomic_load_n __sync_fetch_and_add __sync_synchronize "
    "__c11_atomic_load __c11_atomic_init __make_integer_seq __type_pack_element";

static const char *const features =
    "address_sanitizer assume_nonnull attribute_analyzer_noreturn attribute_availability "
    "attribute_cf_returns_not_retained attribute_deprecated_with_message "
    "attribute_ext_vector_type attribute_unavailable_with_message attribute_unused_on_fields "
    "blocks bounds_attributes bounds_safety c_alignas c_alignof c_atomic c_fixed_enum c_generic_selections "
    "c_static_assert c_thread_local cxx_alignas cxx_atomic cxx_attributes cxx_constexpr "
    "cxx_exceptions cxx_fixed_enum cxx_generic_selections cxx_nullptr cxx_rtti cxx_rvalue_references "
    "cxx_static_assert cxx_strong_enums cxx_thread_local cxx_variadic_templates dataflow_sanitizer "
    "enumerator_attributes ext_vector_type_boolean gnu_asm hwaddress_sanitizer leak_sanitizer "
    "matrix_types memory_sanitizer modules nullability nullability_on_arrays objc_arc "
    "objc_arc_weak objc_bool objc_fixed_enum objc_generics objc_kindof overloadable_unmarked "
    "pragma_clang_attribute_namespaces ptrauth_calls ptrauth_intrinsics safe_stack "
    "shadow_call_stack statement_attributes_with_gnu_syntax swiftasynccc thread_sanitizer tls "
    "undefined_behavior_sanitizer realtime_sanitizer kcfi cfi_icall";

struct operator_names
{
    const char *name;
    const char *const *names; /* the list asked for beforehand, or null */
    bool plain;               /* it answers 0 or 1 only */
};

static const struct operator_names operators[] = {
    {"__has_attribute", &attributes, false},
    {"__has_c_attribute", &c_attributes, false},
    {"__has_cpp_attribute", NULL, false},
    {"__has_builtin", &builtins, true},
    {"__has_feature", &features, true},
    {"__has_extension", &features, true},
    {"__has_declspec_attribute", NULL, false},
    {"__has_constexpr_builtin", NULL, false},
    {"__has_warning", NULL, false},
    {"__has_include", NULL, false},
    {"__has_include_next", NULL, false},
    {"__has_embed", NULL, false},
    {"__is_identifier", NULL, false},
    {"__is_target_arch", NULL, false},
    {"__is_target_vendor", NULL, false},
    {"__is_target_os", NULL, false},
    {"__is_target_environment", NULL, false},
    {"__building_module", NULL, false},
};

enum { N_OPERATORS = sizeof operators / sizeof *operators };

/* ---- answers ---- */

static struct answer *find(struct host_cache *c, struct ident *key)
{
    struct answer *a = c->slots[key->hash % SLOTS];
    while (a && a->key != key)
        a = a->next;
    return a;
}

static struct answer *add(struct unit *u, struct ident *key, long value)
{
    struct host_cache *c = u->host_cache;
    struct answer *a = find(c, key);
    if (!a)
    {
        a = arena_new(&u->arena, struct answer);
        a->key = key;
        a->next = c->slots[key->hash % SLOTS];
        c->slots[key->hash % SLOTS] = a;
        a->older = c->newest;
        c->newest = a;
    }
    a->value = value;
    return a;
}

/* ---- running the compiler ---- */

static int temp_fd(void)
{
    int fd = memfd_create("goc", MFD_CLOEXEC);
    if (fd < 0)
        fatal("cannot make a temporary file: %s", strerror(errno));
    return fd;
}

static char *read_fd(struct unit *u, int fd, size_t *size)
{
    off_t end = lseek(fd, 0, SEEK_END);
    size_t n = end > 0 ? (size_t)end : 0, got = 0;
    char *text = arena_alloc(&u->arena, n + 1);
    while (got < n)
    {
        ssize_t r = pread(fd, text + got, n - got, (off_t)got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            break;
        got += (size_t)r;
    }
    close(fd);
    *size = got;
    return text;
}

static void write_fd(int fd, const char *s, size_t n)
{
    while (n)
    {
        ssize_t w = write(fd, s, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            fatal("cannot write to a temporary file: %s", strerror(errno));
        s += w;
        n -= (size_t)w;
    }
}

/* The environment, but with messages in English. */
static char **plain_environment(struct unit *u)
{
    size_t n = 0, k = 0;
    while (environ[n])
        n++;
    char **env = arena_alloc(&u->arena, (n + 2) * sizeof *env);
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], "LC_ALL=", 7) && strncmp(environ[i], "LANGUAGE=", 9))
            env[k++] = environ[i];
    env[k] = "LC_ALL=C";
    return env;
}

/* Has the compiler preprocess program.  Returns its exit status. */
static int run(struct unit *u, const char *program, size_t n, char **out, char **err)
{
    struct host_cache *c = u->host_cache;
    int fds[3] = {temp_fd(), temp_fd(), temp_fd()}, status;
    posix_spawn_file_actions_t actions;
    pid_t pid;
    size_t size;
    write_fd(fds[0], program, n);
    lseek(fds[0], 0, SEEK_SET);
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, fds[i], i);
    int failed = posix_spawnp(&pid, c->argv[0], &actions, NULL, c->argv, plain_environment(u));
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        fatal("cannot run '%s': %s", c->argv[0], strerror(failed));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            fatal("cannot wait for '%s': %s", c->argv[0], strerror(errno));
    close(fds[0]);
    *out = read_fd(u, fds[1], &size);
    *err = read_fd(u, fds[2], &size);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* ---- questions ---- */

struct question { struct ident *key; const char *operator_name, *name; bool plain; };

struct questions
{
    VEC(struct question) v;
};

static struct ident *key_of(struct unit *u, const char *operator_name, const char *name,
                            size_t n)
{
    char small[256], *text = small;
    size_t on = strlen(operator_name);
    if (on + 1 + n > sizeof small)
        text = arena_alloc(&u->arena, on + 1 + n);
    memcpy(text, operator_name, on);
    text[on] = ' ';
    memcpy(text + on + 1, name, n);
    return ident_get(u, text, on + 1 + n);
}

static const struct operator_names *operator_find(const char *name)
{
    for (int i = 0; i < N_OPERATORS; i++)
        if (!strcmp(operators[i].name, name))
            return &operators[i];
    return NULL;
}

static void question_add(struct unit *u, struct questions *q, const char *operator_name,
                         const char *name, size_t n)
{
    const struct operator_names *op = operator_find(operator_name);
    struct ident *key = key_of(u, operator_name, name, n);
    if (!op || find(u->host_cache, key))
        return;
    add(u, key, 0);
    *vec_push(&q->v) = (struct question){key, op->name, key->name + strlen(op->name) + 1,
                                         op->plain};
}

static void question_words(struct unit *u, struct questions *q,
                           const struct operator_names *op)
{
    question_add(u, q, op->name, "", 0);
    for (const char *p = op->names ? *op->names : ""; *p; p += strspn(p, " "))
    {
        size_t n = strcspn(p, " ");
        question_add(u, q, op->name, p, n);
        p += n;
    }
}

/* goc__has<i> is defined for a yes, goc__has<i>_<k> for bit k of a value. */
static void question_write(FILE *out, const struct question *q, size_t i)
{
    fprintf(out, "#ifdef %s\n", q->operator_name);
    if (!*q->name)
        fprintf(out, "#define goc__has%zu 1\n", i);
    else if (q->plain)
        fprintf(out, "#if %s(%s)\n#define goc__has%zu 1\n#endif\n", q->operator_name, q->name, i);
    else
    {
        fprintf(out, "#if %s(%s) == 1\n#define goc__has%zu 1\n#elif %s(%s)\n",
                q->operator_name, q->name, i, q->operator_name, q->name);
        for (int k = 0; k < VALUE_BITS; k++)
            fprintf(out, "#if %s(%s) >> %d & 1\n#define goc__has%zu_%d 1\n#endif\n",
                    q->operator_name, q->name, k, i, k);
        fputs("#endif\n", out);
    }
    fputs("#endif\n", out);
}

/* Takes the answers out of the output's #defines; keeps the others in rest. */
static void answers_read(struct unit *u, const struct questions *q, const char *out, FILE *rest)
{
    static const char head[] = "#define goc__has";
    for (const char *p = out; *p;)
    {
        size_t n = strcspn(p, "\n");
        if (!strncmp(p, head, sizeof head - 1))
        {
            char *end;
            unsigned long i = strtoul(p + sizeof head - 1, &end, 10);
            long bit = *end == '_' ? strtol(end + 1, NULL, 10) : 0;
            if (i < q->v.n && bit < VALUE_BITS)
                find(u->host_cache, q->v.v[i].key)->value |= 1L << bit;
        }
        else if (rest)
            fprintf(rest, "%.*s\n", (int)n, p);
        p += n;
        p += *p == '\n';
    }
}

static char *questions_text(const struct questions *q, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out)
        fatal("out of memory");
    for (size_t i = 0; i < q->v.n; i++)
        question_write(out, &q->v.v[i], i);
    if (fclose(out))
        fatal("out of memory");
    return text;
}

/* __packed__ is packed. */
static const char *plain_name(const char *operator_name, const char *name, size_t *n)
{
    if (!strcmp(operator_name, "__has_attribute") && *n > 4 && !strncmp(name, "__", 2) &&
        !strncmp(name + *n - 2, "__", 2))
    {
        *n -= 4;
        return name + 2;
    }
    return name;
}

/* The other questions in the texts read so far are asked along with this one. */
static void question_scan(struct unit *u, struct questions *q)
{
    struct host_cache *c = u->host_cache;
    for (; c->scanned < u->sources.n; c->scanned++)
    {
        const struct file *f = u->sources.v[c->scanned]->file;
        const char *end = f->text + f->size;
        for (const char *p = f->text; (p = memmem(p, (size_t)(end - p), "__has_", 6));)
        {
            size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz_");
            char op[32];
            const char *name = p + n;
            p += n ? n : 1;
            if (n >= sizeof op)
                continue;
            memcpy(op, p - n, n);
            op[n] = 0;
            name += strspn(name, " ");
            if (*name++ != '(' || !operator_find(op) || strstr(op, "include"))
                continue;
            name += strspn(name, " ");
            size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
            if (!len || name[len + strspn(name + len, " ")] != ')')
                continue;
            name = plain_name(op, name, &len);
            question_add(u, q, op, name, len);
        }
    }
}

static void questions_ask(struct unit *u, struct questions *q)
{
    size_t size;
    char *program = questions_text(q, &size), *out, *err;
    run(u, program, size, &out, &err);
    answers_read(u, q, out, NULL);
    free(program);
    vec_free(&q->v);
    u->host_cache->dirty = true;
}

long host_has(struct unit *u, const char *operator_name, const char *name)
{
    struct questions q = {0};
    if (!u->host_cache)
        return 0;
    size_t n = strlen(name);
    name = plain_name(operator_name, name, &n);
    struct ident *key = key_of(u, operator_name, name, n);
    struct answer *a = find(u->host_cache, key);
    if (a)
        return a->value;
    question_add(u, &q, operator_name, name, n);
    if (!q.v.n)
        return 0;
    question_scan(u, &q);
    questions_ask(u, &q);
    return find(u->host_cache, key)->value;
}

/* ---- the first question ---- */

static void read_search_path(struct unit *u, struct host *host, const char *err)
{
    const char *p = strstr(err, "#include <...> search starts here:");
    const char *end = p ? strstr(p, "End of search list.") : NULL;
    if (!p || !end)
        return;
    for (p = strchr(p, '\n') + 1; p < end;)
    {
        size_t n = strcspn(p, "\n"), lead = strspn(p, " "), len = n;
        static const char framework[] = " (framework directory)";
        if (n > sizeof framework && !strncmp(p + n - sizeof framework + 1, framework,
                                             sizeof framework - 1))
            lead = len;
        if (lead < len)
            *vec_push(&host->system_dirs) = arena_strndup(&u->arena, p + lead, len - lead);
        p += n + 1;
    }
}

/* What the compiler complains of; all that -v makes it say if that is not told. */
static const char *complaints(struct unit *u, const char *err)
{
    const char *said = "";
    for (const char *p = err; *p;)
    {
        int n = (int)strcspn(p, "\n");
        const char *line = arena_strndup(&u->arena, p, (size_t)n);
        if (strstr(line, "error: ") || strstr(line, "note: "))
            said = arena_printf(&u->arena, "%s\n%s", said, line);
        p += n + (p[n] != '\0');
    }
    return *said ? said : arena_printf(&u->arena, "\n%s", err);
}

static void host_ask(struct unit *u, struct host *host)
{
    struct questions q = {0};
    struct host_cache *c = u->host_cache;
    for (int i = 0; i < N_OPERATORS; i++)
        question_words(u, &q, &operators[i]);
    size_t size;
    char *program = questions_text(&q, &size), *out, *err, *rest = NULL;
    if (run(u, program, size, &out, &err) && run(u, "", 0, &out, &err))
        fatal("'%s' cannot preprocess:%s", c->argv[0], complaints(u, err));
    FILE *f = open_memstream(&rest, &size);
    if (!f)
        fatal("out of memory");
    answers_read(u, &q, out, f);
    if (fclose(f))
        fatal("out of memory");
    host->predefined = arena_strndup(&u->arena, rest, size);
    host->predefined_size = size;
    read_search_path(u, host, err);
    free(rest);
    free(program);
    vec_free(&q.v);
    c->dirty = true;
}

/* ---- the cache file ---- */

/* The file that a command word names: as execvp finds it; null if none. */
static const char *find_program(struct unit *u, const char *word, struct stat *st)
{
    if (strchr(word, '/'))
        return stat(word, st) ? NULL : word;
    for (const char *p = getenv("PATH"); p && *p;)
    {
        size_t n = strcspn(p, ":");
        char *path = arena_printf(&u->arena, "%.*s%s%s", (int)n, p, n ? "/" : "", word);
        if (!stat(path, st) && S_ISREG(st->st_mode) && !access(path, X_OK))
            return path;
        p += n;
        p += *p == ':';
    }
    return NULL;
}

static const char *facts_key(struct unit *u, const char *const *cc, const char *const *flags)
{
    static const char *const variables[] = {
        "CPATH", "C_INCLUDE_PATH", "GCC_EXEC_PREFIX", "COMPILER_PATH", "SDKROOT",
        "CCC_OVERRIDE_OPTIONS", "SYSROOT", "CCACHE_CC", "CCACHE_COMPILER"};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        fatal("out of memory");
    for (; *cc; cc++)
    {
        struct stat st;
        const char *path = find_program(u, *cc, &st);
        fprintf(out, "cc %s", *cc);
        if (path)
            fprintf(out, " %s %lld %lld.%09ld", path, (long long)st.st_size,
                    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
        putc('\n', out);
    }
    for (; *flags; flags++)
        fprintf(out, "flag %s\n", *flags);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (getenv(variables[i]))
            fprintf(out, "env %s=%s\n", variables[i], getenv(variables[i]));
    if (fclose(out))
        fatal("out of memory");
    const char *key = arena_strndup(&u->arena, text, size);
    free(text);
    return key;
}

static uint64_t hash_text(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h;
}

/* Null if there is no place for one. */
static const char *cache_path(struct unit *u, const char *key)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct arena *a = &u->arena;
    char *dir;
    if (base && *base == '/')
        dir = arena_printf(a, "%s", base);
    else if (home && *home == '/')
        dir = arena_printf(a, "%s/.cache", home);
    else
        return NULL;
    mkdir(dir, 0700);
    dir = arena_printf(a, "%s/goc", dir);
    mkdir(dir, 0755);
    return arena_printf(a, "%s/host-%016llx", dir, (unsigned long long)hash_text(key));
}

/* "name <size>\n", then size bytes and a newline: returns the bytes, *p passed. */
static const char *read_block(const char **p, const char *end, const char *name, size_t *size)
{
    size_t n = strlen(name);
    char *stop;
    if ((size_t)(end - *p) < n || strncmp(*p, name, n))
        return NULL;
    *size = strtoul(*p + n, &stop, 10);
    if (*stop != '\n' || *size >= (size_t)(end - stop - 1) || stop[1 + *size] != '\n')
        return NULL;
    *p = stop + 1 + *size + 1;
    return stop + 1;
}

static bool cache_parse(struct unit *u, struct host *host, const char *text, size_t n)
{
    struct host_cache *c = u->host_cache;
    const char *p = text, *end = text + n, *s;
    size_t size, head = sizeof CACHE_HEAD - 1;
    if (n < head + 4 || strncmp(p, CACHE_HEAD, head) || strcmp(end - 4, "end\n"))
        return false;
    p += head;
    s = read_block(&p, end, "key ", &size);
    if (!s || size != strlen(c->key) || memcmp(s, c->key, size))
        return false;
    host->predefined = read_block(&p, end, "predefined ", &host->predefined_size);
    if (!host->predefined)
        return false;
    for (; !strncmp(p, "dir ", 4); p += strcspn(p, "\n") + 1)
        *vec_push(&host->system_dirs) = arena_strndup(&u->arena, p + 4, strcspn(p + 4, "\n"));
    while (!strncmp(p, "has ", 4))
    {
        char *name;
        long value = strtol(p + 4, &name, 10);
        if (*name++ != ' ')
            return false;
        size = strcspn(name, "\n");
        add(u, ident_get(u, name, size), value);
        p = name + size + 1;
    }
    return !strcmp(p, "end\n");
}

static bool cache_load(struct unit *u, struct host *host)
{
    struct stat st;
    struct host_cache *c = u->host_cache;
    int fd = c->path ? open(c->path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > 1 << 26)
    {
        close(fd);
        return false;
    }
    size_t size;
    char *text = read_fd(u, fd, &size);
    if (cache_parse(u, host, text, size))
        return true;
    vec_free(&host->system_dirs);
    *host = (struct host){0};
    memset(c->slots, 0, sizeof c->slots);
    c->newest = NULL;
    return false;
}

enum { MAX_CACHED = 500 };

/* Removes the oldest file where the folder holds too many. */
static void cache_prune(struct unit *u, const char *path)
{
    char *folder = arena_strndup(&u->arena, path, (size_t)(strrchr(path, '/') - path));
    const char *oldest = NULL;
    time_t oldest_time = 0;
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));)
    {
        struct stat st;
        if (strncmp(e->d_name, "host-", 5) || fstatat(dirfd(dir), e->d_name, &st, 0))
            continue;
        if (!n++ || st.st_mtim.tv_sec < oldest_time)
        {
            oldest_time = st.st_mtim.tv_sec;
            oldest = arena_printf(&u->arena, "%s/%s", folder, e->d_name);
        }
    }
    if (dir)
        closedir(dir);
    if (n > MAX_CACHED && oldest)
        unlink(oldest);
}

void host_save(struct unit *u)
{
    struct host_cache *c = u->host_cache;
    if (!c || !c->dirty || !c->path)
        return;
    char *temp = arena_printf(&u->arena, "%s.XXXXXX", c->path);
    int fd = mkostemp(temp, O_CLOEXEC);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
    {
        if (fd >= 0)
            close(fd);
        return; /* a cache that cannot be written is done without */
    }
    fprintf(out, CACHE_HEAD "key %zu\n%s\npredefined %zu\n", strlen(c->key), c->key,
            u->host.predefined_size);
    fwrite(u->host.predefined, 1, u->host.predefined_size, out);
    putc('\n', out);
    for (size_t i = 0; i < u->host.system_dirs.n; i++)
        fprintf(out, "dir %s\n", u->host.system_dirs.v[i]);
    for (struct answer *a = c->newest; a; a = a->older)
        fprintf(out, "has %ld %s\n", a->value, a->key->name);
    fputs("end\n", out);
    bool ok = !ferror(out);
    if (fclose(out) || !ok || rename(temp, c->path))
        unlink(temp);
    cache_prune(u, c->path);
    c->dirty = false;
}

/* ---- the beginning and the end ---- */

static char **make_argv(struct unit *u, const char *const *cc, const char *const *flags)
{
    static const char *const last[] = {"-E", "-dM", "-v", "-x", "c", "-"};
    size_t n = 0, k = 0, n_last = sizeof last / sizeof *last;
    for (const char *const *p = cc; *p; p++)
        n++;
    for (const char *const *p = flags; *p; p++)
        n++;
    char **argv = arena_alloc(&u->arena, (n + n_last + 1) * sizeof *argv);
    for (; *cc; cc++)
        argv[k++] = (char *)*cc;
    for (; *flags; flags++)
        argv[k++] = (char *)*flags;
    for (size_t i = 0; i < n_last; i++)
        argv[k++] = (char *)last[i];
    return argv;
}

void host_query(struct unit *u, struct host *host, const char *const *cc,
                const char *const *flags)
{
    struct host_cache *c = arena_new(&u->arena, struct host_cache);
    if (!*cc)
        fatal("no C compiler is given");
    *host = (struct host){0};
    u->host_cache = c;
    c->argv = make_argv(u, cc, flags);
    c->key = facts_key(u, cc, flags);
    c->path = cache_path(u, c->key);
    if (!cache_load(u, host))
    {
        host_ask(u, host);
        host_save(u);
    }
    host->is_clang = memmem(host->predefined, host->predefined_size, "#define __clang__ ", 18);
}

void host_free(struct unit *u)
{
    vec_free(&u->host.system_dirs);
    u->host_cache = NULL;
}
