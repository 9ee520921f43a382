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
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "store/pgstore.h"
#include "store/watch.h"

#define SETTLE_PAUSE (50 * TIME_MS)
#define SETTLE_MAX   (15 * TIME_SECOND) /* a commit that is uncertain */
#define WALK_ROWS    1000

/* Rows of an answer, or of one page of a walk. */
typedef struct Reading {
    PGresult *rows;
    int walk;   /* number of its cursor; 0: there is no more than these */
    bool ahead; /* nobody has waited for them yet */
} Reading;

/* ---- queries ---- */

static Rows rows_of(Db *db, Err err, PGresult *result, int walk)
{
    Rows rows = {.db = db, .at = -1, .err = err};
    Reading *reading;

    if (err) return rows;
    reading = mem_alloc(sizeof *reading);
    *reading = (Reading){.rows = result, .walk = walk};
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
    err = pg_answers(p, &result);
    arena_close(&arena);
    return rows_of(&p->db, err, result, walk);
}

static bool writes(const QueryText *text)
{
    return !strncmp(text->postgres, "INSERT", 6);
}

static Rows pg_rows(Db *db, Query query, Args args)
{
    Postgres *p = pg_of(db);
    const QueryText *text = &query_texts[query];
    PGresult *result = NULL;
    Err err = pg_ready(p);

    assert((size_t)text->params == args.count);
    if (err) return rows_of(db, err, NULL, 0);
    pg_adds_send(p->adds, &p->pg);
    p->wrote = p->wrote || writes(text);
    if (text->kind == QUERY_WALK) return begin_walk(p, query, args);
    pg_query(&p->pg, query, args, PG_ASK_ROWS);
    err = pg_answers(p, &result);
    return rows_of(db, err, result, 0);
}

static Rows pg_rows_ahead(Db *db, Query query, Args args)
{
    Postgres *p = pg_of(db);
    Err err = pg_ready(p);
    Rows rows = rows_of(db, err, NULL, 0);
    Reading *reading = rows.statement;

    assert(p->begun && (size_t)query_texts[query].params == args.count);
    if (err) return rows;
    reading->ahead = true;
    pg_adds_send(p->adds, &p->pg);
    pg_query_ahead(&p->pg, query, args, &reading->rows);
    return rows;
}

static Err wait_rows(Postgres *p, Reading *reading)
{
    Err err = pg_ready(p);

    if (!err) err = pg_note(p, pg_collect_ahead(&p->pg, &reading->rows));
    if (!err) reading->ahead = false;
    return err;
}

static bool pg_next(Rows *rows)
{
    Reading *reading = rows->statement;
    Postgres *p = pg_of(rows->db);

    if (reading->ahead) rows->err = wait_rows(p, reading);
    if (rows->err) return false;
    if (++rows->at < PQntuples(reading->rows)) return true;
    if (!reading->walk || PQntuples(reading->rows) < WALK_ROWS) return false;
    PQclear(reading->rows);
    reading->rows = NULL;
    ask_walk(p, reading->walk);
    rows->err = pg_answers(p, &reading->rows);
    rows->at = 0;
    return !rows->err && PQntuples(reading->rows) > 0;
}

static bool pg_is_null(const Rows *rows, int column)
{
    const Reading *reading = rows->statement;

    return PQgetisnull(reading->rows, rows->at, column);
}

/* bool, bigint, smallint and integer (pg_type.dat); sum() of a bigint is a
 * numeric, which is none. */
static bool is_whole(Oid type)
{
    return type == 16 || type == 20 || type == 21 || type == 23;
}

static int64_t pg_number(const Rows *rows, int column)
{
    const Reading *reading = rows->statement;
    const char *bytes = PQgetvalue(reading->rows, rows->at, column);
    int length = PQgetlength(reading->rows, rows->at, column);
    int64_t number = length && bytes[0] < 0 ? -1 : 0;

    assert(is_whole(PQftype(reading->rows, column)));
    for (int i = 0; i < length; i++)
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
        pg_send(&pg_of(rows->db)->pg, sql, PG_ASK_NOTHING);
    }
    if (reading->ahead) pg_forget_ahead(&pg_of(rows->db)->pg, &reading->rows);
    PQclear(reading->rows);
    mem_free(reading);
    rows->statement = NULL;
    return rows->err;
}

static Err pg_run(Db *db, Query query, Args args)
{
    Postgres *p = pg_of(db);
    const QueryText *text = &query_texts[query];
    Err err = pg_ready(p);

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
    return pg_answers(p, NULL);
}

static Err pg_changed(Db *db, int64_t *out)
{
    Postgres *p = pg_of(db);
    Err err = pg_ready(p);

    if (!err) err = pg_answers(p, NULL);
    if (!err) *out = p->pg.changed;
    return err;
}

/* ---- news ---- */

static bool pg_has_news(Db *db)
{
    Postgres *p = pg_of(db);
    int64_t commits = p->commits;

    if (db->watch)
        commits = watch_commits(db->watch);
    else if (pg_read_news(p, &commits))
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
    Postgres *p = pg_of(db);
    PGresult *head = NULL;
    Rows rows;
    Err err = pg_reach(p);

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
    err = pg_answers(p, &head);
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
    Postgres *p = pg_of(db);

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
    Err err = pg_reach(p);

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
        nanosleep(&(struct timespec){.tv_nsec = SETTLE_PAUSE * 1000}, NULL);
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
    if (err) return pg_note(p, err);
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
    Postgres *p = pg_of(db);

    if (p->failed) return p->failed;
    if (db->side == STORE_WRITE) return commit_write(p);
    pg_send(&p->pg, "COMMIT", PG_ASK_NOTHING);
    forget(p);
    return pg_collect(&p->pg, NULL);
}

static bool pg_was_lost(const Db *db)
{
    const Postgres *p = pg_of(db);

    return p->failed && !p->failed_depth;
}

static Err pg_part_begin(Db *db)
{
    Postgres *p = pg_of(db);
    Err err = pg_ready(p);

    if (err) return err;
    pg_adds_send(p->adds, &p->pg);
    pg_send(&p->pg, "SAVEPOINT part", PG_ASK_NOTHING);
    /* What failed before it is not of this part. */
    err = pg_answers(p, NULL);
    if (!err) p->parts++;
    return err;
}

static Err pg_part_keep(Db *db)
{
    Postgres *p = pg_of(db);
    Err err = pg_ready(p);

    if (err) return err;
    pg_adds_send(p->adds, &p->pg);
    pg_send(&p->pg, "RELEASE part", PG_ASK_NOTHING);
    err = pg_answers(p, NULL);
    if (!err) p->parts--;
    return err;
}

static Err pg_part_undo(Db *db)
{
    Postgres *p = pg_of(db);
    Err err;

    if (pg_was_lost(db)) return p->failed;
    pg_adds_clear(p->adds);
    /* The rest of what was queued is undone with it. */
    (void)!pg_collect(&p->pg, NULL);
    p->failed = ERR_OK;
    p->parts--;
    pg_send(&p->pg, "ROLLBACK TO part", PG_ASK_NOTHING);
    pg_send(&p->pg, "RELEASE part", PG_ASK_NOTHING);
    err = pg_answers(p, NULL);
    if (err) p->failed_depth = 0;
    return err;
}

const Driver postgres_driver = {
    .query = pg_rows,
    .ahead = pg_rows_ahead,
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
