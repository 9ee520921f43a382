/* store/copier.h -- keeps the log file short, beside whoever writes.
 *
 * What is committed stands in the log file until it is copied into the main
 * one; the log begins anew only when all of it is copied and nobody reads it.
 * A Copier is a thread with a handle of its own that copies while the writer
 * goes on.  When it cannot keep up the writer waits for it and copies the rest
 * itself: so the log stays below COPY_WAIT pages and one transaction.
 *
 * Threads: copier_tend is called by the thread that writes; start and stop by
 * the one that owns it.  The errors of copying are logged: nothing is lost by
 * them but room.
 */
#ifndef STORE_COPIER_H
#define STORE_COPIER_H

#include "store/store.h"

typedef struct Copier Copier;

#define COPY_FROM 1000  /* pages of the log from which it copies */
#define COPY_WAIT 16000 /* pages from which the writer waits: 128 MiB */

/* Errors as store_open. *out is NULL for a store that has no such log. */
MUST_USE Err copier_start(const char *where, Copier **out, Fault *fault);

/* After each commit on store, outside of a transaction; NULL is allowed. */
void copier_tend(Copier *copier, Store *store);

/* Ends the thread; NULL is allowed. */
void copier_stop(Copier *copier);

#endif
