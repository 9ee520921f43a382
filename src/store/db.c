/* db.c -- hands on to the driver, and makes the rest of db.h of what it does.
 */
#include "store/db.h"

#include <stdio.h>

#include "store/driver.h"

static const Driver *driver_of(const char *where)
{
    return db_is_server(where) ? &postgres_driver : &sqlite_driver;
}

bool db_is_server(const char *where)
{
    Str url = str_from(where);

    return str_starts(url, S("postgresql://")) ||
           str_starts(url, S("postgres://"));
}

Err db_create(const char *where, DbFill fill, Fault *fault)
{
    return driver_of(where)->create(where, fill, fault);
}

Err db_open(const char *where, StoreSide side, Db **out, Fault *fault)
{
    return driver_of(where)->open(where, side, out, fault);
}

Db *db_open_replica(const char *where)
{
    const Driver *driver = driver_of(where);

    return driver->open_replica ? driver->open_replica(where) : NULL;
}

int64_t db_snapshot(const Db *db)
{
    return db->snapshot;
}

void db_close(Db *db)
{
    if (db) db->driver->close(db);
}

/* ---- queries ---- */

Rows db_query(Db *db, Query query, Args args)
{
    return db->driver->query(db, query, args);
}

Rows db_query_ahead(Db *db, Query query, Args args)
{
    const Driver *driver = db->driver;

    return (driver->ahead ? driver->ahead : driver->query)(db, query, args);
}

bool db_next(Rows *rows)
{
    return !rows->err && rows->db->driver->next(rows);
}

int64_t db_int(const Rows *rows, int column)
{
    return rows->db->driver->number(rows, column);
}

bool db_is_null(const Rows *rows, int column)
{
    return rows->db->driver->is_null(rows, column);
}

Time db_time(const Rows *rows, int column)
{
    if (db_is_null(rows, column)) return TIME_NONE;
    return rows->db->driver->number(rows, column);
}

Str db_peek(const Rows *rows, int column)
{
    return rows->db->driver->text(rows, column);
}

Str db_text(const Rows *rows, Arena *arena, int column)
{
    Str text = db_peek(rows, column);

    return text.len ? str_copy(arena, text) : (Str){0};
}

Err db_done(Rows *rows)
{
    return rows->db->driver->done(rows);
}

Err db_first(Rows *rows)
{
    if (db_next(rows)) return ERR_OK;
    return rows->err ? rows->err : ERR_NOT_FOUND;
}

Err db_run(Db *db, Query query, Args args)
{
    return db->driver->run(db, query, args);
}

Err db_number(Db *db, Query query, Args args, int64_t *out)
{
    Rows rows = db_query(db, query, args);
    Err err = db_first(&rows);
    int64_t number = err ? 0 : db_int(&rows, 0);
    Err end;

    /* INSERT ... RETURNING is done only when it has been stepped through. */
    if (!err) db_next(&rows);
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = number;
    return ERR_OK;
}

Err db_changed(Db *db, int64_t *out)
{
    return db->driver->changed(db, out);
}

/* ---- transactions ---- */

Err db_begin(Db *db)
{
    return db->driver->begin(db);
}

Err db_commit(Db *db)
{
    return db->driver->commit(db);
}

void db_rollback(Db *db)
{
    db->driver->rollback(db);
}

bool db_was_lost(const Db *db)
{
    return db->driver->was_lost(db);
}

Err db_part_begin(Db *db)
{
    return db->driver->part_begin(db);
}

Err db_part_keep(Db *db)
{
    return db->driver->part_keep(db);
}

Err db_part_undo(Db *db)
{
    return db->driver->part_undo(db);
}

/* ---- the database itself ---- */

Err db_schema(Db *db, int *out)
{
    return db->driver->schema(db, out);
}

Err db_patch(Db *db, const Patch *patch)
{
    return db->driver->patch(db, patch);
}

Err db_exec(Db *db, const char *sql)
{
    return db->driver->exec(db, sql);
}

bool db_has_news(Db *db)
{
    return db->driver->has_news(db);
}

void db_give_way(Db *db)
{
    if (db->driver->give_way) db->driver->give_way(db);
}

Err db_integrity(Db *db, void (*say)(void *ctx, const char *what), void *ctx)
{
    return db->driver->integrity(db, say, ctx);
}

bool db_has_log(const Db *db)
{
    return db->driver->checkpoint != NULL;
}

Err db_checkpoint(Db *db, int64_t *left)
{
    *left = 0;
    return db_has_log(db) ? db->driver->checkpoint(db, left) : ERR_OK;
}

void db_leave_log(Db *db)
{
    if (db_has_log(db)) db->driver->leave_log(db);
}

int64_t db_log_pages(const Db *db)
{
    return db_has_log(db) ? db->driver->log_pages(db) : 0;
}

void db_watch(Db *db, const Watch *watch)
{
    db->watch = watch;
}

void db_say(Db *db, const char *reason)
{
    snprintf(db->reason, sizeof db->reason, "%s", reason);
}

void db_name_of(const char *where, char *out, size_t size)
{
    driver_of(where)->name(where, out, size);
}

const char *db_name(const Db *db)
{
    return db->name;
}

const char *db_reason(const Db *db)
{
    return db->reason;
}
