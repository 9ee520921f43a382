/* store/writer.h -- the one thread that writes, and what it is handed.
 *
 * Jobs come from any thread.  The writer takes all that wait (at most
 * WRITER_BATCH), runs each as a part of one transaction, commits once, and only
 * then calls each job's done: an acknowledgement follows the durable commit.  A
 * job that fails is undone alone.  When the commit itself fails, every job of
 * it is told so, and the writer refuses all further ones with ERR_CLOSED until
 * a restart; a disk that is full (ERR_FULL) or another process that holds the
 * store too long (ERR_BUSY) only fails the jobs that met it.
 *
 * The writer keeps the clock too: `due` is called at start, in each
 * transaction after its jobs, when the time that it named has come, and when
 * another process has committed (looked at every WRITER_LOOK).  `look` spares
 * the latter two their transaction, and those who wait for its lock: it is
 * asked first, and says when `due` is to be called.  `done` is called when a
 * transaction has ended, so that what `due` tells has happened.  Copying the
 * log file into the main one is a Copier's (store/copier.h).
 *
 * committed is the number of the last change in the store when this process
 * last committed; the followers of this process read it before they answer
 * anything.
 */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include <stdatomic.h>

#include "store/watch.h"

typedef struct Writer Writer;

#define WRITER_BATCH 64              /* jobs of one transaction */
#define WRITER_QUEUE 4096            /* jobs that may wait */
#define WRITER_LOOK  (200 * TIME_MS) /* between looks at other processes */

typedef struct WriterJob {
    /* On the writer's thread, inside the transaction. The arena lives until
     * done has returned. */
    Err (*run)(Store *store, Arena *arena, void *job);
    /* On the writer's thread, after the commit. */
    void (*done)(Err err, void *job);
    void *job;
} WriterJob;

typedef struct WriterClock {
    /* Inside a transaction, as a part of it; *next TIME_NONE: nothing waits. */
    Err (*due)(Store *store, Arena *arena, Time now, Time *next, void *ctx);
    /* Outside of a transaction; *next as above. NULL: due is always called. */
    Err (*look)(Store *store, Time now, Time *next);
    /* After the commit that due was in, or its failure. NULL: not wanted. */
    void (*done)(Err err, void *ctx);
    void *ctx;
} WriterClock;

/* Opens the writing handle on where and starts the threads. watch: of a store
 * on a server, and must outlive the writer; or NULL. */
MUST_USE Err writer_start(const char *where, const Watch *watch,
                          WriterClock clock, Writer **out, Fault *fault);

/* Any thread. ERR_BUSY when WRITER_QUEUE jobs wait, ERR_CLOSED after a failed
 * commit or when stopping; then done is not called. */
MUST_USE Err writer_submit(Writer *writer, WriterJob job);

/* The number of the last change committed here; one atomic read. */
int64_t writer_committed(const Writer *writer);

/* The same of the last one that takes something away (changes_gone). */
int64_t writer_gone(const Writer *writer);

/* True after a failed commit: writing is closed until a restart. */
bool writer_broken(const Writer *writer);

/* Finishes what was handed in, stops the threads, closes the handle. */
void writer_stop(Writer *writer);

#endif
