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

#include "base/file.h"
#include "base/mem.h"
#include "store/driver.h"
#include "store/query.h"

#define BUSY_MAX   (10 * TIME_SECOND)
#define BUSY_SLEEP 1000000 /* nanoseconds */

#define APPLICATION 1685351534 /* "dtln" */
#define TEXT(x)     TEXT_OF(x)
#define TEXT_OF(x)  #x

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
static Err note(Sqlite *lite, int code)
{
    Err err = err_of(lite->conn, code);

    if (err)
        snprintf(lite->db.reason, sizeof lite->db.reason, "%s (%d)",
                 err == ERR_FULL ? "the disk is full"
                                 : sqlite3_errmsg(lite->conn),
                 sqlite3_extended_errcode(lite->conn));
    if (err && lite->begun && !lite->lost && sqlite3_get_autocommit(lite->conn))
        lite->lost = err;
    return err;
}

static Err exec(Sqlite *lite, const char *sql)
{
    return note(lite, sqlite3_exec(lite->conn, sql, NULL, NULL, NULL));
}

static Err lite_exec(Db *db, const char *sql)
{
    return exec((Sqlite *)db, sql);
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
    rows.err = note(lite, code);
    rows.statement = statement;
    return rows;
}

static bool lite_next(Rows *rows)
{
    int code = sqlite3_step(rows->statement);

    if (code == SQLITE_ROW) return true;
    rows->err = note((Sqlite *)rows->db, code);
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

/* ---- opening ---- */

static void lite_name(const char *where, char *out, size_t size)
{
    snprintf(out, size, "%s", where);
}

static int wait_busy(void *ctx, int count)
{
    Sqlite *lite = ctx;
    Time now = time_monotonic();

    if (!count) lite->busy_since = now;
    if (now - lite->busy_since > BUSY_MAX) return 0;
    nanosleep(&(struct timespec){.tv_nsec = BUSY_SLEEP}, NULL);
    return 1;
}

static int count_log(void *ctx, sqlite3 *conn, const char *name, int pages)
{
    Sqlite *lite = ctx;

    (void)conn;
    (void)name;
    lite->log_pages = pages;
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

static Err set_up(Sqlite *lite)
{
    static const char *const common = "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA foreign_keys = ON;"
                                      "PRAGMA temp_store = MEMORY;"
                                      "PRAGMA wal_autocheckpoint = 0;";
    sqlite3 *conn = lite->conn;
    Err err;

    sqlite3_extended_result_codes(conn, 1);
    sqlite3_busy_handler(conn, wait_busy, lite);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    err = exec(lite, common);
    if (err) return err;
    if (lite->db.side == STORE_WRITE) {
        sqlite3_wal_hook(conn, count_log, lite);
        return exec(lite, "PRAGMA synchronous = FULL;"
                          "PRAGMA cache_size = -65536;"
                          "PRAGMA secure_delete = OFF;"
                          "PRAGMA journal_size_limit = 67108864;");
    }
    return exec(lite, "PRAGMA cache_size = -16384; PRAGMA query_only = ON;");
}

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

/* Prepared before the authorizer stands; the first answer is the base. */
static Err watch_news(Sqlite *lite)
{
    Err err = note(lite, sqlite3_prepare_v3(lite->conn, "PRAGMA data_version",
                                            -1, SQLITE_PREPARE_PERSISTENT,
                                            &lite->news, NULL));

    if (!err) lite_has_news(&lite->db);
    return err;
}

static Err lite_checkpoint(Db *db, int64_t *left)
{
    Sqlite *lite = (Sqlite *)db;
    int log = 0;
    int copied = 0;
    int code = sqlite3_wal_checkpoint_v2(
        lite->conn, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
    Err err = note(lite, code);

    if (!err) *left = log > copied ? log - copied : 0;
    return err;
}

static void lite_leave_log(Db *db)
{
    sqlite3_db_config(((Sqlite *)db)->conn, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                      NULL);
}

static int64_t lite_log_pages(const Db *db)
{
    return ((const Sqlite *)db)->log_pages;
}

/* A log that an earlier process left may hold pages whose fsync failed: the
 * system reads them well and thinks them written.  Copied into the main file
 * and synced there, they are; and the log begins anew.  When someone else holds
 * the store open this is not the first opening, and not needed. */
static Err settle_log(Sqlite *lite, const char *where, Fault *fault)
{
    int64_t left;
    Err err = lite_checkpoint(&lite->db, &left);

    if (err == ERR_BUSY) lite->db.reason[0] = 0;
    if (!err || err == ERR_BUSY) return ERR_OK;
    lite_leave_log(&lite->db);
    return fault_set(fault, err,
                     "%s: the log of an earlier run cannot be copied: %s",
                     where, lite->db.reason);
}

static Err check_kind(Sqlite *lite, const char *where, Fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int64_t application = 0;
    Err err;
    int code = sqlite3_prepare_v2(lite->conn, "PRAGMA application_id", -1,
                                  &statement, NULL);

    if (!code) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) application = sqlite3_column_int64(statement, 0);
    err = note(lite, code);
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW)
        return fault_set(fault, err ? err : ERR_STORE, "%s cannot be read: %s",
                         where, lite->db.reason);
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

static Err open_conn(const char *where, int flags, Sqlite *lite, Fault *fault)
{
    Arena arena = arena_open();
    char *path = NULL;
    bool full;
    int code = SQLITE_OK;
    Err err = real_path(where, &arena, &path, fault);

    pthread_once(&configured, configure);
    if (!err)
        code = sqlite3_open_v2(
            path, &lite->conn,
            flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
    arena_close(&arena);
    if (!code) return err;
    full = is_full(lite->conn, code);
    return fault_set(fault, full ? ERR_FULL : ERR_IO, "%s cannot be opened: %s",
                     where,
                     full ? "the disk is full" : sqlite3_errmsg(lite->conn));
}

static void lite_close(Db *db)
{
    Sqlite *lite = (Sqlite *)db;

    for (size_t i = 0; i < QUERY_COUNT; i++)
        sqlite3_finalize(lite->statements[i]);
    sqlite3_finalize(lite->news);
    sqlite3_close(lite->conn);
    mem_free(lite);
}

static Sqlite *lite_new(const char *where, StoreSide side)
{
    Sqlite *lite = mem_zero(sizeof *lite);

    lite->db.driver = &sqlite_driver;
    lite->db.side = side;
    lite->db.snapshot = INT64_MAX;
    lite_name(where, lite->db.name, sizeof lite->db.name);
    return lite;
}

static Err lite_open(const char *where, StoreSide side, Db **out, Fault *fault)
{
    bool write = side == STORE_WRITE;
    Sqlite *lite;
    Err err;

    if (access(where, F_OK))
        return fault_set(fault, ERR_NOT_FOUND, "there is no store at %s",
                         where);
    lite = lite_new(where, side);
    err = open_conn(where, write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY,
                    lite, fault);
    if (!err) err = check_kind(lite, where, fault);
    if (!err && write && sqlite3_db_readonly(lite->conn, "main") == 1)
        err = fault_set(fault, ERR_IO, "%s may be read and not written", where);
    if (!err) {
        err = set_up(lite);
        if (!err) err = watch_news(lite);
        if (err)
            fault_set(fault, err, "%s cannot be set up: %s", where,
                      lite->db.reason);
    }
    if (!err && write) err = settle_log(lite, where, fault);
    if (err) {
        lite_close(&lite->db);
        return err;
    }
    if (side == STORE_PUBLIC)
        sqlite3_set_authorizer(lite->conn, authorize, NULL);
    *out = &lite->db;
    return ERR_OK;
}

/* ---- making ---- */

static Err make_empty(const char *where, Fault *fault)
{
    Sqlite *lite;
    Err err;
    int fd =
        open(where, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return fault_set(fault, errno == ENOSPC ? ERR_FULL : ERR_IO,
                         "%s cannot be made: %s", where, strerror(errno));
    close(fd);
    lite = lite_new(where, STORE_WRITE);
    err = open_conn(where, SQLITE_OPEN_READWRITE, lite, fault);
    if (!err) {
        err = exec(lite, "PRAGMA page_size = 8192;"
                         "PRAGMA application_id = " TEXT(
                             APPLICATION) ";"
                                          "PRAGMA journal_mode = WAL;");
        if (err)
            fault_set(fault, err, "%s cannot be made: %s", where,
                      lite->db.reason);
    }
    lite_close(&lite->db);
    return err;
}

static Err make_filled(const char *where, DbFill fill, Fault *fault)
{
    Db *db;
    Err err = make_empty(where, fault);

    if (!err) err = lite_open(where, STORE_WRITE, &db, fault);
    if (err) return err;
    err = fill(db, fault);
    lite_close(db);
    return err;
}

static void remove_files(Arena *arena, const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm"};

    for (size_t i = 0; i < COUNT(ends); i++)
        unlink(str_z(arena, str_format(arena, "%s%s", path, ends[i])));
}

/* It is made beside its place and then linked there, so that a stop half-way
 * leaves no half store. */
static Err lite_create(const char *where, DbFill fill, Fault *fault)
{
    Arena arena = arena_open();
    char *new = str_z(&arena, str_format(&arena, "%s.new", where));
    Err err = ERR_OK;

    if (file_exists(where))
        err = fault_set(fault, ERR_CONFLICT, "there is a file at %s already",
                        where);
    if (!err) {
        remove_files(&arena, new);
        err = make_filled(new, fill, fault);
        if (!err && link(new, where))
            err = fault_set(fault, file_exists(where) ? ERR_CONFLICT : ERR_IO,
                            "%s cannot be put in its place: %m", where);
        remove_files(&arena, new);
    }
    if (!err) err = file_sync_folder(where, fault);
    arena_close(&arena);
    return err;
}

/* ---- transactions ---- */

static Err lite_begin(Db *db)
{
    Sqlite *lite = (Sqlite *)db;
    bool write = db->side == STORE_WRITE;
    Err err = exec(lite, write ? "BEGIN IMMEDIATE" : "BEGIN");

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

    return lite->lost ? lite->lost : exec(lite, sql);
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

static Err lite_schema(Db *db, int *out)
{
    Sqlite *lite = (Sqlite *)db;

    return note(lite, sqlite3_exec(lite->conn, "PRAGMA user_version",
                                   keep_number, out, NULL));
}

static Err lite_patch(Db *db, const Patch *patch)
{
    Sqlite *lite = (Sqlite *)db;
    char sql[64];
    Err err = exec(lite, patch->sqlite);

    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", patch->number);
    return err ? err : exec(lite, sql);
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

static Err lite_integrity(Db *db, void (*say)(void *ctx, const char *what),
                          void *ctx)
{
    Sqlite *lite = (Sqlite *)db;
    Saying saying = {say, ctx, false};
    int code = sqlite3_exec(lite->conn, "PRAGMA integrity_check", say_integrity,
                            &saying, NULL);

    if (code) {
        note(lite, code);
        say(ctx, db->reason);
        return ERR_STORE;
    }
    return saying.wrong ? ERR_STORE : ERR_OK;
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
    .integrity = lite_integrity,
    .checkpoint = lite_checkpoint,
    .leave_log = lite_leave_log,
    .log_pages = lite_log_pages,
};
