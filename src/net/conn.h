/* net/conn.h -- one connection as a machine: bytes in, pieces out.
 *
 * No sockets and no clock: the loop (or a test, or a fuzzer) feeds what it
 * received, sends what it is given, tells what time it is, and asks who has
 * waited too long.
 *
 *      conn_feed -> [head] -> [body] -> handler -> conn_pieces, conn_sent
 *
 *   IDLE     between requests                       closed after idle_s
 *   HEAD     some of a request's head is here       408 after head_s
 *   BODY     its body is coming                     cut when slow
 *   WAITING  another thread will answer             no limit
 *   REPLY    an answer is leaving                   cut when slow
 *   STAY     the answer goes on when there is more  cut when slow
 *   LINGER   the last answer has left; what still comes is thrown away, so
 *            that the peer can read it              closed after LINGER_S
 *   CLOSED   to be closed by the loop, then conn_free
 *
 * One request is answered at a time; others behind it wait in the buffer, and
 * nothing more is read meanwhile.  The buffer exists only while it holds
 * something: an idle connection is a Conn and nothing else.  It holds no more
 * than the request that is coming, and CONN_READ bytes behind it.
 *
 * Threads: as its Host.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "net/chunked.h"
#include "net/host.h"

#define CONN_DROP_MAX 65536 /* of a body nobody asked for */
/* In one read, of heads: what comes behind stays in the kernel until then. */
#define CONN_READ     2048
#define CONN_READ_MAX 65536 /* in one read, of a body that is wanted */
#define PEER_MAX      46    /* an IPv6 address and its NUL */

typedef enum ConnPhase {
    CONN_IDLE,
    CONN_HEAD,
    CONN_BODY,
    CONN_WAITING,
    CONN_REPLY,
    CONN_STAY,
    CONN_LINGER,
    CONN_CLOSED
} ConnPhase;

struct Conn {
    Timer timer; /* first: a Timer * of the lists is a Conn * */
    Conn *prev, *next, *next_queued; /* the loop's lists */
    uint64_t address;                /* the loop's: see net/peers.h */
    Host *host;
    const ServerListener *listener;
    char *in; /* NULL when nothing is kept */
    Output *out;
    HttpTicket *ticket;
    const HttpStay *stay; /* in STAY; what it says is of hold */
    void *hold;
    void (*release)(void *hold);
    struct Conn *stay_prev, *stay_next; /* the loop's: in STAY */
    uint32_t in_at, in_len, in_room;    /* unread: in[in_at..in_len) */
    uint32_t head_len, body_len;        /* in BODY: what is read already */
    uint32_t body_seen, body_max;
    ChunkReader chunks; /* or .left of a body with a length */
    uint64_t moved;     /* bytes that went since the last look at its pace */
    uint32_t unsent;    /* what the kernel held then */
    int fd;             /* the loop's */
    uint8_t phase;
    uint8_t minor;
    uint8_t go_on; /* bytes of "100 Continue" still to be sent */
    bool head_only;
    bool keep_alive;
    bool chunked;
    bool drop;         /* the body is read for order's sake only */
    bool unread;       /* bytes of the peer may be left unread at the end */
    bool peer_ended;   /* nothing more will come */
    bool reset;        /* close it without waiting for what is not read */
    bool beats;        /* in STAY: its timer waits for a beat */
    bool more;         /* the loop's: there may be something to read */
    bool half_closed;  /* the loop's: its end has come too */
    bool blocked;      /* the loop's: the kernel took no more */
    bool watches_room; /* the loop's: epoll tells when it does */
    bool queued;       /* the loop's: in its queue of those to look after */
    bool shut;         /* the loop's: our direction is shut down */
    uint8_t peer_len;
    char peer[PEER_MAX];
};

/* The next connection that is due at host->now: its time is dealt with, and
 * the loop looks after what came of it (pieces, or CLOSED). NULL: no more. */
Conn *conn_expire(Host *host);

/* The longest idle connection, to make room, or NULL. */
Conn *conn_oldest(const Host *host);

Conn *conn_open(Host *host, const ServerListener *listener, int fd,
                const char *peer);
void conn_free(Conn *conn);

/* How many bytes the loop should read from the peer now, at most: up to
 * CONN_READ_MAX; 0: none. */
size_t conn_wants_input(const Conn *conn);

/* The peer sent bytes, len > 0. They may be changed; what must stay is copied.
 * Call only while conn_wants_input. */
void conn_feed(Conn *conn, char *bytes, size_t len);

/* The peer will send nothing more. */
void conn_end(Conn *conn);

/* The pieces to send now, *count 0 when there are none.  Reads the next
 * request out of the buffer if the last answer is gone. */
void conn_pieces(Conn *conn, struct iovec **pieces, size_t *count);

/* bytes of those pieces were taken by the kernel. */
void conn_sent(Conn *conn, size_t bytes);

/* Whether the next piece has to be made first, which may take a while: others
 * come before. */
bool conn_streams(const Conn *conn);

/* The kernel takes no more for now: the reader's patience is timed. */
void conn_blocked(Conn *conn);

/* Its ticket was completed. Frees the ticket; the connection may be dead. */
Conn *conn_complete(HttpTicket *ticket);

/* Enters CLOSED, whatever it was doing; releases what it held. */
void conn_close(Conn *conn);

#endif
