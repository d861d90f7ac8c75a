/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* source.c: files in memory, and the places in them.
 *
 * A file is read once and shared by its inclusions; each inclusion is a source
 * with a range of place numbers of its own, so a place is found by bisecting the
 * sources by their bases, then a source's line starts.
 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"
#include "host.h"
#include "paths.h"
#include "token.h"
#include "unit.h"

enum { TAIL = 16 }; /* NUL bytes behind a text */

/* ---- files ---- */

struct file_slot
{
    struct ident *path;
    struct file *file; /* null: cannot be read, for the reason error */
    int error;
    struct file_slot *next;
};

struct files
{
    struct file_slot *slots[1024]; /* by the hash of the path */
    VEC(char *) texts;             /* to be freed */
    struct file *by_inode[256];    /* chains of files of different identity */
    size_t last;                   /* the source found last */
    uint64_t next_base;
    VEC(struct search_dir) dirs;   /* those for "..." only come first */
    size_t first_angled;
};

static struct files *files_of(struct unit *u)
{
    if (!u->files)
    {
        u->files = arena_new(&u->arena, struct files);
        u->files->next_base = 1;
    }
    return u->files;
}

static char *text_alloc(struct unit *u, size_t size)
{
    char *text = malloc(size + TAIL);
    if (!text)
        fatal("out of memory");
    *vec_push(&files_of(u)->texts) = text;
    return text;
}

struct file *file_from_text(struct unit *u, const char *path, const char *text,
                            size_t size)
{
    struct file *f = arena_new(&u->arena, struct file);
    char *copy = text_alloc(u, size);
    memcpy(copy, text, size);
    memset(copy + size, 0, TAIL);
    f->path = path;
    f->text = copy;
    f->size = (uint32_t)size;
    f->first = f;
    return f;
}

/* Reads to the end; null with errno set.  What has no size, a device, may have no
 * end either. */
static char *read_all(int fd, const struct stat *st, size_t *size)
{
    bool sized = S_ISREG(st->st_mode);
    size_t expected = sized ? (size_t)st->st_size : 4096;
    size_t most = sized ? UINT32_MAX - TAIL : (size_t)1 << 28;
    size_t cap = expected + 1 + TAIL, n = 0;
    char *text = malloc(cap);
    while (text)
    {
        ssize_t got = read(fd, text + n, cap - TAIL - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        if (got == 0)
        {
            memset(text + n, 0, TAIL);
            *size = n;
            return text;
        }
        n += (size_t)got;
        if (n > most)
        {
            errno = EFBIG;
            break;
        }
        if (n < cap - TAIL)
            continue;
        cap *= 2;
        char *more = realloc(text, cap);
        if (!more)
            break;
        text = more;
    }
    if (!text)
        fatal("out of memory");
    int saved = errno;
    free(text);
    errno = saved;
    return NULL;
}

/* The file of f's identity that was read before, or null. */
static struct file *find_first(struct files *files, const struct file *f)
{
    for (struct file *g = files->by_inode[f->ino % 256]; g; g = g->same)
        if (g->ino == f->ino && g->dev == f->dev)
            return g;
    return NULL;
}

static struct file *file_load(struct unit *u, int fd, const char *path)
{
    struct stat st;
    if (fstat(fd, &st))
        return NULL;
    if (S_ISDIR(st.st_mode))
    {
        errno = EISDIR;
        return NULL;
    }
    struct files *files = files_of(u);
    struct file *f = arena_new(&u->arena, struct file);
    f->path = path;
    f->dev = st.st_dev;
    f->ino = st.st_ino;
    if ((f->first = find_first(files, f)))
    {
        f->text = f->first->text;
        f->size = f->first->size;
        return f;
    }
    f->first = f;
    size_t size;
    char *text = read_all(fd, &st, &size);
    if (!text)
        return NULL;
    *vec_push(&files->texts) = text;
    bool marked = size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3);
    f->text = text + 3 * marked; /* what is written out does not begin with it */
    f->size = (uint32_t)(size - 3 * marked);
    f->same = files->by_inode[f->ino % 256];
    files->by_inode[f->ino % 256] = f;
    return f;
}

/* Through the unit's cache; null with errno set if it cannot be read. */
static struct file *file_read(struct unit *u, const char *path)
{
    struct files *files = files_of(u);
    struct ident *id = ident_of(u, path);
    struct file_slot **list = &files->slots[id->hash % 1024];
    for (struct file_slot *s = *list; s; s = s->next)
        if (s->path == id)
        {
            errno = s->error;
            return s->file;
        }
    struct file_slot *slot = arena_new(&u->arena, struct file_slot);
    slot->path = id;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
    {
        slot->file = file_load(u, fd, id->name);
        slot->error = slot->file ? 0 : errno;
        close(fd);
    }
    else
        slot->error = errno;
    slot->next = *list;
    *list = slot;
    errno = slot->error;
    return slot->file;
}

/* ---- sources ---- */

static struct source *source_new(struct unit *u, struct file *file, const char *name)
{
    struct files *files = files_of(u);
    struct source *s = arena_new(&u->arena, struct source);
    if (files->next_base + file->size >= UINT32_MAX)
        fatal("%s: the translation unit is too large", name);
    s->file = file;
    s->name = name;
    s->dir_index = -1;
    s->base = (loc_t)files->next_base;
    files->next_base += (uint64_t)file->size + 1;
    *vec_push(&u->sources) = s;
    return s;
}

/* -ffile-prefix-map: the last that fits wins. */
static const char *map_name(struct unit *u, const char *name)
{
    for (size_t i = u->opt->prefix_maps.n; i-- > 0;)
    {
        const struct prefix_map *m = &u->opt->prefix_maps.v[i];
        size_t n = strlen(m->from);
        if (!strncmp(name, m->from, n))
            return arena_printf(&u->arena, "%s%s", m->to, name + n);
    }
    return name;
}

struct source *source_open(struct unit *u, const char *path)
{
    struct file *f;
    const char *name = path;
    if (!strcmp(path, "-"))
    {
        name = "<stdin>";
        f = file_load(u, 0, "-");
    }
    else
        f = file_read(u, path);
    if (!f)
    {
        error_at(u, 0, "%s: %s", name, strerror(errno));
        return NULL;
    }
    return source_new(u, f, map_name(u, name));
}

struct source *source_include(struct unit *u, struct file *file,
                              const char *name, struct source *includer,
                              loc_t include_loc)
{
    struct source *s = source_new(u, file, map_name(u, name));
    s->includer = includer;
    s->include_loc = include_loc;
    return s;
}

struct source *source_at(struct unit *u, loc_t loc)
{
    if (!loc || !u->sources.n)
        return NULL;
    struct files *files = files_of(u);
    struct source *s = u->sources.v[files->last];
    if (loc >= s->base && loc - s->base <= s->file->size)
        return s;
    size_t lo = 0, hi = u->sources.n;
    while (hi - lo > 1)
    {
        size_t mid = lo + (hi - lo) / 2;
        if (u->sources.v[mid]->base <= loc)
            lo = mid;
        else
            hi = mid;
    }
    files->last = lo;
    return u->sources.v[lo];
}

/* ---- the search for headers ---- */

static void add_dir(struct unit *u, struct search_dir dir)
{
    struct stat st;
    size_t n = strlen(dir.path);
    while (n > 1 && dir.path[n - 1] == '/')
        n--;
    dir.path = n ? arena_strndup(&u->arena, dir.path, n) : ".";
    if (!stat(dir.path, &st) && S_ISDIR(st.st_mode))
        *vec_push(&u->files->dirs) = dir;
}

/* The option's argument if arg is that option, else null. */
static const char *option_value(const char *arg, const char *option)
{
    size_t n = strlen(option);
    return strncmp(arg, option, n) ? NULL : arg + n;
}

static void add_option_dirs(struct unit *u, const char *option, struct search_dir dir)
{
    for (size_t i = 0; i < u->opt->pp_args.n; i++)
        if ((dir.path = option_value(u->opt->pp_args.v[i], option)))
            add_dir(u, dir);
}

/* True if path is an element of $CPATH, which the host lists with its own. */
static bool in_cpath(const char *path)
{
    const char *cpath = getenv("CPATH");
    size_t n = strlen(path);
    for (const char *p = cpath; p && *p; p += *p == ':')
    {
        size_t len = strcspn(p, ":");
        if (len == n && !strncmp(p, path, n))
            return true;
        p += len;
    }
    return false;
}

static bool same_dir(const char *a, const char *b)
{
    struct stat sa, sb;
    return !strcmp(a, b) || (!stat(a, &sa) && !stat(b, &sb) &&
                             sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino);
}

/* As GCC does: a folder is searched once, at its first place, but where a user's
 * repeats a system's the system's stays, so that the order of those is kept. */
static void drop_duplicates(struct files *f, size_t from)
{
    size_t n = from;
    for (size_t i = from; i < f->dirs.n; i++)
    {
        bool drop = false;
        for (size_t j = from; j < n && !drop; j++)
            drop = same_dir(f->dirs.v[i].path, f->dirs.v[j].path);
        for (size_t j = i + 1; j < f->dirs.n && !drop && !f->dirs.v[i].system; j++)
            drop = f->dirs.v[j].system && same_dir(f->dirs.v[i].path, f->dirs.v[j].path);
        if (!drop)
            f->dirs.v[n++] = f->dirs.v[i];
    }
    f->dirs.n = n;
}

void search_init(struct unit *u)
{
    struct files *f = files_of(u);
    const struct search_dir user = {0}, system = {.system = true};
    add_option_dirs(u, "-iquote", user);
    f->first_angled = f->dirs.n;
    add_option_dirs(u, "-I", user);
    for (size_t i = 0; i < u->host.system_dirs.n; i++)
        if (in_cpath(u->host.system_dirs.v[i]))
            add_dir(u, (struct search_dir){.path = u->host.system_dirs.v[i]});
    add_option_dirs(u, "-isystem", system);
    if (u->opt->own_include)
        add_dir(u, (struct search_dir){.path = u->opt->own_include, .system = true,
                                       .own = true});
    for (size_t i = 0; i < u->host.system_dirs.n; i++)
        if (!in_cpath(u->host.system_dirs.v[i]))
            add_dir(u, (struct search_dir){.path = u->host.system_dirs.v[i], .system = true});
    add_option_dirs(u, "-idirafter", system);
    drop_duplicates(f, f->first_angled);
}

/* Tries one path; found.file stays null if it cannot be read. */
static void try_header(struct unit *u, struct found_header *found, const char *name)
{
    found->file = file_read(u, name);
    if (found->file)
        found->name = name;
    else if (errno != ENOENT && errno != ENOTDIR && errno != EISDIR)
        found->error = errno;
}

struct found_header search_header(struct unit *u, const char *name, bool quoted,
                                  const struct source *from, bool next)
{
    struct files *f = files_of(u);
    struct found_header found = {.dir_index = -1, .error = ENOENT};
    if (*name == '/')
    {
        try_header(u, &found, name);
        found.system = from && from->system;
        return found;
    }
    size_t i = quoted ? 0 : f->first_angled;
    if (next && from && from->includer)
        i = (size_t)(from->dir_index + 1);
    else if (quoted && from)
    {
        const char *slash = strrchr(from->file->path, '/');
        found.system = from->system;
        found.own = from->own;
        try_header(u, &found, slash ? arena_printf(&u->arena, "%.*s/%s",
                                                   (int)(slash - from->file->path),
                                                   from->file->path, name)
                                    : name);
    }
    for (; !found.file && found.error == ENOENT && i < f->dirs.n; i++)
    {
        const struct search_dir *d = &f->dirs.v[i];
        const char *path = !strcmp(d->path, ".")
                               ? arena_printf(&u->arena, "./%s", name)
                               : arena_printf(&u->arena, "%s/%s", d->path, name);
        found.dir_index = (int)i;
        found.system = d->system;
        found.own = d->own;
        try_header(u, &found, path);
    }
    return found;
}

const char *search_relative(struct unit *u, const struct source *s)
{
    const char *path = s->file->path, *from = s->includer->file->path;
    if (s->dir_index >= 0)
        return path + strlen(files_of(u)->dirs.v[s->dir_index].path) + 1;
    size_t n = (size_t)(path_base(from) - from);
    return strncmp(path, from, n) ? path : path + n;
}

/* ---- places ---- */

static void find_lines(struct source *s)
{
    const char *text = s->file->text, *end = text + s->file->size;
    *vec_push(&s->lines) = 0;
    for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p)));)
        *vec_push(&s->lines) = (uint32_t)(++p - text);
}

struct place source_place(struct unit *u, loc_t loc)
{
    struct source *s = source_at(u, loc);
    if (!s)
        return (struct place){.name = "goc"};
    if (!s->lines.n)
        find_lines(s);
    uint32_t offset = loc - s->base;
    size_t lo = 0, hi = s->lines.n;
    while (hi - lo > 1)
    {
        size_t mid = lo + (hi - lo) / 2;
        if (s->lines.v[mid] <= offset)
            lo = mid;
        else
            hi = mid;
    }
    struct place p = {.source = s, .name = s->name, .line = (int)lo + 1,
                      .column = (int)(offset - s->lines.v[lo]) + 1,
                      .physical_line = (int)lo + 1};
    size_t m = 0, m_hi = s->marks.n; /* marks before m are at or before offset */
    while (m < m_hi)
    {
        size_t mid = m + (m_hi - m) / 2;
        if (s->marks.v[mid].offset <= offset)
            m = mid + 1;
        else
            m_hi = mid;
    }
    if (!m)
        return p;
    const struct line_mark *mark = &s->marks.v[m - 1];
    size_t from = 0, to = lo + 1; /* the line that holds the mark */
    while (to - from > 1)
    {
        size_t mid = from + (to - from) / 2;
        if (s->lines.v[mid] <= mark->offset)
            from = mid;
        else
            to = mid;
    }
    p.line = mark->line + (int)(lo - from);
    p.name = mark->name ? mark->name : s->name;
    return p;
}

void sources_free(struct unit *u)
{
    for (size_t i = 0; i < u->sources.n; i++)
    {
        struct source *s = u->sources.v[i];
        vec_free(&s->dirs);
        vec_free(&s->lines);
        vec_free(&s->marks);
    }
    vec_free(&u->sources);
    if (!u->files)
        return;
    for (size_t i = 0; i < u->files->texts.n; i++)
        free(u->files->texts.v[i]);
    vec_free(&u->files->texts);
    vec_free(&u->files->dirs);
    u->files = NULL;
}
