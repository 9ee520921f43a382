/* sqlite.c -- the database of one file.
 *
 * Write-ahead log, synchronous=FULL: a commit is on the disk before it is
 * acknowledged, and readers never wait for the writer.  Automatic checkpoints
 * are off: who writes decides when and on which thread the log is copied.
 *
 * No mmap: a page mapped is a page counted as this process's memory, and a
 * failing disk would be a signal instead of an error.  The system's own cache
 * costs one copy of 8 KiB.
 */
#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "store/litestore.h"

#define YIELD_STEPS 50

static Err err_from(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return ERR_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERR_BUSY;
    case SQLITE_CONSTRAINT: return ERR_CONFLICT;
    case SQLITE_FULL: return ERR_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return ERR_IO;
    case SQLITE_AUTH: return ERR_FORBIDDEN;
    case SQLITE_TOOBIG: return ERR_TOO_BIG;
    default: return ERR_STORE;
    }
}

/* SQLite says SQLITE_FULL of a page that found no room. That the index of the
 * log cannot grow is the same (what errno it was is gone by now), and a file
 * that cannot be made for want of room. */
static bool is_full(sqlite3 *conn, int code)
{
    int why = sqlite3_system_errno(conn);

    return sqlite3_extended_errcode(conn) == SQLITE_IOERR_SHMSIZE ||
           ((code & 0xFF) == SQLITE_CANTOPEN &&
            (why == ENOSPC || why == EDQUOT));
}

Err lite_err(sqlite3 *conn, int code)
{
    return is_full(conn, code) ? ERR_FULL : err_from(code);
}

/* A full disk or a failed read may end the whole transaction at once.  What is
 * asked after that must not run by itself outside of it. */
Err lite_note(Sqlite *lite, int code)
{
    Err err = lite_err(lite->conn, code);

    if (err)
        snprintf(lite->db.reason, sizeof lite->db.reason, "%s (%d)",
                 err == ERR_FULL ? "the disk is full"
                                 : sqlite3_errmsg(lite->conn),
                 sqlite3_extended_errcode(lite->conn));
    if (err && lite->begun && !lite->lost && sqlite3_get_autocommit(lite->conn))
        lite->lost = err;
    return err;
}

Err lite_script(Sqlite *lite, const char *sql)
{
    return lite_note(lite, sqlite3_exec(lite->conn, sql, NULL, NULL, NULL));
}

static Err lite_exec(Db *db, const char *sql)
{
    return lite_script((Sqlite *)db, sql);
}

/* ---- queries ---- */

static int prepare(Sqlite *lite, Query query, sqlite3_stmt **out)
{
    const char *sql = query_texts[query].sqlite;

    if (!lite->statements[query]) {
        int code =
            sqlite3_prepare_v3(lite->conn, sql, -1, SQLITE_PREPARE_PERSISTENT,
                               &lite->statements[query], NULL);

        if (code) return code;
    }
    *out = lite->statements[query];
    assert(!sqlite3_stmt_busy(*out));
    return SQLITE_OK;
}

static int bind(sqlite3_stmt *statement, int at, const Value *value)
{
    switch (value->kind) {
    case VALUE_INT: return sqlite3_bind_int64(statement, at, value->number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(statement, at,
                                   value->text.len ? value->text.ptr : "",
                                   value->text.len, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BYTES:
        return sqlite3_bind_blob64(statement, at,
                                   value->text.len ? value->text.ptr : "",
                                   value->text.len, SQLITE_STATIC);
    case VALUE_NULL: break;
    }
    return sqlite3_bind_null(statement, at);
}

static Rows lite_query(Db *db, Query query, Args args)
{
    Sqlite *lite = (Sqlite *)db;
    Rows rows = {.db = db, .err = lite->lost};
    sqlite3_stmt *statement = NULL;
    int code;

    if (rows.err) return rows;
    code = prepare(lite, query, &statement);
    assert((size_t)query_texts[query].params == args.count);
    for (size_t i = 0; !code && i < args.count; i++)
        code = bind(statement, (int)i + 1, &args.items[i]);
    rows.err = lite_note(lite, code);
    rows.statement = statement;
    return rows;
}

static bool lite_next(Rows *rows)
{
    int code = sqlite3_step(rows->statement);

    if (code == SQLITE_ROW) return true;
    rows->err = lite_note((Sqlite *)rows->db, code);
    return false;
}

static bool lite_is_null(const Rows *rows, int column)
{
    return sqlite3_column_type(rows->statement, column) == SQLITE_NULL;
}

static int64_t lite_number(const Rows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

static Str lite_text(const Rows *rows, int column)
{
    const void *bytes = sqlite3_column_text(rows->statement, column);

    return (Str){bytes, (size_t)sqlite3_column_bytes(rows->statement, column)};
}

static Err lite_done(Rows *rows)
{
    if (rows->statement) sqlite3_reset(rows->statement);
    return rows->err;
}

static Err lite_run(Db *db, Query query, Args args)
{
    Rows rows = lite_query(db, query, args);

    db_next(&rows);
    return lite_done(&rows);
}

static Err lite_changed(Db *db, int64_t *out)
{
    *out = sqlite3_changes64(((Sqlite *)db)->conn);
    return ERR_OK;
}

/* ---- the log ---- */

static bool lite_has_news(Db *db)
{
    Sqlite *lite = (Sqlite *)db;
    int64_t version = lite->data_version;

    if (sqlite3_step(lite->news) == SQLITE_ROW)
        version = sqlite3_column_int64(lite->news, 0);
    sqlite3_reset(lite->news);
    if (version == lite->data_version) return false;
    lite->data_version = version;
    return true;
}

static int let_others(void *ctx)
{
    (void)ctx;
    (void)sched_yield();
    return 0; /* goes on */
}

/* A step of its machine takes a fraction of a microsecond, but for the full
 * text's. */
static void lite_give_way(Db *db)
{
    sqlite3_progress_handler(((Sqlite *)db)->conn, YIELD_STEPS, let_others,
                             NULL);
}

Err lite_checkpoint(Db *db, int64_t *left)
{
    Sqlite *lite = (Sqlite *)db;
    int log = 0;
    int copied = 0;
    int code = sqlite3_wal_checkpoint_v2(
        lite->conn, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
    Err err = lite_note(lite, code);

    if (!err) *left = log > copied ? log - copied : 0;
    return err;
}

void lite_leave_log(Db *db)
{
    sqlite3_db_config(((Sqlite *)db)->conn, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                      NULL);
}

static int64_t lite_log_pages(const Db *db)
{
    return ((const Sqlite *)db)->log_pages;
}

/* ---- transactions ---- */

static Err lite_begin(Db *db)
{
    Sqlite *lite = (Sqlite *)db;
    bool write = db->side == STORE_WRITE;
    Err err = lite_script(lite, write ? "BEGIN IMMEDIATE" : "BEGIN");

    if (err) return err;
    lite->begun = true;
    if (write) return ERR_OK;
    /* The first read pins the snapshot, so read. */
    sqlite3_step(lite->news);
    sqlite3_reset(lite->news);
    return ERR_OK;
}

static Err in_transaction(Db *db, const char *sql)
{
    Sqlite *lite = (Sqlite *)db;

    return lite->lost ? lite->lost : lite_script(lite, sql);
}

static Err lite_commit(Db *db)
{
    Err err = in_transaction(db, "COMMIT");

    if (err) return err;
    ((Sqlite *)db)->begun = false;
    return ERR_OK;
}

static void lite_rollback(Db *db)
{
    Sqlite *lite = (Sqlite *)db;

    /* A failure may have rolled back already. */
    if (!sqlite3_get_autocommit(lite->conn))
        sqlite3_exec(lite->conn, "ROLLBACK", NULL, NULL, NULL);
    lite->begun = false;
    lite->lost = ERR_OK;
}

static bool lite_was_lost(const Db *db)
{
    return ((const Sqlite *)db)->lost != ERR_OK;
}

static Err lite_part_begin(Db *db)
{
    return in_transaction(db, "SAVEPOINT part");
}

static Err lite_part_keep(Db *db)
{
    return in_transaction(db, "RELEASE part");
}

static Err lite_part_undo(Db *db)
{
    return in_transaction(db, "ROLLBACK TO part; RELEASE part");
}

const Driver sqlite_driver = {
    .query = lite_query,
    .next = lite_next,
    .is_null = lite_is_null,
    .number = lite_number,
    .text = lite_text,
    .done = lite_done,
    .run = lite_run,
    .changed = lite_changed,
    .name = lite_name,
    .create = lite_create,
    .open = lite_open,
    .close = lite_close,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .was_lost = lite_was_lost,
    .part_begin = lite_part_begin,
    .part_keep = lite_part_keep,
    .part_undo = lite_part_undo,
    .schema = lite_schema,
    .patch = lite_patch,
    .exec = lite_exec,
    .has_news = lite_has_news,
    .give_way = lite_give_way,
    .integrity = lite_integrity,
    .checkpoint = lite_checkpoint,
    .leave_log = lite_leave_log,
    .log_pages = lite_log_pages,
};
