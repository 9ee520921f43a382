/* net/reply.h -- an answer on its way out: what is still to be sent.
 *
 * An Output holds the reply, the arena its bytes may stand in, and the list of
 * pieces for one writev: [status line, Date ...] [the reply's head] [CR LF]
 * [parts].  Only the first piece, a line or two, is made here.  A stream
 * puts its chunks in the place of the parts, one at a time.  Where the reply
 * has all the rest in one run, the first piece is copied before it, and what
 * the kernel leaves of the whole is counted off from the pieces.
 *
 * Threads: as its connection.
 */
#ifndef NET_REPLY_H
#define NET_REPLY_H

#include "net/server.h"

typedef struct Output {
    Arena arena;  /* the handler's */
    Arena stream; /* of the chunk being sent */
    size_t first, count;
    bool streaming; /* next has more to give */
    bool chunked;
    bool stays; /* what follows the pieces is of whoever drives it */
    char size_line[24];
    char prefix[HTTP_ROOM];
    struct iovec pieces[HTTP_PARTS_MAX + 3];
    struct iovec whole; /* all of them at once; length 0: they are not so */
    HttpReply reply;
} Output;

/* How this answer has to look, whatever the reply says. */
typedef struct OutputForm {
    bool head_only;  /* the request was HEAD */
    int minor;       /* of the request */
    bool keep_alive; /* in: may be kept; out: will be */
    Str date;        /* "Date: ...\r\n" */
} OutputForm;

/* Makes reply what a handler gets. */
void reply_init(HttpReply *reply);

/* Lays out output->reply for sending. *body is its length, -1 for a stream
 * whose length nobody knows. */
void output_begin(Output *output, OutputForm *form, int64_t *body);

/* The pieces to send next; none when all has been sent.  Calls the stream.
 *   any Err  the stream failed; the connection must be cut */
MUST_USE Err output_pieces(Output *output, struct iovec **pieces,
                           size_t *count);

/* Whether output_pieces would call the stream for more. */
bool output_is_empty(const Output *output);

/* bytes of those pieces have left. */
void output_sent(Output *output, size_t bytes);

/* Releases the reply. output may be begun again (its arena keeps a block). */
void output_end(Output *output);

#endif
