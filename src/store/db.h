/* store/db.h -- what the room asks of a database: values in, rows out.
 *
 * Private to the room.  sqlite.c and postgres.c are the two there are, each
 * behind the table of driver.h; db.c hands on.  Nothing of a database's own
 * (types, dialect, error codes) is seen above this line; the queries are known
 * by name (sql/queries_*.sql).
 *
 *     Rows rows = db_query(db, QUERY_LIST_ALL, ARGS(v_text(code), v_int(9)));
 *     while (db_next(&rows))
 *         use(db_int(&rows, 0), db_text(&rows, arena, 1));
 *     return db_done(&rows);
 *
 * A query may not be asked again before its rows are done.
 *
 * A query without rows may be sent later, together with what follows it: what
 * is asked after it sees it done, and its failure shows in the next call that
 * waits for an answer, db_part_keep and db_commit at the latest.  So it is
 * never asked to find out whether it may be done.
 *
 * Threads: a Db belongs to the thread that opened it.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/time.h"
#include "store/query.h"
#include "store/query_names.h"
#include "store/store.h"

typedef struct Db Db;

typedef enum ValueKind {
    VALUE_NULL,
    VALUE_INT,
    VALUE_TEXT,
    VALUE_BYTES
} ValueKind;

typedef struct Value {
    ValueKind kind;
    int64_t number;
    Str text; /* must stay until the rows are done */
} Value;

static inline Value v_int(int64_t number)
{
    return (Value){.kind = VALUE_INT, .number = number};
}

static inline Value v_text(Str text)
{
    return (Value){.kind = VALUE_TEXT, .text = text};
}

/* Bytes that need not be UTF-8; read as text is. */
static inline Value v_bytes(Str bytes)
{
    return (Value){.kind = VALUE_BYTES, .text = bytes};
}

/* TIME_NONE and no story are NULL. */
static inline Value v_time(Time time)
{
    return time == TIME_NONE ? (Value){0} : v_int(time);
}

static inline Value v_story(StoryId id)
{
    return id.number ? v_int(id.number) : (Value){0};
}

typedef struct Args {
    const Value *items;
    size_t count;
} Args;

#define ARGS(...)                                                              \
    ((Args){(const Value[]){__VA_ARGS__},                                      \
            sizeof((const Value[]){__VA_ARGS__}) / sizeof(Value)})
#define NO_ARGS ((Args){0})

typedef struct Rows {
    Db *db;
    void *statement; /* the driver's own */
    int at;          /* the row, where the driver counts */
    Err err;
} Rows;

/* The query with its rows ahead; a failure shows in db_done. */
Rows db_query(Db *db, Query query, Args args);

/* The same, asked ahead of need: its answer is waited for by the first db_next
 * only, and meanwhile others may be asked. It is of what had been done when it
 * was asked; what was done later it may show or not. */
Rows db_query_ahead(Db *db, Query query, Args args);

/* The next row; false at the end and on failure. */
bool db_next(Rows *rows);

/* Columns of the row, from 0. NULL is 0, TIME_NONE, empty. */
int64_t db_int(const Rows *rows, int column);
bool db_is_null(const Rows *rows, int column);
Time db_time(const Rows *rows, int column);
Str db_text(const Rows *rows, Arena *arena, int column);
Str db_peek(const Rows *rows, int column); /* good until the next step */

MUST_USE Err db_done(Rows *rows);

/* For one row: ERR_NOT_FOUND when there is none; db_done is still needed. */
MUST_USE Err db_first(Rows *rows);

/* A query without rows, now or with what follows it. ERR_CONFLICT, here or
 * there: a key is there already. */
MUST_USE Err db_run(Db *db, Query query, Args args);

/* One number; ERR_NOT_FOUND. */
MUST_USE Err db_number(Db *db, Query query, Args args, int64_t *out);

/* How many rows the last db_run changed. */
MUST_USE Err db_changed(Db *db, int64_t *out);

/* Whether where is the address of a server and not a path. */
bool db_is_server(const char *where);

/* Makes an empty database and has it filled; what fill begins it commits.
 * After a failure, or a stop at any time, there is none. ERR_CONFLICT when
 * there is one. */
typedef Err (*DbFill)(Db *db, Fault *fault);
MUST_USE Err db_create(const char *where, DbFill fill, Fault *fault);
MUST_USE Err db_open(const char *where, StoreSide side, Db **out, Fault *fault);
void db_close(Db *db);

/* A handle on a replica, for the public side; NULL when where is no server. It
 * connects when it is first asked, and again when it has to. */
Db *db_open_replica(const char *where);

/* The last change that the reading transaction under way knows of; of a file,
 * where nobody is behind, INT64_MAX. */
int64_t db_snapshot(const Db *db);

MUST_USE Err db_begin(Db *db);
MUST_USE Err db_commit(Db *db);
void db_rollback(Db *db);

/* True when a failure ended the transaction before its commit: everything asked
 * until db_rollback fails too, and nothing of it was written. */
bool db_was_lost(const Db *db);

MUST_USE Err db_part_begin(Db *db);
MUST_USE Err db_part_keep(Db *db);
MUST_USE Err db_part_undo(Db *db);

/* The number of the newest patch applied. Inside a transaction of the writing
 * side nobody else applies one until its end. */
MUST_USE Err db_schema(Db *db, int *out);

/* Applies it and notes its number. */
MUST_USE Err db_patch(Db *db, const Patch *patch);

/* Text of its own, for the tests of what is refused. */
MUST_USE Err db_exec(Db *db, const char *sql);

/* Whether another handle has committed since the last call: on the public side
 * something that readers see, at least. */
bool db_has_news(Db *db);
void db_give_way(Db *db); /* store_give_way */

/* Whether there is a log that who writes must copy. */
bool db_has_log(const Db *db);
MUST_USE Err db_checkpoint(Db *db, int64_t *left);

/* Closing will not copy the log, as the last one to close else does. */
void db_leave_log(Db *db);

/* Pages in the log file after this handle's last commit. */
int64_t db_log_pages(const Db *db);

/* The database's own look at itself: pages, indexes, references. */
MUST_USE Err db_integrity(Db *db, void (*say)(void *ctx, const char *what),
                          void *ctx);

/* Asks the Watch for what it would else ask the server: store_watch. */
void db_watch(Db *db, const Watch *watch);

/* What to call it before people: a path, or an address without password. */
const char *db_name(const Db *db);
void db_name_of(const char *where, char *out, size_t size);

/* What it said last, or was said for it. */
const char *db_reason(const Db *db);
void db_say(Db *db, const char *reason);

#endif
