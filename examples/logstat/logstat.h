/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* logstat.h: what the parts of logstat share.
 *
 *   main.gc       options, the pipeline, reports
 *   reader.gc     files to blocks of whole lines; following
 *   line.gc       a line of the common log format to a record
 *   table.gc      counts by path, in bounded memory
 *   histogram.gc  percentiles, in bounded memory
 */
#ifndef LOGSTAT_H
#define LOGSTAT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <goc.h>

#include <stdatomic.h>
#include <stdio.h>

enum {
    BLOCK_SIZE = 128 * 1024, /* a longer line is malformed */
    LINE_MIN = 24,           /* a shorter one, too */
    RECORDS_MAX = BLOCK_SIZE / LINE_MIN + 1,
    SHARDS_MAX = 64
};

/* ---- Records and blocks ------------------------------------------------- */

struct record
{
    const char *path; /* in the block's text */
    uint32_t path_size;
    uint16_t status;
    uint64_t hash;    /* of the path */
    uint64_t bytes;
    int64_t micros;   /* -1: the line does not tell */
    int next;         /* the next record for the same shard; -1: none */
};

/* Whole lines and what was found in them.  Blocks are made at the start and go
 * round: a reader takes a free one, parsers and shards pass it on, the last
 * shard puts it back.  That bounds the memory, and who reads faster than
 * others work waits for a free block. */
struct block
{
    size_t size;
    _Atomic int users; /* shards that are not done with it */
    int nrecords;
    int first[SHARDS_MAX]; /* of each shard's records; -1: none */
    struct record records[RECORDS_MAX];
    char text[BLOCK_SIZE];
};

/* Parses the n characters of a line.  False if it is malformed. */
bool line_parse(const char *line, size_t n, struct record *r);

/* ---- Histograms --------------------------------------------------------- */

enum {
    HISTOGRAM_SUB = 32, /* buckets for each power of two: 3 % wide */
    HISTOGRAM_SIZE = 60 * HISTOGRAM_SUB
};

struct histogram
{
    uint64_t count, most;
    uint64_t buckets[HISTOGRAM_SIZE];
};

void histogram_add(struct histogram *h, uint64_t value);
void histogram_merge(struct histogram *into, const struct histogram *from);

/* A value that q (0 to 1) of the values do not exceed, and which is at most
 * a bucket too large.  0 if there are none. */
uint64_t histogram_quantile(const struct histogram *h, double q);

/* ---- Tables ------------------------------------------------------------- */

/* Counts by path.  While there are no more than cap paths the counts are
 * exact.  Beyond, the rarest gives way to a newcomer, which inherits its count
 * as its possible error (the Space-Saving algorithm): a path that makes up
 * more than one in cap lines is never lost, and no count is too small. */
struct entry
{
    uint64_t hash, count, error, bytes, failures;
    char *path; /* malloc'd */
    uint32_t path_size;
    int next;   /* in its bucket; -1: none */
    int at;     /* in the heap */
};

struct table
{
    int cap, count;
    unsigned mask;
    int *buckets;
    struct entry *entries;
    int *heap;  /* by count, the least first; made when the table is full */
    bool full;
};

void table_init(struct table *t, int cap);
void table_free(struct table *t);
void table_add(struct table *t, const struct record *r);

/* ---- The pipeline ------------------------------------------------------- */

struct totals
{
    uint64_t lines, malformed, bytes;
    uint64_t classes[6]; /* of statuses: 1xx at 1 */
    struct histogram sizes, micros;
};

struct pipeline
{
    goc_context *ctx;            /* ends when there is to be no more input */
    chan<struct block *> free;   /* blocks that nobody uses */
    chan<struct block *> filled; /* null stands for a pause */
    chan<struct block *> shards[SHARDS_MAX];
    chan<void> paused, resume;
    int nblocks, nparsers, nshards;
    bool follow;
    goc_duration poll;           /* how often a followed file is looked at */
    struct totals *totals;       /* each parser's */
    struct table *tables;        /* each shard's */
    _Atomic uint64_t waits;      /* times a reader found no free block */
    _Atomic int failed;          /* files that could not be read */
};

/* Reads a file ("-": standard input) into blocks, to its end or, if following,
 * until p->ctx ends. */
void reader_run(struct pipeline *p, const char *name);

#endif
