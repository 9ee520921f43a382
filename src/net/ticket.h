/* net/ticket.h -- answers that another thread gives.
 *
 * A Desk is a loop's letter box: completed tickets lie in it until the loop,
 * woken through an eventfd, takes them.  It lives as long as its loop or any
 * of its tickets, whichever is longer.  Only the loop touches connections.
 *
 * Threads: desk_close and desk_take are the loop's; http_complete is any's.
 */
#ifndef NET_TICKET_H
#define NET_TICKET_H

#include "net/accesslog.h"
#include "net/server.h"

typedef struct Desk Desk;

struct HttpTicket {
    Desk *desk;
    void *conn;      /* the loop's; NULL once the connection has died */
    Arena arena;     /* of line */
    AccessLine line; /* what to log, if anything is logged */
    HttpReply reply; /* valid once completed */
    HttpTicket *next;
};

/* What http_defer finds in a reply: where to ask, and whether it did. */
typedef struct HttpWaiting {
    Desk *desk;
    HttpTicket *ticket; /* NULL: answered at once */
} HttpWaiting;

/* wake: an eventfd, or -1 for a loop that is not a real one. */
Desk *desk_open(int wake);

/* Completed tickets that nobody took are released; later ones release
 * themselves. */
void desk_close(Desk *desk);

/* The oldest completed one, now the caller's to free, or NULL. */
HttpTicket *desk_take(Desk *desk);

/* Without releasing its reply. */
void ticket_free(HttpTicket *ticket);

#endif
