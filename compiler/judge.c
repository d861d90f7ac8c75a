/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* judge.c: errors in plain C beside errors of goc's.
 *
 * A unit with errors is lowered all the same, in a child process that may fail,
 * and the C compiler looks at what comes out.  Its messages are read, and shown
 * unless they may be consequences of what goc has reported already:
 *   - those on a line that goc complained about;
 *   - those about a name that stands on such a line, for its declaration may have
 *     been lost;
 *   - in a function that goc complained about, all but the plainest;
 *   - in one whose syntax it complained about, all: the C compiler stumbles there,
 *     too, and takes what follows for something else.
 */
#include "judge.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "ast.h"
#include "diag.h"
#include "driver.h"
#include "hostcc.h"
#include "options.h"
#include "paths.h"
#include "subprocess.h"
#include "tempfile.h"
#include "unit.h"

struct judge
{
    struct options *o;
    struct unit *u;
    const char *folder; /* for temporary files */
};

/* ---- a C text of sorts ---- */

/* False if the stages could not cope. */
static bool lower_in_child(struct judge *j, const char *path)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
    {
        struct output out = {0};
        tempfile_disown();
        alarm(10);
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        translate_anyway(j->u, &out);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        bool written = fd >= 0 && write(fd, out.text, out.size) == (ssize_t)out.size;
        _exit(!written);
    }
    int status = -1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && status == 0;
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "re");
    char *text = NULL;
    size_t size = 0;
    if (!f)
        return NULL;
    if (getdelim(&text, &size, 0, f) < 0)
    {
        free(text);
        text = NULL;
    }
    fclose(f);
    return text;
}

/* The C compiler's messages about the text. */
static char *ask(struct judge *j, const struct arg *input, const char *text)
{
    struct arena *a = &j->o->arena;
    const char *answers = temp_name(a, j->folder, "messages");
    struct compile k = {.input = input, .text = text, .name = j->u->main->name,
                        .step = "-fsyntax-only", .unit = j->u};
    struct command c = {0};
    hostcc_compile(j->o, &c, &k);
    command_add(&c, "-w");
    command_add(&c, "-fdiagnostics-color=never");
    int fd = open(answers, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int saved = fcntl(2, F_DUPFD_CLOEXEC, 3);
    fflush(stderr);
    dup2(fd, 2);
    command_run(j->o, &c);
    dup2(saved, 2);
    close(saved);
    close(fd);
    command_free(&c);
    return read_file(answers);
}

/* ---- what has been said already ---- */

static bool said_on_line(struct unit *u, const char *name, size_t name_size, int line)
{
    for (size_t i = 0; i < u->error_locs.n; i++)
    {
        struct place p = source_place(u, u->error_locs.v[i]);
        if (p.line == line && strlen(p.name) == name_size && !strncmp(p.name, name, name_size))
            return true;
    }
    return false;
}

/* The text of the line that holds loc. */
static const char *line_of(struct unit *u, loc_t loc, size_t *size)
{
    struct source *s = source_at(u, loc);
    const char *text = s->file->text, *end = text + s->file->size, *at = text + (loc - s->base);
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    while (at > text && at[-1] != '\n')
        at--;
    *size = (size_t)((newline ? newline : end) - at);
    return at;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, size_t size, const char *word, size_t n)
{
    for (size_t i = 0; i + n <= size; i++)
        if (!memcmp(text + i, word, n) && (i == 0 || !is_word(text[i - 1]))
            && (i + n == size || !is_word(text[i + n])))
            return true;
    return false;
}

/* Whether a name that the message quotes stands on a line with an error. */
static bool about_said(struct unit *u, const char *message, size_t size)
{
    for (size_t i = 0; i < size; i++)
    {
        size_t n = 0;
        bool open = message[i] == '\'' || (i + 2 < size && !memcmp(message + i, "\xe2\x80\x98", 3));
        if (!open)
            continue;
        i += message[i] == '\'' ? 1 : 3;
        while (i + n < size && is_word(message[i + n]))
            n++;
        for (size_t k = 0; n && k < u->error_locs.n; k++)
        {
            size_t line_size;
            if (!source_at(u, u->error_locs.v[k]))
                continue;
            const char *line = line_of(u, u->error_locs.v[k], &line_size);
            if (has_word(line, line_size, message + i, n))
                return true;
        }
        i += n;
    }
    return false;
}

/* Whether goc complained about the function around a line of the main file. */
static bool said_in_function(struct unit *u, int line)
{
    for (const struct node *n = u->tree; n; n = n->next)
    {
        if (n->kind != NODE_FUNCTION)
            continue;
        int first = source_place(u, u->toks.v[n->first].loc).line;
        int last = source_place(u, u->toks.v[n->last].loc).line;
        if (line < first || line > last)
            continue;
        for (size_t i = 0; i < u->error_locs.n; i++)
        {
            struct place p = source_place(u, u->error_locs.v[i]);
            if (p.source == u->main && p.line >= first && p.line <= last)
                return true;
        }
    }
    return false;
}

static bool is_plain(const char *message, size_t size)
{
    static const char *const plain[] = {"undeclared", "no member named", "unknown type name",
                                        "undefined", NULL};
    for (int i = 0; plain[i]; i++)
        if (memmem(message, size, plain[i], strlen(plain[i])))
            return true;
    return false;
}

/* ---- messages ---- */

/* file:line:column: error: text */
struct head
{
    const char *name, *message;
    size_t name_size, message_size;
    int line;
    bool error, note;
};

static bool read_head(const char *line, size_t size, struct head *h)
{
    static const struct { const char *text; bool error, note; } kinds[] = {
        {": error: ", true, false}, {": fatal error: ", true, false},
        {": warning: ", false, false}, {": note: ", false, true},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    {
        const char *p = memmem(line, size, kinds[i].text, strlen(kinds[i].text));
        if (!p)
            continue;
        const char *end = p;
        for (int numbers = 0; numbers < 2 && p > line && isdigit((unsigned char)p[-1]); numbers++)
        {
            while (p > line && isdigit((unsigned char)p[-1]))
                p--;
            if (p == line || p[-1] != ':')
                return false;
            h->line = atoi(p);
            p--;
        }
        *h = (struct head){line, end + strlen(kinds[i].text), (size_t)(p - line), 0, h->line,
                           kinds[i].error, kinds[i].note};
        h->message_size = (size_t)(line + size - h->message);
        return p < end;
    }
    return false;
}

/* Whether a line is in a declaration with a syntax error. */
static bool in_broken(struct unit *u, const struct head *h)
{
    for (size_t i = 0; i < u->broken.n; i++)
    {
        struct place first = source_place(u, u->toks.v[u->broken.v[i].first].loc);
        struct place last = source_place(u, u->toks.v[u->broken.v[i].last].loc);
        if (first.line <= h->line && h->line <= last.line && strlen(first.name) == h->name_size
            && !strncmp(first.name, h->name, h->name_size))
            return true;
    }
    return false;
}

static bool worth_showing(struct unit *u, const struct head *h)
{
    if (!h->error || memmem(h->message, h->message_size, "goc__", 5)
        || said_on_line(u, h->name, h->name_size, h->line)
        || about_said(u, h->message, h->message_size) || in_broken(u, h))
        return false;
    return is_plain(h->message, h->message_size) || !said_in_function(u, h->line);
}

/* A message is a head and the lines behind it, up to the next head; "In function"
 * and the like stand before one and end with a colon or a comma. */
static void show_messages(struct unit *u, const char *text)
{
    const char *context = NULL;
    bool shown = false;
    for (const char *line = text; *line;)
    {
        struct head h = {0};
        size_t size = strcspn(line, "\n");
        const char *next = line + size + (line[size] == '\n');
        if (read_head(line, size, &h))
        {
            shown = h.note ? shown : worth_showing(u, &h);
            if (shown && context)
                fwrite(context, 1, (size_t)(line - context), stderr);
            context = NULL;
        }
        else if (size && line[0] != ' ' && (line[size - 1] == ':' || line[size - 1] == ','))
        {
            context = context ? context : line;
            line = next;
            continue;
        }
        if (shown)
            fwrite(line, 1, (size_t)(next - line), stderr);
        line = next;
    }
}

void judge_plain(struct options *o, struct unit *u, const struct arg *input)
{
    /* A unit with more errors than this needs other help first; each message of
     * the compiler's is compared with each of them. */
    enum { ENOUGH = 100 };
    if (u->error_locs.n > ENOUGH)
        return;
    struct judge j = {.o = o, .u = u, .folder = temp_folder(&o->arena, (uint64_t)getpid())};
    const char *name = strcmp(u->opt->input, "-") ? path_base(u->opt->input) : "stdin.gc";
    const char *text = temp_name(&o->arena, j.folder, name);
    if (!lower_in_child(&j, text))
        return;
    char *messages = ask(&j, input, text);
    if (messages)
        show_messages(u, messages);
    free(messages);
    fflush(stderr);
}
