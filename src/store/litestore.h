/* store/litestore.h -- a store in a file, as the two halves of its driver know
 * it: sqlite.c (queries, the log, transactions) and liteopen.c (making,
 * opening, the wall before readers, the schema).
 *
 * Private to the room.  Threads: a Sqlite belongs to the thread that opened it.
 */
#ifndef STORE_LITESTORE_H
#define STORE_LITESTORE_H

#include <sqlite3.h>

#include "store/driver.h"
#include "store/query.h"

typedef struct Sqlite {
    Db db; /* first, so that a Db is its Sqlite */
    sqlite3 *conn;
    bool begun;
    Err lost; /* what ended the transaction before its time */
    Time busy_since;
    int64_t log_pages;
    int64_t data_version;
    sqlite3_stmt *news;
    sqlite3_stmt *statements[QUERY_COUNT];
} Sqlite;

/* What a code of SQLite means here; keeps its words, and what ended the
 * transaction. */
MUST_USE Err lite_note(Sqlite *lite, int code);

/* The same of a connection that is not a store yet. */
Err lite_err(sqlite3 *conn, int code);

/* Statements in one text. */
MUST_USE Err lite_script(Sqlite *lite, const char *sql);

/* The driver's, in liteopen.c. */
void lite_name(const char *where, char *out, size_t size);
MUST_USE Err lite_create(const char *where, DbFill fill, Fault *fault);
MUST_USE Err lite_open(const char *where, StoreSide side, Db **out,
                       Fault *fault);
void lite_close(Db *db);
MUST_USE Err lite_schema(Db *db, int *out);
MUST_USE Err lite_patch(Db *db, const Patch *patch);
MUST_USE Err lite_integrity(Db *db, void (*say)(void *ctx, const char *what),
                            void *ctx);

/* And in sqlite.c. */
void lite_leave_log(Db *db);
MUST_USE Err lite_checkpoint(Db *db, int64_t *left);

#endif
