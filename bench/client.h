/* bench/client.h -- one HTTP client that waits: a request, its whole answer.
 *
 * Bodies come in chunks or with a length, in identity, gzip or zstd; what is
 * handed out is the text.  Whatever goes wrong ends the program: a bench that
 * cannot talk to its server measures nothing.
 *
 * Threads: a Client belongs to one.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "base/str.h"

typedef struct Client Client;

/* "ADDR:PORT", or the path of a Unix socket. The connection is kept. */
Client *client_open(const char *where);
void client_close(Client *client);

typedef struct ClientReply {
    int status;
    Str head;
    Str body; /* decoded */
} ClientReply;

/* headers: lines, each ended by CR LF. The reply lives in arena. */
void client_ask(Client *client, Arena *arena, const char *method, Str path,
                Str headers, Str body, ClientReply *out);

/* A header's value in a reply's head; empty when it is not there. */
Str client_header(Str head, Str name);

#endif
