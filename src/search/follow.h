/* search/follow.h -- the thread that keeps the full-text index behind the log,
 * and behind that which stories are related to one (search/keeper.h).
 *
 * It reads and makes words by itself and hands what is to be written to the
 * Writer, whose transactions it shares.  Of several nodes one does it.
 *
 * Threads: start and stop by the one that owns it; everything else by any.
 */
#ifndef SEARCH_FOLLOW_H
#define SEARCH_FOLLOW_H

#include "store/writer.h"

typedef struct Follow Follow;

typedef struct FollowConfig {
    const char *where;    /* of the store */
    const Watch *watch;   /* of a store on a server; else NULL */
    Writer *writer;       /* outlives it */
    const Str *languages; /* of the site; to stay */
    size_t language_count;
    /* On its thread: the index, or what is kept behind it, has caught up with
     * the log. NULL: not wanted. */
    void (*caught_up)(void *ctx);
    void *ctx;
} FollowConfig;

MUST_USE Err follow_start(const FollowConfig *config, Follow **out,
                          Fault *fault);

/* Something was committed; NULL is nobody. */
void follow_nudge(Follow *follow);

void follow_stop(Follow *follow);

/* The last change that the index knows of; 0: none, or another node keeps it.
 */
int64_t follow_change(const Follow *follow);

/* The same of the last one whose terms are counted. */
int64_t follow_counted(const Follow *follow);

/* The same of the last one whose story has its related ones kept. */
int64_t follow_related(const Follow *follow);

#endif
