/* test/place.h -- where a test's store is: a file in the test's folder, or,
 * when STORE_SERVER is the address of a PostgreSQL server (tools/postgres.sh
 * starts one), a database of its own there. */
#ifndef TEST_PLACE_H
#define TEST_PLACE_H

#include "check.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

static inline const char *place_server(void)
{
    const char *server = getenv("STORE_SERVER");

    return server && server[0] ? server : NULL;
}

static inline bool place_is_file(void)
{
    return !place_server();
}

static inline void place_quiet(void *ctx, const char *notice)
{
    (void)ctx;
    (void)notice;
}

/* The command is a test's own text. */
static inline void place_command_at(const char *where, const char *command)
{
    PGconn *conn = PQconnectdb(where);
    PGresult *result;

    PQsetNoticeProcessor(conn, place_quiet, NULL);
    result = PQexec(conn, command);

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", command, PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}

/* In the server's own database. */
static inline void place_command(const char *command)
{
    place_command_at(place_server(), command);
}

/* The address of database name on the server: STORE_SERVER ends with "/" and
 * the name of another. */
static inline void place_address(const char *name, char *where, size_t size)
{
    const char *server = place_server();
    const char *slash = strrchr(server, '/');

    assert_non_null(slash);
    snprintf(where, size, "%.*s/%s", (int)(slash - server), server, name);
}

/* A place without a store; where: at least 160 bytes. */
static inline void place_make(const char *folder, char *where, size_t size)
{
    static int made;
    char name[60], command[100];

    if (place_is_file()) {
        snprintf(where, size, "%s/dateline.db", folder);
        return;
    }
    snprintf(name, sizeof name, "t%d_%d", (int)getpid(), ++made);
    snprintf(command, sizeof command, "CREATE DATABASE %s STRATEGY wal_log",
             name);
    place_command(command);
    place_address(name, where, size);
}

/* Does to a store what its own program never would: without references and
 * triggers that refuse it. */
static inline void place_damage(const char *where, const char *sql)
{
    sqlite3 *raw;
    char text[800];

    if (place_is_file()) {
        assert_int_equal(sqlite3_open(where, &raw), SQLITE_OK);
        snprintf(text, sizeof text,
                 "DROP TRIGGER IF EXISTS version_stays;"
                 "DROP TRIGGER IF EXISTS version_remains;"
                 "DROP TRIGGER IF EXISTS change_stays;"
                 "DROP TRIGGER IF EXISTS entry_stays;"
                 "DROP TRIGGER IF EXISTS entry_remains;"
                 "DROP TRIGGER IF EXISTS version_picture_stays;"
                 "DROP TRIGGER IF EXISTS version_picture_remains;"
                 "DROP TRIGGER IF EXISTS change_remains; %s",
                 sql);
        if (sqlite3_exec(raw, text, NULL, NULL, NULL))
            fail_msg("%s: %s", sql, sqlite3_errmsg(raw));
        sqlite3_close(raw);
        return;
    }
    snprintf(text, sizeof text, "SET session_replication_role = replica; %s",
             sql);
    place_command_at(where, text);
}

/* Takes it away from under those who have it open. */
static inline void place_break(const char *where)
{
    char command[200];

    if (place_is_file()) {
        assert_int_equal(truncate(where, 0), 0);
        return;
    }
    snprintf(command, sizeof command, "DROP DATABASE %s WITH (FORCE)",
             strrchr(where, '/') + 1);
    place_command(command);
}

/* Ends all connections to it, as an administrator may; on a server. */
static inline void place_cut(const char *where)
{
    char command[300];

    snprintf(command, sizeof command,
             "DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) "
             "FROM pg_stat_activity WHERE datname = '%s'; END $$",
             strrchr(where, '/') + 1);
    place_command(command);
}

/* Everything of it. */
static inline void place_drop(const char *where)
{
    const char *name = strrchr(where, '/') + 1;
    char command[200];

    if (place_is_file()) return;
    snprintf(command, sizeof command, "DROP DATABASE IF EXISTS %s WITH (FORCE)",
             name);
    place_command(command);
    snprintf(command, sizeof command, "DROP ROLE IF EXISTS %s_readers", name);
    place_command(command);
}

#endif
