/* store/store.h -- one open handle on the agency's data, and its transactions.
 *
 * There are two sides.  The writing side (STORE_WRITE) sees everything.  The
 * reading side (STORE_PUBLIC) sees only what is public now: the database
 * itself refuses it any other table, so that a forgotten condition cannot leak
 * a draft.  STORE_READ sees everything and changes nothing: for the desk and
 * for commands.
 *
 * One writer at a time, in this process or another; a second one waits up to
 * 10 seconds (ERR_BUSY).  Readers never wait for the writer.
 *
 * After a failed commit (fsync) of a file the writing handle refuses every
 * further write with ERR_CLOSED until the process starts anew; reading goes on.
 *
 * A server may go away: what is asked then fails with ERR_UNREACHABLE, a
 * transaction under way is undone by the server, and the next one connects
 * anew, after pauses that grow from 0.1 to 5 seconds.  A commit whose answer
 * never came is looked for when the server, or the one that took its place, is
 * there again: store_end waits for that up to 15 seconds, and only then says
 * ERR_UNCERTAIN.
 *
 * Threads: a Store belongs to the thread that opened it.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "story/public.h"

typedef struct Store Store;
typedef struct Watch Watch;

typedef enum StoreSide {
    STORE_WRITE,
    STORE_READ,
    STORE_PUBLIC,
} StoreSide;

/* A store is a file, by its path, or a database of a PostgreSQL server, by its
 * address "postgresql://...".  Texts of faults never show a password of it. */
bool store_is_server(const char *where);

/* Whether there is a file, or a store on the server. */
bool store_exists(const char *where);

/* Whether it could be opened for writing, without doing that: ERR_NOT_FOUND,
 * ERR_UNSUPPORTED, ERR_CLOSED, ERR_STORE, ERR_UNREACHABLE. */
MUST_USE Err store_look(const char *where, Fault *fault);

/* Makes an empty store with the newest schema; a database must be there
 * already. ERR_CONFLICT when there is a store. */
MUST_USE Err store_create(const char *where, Fault *fault);

/* Opens it; STORE_WRITE also brings an older schema up to date, each numbered
 * patch in a transaction of its own. ERR_NOT_FOUND, ERR_UNSUPPORTED (made by a
 * newer program), ERR_STORE; ERR_IO and ERR_FULL for STORE_WRITE also when what
 * an earlier process left in the log cannot be made safe. */
MUST_USE Err store_open(const char *where, StoreSide side, Store **out,
                        Fault *fault);
void store_close(Store *store);

/* A replica of the store, a server that follows it: transactions of this handle
 * (STORE_PUBLIC) from now on read there, when it can be reached and knows the
 * change that is needed (0 at first), else from the store itself. The watch is
 * of the replica (store/watch.h). */
void store_read_from(Store *store, const char *where, const Watch *watch);
void store_need(Store *store, int64_t change);

/* A transaction. On the writing side begin waits for the lock at once; on the
 * reading sides it pins one snapshot, so that all queries until the end agree.
 * store_end commits when err is ERR_OK, else rolls back and returns err.
 * Outside of a transaction each query stands alone. */
MUST_USE Err store_begin(Store *store);
MUST_USE Err store_end(Store *store, Err err);

/* A part of a transaction that may be taken back alone: many jobs share one
 * commit. store_part_end keeps it when err is ERR_OK, else undoes the part. A
 * part may stand in another. */
MUST_USE Err store_part_begin(Store *store);
MUST_USE Err store_part_end(Store *store, Err err);

/* True when a failure has ended the transaction under way: nothing of it will
 * be written, and all that is asked until store_end fails. */
bool store_was_lost(const Store *store);

/* True when writers who wait get their turn in the order in which they came: a
 * server's. Of a file the one that begins again at once may keep it. */
bool store_takes_turns(const Store *store);

/* True after a failed commit: see above. */
bool store_is_broken(const Store *store);

/* True when another process or handle has committed since the last call on
 * this handle (or since it was opened). A few microseconds. */
bool store_has_news(Store *store);

/* From here on whoever else wants the processor has it every few microseconds
 * of a question that this process answers itself: for threads that nobody
 * else's answer may wait for. */
void store_give_way(Store *store);

/* Copies pages of the log file into the main file without holding up the
 * writer: for a thread or a pause of its own. *left: pages still to copy. */
MUST_USE Err store_checkpoint(Store *store, int64_t *left);

/* Pages in the log file after this handle's last commit: the log grows until
 * all of it is copied while nobody writes, and then begins anew (who writes
 * much has a Copier: store/copier.h). */
int64_t store_log_pages(const Store *store);

/* Looks whether the store is whole: the database's own integrity check,
 * foreign keys, and that the public side is what the stories say.  Calls say
 * for each thing that is wrong; ERR_STORE when there was one.  Takes one
 * snapshot (not inside a transaction; STORE_READ). */
MUST_USE Err store_check(Store *store, void (*say)(void *ctx, const char *what),
                         void *ctx);

/* What to call it before people: a path, or a server without password. */
const char *store_name(const Store *store);

/* What the database said last on this handle, for the log. */
const char *store_reason(const Store *store);

#endif
