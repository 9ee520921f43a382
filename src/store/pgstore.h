/* store/pgstore.h -- a store on a PostgreSQL server, as the two halves of its
 * driver know it: postgres.c (queries, news, transactions) and pgopen.c
 * (making, connecting, the schema).
 *
 * Private to the room.  Threads: a Postgres belongs to the thread that opened
 * it.
 */
#ifndef STORE_PGSTORE_H
#define STORE_PGSTORE_H

#include "store/driver.h"
#include "store/pgadds.h"
#include "store/pgconn.h"

typedef struct Postgres {
    Db db; /* first, so that a Db is its Postgres */
    PgConn pg;
    PgAdds *adds;
    char *where;
    bool replica; /* it may be behind */
    bool begun;
    bool wrote; /* in this transaction */
    int parts;  /* open, one in another */
    Err failed; /* what ended the transaction, or the part of that depth */
    int failed_depth;
    Time retry_at, pause; /* of connecting anew */
    int64_t commits;      /* the last number of commits that was seen */
    char writer[40];      /* who this is in `writer` */
    int64_t mark;         /* of its last commit */
    int walks;
} Postgres;

static inline Postgres *pg_of(const Db *db)
{
    return (Postgres *)(uintptr_t)db;
}

/* Keeps in mind what ended the transaction, or the part that is open. */
static inline Err pg_note(Postgres *p, Err err)
{
    if (!err || !p->begun || p->failed) return err;
    p->failed = err;
    p->failed_depth = pg_is_open(&p->pg) ? p->parts : 0;
    return err;
}

static inline Err pg_answers(Postgres *p, PGresult **rows)
{
    return pg_note(p, pg_collect(&p->pg, rows));
}

/* The connection, or a new one; not more often than the growing pauses.
 * ERR_UNREACHABLE. */
MUST_USE Err pg_reach(Postgres *p);

/* Before anything is asked: the same, or what ended the transaction. */
MUST_USE Err pg_ready(Postgres *p);

/* Numbers of the last commit and the last change. */
MUST_USE Err pg_read_news(Postgres *p, int64_t *commits);

/* The driver's, in pgopen.c. */
MUST_USE Err pg_create(const char *where, DbFill fill, Fault *fault);
MUST_USE Err pg_open_db(const char *where, StoreSide side, Db **out,
                        Fault *fault);
Db *pg_open_replica(const char *where);
void pg_close_db(Db *db);
MUST_USE Err pg_schema(Db *db, int *out);
MUST_USE Err pg_exec(Db *db, const char *sql);
MUST_USE Err pg_patch(Db *db, const Patch *patch);
MUST_USE Err pg_integrity(Db *db, void (*say)(void *ctx, const char *what),
                          void *ctx);

#endif
