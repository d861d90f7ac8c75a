/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* paths.c: names of files, and where goc's own files lie. */
#include "paths.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *path_folder(struct arena *a, const char *path)
{
    const char *base = path_base(path);
    if (base == path)
        return ".";
    if (base == path + 1)
        return "/";
    return arena_strndup(a, path, (size_t)(base - 1 - path));
}

const char *path_suffix(struct arena *a, const char *path, const char *suffix)
{
    const char *base = path_base(path), *dot = strrchr(base, '.');
    int keep = dot && dot != base ? (int)(dot - path) : (int)strlen(path);
    return arena_printf(a, "%.*s%s", keep, path, suffix);
}

static bool is_own_folder(struct arena *a, const char *folder)
{
    return !access(arena_printf(a, "%s/include/goc/abi.h", folder), R_OK);
}

const char *own_folder(struct arena *a)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n < 0)
        fatal("cannot find out where goc lies: %s", strerror(errno));
    exe[n] = 0;
    const char *bin = path_folder(a, exe);
    if (is_own_folder(a, bin))
        return bin;
    const char *installed = arena_printf(a, "%s/lib/goc", path_folder(a, bin));
    if (!is_own_folder(a, installed))
        fatal("goc's headers are not in %s", installed);
    return installed;
}
