/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tempfile.h: files that must not stay behind, and outputs that appear whole.
 *
 * What is made here is removed when the process ends: by return, by exit(), by
 * SIGINT, SIGTERM or SIGHUP, or by a crash in goc.
 */
#ifndef GOC_TEMPFILE_H
#define GOC_TEMPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;

/* Sets up the removal, and the report of crashes with status 70. */
void tempfile_init(void);

/* A new folder in $TMPDIR, else /tmp.  Its name is made of key, so that equal
 * translations have equal names and compiler caches hit; another name is taken
 * while that one is in use. */
const char *temp_folder(struct arena *a, uint64_t key);

/* A name in a folder of temp_folder's or of aside_begin's; the file is removed
 * at the end, if somebody made it. */
const char *temp_name(struct arena *a, const char *folder, const char *base);

/* An output in the making.  Write to `aside`, then commit. */
struct aside
{
    const char *output; /* what the user asked for */
    const char *aside;  /* where it is written */
    bool copy;          /* output is no regular file: the bytes go into it */
};

/* Ends in fatal() if the output cannot be written there. */
void aside_begin(struct arena *a, struct aside *s, const char *output);
/* Nothing happens if nothing was written. */
void aside_commit(struct aside *s);
void aside_drop(struct aside *s);

/* Both for a text in memory; output "-" is standard output. */
void write_output(struct arena *a, const char *output, const char *text, size_t size);
void write_file(const char *path, const char *text, size_t size);

/* For a child process of goc's own: the files are not its to remove. */
void tempfile_disown(void);

/* A signal is passed on to this process, and its end awaited; 0: none. */
void tempfile_child(pid_t pid);

#endif
