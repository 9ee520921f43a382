/* net/server.h -- connections, loops, limits: HTTP in, a handler, bytes out.
 *
 * Each thread runs one epoll loop over all listening sockets and the
 * connections it accepted, with a state of its own for the handler (its Store,
 * its caches).  A handler is called with a whole request and fills a reply
 * that points at bytes; head and parts go out in one sendmsg (small ones laid
 * together for that call, see net/gather.h), and what the socket does not take
 * stays referenced where it is until it does.
 *
 * Who keeps the bytes of a reply alive: the arena handed to the handler (it is
 * reset after the last byte has left), or reply->hold, whose release is called
 * exactly once, on the same thread, when the last byte has left or the
 * connection died.
 *
 * Who keeps a request alive: nobody, after the handler has returned.
 *
 * An answer may also stay: it goes on, event by event, until its reader leaves
 * (server-sent events).  Such a connection is a Conn and nothing else while it
 * has nothing to send; those that have are driven a few at a time between other
 * work, in turn, however many they are.
 *
 * Connections are plain HTTP/1.1 and 1.0.  TLS and HTTP/2 are the business of
 * the proxy in front.
 *
 * Threads: a handler runs on its loop's thread only.  http_complete and
 * server_stop may be called from any thread, server_stop also from a signal
 * handler.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include <sys/uio.h>

#include "base/err.h"
#include "base/str.h"
#include "base/time.h"
#include "net/http.h"
#include "net/listen.h"

#define HTTP_PARTS_MAX 64
#define HTTP_ROOM      192 /* for the lines that the server adds */

/* Makes the next piece of a body that is made as it is sent.  *chunk must stay
 * as it is until the next call or the release; arena is the stream's own and
 * is reset before each call.  *last is false on entry.  An error cuts the
 * connection, so that the client sees that the body is not whole. An empty
 * chunk is passed over. */
typedef Err (*HttpNext)(void *hold, Arena *arena, Str *chunk, bool *last);

/* What an answer that stays says after its parts, on its loop's thread:
 *   next  the bytes that this reader lacks, the same until sent; empty: none
 *   sent  that many of them have left
 *   beat  nothing has left for beat_s: have next give something, so that both
 *         ends see whether the other is there */
typedef struct HttpStay {
    Str (*next)(void *hold);
    void (*sent)(void *hold, size_t bytes);
    void (*beat)(void *hold);
} HttpStay;

/* When a handler gets it, status is 200 and the rest is zero.
 *   head   header lines, each ended by CR LF, without those the server adds:
 *          Date, Connection, Content-Length, Transfer-Encoding
 *   parts  the body, in order; its length is their sum.  For HEAD the handler
 *          gives the same parts, and the server sends their length only; for
 *          204 and 304 parts are not sent and not counted.
 *   next   instead of parts: a stream, sent chunked (to HTTP/1.0: until the
 *          connection closes); hold is handed to it; never called for HEAD
 *   stay   NULL, or what follows the parts until the reader leaves or the
 *          server stops; hold is handed to it.  Sent until the connection
 *          closes; not for HEAD
 *   whole  NULL, or where the same head and parts stand once more, as they are
 *          sent: HTTP_ROOM bytes that the server writes its own lines into,
 *          the head, CR LF, the parts.  Such an answer leaves in one call.  The
 *          room is used between two steps of this thread only, so many answers
 *          may share it
 *   finish NULL, or of an answer that took a while: called with hold on the
 *          connection's thread right before it is sent, so that it says what
 *          holds by then.  It may change all but hold and release; arena is as
 *          a handler's */
typedef struct HttpReply {
    int status;
    Str head;
    char *whole;
    HttpNext next;
    const HttpStay *stay;
    void (*finish)(void *hold, Arena *arena, struct HttpReply *reply);
    void (*release)(void *hold); /* NULL: nothing to release */
    void *hold;
    struct HttpWaiting *waiting; /* private to http_defer; leave it */
    size_t part_count;
    struct iovec parts[HTTP_PARTS_MAX]; /* not set to zero */
} HttpReply;

typedef void (*HttpHandler)(void *state, const HttpRequest *request,
                            Arena *arena, HttpReply *reply);

/* The most bytes of body that this request (its head only, no body yet) may
 * have; more is answered by 413.  0: no body is wanted; one of at most 64 KiB
 * is read and dropped all the same, and the handler called (to say 404 or
 * 405). */
typedef size_t (*HttpBodyMax)(void *state, const HttpRequest *request);

/* Appends a part. Empty ones are left out. At most HTTP_PARTS_MAX: more is a
 * caller's bug. */
void http_part(HttpReply *reply, Str bytes);

/* ---- answers that take a while ---- */

typedef struct HttpTicket HttpTicket;

/* Called inside a handler: this request will be answered by http_complete.
 * Until then the connection waits, without a time limit. */
HttpTicket *http_defer(HttpReply *reply);

/* Answers, from any thread, exactly once a ticket; the ticket is gone
 * afterwards.  *reply is copied; its head and parts are kept alive by its hold
 * (there is no arena), whose release is called on the connection's thread, or
 * on the caller's when the server is gone already. */
void http_complete(HttpTicket *ticket, const HttpReply *reply);

/* ---- the server ---- */

typedef struct ServerListener {
    int fd; /* from net/listen.h; stays the caller's to close */
    HttpHandler handler;
    HttpBodyMax body_max; /* NULL: 0 for every request */
    bool same_user;       /* Unix socket: only this process's own user */
} ServerListener;

typedef enum ServerLog {
    SERVER_LOG_OFF,
    SERVER_LOG_COMBINED, /* as Apache's and nginx's */
    SERVER_LOG_JSON      /* one object a line */
} ServerLog;

/* Begin with server_defaults(); then set listeners, threads and the state. */
typedef struct ServerConfig {
    const ServerListener *listeners;
    size_t listener_count; /* 1..8 */
    unsigned threads;      /* 1..256 */

    /* Make and unmake a thread's state, on that thread. NULL: none. */
    void *context;
    Err (*open_state)(void *context, unsigned thread, void **state,
                      Fault *fault);
    void (*close_state)(void *context, void *state);

    /* On the thread, after server_poke: true when those that stay may have
     * something to send. NULL: nothing. */
    bool (*poked)(void *state);

    unsigned head_s;      /* from a request's first byte to its head's last */
    unsigned idle_s;      /* without a request */
    unsigned slow_s;      /* bodies and readers are looked at this often, */
    unsigned slow_rate;   /* and cut below this many bytes a second */
    unsigned beat_s;      /* of those that stay, between two signs of life */
    unsigned per_address; /* connections of one IPv4 or IPv6/64; 0: any */
    StrList proxies;      /* addresses of our own: any number; read at start */
    unsigned connections; /* all together; 0: what RLIMIT_NOFILE gives */

    Str refusal_head; /* header lines for answers the server makes itself */
    ServerLog log;
    int log_fd; /* appended to, in whole lines, about once a second */
} ServerConfig;

/* 1 thread, 10 s, 75 s, 30 s, 500 B/s, 15 s, 1024, as many as files may be
 * open. */
ServerConfig server_defaults(void);

/* Sums over all threads since the start. */
#define SERVER_COUNTERS(X)                                                     \
    X(requests, "requests that reached a handler")                             \
    X(refused, "requests refused before a handler")                            \
    X(status_2xx, "answers 200-299")                                           \
    X(status_3xx, "answers 300-399")                                           \
    X(status_4xx, "answers 400-499")                                           \
    X(status_5xx, "answers 500-599")                                           \
    X(bytes_in, "bytes received")                                              \
    X(bytes_out, "bytes handed to the kernel")                                 \
    X(accepted, "connections accepted")                                        \
    X(turned_away, "connections closed at once, over a limit")                 \
    X(closed, "connections closed after they were accepted")                   \
    X(head_timeouts, "connections cut: head not whole in time")                \
    X(idle_timeouts, "connections closed: no request in time")                 \
    X(slow_cut, "connections cut: body or reader too slow")                    \
    X(stays_begun, "answers that stay: begun")                                 \
    X(stays_ended, "answers that stay: their reader left or was cut")

typedef struct ServerCounters {
#define X(name, meaning) uint64_t name;
    SERVER_COUNTERS(X)
#undef X
} ServerCounters;

typedef struct Server Server;

/* Starts the threads; returns once each has its state.  Nobody is accepted
 * and no handler called before server_accept, so that what handlers use may
 * hold the server itself.  Raises the soft RLIMIT_NOFILE to the hard one, and
 * makes the table of open files long enough for all connections (up to 65,536).
 * SIGPIPE never comes from here.
 *   ERR_IO or what open_state said, with the fault; nothing is left running */
MUST_USE Err server_start(const ServerConfig *config, Server **out,
                          Fault *fault);

/* Lets the threads accept: once. What was written before is seen by them. */
void server_accept(Server *server);

/* Has each thread call poked soon; several calls may be met by one. Any thread,
 * from server_start to server_close. */
void server_poke(Server *server);

/* Stops accepting, lets answers in flight finish for at most grace_ms, closes
 * the idle connections. Returns at once. Listening sockets stay open. */
void server_stop(Server *server, unsigned grace_ms);

/* Waits until the loops have ended (after server_stop, or if they never were
 * to accept), closes the states and frees the server. */
void server_close(Server *server);

/* How many answers stay now, of the three quarters of all connections that may.
 * Any thread. */
unsigned server_stays(const Server *server);

void server_counters(const Server *server, ServerCounters *out);

#endif
