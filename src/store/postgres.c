/* postgres.c -- the database of many machines.
 *
 * One writer at a time here too: whoever begins to write locks the one row of
 * `head` first (store_begin asks for it), so that the numbers given from it are
 * in the order of commits, and nothing that was read before a write changes
 * under it.
 *
 * Writes are queued and rows for one table gathered; the server does them while
 * this side goes on.  Whoever asks something waits for all that was queued
 * before.  A statement that fails ends the transaction, or the part it is in:
 * until that is undone everything else is refused with the same error.
 *
 * A commit whose connection ends before the answer is settled when there is a
 * server again: each commit writes its mark into `writer`, and who reads that
 * row with `head` locked knows whether it was done, even on a standby that has
 * been promoted meanwhile.  Until then it is ERR_UNCERTAIN.
 *
 * Readers' connections become the role that may read the public side only.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/rand.h"
#include "store/driver.h"
#include "store/pgadds.h"
#include "store/pgconn.h"
#include "store/watch.h"

#define OLDEST_SERVER  150000
#define PATIENCE_READ  (3 * TIME_SECOND)  /* readers wait behind it */
#define PATIENCE_WRITE (30 * TIME_SECOND) /* longer than for any lock */
#define PAUSE_MIN      (100 * TIME_MS)    /* between tries to connect */
#define PAUSE_MAX      (5 * TIME_SECOND)
#define SETTLE_MAX     (15 * TIME_SECOND) /* a commit that is uncertain */
#define FORGET_AFTER   (7 * TIME_DAY)     /* writers not heard of */
#define WALK_ROWS      1000

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

/* Rows of an answer, or of one page of a walk. */
typedef struct Reading {
    PGresult *rows;
    int walk; /* number of its cursor; 0: there is no more than these */
} Reading;

static Postgres *of(const Db *db)
{
    return (Postgres *)(uintptr_t)db;
}

/* ---- failure ---- */

static Err note(Postgres *p, Err err)
{
    if (!err || !p->begun || p->failed) return err;
    p->failed = err;
    p->failed_depth = pg_is_open(&p->pg) ? p->parts : 0;
    return err;
}

static Err collect(Postgres *p, PGresult **rows)
{
    return note(p, pg_collect(&p->pg, rows));
}

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
static Err reach(Postgres *p)
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
static Err ready(Postgres *p)
{
    return p->failed ? p->failed : reach(p);
}

/* ---- queries ---- */

static Rows rows_of(Db *db, Err err, PGresult *result, int walk)
{
    Rows rows = {.db = db, .at = -1, .err = err};
    Reading *reading;

    if (err) return rows;
    reading = mem_alloc(sizeof *reading);
    *reading = (Reading){result, walk};
    rows.statement = reading;
    return rows;
}

static void ask_walk(Postgres *p, int walk)
{
    char sql[80];

    snprintf(sql, sizeof sql, "FETCH %d FROM walk%d", WALK_ROWS, walk);
    pg_send(&p->pg, sql, PG_ASK_ROWS);
}

static Rows begin_walk(Postgres *p, Query query, Args args)
{
    Arena arena = arena_open();
    PGresult *result = NULL;
    int walk = ++p->walks;
    Err err;

    assert(p->begun);
    pg_query_text(
        &p->pg,
        str_z(&arena,
              str_format(&arena, "DECLARE walk%d NO SCROLL CURSOR FOR %s", walk,
                         query_texts[query].postgres)),
        args, PG_ASK_NOTHING);
    ask_walk(p, walk);
    err = collect(p, &result);
    arena_close(&arena);
    return rows_of(&p->db, err, result, walk);
}

static bool writes(const QueryText *text)
{
    return !strncmp(text->postgres, "INSERT", 6);
}

static Rows pg_rows(Db *db, Query query, Args args)
{
    Postgres *p = of(db);
    const QueryText *text = &query_texts[query];
    PGresult *result = NULL;
    Err err = ready(p);

    assert((size_t)text->params == args.count);
    if (err) return rows_of(db, err, NULL, 0);
    pg_adds_send(p->adds, &p->pg);
    p->wrote = p->wrote || writes(text);
    if (text->kind == QUERY_WALK) return begin_walk(p, query, args);
    pg_query(&p->pg, query, args, PG_ASK_ROWS);
    err = collect(p, &result);
    return rows_of(db, err, result, 0);
}

static bool pg_next(Rows *rows)
{
    Reading *reading = rows->statement;
    Postgres *p = of(rows->db);

    if (++rows->at < PQntuples(reading->rows)) return true;
    if (!reading->walk || PQntuples(reading->rows) < WALK_ROWS) return false;
    PQclear(reading->rows);
    reading->rows = NULL;
    ask_walk(p, reading->walk);
    rows->err = collect(p, &reading->rows);
    rows->at = 0;
    return !rows->err && PQntuples(reading->rows) > 0;
}

static bool pg_is_null(const Rows *rows, int column)
{
    const Reading *reading = rows->statement;

    return PQgetisnull(reading->rows, rows->at, column);
}

/* A bool, or a number of 2, 4 or 8 bytes. */
static int64_t pg_number(const Rows *rows, int column)
{
    const Reading *reading = rows->statement;
    const char *bytes = PQgetvalue(reading->rows, rows->at, column);
    int length = PQgetlength(reading->rows, rows->at, column);
    int64_t number = length && bytes[0] < 0 ? -1 : 0;

    for (int i = 0; i < length && i < 8; i++)
        number = (int64_t)((uint64_t)number << 8 | (uint8_t)bytes[i]);
    return number;
}

static Str pg_text(const Rows *rows, int column)
{
    const Reading *reading = rows->statement;

    return (Str){PQgetvalue(reading->rows, rows->at, column),
                 (size_t)PQgetlength(reading->rows, rows->at, column)};
}

static Err pg_done(Rows *rows)
{
    Reading *reading = rows->statement;
    char sql[40];

    if (!reading) return rows->err;
    if (reading->walk && !rows->err) {
        snprintf(sql, sizeof sql, "CLOSE walk%d", reading->walk);
        pg_send(&of(rows->db)->pg, sql, PG_ASK_NOTHING);
    }
    PQclear(reading->rows);
    mem_free(reading);
    rows->statement = NULL;
    return rows->err;
}

static Err pg_run(Db *db, Query query, Args args)
{
    Postgres *p = of(db);
    const QueryText *text = &query_texts[query];
    Err err = ready(p);

    assert((size_t)text->params == args.count);
    if (err) return err;
    p->wrote = true;
    if (text->kind == QUERY_ADD) {
        if (pg_adds_put(p->adds, query, args)) pg_adds_send(p->adds, &p->pg);
    } else {
        pg_adds_send(p->adds, &p->pg);
        pg_query(&p->pg, query, args, PG_ASK_NOTHING);
    }
    if (p->begun) return ERR_OK;
    pg_adds_send(p->adds, &p->pg);
    return collect(p, NULL);
}

static Err pg_changed(Db *db, int64_t *out)
{
    Postgres *p = of(db);
    Err err = ready(p);

    if (!err) err = collect(p, NULL);
    if (!err) *out = p->pg.changed;
    return err;
}

/* ---- news ---- */

static Err read_news(Postgres *p, int64_t *commits)
{
    return db_number(&p->db, QUERY_PG_NEWS, NO_ARGS, commits);
}

static bool pg_has_news(Db *db)
{
    Postgres *p = of(db);
    int64_t commits = p->commits;

    if (db->watch)
        commits = watch_commits(db->watch);
    else if (read_news(p, &commits))
        return false;
    if (commits == p->commits) return false;
    /* What this handle committed the Watch may not have heard of yet. */
    if (db->side == STORE_WRITE && commits < p->commits) return false;
    p->commits = commits;
    return true;
}

/* ---- transactions ---- */

static Err pg_begin(Db *db)
{
    Postgres *p = of(db);
    PGresult *head = NULL;
    Rows rows;
    Err err = reach(p);

    if (err) return err;
    p->begun = true;
    p->wrote = false;
    p->parts = 0;
    p->failed = ERR_OK;
    p->walks = 0;
    if (db->side == STORE_WRITE) {
        pg_send(&p->pg, "BEGIN", PG_ASK_NOTHING);
        return ERR_OK;
    }
    /* The first question pins the snapshot, so one is asked. */
    pg_send(&p->pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            PG_ASK_NOTHING);
    pg_query(&p->pg, QUERY_PG_NEWS, NO_ARGS, PG_ASK_ROWS);
    err = collect(p, &head);
    rows = rows_of(db, err, head, 0);
    db->snapshot = db_next(&rows) ? db_int(&rows, 1) : 0;
    err = pg_done(&rows);
    if (!err) return ERR_OK;
    db->driver->rollback(db);
    return err;
}

static void forget(Postgres *p)
{
    pg_adds_clear(p->adds);
    p->begun = p->wrote = false;
    p->parts = 0;
    p->failed = ERR_OK;
}

static void pg_rollback(Db *db)
{
    Postgres *p = of(db);

    if (p->begun && pg_is_open(&p->pg)) {
        /* What was queued before it may fail still: nobody wants to know. */
        (void)!pg_collect(&p->pg, NULL);
        pg_send(&p->pg, "ROLLBACK", PG_ASK_NOTHING);
        if (pg_collect(&p->pg, NULL)) pg_close(&p->pg);
    }
    forget(p);
}

/* Was the commit of that mark done? With `head` locked whoever made it has
 * ended. */
static Err find_mark(Postgres *p, bool *done)
{
    PGresult *head = NULL;
    int64_t mark = 0;
    Err err = reach(p);

    if (err) return err;
    pg_send(&p->pg, "BEGIN", PG_ASK_NOTHING);
    pg_query(&p->pg, QUERY_HEAD_GET, NO_ARGS, PG_ASK_ROWS);
    err = pg_collect(&p->pg, &head);
    PQclear(head);
    if (!err)
        err = db_number(&p->db, QUERY_PG_COMMIT_FOUND,
                        ARGS(v_text(str_from(p->writer))), &mark);
    if (err == ERR_NOT_FOUND) err = ERR_OK;
    pg_rollback(&p->db);
    if (pg_is_open(&p->pg)) {
        pg_send(&p->pg, "ROLLBACK", PG_ASK_NOTHING);
        if (pg_collect(&p->pg, NULL)) pg_close(&p->pg);
    }
    if (!err) *done = mark == p->mark;
    return err;
}

/* The connection ended in the middle of the commit. */
static Err settle(Postgres *p)
{
    Time end = time_monotonic() + SETTLE_MAX;
    bool done = false;

    forget(p);
    for (;;) {
        Err err = find_mark(p, &done);

        if (!err) return done ? ERR_OK : ERR_UNREACHABLE;
        if (time_monotonic() > end) return ERR_UNCERTAIN;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MIN * 1000 / 2}, NULL);
    }
}

static void send_commit(Postgres *p)
{
    PgConn *pg = &p->pg;

    if (p->wrote) {
        p->mark++;
        pg_query(pg, QUERY_PG_COMMIT_MARK,
                 ARGS(v_text(str_from(p->writer)), v_int(p->mark),
                      v_int(time_now())),
                 PG_ASK_NOTHING);
        pg_query(pg, QUERY_PG_COMMIT_TELL, NO_ARGS, PG_ASK_ROWS);
    }
    pg_send(pg, "COMMIT", PG_ASK_NOTHING);
}

static Err commit_write(Postgres *p)
{
    PGresult *told = NULL;
    Rows rows;
    Err err;

    pg_adds_send(p->adds, &p->pg);
    p->pg.tag[0] = 0;
    p->pg.warned = false;
    send_commit(p);
    err = pg_collect(&p->pg, &told);
    if (err == ERR_UNREACHABLE && p->wrote) return settle(p);
    if (err) return note(p, err);
    rows = rows_of(&p->db, ERR_OK, told, 0);
    if (p->wrote && told && db_next(&rows)) p->commits = db_int(&rows, 0);
    (void)!pg_done(&rows);
    /* The commit of a transaction that had failed is its rollback. */
    if (strcmp(p->pg.tag, "COMMIT") != 0) {
        snprintf(p->db.reason, sizeof p->db.reason,
                 "the transaction had failed before its commit");
        return ERR_STORE;
    }
    forget(p);
    /* Such as: the wait for the standby was given up. */
    return p->pg.warned ? ERR_UNCERTAIN : ERR_OK;
}

static Err pg_commit(Db *db)
{
    Postgres *p = of(db);

    if (p->failed) return p->failed;
    if (db->side == STORE_WRITE) return commit_write(p);
    pg_send(&p->pg, "COMMIT", PG_ASK_NOTHING);
    forget(p);
    return pg_collect(&p->pg, NULL);
}

static bool pg_was_lost(const Db *db)
{
    const Postgres *p = of(db);

    return p->failed && !p->failed_depth;
}

static Err pg_part_begin(Db *db)
{
    Postgres *p = of(db);
    Err err = ready(p);

    if (err) return err;
    pg_adds_send(p->adds, &p->pg);
    pg_send(&p->pg, "SAVEPOINT part", PG_ASK_NOTHING);
    /* What failed before it is not of this part. */
    err = collect(p, NULL);
    if (!err) p->parts++;
    return err;
}

static Err pg_part_keep(Db *db)
{
    Postgres *p = of(db);
    Err err = ready(p);

    if (err) return err;
    pg_adds_send(p->adds, &p->pg);
    pg_send(&p->pg, "RELEASE part", PG_ASK_NOTHING);
    err = collect(p, NULL);
    if (!err) p->parts--;
    return err;
}

static Err pg_part_undo(Db *db)
{
    Postgres *p = of(db);
    Err err;

    if (pg_was_lost(db)) return p->failed;
    pg_adds_clear(p->adds);
    /* The rest of what was queued is undone with it. */
    (void)!pg_collect(&p->pg, NULL);
    p->failed = ERR_OK;
    p->parts--;
    pg_send(&p->pg, "ROLLBACK TO part", PG_ASK_NOTHING);
    pg_send(&p->pg, "RELEASE part", PG_ASK_NOTHING);
    err = collect(p, NULL);
    if (err) p->failed_depth = 0;
    return err;
}

/* ---- the schema ---- */

static Err pg_schema(Db *db, int *out)
{
    Postgres *p = of(db);
    int64_t number = 0;
    Err err = ERR_OK;

    if (p->begun && db->side == STORE_WRITE)
        err = db_number(db, QUERY_PG_SCHEMA_LOCK, NO_ARGS, &number);
    if (!err) err = db_number(db, QUERY_PG_SCHEMA, NO_ARGS, &number);
    if (!err) *out = (int)number;
    return err;
}

static Err pg_exec(Db *db, const char *sql)
{
    Postgres *p = of(db);
    Err err = ready(p);

    if (err) return err;
    pg_adds_send(p->adds, &p->pg);
    return note(p, pg_script(&p->pg, sql));
}

static Err pg_patch(Db *db, const Patch *patch)
{
    Err err = pg_exec(db, patch->postgres);

    if (err) return err;
    return pg_run(db, QUERY_PG_SCHEMA_SET, ARGS(v_int(patch->number)));
}

/* ---- making and opening ---- */

static void pg_close_db(Db *db)
{
    Postgres *p = of(db);

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

static Db *pg_open_replica(const char *where)
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

static Err pg_create(const char *where, DbFill fill, Fault *fault)
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

static Err pg_open_db(const char *where, StoreSide side, Db **out, Fault *fault)
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
        if (!err) err = read_news(p, &p->commits);
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
    pg_rollback(db);
    return err;
}

/* Pages are the server's own (data_checksums, amcheck); where an administrator
 * made that extension its look at the indexes is asked for. */
static Err pg_integrity(Db *db, void (*say)(void *ctx, const char *what),
                        void *ctx)
{
    int64_t there = 0;
    Err err = db_number(db, QUERY_PG_HAS_AMCHECK, NO_ARGS, &there);

    if (!err && there) err = check_indexes(db);
    if (!err) return ERR_OK;
    say(ctx, db->reason);
    return ERR_STORE;
}

const Driver postgres_driver = {
    .query = pg_rows,
    .next = pg_next,
    .is_null = pg_is_null,
    .number = pg_number,
    .text = pg_text,
    .done = pg_done,
    .run = pg_run,
    .changed = pg_changed,
    .name = pg_name,
    .create = pg_create,
    .open = pg_open_db,
    .open_replica = pg_open_replica,
    .close = pg_close_db,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .was_lost = pg_was_lost,
    .part_begin = pg_part_begin,
    .part_keep = pg_part_keep,
    .part_undo = pg_part_undo,
    .schema = pg_schema,
    .patch = pg_patch,
    .exec = pg_exec,
    .has_news = pg_has_news,
    .integrity = pg_integrity,
};
