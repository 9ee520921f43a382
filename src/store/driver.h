/* store/driver.h -- one kind of database behind db.h.
 *
 * Private to the room.  A driver has a struct of its own that begins with a
 * Db, and fills this table; what each call must do is said in db.h, under its
 * name there.  db.c makes the rest of db.h of these.
 *
 * Threads: the tables are constant; a Db belongs to the thread that opened it.
 */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "store/db.h"
#include "store/query.h"

typedef struct Driver {
    Rows (*query)(Db *db, Query query, Args args);
    Rows (*ahead)(Db *db, Query query, Args args); /* NULL: query is */
    bool (*next)(Rows *rows);
    bool (*is_null)(const Rows *rows, int column);
    int64_t (*number)(const Rows *rows, int column);
    Str (*text)(const Rows *rows, int column); /* good until the next step */
    Err (*done)(Rows *rows);
    Err (*run)(Db *db, Query query, Args args);
    Err (*changed)(Db *db, int64_t *out);

    void (*name)(const char *where, char *out, size_t size);
    Err (*create)(const char *where, DbFill fill, Fault *fault);
    Err (*open)(const char *where, StoreSide side, Db **out, Fault *fault);
    /* A handle on a replica for readers, which connects when it is asked for
     * something. NULL: there are no replicas. */
    Db *(*open_replica)(const char *where);
    void (*close)(Db *db);

    Err (*begin)(Db *db);
    Err (*commit)(Db *db);
    void (*rollback)(Db *db);
    bool (*was_lost)(const Db *db);
    Err (*part_begin)(Db *db);
    Err (*part_keep)(Db *db);
    Err (*part_undo)(Db *db);

    Err (*schema)(Db *db, int *out);
    Err (*patch)(Db *db, const Patch *patch);
    Err (*exec)(Db *db, const char *sql);
    bool (*has_news)(Db *db);
    void (*give_way)(Db *db); /* NULL: the work is done elsewhere */
    Err (*integrity)(Db *db, void (*say)(void *ctx, const char *what),
                     void *ctx);

    /* Of a log that is copied by whoever writes; NULL: there is none. */
    Err (*checkpoint)(Db *db, int64_t *left);
    void (*leave_log)(Db *db);
    int64_t (*log_pages)(const Db *db);
} Driver;

struct Db {
    const Driver *driver;
    StoreSide side;
    char name[256]; /* what to call it: a path, or a server without password */
    char reason[240];   /* what the database said last */
    int64_t snapshot;   /* of the reading transaction: its last change */
    const Watch *watch; /* NULL: none */
};

extern const Driver sqlite_driver;
extern const Driver postgres_driver;

#endif
