/* sqlite.c -- the database of one file.
 *
 * Write-ahead log, synchronous=FULL: a commit is on the disk before it is
 * acknowledged, and readers never wait for the writer.  Automatic checkpoints
 * are off: who writes decides when and on which thread the log is copied.
 *
 * No mmap: a page mapped is a page counted as this process's memory, and a
 * failing disk would be a signal instead of an error.  The system's own cache
 * costs one copy of 8 KiB.
 *
 * The public side is closed by an authorizer: of the tables only those of
 * public_tables may be read, and others only from inside a view public_*.
 * SQLite gives the name of that view as the last argument; a common table
 * expression of such a name would pass too, so the tests see to it that no
 * query has one.  Nothing but reading is allowed.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/query.h"

#define BUSY_MAX   (10 * TIME_SECOND)
#define BUSY_SLEEP 1000000 /* nanoseconds */

#define APPLICATION 1685351534 /* "dtln" */
#define TEXT(x)     TEXT_OF(x)
#define TEXT_OF(x)  #x

struct Db {
    sqlite3 *conn;
    StoreSide side;
    bool begun;
    Err lost; /* what ended the transaction before its time */
    Time busy_since;
    int64_t log_pages;
    int64_t data_version;
    char reason[240];
    sqlite3_stmt *news;
    sqlite3_stmt *statements[QUERY_COUNT];
};

static const char *const public_tables[] = {
    "listed", "listed_tag", "listed_tag_count", "listed_term",
    "gone",   "change",     "section",          "section_name",
    "tag",    "tag_name",   "language",
};

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Counting each allocation under a lock is of no use here. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

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

static Err err_of(sqlite3 *conn, int code)
{
    return is_full(conn, code) ? ERR_FULL : err_from(code);
}

/* A full disk or a failed read may end the whole transaction at once.  What is
 * asked after that must not run by itself outside of it. */
static Err note(Db *db, int code)
{
    Err err = err_of(db->conn, code);

    if (err)
        snprintf(db->reason, sizeof db->reason, "%s (%d)",
                 err == ERR_FULL ? "the disk is full"
                                 : sqlite3_errmsg(db->conn),
                 sqlite3_extended_errcode(db->conn));
    if (err && db->begun && !db->lost && sqlite3_get_autocommit(db->conn))
        db->lost = err;
    return err;
}

const char *db_reason(const Db *db)
{
    return db->reason;
}

Err db_exec(Db *db, const char *sql)
{
    return note(db, sqlite3_exec(db->conn, sql, NULL, NULL, NULL));
}

/* ---- queries ---- */

static int prepare(Db *db, Query query, sqlite3_stmt **out)
{
    const char *sql = query_texts[query].sqlite;

    if (!db->statements[query]) {
        int code =
            sqlite3_prepare_v3(db->conn, sql, -1, SQLITE_PREPARE_PERSISTENT,
                               &db->statements[query], NULL);

        if (code) return code;
    }
    *out = db->statements[query];
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
    case VALUE_NULL: break;
    }
    return sqlite3_bind_null(statement, at);
}

Rows db_query(Db *db, Query query, Args args)
{
    Rows rows = {.db = db, .err = db->lost};
    sqlite3_stmt *statement = NULL;
    int code;

    if (rows.err) return rows;
    code = prepare(db, query, &statement);
    assert((size_t)query_texts[query].params == args.count);
    for (size_t i = 0; !code && i < args.count; i++)
        code = bind(statement, (int)i + 1, &args.items[i]);
    rows.err = note(db, code);
    rows.statement = statement;
    return rows;
}

bool db_next(Rows *rows)
{
    int code;

    if (rows->err) return false;
    code = sqlite3_step(rows->statement);
    if (code == SQLITE_ROW) return true;
    rows->err = note(rows->db, code);
    return false;
}

int64_t db_int(const Rows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

Time db_time(const Rows *rows, int column)
{
    if (sqlite3_column_type(rows->statement, column) == SQLITE_NULL)
        return TIME_NONE;
    return sqlite3_column_int64(rows->statement, column);
}

Str db_peek(const Rows *rows, int column)
{
    const void *bytes = sqlite3_column_text(rows->statement, column);

    return (Str){bytes, (size_t)sqlite3_column_bytes(rows->statement, column)};
}

Str db_text(const Rows *rows, Arena *arena, int column)
{
    Str text = db_peek(rows, column);

    return text.len ? str_copy(arena, text) : (Str){0};
}

Err db_done(Rows *rows)
{
    if (rows->statement) sqlite3_reset(rows->statement);
    return rows->err;
}

Err db_first(Rows *rows)
{
    if (db_next(rows)) return ERR_OK;
    return rows->err ? rows->err : ERR_NOT_FOUND;
}

Err db_run(Db *db, Query query, Args args)
{
    Rows rows = db_query(db, query, args);

    db_next(&rows);
    return db_done(&rows);
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

int64_t db_changed(const Db *db)
{
    return sqlite3_changes64(db->conn);
}

/* ---- opening ---- */

static int wait_busy(void *ctx, int count)
{
    Db *db = ctx;
    Time now = time_monotonic();

    if (!count) db->busy_since = now;
    if (now - db->busy_since > BUSY_MAX) return 0;
    nanosleep(&(struct timespec){.tv_nsec = BUSY_SLEEP}, NULL);
    return 1;
}

static int count_log(void *ctx, sqlite3 *conn, const char *name, int pages)
{
    Db *db = ctx;

    (void)conn;
    (void)name;
    db->log_pages = pages;
    return SQLITE_OK;
}

static bool is_public(const char *table, const char *view)
{
    if (view && !strncmp(view, "public_", 7)) return true;
    if (!strncmp(table, "public_", 7)) return true;
    for (size_t i = 0; i < COUNT(public_tables); i++)
        if (!strcmp(table, public_tables[i])) return true;
    return false;
}

static int authorize(void *ctx, int action, const char *first,
                     const char *second, const char *database, const char *view)
{
    (void)ctx;
    (void)database;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_TRANSACTION: return SQLITE_OK;
    case SQLITE_READ: return is_public(first, view) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return strcmp(second, "coalesce") && strcmp(second, "max") ? SQLITE_DENY
                                                                   : SQLITE_OK;
    case SQLITE_PRAGMA:
        return !strcmp(first, "data_version") && !second ? SQLITE_OK
                                                         : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

static Err set_up(Db *db)
{
    static const char *const common = "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA foreign_keys = ON;"
                                      "PRAGMA temp_store = MEMORY;"
                                      "PRAGMA wal_autocheckpoint = 0;";
    Err err;

    sqlite3_extended_result_codes(db->conn, 1);
    sqlite3_busy_handler(db->conn, wait_busy, db);
    sqlite3_db_config(db->conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->conn, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(db->conn, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->conn, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    err = db_exec(db, common);
    if (err) return err;
    if (db->side == STORE_WRITE) {
        sqlite3_wal_hook(db->conn, count_log, db);
        return db_exec(db, "PRAGMA synchronous = FULL;"
                           "PRAGMA cache_size = -65536;"
                           "PRAGMA secure_delete = OFF;"
                           "PRAGMA journal_size_limit = 67108864;");
    }
    return db_exec(db, "PRAGMA cache_size = -16384; PRAGMA query_only = ON;");
}

/* Prepared before the authorizer stands; the first answer is the base. */
static Err watch_news(Db *db)
{
    Err err = note(db, sqlite3_prepare_v3(db->conn, "PRAGMA data_version", -1,
                                          SQLITE_PREPARE_PERSISTENT, &db->news,
                                          NULL));

    if (!err) db_has_news(db);
    return err;
}

/* A log that an earlier process left may hold pages whose fsync failed: the
 * system reads them well and thinks them written.  Copied into the main file
 * and synced there, they are; and the log begins anew.  When someone else holds
 * the store open this is not the first opening, and not needed. */
static Err settle_log(Db *db, const char *where, Fault *fault)
{
    int64_t left;
    Err err = db_checkpoint(db, &left);

    if (err == ERR_BUSY) db->reason[0] = 0;
    if (!err || err == ERR_BUSY) return ERR_OK;
    db_leave_log(db);
    return fault_set(fault, err,
                     "%s: the log of an earlier run cannot be copied: %s",
                     where, db->reason);
}

static Err check_kind(Db *db, const char *where, Fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int64_t application = 0;
    Err err;
    int code = sqlite3_prepare_v2(db->conn, "PRAGMA application_id", -1,
                                  &statement, NULL);

    if (!code) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) application = sqlite3_column_int64(statement, 0);
    err = note(db, code);
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW)
        return fault_set(fault, err ? err : ERR_STORE, "%s cannot be read: %s",
                         where, db->reason);
    if (application != APPLICATION)
        return fault_set(fault, ERR_STORE, "%s is not a store of dateline",
                         where);
    return ERR_OK;
}

/* The folder as it really is: SQLITE_OPEN_NOFOLLOW refuses a link anywhere in a
 * path, and a site may well be reached by one. The file itself may not be one:
 * its log would lie elsewhere for each name. */
static Err real_path(const char *where, Arena *arena, char **out, Fault *fault)
{
    const char *slash = strrchr(where, '/');
    const char *name = slash ? slash + 1 : where;
    Str folder = slash ? (Str){where, (size_t)(slash - where) + 1} : S(".");
    char *real = realpath(str_z(arena, folder), NULL);
    struct stat stat;

    if (!real)
        return fault_set(fault, ERR_IO, "%s cannot be opened: %s", where,
                         strerror(errno));
    *out = str_z(arena, str_format(arena, "%s/%s", real, name));
    free(real);
    if (lstat(*out, &stat)) return ERR_OK; /* who opens it says what is wrong */
    if (S_ISDIR(stat.st_mode))
        return fault_set(fault, ERR_IO, "%s is a folder, not a store", where);
    if (S_ISLNK(stat.st_mode))
        return fault_set(fault, ERR_IO,
                         "%s is a symbolic link; its folder may be one, the "
                         "file not",
                         where);
    return ERR_OK;
}

static Err open_conn(const char *where, int flags, Db *db, Fault *fault)
{
    Arena arena = arena_open();
    char *path = NULL;
    bool full;
    int code = SQLITE_OK;
    Err err = real_path(where, &arena, &path, fault);

    pthread_once(&configured, configure);
    if (!err)
        code = sqlite3_open_v2(
            path, &db->conn, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
            NULL);
    arena_close(&arena);
    if (!code) return err;
    full = is_full(db->conn, code);
    return fault_set(fault, full ? ERR_FULL : ERR_IO, "%s cannot be opened: %s",
                     where,
                     full ? "the disk is full" : sqlite3_errmsg(db->conn));
}

Err db_open(const char *where, StoreSide side, Db **out, Fault *fault)
{
    Db *db;
    Err err;
    int flags =
        side == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

    if (access(where, F_OK))
        return fault_set(fault, ERR_NOT_FOUND, "there is no store at %s",
                         where);
    db = mem_zero(sizeof *db);
    db->side = side;
    err = open_conn(where, flags, db, fault);
    if (!err) err = check_kind(db, where, fault);
    if (!err && side == STORE_WRITE &&
        sqlite3_db_readonly(db->conn, "main") == 1)
        err = fault_set(fault, ERR_IO, "%s may be read and not written", where);
    if (!err) {
        err = set_up(db);
        if (!err) err = watch_news(db);
        if (err)
            fault_set(fault, err, "%s cannot be set up: %s", where, db->reason);
    }
    if (!err && side == STORE_WRITE) err = settle_log(db, where, fault);
    if (err) {
        db_close(db);
        return err;
    }
    if (side == STORE_PUBLIC) sqlite3_set_authorizer(db->conn, authorize, NULL);
    *out = db;
    return ERR_OK;
}

void db_close(Db *db)
{
    if (!db) return;
    for (size_t i = 0; i < QUERY_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_finalize(db->news);
    sqlite3_close(db->conn);
    mem_free(db);
}

Err db_create(const char *where, Fault *fault)
{
    Db db = {.side = STORE_WRITE};
    Err err;
    int fd =
        open(where, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0 && errno == EEXIST)
        return fault_set(fault, ERR_CONFLICT, "there is a file at %s already",
                         where);
    if (fd < 0)
        return fault_set(fault, errno == ENOSPC ? ERR_FULL : ERR_IO,
                         "%s cannot be made: %s", where, strerror(errno));
    close(fd);
    err = open_conn(where, SQLITE_OPEN_READWRITE, &db, fault);
    if (!err) {
        err = db_exec(&db, "PRAGMA page_size = 8192;"
                           "PRAGMA application_id = " TEXT(
                               APPLICATION) ";"
                                            "PRAGMA journal_mode = WAL;");
        if (err)
            fault_set(fault, err, "%s cannot be made: %s", where, db.reason);
    }
    sqlite3_close(db.conn);
    return err;
}

/* ---- transactions ---- */

Err db_begin(Db *db)
{
    bool write = db->side == STORE_WRITE;
    Err err = db_exec(db, write ? "BEGIN IMMEDIATE" : "BEGIN");

    if (err) return err;
    db->begun = true;
    if (write) return ERR_OK;
    /* The first read pins the snapshot, so read. */
    sqlite3_step(db->news);
    sqlite3_reset(db->news);
    return ERR_OK;
}

Err db_commit(Db *db)
{
    Err err = db->lost ? db->lost : db_exec(db, "COMMIT");

    if (err) return err;
    db->begun = false;
    return ERR_OK;
}

void db_rollback(Db *db)
{
    /* A failure may have rolled back already. */
    if (!sqlite3_get_autocommit(db->conn))
        sqlite3_exec(db->conn, "ROLLBACK", NULL, NULL, NULL);
    db->begun = false;
    db->lost = ERR_OK;
}

bool db_was_lost(const Db *db)
{
    return db->lost != ERR_OK;
}

Err db_part_begin(Db *db)
{
    return db->lost ? db->lost : db_exec(db, "SAVEPOINT part");
}

Err db_part_keep(Db *db)
{
    return db->lost ? db->lost : db_exec(db, "RELEASE part");
}

Err db_part_undo(Db *db)
{
    return db->lost ? db->lost : db_exec(db, "ROLLBACK TO part; RELEASE part");
}

/* ---- the file itself ---- */

static int keep_number(void *ctx, int columns, char **values, char **names)
{
    (void)names;
    if (columns > 0 && values[0]) {
        int64_t number;

        if (str_int(str_from(values[0]), &number)) *(int *)ctx = (int)number;
    }
    return 0;
}

Err db_schema(Db *db, int *out)
{
    return note(db, sqlite3_exec(db->conn, "PRAGMA user_version", keep_number,
                                 out, NULL));
}

Err db_schema_set(Db *db, int number)
{
    char sql[64];

    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", number);
    return db_exec(db, sql);
}

bool db_has_news(Db *db)
{
    int64_t version = db->data_version;

    if (sqlite3_step(db->news) == SQLITE_ROW)
        version = sqlite3_column_int64(db->news, 0);
    sqlite3_reset(db->news);
    if (version == db->data_version) return false;
    db->data_version = version;
    return true;
}

Err db_checkpoint(Db *db, int64_t *left)
{
    int log = 0;
    int copied = 0;
    int code = sqlite3_wal_checkpoint_v2(
        db->conn, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
    Err err = note(db, code);

    if (!err) *left = log > copied ? log - copied : 0;
    return err;
}

void db_leave_log(Db *db)
{
    sqlite3_db_config(db->conn, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

int64_t db_log_pages(const Db *db)
{
    return db->log_pages;
}

typedef struct Saying {
    void (*say)(void *ctx, const char *what);
    void *ctx;
    bool wrong;
} Saying;

static int say_integrity(void *ctx, int columns, char **values, char **names)
{
    Saying *saying = ctx;

    (void)names;
    if (columns < 1 || !values[0] || !strcmp(values[0], "ok")) return 0;
    saying->wrong = true;
    saying->say(saying->ctx, values[0]);
    return 0;
}

static int say_reference(void *ctx, int columns, char **values, char **names)
{
    Saying *saying = ctx;
    char what[200];

    (void)names;
    if (columns < 3) return 0;
    saying->wrong = true;
    snprintf(what, sizeof what, "%s: row %s names a row of %s that is missing",
             values[0] ? values[0] : "?", values[1] ? values[1] : "?",
             values[2] ? values[2] : "?");
    saying->say(saying->ctx, what);
    return 0;
}

Err db_integrity(Db *db, void (*say)(void *ctx, const char *what), void *ctx)
{
    Saying saying = {say, ctx, false};
    int code = sqlite3_exec(db->conn, "PRAGMA integrity_check", say_integrity,
                            &saying, NULL);

    if (!code)
        code = sqlite3_exec(db->conn, "PRAGMA foreign_key_check", say_reference,
                            &saying, NULL);
    if (code) {
        note(db, code);
        say(ctx, db->reason);
        return ERR_STORE;
    }
    return saying.wrong ? ERR_STORE : ERR_OK;
}
