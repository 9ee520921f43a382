/* store/changes.h -- the log of what became public, in order.
 *
 * A commit that alters what a reader may see appends its Change inside the
 * same transaction.  Press, wire and search follow the log, each with a
 * cursor of its own; nobody who writes a story calls them.
 *
 *   number  1, 2, 3 ...; a follower that has seen n never meets a lower one
 *   body    not here: the log names a story and a version, the store holds them
 *
 * Threads: a Store belongs to the thread that opened it.
 */
#ifndef STORE_CHANGES_H
#define STORE_CHANGES_H

#include "store/store.h"

/* The order is the store's: never renumber. */
#define CHANGE_KINDS(X)                                                        \
    X(PUBLISH, "publish", "a story's first public version")                    \
    X(UPDATE, "update", "a later version replaces it, silently")               \
    X(CORRECT, "correct", "a later version replaces it, with a note")          \
    X(WITHDRAW, "withdraw", "taken back; the page says why")                   \
    X(RESTORE, "restore", "public again after a withdrawal")                   \
    X(KILL, "kill", "gone for good; the page says why")                        \
    X(NAMES, "names", "of sections or tags; of no story: its number is 0")     \
    X(ENTRY, "entry", "of live coverage: version is the entry's number, or 0") \
    X(PICTURE, "picture", "what a story shows looks another way, or is gone")

typedef enum ChangeKind {
#define X(name, word, meaning) CHANGE_##name,
    CHANGE_KINDS(X)
#undef X
        CHANGE_KIND_COUNT
} ChangeKind;

typedef struct Change {
    int64_t number;
    Time at;
    ChangeKind kind;
    StoryId story;
    int32_t version; /* the version made public; 0 when it went away */
    Time late;       /* microseconds after its schedule; 0 in time */
} Change;

typedef struct ChangeList {
    Change *items;
    size_t count;
} ChangeList;

/* Whether readers may see less since it: a story, or its picture. */
bool change_takes_away(const Change *change);

#define CHANGES_MAX 1000 /* the most one read returns */

/* Reads at most max changes with number > after, oldest first. An empty list
 * means the reader has caught up.
 *   1 <= max <= CHANGES_MAX, after >= 0 (0: from the beginning)
 *   ERR_STORE  the database failed; *out is left as it was */
MUST_USE Err changes_after(Store *store, Arena *arena, int64_t after,
                           size_t max, ChangeList *out);

/* The number of the last change; 0 when there is none. */
MUST_USE Err changes_last(Store *store, int64_t *out);

/* The number of the last change that this handle wrote and that takes
 * something away from readers; 0 when there is none. */
int64_t changes_gone(const Store *store);

/* Of several nodes one runs a follower: *out says whether it is this handle's,
 * until the handle's connection ends. Of a file always. */
MUST_USE Err follower_claim(Store *store, Str follower, bool *out);

/* A follower's cursor: 0 when it never ran. Writer's handle only for put. */
MUST_USE Err cursor_get(Store *store, Str follower, int64_t *out);
MUST_USE Err cursor_put(Store *store, Str follower, int64_t change);

#endif
