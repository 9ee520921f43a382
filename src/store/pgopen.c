/* pgopen.c -- making, finding and losing a store on a PostgreSQL server.
 *
 * Whoever has a Watch lets that find out when the server is there again; others
 * try themselves, after pauses that grow.  Readers' connections become the role
 * that may read the public side only. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"
#include "store/pgstore.h"
#include "store/watch.h"

#define OLDEST_SERVER  150000
#define PATIENCE_READ  (3 * TIME_SECOND)  /* readers wait behind it */
#define PATIENCE_WRITE (30 * TIME_SECOND) /* longer than for any lock */
#define PAUSE_MIN      (100 * TIME_MS)    /* between tries to connect */
#define PAUSE_MAX      (5 * TIME_SECOND)
#define FORGET_AFTER   (7 * TIME_DAY) /* writers not heard of */

/* ---- connecting ---- */

static uint64_t any_number(void)
{
    uint64_t number;

    rand_bytes(&number, sizeof number);
    return number;
}

static const char *attrs_of(const Postgres *p)
{
    return p->replica || p->db.side == STORE_READ ? PG_ANY : PG_PRIMARY;
}

static Err check_server(Postgres *p, Fault *fault)
{
    PGresult *rows;
    int64_t version = 0;
    Err err;

    pg_query(&p->pg, QUERY_PG_SERVER, NO_ARGS, PG_ASK_ROWS);
    err = pg_collect(&p->pg, &rows);
    if (err) return fault_set(fault, err, "%s", p->db.reason);
    version = PQserverVersion(p->pg.conn);
    if (version < OLDEST_SERVER)
        err = fault_set(fault, ERR_UNSUPPORTED,
                        "the server is PostgreSQL %lld; expected 15 or later",
                        (long long)version / 10000);
    else if (strcmp(PQgetvalue(rows, 0, 1), "UTF8") != 0)
        err = fault_set(fault, ERR_UNSUPPORTED,
                        "the database's encoding is %s; expected UTF8",
                        PQgetvalue(rows, 0, 1));
    else if (strcmp(PQgetvalue(rows, 0, 2), "on") != 0 ||
             strcmp(PQgetvalue(rows, 0, 3), "on") != 0)
        err = fault_set(fault, ERR_UNSUPPORTED,
                        "the server runs with fsync or full_page_writes off: "
                        "what it acknowledges would not survive a power loss");
    PQclear(rows);
    return err;
}

static Err set_up(Postgres *p)
{
    PgConn *pg = &p->pg;
    bool writes = p->db.side == STORE_WRITE;

    pg_query(pg, QUERY_PG_SET_UP, NO_ARGS, PG_ASK_NOTHING);
    if (p->db.side != STORE_READ)
        pg_query(pg, QUERY_PG_SET_UP_INDEXES, NO_ARGS, PG_ASK_NOTHING);
    pg_query(pg, writes ? QUERY_PG_SET_UP_WRITER : QUERY_PG_SET_UP_READER,
             NO_ARGS, PG_ASK_NOTHING);
    if (p->db.side == STORE_PUBLIC)
        pg_query(pg, QUERY_PG_SET_UP_PUBLIC, NO_ARGS, PG_ASK_NOTHING);
    return pg_collect(pg, NULL);
}

static Err connect_anew(Postgres *p, Fault *fault)
{
    Err err = pg_open(&p->pg, p->where, attrs_of(p), fault);

    if (!err) err = check_server(p, fault);
    if (err) return err;
    err = set_up(p);
    if (err) fault_set(fault, err, "%s", p->db.reason);
    return err;
}

/* Whoever has a Watch waits for that: it tries on a thread that nobody waits
 * for. */
static bool may_try(const Postgres *p)
{
    if (p->db.watch && !watch_reaches(p->db.watch)) return false;
    return time_monotonic() >= p->retry_at;
}

/* The connection, or a new one; not more often than the growing pauses. */
Err pg_reach(Postgres *p)
{
    Err err;

    if (p->begun ? pg_is_open(&p->pg) : pg_stands(&p->pg)) return ERR_OK;
    if (p->begun || !may_try(p)) return ERR_UNREACHABLE;
    err = connect_anew(p, NULL);
    if (!err) {
        p->pause = 0;
        return ERR_OK;
    }
    pg_close(&p->pg);
    p->pause = p->pause ? p->pause * 2 : PAUSE_MIN;
    if (p->pause > PAUSE_MAX) p->pause = PAUSE_MAX;
    /* Nodes that lost one server do not come back in step. */
    p->retry_at = time_monotonic() + p->pause / 2 +
                  (Time)(any_number() % (uint64_t)p->pause);
    return ERR_UNREACHABLE;
}

/* Before anything is asked. */
Err pg_ready(Postgres *p)
{
    return p->failed ? p->failed : pg_reach(p);
}

Err pg_read_news(Postgres *p, int64_t *commits)
{
    return db_number(&p->db, QUERY_PG_NEWS, NO_ARGS, commits);
}

/* ---- the schema ---- */

Err pg_schema(Db *db, int *out)
{
    Postgres *p = pg_of(db);
    int64_t number = 0;
    Err err = ERR_OK;

    if (p->begun && db->side == STORE_WRITE)
        err = db_number(db, QUERY_PG_SCHEMA_LOCK, NO_ARGS, &number);
    if (!err) err = db_number(db, QUERY_PG_SCHEMA, NO_ARGS, &number);
    if (!err) *out = (int)number;
    return err;
}

Err pg_exec(Db *db, const char *sql)
{
    Postgres *p = pg_of(db);
    Err err = pg_ready(p);

    if (err) return err;
    pg_adds_send(p->adds, &p->pg);
    return pg_note(p, pg_script(&p->pg, sql));
}

Err pg_patch(Db *db, const Patch *patch)
{
    Err err = pg_exec(db, patch->postgres);

    if (err) return err;
    return db_run(db, QUERY_PG_SCHEMA_SET, ARGS(v_int(patch->number)));
}

/* ---- making and opening ---- */

void pg_close_db(Db *db)
{
    Postgres *p = pg_of(db);

    pg_close(&p->pg);
    pg_adds_close(p->adds);
    mem_free(p->where);
    mem_free(p);
}

static Postgres *new_handle(const char *where, StoreSide side)
{
    Postgres *p = mem_zero(sizeof *p);
    size_t size = strlen(where) + 1;

    p->db.driver = &postgres_driver;
    p->db.side = side;
    pg_name(where, p->db.name, sizeof p->db.name);
    p->where = memcpy(mem_alloc(size), where, size);
    p->adds = pg_adds_open();
    p->pg.reason = p->db.reason;
    p->pg.reason_size = sizeof p->db.reason;
    p->pg.patience = side == STORE_WRITE    ? PATIENCE_WRITE
                     : side == STORE_PUBLIC ? PATIENCE_READ
                                            : 0;
    snprintf(p->writer, sizeof p->writer, "%016llx%016llx",
             (unsigned long long)any_number(),
             (unsigned long long)any_number());
    return p;
}

Db *pg_open_replica(const char *where)
{
    Postgres *p = new_handle(where, STORE_PUBLIC);

    p->replica = true;
    return &p->db;
}

/* Opens a connection of that side to what need not be a store. */
static Err open_handle(const char *where, StoreSide side, Postgres **out,
                       bool *is_store, Fault *fault)
{
    Postgres *p = new_handle(where, side);
    int64_t is = 0;
    Err err = pg_open(&p->pg, where, attrs_of(p), fault);

    if (!err) {
        err = check_server(p, fault);
        if (!err) {
            err = db_number(&p->db, QUERY_PG_IS_STORE, NO_ARGS, &is);
            if (err) fault_set(fault, err, "%s", p->db.reason);
        }
    }
    if (err) fault_where(fault, "%s", p->db.name);
    *is_store = is != 0;
    if (err)
        pg_close_db(&p->db);
    else
        *out = p;
    return err;
}

Err pg_create(const char *where, DbFill fill, Fault *fault)
{
    Postgres *p = NULL;
    bool is_store;
    Err err = open_handle(where, STORE_WRITE, &p, &is_store, fault);

    if (err) return err;
    if (is_store)
        err = fault_set(fault, ERR_CONFLICT, "there is a store already");
    if (!err) {
        pg_query(&p->pg, QUERY_PG_SET_UP_WRITER, NO_ARGS, PG_ASK_NOTHING);
        err = pg_collect(&p->pg, NULL);
        if (err) fault_set(fault, err, "%s", p->db.reason);
    }
    if (!err) err = fill(&p->db, fault);
    if (err) fault_where(fault, "%s", p->db.name);
    pg_close_db(&p->db);
    return err;
}

static Err begin_writing(Postgres *p)
{
    return db_run(&p->db, QUERY_PG_WRITERS_FORGET,
                  ARGS(v_int(time_now() - FORGET_AFTER)));
}

Err pg_open_db(const char *where, StoreSide side, Db **out, Fault *fault)
{
    Postgres *p = NULL;
    bool is_store;
    Err err = open_handle(where, side, &p, &is_store, fault);

    if (err) return err;
    if (!is_store) {
        err = fault_set(fault, ERR_NOT_FOUND,
                        "there is no store; \"dateline init\" makes one");
    } else {
        err = set_up(p);
        if (!err && side == STORE_WRITE) err = begin_writing(p);
        if (!err) err = pg_read_news(p, &p->commits);
        if (err == ERR_NOT_FOUND) err = ERR_OK; /* the check says so */
        if (err) fault_set(fault, err, "%s", p->db.reason);
    }
    if (err) {
        fault_where(fault, "%s", p->db.name);
        pg_close_db(&p->db);
        return err;
    }
    *out = &p->db;
    return ERR_OK;
}

/* ---- its own look at itself ---- */

static Err check_indexes(Db *db)
{
    Rows rows;
    Err err = db_begin(db);

    if (err) return err;
    rows = db_query(db, QUERY_PG_CHECK_INDEXES, NO_ARGS);
    while (db_next(&rows)) {
    }
    err = db_done(&rows);
    db_rollback(db);
    return err;
}

/* Pages are the server's own (data_checksums, amcheck); where an administrator
 * made that extension its look at the indexes is asked for. */
Err pg_integrity(Db *db, void (*say)(void *ctx, const char *what), void *ctx)
{
    int64_t there = 0;
    Err err = db_number(db, QUERY_PG_HAS_AMCHECK, NO_ARGS, &there);

    if (!err && there) err = check_indexes(db);
    if (!err) return ERR_OK;
    say(ctx, db->reason);
    return ERR_STORE;
}
