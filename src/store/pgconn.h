/* store/pgconn.h -- a connection to PostgreSQL as a pipeline: what is sent
 * waits for no answer until somebody asks for one.
 *
 * Private to the room.  Statements are queued by pg_send and pg_query; their
 * answers are taken in order by pg_collect, which waits for all of them, at
 * most `patience` at a stretch.  The first that failed is the error; what was
 * queued after it the server has skipped.
 *
 * A connection that ends, or whose answers do not come, is closed at once:
 * then is_open is false, and pg_open makes a new one.
 *
 * Threads: a PgConn belongs to one thread; pg_open remembers, for all of the
 * process, which of several hosts answered last.
 */
#ifndef STORE_PGCONN_H
#define STORE_PGCONN_H

#include <libpq-fe.h>

#include "base/time.h"
#include "store/db.h"

#define PG_PARAMS_MAX 128 /* of one statement */
#define PG_ASKS_MAX   256 /* unanswered, before answers are taken in between */

typedef enum PgAsk {
    PG_ASK_NOTHING, /* its answer is only looked at for errors */
    PG_ASK_ROWS,    /* its rows are the answer of pg_collect */
    PG_ASK_AHEAD,   /* its rows go where it said */
    PG_ASK_PREPARE, /* a named query: it may be used if that was done */
    PG_ASK_SYNC,
} PgAsk;

typedef struct PgConn {
    PGconn *conn;  /* NULL: not open */
    Time patience; /* microseconds; 0: any time */
    char *reason;  /* what the server or libpq said last */
    size_t reason_size;
    bool prepared[QUERY_COUNT];
    struct {
        PgAsk what;
        Query query;     /* that it prepares */
        PGresult **rows; /* of what was asked ahead; NULL: nobody's any more */
    } asks[PG_ASKS_MAX];
    size_t first, count;
    bool unsynced;   /* something was sent since the last sync */
    PGresult *rows;  /* of the last PG_ASK_ROWS */
    int64_t changed; /* rows, by the last command that says so */
    char tag[32];    /* of the last command: "COMMIT" */
    bool warned;     /* the server warned since that was cleared */
    Err err;         /* the first failure since pg_collect last told one */
} PgConn;

/* Whom to ask for: target_session_attrs, where the address does not say. */
#define PG_PRIMARY "read-write"
#define PG_ANY     "any"

/* Connects. ERR_UNREACHABLE, ERR_FORBIDDEN, ERR_NOT_FOUND (no such database);
 * the fault says why in libpq's words, which never hold the password. */
MUST_USE Err pg_open(PgConn *pg, const char *where, const char *attrs,
                     Fault *fault);
void pg_close(PgConn *pg);

static inline bool pg_is_open(const PgConn *pg)
{
    return pg->conn != NULL;
}

/* Whether it still stands, as far as can be seen without asking: a server that
 * ended has said so.  One that does not closes it. With nothing unanswered. */
bool pg_stands(PgConn *pg);

/* Takes the words of NOTIFY that have come and drops them: that there was one
 * is enough. False when the connection has ended; then it is closed. */
bool pg_hear(PgConn *pg);

/* "postgresql://host:port/name", without user and password, into out. */
void pg_name(const char *where, char *out, size_t size);

/* Queues a statement without parameters. */
void pg_send(PgConn *pg, const char *sql, PgAsk ask);

/* Queues a named query; the first time, with what prepares it. */
void pg_query(PgConn *pg, Query query, Args args, PgAsk ask);

/* Queues a named query whose rows *rows, NULL until then, gets when they come,
 * and has the server begin. */
void pg_query_ahead(PgConn *pg, Query query, Args args, PGresult **rows);

/* Queues an unnamed statement with arguments. */
void pg_query_text(PgConn *pg, const char *sql, Args args, PgAsk ask);

/* One argument a column: an array of PostgreSQL's binary form. */
void pg_query_arrays(PgConn *pg, Query query, const Str *arrays, size_t count);

/* Sends what is queued, so that the server begins; waits for nothing. */
void pg_flush(PgConn *pg);

/* Waits for all answers. *rows, to be given to PQclear, when asked for. */
MUST_USE Err pg_collect(PgConn *pg, PGresult **rows);

/* Waits until those rows are here, and for nothing that was queued later. */
MUST_USE Err pg_collect_ahead(PgConn *pg, PGresult **rows);

/* They are not wanted any more. */
void pg_forget_ahead(PgConn *pg, PGresult **rows);

/* Several statements in one text, as a whole, by themselves. */
MUST_USE Err pg_script(PgConn *pg, const char *sql);

/* What an SQLSTATE means here. */
Err pg_err(const char *sqlstate);

#endif
