/* ingest/match.h -- which story an item from a captured page belongs to.
 *
 * A capture knows a story by its headline.  Some headlines come back every day
 * ("Weather forecast"); so a story that stands in the store under the same
 * headline with a time more than a day away is another one, and the newcomer
 * gets an identity with its date.
 *
 * Threads: as the Store.
 */
#ifndef INGEST_MATCH_H
#define INGEST_MATCH_H

#include "store/stories.h"
#include "story/item.h"

#define MATCH_APART TIME_DAY

/* Changes item->uri when need be.  Errors of the store. */
MUST_USE Err match_item(Store *store, Arena *arena, Item *item);

#endif
