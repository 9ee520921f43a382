/* store/related.h -- which stories MORE ABOUT shows beside one, as it was found
 * when that version of it was published.
 *
 * The numbers stand in the order in which they are shown.  What of them is
 * public now, public_items (store/public.h) says; so a row stays as it is when
 * one of its stories is corrected or taken back.
 *
 * The follower of search/ writes, inside a transaction.  Threads: as the Store.
 */
#ifndef STORE_RELATED_H
#define STORE_RELATED_H

#include "store/stories.h"

#define RELATED_FOLLOWER S("search-related")
#define RELATED_KEPT     10

typedef struct Related {
    StoryId items[RELATED_KEPT];
    size_t count;
} Related;

/* Of the version that readers see, on the public side.  ERR_NOT_FOUND: not made
 * yet, or the story is not public. */
MUST_USE Err related_get(Store *store, Arena *arena, StoryId story,
                         Related *out);

/* Which version's are kept. ERR_NOT_FOUND: none. */
MUST_USE Err related_version(Store *store, StoryId story, int32_t *out);

MUST_USE Err related_put(Store *store, Arena *arena, StoryId story,
                         int32_t version, const Related *related);
MUST_USE Err related_drop(Store *store, StoryId story);

#endif
