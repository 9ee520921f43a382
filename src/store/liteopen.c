/* liteopen.c -- making and opening a store in a file, and the wall before
 * readers.
 *
 * The public side is closed by an authorizer: of the tables only those of
 * public_tables may be read, and others only from inside a view public_*.
 * SQLite gives the name of that view as the last argument; a common table
 * expression of such a name would pass too, so the tests see to it that no
 * query has one.  Nothing but reading is allowed, and what is_declaration says:
 * through it the rowids of sqlite_master can be read, so how many entries the
 * schema has, and nothing of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/litestore.h"

#define BUSY_MAX   (10 * TIME_SECOND)
#define BUSY_SLEEP 1000000 /* nanoseconds */

#define APPLICATION 1685351534 /* "dtln" */
#define TEXT(x)     TEXT_OF(x)
#define TEXT_OF(x)  #x

static const char *const public_tables[] = {
    "listed",
    "listed_tag",
    "listed_tag_count",
    "gone",
    "change",
    "section",
    "section_name",
    "tag",
    "tag_name",
    "language",
    "search",
    "search_doc",
    "search_term",
    /* of which FTS5 makes "search" */
    "search_data",
    "search_idx",
    "search_config",
};

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Counting each allocation under a lock is of no use here. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* ---- opening ---- */

void lite_name(const char *where, char *out, size_t size)
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

static bool is_function(const char *name)
{
    return !strcmp(name, "coalesce") || !strcmp(name, "count") ||
           !strcmp(name, "max") || !strcmp(name, "sum") ||
           !strcmp(name, "match");
}

/* A virtual table declares its columns to the connection when it is first
 * named, and again when the schema was changed by another: to the authorizer
 * that looks like this change of the schema.  A statement that asks for it is
 * refused by SQLite itself: the connection is read-only and defensive. */
static bool is_declaration(int action, const char *table, const char *column)
{
    return !strcmp(table, "sqlite_master") &&
           (action == SQLITE_UPDATE || !strcmp(column, "ROWID"));
}

static int authorize(void *ctx, int action, const char *first,
                     const char *second, const char *database, const char *view)
{
    (void)ctx;
    (void)database;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_TRANSACTION: return SQLITE_OK;
    case SQLITE_UPDATE:
        return is_declaration(action, first, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_READ:
        return is_public(first, view) || is_declaration(action, first, second)
                   ? SQLITE_OK
                   : SQLITE_DENY;
    case SQLITE_FUNCTION: return is_function(second) ? SQLITE_OK : SQLITE_DENY;
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

    sqlite3_db_config(conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(conn, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    err = lite_script(lite, common);
    if (err) return err;
    if (lite->db.side == STORE_WRITE) {
        sqlite3_wal_hook(conn, count_log, lite);
        return lite_script(lite, "PRAGMA synchronous = FULL;"
                                 "PRAGMA cache_size = -65536;"
                                 "PRAGMA secure_delete = OFF;"
                                 "PRAGMA journal_size_limit = 67108864;");
    }
    return lite_script(lite,
                       "PRAGMA cache_size = -16384; PRAGMA query_only = ON;");
}

/* Prepared before the authorizer stands; the first answer is the base. */
static Err watch_news(Sqlite *lite)
{
    Err err = lite_note(
        lite, sqlite3_prepare_v3(lite->conn, "PRAGMA data_version", -1,
                                 SQLITE_PREPARE_PERSISTENT, &lite->news, NULL));

    if (!err) (void)!db_has_news(&lite->db);
    return err;
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
    err = lite_note(lite, code);
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

/* It waits from its first question on: another that closes the file last locks
 * it for as long as that takes. */
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
    if (err) return err;
    if (!code) {
        sqlite3_extended_result_codes(lite->conn, 1);
        sqlite3_busy_handler(lite->conn, wait_busy, lite);
        return ERR_OK;
    }
    full = lite_err(lite->conn, code) == ERR_FULL;
    return fault_set(fault, full ? ERR_FULL : ERR_IO, "%s cannot be opened: %s",
                     where,
                     full ? "the disk is full" : sqlite3_errmsg(lite->conn));
}

void lite_close(Db *db)
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

Err lite_open(const char *where, StoreSide side, Db **out, Fault *fault)
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
        err = lite_script(lite, "PRAGMA page_size = 8192;"
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
Err lite_create(const char *where, DbFill fill, Fault *fault)
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

Err lite_schema(Db *db, int *out)
{
    Sqlite *lite = (Sqlite *)db;

    return lite_note(lite, sqlite3_exec(lite->conn, "PRAGMA user_version",
                                        keep_number, out, NULL));
}

Err lite_patch(Db *db, const Patch *patch)
{
    Sqlite *lite = (Sqlite *)db;
    char sql[64];
    Err err = lite_script(lite, patch->sqlite);

    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", patch->number);
    return err ? err : lite_script(lite, sql);
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

Err lite_integrity(Db *db, void (*say)(void *ctx, const char *what), void *ctx)
{
    Sqlite *lite = (Sqlite *)db;
    Saying saying = {say, ctx, false};
    int code = sqlite3_exec(lite->conn, "PRAGMA integrity_check", say_integrity,
                            &saying, NULL);

    if (code) {
        (void)!lite_note(lite, code);
        say(ctx, db->reason);
        return ERR_STORE;
    }
    return saying.wrong ? ERR_STORE : ERR_OK;
}
