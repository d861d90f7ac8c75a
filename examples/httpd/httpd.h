/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* httpd.h: what the parts of the server share.
 *
 *   main.gc      options, accepting, draining
 *   conn.gc      a connection: its phases, deadlines and limits
 *   request.gc   llhttp's callbacks: from bytes to a struct request
 *   reply.gc     heads, short bodies, the output buffer
 *   handlers.gc  what is served where
 *   files.gc     files, ranges, validators, directories
 *   metrics.gc   counters and their text
 *
 * Every connection has one goroutine, and all its memory belongs to that
 * goroutine: there is nothing to lock.  What connections share is the
 * registry (main.gc), the pool of exchanges, two semaphores and the counters.
 */
#ifndef HTTPD_H
#define HTTPD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <goc.h>

#include <llhttp.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

enum {
    URL_MAX = 4096,     /* of a request's target */
    VALUE_MAX = 256,    /* of a header field that the server looks at */
    FIELDS_MAX = 100,   /* header fields of a request */
    IN_SIZE = 16384,    /* bytes read at a time */
    OUT_SIZE = 16384,   /* replies that have not been sent */
    HEAD_ROOM = 6144    /* a head, with a target in it, is shorter */
};

struct config
{
    const char *root, *host, *port;
    goc_duration idle, head, body, write, drain; /* time-outs */
    size_t max_head, max_body, max_bodies;       /* bytes */
    int max_connections;
    bool quiet;
};

/* ---- Statuses and counters ---------------------------------------------- */

#define STATUSES(X)                         \
    X(200, "OK")                            \
    X(204, "No Content")                    \
    X(206, "Partial Content")               \
    X(301, "Moved Permanently")             \
    X(304, "Not Modified")                  \
    X(400, "Bad Request")                   \
    X(403, "Forbidden")                     \
    X(404, "Not Found")                     \
    X(405, "Method Not Allowed")            \
    X(408, "Request Timeout")               \
    X(413, "Content Too Large")             \
    X(414, "URI Too Long")                  \
    X(416, "Range Not Satisfiable")         \
    X(417, "Expectation Failed")            \
    X(431, "Request Header Fields Too Large") \
    X(500, "Internal Server Error")         \
    X(501, "Not Implemented")               \
    X(503, "Service Unavailable")           \
    X(505, "HTTP Version Not Supported")

#define STATUS_INDEX(code, text) STATUS_##code,
enum { STATUSES(STATUS_INDEX) STATUS_COUNT };
#undef STATUS_INDEX

enum { LATENCY_BUCKETS = 14, SHARDS = 16 };

/* Counters of those connections whose number ends alike.  On cache lines of
 * their own: counting is an addition that no other worker hinders. */
struct counters
{
    _Alignas(128) _Atomic uint64_t requests[STATUS_COUNT];
    _Atomic uint64_t took[LATENCY_BUCKETS + 1], took_ns;
    _Atomic uint64_t bytes_in, bytes_out;
    _Atomic uint64_t opened, closed, timed_out;
};

static inline void count(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* ---- Connections -------------------------------------------------------- */

struct server
{
    struct config config;
    int root;               /* the directory that is served */
    goc_time started;       /* on the calendar's clock */
    _Atomic bool draining;
    goc_sem slots;          /* connections */
    goc_sem body_bytes;     /* of all bodies in memory */
    goc_pool exchanges;
    goc_waitgroup running;  /* connections' goroutines */
    goc_mutex lock;         /* guards conns */
    struct conn *conns;
    struct counters counters[SHARDS];
};

/* Where a connection stands; the reading deadline depends on it. */
enum phase
{
    PHASE_IDLE, /* between requests: may be ended at any time */
    PHASE_HEAD, /* within a request's head */
    PHASE_BODY  /* within its body */
};

/* Lives on its goroutine's stack. */
struct conn
{
    struct server *server;
    struct conn *next, **prev; /* in server->conns, under its lock */
    struct counters *counters;
    int fd;
    _Atomic int phase;         /* an enum phase; main looks at it to drain */
    goc_time phase_began;
    goc_time reads, writes;    /* the deadlines as last set */
    char peer[64];
};

enum field
{
    FIELD_HOST,
    FIELD_EXPECT,
    FIELD_RANGE,
    FIELD_IF_RANGE,
    FIELD_IF_NONE_MATCH,
    FIELD_IF_MODIFIED_SINCE,
    FIELD_CONTENT_TYPE,
    FIELD_COUNT,
    FIELD_OTHER = FIELD_COUNT
};

/* A header field's value; several of one name are joined by a comma. */
struct value
{
    unsigned size, times;
    bool too_long; /* text is then of no use */
    char text[VALUE_MAX + 1];
};

struct request
{
    bool head_done, body_done;
    int error;      /* a status: what is wrong with it; 0: nothing */
    bool expects;   /* 100 Continue */
    bool keep;      /* the connection goes on afterwards */
    bool old;       /* HTTP/1.0 */
    bool echoes;    /* the body is wanted */
    unsigned fields, name_size, url_size;
    enum field field;
    char name[32];
    char url[URL_MAX + 1];
    struct value values[FIELD_COUNT];
    size_t raw;     /* bytes of the head, then of the body, as they came */
    char *body;     /* malloc'd */
    size_t body_size, body_cap, body_seen;
};

/* What a connection needs while it is not idle; borrowed from a pool, so that
 * ten thousand idle connections cost little more than their stacks. */
struct exchange
{
    struct conn *conn;
    llhttp_t parser;
    struct request request;
    goc_time began;
    int status;          /* of the reply, once there is one */
    uint64_t sent;       /* bytes of its body */
    bool broken;         /* nothing can be sent any more */
    unsigned out_size;
    time_t date_of;      /* the second that date tells */
    char date[30];
    char path[URL_MAX + 16]; /* with a name after it */
    char in[IN_SIZE], out[OUT_SIZE];
};

/* conn.gc */

/* Serves the connection fd, from peer, until its end; closes fd. */
void conn_serve(struct server *server, int fd, const struct sockaddr *peer,
                socklen_t size);

/* Ends c: at once, or when the request it is serving is done.  The caller has
 * server->lock. */
void conn_end(struct conn *c, bool at_once);

/* Sends n bytes after what is buffered.  False: the connection is broken. */
bool conn_send(struct exchange *x, const void *data, size_t n);

/* The same with n bytes of a file from offset on. */
bool conn_send_file(struct exchange *x, int file, off_t offset, size_t n);

/* Sends what is buffered; flags as of send(2). */
bool conn_flush(struct exchange *x, int flags);

/* request.gc */

/* Makes x ready for the first request of a conversation on c. */
void exchange_begin(struct exchange *x, struct conn *c);

/* Frees the body. */
void request_end(struct exchange *x);

/* The status for an error of llhttp's. */
int request_error(struct exchange *x, llhttp_errno_t error);

/* A field's value; null if it did not come or was too long. */
const char *request_value(const struct request *r, enum field field);

/* reply.gc */

/* Begins a reply: status line, Date, Server and Connection.  Flushes first
 * unless HEAD_ROOM bytes are free.  The fields follow, then reply_head_end;
 * the body is appended or sent by the caller. */
void reply_head(struct exchange *x, int status);
void reply_field(struct exchange *x, const char *name, const char *value);
void reply_number(struct exchange *x, const char *name, uint64_t value);
void reply_head_end(struct exchange *x);

/* Appends to the head; text that is longer than the room is a bug. */
void reply_text(struct exchange *x, const char *text, size_t n);

/* A whole reply; body is left out where the request was HEAD. */
void reply_body(struct exchange *x, int status, const char *type,
                const void *body, size_t n);

/* The same with the status for a body. */
void reply_error(struct exchange *x, int status);

int status_index(int status);
int status_code(int index);
const char *status_text(int status);

/* A date of HTTP: 30 bytes with the NUL. */
void date_format(time_t t, char *out);
bool date_parse(const char *text, time_t *t);

/* handlers.gc, files.gc, metrics.gc */

/* True if r's body is wanted by whoever will handle r. */
bool handler_wants_body(const struct request *r, int method);

/* Answers x's request, which is complete. */
void handle(struct exchange *x);

/* Opens path below server's root, and nowhere else: the kernel follows no link
 * that leads out.  A descriptor, or a negative errno value. */
int files_open(const struct server *server, const char *path);

/* Answers with the file at x->path, which is relative to the root, decoded
 * and without dots; slash: the target ended in one. */
void files_handle(struct exchange *x, bool slash);

void metrics_handle(struct exchange *x);

/* Counts a reply that took so long. */
void metrics_count(struct counters *c, int status, goc_duration took);

#endif
