/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* paths.h: names of files, and where goc's own files lie. */
#ifndef GOC_PATHS_H
#define GOC_PATHS_H

struct arena;

/* Behind the last slash. */
const char *path_base(const char *path);

/* The folder of path, "." if it names none. */
const char *path_folder(struct arena *a, const char *path);

/* path with the suffix of its last part replaced; suffix may be "". */
const char *path_suffix(struct arena *a, const char *path, const char *suffix);

/* The folder with libgocrt.a, libgocrt.so and include/: found from where the
 * executable lies, in the build tree or installed.  Ends in fatal() if it is
 * not there. */
const char *own_folder(struct arena *a);

#endif
