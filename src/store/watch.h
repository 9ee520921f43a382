/* store/watch.h -- hears what others commit to a store on a server, and whether
 * the server can be reached.
 *
 * A Watch is a thread with a connection of its own.  The server tells it of
 * each commit (LISTEN); what is told is only a hint: it then asks for the
 * numbers, and it asks every WATCH_EVERY too, so that a word that was lost is
 * made up for.  Who has the Watch reads those numbers without asking anybody.
 *
 * A store that is a file has none: there a look costs microseconds
 * (store_has_news), and NULL is a Watch that always reaches it.
 *
 * Threads: start and stop by the one that owns it; everything else by any.
 */
#ifndef STORE_WATCH_H
#define STORE_WATCH_H

#include "store/store.h"

#define WATCH_EVERY    (1 * TIME_SECOND)
#define WATCH_BEHIND   (5 * TIME_MS) /* a replica that is; later less often */
#define WATCH_PATIENCE (2 * TIME_SECOND) /* then the server is out of reach */

/* moved is called on the Watch's thread when others have committed or the
 * server went away or came back; NULL: not wanted. *out is NULL for a file.
 * The server need not be there yet. */
MUST_USE Err watch_start(const char *where, void (*moved)(void *ctx), void *ctx,
                         Watch **out, Fault *fault);

/* The same on a replica of what lead watches, or several behind one address: it
 * is told nothing, so it looks while it is behind, from when it is nudged. */
MUST_USE Err watch_start_behind(const char *where, const Watch *lead,
                                void (*moved)(void *ctx), void *ctx,
                                Watch **out, Fault *fault);

/* That lead has moved; any thread, NULL is nobody. */
void watch_nudge(Watch *watch);

void watch_stop(Watch *watch);

/* The number of the last change that was heard of; one atomic read. */
int64_t watch_change(const Watch *watch);

/* How many commits there were, by all who write; likewise. */
int64_t watch_commits(const Watch *watch);

bool watch_reaches(const Watch *watch);

/* Why it does not, and since when (time_monotonic), for a person. */
Str watch_reason(Watch *watch, Arena *arena, Time *since);

/* Has the handle read from the Watch what it would ask the server: whether
 * there is news, and whether to try to connect. The Watch must outlive it. */
void store_watch(Store *store, const Watch *watch);

#endif
